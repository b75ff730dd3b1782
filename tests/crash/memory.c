/* The wrapped allocators, and a world whose calls lead out of the program.
 *
 * One odd decision: whether an allocation is the program's is a matter of who was entered last, not
 * of return addresses: bufs and arenas are used on both sides. */
#include "crash/memory.h"

#include <cjson/cJSON.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/base/arena.h"

enum { LIVE_MAX = 1 << 16 };

static struct {
    bool inside;
    unsigned long taken, refused, at, more;
    bool again; /* and once more where the first one failed, as in a second attempt */
    const void *place[3]; /* return addresses of that one */
    void *live[LIVE_MAX]; /* open addressing */
    size_t live_len;
    sqlite3_mem_methods sqlite;
    const struct world_ops *world;
} memory;

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
void __real_free(void *ptr);
void *__real_arena_alloc(struct arena *arena, size_t bytes);
void *__real_arena_copy(struct arena *arena, const void *from, size_t bytes);
void *__real_arena_grow(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes);
void *__real_arena_alloc_array(struct arena *arena, size_t item_bytes, size_t count);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);
void __wrap_free(void *ptr);
void *__wrap_arena_alloc(struct arena *arena, size_t bytes);
void *__wrap_arena_copy(struct arena *arena, const void *from, size_t bytes);
void *__wrap_arena_grow(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes);
void *__wrap_arena_alloc_array(struct arena *arena, size_t item_bytes, size_t count);

/* -- counting ------------------------------------------------------------------------------ */

static bool refuse(void)
{
    if (!memory.inside)
        return false;
    unsigned long number = ++memory.taken;
    bool no = memory.at && number >= memory.at && number <= memory.at + memory.more;
    memory.refused += no;
    return no;
}

/* Of our own code, which keeps frame pointers in the builds this runs in: a batch that failed is
 * run again event by event, and only who fails at the same place twice is to blame. */
