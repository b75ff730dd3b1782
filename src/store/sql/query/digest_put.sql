-- Plan a week, or say what became of it; what is decided stays decided.
INSERT INTO digest (manager_id, week_monday, state, planned_ms, sent_ms)
VALUES (:person_id, :week_monday, :state, :now_ms, :sent_ms)
ON CONFLICT (manager_id, week_monday) DO UPDATE SET
    state = excluded.state, sent_ms = excluded.sent_ms
WHERE digest.state = 1
