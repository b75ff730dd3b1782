-- How much is waiting, for status and metrics.
-- scan ok: the outbox holds minutes, not history
SELECT count(*) FILTER (WHERE state = 1) AS planned, count(*) FILTER (WHERE state = 2) AS claimed,
    count(*) FILTER (WHERE state = 3) AS unknown, min(made_ms) AS made_ms
FROM delivery
