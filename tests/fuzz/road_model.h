/* A store with four people and prompts of every kind, and what is known about it from outside:
 * which answers were committed, which requests may have left. Its own connection reads the
 * truth. */
#ifndef TESTS_FUZZ_ROAD_MODEL_H
#define TESTS_FUZZ_ROAD_MODEL_H

#include "fuzz.h"

#include "unit/core/facts_builder.h"
#include "unit/store/help.h"

#define ROAD_START_MS INT64_C(1930302000000) /* 2031-03-03, a Monday, at noon in Berlin */
enum {
    ROAD_DAY = 22341,
    ROAD_ANSWERS_MAX = 256,
    ROAD_DELIVERIES_MAX = 4096,
    ROAD_TEXT_MAX = 256,
    ROAD_CHECKS_MAX = 12
};

enum road_left { ROAD_HERE, ROAD_MAY_HAVE_LEFT, ROAD_DONE };

struct road_answer {
    char text[ROAD_TEXT_MAX];
}; /* every column of its row */

struct road {
    struct builder *b;
    struct store *store;
    sqlite3 *db;
    sqlite3_stmt *checks[ROAD_CHECKS_MAX]; /* prepared once an opening */
    struct arena arena, rows, kept; /* a turn's; of the outbox; of the process */
    struct instant now;
    struct str users[4], path, template_path;
    struct people_row people[4];
    struct prompt prompts[BUILDER_PROMPTS]; /* as they were at first */
    struct event last;
    uint64_t dice, dedupe_keys;
    int64_t epoch;
    int restarts;
    struct road_answer answers[ROAD_ANSWERS_MAX];
    size_t answers_len;
    uint8_t left[ROAD_DELIVERIES_MAX]; /* enum road_left by delivery_id */
};

void road_use_memory(void); /* before SQLite is used at all */
struct road *road_new(void);
void road_reset(struct road *road, int32_t cap, int32_t min_gap_days, bool enrolled);
/* One turn, as the daemon takes it; commit false: everything but the commit, then back. */
void road_turn(struct road *road, struct event *event, bool commit);
/* Other files: `kept` prompts of the first deck, one of them in other words. */
void road_load(struct road *road, size_t kept, uint8_t reworded);
/* Closed in order, or what the disk holds at this moment. */
void road_restart(struct road *road, bool killed);
void road_leaves(struct road *road, const struct delivery *delivery);
void road_ended(struct road *road, const struct delivery *delivery, enum delivery_end end);
struct str road_dedupe_key(struct road *road, bool old);
int64_t road_number(struct road *road, const char *sql);
int64_t road_numberf(struct road *road, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
