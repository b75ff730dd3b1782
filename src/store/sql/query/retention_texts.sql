-- Typed words that were kept long enough. What claims to be from the future had a wrong clock.
UPDATE answer SET text = NULL
WHERE nudge_id > :nudge_id AND nudge_id <= :last_nudge_id AND text IS NOT NULL
    AND (answered_ms < :before_ms OR answered_ms > :now_ms)
