-- Under which prompts and settings everybody was looked at.
UPDATE upkeep SET looked_hash = :looked_hash WHERE id = 1
