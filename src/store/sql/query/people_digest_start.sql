-- Whoever of these has reports now gets a week's message: due at once, so that the rule plans the
-- first.
UPDATE person SET next_digest_ms = 0
WHERE person_id > :after_id AND person_id <= :until_id
    AND employed = 1 AND next_digest_ms IS NULL AND EXISTS (
    SELECT 1 FROM person AS r WHERE r.manager_id = person.person_id AND r.employed = 1)
