-- How many of the questions that are over were answered.
-- scan ok: asked by hand, over the questions that are kept
SELECT count(*) FILTER (WHERE state = 2) AS answers, count(*) AS nudges
FROM nudge
WHERE state IN (2, 3, 4)
