-- Which people.csv was taken in whole; none from the first of its rows to the last.
UPDATE upkeep SET people_hash = :people_hash WHERE id = 1
