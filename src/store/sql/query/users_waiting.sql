-- To whom a question or notice is on its way: whether they may be disturbed is asked again.
SELECT p.chat_user FROM delivery AS d JOIN person AS p ON p.person_id = d.person_id
WHERE d.lane = :lane AND d.state = 1 AND p.chat_user IS NOT NULL
ORDER BY d.order_ms, d.delivery_id LIMIT :max