static bool refuse_at(const void *const place[3])
{
    bool first = memory.inside && memory.taken + 1 == memory.at;
    if (refuse()) {
        if (first)
            memcpy(memory.place, place, sizeof(memory.place));
        return true;
    }
    bool same = memory.inside && memory.again && memory.place[0] &&
        memcmp(memory.place, place, sizeof(memory.place)) == 0;
    memory.again = memory.again && !same;
    memory.refused += same;
    return same;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_FRAMES 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define HAS_FRAMES 1
#endif
#ifdef HAS_FRAMES
#pragma GCC diagnostic ignored "-Wframe-address"
#define REFUSE()                      \
    refuse_at((const void *const[3]){ \
        __builtin_return_address(0), __builtin_return_address(1), __builtin_return_address(2) })
#else
#define REFUSE() refuse_at((const void *const[3]){ __builtin_return_address(0) })
#endif

static size_t place_of(const void *ptr)
{
    return (size_t)(((uintptr_t)ptr >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 40) % LIVE_MAX;
}

static void *note(void *ptr)
{
    if (!ptr || !memory.inside)
        return ptr;
    size_t at = place_of(ptr);
    while (memory.live[at])
        at = (at + 1) % LIVE_MAX;
    memory.live[at] = ptr;
    if (++memory.live_len > LIVE_MAX / 2)
        abort();
    return ptr;
}

/* Those behind it move up, so that a search ends at the first gap. */
static bool forget(const void *ptr)
{
    size_t at = ptr ? place_of(ptr) : 0;
    if (!ptr)
        return false;
    while (memory.live[at] && memory.live[at] != ptr)
        at = (at + 1) % LIVE_MAX;
    if (!memory.live[at])
        return false;
    memory.live_len--;
    for (size_t next = (at + 1) % LIVE_MAX; memory.live[next]; next = (next + 1) % LIVE_MAX) {
        size_t home = place_of(memory.live[next]);
        if ((next + LIVE_MAX - home) % LIVE_MAX < (next + LIVE_MAX - at) % LIVE_MAX)
            continue;
        memory.live[at] = memory.live[next];
        at = next;
    }
    memory.live[at] = NULL;
    return true;
}

void memory_fail(unsigned long at, unsigned long more, bool again)
{
    memset(memory.place, 0, sizeof(memory.place));
    memory.again = again;
    memory.taken = memory.refused = 0;
    memory.at = at;
    memory.more = more;
}

unsigned long memory_taken(void)
{
    return memory.taken;
}

unsigned long memory_refused(void)
{
    return memory.refused;
}

size_t memory_live(void)
{
    return memory.live_len;
}

void memory_enter(void)
{
    memory.inside = true;
}

void memory_leave(void)
{
    memory.inside = false;
}

/* -- our own ------------------------------------------------------------------------------- */

void *__wrap_malloc(size_t bytes)
{
    return REFUSE() ? NULL : note(__real_malloc(bytes));
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return REFUSE() ? NULL : note(__real_calloc(count, bytes));
}

void *__wrap_realloc(void *old, size_t bytes)
{
    if (REFUSE())
        return NULL;
    bool ours = forget(old);
    void *grown = __real_realloc(old, bytes);
    bool inside = memory.inside;
    memory.inside = inside || ours;
    (void)note(grown ? grown : old);
    memory.inside = inside;
    return grown;
}

void __wrap_free(void *ptr)
{
    (void)forget(ptr);
    __real_free(ptr);
}

static void *give_up(struct arena *arena)
{
    arena->failed = true;
    return NULL;
}

void *__wrap_arena_alloc(struct arena *arena, size_t bytes)
{
    return REFUSE() ? give_up(arena) : __real_arena_alloc(arena, bytes);
}

void *__wrap_arena_copy(struct arena *arena, const void *from, size_t bytes)
{
    return REFUSE() ? give_up(arena) : __real_arena_copy(arena, from, bytes);
}

void *__wrap_arena_grow(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes)
{
    return REFUSE() ? give_up(arena) : __real_arena_grow(arena, old, old_bytes, new_bytes);
}

void *__wrap_arena_alloc_array(struct arena *arena, size_t item_bytes, size_t count)
{
    return REFUSE() ? give_up(arena) : __real_arena_alloc_array(arena, item_bytes, count);
}

/* -- SQLite and cJSON ---------------------------------------------------------------------- */

static void *sqlite_malloc(int bytes)
{
    return refuse() ? NULL : note(memory.sqlite.xMalloc(bytes));
}

static void *json_malloc(size_t bytes)
{
    return refuse() ? NULL : note(__real_malloc(bytes));
}

static void sqlite_free(void *ptr)
{
    (void)forget(ptr);
    memory.sqlite.xFree(ptr);
}

static void *sqlite_realloc(void *old, int bytes)
{
    if (refuse())
        return NULL;
    bool ours = forget(old), inside = memory.inside;
    void *grown = memory.sqlite.xRealloc(old, bytes);
    memory.inside = inside || ours;
    (void)note(grown ? grown : old);
    memory.inside = inside;
    return grown;
}

void memory_init(void)
{
    cJSON_Hooks hooks = { json_malloc, __wrap_free };
    cJSON_InitHooks(&hooks);
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory.sqlite) ||
        sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0))
        abort();
    sqlite3_mem_methods methods = memory.sqlite;
    methods.xMalloc = sqlite_malloc;
    methods.xFree = sqlite_free;
    methods.xRealloc = sqlite_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &methods))
        abort();
    if (sqlite3_initialize())
        abort();
}

/* -- the world ----------------------------------------------------------------------------- */

/* What is registered with the real world in the program's place. They are never freed: the world
 * does not say when it has forgotten a callback. */
struct door {
    world_fn *fn, *done;
    http_done_fn *http;
    struct ws_events ws;
    void *arg;
};

static struct door *door_new(void *arg)
{
    struct door *door = __real_calloc(1, sizeof(*door));
    static struct door *all[1 << 16];
    static size_t len;
    if (!door || len >= sizeof(all) / sizeof(all[0]))
        abort();
    all[len++] = door; /* reachable, so that nobody calls them leaks */
    door->arg = arg;
    return door;
}

#define ENTER(call)     \
    do {                \
        memory_enter(); \
        call;           \
        memory_leave(); \
    } while (0)
