-- Forget a few that are too old to come again; each new one pays for some old ones.
DELETE FROM seen WHERE (bucket, dedupe_key) IN (
    SELECT bucket, dedupe_key FROM seen WHERE bucket < :bucket - 1
    ORDER BY bucket, dedupe_key LIMIT 16)
