-- From here on every copy made before is an older one.
UPDATE upkeep SET store_key = :store_key, epoch = :epoch, epoch_ms = :now_ms WHERE id = 1
