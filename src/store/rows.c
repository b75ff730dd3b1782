/* Rows as the structs of core, and back. Owns the order and the limits of columns; nothing else. */
#include "store/inside.h"

#include <math.h>

#include "store/before.h"

/* All the bits there are, and room for some that a newer version may have written. */
enum { MARKS_MAX = 255, CIRCUMSTANCES_MAX = 0xffff };

static struct instant instant_or_zero(struct query *query, enum sql_name name);

void row_person(struct query *query, struct arena *arena, struct person *out)
{
    *out = (struct person){
        .person_id = query_int(query, NAME_PERSON_ID),
        .external_id = query_copy(query, NAME_EXTERNAL_ID, arena),
        .email = query_copy(query, NAME_EMAIL, arena),
        .name = query_copy(query, NAME_NAME, arena),
        .role = query_copy(query, NAME_ROLE, arena),
        .cohort = query_copy(query, NAME_COHORT, arena),
        .region = query_copy(query, NAME_REGION, arena),
        .manager_id = query_int(query, NAME_MANAGER_ID),
        .zone = query_copy(query, NAME_ZONE, arena),
        .chat_zone = query_copy(query, NAME_CHAT_ZONE, arena),
        .own_zone = query_copy(query, NAME_OWN_ZONE, arena),
        .workdays = (uint8_t)query_in(query, NAME_WORKDAYS, 0, 127),
        .start_day = query_int32(query, NAME_START_DAY),
        .end_day = query_int32(query, NAME_END_DAY),
        .state = (enum person_state)query_in(query, NAME_STATE, PERSON_ACTIVE, PERSON_STOPPED),
        .paused_until = query_instant(query, NAME_PAUSED_UNTIL_MS),
        .chat_state =
            (enum chat_state)query_in(query, NAME_CHAT_STATE, CHAT_UNKNOWN, CHAT_UNREACHABLE),
        .chat_user = query_copy(query, NAME_CHAT_USER, arena),
        .chat_channel = query_copy(query, NAME_CHAT_CHANNEL, arena),
        .notice_version = query_int32(query, NAME_NOTICE_VERSION),
        .enrolled_day = query_int32(query, NAME_ENROLLED_DAY),
        .slot_day = query_int32(query, NAME_SLOT_DAY),
        .slot_count = query_int32(query, NAME_SLOT_COUNT),
        .next_slot = query_instant(query, NAME_NEXT_SLOT_MS),
        .next_digest = query_instant(query, NAME_NEXT_DIGEST_MS),
        .dnd_until = { query_int(query, NAME_DND_UNTIL_MS) },
        .last_nudge_id = query_int(query, NAME_LAST_NUDGE_ID),
    };
    if (!query_int(query, NAME_EMPLOYED))
        out->state = PERSON_LEFT;
}

void row_review(struct query *query, struct review *out)
{
    *out = (struct review){
        .memory = {
            .stability_days = query_real(query, NAME_STABILITY),
            .difficulty = query_real(query, NAME_DIFFICULTY),
            .state = (enum review_state)query_in(query, NAME_MEMORY_STATE, REVIEW_NEW,
                REVIEW_RELEARNING),
            .step = query_int32(query, NAME_MEMORY_STEP),
        },
        .born_day = query_int32(query, NAME_BORN_DAY),
        .last_day = query_int32(query, NAME_LAST_DAY),
        .sent_day = query_int32(query, NAME_SENT_DAY),
        .due_day = query_int32(query, NAME_DUE_DAY),
        .answers = query_int32(query, NAME_ANSWERS),
        .lapses = query_int32(query, NAME_LAPSES),
        .misses_in_a_row = query_int32(query, NAME_MISSES),
        .evidence = {
            .log_odds = query_real(query, NAME_LOG_ODDS),
            .hits = query_int32(query, NAME_HITS),
            .formats = (uint32_t)query_in(query, NAME_FORMATS, 0, UINT32_MAX),
            .first_day = query_int32(query, NAME_HITS_FROM_DAY),
            .last_day = query_int32(query, NAME_HITS_TO_DAY),
        },
        .fit_id = query_int(query, NAME_FIT_ID),
        .marks = (unsigned)query_in(query, NAME_MARKS, 0, MARKS_MAX),
    };
}

