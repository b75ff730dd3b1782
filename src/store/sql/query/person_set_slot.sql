-- The slot just used and the next one to look at.
UPDATE person SET slot_day = :slot_day, slot_count = :slot_count, next_slot_ms = :next_slot_ms
WHERE person_id = :person_id
