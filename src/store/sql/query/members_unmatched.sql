-- After the whole roster: whoever is not found is not there.
-- scan ok: once per roster of the workspace
UPDATE person SET chat_state = 2 WHERE chat_state = 0
