-- A slice of what everybody's answers show, a row a person and question, behind the last one read.
SELECT review.person_id, review.prompt_id, stability, difficulty, memory_state, memory_step,
    born_day, last_day, sent_day, due_day, answers, lapses, misses, log_odds, hits, formats,
    hits_from_day, hits_to_day, fit_id, marks, p.name, p.email, prompt.deck, prompt.prompt,
    prompt.skill, prompt.kind
FROM review
    CROSS JOIN person AS p ON p.person_id = review.person_id
    CROSS JOIN prompt ON prompt.prompt_id = review.prompt_id
WHERE (review.person_id, review.prompt_id) > (:person_id, :prompt_id)
ORDER BY review.person_id, review.prompt_id LIMIT 1000
