-- Looked at: what remains of it comes back under its own age.
DELETE FROM late WHERE what = :what AND since_ms = :since_ms AND nudge_id = :nudge_id