void row_nudge(struct query *query, struct arena *arena, struct nudge *out)
{
    *out = (struct nudge){
        .nudge_id = query_int(query, NAME_NUDGE_ID),
        .person_id = query_int(query, NAME_PERSON_ID),
        .prompt_id = query_int(query, NAME_PROMPT_ID),
        .revision_id = query_int(query, NAME_REVISION_ID),
        .key = (uint64_t)query_int(query, NAME_NUDGE_KEY),
        .state = (enum nudge_state)query_in(query, NAME_STATE, NUDGE_OPEN, NUDGE_FAILED),
        .step = (uint8_t)query_in(query, NAME_STEP, 0, UINT8_MAX),
        .day = query_int32(query, NAME_DAY),
        .planned = { query_int(query, NAME_PLANNED_MS) },
        .closed = instant_or_zero(query, NAME_CLOSED_MS),
        .circumstances = (unsigned)query_in(query, NAME_CIRCUMSTANCES, 0, CIRCUMSTANCES_MAX),
        .fast_s = (int32_t)query_in(query, NAME_FAST_S, 0, AT_ONCE_SECONDS_MAX),
        .slow_s = (int32_t)query_in(query, NAME_SLOW_S, 0, AT_ONCE_SECONDS_MAX),
        .message_id = query_copy(query, NAME_MESSAGE_ID, arena),
        .held_out_days = query_int32(query, NAME_HELD_OUT_DAYS),
    };
    if (!query_is_null(query, NAME_DELIVERED_AFTER_MS))
        out->delivered = instant_add(
            out->planned, (struct duration){ query_int(query, NAME_DELIVERED_AFTER_MS) });
}

void row_answer(struct query *query, struct arena *arena, struct answer *out)
{
    *out = (struct answer){
        .nudge_id = query_int(query, NAME_NUDGE_ID),
        .step = (uint8_t)query_in(query, NAME_STEP, 0, UINT8_MAX),
        .attempt = (uint8_t)query_in(query, NAME_ATTEMPT, 0, UINT8_MAX),
        .grade = (enum grade)query_in(query, NAME_GRADE, GRADE_NONE, GRADE_RIGHT),
        .rating = (enum rating)query_in(query, NAME_RATING, RATING_NONE, RATING_EASY),
        .chosen = (uint32_t)query_in(query, NAME_CHOSEN, 0, UINT32_MAX),
        .text = query_copy(query, NAME_TEXT, arena),
        .at = { query_int(query, NAME_ANSWERED_MS) },
        .day = query_int32(query, NAME_DAY),
        .seconds = (int32_t)query_in(query, NAME_SECONDS, 0, AT_ONCE_SECONDS_MAX),
        .circumstances = (unsigned)query_in(query, NAME_CIRCUMSTANCES, 0, CIRCUMSTANCES_MAX),
    };
    if (query_is_null(query, NAME_BEFORE))
        return;
    if (before_unpack(query_text(query, NAME_BEFORE), out->day, &out->before))
        query_damage(query);
    out->before.answers = query_int32(query, NAME_ANSWERS);
}

void set_review(struct query *query, const struct review *review)
{
    const struct review_memory *memory = &review->memory;
    const struct evidence *evidence = &review->evidence;
    REQUIRE(isfinite(memory->stability_days) && isfinite(memory->difficulty));
    REQUIRE(isfinite(evidence->log_odds));
    query_set_real(query, NAME_STABILITY, memory->stability_days);
    query_set_real(query, NAME_DIFFICULTY, memory->difficulty);
    query_set_int(query, NAME_MEMORY_STATE, memory->state);
    query_set_int(query, NAME_MEMORY_STEP, memory->step);
    query_set_int(query, NAME_BORN_DAY, review->born_day);
    query_set_int(query, NAME_LAST_DAY, review->last_day);
    query_set_int(query, NAME_SENT_DAY, review->sent_day);
    query_set_int(query, NAME_DUE_DAY, review->due_day);
    query_set_int(query, NAME_ANSWERS, review->answers);
    query_set_int(query, NAME_LAPSES, review->lapses);
    query_set_int(query, NAME_MISSES, review->misses_in_a_row);
    query_set_real(query, NAME_LOG_ODDS, evidence->log_odds);
    query_set_int(query, NAME_HITS, evidence->hits);
    query_set_int(query, NAME_FORMATS, evidence->formats);
    query_set_int(query, NAME_HITS_FROM_DAY, evidence->first_day);
    query_set_int(query, NAME_HITS_TO_DAY, evidence->last_day);
    query_set_int(query, NAME_MARKS, review->marks);
    query_set_int(query, NAME_FIT_ID, review->fit_id);
}

void set_before(
    struct query *query, int32_t day, const struct review *review, struct arena *arena)
{
    if (!review->prompt_id) {
        query_set_null(query, NAME_ANSWERS);
        query_set_null(query, NAME_BEFORE);
        return;
    }
    struct buf buf = buf_in(arena, BEFORE_BYTES_MAX);
    before_pack(&buf, day, review);
    query_set_int(query, NAME_ANSWERS, review->answers);
    query_set_blob(query, NAME_BEFORE, buf_str(&buf)); /* no memory: the arena tells */
}

enum err read_person(struct query *query, struct arena *arena, bool *found, struct person *out)
{
    struct person person;
    bool row = false;
    enum err err = query_row(query, &row);
    if (!err && row) {
        row_person(query, arena, &person);
        err = query_end(query);
    }
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (!err && row)
        *out = person;
    if (!err)
        *found = row;
    return err;
}

static struct instant instant_or_zero(struct query *query, enum sql_name name)
{
    return (struct instant){ query_int(query, name) };
}
