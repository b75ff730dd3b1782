-- When a row of unknown outcome may be looked up.
SELECT min(settle_ms) AS settle_ms FROM delivery WHERE state = 3 AND settle_ms > :now_ms
