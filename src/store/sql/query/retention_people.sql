-- Whose seconds may be among them, the next few behind the last one seen.
-- scan ok: sorts a slice of nudges
SELECT DISTINCT person_id FROM nudge
WHERE nudge_id > :nudge_id AND nudge_id <= :last_nudge_id AND person_id > :person_id
ORDER BY person_id LIMIT :max
