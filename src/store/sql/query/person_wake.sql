-- Everybody of these who may be asked is looked at at once, only to plan: the operator resumed, or
-- content changed.
UPDATE person SET next_slot_ms = 0
WHERE person_id > :after_id AND person_id <= :until_id
    AND employed = 1 AND state = 1 AND chat_state = 1
