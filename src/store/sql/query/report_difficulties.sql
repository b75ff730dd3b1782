-- What is known of how hard prompts are.
-- scan ok: a row a prompt, once a night and for status
SELECT prompt_id, revision_id, answers, people, right_answers, difficulty, error, flag, option,
    option_count, key_count
FROM prompt_difficulty ORDER BY prompt_id
