-- Late ones that are old enough by now.
SELECT since_ms, nudge_id FROM late WHERE what = :what AND since_ms < :before_ms
ORDER BY since_ms, nudge_id LIMIT :max
