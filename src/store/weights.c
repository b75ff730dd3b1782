/* The weights of the memory model: their history, which are in force, and the answers a review came
 * from. Refuses to learn and to judge. */
#include <math.h>

#include "store/inside.h"

enum { HISTORY_FIRST_ROOM = 16 };

static enum err find_set(struct store *store, int64_t fit_id, struct fit_set *out,
    int64_t *before_id);
static enum err put_weights(
    struct store *store, int64_t fit_id, const struct review_weights *weights);
static enum err read_history(struct query *query, struct arena *arena, struct rated **rated,
    size_t *len, bool *whole);

enum err store_weights(struct store *store, struct fit_set *out)
{
    struct query *query = sql_query(store->sql, SQL_FIT_IN_FORCE);
    bool found = false;
    int64_t set_id = 0;
    enum err err = query_row(query, &found);
    if (!err && found) {
        set_id = query_int(query, query_is_null(query, NAME_SET_ID) ? NAME_FIT_ID : NAME_SET_ID);
        err = query_end(query);
    }
    return err ? err : find_set(store, set_id, out, NULL);
}

enum err store_fit_news(struct store *store, int64_t *answers, int64_t *answers_then)
{
    struct query *query = sql_query(store->sql, SQL_FIT_NEWS);
    bool found = false;
    enum err err = query_row(query, &found);
    if (!err && !found)
        err = ERR_DB_CORRUPT;
    if (err)
        return err;
    int64_t now = query_int(query, NAME_ANSWERS), then = query_int(query, NAME_RECORDED);
    err = query_end(query);
    if (!err) {
        *answers = now;
        *answers_then = then;
    }
    return err;
}

enum err find_fit_before(struct store *store, struct facts *facts)
{
    struct fit_set in_force, before;
    int64_t before_id = 0;
    enum err err = find_set(store, facts->fit_id, &in_force, &before_id);
    if (!err)
        err = find_set(store, before_id, &before, NULL);
    if (!err)
        facts->before = before;
    return err;
}

/* Only what is all there, from the first answer on, can be gone through again. */
enum err find_history(struct store *store, struct arena *arena, struct facts *facts)
{
    const struct review *review = &facts->review;
    if (!review->answers || review->fit_id == facts->fit_id)
        return OK;
    struct query *query = sql_query(store->sql, SQL_REVIEW_HISTORY);
    query_set_int(query, NAME_PERSON_ID, facts->nudge.person_id);
    query_set_int(query, NAME_PROMPT_ID, facts->nudge.prompt_id);
    query_set_int(query, NAME_FIRST_DAY, review->born_day - 1);     /* some moved west meanwhile */
    struct rated *rated = NULL;
    size_t len = 0;
    bool whole = false;
    enum err err = read_history(query, arena, &rated, &len, &whole);
    if (err || !whole || len != (size_t)review->answers)
        return err;
    for (size_t i = 0; i < len / 2; i++) {
        struct rated newer = rated[i];
        rated[i] = rated[len - 1 - i];
        rated[len - 1 - i] = newer;
    }
    facts->history = rated;
    facts->history_len = len;
    return OK;
}

enum err read_weights(
    struct query *query, int64_t fit_id, struct review_weights *out, bool *found)
{
    struct review_weights weights = { 0 };
    bool row = false;
    query_set_int(query, NAME_FIT_ID, fit_id);
    enum err err;
    while (!(err = query_row(query, &row)) && row) {
        if (weights.len == COUNT(weights.w) ||
            query_int(query, NAME_PLACE) != (int64_t)weights.len) {
            (void)!query_end(query);
            return ERR_DB_CORRUPT;
        }
        weights.w[weights.len++] = query_real(query, NAME_WEIGHT);
    }
    if (err)
        return err;
    *found = weights.len == REVIEW_WEIGHT_COUNT || weights.len == REVIEW_WEIGHT_COUNT_7;
    if (*found)
        *out = review_weights_clamp(&weights, REVIEW_SHORT_TERM_NO_STEPS);
    return weights.len && !*found ? ERR_DB_CORRUPT : OK;
}

