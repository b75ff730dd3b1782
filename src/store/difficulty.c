/* How hard prompts are: the answers it is estimated from, and the estimates.
 *
 * Refuses to estimate. Odd: nudges are numbered in the order they were sent, and that is the order
 * of the log; who answers late is read a little too early, which moves an estimate by nothing that
 * matters. */
#include <stdlib.h>

#include "nudged/core/rating.h"
#include "nudged/store/report.h"
#include "store/reader.h"

enum { ANSWERS_FIRST_ROOM = 1 << 12, ANSWERS_MAX = 1 << 24, PERSON_ID_MAX = 1 << 24 };

struct growing {
    struct difficulty_answer *items;
    size_t len, room;
    uint32_t people;
};

struct position {
    int64_t nudge_id, step, attempt;
};

static enum err read_slice(struct sql *sql, const struct difficulty_prompt *prompts, size_t len,
    struct position *position, struct growing *growing, bool *more);
static enum err take_answer(struct query *query, const struct difficulty_prompt *prompts,
    size_t len, struct growing *growing);
static uint32_t place_of(const struct difficulty_prompt *prompts, size_t len, int64_t prompt_id);

enum err report_difficulty_log(struct reader *reader, const struct difficulty_prompt *prompts,
    size_t prompts_len, struct difficulty_log *log)
{
    struct position position = { INT64_MIN, 0, 0 };
    struct growing growing = { 0 };
    bool more = true;
    enum err err = OK;
    while (!err && more)
        err = read_slice(reader->sql, prompts, prompts_len, &position, &growing, &more);
    if (err) {
        free(growing.items);
        return err;
    }
    *log = (struct difficulty_log){ growing.items, growing.len, growing.people };
    return OK;
}

enum err report_difficulties(struct reader *reader, struct arena *arena,
    struct difficulty_row **rows, size_t *len)
{
    struct query *query = sql_query(reader->sql, SQL_REPORT_DIFFICULTIES);
    struct difficulty_row *items = NULL;
    size_t count = 0, room = 0;
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        if (count == room) {
            size_t wider = room ? 2 * room : 64;
            struct difficulty_row *grown = arena_array(arena, struct difficulty_row, wider);
            if (!grown) {
                (void)!query_end(query);
                return ERR_NO_MEMORY;
            }
            for (size_t i = 0; i < count; i++)
                grown[i] = items[i];
            items = grown;
            room = wider;
        }
        items[count++] = (struct difficulty_row){
            .prompt_id = query_int(query, NAME_PROMPT_ID),
            .revision_id = query_int(query, NAME_REVISION_ID),
            .answers = query_int32(query, NAME_ANSWERS),
            .people = query_int32(query, NAME_PEOPLE),
            .right = query_int32(query, NAME_RIGHT_ANSWERS),
            .difficulty = query_real(query, NAME_DIFFICULTY),
            .error = query_real(query, NAME_ERROR),
            .flag = (enum difficulty_flag)query_in(query, NAME_FLAG, DIFFICULTY_FINE,
                DIFFICULTY_FLAG_COUNT - 1),
            .option = query_int32(query, NAME_OPTION),
            .option_count = query_int32(query, NAME_OPTION_COUNT),
            .key_count = query_int32(query, NAME_KEY_COUNT),
        };
    }
    if (err)
        return err;
    *rows = items;
    *len = count;
    return OK;
}

enum err report_leeches(struct reader *reader, int32_t today, struct leeches *out)
{
    struct query *query = sql_query(reader->sql, SQL_REPORT_LEECHES);
    struct leeches leeches = { .len = 0 };
    query_set_int(query, NAME_MISSES, LEECH_MISSES);
    query_set_int(query, NAME_DAY, today - LEECH_REST_DAYS);
    query_set_int(query, NAME_PEOPLE, LEECH_PEOPLE);
    query_set_int(query, NAME_MAX, LEECHES_TOLD_MAX);
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found)
        if (leeches.len < LEECHES_TOLD_MAX)
            leeches.rows[leeches.len++] = (struct leech){ query_int(query, NAME_PROMPT_ID),
                query_int32(query, NAME_PEOPLE) };
    if (!err)
        *out = leeches;
    return err;
}

