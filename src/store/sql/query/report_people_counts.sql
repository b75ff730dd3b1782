-- How many people are in which state, for status.
-- scan ok: asked by hand, over the people
SELECT count(*) FILTER (WHERE employed = 1) AS people,
    count(*) FILTER (WHERE employed = 1 AND chat_state = 1) AS matched,
    count(*) FILTER (WHERE employed = 1 AND chat_state <> 1) AS unmatched,
    count(*) FILTER (WHERE employed = 1 AND state = 2) AS paused,
    count(*) FILTER (WHERE employed = 1 AND state = 3) AS stopped,
    count(*) FILTER (WHERE employed = 0) AS has_left
FROM person
