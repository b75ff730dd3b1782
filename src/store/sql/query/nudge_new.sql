-- One more link in the person's chain; the number made here is the one in the buttons.
INSERT INTO nudge (person_id, prompt_id, revision_id, nudge_key, state, step, day, planned_ms,
    closed_ms, message_id, before_nudge_id, held_out_days, fast_s, slow_s)
SELECT person_id, :prompt_id, :revision_id, :nudge_key, :state, :step, :day, :planned_ms,
    :closed_ms, :message_id, last_nudge_id, :held_out_days, :fast_s, :slow_s
FROM person WHERE person_id = :person_id
RETURNING nudge_id
