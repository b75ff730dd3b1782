/* Turns: effects in, facts out; and one number from the file by another connection. */
#ifndef TESTS_UNIT_STORE_PLAY_TURN_H
#define TESTS_UNIT_STORE_PLAY_TURN_H

#include "play.h"

static inline struct event play_event(const struct play *play, enum event_kind kind)
{
    return (struct event){ .kind = kind, .at = play->now };
}

/* One turn with these effects. */
static inline enum err play_try(
    struct play *play, const struct event *event, const struct effect *effects, size_t len)
{
    struct effect *copy = arena_copy(&play->arena, effects, len * sizeof(*effects));
    struct plan plan = { .effects = copy, .effects_len = len };
    enum err err = store_begin(play->store);
    if (!err)
        err = store_apply(play->store, event, &plan, &play->arena, &play->applied);
    if (!err)
        err = store_commit(play->store);
    if (err)
        store_rollback(play->store);
    return err;
}

static inline void play_effects(struct play *play, const struct effect *effects, size_t len)
{
    struct event event = play_event(play, EVENT_CONTROL);
    assert_int_equal(play_try(play, &event, effects, len), OK);
}

static inline void play_effect(struct play *play, struct effect effect)
{
    play_effects(play, &effect, 1);
}

static inline struct facts play_facts(struct play *play, unsigned needs, struct event event)
{
    struct facts facts = { .now = play->now, .weights = &review_weights_default };
    assert_int_equal(store_begin(play->store), OK);
    assert_int_equal(store_facts(play->store, needs, &event, &play->arena, &facts), OK);
    store_rollback(play->store);
    return facts;
}

static inline struct person play_person(struct play *play, int64_t person_id)
{
    struct event event = { .kind = EVENT_PERSON_DUE, .person_id = person_id };
    struct facts facts = play_facts(play, NEED_PERSON, event);
    assert_true(facts.has_person);
    return facts.person;
}

/* The operator's pass. */
static inline const struct access *play_pass(
    struct play *play, enum access_what what, int64_t about)
{
    struct access_request request = { ACCESS_OPERATOR, what, about };
    const struct access *pass = access_ask(&request, NULL, &play->arena);
    assert_non_null(pass);
    return pass;
}

/* One number from the file, read by a connection of the test's own. */
static inline int64_t play_number(const struct play *play, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open_v2(play->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL))
        print_message("%s\n", sqlite3_errmsg(db));
    assert_non_null(statement);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

#endif
