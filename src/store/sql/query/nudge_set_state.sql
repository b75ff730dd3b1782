-- Answered, expired, skipped, one step further, or with a hint shown.
UPDATE nudge SET state = :state, step = :step, closed_ms = :closed_ms,
    circumstances = :circumstances,
    message_id = coalesce(:message_id, message_id) WHERE nudge_id = :nudge_id
