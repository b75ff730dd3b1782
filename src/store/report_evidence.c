/* What answers show: of everybody and every question, in slices; and of held-out ones, in sums. */
#include "nudged/store/report.h"

#include "store/reader.h"

struct position {
    int64_t person_id, prompt_id;
};

static enum err read_slice(struct sql *sql, struct position *position, struct arena *arena,
    report_evidence_fn *row, void *arg, bool *more);
static void row_evidence(struct query *query, struct arena *arena, struct report_evidence *out);

enum err report_evidence(
    struct reader *reader, const struct access *access, report_evidence_fn *row, void *arg)
{
    REQUIRE(access_what(access) == ACCESS_EVIDENCE);
    struct arena arena;
    arena_init(&arena, 1 << 16);
    struct position position = { INT64_MIN, 0 };
    bool more = true;
    enum err err = OK;
    while (!err && more)
        err = read_slice(reader->sql, &position, &arena, row, arg, &more);
    arena_finish(&arena);
    return err;
}

enum err report_outcomes(
    struct reader *reader, const struct access *access, report_outcome_fn *row, void *arg)
{
    REQUIRE(access_what(access) == ACCESS_OUTCOMES);
    struct query *query = sql_query(reader->sql, SQL_REPORT_OUTCOMES);
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        struct skill_outcome outcome = { query_text(query, NAME_SKILL),
            query_int32(query, NAME_HELD_OUT_DAYS), query_int32(query, NAME_PEOPLE),
            query_int32(query, NAME_ANSWERS), query_int32(query, NAME_HITS) };
        err = row(arg, &outcome);
        if (err) {
            (void)!query_end(query);
            return err;
        }
    }
    return err;
}

static enum err read_slice(struct sql *sql, struct position *position, struct arena *arena,
    report_evidence_fn *row, void *arg, bool *more)
{
    struct query *query = sql_query(sql, SQL_REPORT_EVIDENCE);
    query_set_int(query, NAME_PERSON_ID, position->person_id);
    query_set_int(query, NAME_PROMPT_ID, position->prompt_id);
    bool found = false;
    *more = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        struct report_evidence evidence;
        arena_reset(arena);
        row_evidence(query, arena, &evidence);
        *position = (struct position){ query_int(query, NAME_PERSON_ID),
            query_int(query, NAME_PROMPT_ID) };
        *more = true;
        err = arena_failed(arena) ? ERR_NO_MEMORY : row(arg, &evidence);
        if (err) {
            (void)!query_end(query); /* the first error is the one to tell */
            return err;
        }
    }
    return err;
}

static void row_evidence(struct query *query, struct arena *arena, struct report_evidence *out)
{
    enum prompt_kind kind =
        (enum prompt_kind)query_in(query, NAME_KIND, PROMPT_CHOICE, PROMPT_REFLECT);
    *out = (struct report_evidence){
        .person = query_text(query, NAME_NAME),
        .email = query_text(query, NAME_EMAIL),
        .deck = query_text(query, NAME_DECK),
        .prompt = query_text(query, NAME_PROMPT),
        .skill = query_text(query, NAME_SKILL),
        .kind = str_from_z(prompt_kind_name(kind)),
    };
    row_review(query, &out->review);
    out->formats = evidence_formats_text(out->review.evidence.formats, arena);
}
