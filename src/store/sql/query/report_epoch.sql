-- Which people.csv is in force.
SELECT roster_epoch FROM state WHERE id = 1
