-- A week's message planned further ahead than any can be was planned by a wrong clock.
UPDATE person SET next_digest_ms = 0 WHERE next_digest_ms > :until_ms
