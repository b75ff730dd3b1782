-- What is true of the whole store.
SELECT live, platform, workspace, workspace_lost, roster_epoch, clean_stop, delivery_count
FROM state WHERE id = 1
