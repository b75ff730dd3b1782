/* The floor: the statements of an answer's whole road, and nothing else, on a copy of the database.
 * Bare SQLite, the same text of every statement, so the figure says what the road adds to it. */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <stdint.h>

/* Answers a second at so many a transaction; 0 when something went wrong (said on standard
 * error). Uses up the copy's open nudges from the first one not used yet: call with few batches. */
struct floor;
struct floor *floor_open(const char *path);
struct floor *floor_close(struct floor *floor);
double floor_run(struct floor *floor, uint32_t answers, uint32_t batch);

/* The same by hand, for a loop that has clicks of its own. */
void floor_begin(struct floor *floor);
/* nudge_id as in the button; returns the delivery it planned, 0: no such open nudge. */
int64_t floor_click(struct floor *floor, int64_t nudge_id);
void floor_delivered(struct floor *floor, int64_t delivery_id);
void floor_commit(struct floor *floor);

#endif
