/* Everybody, taken in by and by: the rows of people.csv, what follows from all of them together,
 * and the look at everybody after prompts or settings changed. A slice a turn, so that a press
 * never waits longer than for one of them; what has not changed since it was in is not taken in.
 *
 * Safe to stop anywhere: from its first slice to its last the store says that no file is in whole,
 * and the next start begins anew; nobody has left before every row is in. Meanwhile nobody is due
 * (ticker.c), nobody is said to be missing in the workspace, and its list is asked for afterwards.
 * Odd: at the start the link is dialled first, and the rows wait until it is up, or a second. */
#include "state.h"

enum {
    ROWS_PER_SLICE = 500,
    IDS_PER_ROW = 4,                /* a sweep does less for a person than a row does */
    BREATH_MS = 1,                  /* between two slices: sockets are looked at */
    LINK_WAIT_MS = 1000,
    TROUBLE_WAIT_MS = 5000
};

static void begin(struct app *app, struct intake *intake);
static bool begin_next(struct app *app);
static void fired(void *arg);
static void raise_slice(struct app *app);
static enum err present_slice(struct app *app, struct event *out);
static void fill_rows(struct roster *roster, struct event *event);
static bool is_last(const struct roster *roster, const struct event *event);
static void go_on(struct roster *roster, const struct event *event);
static void next_range(struct roster *roster, const struct event *event);
static void look_after(struct app *app, int64_t wait_ms);
static void finish(struct app *app);

enum err roster_init(struct app *app)
{
    struct roster *roster = &app->roster;
    roster->slice_rows = app->options.rows_per_slice ? app->options.rows_per_slice : ROWS_PER_SLICE;
    roster->timer = app->world->ops->timer_new(app->world, fired, app);
    return roster->timer ? OK : ERR_NO_MEMORY;
}

void roster_finish(struct app *app)
{
    if (app->roster.timer)
        app->world->ops->timer_free(app->roster.timer);
    app->roster.timer = NULL;
    intake_free(&app->roster.now);
    intake_free(&app->roster.next);
}

/* But for the hash of what everybody was looked at under, which stays true. */
void intake_free(struct intake *intake)
{
    if (intake->has_people)
        arena_finish(&intake->arena);
    *intake = (struct intake){ .looked_hash = intake->looked_hash };
}

void roster_take(struct app *app, struct intake *intake)
{
    struct roster *roster = &app->roster;
    if (!roster->raised) {
        begin(app, intake);
        return;
    }
    intake_free(&roster->next);                 /* these files are newer */
    roster->next = *intake;
    roster->has_next = true;
    *intake = (struct intake){ 0 };
}

void roster_wait_for_link(struct app *app)
{
    app->roster.waits = app->roster.at_work;
    if (app->roster.waits)
        look_after(app, LINK_WAIT_MS);
}

void roster_link_is_up(struct app *app)
{
    if (app->roster.waits)
        look_after(app, BREATH_MS);
}

void roster_wake_everybody(struct app *app)
{
    struct intake again = { .looked_hash = app->roster.now.looked_hash };
    app->roster.wake_again = true;
    if (!app->roster.at_work)
        begin(app, &again);
}

void roster_try(struct app *app)
{
    if (!app->roster.at_work)
        roster_wake_everybody(app);
    raise_slice(app);
}

void roster_slice_stored(struct app *app, const struct event *event)
{
    struct roster *roster = &app->roster;
    if (!event->slice || event->slice != roster->slice)
        return;
    roster->raised = false;
    bool last = is_last(roster, event);
    go_on(roster, event);
    if (begin_next(app))
        return;
    if (last)
        finish(app);
    else
        look_after(app, BREATH_MS);
}

/* Not refused for now, but not to be stored at all: a file of which a part is missing must not make
 * anybody leave. What is in stays in, and the next start or reload tries the whole again. */
void roster_slice_failed(struct app *app, const struct event *event, bool refused)
{
    struct roster *roster = &app->roster;
    if (!event->slice || event->slice != roster->slice)
        return;
    roster->raised = false;
    if (refused)
        return;                                 /* roster_try() raises it again */
    log_note(app, "people_refused", "row=%zu", roster->row);
    if (!begin_next(app))
        finish(app);
}

