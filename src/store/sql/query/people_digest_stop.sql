-- Whoever has no reports any more gets none.
UPDATE person SET next_digest_ms = NULL
WHERE next_digest_ms >= 0 AND NOT EXISTS (
    SELECT 1 FROM person AS r WHERE r.manager_id = person.person_id AND r.employed = 1)
