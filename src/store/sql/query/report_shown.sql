-- What one person's right answers are evidence of, where they may be enough for it and all of them
-- were given after a day.
SELECT review.prompt_id, stability, difficulty, memory_state, memory_step, born_day, last_day,
    sent_day, due_day, answers, lapses, misses, log_odds, hits, formats, hits_from_day,
    hits_to_day, fit_id, marks, prompt.skill
FROM review CROSS JOIN prompt ON prompt.prompt_id = review.prompt_id
WHERE review.person_id = :person_id AND log_odds >= :log_odds AND hits >= :hits
    AND hits_from_day > :after_day
ORDER BY review.prompt_id
