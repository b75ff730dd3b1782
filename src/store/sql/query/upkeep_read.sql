-- Which copy of itself the store is, how far retention came, and what was taken in.
SELECT store_key, epoch, epoch_ms, copied_ms, restored_ms, behind_ms, gap_end_ms, backup_ms,
    texts_nudge_id, answers_nudge_id, seconds_nudge_id, people_hash, looked_hash
FROM upkeep WHERE id = 1
