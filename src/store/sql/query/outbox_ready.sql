-- What may be sent now, in order. A post waits while an earlier message to the same person may
-- have arrived: the answer to that comes first.
SELECT d.delivery_id, d.lane, d.order_ms, d.kind, d.state, d.person_id, d.nudge_id, d.delivery_key,
    COALESCE(d.message_id, n.message_id) AS message_id, d.due_ms, d.not_after_ms, d.claimed_ms,
    d.attempts, d.payload, p.chat_user, p.chat_channel
FROM delivery AS d JOIN person AS p ON p.person_id = d.person_id
    LEFT JOIN nudge AS n ON n.nudge_id = d.nudge_id
WHERE d.lane = :lane AND (d.order_ms, d.delivery_id) > (:order_ms, :delivery_id)
    AND d.state = 1 AND (d.due_ms IS NULL OR d.due_ms <= :now_ms)
    AND (d.kind <> 1 OR NOT EXISTS (
        SELECT 1 FROM delivery AS u WHERE u.person_id = d.person_id AND u.state = 3))
ORDER BY d.order_ms, d.delivery_id LIMIT :max
