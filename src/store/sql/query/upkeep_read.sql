-- Which copy of itself the store is, and how far retention came.
SELECT store_key, epoch, epoch_ms, copied_ms, restored_ms, behind_ms, gap_end_ms, backup_ms,
    texts_nudge_id, answers_nudge_id, seconds_nudge_id
FROM upkeep WHERE id = 1
