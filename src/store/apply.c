/* Applying a plan: each effect is a row here and one or two statements.
 *
 * Owns the order and what -1 means. Refuses to decide: an effect is carried out as it stands. Odd:
 * an answer that is there already ends its plan, because everything behind it was computed from an
 * answer that did not happen a second time. */
#include "store/inside.h"

enum {
    MS_PER_DAY = 86400000,
    SEEN_BUCKET_MS = 26 * 3600000
};

static apply_fn apply_access;
static apply_fn apply_person, apply_nudge_new, apply_nudge_state, apply_answer, apply_review;
static apply_fn apply_latency, apply_rerate;
static apply_fn apply_digest, apply_live, apply_workspace, apply_alert;
static enum err set_person_field(
    const struct applying *applying, const struct effect *effect, unsigned field);
static enum err set_last_nudge(const struct applying *applying, int64_t person_id);
static enum err remember_event(const struct applying *applying);
static int64_t either(int64_t a, int64_t b);
static int32_t day_of_answer(const struct answer *answer);

static apply_fn *const effects[] = {
    [EFFECT_PERSON] = apply_person,
    [EFFECT_NUDGE_NEW] = apply_nudge_new,
    [EFFECT_NUDGE_STATE] = apply_nudge_state,
    [EFFECT_ANSWER] = apply_answer,
    [EFFECT_REVIEW] = apply_review,
    [EFFECT_DELIVER] = apply_deliver,
    [EFFECT_DELIVERED] = apply_delivered,
    [EFFECT_PEOPLE_ROW] = apply_people_row,
    [EFFECT_PEOPLE_LAST] = apply_people_last,
    [EFFECT_PEOPLE_SWEEP] = apply_people_sweep,
    [EFFECT_TAKEN] = apply_taken,
    [EFFECT_MEMBER] = apply_member,
    [EFFECT_MEMBERS_LAST] = apply_members_last,
    [EFFECT_DND] = apply_dnd,
    [EFFECT_DIGEST] = apply_digest,
    [EFFECT_ACCESS] = apply_access,
    [EFFECT_LIVE] = apply_live,
    [EFFECT_UPKEEP] = apply_upkeep,
    [EFFECT_RETENTION] = apply_retention,
    [EFFECT_GAP_OVER] = apply_gap_over,
    [EFFECT_WORKSPACE] = apply_workspace,
    [EFFECT_FIT] = apply_fit,
    [EFFECT_ALERT] = apply_alert,
    [EFFECT_LATENCY] = apply_latency,
    [EFFECT_RERATE] = apply_rerate,
    [EFFECT_DIFFICULTY] = apply_difficulty,
};
_Static_assert(COUNT(effects) == EFFECT_DIFFICULTY + 1, "one function per effect");

enum err store_apply(struct store *store, const struct event *event, const struct plan *plan,
    struct arena *arena, struct applied *out)
{
    REQUIRE(store->in_turn);
    struct applied applied = { 0 };
    struct applying applying = { store, store->sql, event, arena, &applied };
    enum err err = store_seen(store, event, &applied.duplicate);
    if (!err && !applied.duplicate && event->dedupe_key.len)
        err = remember_event(&applying);
    for (size_t i = 0; !err && !applied.duplicate && i < plan->effects_len; i++) {
        REQUIRE((unsigned)plan->effects[i].kind < COUNT(effects));
        if (!applied.answer_existed)
            err = effects[plan->effects[i].kind](&applying, &plan->effects[i]);
    }
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (!err)
        *out = applied;
    return err;
}

enum err store_seen(struct store *store, const struct event *event, bool *seen)
{
    bool found = false;
    if (!event->dedupe_key.len) {
        *seen = false;
        return OK;
    }
    struct query *query = sql_query(store->sql, SQL_SEEN_HAS);
    query_set_int(query, NAME_BUCKET, event->at.utc_ms / SEEN_BUCKET_MS);
    query_set_text(query, NAME_DEDUPE_KEY, event->dedupe_key);
    enum err err = query_row(query, &found);
    if (!err && found)
        err = query_end(query);
    if (!err)
        *seen = found;
    return err;
}

