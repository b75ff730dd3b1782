-- Somebody who left gives the chat account to the person who has its e-mail now.
UPDATE person SET chat_user = NULL, chat_channel = NULL, chat_state = 0 WHERE person_id = :person_id
