-- The nudge a button names.
SELECT nudge_id, person_id, prompt_id, revision_id, nudge_key, state, step, day, planned_ms,
    closed_ms, message_id, held_out_days, delivered_after_ms, circumstances, fast_s, slow_s
FROM nudge WHERE nudge_id = :nudge_id
