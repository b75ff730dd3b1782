-- What the chat says about the person.
UPDATE person SET chat_state = :chat_state, chat_user = :chat_user, chat_channel = :chat_channel,
    chat_zone = :chat_zone
WHERE person_id = :person_id
