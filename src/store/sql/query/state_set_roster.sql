-- Remember which people.csv was applied last.
UPDATE state SET roster_epoch = :roster_epoch WHERE id = 1
