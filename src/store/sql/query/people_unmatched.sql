-- Who is on the list and cannot be reached in the workspace.
-- scan ok: asked once per roster of the workspace
SELECT count(*) AS people FROM person WHERE employed = 1 AND chat_state IN (2, 3, 4)
