/* The log of answers as the memory model is fitted to it, and the history of the weights.
 *
 * Owns the order: answers are read in the order their prompts were sent, a slice a read, and sorted
 * here, so that no index is kept for it. Odd: rows that were there when a slice was read may go
 * before the next one; each row says how many came before it, so a gap is seen. */
#include "nudged/store/report.h"

#include "store/reader.h"

enum { ROWS_FIRST_ROOM = 1 << 12, ROWS_MAX = 1 << 24 };

struct row {
    uint64_t key;               /* person, prompt */
    uint32_t number;            /* in the order read, which is that of time */
    int32_t day;
    uint32_t before;            /* rated answers of this person to this prompt before it */
    uint8_t rating;
};

struct rows {
    struct row *items;
    size_t len, room;
};

struct position {
    int64_t nudge_id, step, attempt;
};

static enum err read_slice(
    struct sql *sql, struct position *position, struct rows *rows, bool *more);
static enum err take_row(struct query *query, struct rows *rows);
static int compare(const void *a, const void *b);
static void lay_out(const struct rows *rows, struct fit_answer *answers, size_t *len);
static void row_fit(struct query *query, struct fit_record *out);

enum err report_fit_log(struct reader *reader, struct fit_log *log)
{
    struct position position = { INT64_MIN, 0, 0 };
    struct rows rows = { 0 };
    bool more = true;
    enum err err = OK;
    while (!err && more)
        err = read_slice(reader->sql, &position, &rows, &more);
    struct fit_answer *answers = err ? NULL : calloc(rows.len ? rows.len : 1, sizeof(*answers));
    if (!err && !answers)
        err = ERR_NO_MEMORY;
    if (!err) {
        if (rows.len)
            qsort(rows.items, rows.len, sizeof(*rows.items), compare);
        *log = (struct fit_log){ .answers = answers };
        lay_out(&rows, answers, &log->len);
    }
    free(rows.items);
    return err;
}

enum err report_answering(struct reader *reader, struct report_answering *out)
{
    struct query *query = sql_query(reader->sql, SQL_REPORT_ANSWERING);
    bool found = false;
    enum err err = query_row(query, &found);
    if (err || !found)
        return err;
    out->asked = query_int(query, NAME_NUDGES);
    out->answered = query_int(query, NAME_ANSWERS);
    return query_end(query);
}

enum err report_weights(struct reader *reader, struct fit_set *out)
{
    struct fit_set set = { .weights = review_weights_default };
    struct fit_record record, chosen = { 0 };
    struct query *query = sql_query(reader->sql, SQL_REPORT_FITS);
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        row_fit(query, &record);
        chosen = record.adopted ? record : chosen;
    }
    if (!err && chosen.set_id)
        err = read_weights(
            sql_query(reader->sql, SQL_REPORT_FIT_WEIGHTS), chosen.set_id, &set.weights, &found);
    if (!err && chosen.set_id && !found)
        err = ERR_DB_CORRUPT;
    if (err)
        return err;
    set.fit_id = chosen.set_id;
    *out = set;
    return OK;
}

enum err report_fits(struct reader *reader, report_fit_fn *row, void *arg)
{
    struct query *query = sql_query(reader->sql, SQL_REPORT_FITS);
    bool found = false, has_weights = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        struct fit_record record;
        row_fit(query, &record);
        if (record.cause != FIT_REVERT)
            err = read_weights(sql_query(reader->sql, SQL_REPORT_FIT_WEIGHTS), record.fit_id,
                &record.result.weights, &has_weights);
        if (!err)
            err = row(arg, &record);
        if (err) {
            (void)!query_end(query);
            return err;
        }
    }
    return err;
}

static enum err read_slice(
    struct sql *sql, struct position *position, struct rows *rows, bool *more)
{
    struct query *query = sql_query(sql, SQL_REPORT_FIT_LOG);
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
        err = take_row(query, rows);
        if (err) {
            (void)!query_end(query);
            return err;
        }
    }
    return err;
}

static enum err take_row(struct query *query, struct rows *rows)
{
    if (rows->len == rows->room) {
        size_t room = rows->room ? 2 * rows->room : ROWS_FIRST_ROOM;
        if (room > ROWS_MAX)
            return ERR_TOO_BIG;
        struct row *grown = realloc(rows->items, room * sizeof(*grown));
        if (!grown)
            return ERR_NO_MEMORY;
        rows->items = grown;
        rows->room = room;
    }
    uint64_t person = (uint64_t)query_in(query, NAME_PERSON_ID, 0, UINT32_MAX);
    uint64_t prompt = (uint64_t)query_in(query, NAME_PROMPT_ID, 0, UINT32_MAX);
    rows->items[rows->len] = (struct row){ .key = person << 32 | prompt,
        .number = (uint32_t)rows->len, .day = query_int32(query, NAME_DAY),
        .before = (uint32_t)query_in(query, NAME_ANSWERS, 0, INT32_MAX),
        .rating = (uint8_t)query_in(query, NAME_RATING, RATING_AGAIN, RATING_EASY) };
    rows->len++;
    return OK;
}

static int compare(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return left->number < right->number ? -1 : 1;
}

/* Whoever travels west may answer on an earlier day than before: for the model that is the same
 * day. */
static void lay_out(const struct rows *rows, struct fit_answer *answers, size_t *len)
{
    uint32_t kept = 0;
    for (size_t i = 0; i < rows->len; i++) {
        const struct row *row = &rows->items[i];
        kept = i && row->key == row[-1].key ? kept : 0;
        if (row->before != kept)
            continue;
        int32_t last = kept ? answers[*len - 1].day : row->day;
        answers[*len] = (struct fit_answer){ .day = row->day > last ? row->day : last,
            .rating = row->rating, .starts = kept == 0 };
        (*len)++;
        kept++;
    }
}

static void row_fit(struct query *query, struct fit_record *out)
{
    *out = (struct fit_record){
        .fit_id = query_int(query, NAME_FIT_ID),
        .at = { query_int(query, NAME_AT_MS) },
        .cause = (enum fit_cause)query_in(query, NAME_CAUSE, FIT_NIGHTLY, FIT_REVERT),
        .adopted = query_in(query, NAME_ADOPTED, 0, 1) == 1,
        .before_id = query_int(query, NAME_BEFORE_ID),
        .result = {
            .answers = (size_t)query_in(query, NAME_ANSWERS, 0, INT64_MAX),
            .targets = (size_t)query_in(query, NAME_TARGETS, 0, INT64_MAX),
            .learnt_from = (size_t)query_in(query, NAME_LEARNT_FROM, 0, INT64_MAX),
            .held_out = (size_t)query_in(query, NAME_HELD_OUT, 0, INT64_MAX),
            .held_out_day = query_int32(query, NAME_HELD_OUT_DAY),
            .loss_in_use = query_real(query, NAME_LOSS_IN_USE),
            .loss_candidate = query_real(query, NAME_LOSS_CANDIDATE),
            .loss_constant = query_real(query, NAME_LOSS_CONSTANT),
            .error_in_use = query_real(query, NAME_ERROR_IN_USE),
            .error_constant = query_real(query, NAME_ERROR_CONSTANT),
        },
    };
    out->set_id = query_int(query, query_is_null(query, NAME_SET_ID) ? NAME_FIT_ID : NAME_SET_ID);
}
