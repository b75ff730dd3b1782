-- An e-mail that moved to another person in the file leaves the row that had it.
UPDATE person SET email = NULL WHERE email = :email AND external_id <> :external_id