enum err apply_fit(const struct applying *applying, const struct effect *effect)
{
    const struct fit_record *fit = effect->fit;
    const struct fit_result *result = &fit->result;
    struct query *query = sql_query(applying->sql, SQL_FIT_NEW);
    query_set_int(query, NAME_AT_MS, fit->at.utc_ms);
    query_set_int(query, NAME_CAUSE, fit->cause);
    query_set_int(query, NAME_ADOPTED, fit->adopted);
    if (fit->cause == FIT_REVERT)
        query_set_int(query, NAME_SET_ID, fit->set_id);
    else
        query_set_null(query, NAME_SET_ID);
    query_set_int(query, NAME_BEFORE_ID, fit->before_id);
    query_set_int(query, NAME_ANSWERS, (int64_t)result->answers);
    query_set_int(query, NAME_TARGETS, (int64_t)result->targets);
    query_set_int(query, NAME_LEARNT_FROM, (int64_t)result->learnt_from);
    query_set_int(query, NAME_HELD_OUT, (int64_t)result->held_out);
    query_set_int(query, NAME_HELD_OUT_DAY, result->held_out_day);
    query_set_real(query, NAME_LOSS_IN_USE, result->loss_in_use);
    query_set_real(query, NAME_LOSS_CANDIDATE, result->loss_candidate);
    query_set_real(query, NAME_LOSS_CONSTANT, result->loss_constant);
    query_set_real(query, NAME_ERROR_IN_USE, result->error_in_use);
    query_set_real(query, NAME_ERROR_CONSTANT, result->error_constant);
    bool found = false;
    enum err err = query_row(query, &found);
    if (!err && !found)
        err = ERR_DB_CORRUPT;
    if (err)
        return err;
    int64_t fit_id = query_int(query, NAME_FIT_ID);
    err = query_end(query);
    if (!err && fit->cause != FIT_REVERT)
        err = put_weights(applying->store, fit_id, &result->weights);
    if (!err)
        applying->out->fit_id = fit_id;
    return err;
}

/* fit_id 0: the published weights of this version of the program. */
static enum err find_set(
    struct store *store, int64_t fit_id, struct fit_set *out, int64_t *before_id)
{
    struct fit_set set = { .weights = review_weights_default };
    bool found = false;
    if (!fit_id) {
        *out = set;
        return OK;
    }
    struct query *query = sql_query(store->sql, SQL_FIT_BY_ID);
    query_set_int(query, NAME_FIT_ID, fit_id);
    enum err err = query_row(query, &found);
    if (err || !found)
        return err ? err : ERR_DB_CORRUPT;
    set = (struct fit_set){ .fit_id = fit_id, .at = { query_int(query, NAME_AT_MS) },
        .answers = query_int(query, NAME_ANSWERS) };
    int64_t before = query_int(query, NAME_BEFORE_ID);
    err = query_end(query);
    if (!err)
        err = read_weights(sql_query(store->sql, SQL_FIT_WEIGHTS), fit_id, &set.weights, &found);
    if (err || !found)
        return err ? err : ERR_DB_CORRUPT;
    *out = set;
    if (before_id)
        *before_id = before;
    return OK;
}

static enum err put_weights(
    struct store *store, int64_t fit_id, const struct review_weights *weights)
{
    enum err err = OK;
    for (size_t i = 0; !err && i < weights->len; i++) {
        REQUIRE(isfinite(weights->w[i]));
        struct query *query = sql_query(store->sql, SQL_FIT_WEIGHT_NEW);
        query_set_int(query, NAME_FIT_ID, fit_id);
        query_set_int(query, NAME_PLACE, (int64_t)i);
        query_set_real(query, NAME_WEIGHT, weights->w[i]);
        err = query_run(query);
    }
    return err;
}

/* Newest first. whole: the oldest is the first there was, and none between is missing. */
static enum err read_history(struct query *query, struct arena *arena, struct rated **rated,
    size_t *len, bool *whole)
{
    size_t room = 0;
    int64_t earlier = -1;       /* rated answers before the one read last; -1: none read */
    bool found = false, chained = true;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        if (*len == room) {
            size_t wanted = room ? 2 * room : HISTORY_FIRST_ROOM, bytes = sizeof(**rated);
            *rated = arena_grow(arena, *rated, room * bytes, wanted * bytes);
            room = wanted;
        }
        if (!*rated) {
            (void)!query_end(query);
            return ERR_NO_MEMORY;
        }
        int64_t before = query_int(query, NAME_ANSWERS);
        chained = chained && (earlier < 0 || before == earlier - 1);
        earlier = before;
        (*rated)[(*len)++] = (struct rated){ query_int32(query, NAME_DAY),
            (enum rating)query_in(query, NAME_RATING, RATING_AGAIN, RATING_EASY) };
    }
    *whole = chained && earlier == 0;
    return err;
}
