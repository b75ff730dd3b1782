-- This week's digest may have been sent in the gap: planned anew, for the next.
UPDATE person SET next_digest_ms = 0 WHERE next_digest_ms IS NOT NULL
