-- Whoever the newest file does not name has left: nothing more is planned for them.
-- scan ok: once per file of people
UPDATE person SET employed = 0, next_slot_ms = NULL, next_digest_ms = NULL
WHERE employed = 1 AND roster_epoch <> :roster_epoch
