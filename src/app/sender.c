/* TOUR 6: the sender. Reads the outbox lane by lane, claims, commits, sends; results come back as
 * events. It knows when, never what: pacing is the link's, meaning the rules'.
 *
 * A claim is committed before its request starts, so a stop in between leaves a row that says so.
 * Idempotent rows are not claimed: sending one again does no harm. */
#include "state.h"

enum { WINDOW = 32, LOOKUPS_MAX = 4 };

static void sender_run(void *arg);
static enum err run_lane(struct app *app, enum lane lane, struct mono *pace_at);
static bool goes_now(struct app *app, const struct delivery *rows, size_t len, size_t at, size_t ahead,
                     struct mono *pace_at);
static bool is_superseded(const struct delivery *rows, size_t len, size_t at);
static bool in_flight(const struct app *app, const struct delivery *delivery);
static bool add_flight(struct app *app, const struct delivery *delivery, bool lookup);
static enum err claim_and_send(struct app *app, struct delivery **rows, size_t len);
static void expire(struct app *app, const struct delivery *delivery);
static void run_lookups(struct app *app);
static void set_timer(struct app *app, struct mono pace_at);
static struct delivery_result result_for(const struct delivery *delivery, enum delivery_end end);

enum err sender_init(struct app *app)
{
    arena_init(&app->sender.arena, TURN_ARENA_MAX);
    app->sender.timer = app->world->ops->timer_new(app->world, sender_run, app);
    return app->sender.timer ? OK : ERR_NO_MEMORY;
}

void sender_finish(struct app *app)
{
    if (app->sender.timer)
        app->world->ops->timer_free(app->sender.timer);
    arena_finish(&app->sender.arena);
}

void sender_wake(struct app *app)
{
    if (app->sender.timer && !app->stopped)
        app->world->ops->timer_after(app->sender.timer, (struct duration){ 0 });
}

void sender_done(struct app *app, const struct delivery_result *result)
{
    for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
        struct in_flight *flight = &app->sender.flights[i];
        if (flight->used && flight->delivery_id == result->delivery_id) {
            flight->used = false;
            app->sender.len--;
        }
    }
}

enum err sender_ephemeral(struct app *app, const struct turn_item *item, enum delivery_kind kind,
                          const struct message *message)
{
    struct buf packed = buf_in(&app->turn_arena, MESSAGE_BYTES_MAX);
    struct delivery delivery = {
        .lane = LANE_INTERACTIVE, .kind = kind, .user = item->event.actor,
        .channel = item->event.channel, .message_id = item->event.message_id,
        .trigger = item->event.trigger, .due = item->event.at,
        .not_after = instant_add(item->event.at, (struct duration){ 2500 }),
    };
    message_pack(message, &packed);
    enum err err = buf_finish(&packed, &delivery.payload);
    if (!err && !app->link)
        err = ERR_CLOSED;
    if (!err)
        err = app->platform->send(app->link, &delivery);
    if (err)
        log_note(app, "ephemeral_dropped", "err=%s", err_name(err));
    return err;
}

static void sender_run(void *arg)
{
    struct app *app = arg;
    struct mono pace_at = { INT64_MAX };
    enum err err = OK;
    if (app->stopped || !app->link || !app->platform->is_up(app->link) || app->sender.draining)
        return;
    arena_reset(&app->sender.arena);
    app->sender.waits = false;
    for (int lane = LANE_INTERACTIVE; !err && lane < LANE_END; lane++)
        err = run_lane(app, (enum lane)lane, &pace_at);
    if (!err)
        run_lookups(app);
    if (err)
        log_note(app, "sender_failed", "err=%s", err_name(err));
    if (err && err_policy_of(err) == ERR_POLICY_STOP)
        app_stop(app, EXIT_IO, str_from_z(err_text(err)));
    else
        set_timer(app, pace_at);
}

static enum err run_lane(struct app *app, enum lane lane, struct mono *pace_at)
{
    struct delivery *rows = arena_array(&app->sender.arena, struct delivery, WINDOW);
    struct delivery **going = arena_array(&app->sender.arena, struct delivery *, WINDOW);
    size_t len = 0, going_len = 0;
    if (!rows || !going)
        return ERR_NO_MEMORY;
    enum err err = outbox_ready(app->store, lane, world_now(app->world), NULL, &app->sender.arena, rows,
                                WINDOW, &len);
    for (size_t i = 0; !err && i < len; i++)
        if (goes_now(app, rows, len, i, going_len, pace_at) && add_flight(app, &rows[i], false))
            going[going_len++] = &rows[i];
    if (!err && going_len)
        err = claim_and_send(app, going, going_len);
    return err;
}

/* ahead: chosen before it, counted as in flight, not sent yet. */
static bool goes_now(struct app *app, const struct delivery *rows, size_t len, size_t at, size_t ahead,
                     struct mono *pace_at)
{
    const struct delivery *row = &rows[at];
    if (in_flight(app, row) || app->sender.len >= IN_FLIGHT_MAX)
        return false;
    if (instant_before(row->not_after, world_now(app->world))) {
        expire(app, row);
        return false;
    }
    if (is_superseded(rows, len, at)) {
        expire(app, row);
        return false;
    }
    struct mono ready = app->platform->ready(app->link, row, ahead);
    if (ready.ms <= world_mono(app->world).ms)
        return true;
    app->sender.waits = true;
    if (ready.ms < pace_at->ms)
        pace_at->ms = ready.ms;
    return false;
}

