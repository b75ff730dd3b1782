-- What one person answered in the days asked for, as far as it is evidence: along the chain of
-- their nudges, newest first, to the first one sent before those days. Numbers fall along the
-- chain, so a damaged one still ends.
-- scan ok: the chain itself, one row a step
WITH RECURSIVE chain (nudge_id, before_nudge_id, prompt_id, day) AS (
    SELECT n.nudge_id, n.before_nudge_id, n.prompt_id, n.day
    FROM person AS p JOIN nudge AS n ON n.nudge_id = p.last_nudge_id WHERE p.person_id = :person_id
    UNION ALL
    SELECT n.nudge_id, n.before_nudge_id, n.prompt_id, n.day
    FROM chain JOIN nudge AS n ON n.nudge_id = chain.before_nudge_id
    WHERE chain.day >= :first_day AND n.nudge_id < chain.nudge_id
)
SELECT chain.prompt_id, a.day, a.grade, a.rating, prompt.skill
FROM chain
    CROSS JOIN answer AS a ON a.nudge_id = chain.nudge_id
    CROSS JOIN prompt ON prompt.prompt_id = chain.prompt_id
WHERE a.day >= :first_day AND a.day < :end_day AND a.answered_ms >= :since_ms AND a.rating <> 0
