-- Whom a chat account belongs to, as long as the file of people names them.
SELECT person_id, chat_state FROM person WHERE email = :email AND employed = 1
