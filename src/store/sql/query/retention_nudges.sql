-- Where retention goes on. The reader stops at the first that is not old enough.
SELECT nudge_id, planned_ms FROM nudge WHERE nudge_id > :nudge_id ORDER BY nudge_id
