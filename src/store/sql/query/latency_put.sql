-- One more, and without those that are too old.
INSERT INTO latency (person_id, kind, recent) VALUES (:person_id, :kind, :recent)
ON CONFLICT (person_id, kind) DO UPDATE SET recent = excluded.recent
