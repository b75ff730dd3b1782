/* Reading what a rule may look at, in one go.
 *
 * Owns which rows an event means. Refuses to decide: a nudge of somebody else is read like any
 * other, the rule sees whose it is. Odd: when no nudge is named, the newest one of the person is
 * meant, and for a delivery's result the person and nudge it was for. */
#include "store/inside.h"

static enum err read_whole(struct store *store, struct facts *facts);
static enum err find_person(
    struct store *store, const struct event *event, struct arena *arena, struct facts *facts);
static enum err find_nudge(
    struct store *store, const struct event *event, struct arena *arena, struct facts *facts);
static enum err find_prompt(struct store *store, struct arena *arena, struct facts *facts);
static enum err find_reviews(struct store *store, struct arena *arena, struct facts *facts);
static enum err find_review(struct store *store, struct facts *facts);
static enum err find_manager(struct store *store, struct arena *arena, struct facts *facts);
static enum err find_reports(struct store *store, struct arena *arena, struct facts *facts);
static enum err find_answer(struct store *store, struct arena *arena, struct facts *facts);
static enum err find_latencies(struct store *store, struct arena *arena, struct facts *facts);
static enum err find_digest(struct store *store, const struct event *event, struct facts *facts);
static enum err find_alert(
    struct store *store, const struct event *event, struct arena *arena, struct facts *facts);
static enum err find_admin(struct store *store, struct str email, int64_t *person_id);
static int64_t person_meant(const struct event *event);
static int64_t nudge_meant(const struct event *event, const struct facts *facts);

enum err store_facts(struct store *store, unsigned needs, const struct event *event,
    struct arena *arena, struct facts *facts)
{
    REQUIRE(store->in_turn);
    bool person = needs & (NEED_PERSON | NEED_REVIEWS | NEED_MANAGER);
    bool nudge = needs & (NEED_NUDGE | NEED_REVIEW | NEED_ANSWER);
    struct facts read = *facts;
    enum err err = read_whole(store, &read);
    if (!err && (person || (nudge && !event->ref.nudge_id)))
        err = find_person(store, event, arena, &read);
    if (!err && nudge)
        err = find_nudge(store, event, arena, &read);
    if (!err && (needs & NEED_REVIEWS) && read.has_person)
        err = find_reviews(store, arena, &read);
    if (!err && (needs & NEED_REVIEW) && read.has_nudge)
        err = find_review(store, &read);
    if (!err && (needs & NEED_REVIEW) && read.has_review)
        err = find_history(store, arena, &read);
    if (!err && (needs & NEED_MANAGER) && read.has_person)
        err = find_manager(store, arena, &read);
    if (!err && (needs & NEED_REPORTS) && read.has_person)
        err = find_reports(store, arena, &read);
    if (!err && (needs & NEED_ANSWER) && read.has_nudge)
        err = find_answer(store, arena, &read);
    if (!err && (needs & NEED_LATENCY) && read.has_person)
        err = find_latencies(store, arena, &read);
    if (!err && (needs & NEED_PAST) && read.has_person)
        err = find_past(store, arena, &read);
    if (!err && (needs & NEED_DIGEST))
        err = find_digest(store, event, &read);
    if (!err && (needs & NEED_FIT))
        err = find_fit_before(store, &read);
    if (!err && (needs & NEED_ALERT))
        err = find_alert(store, event, arena, &read);
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (!err)
        *facts = read;
    return err;
}

static enum err read_whole(struct store *store, struct facts *facts)
{
    enum err err = OK;
    if (!store->whole_known) {
        arena_reset(&store->whole_arena);
        err = store_state(store, &store->whole_arena, &store->whole);
        store->whole_known = err == OK;
    }
    if (!err) {
        facts->live = store->whole.live;
        facts->workspace = store->whole.workspace;
        facts->roster_epoch = store->whole.roster_epoch;
    }
    return err;
}

