-- Messages that could not be sent for as long as words may be kept: they quote them.
DELETE FROM delivery WHERE made_ms < :before_ms AND state = 1 AND delivery_id IN (
    SELECT delivery_id FROM delivery WHERE delivery_id > 0 ORDER BY delivery_id LIMIT :max)
