-- All that are known, at start.
-- scan ok: there are at most as many rows as conditions
SELECT condition, began_ms FROM alert