/* Out of the program and back, from wherever it was called. */
#define OUT(call)                    \
    do {                             \
        bool inside = memory.inside; \
        memory.inside = false;       \
        call;                        \
        memory.inside = inside;      \
    } while (0)

static void enter_fn(void *arg)
{
    struct door *door = arg;
    ENTER(door->fn(door->arg));
}

static void enter_done(void *arg)
{
    struct door *door = arg;
    ENTER(door->done(door->arg));
}

static void enter_http(void *arg, const struct http_reply *reply)
{
    struct door *door = arg;
    ENTER(door->http(door->arg, reply));
}

static void enter_open(void *arg)
{
    struct door *door = arg;
    ENTER(door->ws.open(door->arg));
}

static void enter_text(void *arg, struct str frame)
{
    struct door *door = arg;
    ENTER(door->ws.text(door->arg, frame));
}

static void enter_end(void *arg, enum ws_end end, int status, struct str detail)
{
    struct door *door = arg;
    ENTER(door->ws.end(door->arg, end, status, detail));
}

static struct timer *out_timer_new(struct world *world, world_fn *fn, void *arg)
{
    struct timer *made = NULL;
    if (refuse())
        return NULL;
    OUT(struct door *door = door_new(arg); door->fn = fn;
        made = memory.world->timer_new(world, enter_fn, door));
    return made;
}

static void out_timer_after(struct timer *timer, struct duration span)
{
    OUT(memory.world->timer_after(timer, span));
}

static void out_timer_at(struct timer *timer, struct instant at)
{
    OUT(memory.world->timer_at(timer, at));
}

static void out_timer_free(struct timer *timer)
{
    OUT(memory.world->timer_free(timer));
}

static enum err out_job(struct world *world, world_fn *work, world_fn *done, void *arg)
{
    enum err err = OK;
    if (refuse())
        return ERR_NO_MEMORY;
    OUT(struct door *door = door_new(arg); door->fn = work; door->done = done;
        err = memory.world->job(world, enter_fn, enter_done, door));
    return err;
}

static struct watch *out_watch_new(struct world *world, struct str folder, world_fn *fn, void *arg)
{
    struct watch *made = NULL;
    if (refuse())
        return NULL;
    OUT(struct door *door = door_new(arg); door->fn = fn;
        made = memory.world->watch_new(world, folder, enter_fn, door));
    return made;
}

static void out_watch_free(struct watch *watch)
{
    OUT(memory.world->watch_free(watch));
}

static enum err out_http_request(struct world *world, const struct http_request *request,
    http_done_fn *fn, void *arg, uint64_t *call_id)
{
    enum err err = OK;
    if (refuse())
        return ERR_NO_MEMORY;
    OUT(struct door *door = door_new(arg); door->http = fn;
        err = memory.world->http_request(world, request, enter_http, door, call_id));
    return err;
}

static struct ws *out_ws_open(struct world *world, const struct ws_options *options,
    const struct ws_events *events, void *arg)
{
    static const struct ws_events doors = { enter_open, enter_text, enter_end };
    struct ws *made = NULL;
    if (refuse())
        return NULL;
    OUT(struct door *door = door_new(arg); door->ws = *events;
        made = memory.world->ws_open(world, options, &doors, door));
    return made;
}

static enum err out_ws_text(struct ws *ws, struct str frame)
{
    enum err err = OK;
    if (refuse())
        return ERR_TOO_BIG;
    OUT(err = memory.world->ws_text(ws, frame));
    return err;
}

static void out_ws_close(struct ws *ws)
{
    OUT(memory.world->ws_close(ws));
}

void memory_watch_world(struct world *world)
{
    static struct world_ops ops;
    memory.world = world->ops;
    ops = *world->ops;
    ops.timer_new = out_timer_new;
    ops.timer_after = out_timer_after;
    ops.timer_at = out_timer_at;
    ops.timer_free = out_timer_free;
    ops.job = out_job;
    ops.watch_new = out_watch_new;
    ops.watch_free = out_watch_free;
    ops.http_request = out_http_request;
    ops.ws_open = out_ws_open;
    ops.ws_text = out_ws_text;
    ops.ws_close = out_ws_close;
    world->ops = &ops;
}
