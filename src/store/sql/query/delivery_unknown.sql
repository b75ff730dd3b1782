-- It may have arrived: to be looked up once the platform has settled.
UPDATE delivery SET state = 3, settle_ms = :settle_ms, claimed_ms = COALESCE(claimed_ms, :now_ms)
WHERE delivery_id = :delivery_id
