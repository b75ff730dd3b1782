-- The newest estimate of one prompt in place of the one before.
INSERT INTO prompt_difficulty (prompt_id, revision_id, answers, people, right_answers, difficulty,
    error, flag, option, option_count, key_count, at_ms)
VALUES (:prompt_id, :revision_id, :answers, :people, :right_answers, :difficulty, :error, :flag,
    :option, :option_count, :key_count, :at_ms)
ON CONFLICT (prompt_id) DO UPDATE SET revision_id = excluded.revision_id,
    answers = excluded.answers, people = excluded.people, right_answers = excluded.right_answers,
    difficulty = excluded.difficulty, error = excluded.error, flag = excluded.flag,
    option = excluded.option, option_count = excluded.option_count,
    key_count = excluded.key_count, at_ms = excluded.at_ms
