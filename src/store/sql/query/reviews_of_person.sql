-- All that a person has met: what the choice of the next prompt is made from.
SELECT prompt_id, stability, difficulty, memory_state, memory_step, born_day,
    last_day, sent_day, due_day, answers, lapses, misses, log_odds, hits, formats,
    hits_from_day, hits_to_day, fit_id, marks
FROM review WHERE person_id = :person_id ORDER BY prompt_id
