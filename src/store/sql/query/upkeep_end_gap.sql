-- The operator said resume to a restored store.
UPDATE upkeep SET restored_ms = NULL, gap_end_ms = :now_ms WHERE id = 1
