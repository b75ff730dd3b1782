/* What waits for the next turn, copied out of the libraries' callbacks.
 *
 * Two batches take turns: while one is drained the other is filled, and a drained one gives all its
 * memory back at once. Order of arrival is kept across both. */
#include "state.h"

static struct inbox_item *put(struct inbox *inbox, struct arena **arena);
static enum err link_in(struct inbox *inbox, struct inbox_item *item);
static struct str copy(struct arena *arena, struct str s);
static void copy_lists(struct event *to, const struct event *from, struct arena *arena);

void inbox_init(struct inbox *inbox)
{
    *inbox = (struct inbox){ .next_id = 1 };
    for (size_t i = 0; i < COUNT(inbox->batches); i++) {
        arena_init(&inbox->batches[i].arena, INBOX_BYTES_MAX);
        inbox->batches[i].last = &inbox->batches[i].first;
    }
}

void inbox_finish(struct inbox *inbox)
{
    for (size_t i = 0; i < COUNT(inbox->batches); i++)
        arena_finish(&inbox->batches[i].arena);
}

enum err inbox_put_frame(struct inbox *inbox, uint64_t socket, struct str frame)
{
    struct arena *arena;
    struct inbox_item *item = put(inbox, &arena);
    if (!item)
        return ERR_NO_MEMORY;
    item->is_frame = true;
    item->socket = socket;
    item->frame = copy(arena, frame);
    return link_in(inbox, item);
}

enum err inbox_put_event(struct inbox *inbox, const struct event *event)
{
    struct arena *arena;
    struct inbox_item *item = put(inbox, &arena);
    if (!item)
        return ERR_NO_MEMORY;
    item->event = *event;
    item->event.platform = copy(arena, event->platform);
    item->event.workspace = copy(arena, event->workspace);
    item->event.actor = copy(arena, event->actor);
    item->event.channel = copy(arena, event->channel);
    item->event.message_id = copy(arena, event->message_id);
    item->event.dedupe_key = copy(arena, event->dedupe_key);
    item->event.text = copy(arena, event->text);
    item->event.result.channel = copy(arena, event->result.channel);
    item->event.result.message_id = copy(arena, event->result.message_id);
    item->event.result.code = copy(arena, event->result.code);
    copy_lists(&item->event, event, arena);
    return link_in(inbox, item);
}

struct inbox_item *inbox_take(struct inbox *inbox)
{
    struct inbox_batch *draining = &inbox->batches[1 - inbox->filling];
    if (!draining->first) {
        if (draining->len)
            return NULL;            /* taken, but not done with: its memory is still in use */
        inbox->filling = 1 - inbox->filling;
        draining = &inbox->batches[1 - inbox->filling];
    }
    struct inbox_item *item = draining->first;
    if (!item)
        return NULL;
    draining->first = item->next;
    if (!draining->first)
        draining->last = &draining->first;
    return item;
}

void inbox_done(struct inbox *inbox)
{
    struct inbox_batch *draining = &inbox->batches[1 - inbox->filling];
    if (draining->first || !draining->len)
        return;
    arena_reset(&draining->arena);
    draining->len = 0;
}

bool inbox_is_empty(const struct inbox *inbox)
{
    return !inbox->batches[0].first && !inbox->batches[1].first;
}

size_t inbox_len(const struct inbox *inbox)
{
    return inbox->batches[0].len + inbox->batches[1].len;
}

static struct inbox_item *put(struct inbox *inbox, struct arena **arena)
{
    *arena = &inbox->batches[inbox->filling].arena;
    struct inbox_item *item = arena_new(*arena, struct inbox_item);
    (*arena)->failed = false;       /* or nothing would ever be taken in again */
    return item;
}

static enum err link_in(struct inbox *inbox, struct inbox_item *item)
{
    struct inbox_batch *batch = &inbox->batches[inbox->filling];
    if (arena_failed(&batch->arena)) {
        batch->arena.failed = false;        /* only this one did not fit; it was not linked in */
        return ERR_NO_MEMORY;
    }
    item->id = inbox->next_id++;
    *batch->last = item;
    batch->last = &item->next;
    batch->len++;
    return OK;
}

static struct str copy(struct arena *arena, struct str s)
{
    return s.len ? str_copy(arena, s) : STR_EMPTY;
}

static void copy_lists(struct event *to, const struct event *from, struct arena *arena)
{
    to->members = arena_copy(arena, from->members, from->members_len * sizeof(*from->members));
    for (size_t i = 0; to->members && i < from->members_len; i++) {
        to->members[i].user = copy(arena, from->members[i].user);
        to->members[i].email = copy(arena, from->members[i].email);
        to->members[i].name = copy(arena, from->members[i].name);
        to->members[i].zone = copy(arena, from->members[i].zone);
    }
    to->dnd = arena_copy(arena, from->dnd, from->dnd_len * sizeof(*from->dnd));
    for (size_t i = 0; to->dnd && i < from->dnd_len; i++)
        to->dnd[i].user = copy(arena, from->dnd[i].user);
}
