-- What questions were to be measured against, made from seconds as old or older; and when they
-- could be seen and were closed, which are the seconds again.
UPDATE nudge SET fast_s = NULL, slow_s = NULL, delivered_after_ms = NULL,
    closed_ms = closed_ms - closed_ms % 3600000
WHERE nudge_id > :nudge_id AND nudge_id <= :last_nudge_id
