-- Active, paused or stopped, by their own word; employed is the file's word.
UPDATE person SET state = COALESCE(:state, state), paused_until_ms = :paused_until_ms,
    employed = CASE WHEN :state IS NULL THEN 0 ELSE employed END
WHERE person_id = :person_id
