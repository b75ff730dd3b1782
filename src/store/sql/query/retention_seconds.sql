-- Seconds to answer that were kept long enough. They came within minutes of the question, so its
-- age is theirs. The instant itself would say them again, so its hour is what remains.
UPDATE answer SET seconds = NULL, answered_ms = answered_ms - answered_ms % 3600000
WHERE nudge_id > :nudge_id AND nudge_id <= :last_nudge_id
