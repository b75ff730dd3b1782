-- All of it was too old.
DELETE FROM latency WHERE person_id = :person_id AND kind = :kind
