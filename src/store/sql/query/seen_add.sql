-- Remember an event the platform may deliver again.
INSERT INTO seen (bucket, dedupe_key) VALUES (:bucket, :dedupe_key)
ON CONFLICT (bucket, dedupe_key) DO NOTHING
