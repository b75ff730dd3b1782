-- It is over, and that was said.
DELETE FROM alert WHERE condition = :condition