enum err store_note_access(
    struct store *store, struct instant at, const struct access *access, bool named)
{
    static const enum sql_id ids[] = { SQL_ACCESS_ADD, SQL_ACCESS_ADD_TEAM };
    REQUIRE(store->in_turn);
    enum err err = OK;
    for (size_t i = 0; !err && i < 1u + named; i++) {
        struct query *query = sql_query(store->sql, ids[i]);
        query_set_int(query, NAME_NOW_MS, at.utc_ms);
        query_set_text(query, NAME_READER, access_by(access));
        query_set_int(query, NAME_PERSON_ID, access_about(access));
        query_set_text(query, NAME_WHAT, access_word(access));
        err = query_run(query);
    }
    return err;
}

int64_t applied_nudge_id(const struct applying *applying, int64_t nudge_id)
{
    if (nudge_id != -1)
        return nudge_id;
    REQUIRE(applying->out->nudge_id > 0); /* -1 stands behind the effect that makes it */
    return applying->out->nudge_id;
}

static enum err apply_access(const struct applying *applying, const struct effect *effect)
{
    return store_note_access(
        applying->store, applying->event->at, effect->access.pass, effect->access.named);
}

static enum err apply_person(const struct applying *applying, const struct effect *effect)
{
    enum err err = OK;
    for (unsigned field = 1; !err && field <= PERSON_SET_CHANNEL; field <<= 1)
        if (effect->person_fields & field)
            err = set_person_field(applying, effect, field);
    if (effect->person_fields & (PERSON_SET_SLOT | PERSON_SET_DIGEST_AT))
        applying->out->slots_changed = true;
    return err;
}

static enum err set_person_field(
    const struct applying *applying, const struct effect *effect, unsigned field)
{
    const struct person *person = &effect->person;
    struct query *query = NULL;
    switch (field) {
    case PERSON_SET_STATE:
        query = sql_query(applying->sql, SQL_PERSON_SET_STATE);
        query_set_id_or_null(query, NAME_STATE, person->state == PERSON_LEFT ? 0 : person->state);
        query_set_instant(query, NAME_PAUSED_UNTIL_MS, person->paused_until);
        break;
    case PERSON_SET_SLOT:
        query = sql_query(applying->sql, SQL_PERSON_SET_SLOT);
        query_set_int(query, NAME_SLOT_DAY, person->slot_day);
        query_set_int(query, NAME_SLOT_COUNT, person->slot_count);
        query_set_instant(query, NAME_NEXT_SLOT_MS, person->next_slot);
        break;
    case PERSON_SET_NOTICE:
        query = sql_query(applying->sql, SQL_PERSON_SET_NOTICE);
        query_set_int(query, NAME_NOTICE_VERSION, person->notice_version);
        break;
    case PERSON_SET_ENROLLED:
        query = sql_query(applying->sql, SQL_PERSON_SET_ENROLLED);
        query_set_int(query, NAME_ENROLLED_DAY, person->enrolled_day);
        break;
    case PERSON_SET_CHAT:
        query = sql_query(applying->sql, SQL_PERSON_SET_CHAT);
        query_set_int(query, NAME_CHAT_STATE, person->chat_state);
        query_set_text_or_null(query, NAME_CHAT_USER, person->chat_user);
        query_set_text_or_null(query, NAME_CHAT_CHANNEL, person->chat_channel);
        query_set_text(query, NAME_CHAT_ZONE, person->chat_zone);
        break;
    case PERSON_SET_DIGEST_AT:
        query = sql_query(applying->sql, SQL_PERSON_SET_DIGEST_AT);
        query_set_instant(query, NAME_NEXT_DIGEST_MS, person->next_digest);
        break;
    case PERSON_SET_OWN_ZONE:
        query = sql_query(applying->sql, SQL_PERSON_SET_OWN_ZONE);
        query_set_text(query, NAME_OWN_ZONE, person->own_zone);
        break;
    case PERSON_SET_CHANNEL:
        query = sql_query(applying->sql, SQL_PERSON_SET_CHANNEL);
        query_set_text_or_null(query, NAME_CHAT_CHANNEL, person->chat_channel);
        break;
    }
    REQUIRE(query);
    query_set_int(query, NAME_PERSON_ID, either(effect->person_id, person->person_id));
    return query_run(query);
}

