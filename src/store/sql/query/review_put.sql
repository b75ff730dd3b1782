-- The memory after an answer, or its birth at the first sending.
INSERT INTO review (person_id, prompt_id, stability, difficulty, memory_state, memory_step,
    born_day, last_day, sent_day, due_day, answers, lapses, misses, log_odds, hits, formats,
    hits_from_day, hits_to_day, fit_id, marks)
VALUES (:person_id, :prompt_id, :stability, :difficulty, :memory_state, :memory_step,
    :born_day, :last_day, :sent_day, :due_day, :answers, :lapses, :misses, :log_odds, :hits,
    :formats, :hits_from_day, :hits_to_day, :fit_id, :marks)
ON CONFLICT (person_id, prompt_id) DO UPDATE SET
    stability = excluded.stability, difficulty = excluded.difficulty,
    memory_state = excluded.memory_state, memory_step = excluded.memory_step,
    born_day = excluded.born_day, last_day = excluded.last_day,
    sent_day = excluded.sent_day, due_day = excluded.due_day, answers = excluded.answers,
    lapses = excluded.lapses, misses = excluded.misses,
    log_odds = excluded.log_odds, hits = excluded.hits, formats = excluded.formats,
    hits_from_day = excluded.hits_from_day, hits_to_day = excluded.hits_to_day,
    fit_id = excluded.fit_id, marks = excluded.marks
