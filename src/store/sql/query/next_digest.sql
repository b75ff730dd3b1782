-- When the ticker must wake for a digest.
SELECT min(next_digest_ms) AS next_digest_ms FROM person WHERE next_digest_ms >= 0
