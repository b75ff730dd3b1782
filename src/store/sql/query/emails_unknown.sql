-- Whom to ask the workspace for one by one: not met on any page of its roster. Once per roster.
SELECT person_id, email FROM person
WHERE employed = 1 AND chat_state = 0 AND email IS NOT NULL AND person_id > :person_id
ORDER BY person_id LIMIT :max