static enum err apply_nudge_new(const struct applying *applying, const struct effect *effect)
{
    const struct nudge *nudge = &effect->nudge;
    int64_t person_id = either(effect->person_id, nudge->person_id);
    struct query *query = sql_query(applying->sql, SQL_NUDGE_NEW);
    query_set_int(query, NAME_PERSON_ID, person_id);
    query_set_int(query, NAME_PROMPT_ID, nudge->prompt_id);
    query_set_int(query, NAME_REVISION_ID, nudge->revision_id);
    query_set_int(query, NAME_NUDGE_KEY, (int64_t)nudge->key);
    query_set_int(query, NAME_STATE, nudge->state);
    query_set_int(query, NAME_STEP, nudge->step);
    query_set_int(query, NAME_DAY, nudge->day);
    query_set_int(query, NAME_PLANNED_MS, nudge->planned.utc_ms);
    query_set_id_or_null(query, NAME_CLOSED_MS, nudge->closed.utc_ms);
    query_set_text_or_null(query, NAME_MESSAGE_ID, nudge->message_id);
    query_set_int(query, NAME_HELD_OUT_DAYS, nudge->held_out_days);
    query_set_id_or_null(query, NAME_FAST_S, nudge->fast_s);
    query_set_id_or_null(query, NAME_SLOW_S, nudge->slow_s);
    bool found = false;
    enum err err = query_row(query, &found);
    if (!err && !found)
        err = ERR_NOT_FOUND; /* no such person */
    if (err)
        return err;
    applying->out->nudge_id = query_int(query, NAME_NUDGE_ID);
    err = query_end(query);
    return err ? err : set_last_nudge(applying, person_id);
}

static enum err set_last_nudge(const struct applying *applying, int64_t person_id)
{
    struct query *query = sql_query(applying->sql, SQL_PERSON_SET_LAST_NUDGE);
    query_set_int(query, NAME_PERSON_ID, person_id);
    query_set_int(query, NAME_NUDGE_ID, applying->out->nudge_id);
    return query_run(query);
}

static enum err apply_nudge_state(const struct applying *applying, const struct effect *effect)
{
    const struct nudge *nudge = &effect->nudge;
    int64_t nudge_id = applied_nudge_id(applying, either(effect->nudge_id, nudge->nudge_id));
    struct query *query = sql_query(applying->sql, SQL_NUDGE_SET_STATE);
    query_set_int(query, NAME_NUDGE_ID, nudge_id);
    query_set_int(query, NAME_STATE, nudge->state);
    query_set_int(query, NAME_STEP, nudge->step);
    query_set_id_or_null(query, NAME_CLOSED_MS, nudge->closed.utc_ms);
    query_set_int(query, NAME_CIRCUMSTANCES, nudge->circumstances);
    query_set_text_or_null(query, NAME_MESSAGE_ID, nudge->message_id);
    return query_run(query);
}

static enum err apply_answer(const struct applying *applying, const struct effect *effect)
{
    const struct answer *answer = &effect->answer;
    int64_t nudge_id = applied_nudge_id(applying, either(effect->nudge_id, answer->nudge_id));
    struct query *query = sql_query(applying->sql, SQL_ANSWER_NEW);
    query_set_int(query, NAME_NUDGE_ID, nudge_id);
    query_set_int(query, NAME_STEP, answer->step);
    query_set_int(query, NAME_ATTEMPT, answer->attempt);
    query_set_int(query, NAME_DAY, day_of_answer(answer));
    query_set_int(query, NAME_ANSWERED_MS, answer->at.utc_ms);
    query_set_int(query, NAME_GRADE, answer->grade);
    query_set_int(query, NAME_RATING, answer->rating);
    query_set_int(query, NAME_CHOSEN, answer->chosen);
    query_set_text_or_null(query, NAME_TEXT, answer->text);
    bool kept = nudge_id > applying->store->seconds_nudge_id;
    query_set_id_or_null(query, NAME_SECONDS, kept ? answer->seconds : 0);
    query_set_int(query, NAME_CIRCUMSTANCES, answer->circumstances);
    set_before(query, day_of_answer(answer), &answer->before, applying->arena);
    int64_t rows = 0;
    enum err err = query_run_counted(query, &rows);
    if (err)
        return err;
    applying->out->answer_existed = rows == 0;
    applying->store->answers_added += rows;
    if (rows)
        applying->store->answered = answer->at;
    if (rows && answer->text.len && nudge_id <= applying->store->texts_nudge_id)
        return note_late_text(applying->store, nudge_id, answer->at);
    return OK;
}

