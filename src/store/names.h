/* Every parameter and column name that occurs in sql/query, once: C names them by number, and the
 * places of each in a statement are looked up when it is prepared, not when it runs. */
#ifndef STORE_NAMES_H
#define STORE_NAMES_H

#define NAME_MAP(XX) \
    XX(ERROR, "error") XX(FLAG, "flag") XX(KEY_COUNT, "key_count") XX(OPTION, "option") \
    XX(OPTION_COUNT, "option_count") XX(RIGHT_ANSWERS, "right_answers") \
    XX(ADOPTED, "adopted") XX(AT_MS, "at_ms") XX(BEFORE, "before") \
    XX(BEFORE_ID, "before_id") XX(CAUSE, "cause") \
    XX(ERROR_CONSTANT, "error_constant") XX(ERROR_IN_USE, "error_in_use") \
    XX(FIT_ID, "fit_id") XX(HELD_OUT, "held_out") XX(HELD_OUT_DAY, "held_out_day") \
    XX(LEARNT_FROM, "learnt_from") XX(LOSS_CANDIDATE, "loss_candidate") \
    XX(LOSS_CONSTANT, "loss_constant") XX(LOSS_IN_USE, "loss_in_use") XX(PLACE, "place") \
    XX(RECORDED, "recorded") XX(SET_ID, "set_id") XX(TARGETS, "targets") XX(WEIGHT, "weight") \
    XX(AFTER_DAY, "after_day") \
    XX(AFTER_ID, "after_id") XX(ANSWER_COUNT, "answer_count") XX(ANSWERED_MS, "answered_ms") \
    XX(ANSWERS, "answers") \
    XX(ATTEMPT, "attempt") XX(ATTEMPTS, "attempts") XX(BEGAN_MS, "began_ms") \
    XX(BODY, "body") XX(BORN_DAY, "born_day") XX(BUCKET, "bucket") \
    XX(CHAT_CHANNEL, "chat_channel") XX(CHAT_STATE, "chat_state") \
    XX(ANSWERS_NUDGE_ID, "answers_nudge_id") XX(BACKUP_MS, "backup_ms") \
    XX(BEFORE_MS, "before_ms") XX(BEHIND_MS, "behind_ms") XX(COPIED_MS, "copied_ms") \
    XX(EPOCH, "epoch") XX(EPOCH_MS, "epoch_ms") XX(GAP_END_MS, "gap_end_ms") \
    XX(RESTORED_MS, "restored_ms") XX(STORE_KEY, "store_key") \
    XX(TEXTS_NUDGE_ID, "texts_nudge_id") \
    XX(CHAT_USER, "chat_user") XX(CHAT_ZONE, "chat_zone") XX(CHOSEN, "chosen") \
    XX(CLAIMED, "claimed") XX(CLAIMED_MS, "claimed_ms") XX(CLEAN_STOP, "clean_stop") \
    XX(CIRCUMSTANCES, "circumstances") XX(CLOSED_MS, "closed_ms") XX(COHORT, "cohort") \
    XX(CONDITION, "condition") \
    XX(DAY, "day") XX(DECK, "deck") \
    XX(DEDUPE_KEY, "dedupe_key") XX(DELIVERY_COUNT, "delivery_count") \
    XX(DELIVERED_AFTER_MS, "delivered_after_ms") XX(FAST_S, "fast_s") \
    XX(DELIVERY_ID, "delivery_id") XX(DELIVERY_KEY, "delivery_key") XX(DIFFICULTY, "difficulty") \
    XX(DND_UNTIL_MS, "dnd_until_ms") XX(DUE_DAY, "due_day") XX(DUE_MS, "due_ms") \
    XX(EMAIL, "email") XX(EMPLOYED, "employed") XX(END_DAY, "end_day") \
    XX(ENROLLED_DAY, "enrolled_day") XX(EXTERNAL_ID, "external_id") XX(FIRST_DAY, "first_day") \
    XX(FORMATS, "formats") XX(FOUND, "found") XX(GRADE, "grade") XX(HAS_LEFT, "has_left") \
    XX(HASH, "hash") XX(HELD_OUT_DAYS, "held_out_days") \
    XX(HITS, "hits") XX(HITS_FROM_DAY, "hits_from_day") XX(HITS_TO_DAY, "hits_to_day") \
    XX(LOG_ODDS, "log_odds") \
    XX(KIND, "kind") XX(LANE, "lane") XX(LAPSES, "lapses") XX(LAST_ANSWER_MS, "last_answer_ms") \
    XX(LAST_DAY, "last_day") XX(LAST_NUDGE_ID, "last_nudge_id") XX(LIVE, "live") \
    XX(LOOKED_HASH, "looked_hash") XX(MADE_MS, "made_ms") XX(MANAGER, "manager") \
    XX(MANAGER_ID, "manager_id") \
    XX(MANAGER_SINCE_MS, "manager_since_ms") \
    XX(MARKS, "marks") XX(MATCHED, "matched") XX(MAX, "max") XX(MEMORY_STATE, "memory_state") \
    XX(MEMORY_STEP, "memory_step") XX(MESSAGE_ID, "message_id") XX(MISSES, "misses") \
    XX(NAME, "name") XX(NEXT_DIGEST_MS, "next_digest_ms") XX(NEXT_SLOT_MS, "next_slot_ms") \
    XX(NOT_AFTER_MS, "not_after_ms") XX(NOTICE_VERSION, "notice_version") XX(NOW_MS, "now_ms") \
    XX(NUDGE_ID, "nudge_id") XX(NUDGE_KEY, "nudge_key") XX(NUDGES, "nudges") \
    XX(OPTIONS, "options") XX(ORDER_MS, "order_ms") XX(OWN_ZONE, "own_zone") \
    XX(PAUSED, "paused") XX(PAUSED_UNTIL_MS, "paused_until_ms") XX(PAYLOAD, "payload") \
    XX(PEOPLE, "people") XX(PEOPLE_HASH, "people_hash") XX(PERSON_ID, "person_id") \
    XX(PLANNED, "planned") \
    XX(PLANNED_MS, "planned_ms") XX(PLATFORM, "platform") XX(PROMPT, "prompt") \
    XX(PROMPT_ID, "prompt_id") XX(RATING, "rating") XX(READER, "reader") \
    XX(RECENT, "recent") XX(SECONDS, "seconds") XX(SECONDS_NUDGE_ID, "seconds_nudge_id") \
    XX(SLOW_S, "slow_s") XX(REGION, "region") \
    XX(REVISION_ID, "revision_id") XX(ROLE, "role") XX(ROSTER_EPOCH, "roster_epoch") \
    XX(SENT_DAY, "sent_day") XX(SENT_MS, "sent_ms") XX(SETTLE_MS, "settle_ms") \
    XX(SINCE_MS, "since_ms") \
    XX(SKILL, "skill") XX(SLOT_COUNT, "slot_count") XX(SLOT_DAY, "slot_day") \
    XX(STABILITY, "stability") XX(START_DAY, "start_day") XX(STATE, "state") XX(STEP, "step") \
    XX(STOPPED, "stopped") XX(TEXT, "text") XX(UNKNOWN, "unknown") XX(UNMATCHED, "unmatched") \
    XX(UNTIL_ID, "until_id") XX(UNTIL_MS, "until_ms") \
    XX(WEEK_MONDAY, "week_monday") XX(WHAT, "what") XX(WHO, "who") XX(WORKDAYS, "workdays") \
    XX(WORKSPACE, "workspace") XX(WORKSPACE_LOST, "workspace_lost") XX(ZONE, "zone")

enum sql_name {
#define XX(name, text) NAME_##name,
    NAME_MAP(XX)
#undef XX
    NAME_COUNT
};

#endif
