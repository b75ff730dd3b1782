-- An older copy took the place of the store: no longer a backup, and not to be sent from.
UPDATE upkeep SET restored_ms = :now_ms, behind_ms = :behind_ms, copied_ms = NULL WHERE id = 1
