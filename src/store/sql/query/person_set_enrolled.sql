-- Prompts may start from this day.
UPDATE person SET enrolled_day = :enrolled_day WHERE person_id = :person_id
