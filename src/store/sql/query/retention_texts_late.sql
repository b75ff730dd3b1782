-- Typed words among them that came later and have to wait.
INSERT INTO late (what, since_ms, nudge_id)
SELECT :what, answered_ms, nudge_id FROM answer
WHERE nudge_id > :nudge_id AND nudge_id <= :last_nudge_id AND text IS NOT NULL
ON CONFLICT DO NOTHING
