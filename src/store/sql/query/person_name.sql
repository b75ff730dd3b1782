-- The manager's name, as the learner's notice says it.
SELECT name FROM person WHERE person_id = :person_id
