-- The workspace refuses us: nothing more can be sent until it is bound again.
UPDATE state SET workspace_lost = 1 WHERE id = 1
