-- Another rating of an answer, and the review as it would have been before it.
UPDATE answer SET rating = :rating, before_answers = :answers, before = :before
WHERE nudge_id = :nudge_id AND step = :step AND attempt = :attempt
