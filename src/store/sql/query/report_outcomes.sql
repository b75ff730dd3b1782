-- How held-out questions were answered after 7, 30 and 90 days, by skill. A person counts once a
-- skill and delay, with their first answer: two answers of one are not two people's.
-- Somebody who rates themself is right when it came back at all.
-- scan ok: asked by hand and read off the loop; what is grouped is the held-out ones, which are few
WITH first_ones AS (
    SELECT prompt.skill, n.held_out_days, a.grade, a.rating,
        row_number() OVER (
            PARTITION BY prompt.skill, n.held_out_days, n.person_id
            ORDER BY CASE WHEN a.rating IS NULL THEN 1 ELSE 0 END, n.nudge_id) AS place
    FROM nudge AS n
        CROSS JOIN prompt ON prompt.prompt_id = n.prompt_id
        LEFT JOIN answer AS a ON a.nudge_id = n.nudge_id AND a.rating <> 0
    WHERE n.held_out_days > 0
)
SELECT skill, held_out_days, count(*) AS people, count(rating) AS answers,
    count(CASE WHEN grade = 3 OR (grade = 0 AND rating > 1) THEN 1 END) AS hits
FROM first_ones WHERE place = 1
GROUP BY skill, held_out_days ORDER BY skill, held_out_days
