-- The nudge a button names, with the text that was shown.
SELECT n.nudge_id, n.person_id, n.prompt_id, n.revision_id, n.nudge_key, n.state, n.step, n.day,
    n.planned_ms, n.closed_ms, n.message_id, r.body
FROM nudge AS n JOIN prompt_revision AS r ON r.revision_id = n.revision_id
WHERE n.nudge_id = :nudge_id
