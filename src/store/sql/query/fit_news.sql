-- Whether there is enough new to learn from: answers taken ever, and by the last fit.
-- scan ok: newest first, past reverts
SELECT answer_count AS answers,
    (SELECT recorded FROM fit WHERE set_id IS NULL ORDER BY fit_id DESC LIMIT 1) AS recorded
FROM state WHERE id = 1
