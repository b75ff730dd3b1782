-- Whoever of these has no reports any more gets none.
UPDATE person SET next_digest_ms = NULL
WHERE person_id > :after_id AND person_id <= :until_id AND next_digest_ms IS NOT NULL
    AND NOT EXISTS (
    SELECT 1 FROM person AS r WHERE r.manager_id = person.person_id AND r.employed = 1)
