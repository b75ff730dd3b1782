-- The operator's pause or resume.
UPDATE state SET live = :live WHERE id = 1
