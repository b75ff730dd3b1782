-- Who read about each direct report of one manager.
INSERT INTO access_log (at_ms, reader, person_id, what)
SELECT :now_ms, :reader, p.person_id, :what FROM person AS p
WHERE p.manager_id = :person_id AND p.employed = 1
