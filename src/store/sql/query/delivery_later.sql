-- Looked at before it left, and not now: it waits for the instant when its person can be asked.
UPDATE delivery SET state = 1, due_ms = :due_ms WHERE delivery_id = :delivery_id
