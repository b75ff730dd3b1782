-- Everybody below, the direct reports first, each behind their manager. A person has one manager,
-- so a circle in the file can only lead back to where it was asked from; the depth ends it even in
-- a damaged one.
-- scan ok: the lines of managers themselves, one row a step
WITH RECURSIVE below (person_id, manager_id, depth) AS (
    SELECT p.person_id, p.manager_id, 1 FROM person AS p
    WHERE p.manager_id = :person_id AND p.employed = 1 AND p.person_id <> :person_id
    UNION ALL
    SELECT p.person_id, p.manager_id, below.depth + 1
    FROM below JOIN person AS p ON p.manager_id = below.person_id
    WHERE p.employed = 1 AND p.person_id <> :person_id AND below.depth < 20
)
SELECT person_id, manager_id FROM below
