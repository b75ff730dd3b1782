-- Whether it is known, and since when.
SELECT began_ms FROM alert WHERE condition = :condition
