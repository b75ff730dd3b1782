-- An answer to a question that retention has passed already.
INSERT INTO late (what, since_ms, nudge_id) VALUES (:what, :answered_ms, :nudge_id)
ON CONFLICT DO NOTHING
