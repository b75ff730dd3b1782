-- A condition that admins hear of has begun; the first begin stays.
INSERT INTO alert (condition, began_ms) VALUES (:condition, :began_ms)
ON CONFLICT (condition) DO NOTHING
