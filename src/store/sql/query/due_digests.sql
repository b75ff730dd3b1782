-- Which managers' weeks are due.
SELECT person_id FROM person WHERE next_digest_ms <= :now_ms ORDER BY next_digest_ms LIMIT :max
