-- What the admins were told is not as it should be, so that nobody is told twice whatever restarts,
-- and so that it can be said from when to when it was.
CREATE TABLE alert (
    condition TEXT PRIMARY KEY,         -- its name in app/degraded.c
    began_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
