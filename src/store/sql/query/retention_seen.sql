-- Event ids too old to come again, also when no new one comes to pay for them.
DELETE FROM seen WHERE (bucket, dedupe_key) IN (
    SELECT bucket, dedupe_key FROM seen WHERE bucket < :bucket - 1
    ORDER BY bucket, dedupe_key LIMIT :max)
