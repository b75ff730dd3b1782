-- How many people stand below the direct reports; UNION, so that a circle in the file ends.
-- scan ok: the line of managers itself, one row a step
WITH RECURSIVE below (person_id) AS (
    SELECT :person_id
    UNION
    SELECT p.person_id FROM below JOIN person AS p ON p.manager_id = below.person_id
    WHERE p.employed = 1
)
SELECT count(*) - 1 AS people FROM below
