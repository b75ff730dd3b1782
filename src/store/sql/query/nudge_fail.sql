-- The message will never arrive: the nudge is closed, its slot stays used.
UPDATE nudge SET state = 5, closed_ms = :now_ms WHERE nudge_id = :nudge_id AND state = 1
