-- Record one answer; its key makes a repeated delivery of the same click harmless.
INSERT INTO answer (nudge_id, step, attempt, day, answered_ms, grade, rating, chosen, text,
    before_stability, before_difficulty, before_memory_state, before_memory_step,
    before_born_day, before_last_day, before_sent_day, before_due_day,
    before_answers, before_lapses, before_misses, before_log_odds, before_hits, before_formats,
    before_hits_from_day, before_hits_to_day, before_fit_id, before_marks,
    seconds, circumstances)
VALUES (:nudge_id, :step, :attempt, :day, :answered_ms, :grade, :rating, :chosen, :text,
    :stability, :difficulty, :memory_state, :memory_step,
    :born_day, :last_day, :sent_day, :due_day,
    :answers, :lapses, :misses, :log_odds, :hits, :formats, :hits_from_day, :hits_to_day,
    :fit_id, :marks, :seconds, :circumstances)
ON CONFLICT (nudge_id, step, attempt) DO NOTHING
