-- Bind the store to the chat tenant it talks to.
UPDATE state SET platform = :platform, workspace = :workspace, workspace_lost = 0 WHERE id = 1
