-- The open question of everybody, from before the gap: the card may have been answered in it, and a
-- new one may stand below it.
-- scan ok: once after a restore, about everybody
UPDATE nudge SET state = 3, closed_ms = :now_ms
WHERE state = 1 AND nudge_id IN (SELECT last_nudge_id FROM person WHERE last_nudge_id IS NOT NULL)
