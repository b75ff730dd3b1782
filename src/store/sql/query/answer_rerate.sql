-- Another rating of an answer, and the review as it would have been before it.
UPDATE answer SET rating = :rating, before_stability = :stability,
    before_difficulty = :difficulty, before_memory_state = :memory_state,
    before_memory_step = :memory_step, before_born_day = :born_day, before_last_day = :last_day,
    before_sent_day = :sent_day, before_due_day = :due_day, before_answers = :answers,
    before_lapses = :lapses, before_misses = :misses, before_log_odds = :log_odds,
    before_hits = :hits, before_formats = :formats, before_hits_from_day = :hits_from_day,
    before_hits_to_day = :hits_to_day, before_fit_id = :fit_id, before_marks = :marks
WHERE nudge_id = :nudge_id AND step = :step AND attempt = :attempt