static enum err apply_review(const struct applying *applying, const struct effect *effect)
{
    REQUIRE(effect->person_id && effect->review.prompt_id);
    struct query *query = sql_query(applying->sql, SQL_REVIEW_PUT);
    query_set_int(query, NAME_PERSON_ID, effect->person_id);
    query_set_int(query, NAME_PROMPT_ID, effect->review.prompt_id);
    set_review(query, &effect->review);
    return query_run(query);
}

static enum err apply_latency(const struct applying *applying, const struct effect *effect)
{
    return put_latencies(applying->store, effect->person_id, effect->latency.kind,
        effect->latency.latencies, applying->arena);
}

static enum err apply_rerate(const struct applying *applying, const struct effect *effect)
{
    const struct answer *answer = &effect->answer;
    struct query *query = sql_query(applying->sql, SQL_ANSWER_RERATE);
    query_set_int(query, NAME_NUDGE_ID, answer->nudge_id);
    query_set_int(query, NAME_STEP, answer->step);
    query_set_int(query, NAME_ATTEMPT, answer->attempt);
    query_set_int(query, NAME_RATING, answer->rating);
    set_before(query, day_of_answer(answer), &answer->before, applying->arena);
    return query_run(query);
}

static enum err apply_digest(const struct applying *applying, const struct effect *effect)
{
    enum digest_state state = effect->digest.state;
    struct query *query = sql_query(applying->sql, SQL_DIGEST_PUT);
    query_set_int(query, NAME_PERSON_ID, effect->person_id);
    query_set_int(query, NAME_WEEK_MONDAY, effect->digest.week_monday);
    query_set_int(query, NAME_STATE, state);
    query_set_int(query, NAME_NOW_MS, applying->event->at.utc_ms);
    query_set_instant(
        query, NAME_SENT_MS, state == DIGEST_SENT ? applying->event->at : INSTANT_NEVER);
    return query_run(query);
}

static enum err apply_live(const struct applying *applying, const struct effect *effect)
{
    struct query *query = sql_query(applying->sql, SQL_STATE_SET_LIVE);
    query_set_int(query, NAME_LIVE, effect->live.live);
    applying->store->whole_known = false;
    enum err err = query_run(query);
    return err || !effect->live.live ? err : wake_people(applying, 0, INT64_MAX);
}

static enum err apply_workspace(const struct applying *applying, const struct effect *effect)
{
    applying->store->whole_known = false;
    if (effect->workspace.lost)
        return sql_run(applying->sql, SQL_STATE_SET_LOST);
    struct query *query = sql_query(applying->sql, SQL_STATE_SET_WORKSPACE);
    query_set_text(query, NAME_PLATFORM, effect->workspace.platform);
    query_set_text(query, NAME_WORKSPACE, effect->workspace.workspace);
    applying->out->delivers = true; /* what was held back while it was lost */
    return query_run(query);
}

static enum err apply_alert(const struct applying *applying, const struct effect *effect)
{
    bool over = effect->alert.over;
    struct query *query = sql_query(applying->sql, over ? SQL_ALERT_END : SQL_ALERT_PUT);
    query_set_text(query, NAME_CONDITION, effect->alert.condition);
    if (!over)
        query_set_int(query, NAME_BEGAN_MS, effect->alert.began.utc_ms);
    return query_run(query);
}

static enum err remember_event(const struct applying *applying)
{
    int64_t bucket = applying->event->at.utc_ms / SEEN_BUCKET_MS;
    struct query *query = sql_query(applying->sql, SQL_SEEN_ADD);
    query_set_int(query, NAME_BUCKET, bucket);
    query_set_text(query, NAME_DEDUPE_KEY, applying->event->dedupe_key);
    enum err err = query_run(query);
    if (err)
        return err;
    query = sql_query(applying->sql, SQL_SEEN_PRUNE);
    query_set_int(query, NAME_BUCKET, bucket);
    return query_run(query);
}

static int64_t either(int64_t a, int64_t b)
{
    return a ? a : b;
}

static int32_t day_of_answer(const struct answer *answer)
{
    return answer->day ? answer->day : (int32_t)(answer->at.utc_ms / MS_PER_DAY);
}
