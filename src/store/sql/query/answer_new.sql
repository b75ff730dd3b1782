-- Record one answer; its key makes a repeated delivery of the same click harmless.
INSERT INTO answer (nudge_id, step, attempt, day, answered_ms, grade, rating, chosen, text,
    seconds, circumstances, before_answers, before)
VALUES (:nudge_id, :step, :attempt, :day, :answered_ms, :grade, :rating, :chosen, :text,
    :seconds, :circumstances, :answers, :before)
ON CONFLICT (nudge_id, step, attempt) DO NOTHING
