-- Whom somebody reports to.
SELECT manager_id FROM person WHERE person_id = :person_id
