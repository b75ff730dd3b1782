-- A newer one for the same message replaces it.
DELETE FROM delivery WHERE delivery_id = :delivery_id AND state = 1
