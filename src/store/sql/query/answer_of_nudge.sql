-- The answer already given, the latest step and attempt of it.
SELECT nudge_id, step, attempt, day, answered_ms, grade, rating, chosen, text,
    before_stability AS stability, before_difficulty AS difficulty,
    before_memory_state AS memory_state, before_memory_step AS memory_step,
    before_born_day AS born_day, before_last_day AS last_day,
    before_sent_day AS sent_day, before_due_day AS due_day, before_answers AS answers,
    before_lapses AS lapses, before_misses AS misses, before_log_odds AS log_odds,
    before_hits AS hits, before_formats AS formats, before_hits_from_day AS hits_from_day,
    before_hits_to_day AS hits_to_day, before_fit_id AS fit_id, before_marks AS marks,
    seconds, circumstances
FROM answer WHERE nudge_id = :nudge_id
ORDER BY step DESC, attempt DESC LIMIT 1
