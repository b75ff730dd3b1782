-- Every rated answer of one person to one prompt that is kept, newest first: along the chain of
-- their nudges, back to the day the review was born. Asked only where other weights are in force
-- than those that computed the review.
-- scan ok: the chain itself, one row a step
WITH RECURSIVE chain (nudge_id, before_nudge_id, prompt_id, day) AS (
    SELECT n.nudge_id, n.before_nudge_id, n.prompt_id, n.day
    FROM person AS p JOIN nudge AS n ON n.nudge_id = p.last_nudge_id WHERE p.person_id = :person_id
    UNION ALL
    SELECT n.nudge_id, n.before_nudge_id, n.prompt_id, n.day
    FROM chain JOIN nudge AS n ON n.nudge_id = chain.before_nudge_id
    WHERE chain.day >= :first_day AND n.nudge_id < chain.nudge_id
)
SELECT a.day, a.rating, a.before_answers AS answers
FROM chain CROSS JOIN answer AS a ON a.nudge_id = chain.nudge_id
WHERE chain.prompt_id = :prompt_id AND a.rating <> 0
