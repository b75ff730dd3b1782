-- Everything a person answered that is kept, newest question first, with what it was measured
-- against and the text that was shown. Asked when ratings are derived anew.
-- scan ok: the chain itself, one row a step
WITH RECURSIVE chain (nudge_id, before_nudge_id, prompt_id, revision_id, fast_s, slow_s) AS (
    SELECT n.nudge_id, n.before_nudge_id, n.prompt_id, n.revision_id, n.fast_s, n.slow_s
    FROM person AS p JOIN nudge AS n ON n.nudge_id = p.last_nudge_id WHERE p.person_id = :person_id
    UNION ALL
    SELECT n.nudge_id, n.before_nudge_id, n.prompt_id, n.revision_id, n.fast_s, n.slow_s
    FROM chain JOIN nudge AS n ON n.nudge_id = chain.before_nudge_id
    WHERE n.nudge_id < chain.nudge_id
)
SELECT chain.prompt_id, chain.fast_s, chain.slow_s, r.body,
    a.nudge_id, a.step, a.attempt, a.day, a.answered_ms, a.grade, a.rating, a.chosen, NULL AS text,
    a.seconds, a.circumstances, a.before_answers AS answers, a.before
FROM chain
    CROSS JOIN prompt_revision AS r ON r.revision_id = chain.revision_id
    CROSS JOIN answer AS a ON a.nudge_id = chain.nudge_id
