-- The platform's id of the message: what updates name. The first one stays, until the question goes
-- on in another (a step was typed before the first was known to be there). When it could be seen is
-- not known of one that had to be looked for (state 3): it was there before we knew.
UPDATE nudge SET message_id = :message_id, delivered_after_ms = CASE
    WHEN message_id IS NOT NULL THEN delivered_after_ms
    WHEN NOT EXISTS (
        SELECT 1 FROM delivery AS d WHERE d.delivery_id = :delivery_id AND d.state = 3)
    THEN :now_ms - planned_ms END
WHERE nudge_id = :nudge_id AND (message_id IS NULL OR step > 0)
