-- How far retention came.
UPDATE upkeep SET texts_nudge_id = :texts_nudge_id, answers_nudge_id = :answers_nudge_id,
    seconds_nudge_id = :seconds_nudge_id
WHERE id = 1
