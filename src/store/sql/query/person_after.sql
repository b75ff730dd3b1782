-- The next person, whoever they are: for what goes through everybody, one at a time.
SELECT min(person_id) AS person_id FROM person WHERE person_id > :person_id
