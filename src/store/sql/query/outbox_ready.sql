-- What may be sent now, in order. A post waits while an earlier message to the same person may
-- have arrived: the answer to that comes first. A question that was answered or put off before it
-- left, and anything unasked for to somebody who has since paused or left, is of no use any more.
SELECT d.delivery_id, d.lane, d.order_ms, d.kind, d.state, d.person_id, d.nudge_id, d.delivery_key,
    COALESCE(d.message_id, n.message_id) AS message_id, d.due_ms,
    CASE WHEN d.lane = 4 AND n.state <> 1 OR d.lane IN (3, 4) AND (p.state <> 1 OR p.employed = 0)
        THEN 0 ELSE d.not_after_ms END AS not_after_ms,
    d.claimed_ms, d.attempts, d.payload, p.chat_user, p.chat_channel
FROM delivery AS d JOIN person AS p ON p.person_id = d.person_id
    LEFT JOIN nudge AS n ON n.nudge_id = d.nudge_id
WHERE d.lane = :lane AND (d.order_ms, d.delivery_id) > (:order_ms, :delivery_id)
    AND d.state = 1 AND (d.due_ms IS NULL OR d.due_ms <= :now_ms)
    AND (d.kind <> 1 OR NOT EXISTS (
        SELECT 1 FROM delivery AS u WHERE u.person_id = d.person_id AND u.state = 3))
ORDER BY d.order_ms, d.delivery_id LIMIT :max
