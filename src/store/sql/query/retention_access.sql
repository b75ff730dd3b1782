-- Notes of who read whose data, oldest first: their numbers grow with time.
DELETE FROM access_log WHERE (at_ms < :before_ms OR at_ms > :now_ms) AND access_id IN (
    SELECT access_id FROM access_log WHERE access_id > 0 ORDER BY access_id LIMIT :max)
