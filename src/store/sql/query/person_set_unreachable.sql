-- The platform refuses a DM to this person: no more slots until the chat says otherwise.
UPDATE person SET chat_state = 4, next_slot_ms = NULL WHERE person_id = :person_id
