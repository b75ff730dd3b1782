-- When the newest backup was begun: what status tells.
UPDATE upkeep SET backup_ms = :now_ms WHERE id = 1
