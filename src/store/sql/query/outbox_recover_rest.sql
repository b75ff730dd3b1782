-- After a crash: what can be repeated without harm is planned again.
-- scan ok: once at boot, over what was not yet sent
UPDATE delivery SET state = 1 WHERE state = 2 AND kind <> 1
