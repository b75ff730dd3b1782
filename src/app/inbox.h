/* What waits for the next turn. Bytes and events are copied in and live until inbox_done. */
#ifndef NUDGED_APP_INBOX_H
#define NUDGED_APP_INBOX_H

#include "nudged/base/arena.h"
#include "nudged/core/event.h"

enum {
    /* about 20,000 clicks; more are left to the platform's redelivery */
    INBOX_BYTES_MAX = 64 << 20
};

struct inbox_item {
    uint64_t id;
    bool is_frame;
    uint64_t socket;
    struct str frame;
    struct event event;
    uint8_t hurry;          /* 1 + the verdict of hurry.h; 0: not asked. A turn may run again */
    struct inbox_item *next;
};

struct inbox_batch {
    struct arena arena;
    struct inbox_item *first, **last;
    size_t len;
};

struct inbox {
    struct inbox_batch batches[2];      /* one is filled while the other is drained */
    int filling;
    uint64_t next_id;
};

void inbox_init(struct inbox *inbox);
void inbox_finish(struct inbox *inbox);
enum err inbox_put_frame(struct inbox *inbox, uint64_t socket, struct str frame);
enum err inbox_put_event(struct inbox *inbox, const struct event *event);
struct inbox_item *inbox_take(struct inbox *inbox);     /* NULL: empty; alive until inbox_done */
void inbox_done(struct inbox *inbox);                   /* what was taken is no longer needed */
bool inbox_is_empty(const struct inbox *inbox);
size_t inbox_len(const struct inbox *inbox);            /* at least what inbox_take will give */

#endif
