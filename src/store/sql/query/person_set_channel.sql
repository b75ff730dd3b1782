-- The DM was opened: keep its id, so that opening is asked for once.
UPDATE person SET chat_channel = :chat_channel WHERE person_id = :person_id
