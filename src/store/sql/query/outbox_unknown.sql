-- Of what may have arrived: whatever the platform can be asked about now.
SELECT d.delivery_id, d.lane, d.order_ms, d.kind, d.state, d.person_id, d.nudge_id, d.delivery_key,
    COALESCE(d.message_id, n.message_id) AS message_id, d.due_ms, d.not_after_ms, d.claimed_ms,
    d.attempts, d.payload, p.chat_user, p.chat_channel
FROM delivery AS d JOIN person AS p ON p.person_id = d.person_id
    LEFT JOIN nudge AS n ON n.nudge_id = d.nudge_id
WHERE d.state = 3 AND d.settle_ms <= :now_ms
ORDER BY d.settle_ms LIMIT :max
