/* Rows as the daemon would have written them, of recall prompts that nobody else has, rated by the
 * person at their second step. */
#include "support/past.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "nudged/base/macros.h"
#include "nudged/core/review.h"

enum { HISTORY = 8, SPREAD_DAYS = 200, BEGIN_DAYS = 250, PROMPTS_FROM = 1000 };

static const char rows[] =
    "INSERT INTO prompt (prompt_id, deck, prompt, skill, kind)"
    " SELECT DISTINCT prompt, 'past', prompt, 'past', 6 FROM line;"
    "INSERT INTO prompt_revision (revision_id, prompt_id, hash, body, options)"
    " SELECT prompt_id, prompt_id, x'00', x'00', 2 FROM prompt WHERE deck = 'past';"
    "INSERT INTO nudge (person_id, prompt_id, revision_id, nudge_key, state, step, day, planned_ms,"
    " closed_ms) SELECT person, prompt, prompt, number, 2, 1, day, day * 86400000, day * 86400000"
    " FROM line ORDER BY day, number;"
    "INSERT INTO answer (nudge_id, step, attempt, day, answered_ms, grade, rating, chosen,"
    " before_answers) SELECT n.nudge_id, 1, 0, l.day, l.day * 86400000, 3, l.rating, l.rating,"
    " l.place FROM line AS l JOIN nudge AS n ON n.nudge_key = l.number AND n.prompt_id = l.prompt;"
    "UPDATE state SET answer_count = answer_count + (SELECT count(*) FROM line); COMMIT";

static double uniform(uint64_t *random)
{
    uint64_t z = (*random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return;
    fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
    exit(EXIT_FAILURE);
}

static void put_history(sqlite3 *db, const struct past *past, int history, uint64_t *random,
    int64_t *answers)
{
    static const int32_t gaps[] = { 1, 3, 7, 14, 30 }; /* rare ones would teach nothing */
    struct review_weights truth = review_weights_default;
    struct review_memory memory = { 0 };
    int32_t gap = 0, day = past->last_day - BEGIN_DAYS + (int32_t)(uniform(random) * SPREAD_DAYS);
    truth.w[2] = 0.7;
    truth.w[8] = 0.9;
    truth.w[20] = 0.5;
    for (int place = 0; place < HISTORY && day < past->last_day; place++) {
        double recall = place ? review_retrievability(&truth, &memory, gap) : 0.7;
        enum rating rating =
            uniform(random) < (past->coins ? 0.5 : recall) ? RATING_GOOD : RATING_AGAIN;
        char sql[160];
        (void)snprintf(sql, sizeof(sql), "INSERT INTO line VALUES (NULL, %d, %d, %d, %d, %lld)",
            (int)day, (int)rating, place, PROMPTS_FROM + history,
            (long long)past->person_id + history);
        run(db, sql);
        memory = review_next(&truth, &review_options_default, &memory, gap, rating).memory;
        gap = gaps[(size_t)(uniform(random) * COUNT(gaps))];
        day += gap;
        (*answers)++;
    }
}

int64_t past_put(const struct past *past)
{
    sqlite3 *db = NULL;
    uint64_t random = 3;
    int64_t answers = 0;
    if (sqlite3_open_v2(past->path, &db, SQLITE_OPEN_READWRITE, past->vfs) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", past->path, sqlite3_errmsg(db));
        exit(EXIT_FAILURE);
    }
    run(db, "BEGIN; CREATE TEMP TABLE line (number INTEGER PRIMARY KEY, day INTEGER,"
            " rating INTEGER, place INTEGER, prompt INTEGER,"
            " person INTEGER)");
    for (int history = 0; history < past->histories; history++)
        put_history(db, past, history, &random, &answers);
    run(db, rows);
    sqlite3_close(db);
    return answers;
}