enum err apply_difficulty(const struct applying *applying, const struct effect *effect)
{
    const struct difficulty_row *row = effect->difficulty;
    struct query *query = sql_query(applying->sql, SQL_DIFFICULTY_PUT);
    query_set_int(query, NAME_PROMPT_ID, row->prompt_id);
    query_set_int(query, NAME_REVISION_ID, row->revision_id);
    query_set_int(query, NAME_ANSWERS, row->answers);
    query_set_int(query, NAME_PEOPLE, row->people);
    query_set_int(query, NAME_RIGHT_ANSWERS, row->right);
    query_set_real(query, NAME_DIFFICULTY, row->difficulty);
    query_set_real(query, NAME_ERROR, row->error);
    query_set_int(query, NAME_FLAG, row->flag);
    query_set_int(query, NAME_OPTION, row->option);
    query_set_int(query, NAME_OPTION_COUNT, row->option_count);
    query_set_int(query, NAME_KEY_COUNT, row->key_count);
    query_set_int(query, NAME_AT_MS, applying->event->at.utc_ms);
    return query_run(query);
}

static enum err read_slice(struct sql *sql, const struct difficulty_prompt *prompts, size_t len,
    struct position *position, struct growing *growing, bool *more)
{
    struct query *query = sql_query(sql, SQL_REPORT_DIFFICULTY_LOG);
    query_set_int(query, NAME_NUDGE_ID, position->nudge_id);
    query_set_int(query, NAME_STEP, position->step);
    query_set_int(query, NAME_ATTEMPT, position->attempt);
    bool found = false;
    *more = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        *position = (struct position){ query_int(query, NAME_NUDGE_ID), query_int(query, NAME_STEP),
            query_int(query, NAME_ATTEMPT) };
        *more = true;
        err = take_answer(query, prompts, len, growing);
        if (err) {
            (void)!query_end(query);
            return err;
        }
    }
    return err;
}

static enum err take_answer(struct query *query, const struct difficulty_prompt *prompts,
    size_t len, struct growing *growing)
{
    if (growing->len == growing->room) {
        size_t room = growing->room ? 2 * growing->room : ANSWERS_FIRST_ROOM;
        struct difficulty_answer *grown =
            room > ANSWERS_MAX ? NULL : realloc(growing->items, room * sizeof(*grown));
        if (!grown)
            return room > ANSWERS_MAX ? ERR_TOO_BIG : ERR_NO_MEMORY;
        growing->items = grown;
        growing->room = room;
    }
    uint32_t person = (uint32_t)query_in(query, NAME_PERSON_ID, 0, PERSON_ID_MAX);
    uint32_t place = place_of(prompts, len, query_int(query, NAME_PROMPT_ID));
    int64_t revision_id = query_int(query, NAME_REVISION_ID);
    growing->items[growing->len++] = (struct difficulty_answer){
        .person = person,
        .prompt = place,
        .guess = rating_guess(
            (enum prompt_kind)query_in(query, NAME_KIND, PROMPT_CHOICE, PROMPT_KIND_END - 1),
            (size_t)query_in(query, NAME_OPTIONS, 0, PROMPT_OPTIONS_MAX)),
        .chosen = (uint32_t)query_in(query, NAME_CHOSEN, 0, UINT32_MAX),
        .first = query_is_null(query, NAME_ANSWERS) || query_int(query, NAME_ANSWERS) == 0,
        .right = query_int(query, NAME_RATING) != RATING_AGAIN,
        .present = place != UINT32_MAX && prompts[place].revision_id == revision_id,
    };
    if (person >= growing->people)
        growing->people = person + 1;
    return OK;
}

static uint32_t place_of(const struct difficulty_prompt *prompts, size_t len, int64_t prompt_id)
{
    size_t from = 0, to = len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (prompts[middle].prompt_id == prompt_id)
            return (uint32_t)middle;
        if (prompts[middle].prompt_id < prompt_id)
            from = middle + 1;
        else
            to = middle;
    }
    return UINT32_MAX;
}
