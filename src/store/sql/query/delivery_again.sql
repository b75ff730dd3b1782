-- Refused for now, or never left: planned again. An idempotent one was never claimed, so its
-- attempt is counted here.
UPDATE delivery SET state = 1, due_ms = :due_ms,
    attempts = attempts + CASE WHEN state = 1 THEN 1 ELSE 0 END
WHERE delivery_id = :delivery_id
