-- Committed before the request starts: after a crash it is known that it may have left.
UPDATE delivery SET state = 2, attempts = attempts + 1, claimed_ms = COALESCE(claimed_ms, :now_ms),
    settle_ms = :settle_ms
WHERE delivery_id = :delivery_id AND state = 1
