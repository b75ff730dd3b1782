-- Whoever of these the newest file does not name has left: nothing more is planned for them.
UPDATE person SET employed = 0, next_slot_ms = NULL, next_digest_ms = NULL
WHERE person_id > :after_id AND person_id <= :until_id
    AND employed = 1 AND roster_epoch <> :roster_epoch
