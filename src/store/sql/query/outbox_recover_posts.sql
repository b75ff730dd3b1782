-- After a crash: a claimed post may have left, so its outcome is unknown, never resent blindly.
-- scan ok: once at boot, over what was not yet sent
UPDATE delivery SET state = 3 WHERE state = 2 AND kind = 1
