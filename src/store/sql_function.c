/* What the schemas call that SQL cannot say. Owns the functions' names and their arguments. Refuses
 * to compute: the forms are of before.c. Odd: only bringing a file forward ever calls them, so a
 * file is readable by any SQLite shell without. */
#include "store/sql_inside.h"

#include <math.h>

#include "store/before.h"

static void pack_before(sqlite3_context *context, int len, sqlite3_value **values);

enum { PACK_BEFORE_ARGUMENTS = 18 };

enum err sql_functions_add(struct sql *sql)
{
    return sql_functions_of(sql->db);
}

enum err sql_functions_of(struct sqlite3 *db)
{
    int code = sqlite3_create_function_v2(db, "pack_before", PACK_BEFORE_ARGUMENTS,
        SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, pack_before, NULL, NULL, NULL);
    return code ? sql_err(code) : OK;
}

/* In the order of the columns. No review: NULL. What was outside its limits stays damage: an empty
 * value, which nothing takes for a review. */
static void pack_before(sqlite3_context *context, int len, sqlite3_value **values)
{
    int64_t numbers[PACK_BEFORE_ARGUMENTS];
    double reals[PACK_BEFORE_ARGUMENTS];
    bool whole = true;
    for (int i = 0; i < len && i < PACK_BEFORE_ARGUMENTS; i++) {
        numbers[i] = sqlite3_value_int64(values[i]);
        reals[i] = sqlite3_value_double(values[i]);
        whole = whole && isfinite(reals[i]) && numbers[i] >= INT32_MIN && numbers[i] <= UINT32_MAX;
    }
    if (sqlite3_value_type(values[3]) == SQLITE_NULL) {
        sqlite3_result_null(context);
        return;
    }
    struct review review = {
        .memory = { .stability_days = reals[1], .difficulty = reals[2],
            .state = (enum review_state)numbers[3], .step = (int32_t)numbers[4] },
        .born_day = (int32_t)numbers[5], .last_day = (int32_t)numbers[6],
        .sent_day = (int32_t)numbers[7], .due_day = (int32_t)numbers[8],
        .lapses = (int32_t)numbers[9], .misses_in_a_row = (int32_t)numbers[10],
        .evidence = { .log_odds = reals[11], .hits = (int32_t)numbers[12],
            .formats = (uint32_t)numbers[13], .first_day = (int32_t)numbers[14],
            .last_day = (int32_t)numbers[15] },
        .fit_id = numbers[16], .marks = (unsigned)numbers[17],
    };
    struct buf buf = buf_heap(BEFORE_BYTES_MAX);
    struct str bytes = STR_EMPTY;
    if (whole)
        before_pack(&buf, (int32_t)numbers[0], &review);
    if (buf_finish(&buf, &bytes))
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_blob(
            context, bytes.len ? bytes.ptr : "", (int)bytes.len, SQLITE_TRANSIENT);
    buf_free(&buf);
}
