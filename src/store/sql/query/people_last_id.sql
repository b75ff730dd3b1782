-- How far a sweep over everybody goes.
SELECT max(person_id) AS person_id FROM person
