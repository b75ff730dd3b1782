-- An admin who can be written to now.
SELECT person_id FROM person WHERE email = :email AND employed = 1 AND chat_state = 1
