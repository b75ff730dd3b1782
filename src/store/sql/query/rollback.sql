-- Give a turn up: nothing of it happened.
ROLLBACK
