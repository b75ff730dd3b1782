-- When a row that waits may be sent.
SELECT min(due_ms) AS due_ms FROM delivery WHERE due_ms > :now_ms
