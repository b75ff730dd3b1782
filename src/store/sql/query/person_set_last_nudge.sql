-- The head of the person's chain of nudges.
UPDATE person SET last_nudge_id = :nudge_id WHERE person_id = :person_id
