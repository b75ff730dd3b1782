-- Everybody who may be asked is looked at at once, only to plan: the operator resumed, or content
-- changed.
-- scan ok: it is about everybody
UPDATE person SET next_slot_ms = 0 WHERE employed = 1 AND state = 1 AND chat_state = 1
