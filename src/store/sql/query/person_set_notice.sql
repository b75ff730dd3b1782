-- The privacy notice was sent.
UPDATE person SET notice_version = :notice_version WHERE person_id = :person_id
