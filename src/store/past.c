/* Every kept answer of a person, for rating them anew. */
#include "store/inside.h"

enum { PROMPT_BYTES_MAX = 1 << 20 };

static enum err read_one(struct query *query, struct arena *scratch, struct past_answer *out);
static void turn_round(struct past_answer *past, size_t len);

enum err find_past(struct store *store, struct arena *arena, struct facts *facts)
{
    struct arena scratch;
    struct past_answer *past = NULL;
    size_t len = 0, room = 0;
    bool found = false;
    struct query *query = sql_query(store->sql, SQL_PAST_OF_PERSON);
    query_set_int(query, NAME_PERSON_ID, facts->person.person_id);
    arena_init(&scratch, PROMPT_BYTES_MAX);
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        if (len == room) {
            size_t wanted = room ? 2 * room : 64, bytes = sizeof(*past);
            past = arena_grow(arena, past, room * bytes, wanted * bytes);
            room = wanted;
        }
        arena_reset(&scratch);
        err = past ? read_one(query, &scratch, &past[len++]) : ERR_NO_MEMORY;
        if (err) {
            (void)!query_end(query); /* the first error is the one to tell */
            break;
        }
    }
    arena_finish(&scratch);
    if (!err) {
        turn_round(past, len);
        facts->past = past;
        facts->past_len = len;
    }
    return err;
}

static enum err read_one(struct query *query, struct arena *scratch, struct past_answer *out)
{
    struct prompt prompt;
    enum err err = prompt_unpack(query_text(query, NAME_BODY), scratch, &prompt);
    if (err)
        return err == ERR_SYNTAX ? ERR_DB_CORRUPT : err;
    *out = (struct past_answer){
        .prompt_id = query_int(query, NAME_PROMPT_ID),
        .kind = prompt.kind,
        .options = prompt.options_len,
        .fast_s = (int32_t)query_in(query, NAME_FAST_S, 0, AT_ONCE_SECONDS_MAX),
        .slow_s = (int32_t)query_in(query, NAME_SLOW_S, 0, AT_ONCE_SECONDS_MAX),
    };
    row_answer(query, scratch, &out->answer);
    out->answer.text = STR_EMPTY;
    if (!query_is_null(query, NAME_BEFORE))
        out->answer.before.prompt_id = out->prompt_id;
    return OK;
}

/* Only one step of a question is rated: whether the other comes before or after it does not
 * matter. */
static void turn_round(struct past_answer *past, size_t len)
{
    for (size_t i = 0; i < len / 2; i++) {
        struct past_answer swap = past[i];
        past[i] = past[len - 1 - i];
        past[len - 1 - i] = swap;
    }
}
