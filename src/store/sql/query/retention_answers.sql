-- Answers that were kept long enough. What claims to be from the future had a wrong clock.
DELETE FROM answer
WHERE nudge_id > :nudge_id AND nudge_id <= :last_nudge_id
    AND (answered_ms < :before_ms OR answered_ms > :now_ms)
