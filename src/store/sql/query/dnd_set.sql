-- Do-not-disturb as the platform answered.
UPDATE person SET dnd_until_ms = :dnd_until_ms
WHERE chat_user = :chat_user AND dnd_until_ms <> :dnd_until_ms
