-- A matched account changed: its zone moves the slot, an account that came back is looked at now.
UPDATE person SET chat_zone = :chat_zone, chat_state = :chat_state,
    next_slot_ms = CASE WHEN employed = 1 AND state = 1 THEN 0 ELSE next_slot_ms END
WHERE person_id = :person_id
