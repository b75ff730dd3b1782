-- The answer already given, the latest step and attempt of it.
SELECT nudge_id, step, attempt, day, answered_ms, grade, rating, chosen, text,
    seconds, circumstances, before_answers AS answers, before
FROM answer WHERE nudge_id = :nudge_id
ORDER BY step DESC, attempt DESC LIMIT 1
