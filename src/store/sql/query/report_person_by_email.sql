-- Somebody the operator names by e-mail.
SELECT person_id, external_id, email, name, role, cohort, region, zone, workdays, start_day,
    end_day, manager_id, employed, state, paused_until_ms, own_zone, notice_version, enrolled_day,
    chat_state, chat_user, chat_channel, chat_zone, dnd_until_ms, slot_day, slot_count,
    next_slot_ms, next_digest_ms, last_nudge_id
FROM person WHERE email = :who
