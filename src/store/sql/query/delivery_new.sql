-- Plan one message; nothing leaves before the commit.
INSERT INTO delivery (delivery_id, lane, order_ms, kind, state, person_id, nudge_id, delivery_key,
    message_id, made_ms, due_ms, not_after_ms, attempts, payload)
VALUES (:delivery_id, :lane, :order_ms, :kind, 1, :person_id, :nudge_id, :delivery_key,
    :message_id, :now_ms, :due_ms, :not_after_ms, 0, :payload)
