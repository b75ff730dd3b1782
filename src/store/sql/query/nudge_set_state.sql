-- Answered, expired, skipped, or one step further.
UPDATE nudge SET state = :state, step = :step, closed_ms = :closed_ms,
    message_id = coalesce(:message_id, message_id) WHERE nudge_id = :nudge_id