static enum err find_person(
    struct store *store, const struct event *event, struct arena *arena, struct facts *facts)
{
    int64_t person_id = person_meant(event);
    if (!person_id && !event->actor.len)
        return OK;
    struct query *query = sql_query(store->sql, person_id ? SQL_PERSON_BY_ID : SQL_PERSON_BY_USER);
    if (person_id)
        query_set_int(query, NAME_PERSON_ID, person_id);
    else
        query_set_text(query, NAME_CHAT_USER, event->actor);
    return read_person(query, arena, &facts->has_person, &facts->person);
}

static enum err find_nudge(
    struct store *store, const struct event *event, struct arena *arena, struct facts *facts)
{
    int64_t nudge_id = nudge_meant(event, facts);
    if (!nudge_id)
        return OK;
    struct query *query = sql_query(store->sql, SQL_NUDGE_BY_ID);
    query_set_int(query, NAME_NUDGE_ID, nudge_id);
    bool found = false;
    enum err err = query_row(query, &found);
    if (err || !found)
        return err;
    row_nudge(query, arena, &facts->nudge);
    err = query_end(query);
    if (!err)
        err = find_prompt(store, arena, facts);
    facts->prompt.prompt_id = facts->nudge.prompt_id;
    facts->prompt.revision_id = facts->nudge.revision_id;
    facts->has_nudge = true;
    return err;
}

/* As it was shown: mostly that is the text in force, else it is in the file. */
static enum err find_prompt(struct store *store, struct arena *arena, struct facts *facts)
{
    const struct prompt *now =
        facts->content ? content_prompt(facts->content, facts->nudge.prompt_id) : NULL;
    if (now && now->revision_id == facts->nudge.revision_id) {
        facts->prompt = *now;
        return OK;
    }
    struct str body = STR_EMPTY;
    enum err err = store_revision(store, facts->nudge.revision_id, arena, &body);
    if (!err)
        err = prompt_unpack(body, arena, &facts->prompt);
    if (err == ERR_SYNTAX || err == ERR_NOT_FOUND) /* or there was no room for all of it */
        err = arena_failed(arena) ? ERR_NO_MEMORY : ERR_DB_CORRUPT;
    return err;
}

static enum err find_reviews(struct store *store, struct arena *arena, struct facts *facts)
{
    struct query *query = sql_query(store->sql, SQL_REVIEWS_OF_PERSON);
    query_set_int(query, NAME_PERSON_ID, facts->person.person_id);
    size_t len = 0, room = 0;
    struct review *reviews = NULL;
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        if (len == room) {
            size_t wanted = room ? 2 * room : 32;
            reviews =
                arena_grow(arena, reviews, room * sizeof(*reviews), wanted * sizeof(*reviews));
            room = wanted;
        }
        if (!reviews) {
            err = query_end(query);
            return err ? err : ERR_NO_MEMORY;
        }
        row_review(query, &reviews[len]);
        reviews[len++].prompt_id = query_int(query, NAME_PROMPT_ID);
    }
    if (!err) {
        facts->reviews = reviews;
        facts->reviews_len = len;
    }
    return err;
}

static enum err find_review(struct store *store, struct facts *facts)
{
    struct query *query = sql_query(store->sql, SQL_REVIEW_BY_KEY);
    query_set_int(query, NAME_PERSON_ID, facts->nudge.person_id);
    query_set_int(query, NAME_PROMPT_ID, facts->nudge.prompt_id);
    enum err err = query_row(query, &facts->has_review);
    if (err || !facts->has_review)
        return err;
    row_review(query, &facts->review);
    facts->review.prompt_id = facts->nudge.prompt_id;
    return query_end(query);
}

static enum err find_manager(struct store *store, struct arena *arena, struct facts *facts)
{
    struct query *query = sql_query(store->sql, SQL_PERSON_REPORTS_COUNT);
    query_set_int(query, NAME_PERSON_ID, facts->person.person_id);
    bool found = false;
    enum err err = query_row(query, &found);
    if (!err && found) {
        facts->reports_count = query_int32(query, NAME_PEOPLE);
        err = query_end(query);
    }
    if (err || !facts->person.manager_id)
        return err;
    query = sql_query(store->sql, SQL_PERSON_NAME);
    query_set_int(query, NAME_PERSON_ID, facts->person.manager_id);
    err = query_row(query, &found);
    if (!err && found) {
        facts->manager_name = query_copy(query, NAME_NAME, arena);
        err = query_end(query);
    }
    return err;
}

