/* The clock's side of the road: raises PERSON_DUE and DIGEST_DUE when their stored instants come,
 * and asks who does not want to be disturbed. Cost follows what is due, never how many people.
 * Nobody is due while a people.csv is taken in (roster.c wakes us then): half of it is not true. */
#include "state.h"

enum {
    DUE_MAX = 128, DND_USERS_MAX = 500, DND_EVERY_MINUTES = 10, DND_AHEAD_MINUTES = 60,
    HOLD_MS = 5000
};

static void slots_fired(void *arg);
static void dnd_fired(void *arg);
static enum err raise_due(struct app *app, bool *raised);
static void look_again(struct app *app, enum err err);
static void ask_dnd(struct app *app);

enum err ticker_init(struct app *app)
{
    app->ticker.slots = app->world->ops->timer_new(app->world, slots_fired, app);
    app->ticker.dnd = app->world->ops->timer_new(app->world, dnd_fired, app);
    if (!app->ticker.slots || !app->ticker.dnd)
        return ERR_NO_MEMORY;
    app->world->ops->timer_after(app->ticker.dnd, SECONDS(5));
    return OK;
}

void ticker_finish(struct app *app)
{
    if (app->ticker.slots)
        app->world->ops->timer_free(app->ticker.slots);
    if (app->ticker.dnd)
        app->world->ops->timer_free(app->ticker.dnd);
}

void ticker_wake(struct app *app)
{
    struct instant slot = INSTANT_NEVER, digest = INSTANT_NEVER;
    app->ticker.waiting = app->ticker.stale = false;
    if (!app->ticker.slots || app->stopped || app->sender.draining || app->roster.at_work)
        return;
    enum err err = store_next_due(app->store, &slot, &digest);
    int64_t hold_ms = app->ticker.hold.ms - world_mono(app->world).ms;
    struct instant first = instant_before(slot, digest) ? slot : digest;
    if (err)
        look_again(app, err);
    else if (hold_ms > 0)
        app->world->ops->timer_after(app->ticker.slots, (struct duration){ hold_ms });
    else if (!instant_is_never(first))
        app->world->ops->timer_at(app->ticker.slots, first);
}

void ticker_hold(struct app *app)
{
    app->ticker.stale = true;
    app->ticker.hold.ms = world_mono(app->world).ms + HOLD_MS;
}

static void slots_fired(void *arg)
{
    struct app *app = arg;
    bool raised = false;
    if (app->ticker.waiting || app->stopped || app->sender.draining || app->roster.at_work)
        return;
    enum err err = raise_due(app, &raised);
    app->ticker.waiting = raised;
    if (raised)
        turn_wake(app);
    else if (err)
        look_again(app, err);
    else
        ticker_wake(app);
}

static void look_again(struct app *app, enum err err)
{
    log_note(app, "ticker_failed", "err=%s", err_name(err));
    app->world->ops->timer_after(app->ticker.slots, (struct duration){ HOLD_MS });
    if (err_policy_of(err) == ERR_POLICY_STOP)
        app_stop(app, EXIT_IO, str_from_z(err_text(err)));
}

static enum err raise_due(struct app *app, bool *raised)
{
    int64_t people[DUE_MAX], managers[DUE_MAX];
    size_t people_len = 0, managers_len = 0;
    struct instant now = world_now(app->world);
    enum err err = store_due_people(app->store, now, people, DUE_MAX, &people_len);
    if (!err)
        err = store_due_digests(app->store, now, managers, DUE_MAX, &managers_len);
    for (size_t i = 0; !err && i < people_len; i++)
        err = inbox_put_event(&app->inbox, &(struct event){ .kind = EVENT_PERSON_DUE,
                                                            .person_id = people[i] });
    for (size_t i = 0; !err && i < managers_len; i++)
        err = inbox_put_event(&app->inbox, &(struct event){ .kind = EVENT_DIGEST_DUE,
                                                            .person_id = managers[i] });
    *raised = !inbox_is_empty(&app->inbox);    /* also when only some fitted: their turn wakes us */
    return err;
}

static void dnd_fired(void *arg)
{
    struct app *app = arg;
    app->world->ops->timer_after(app->ticker.dnd, MINUTES(DND_EVERY_MINUTES));
    if (app->stopped || !app->bound || !app->platform->is_up(app->link))
        return;
    ask_for_strangers(app);                     /* an earlier attempt may have failed */
    if (app->state.live)
        ask_dnd(app);
}

static void ask_dnd(struct app *app)
{
    struct arena arena;
    arena_init(&arena, TURN_ARENA_MAX);
    struct str *users = arena_array(&arena, struct str, DND_USERS_MAX);
    size_t len = 0, due = 0;
    struct instant until = instant_add(world_now(app->world), MINUTES(DND_AHEAD_MINUTES));
    if (users)
        (void)!store_users_waiting(app->store, &arena, users, DND_USERS_MAX, &len);
    if (users &&
        !store_users_due_before(app->store, until, &arena, users + len, DND_USERS_MAX - len, &due))
        len += due;
    if (len) {
        enum err err = app->platform->query(app->link, QUERY_DND, users, len);
        if (err)
            log_note(app, "query_failed", "query=dnd err=%s", err_name(err));
    }
    arena_finish(&arena);
}
