-- From the manager as written, an id or an e-mail, to the row; nobody is their own manager. Who is
-- new in a team is so from now on.
UPDATE person SET manager_id = COALESCE(
    (SELECT m.person_id FROM person AS m WHERE m.external_id = person.manager AND m.employed = 1
        AND m.person_id <> person.person_id),
    (SELECT m.person_id FROM person AS m WHERE m.email = person.manager AND m.employed = 1
        AND m.person_id <> person.person_id)),
    manager_since_ms = :now_ms
WHERE person_id > :after_id AND person_id <= :until_id AND manager_id IS DISTINCT FROM COALESCE(
    (SELECT m.person_id FROM person AS m WHERE m.external_id = person.manager AND m.employed = 1
        AND m.person_id <> person.person_id),
    (SELECT m.person_id FROM person AS m WHERE m.email = person.manager AND m.employed = 1
        AND m.person_id <> person.person_id))
