-- What was taken in whole, so that a start with the same files need not do it again.

ALTER TABLE upkeep ADD COLUMN people_hash BLOB;     -- of people.csv; NULL: none, or one in part
-- Of the prompts and settings under which everybody's next slot was planned last; NULL: not all
-- were planned under the same.
ALTER TABLE upkeep ADD COLUMN looked_hash BLOB;
