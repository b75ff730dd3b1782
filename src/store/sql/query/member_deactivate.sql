-- The workspace closed the account: nothing more is planned.
UPDATE person SET chat_state = 3, next_slot_ms = NULL WHERE person_id = :person_id
