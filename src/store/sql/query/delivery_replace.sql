-- The newest state of a message or page wins: an older one still planned need not be sent.
DELETE FROM delivery WHERE person_id = :person_id AND kind IN (2, 3) AND kind = :kind AND state = 1
    AND message_id IS NOT DISTINCT FROM :message_id AND nudge_id IS NOT DISTINCT FROM :nudge_id
