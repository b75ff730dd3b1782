-- A slice of all answers behind the last one read, in the order their prompts were sent.
SELECT a.nudge_id, a.step, a.attempt, a.day, a.answered_ms, a.grade, a.rating, a.chosen, a.text,
    p.name, p.email, prompt.deck, prompt.prompt, prompt.skill, prompt.kind, r.options
FROM answer AS a
    CROSS JOIN nudge AS n ON n.nudge_id = a.nudge_id
    CROSS JOIN person AS p ON p.person_id = n.person_id
    CROSS JOIN prompt ON prompt.prompt_id = n.prompt_id
    CROSS JOIN prompt_revision AS r ON r.revision_id = n.revision_id
WHERE (a.nudge_id, a.step, a.attempt) > (:nudge_id, :step, :attempt)
ORDER BY a.nudge_id, a.step, a.attempt LIMIT 1000
