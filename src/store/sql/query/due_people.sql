-- Whose slot has come: costs what is due, whatever the number of people.
SELECT person_id FROM person WHERE next_slot_ms <= :now_ms ORDER BY next_slot_ms LIMIT :max
