-- One row of people.csv. What the person or the chat decided stays; who comes back is looked at
-- now, who is not active is left alone, and who was not found by the old e-mail is looked for
-- again.
INSERT INTO person (external_id, email, name, role, cohort, region, zone, workdays, start_day,
    end_day, manager, employed, roster_epoch, state, own_zone, notice_version, enrolled_day,
    chat_state, chat_zone, dnd_until_ms, slot_day, slot_count)
VALUES (:external_id, :email, :name, :role, :cohort, :region, :zone, :workdays, :start_day,
    :end_day, :manager, :employed, :roster_epoch, 1, '', 0, 0, 0, '', 0, 0, 0)
ON CONFLICT (external_id) DO UPDATE SET
    email = excluded.email, name = excluded.name, role = excluded.role, cohort = excluded.cohort,
    region = excluded.region, zone = excluded.zone, workdays = excluded.workdays,
    start_day = excluded.start_day, end_day = excluded.end_day, manager = excluded.manager,
    employed = excluded.employed, roster_epoch = excluded.roster_epoch,
    chat_state = CASE WHEN person.chat_state = 2 AND person.email IS DISTINCT FROM excluded.email
        THEN 0 ELSE person.chat_state END,
    next_slot_ms = CASE WHEN excluded.employed = 0 THEN NULL
        WHEN person.employed = 0 AND person.state = 1 AND person.chat_state = 1 THEN 0
        ELSE person.next_slot_ms END,
    next_digest_ms = CASE WHEN excluded.employed = 0 THEN NULL ELSE person.next_digest_ms END
