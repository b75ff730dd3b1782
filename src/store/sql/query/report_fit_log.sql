-- A slice of all rated answers behind the last one read, for fitting the memory model.
SELECT a.nudge_id, a.step, a.attempt, a.day, a.rating, a.before_answers AS answers, n.person_id,
    n.prompt_id
FROM answer AS a CROSS JOIN nudge AS n ON n.nudge_id = a.nudge_id
WHERE (a.nudge_id, a.step, a.attempt) > (:nudge_id, :step, :attempt) AND a.rating <> 0
ORDER BY a.nudge_id, a.step, a.attempt LIMIT 5000
