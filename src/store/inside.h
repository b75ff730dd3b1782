/* What the files of store/ share: the store itself, and rows as the structs of core. */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include "nudged/store/store.h"
#include "store/migrate.h"
#include "store/sql.h"

struct store {
    struct sql *sql;
    bool in_turn, looking;
    int32_t schema_version;
    /* Gathered in a turn, written once at its commit: */
    bool delivery_count_known;
    int64_t delivery_count;         /* the newest delivery_id */
    int64_t answers_added;
    struct instant answered;        /* the newest answer of this turn; 0: none */
    /* Read once a turn, and again when an effect has changed it: */
    bool whole_known;
    struct store_state whole;
    struct arena whole_arena;       /* its strings */
    /* How far retention came; at least, after a rollback. */
    int64_t texts_nudge_id, answers_nudge_id, seconds_nudge_id;
    struct migration migration;     /* what opening did */
};

/* rows.c: the present row as a struct; strings into the arena. What is outside its limits marks the
 * query as damaged (sql.h). */
void row_person(struct query *query, struct arena *arena, struct person *out);
void row_review(struct query *query, struct review *out);
void row_nudge(struct query *query, struct arena *arena, struct nudge *out);
void row_answer(struct query *query, struct arena *arena, struct answer *out);
void set_review(struct query *query, const struct review *review);
/* With an answer of that day; prompt_id 0: there was none. */
void set_before(
    struct query *query, int32_t day, const struct review *review, struct arena *arena);

/* One person by a query that selects all columns. *found false: nobody; *out untouched. */
MUST_USE enum err read_person(
    struct query *query, struct arena *arena, bool *found, struct person *out);

/* apply_people.c and apply_delivery.c: what apply.c's table points at. */
struct applying {
    struct store *store;
    struct sql *sql;
    const struct event *event;
    struct arena *arena;
    struct applied *out;
};
typedef enum err apply_fn(const struct applying *applying, const struct effect *effect);
apply_fn apply_deliver, apply_delivered;
apply_fn apply_retention;                   /* retention.c */
apply_fn apply_upkeep, apply_gap_over, apply_taken;      /* upkeep.c */
MUST_USE enum err wake_people(const struct applying *applying, int64_t after_id, int64_t until_id);
apply_fn apply_difficulty;                  /* difficulty.c */
apply_fn apply_fit;                         /* weights.c */
/* weights.c: what a rule may know of the weights, and of the answers a review came from */
enum err find_fit_before(struct store *store, struct facts *facts);
enum err find_history(struct store *store, struct arena *arena, struct facts *facts);
/* By the connection's own statement for it; *found false: no such fit. */
enum err read_weights(
    struct query *query, int64_t fit_id, struct review_weights *out, bool *found);
/* An answer to a question that retention has passed. */
enum err note_late_text(struct store *store, int64_t nudge_id, struct instant at);
apply_fn apply_people_row, apply_people_last, apply_people_sweep,
    apply_member, apply_members_last, apply_dnd;
/* latency.c: what a person took of late, LATENCY_KINDS of them, zeroed where there is none. */
enum { LATENCY_KINDS = PROMPT_KIND_END };
MUST_USE enum err read_latencies(
    struct store *store, int64_t person_id, struct arena *arena, struct latencies **out);
/* past.c */
MUST_USE enum err find_past(struct store *store, struct arena *arena, struct facts *facts);
/* None left: the row goes. */
MUST_USE enum err put_latencies(struct store *store, int64_t person_id, enum prompt_kind kind,
    const struct latencies *latencies, struct arena *arena);
/* -1 is the nudge this plan made. */
int64_t applied_nudge_id(const struct applying *applying, int64_t nudge_id);

#endif