static void begin(struct app *app, struct intake *intake)
{
    struct roster *roster = &app->roster;
    const struct taken *taken = &app->upkeep.taken;
    intake_free(&roster->now);
    roster->now = *intake;
    *intake = (struct intake){ 0 };
    const struct intake *now = &roster->now;
    /* A file without any row would make everybody leave: a slip, and left alone. */
    bool people = now->has_people && now->people.rows_len &&
        !hash_equal(&now->people.hash, &taken->people_hash);
    bool wakes = roster->wake_again || hash_is_none(&now->looked_hash) ||
        !hash_equal(&now->looked_hash, &taken->looked_hash);
    roster->begun = (struct taken){ .people = people, .looked = wakes };
    roster->ended = roster->begun;
    roster->ended.people_hash = now->people.hash;
    roster->ended.looked_hash = now->looked_hash;
    if (!people)
        intake_free(&roster->now);
    roster->wake_again = false;
    roster->row = 0;
    roster->after_id = 0;
    roster->sweep = people ? 0 : SWEEP_WAKE;
    roster->epoch = world_now(app->world).utc_ms;
    roster->first = true;
    roster->at_work = people || wakes;
    if (roster->at_work)
        look_after(app, BREATH_MS);
    else
        finish(app);
}

static bool begin_next(struct app *app)
{
    struct intake next = app->roster.next;
    if (!app->roster.has_next)
        return false;
    app->roster.next = (struct intake){ 0 };
    app->roster.has_next = false;
    begin(app, &next);
    return true;
}

static void fired(void *arg)
{
    struct app *app = arg;
    app->roster.waits = false;
    if (app->roster.at_work && !app->stopped && !app->sender.draining && !app->refused)
        raise_slice(app);
}

static void raise_slice(struct app *app)
{
    struct roster *roster = &app->roster;
    struct event event;
    if (roster->raised)
        return;
    enum err err = present_slice(app, &event);
    if (!err)
        err = inbox_put_event(&app->inbox, &event);
    roster->raised = !err;
    if (err)
        look_after(app, TROUBLE_WAIT_MS);
    else
        turn_wake(app);
}

static enum err present_slice(struct app *app, struct event *out)
{
    struct roster *roster = &app->roster;
    struct event event = { .kind = EVENT_PEOPLE, .slice = ++roster->slice,
        .roster_epoch = roster->epoch, .sweep = roster->sweep, .after_id = roster->after_id };
    event.until_id = roster->after_id + (int64_t)roster->slice_rows * IDS_PER_ROW;
    bool counts = roster->first || (roster->sweep == SWEEP_LEFT && !roster->after_id);
    enum err err = counts ? store_people_last_id(app->store, &roster->last_id) : OK;
    if (err)
        return err;
    if (!roster->sweep)
        fill_rows(roster, &event);
    event.taken = is_last(roster, &event) ? &roster->ended : roster->first ? &roster->begun : NULL;
    *out = event;
    return OK;
}

/* A small company in one transaction, and then its sweeps are whole as well. */
static void fill_rows(struct roster *roster, struct event *event)
{
    const struct people *people = &roster->now.people;
    size_t left = people->rows_len - roster->row;
    event->rows = people->rows + roster->row;
    event->rows_len = left < roster->slice_rows ? left : roster->slice_rows;
    event->rows_last = people->rows_len <= roster->slice_rows &&
        roster->last_id <= (int64_t)roster->slice_rows * IDS_PER_ROW;
    event->sweep = event->rows_last && roster->begun.looked ? SWEEP_WAKE : 0;
    event->until_id = INT64_MAX;
}

static bool is_last(const struct roster *roster, const struct event *event)
{
    if (event->sweep == SWEEP_WAKE)
        return event->until_id >= roster->last_id;
    return !roster->begun.looked && (event->rows_last || event->sweep == SWEEP_CLOSE);
}

/* Behind what was just stored. */
static void go_on(struct roster *roster, const struct event *event)
{
    roster->first = false;
    roster->row += event->rows_len;
    if (roster->sweep)
        next_range(roster, event);
    else if (roster->row >= roster->now.people.rows_len)
        roster->sweep = SWEEP_LEFT;
}

static void next_range(struct roster *roster, const struct event *event)
{
    roster->after_id = event->until_id;
    if (roster->sweep != SWEEP_CLOSE && roster->after_id < roster->last_id)
        return;
    roster->after_id = 0;
    roster->sweep++;
}

static void look_after(struct app *app, int64_t wait_ms)
{
    app->world->ops->timer_after(app->roster.timer, (struct duration){ wait_ms });
}

static void finish(struct app *app)
{
    struct roster *roster = &app->roster;
    roster->at_work = roster->waits = false;
    intake_free(&roster->now);
    app->watch.count_people = true;
    if (roster->ask && app->bound)
        ask_platform(app, QUERY_ROSTER, STR_EMPTY);
    else if (roster->begun.people)
        ask_for_strangers(app);
    roster->ask = false;
    ticker_wake(app);
    if (roster->wake_again)
        roster_wake_everybody(app);
}
