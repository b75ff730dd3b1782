/* All answers, slice by slice: each slice is its own short read, so that the daemon's log can be
 * folded back between two of them however long an export runs. */
#include "nudged/store/report.h"

#include "store/reader.h"

enum { OPTION_BITS = 4 }; /* a place in an order, see struct answer */

struct position {
    int64_t nudge_id, step, attempt;
};

static enum err read_slice(struct sql *sql, struct position *position, struct arena *arena,
    report_answer_fn *row, void *arg, bool *more);
static void row_report(struct query *query, struct arena *arena, struct report_answer *out);
static struct str chosen_text(
    struct arena *arena, enum prompt_kind kind, uint32_t chosen, int64_t options);

enum err report_answers(
    struct reader *reader, const struct access *access, report_answer_fn *row, void *arg)
{
    REQUIRE(access_what(access) == ACCESS_ANSWERS);
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct position position = { INT64_MIN, 0, 0 };
    bool more = true;
    enum err err = OK;
    while (!err && more)
        err = read_slice(reader->sql, &position, &arena, row, arg, &more);
    arena_finish(&arena);
    return err;
}

static enum err read_slice(struct sql *sql, struct position *position, struct arena *arena,
    report_answer_fn *row, void *arg, bool *more)
{
    struct query *query = sql_query(sql, SQL_REPORT_ANSWERS);
    query_set_int(query, NAME_NUDGE_ID, position->nudge_id);
    query_set_int(query, NAME_STEP, position->step);
    query_set_int(query, NAME_ATTEMPT, position->attempt);
    bool found = false;
    *more = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        struct report_answer answer;
        arena_reset(arena);
        row_report(query, arena, &answer);
        *position = (struct position){ query_int(query, NAME_NUDGE_ID), query_int(query, NAME_STEP),
            query_int(query, NAME_ATTEMPT) };
        *more = true;
        err = arena_failed(arena) ? ERR_NO_MEMORY : row(arg, &answer);
        if (err) {
            (void)!query_end(query); /* the first error is the one to tell */
            return err;
        }
    }
    return err;
}

static void row_report(struct query *query, struct arena *arena, struct report_answer *out)
{
    static const char *const grades[] = {
        [GRADE_NONE] = "none",
        [GRADE_WRONG] = "wrong",
        [GRADE_PARTLY] = "partly",
        [GRADE_RIGHT] = "right",
    };
    enum prompt_kind kind =
        (enum prompt_kind)query_in(query, NAME_KIND, PROMPT_CHOICE, PROMPT_REFLECT);
    uint32_t chosen = (uint32_t)query_in(query, NAME_CHOSEN, 0, UINT32_MAX);
    *out = (struct report_answer){
        .person = query_text(query, NAME_NAME),
        .email = query_text(query, NAME_EMAIL),
        .deck = query_text(query, NAME_DECK),
        .prompt = query_text(query, NAME_PROMPT),
        .skill = query_text(query, NAME_SKILL),
        .kind = str_from_z(prompt_kind_name(kind)),
        .grade = str_from_z(grades[query_in(query, NAME_GRADE, GRADE_NONE, GRADE_RIGHT)]),
        .rating = (int32_t)query_in(query, NAME_RATING, RATING_NONE, RATING_EASY),
        .text = kind == PROMPT_REFLECT ? STR_EMPTY : query_text(query, NAME_TEXT),
        .chosen =
            chosen_text(arena, kind, chosen, query_in(query, NAME_OPTIONS, 0, PROMPT_OPTIONS_MAX)),
        .at = { query_int(query, NAME_ANSWERED_MS) },
        .day = query_int32(query, NAME_DAY),
    };
}

static struct str chosen_text(
    struct arena *arena, enum prompt_kind kind, uint32_t chosen, int64_t options)
{
    struct buf buf = buf_in(arena, 64);
    bool is_order = kind == PROMPT_ORDER; /* chosen 0: gave up, in an order as anywhere */
    for (unsigned place = 0; chosen && place < (unsigned)options; place++) {
        unsigned option = is_order ? (chosen >> (OPTION_BITS * (place & 7))) & 15 : place;
        if (!is_order && !(chosen >> place & 1))
            continue;
        if (buf.len)
            buf_add_byte(&buf, ',');
        buf_add_int(&buf, option + 1);
    }
    return buf_str(&buf);
}
