-- The direct reports, by name.
SELECT person_id, name, manager_since_ms FROM person
WHERE manager_id = :person_id AND employed = 1 ORDER BY name, person_id
