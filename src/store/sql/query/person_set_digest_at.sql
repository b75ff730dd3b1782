-- When this manager's next week is due.
UPDATE person SET next_digest_ms = :next_digest_ms WHERE person_id = :person_id
