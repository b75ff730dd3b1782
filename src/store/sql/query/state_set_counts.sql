-- Once per turn, so that counting costs a batch one row and not one per answer.
UPDATE state SET delivery_count = :delivery_count, answer_count = answer_count + :answers,
    last_answer_ms = COALESCE(:answered_ms, last_answer_ms)
WHERE id = 1
