-- The zone the person chose for themself.
UPDATE person SET own_zone = :own_zone WHERE person_id = :person_id
