-- When the ticker must wake for a person.
SELECT min(next_slot_ms) AS next_slot_ms FROM person WHERE next_slot_ms >= 0
