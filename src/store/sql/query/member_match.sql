-- A chat account was found for an e-mail: the person is looked at now.
UPDATE person SET chat_state = 1, chat_user = :chat_user, chat_channel = NULL,
    chat_zone = :chat_zone, next_slot_ms = CASE WHEN state = 1 THEN 0 ELSE next_slot_ms END
WHERE person_id = :person_id
