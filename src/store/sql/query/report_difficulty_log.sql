-- A slice of all scored answers behind the last one read, for estimating how hard prompts are.
SELECT a.nudge_id, a.step, a.attempt, a.rating, a.chosen, a.before_answers AS answers, n.person_id,
    n.prompt_id, n.revision_id, p.kind, r.options
FROM answer AS a CROSS JOIN nudge AS n ON n.nudge_id = a.nudge_id
    CROSS JOIN prompt AS p ON p.prompt_id = n.prompt_id
    CROSS JOIN prompt_revision AS r ON r.revision_id = n.revision_id
WHERE (a.nudge_id, a.step, a.attempt) > (:nudge_id, :step, :attempt) AND a.rating <> 0
ORDER BY a.nudge_id, a.step, a.attempt LIMIT 5000
