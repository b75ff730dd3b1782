-- Whose do-not-disturb is worth asking for: their slot comes soon.
SELECT chat_user FROM person WHERE next_slot_ms < :now_ms AND chat_user IS NOT NULL
ORDER BY next_slot_ms LIMIT :max
