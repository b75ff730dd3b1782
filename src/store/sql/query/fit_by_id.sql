-- One fit: where its weights come from, and what a revert of it brings back.
SELECT fit_id, at_ms, answers, before_id FROM fit WHERE fit_id = :fit_id
