-- How much waits in each lane, and since when: what is meant for later does not wait yet.
-- scan ok: the outbox holds minutes, not history
SELECT lane, count(*) AS planned,
    min(CASE WHEN attempts > 0 OR due_ms IS NULL THEN made_ms
        WHEN due_ms <= :now_ms THEN max(made_ms, due_ms) END) AS made_ms
FROM delivery GROUP BY lane
