-- What an older copy still wanted to say has been said, or is too late.
DELETE FROM delivery WHERE delivery_id > 0
