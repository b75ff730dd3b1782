-- Whether the last stop was in good order: decides about the check at the next start.
UPDATE state SET clean_stop = :clean_stop WHERE id = 1
