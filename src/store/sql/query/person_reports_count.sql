-- How many people report to this one.
SELECT count(*) AS people FROM person WHERE manager_id = :person_id AND employed = 1
