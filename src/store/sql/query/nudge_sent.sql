-- The platform's id of the message: what updates name. The first one stays.
UPDATE nudge SET message_id = :message_id WHERE nudge_id = :nudge_id AND message_id IS NULL
