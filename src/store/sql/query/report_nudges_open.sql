-- How many wait for an answer: a person has one open at a time, the newest.
-- scan ok: asked by hand, over the people
SELECT count(*) AS nudges FROM person AS p JOIN nudge AS n ON n.nudge_id = p.last_nudge_id
WHERE n.state = 1
