-- Who read whose data.
INSERT INTO access_log (at_ms, reader, person_id, what) VALUES (:now_ms, :reader, :person_id, :what)
