-- The sendings themselves, once nothing is answered under them. The chain of a person ends there.
-- The newest of all stays: its number must not be given again.
DELETE FROM nudge
WHERE nudge_id > :nudge_id AND nudge_id <= :last_nudge_id
    AND nudge_id < (SELECT max(nudge_id) FROM nudge)
    AND NOT EXISTS (SELECT 1 FROM answer AS a WHERE a.nudge_id = nudge.nudge_id)
