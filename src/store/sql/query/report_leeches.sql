-- Prompts that several people keep missing and that rest for them, those of most people first.
-- scan ok: every review, once a night on a thread of its own, and when no daemon runs
SELECT prompt_id, count(*) AS people
FROM review
WHERE misses >= :misses AND last_day > :day
GROUP BY prompt_id
HAVING count(*) >= :people
ORDER BY count(*) DESC, prompt_id LIMIT :max