static enum err find_reports(struct store *store, struct arena *arena, struct facts *facts)
{
    struct query *query = sql_query(store->sql, SQL_PERSON_REPORTS);
    query_set_int(query, NAME_PERSON_ID, facts->person.person_id);
    size_t room = 0;
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        if (facts->reports_len == room) {
            size_t wanted = room ? 2 * room : 16, bytes = sizeof(*facts->reports);
            facts->reports = arena_grow(arena, facts->reports, room * bytes, wanted * bytes);
            room = wanted;
        }
        if (!facts->reports) {
            (void)!query_end(query);
            return ERR_NO_MEMORY;
        }
        facts->reports[facts->reports_len++] = query_int(query, NAME_PERSON_ID);
    }
    return err;
}

static enum err find_answer(struct store *store, struct arena *arena, struct facts *facts)
{
    struct query *query = sql_query(store->sql, SQL_ANSWER_OF_NUDGE);
    query_set_int(query, NAME_NUDGE_ID, facts->nudge.nudge_id);
    enum err err = query_row(query, &facts->has_answer);
    if (err || !facts->has_answer)
        return err;
    row_answer(query, arena, &facts->answer);
    if (!query_is_null(query, NAME_BEFORE))
        facts->answer.before.prompt_id = facts->nudge.prompt_id;
    return query_end(query);
}

static enum err find_latencies(struct store *store, struct arena *arena, struct facts *facts)
{
    struct latencies *latencies = NULL;
    enum err err = read_latencies(store, facts->person.person_id, arena, &latencies);
    facts->latencies = latencies;
    return err;
}

static enum err find_digest(struct store *store, const struct event *event, struct facts *facts)
{
    struct query *query = sql_query(store->sql, SQL_DIGEST_READ);
    query_set_int(query, NAME_PERSON_ID, event->person_id);
    query_set_int(query, NAME_WEEK_MONDAY, event->week_monday);
    enum err err = query_row(query, &facts->has_digest);
    if (err || !facts->has_digest)
        return err;
    facts->digest_sent =
        query_in(query, NAME_STATE, DIGEST_PLANNED, DIGEST_SKIPPED) != DIGEST_PLANNED;
    return query_end(query);
}

static enum err find_alert(
    struct store *store, const struct event *event, struct arena *arena, struct facts *facts)
{
    const struct settings *settings = facts->settings;
    int64_t *ids = arena_array(arena, int64_t, settings->admins_len ? settings->admins_len : 1);
    struct query *query = sql_query(store->sql, SQL_ALERT_HAS);
    query_set_text(query, NAME_CONDITION, event->alert->condition);
    enum err err = ids ? query_row(query, &facts->has_alert) : ERR_NO_MEMORY;
    if (!err && facts->has_alert) {
        facts->alert_began = query_instant(query, NAME_BEGAN_MS);
        err = query_end(query);
    }
    for (size_t i = 0; !err && i < settings->admins_len; i++)
        err = find_admin(store, settings->admins[i], &ids[i]);
    facts->admin_ids = ids;
    return err;
}

static enum err find_admin(struct store *store, struct str email, int64_t *person_id)
{
    struct query *query = sql_query(store->sql, SQL_ADMIN_BY_EMAIL);
    query_set_text(query, NAME_EMAIL, email);
    bool found = false;
    enum err err = query_row(query, &found);
    *person_id = !err && found ? query_int(query, NAME_PERSON_ID) : 0;
    return !err && found ? query_end(query) : err;
}

static int64_t person_meant(const struct event *event)
{
    if (event->person_id)
        return event->person_id;
    return event->kind == EVENT_DELIVERY ? event->result.person_id : 0;
}

static int64_t nudge_meant(const struct event *event, const struct facts *facts)
{
    if (event->ref.nudge_id)
        return event->ref.nudge_id;
    if (event->kind == EVENT_DELIVERY)
        return event->result.nudge_id;
    return facts->has_person ? facts->person.last_nudge_id : 0;
}