/* A newer version of the same message waits behind it. */
static bool is_superseded(const struct delivery *rows, size_t len, size_t at)
{
    if (delivery_class_of(rows[at].kind) != CLASS_IDEMPOTENT)
        return false;
    for (size_t i = at + 1; i < len; i++)
        if (rows[i].kind == rows[at].kind && rows[i].person_id == rows[at].person_id &&
            str_equal(rows[i].message_id, rows[at].message_id))
            return true;
    return false;
}

/* One request per message at a time, and per person one new message: their order is the order read. */
static bool in_flight(const struct app *app, const struct delivery *delivery)
{
    struct str message_id = str_slice(delivery->message_id, 0, sizeof(app->sender.flights[0].message_bytes));
    for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
        const struct in_flight *flight = &app->sender.flights[i];
        if (flight->used && flight->person_id == delivery->person_id &&
            (flight->delivery_id == delivery->delivery_id || str_equal(flight->message_id, message_id)))
            return true;
    }
    return false;
}

static bool add_flight(struct app *app, const struct delivery *delivery, bool lookup)
{
    for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
        struct in_flight *flight = &app->sender.flights[i];
        if (flight->used)
            continue;
        size_t len = delivery->message_id.len;
        len = len < sizeof(flight->message_bytes) ? len : sizeof(flight->message_bytes);
        *flight = (struct in_flight){ .delivery_id = delivery->delivery_id,
            .order_ms = delivery->order_ms, .lane = delivery->lane, .person_id = delivery->person_id,
            .used = true, .lookup = lookup };
        if (len)
            memcpy(flight->message_bytes, delivery->message_id.ptr, len);
        flight->message_id = (struct str){ flight->message_bytes, len };
        app->sender.len++;
        return true;
    }
    return false;
}

static enum err claim_and_send(struct app *app, struct delivery **rows, size_t len)
{
    struct instant now = world_now(app->world);
    bool claims = false;
    for (size_t i = 0; i < len; i++)
        claims = claims || delivery_class_of(rows[i]->kind) == CLASS_RECONCILE;
    enum err err = claims ? store_begin(app->store) : OK;
    for (size_t i = 0; !err && i < len; i++)
        if (delivery_class_of(rows[i]->kind) == CLASS_RECONCILE) {
            err = outbox_claim(app->store, rows[i], now);
            if (!rows[i]->attempts++)
                rows[i]->claimed = now;
        }
    if (!err && claims)
        err = store_commit(app->store);
    if (err)
        store_rollback(app->store);
    for (size_t i = 0; i < len; i++) {
        enum err sent = err ? err : app->platform->send(app->link, rows[i]);
        struct delivery_result result = result_for(rows[i], DELIVERY_END_RETRY);
        result.again = instant_add(now, SECONDS(5));
        result.code = str_from_z(err_name(sent));
        if (sent)                   /* nothing was started, so nothing has left */
            sender_done(app, &result);
        if (sent && !err)
            (void)inbox_put_event(&app->inbox, &(struct event){ .kind = EVENT_DELIVERY,
                .person_id = result.person_id, .result = result });
    }
    turn_wake(app);
    return err;
}

static void expire(struct app *app, const struct delivery *delivery)
{
    struct event event = { .kind = EVENT_DELIVERY, .person_id = delivery->person_id,
                           .result = result_for(delivery, DELIVERY_END_EXPIRED) };
    (void)inbox_put_event(&app->inbox, &event);
    turn_wake(app);
}

static void run_lookups(struct app *app)
{
    struct delivery rows[LOOKUPS_MAX];
    size_t len = 0;
    if (outbox_unknown(app->store, world_now(app->world), &app->sender.arena, rows, LOOKUPS_MAX, &len))
        return;
    for (size_t i = 0; i < len; i++) {
        if (in_flight(app, &rows[i]) || !add_flight(app, &rows[i], true))
            continue;
        enum err err = app->platform->lookup(app->link, &rows[i]);
        struct delivery_result result = result_for(&rows[i], DELIVERY_END_UNKNOWN);
        if (err)
            sender_done(app, &result);
    }
}

static void set_timer(struct app *app, struct mono pace_at)
{
    struct instant due = INSTANT_NEVER, now = world_now(app->world);
    int64_t wait_ms = INT64_MAX;
    if (pace_at.ms != INT64_MAX)
        wait_ms = pace_at.ms - world_mono(app->world).ms;
    if (wait_ms != INT64_MAX) {
        app->world->ops->timer_after(app->sender.timer, (struct duration){ wait_ms < 1 ? 1 : wait_ms });
        return;
    }
    if (!outbox_next_due(app->store, now, &due) && !instant_is_never(due))
        app->world->ops->timer_at(app->sender.timer, due);
}

static struct delivery_result result_for(const struct delivery *delivery, enum delivery_end end)
{
    return (struct delivery_result){ .delivery_id = delivery->delivery_id, .lane = delivery->lane,
        .order_ms = delivery->order_ms, .kind = delivery->kind, .person_id = delivery->person_id,
        .nudge_id = delivery->nudge_id, .end = end };
}
