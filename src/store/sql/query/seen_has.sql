-- Whether the platform delivered this event before: this bucket of 26 hours and its neighbours.
SELECT 1 AS found FROM seen
WHERE bucket IN (:bucket, :bucket - 1, :bucket + 1) AND dedupe_key = :dedupe_key LIMIT 1
