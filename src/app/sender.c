/* TOUR 6: the sender. Reads the outbox lane by lane, claims, commits, sends; results come back as
 * events. It knows when, never what: pacing is the link's, meaning the rules'.
 *
 * A claim is committed before its request starts, so a stop in between leaves a row that says so;
 * in its transaction, what waited is looked at once more: its person may have changed meanwhile.
 * Idempotent rows are not claimed: sending one again does no harm. */
#include "state.h"

#include "nudged/core/recheck.h"

enum {
    WINDOW = 32,
    WINDOWS_MAX = 8,  /* of the interactive lane: one that waits must not hide one that need not */
    LOOKUPS_MAX = 4,
    WAIT_MS_MAX = 15000   /* however long a pace says: so soon a wall clock that jumps is noticed */
};

struct going {
    struct delivery *rows[WINDOW];
    enum recheck verdicts[WINDOW];
    struct instant again[WINDOW];       /* LATER */
    size_t len;
};

static void sender_run(void *arg);
static enum err find_lost(struct app *app);
static enum err run_lane(struct app *app, enum lane lane, struct mono *again_at);
static enum err run_window(
    struct app *app, struct delivery *rows, size_t len, struct mono *again_at);
static bool goes_now(struct app *app, const struct delivery *rows, size_t len, size_t at,
    size_t ahead, struct mono *again_at);
static bool is_replaced(const struct delivery *rows, size_t len, size_t at);
static bool in_flight(const struct app *app, const struct delivery *delivery);
static struct in_flight *add_flight(struct app *app, const struct delivery *delivery);
static void end_flight(struct app *app, int64_t delivery_id);
static enum err claim_and_send(struct app *app, struct going *going);
static enum err claim(struct app *app, struct going *going);
static enum err look_once_more(struct app *app, struct going *going, size_t at);
static void put_off(struct app *app, const struct going *going, size_t at);
static bool lane_goes(const struct app *app, enum lane lane);
static void send_row(struct app *app, const struct delivery *delivery);
static void expire(struct app *app, const struct delivery *delivery, bool replaced);
static void raise_result(struct app *app, const struct delivery_result *result);
static void run_lookups(struct app *app, struct mono *again_at);
static void set_timer(struct app *app, struct mono again_at);
static void sooner(struct app *app, struct mono *again_at, int64_t wait_ms);
static struct delivery_result result_for(const struct delivery *delivery, enum delivery_end end);

enum err sender_init(struct app *app)
{
    arena_init(&app->sender.arena, TURN_ARENA_MAX);
    app->sender.rows = calloc(WINDOW, sizeof(*app->sender.rows));
    app->sender.timer = app->world->ops->timer_new(app->world, sender_run, app);
    return app->sender.timer && app->sender.rows ? OK : ERR_NO_MEMORY;
}

void sender_finish(struct app *app)
{
    if (app->sender.timer)
        app->world->ops->timer_free(app->sender.timer);
    free(app->sender.rows);
    arena_finish(&app->sender.arena);
}

void sender_wake(struct app *app)
{
    if (app->sender.timer && !app->stopped)
        app->world->ops->timer_after(app->sender.timer, (struct duration){ 0 });
}

/* Only now may the row be looked at again: before its result was stored it would look unsent. */
bool sender_done(struct app *app, const struct delivery_result *result)
{
    bool replaced = false;
    for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
        const struct in_flight *flight = &app->sender.flights[i];
        replaced = replaced ||
                   (flight->used && flight->delivery_id == result->delivery_id && flight->replaced);
    }
    end_flight(app, result->delivery_id);
    return replaced;
}

void sender_replied(struct app *app, int64_t delivery_id)
{
    for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
        struct in_flight *flight = &app->sender.flights[i];
        if (flight->used && flight->delivery_id == delivery_id && flight->began_us)
            metric_observe(app, METRIC_SEND_SECONDS, metric_now_us(app) - flight->began_us);
    }
}

enum err sender_ephemeral(struct app *app, const struct turn_item *item, enum delivery_kind kind,
                          const struct message *message)
{
    struct buf packed = buf_heap(MESSAGE_BYTES_MAX);    /* the turn's memory may be used up */
    struct delivery delivery = {
        .lane = LANE_INTERACTIVE, .kind = kind, .user = item->event.actor,
        .channel = item->event.channel, .message_id = item->event.message_id,
        .trigger = item->event.trigger, .due = item->event.at,
        .not_after = instant_add(item->event.at, (struct duration){ 2500 }),
    };
    message_pack(message, &packed);
    enum err err = buf_finish(&packed, &delivery.payload);
    if (!err && (!app->link || (app->upkeep.restored.utc_ms && kind == DELIVERY_WHISPER)))
        err = ERR_CLOSED;
    if (!err)
        err = app->platform->send(app->link, &delivery);
    buf_free(&packed);
    if (err)
        log_note(app, "ephemeral_dropped", "err=%s", err_name(err));
    return err;
}

/* `bound`: the store has agreed to this workspace. A socket alone may be a foreign one's. */
static void sender_run(void *arg)
{
    struct app *app = arg;
    struct mono again_at = { INT64_MAX };
    enum err err = OK;
    if (app->stopped || !app->bound || !app->platform->is_up(app->link) || app->sender.draining)
        return;
    app->sender.waits = false;
    if (app->sender.lost && !app->sender.len)
        err = find_lost(app);
    store_look(app->store);
    for (int lane = LANE_INTERACTIVE; !err && lane < LANE_END; lane++)
        if (lane_goes(app, (enum lane)lane))
            err = run_lane(app, (enum lane)lane, &again_at);
    arena_reset(&app->sender.arena);
    if (!err)
        run_lookups(app, &again_at);
    if (err && !app->sender.failing)
        log_note(app, "sender_failed", "err=%s", err_name(err));
    app->sender.failing = err != OK;
    if (err)
        sooner(app, &again_at, 5000);
    if (err_policy_of(err) == ERR_POLICY_STOP)
        app_stop(app, EXIT_IO, str_from_z(err_text(err)));
    else
        set_timer(app, again_at);
    store_look_end(app->store);
    turn_wake(app);
}

/* From a restored store nothing leaves before the operator says so, but to those who must say it.
 * While sending is off nobody gets what they did not ask for; it waits, and expires in its time. */
static bool lane_goes(const struct app *app, enum lane lane)
{
    if (app->upkeep.restored.utc_ms)
        return lane == LANE_ALERT;
    bool unasked = lane == LANE_NOTICE || lane == LANE_NUDGE || lane == LANE_DIGEST;
    return app->state.live || !unasked;
}

/* Nothing is in flight, so whatever is claimed was sent and not noted: as at boot. */
static enum err find_lost(struct app *app)
{
    enum err err = store_begin(app->store);
    if (!err)
        err = outbox_recover(app->store);
    if (!err)
        err = store_commit(app->store);
    if (err)
        store_rollback(app->store);
    app->sender.lost = err != OK;
    return err;
}

static enum err run_lane(struct app *app, enum lane lane, struct mono *again_at)
{
    struct delivery last = { 0 };
    size_t len = WINDOW;
    enum err err = OK;
    int windows = lane == LANE_INTERACTIVE ? WINDOWS_MAX : 1;
    for (int i = 0; !err && i < windows && len == WINDOW && app->sender.len < IN_FLIGHT_MAX; i++) {
        arena_reset(&app->sender.arena);
        struct delivery *rows = app->sender.rows;
        err = outbox_ready(app->store, lane, world_now(app->world), i ? &last : NULL,
                           &app->sender.arena, rows, WINDOW, &len);
        if (!err)
            err = run_window(app, rows, len, again_at);
        if (!err && len)
            last = (struct delivery){ .delivery_id = rows[len - 1].delivery_id,
                                      .order_ms = rows[len - 1].order_ms };
    }
    return err;
}

/* What needs a claim goes at the end, together: one commit for the window. */
static enum err run_window(
    struct app *app, struct delivery *rows, size_t len, struct mono *again_at)
{
    struct going going = { .len = 0 };
    for (size_t i = 0; i < len; i++) {
        bool claimed = delivery_class_of(rows[i].kind) == CLASS_RECONCILE;
        if (!goes_now(app, rows, len, i, claimed ? going.len : 0, again_at) ||
            !add_flight(app, &rows[i]))
            continue;
        if (claimed)
            going.rows[going.len++] = &rows[i];
        else
            send_row(app, &rows[i]);
    }
    return claim_and_send(app, &going);
}

/* ahead: chosen before it and not sent yet. */
static bool goes_now(struct app *app, const struct delivery *rows, size_t len, size_t at,
    size_t ahead, struct mono *again_at)
{
    const struct delivery *row = &rows[at];
    bool replaced = is_replaced(rows, len, at);
    if (in_flight(app, row) || app->sender.len >= IN_FLIGHT_MAX)
        return false;
    if (replaced || instant_before(row->not_after, world_now(app->world))) {
        expire(app, row, replaced);
        return false;
    }
    int64_t wait_ms = app->platform->ready(app->link, row, ahead).ms - world_mono(app->world).ms;
    if (wait_ms <= 0)
        return true;
    app->sender.waits = true;
    sooner(app, again_at, wait_ms);
    return false;
}

/* A newer version of the same message waits behind it. */
static bool is_replaced(const struct delivery *rows, size_t len, size_t at)
{
    if (delivery_class_of(rows[at].kind) != CLASS_IDEMPOTENT)
        return false;
    for (size_t i = at + 1; i < len; i++)
        if (rows[i].kind == rows[at].kind && rows[i].person_id == rows[at].person_id &&
            str_equal(rows[i].message_id, rows[at].message_id))
            return true;
    return false;
}

/* One request per message at a time, and per person one new message: their order is the order
 * read. */
static bool in_flight(const struct app *app, const struct delivery *delivery)
{
    struct str message_id =
        str_slice(delivery->message_id, 0, sizeof(app->sender.flights[0].message_bytes));
    for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
        const struct in_flight *flight = &app->sender.flights[i];
        struct str other = { flight->message_bytes, flight->message_len };
        if (flight->used && flight->person_id == delivery->person_id &&
            (flight->delivery_id == delivery->delivery_id || str_equal(other, message_id)))
            return true;
    }
    return false;
}

static struct in_flight *add_flight(struct app *app, const struct delivery *delivery)
{
    for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
        struct in_flight *flight = &app->sender.flights[i];
        if (flight->used)
            continue;
        size_t len = delivery->message_id.len;
        len = len < sizeof(flight->message_bytes) ? len : sizeof(flight->message_bytes);
        *flight = (struct in_flight){ .delivery_id = delivery->delivery_id,
            .person_id = delivery->person_id, .message_len = len, .used = true,
            .began_us = metric_now_us(app) };
        if (len)
            memcpy(flight->message_bytes, delivery->message_id.ptr, len);
        app->sender.len++;
        return flight;
    }
    return NULL;
}

static void end_flight(struct app *app, int64_t delivery_id)
{
    for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
        struct in_flight *flight = &app->sender.flights[i];
        if (flight->used && flight->delivery_id == delivery_id) {
            flight->used = false;
            app->sender.len--;
        }
    }
}

/* Claimed and committed before the first byte leaves. Empties *going. */
static enum err claim_and_send(struct app *app, struct going *going)
{
    enum err err = going->len ? claim(app, going) : OK;
    for (size_t i = 0; i < going->len; i++) {
        if (err)
            end_flight(app, going->rows[i]->delivery_id);
        else if (going->verdicts[i] != RECHECK_GO)
            put_off(app, going, i);
        else
            send_row(app, going->rows[i]);
    }
    going->len = 0;
    return err;
}

static enum err claim(struct app *app, struct going *going)
{
    struct instant now = world_now(app->world);
    enum err err = store_begin(app->store);
    for (size_t i = 0; !err && i < going->len; i++) {
        err = look_once_more(app, going, i);
        if (err || going->verdicts[i] != RECHECK_GO)
            continue;
        err = outbox_claim(app->store, going->rows[i], now);
        if (!going->rows[i]->attempts++)
            going->rows[i]->claimed = now;
    }
    if (!err)
        err = store_commit(app->store);
    if (err)
        store_rollback(app->store);
    return err;
}

static enum err look_once_more(struct app *app, struct going *going, size_t at)
{
    const struct delivery *row = going->rows[at];
    going->verdicts[at] = RECHECK_GO;
    if (!recheck_concerns(row))
        return OK;
    struct event event = { .kind = EVENT_PERSON_DUE, .person_id = row->person_id };
    struct facts facts;
    turn_facts_begin(app, world_now(app->world), &facts);
    enum err err = store_facts(app->store, NEED_PERSON, &event, &app->sender.arena, &facts);
    if (err)
        return err;
    turn_facts_zone(app, &facts);
    going->verdicts[at] = recheck_delivery(&facts, row, &going->again[at]);
    return OK;
}

static void put_off(struct app *app, const struct going *going, size_t at)
{
    bool later = going->verdicts[at] == RECHECK_LATER;
    struct delivery_result result =
        result_for(going->rows[at], later ? DELIVERY_END_LATER : DELIVERY_END_EXPIRED);
    result.again = going->again[at];
    result.code = STR("recheck");
    raise_result(app, &result);
}

/* An error means that nothing was started, so nothing has left. */
static void send_row(struct app *app, const struct delivery *delivery)
{
    enum err err = app->platform->send(app->link, delivery);
    if (!err)
        return;
    bool hopeless = err_policy_of(err) == ERR_POLICY_GIVE_UP;
    struct delivery_result result =
        result_for(delivery, hopeless ? DELIVERY_END_CONTENT : DELIVERY_END_RETRY);
    result.again = instant_add(world_now(app->world), SECONDS(5));
    result.code = str_from_z(err_name(err));
    raise_result(app, &result);
}

static void expire(struct app *app, const struct delivery *delivery, bool replaced)
{
    struct delivery_result result = result_for(delivery, DELIVERY_END_EXPIRED);
    struct in_flight *flight = add_flight(app, delivery);
    if (!flight)
        return;
    flight->replaced = replaced;
    raise_result(app, &result);
}

/* Does not fit: the row is looked at again, a claimed one after find_lost. */
static void raise_result(struct app *app, const struct delivery_result *result)
{
    struct event event = {
        .kind = EVENT_DELIVERY, .person_id = result->person_id, .result = *result
    };
    if (inbox_put_event(&app->inbox, &event)) {
        end_flight(app, result->delivery_id);
        app->sender.lost = true;
    }
}

static void run_lookups(struct app *app, struct mono *again_at)
{
    struct delivery rows[LOOKUPS_MAX];
    size_t len = 0;
    enum err err = outbox_unknown(app->store, world_now(app->world), &app->sender.arena, rows,
                                  LOOKUPS_MAX, &len);
    for (size_t i = 0; !err && i < len; i++) {
        struct in_flight *flight = in_flight(app, &rows[i]) ? NULL : add_flight(app, &rows[i]);
        if (!flight)
            continue;
        flight->began_us = 0;           /* a question, not a sending */
        err = app->platform->lookup(app->link, &rows[i]);
        if (err)
            end_flight(app, rows[i].delivery_id);
    }
    if (err)
        sooner(app, again_at, 1000);
}

static void set_timer(struct app *app, struct mono again_at)
{
    struct instant due = INSTANT_NEVER, now = world_now(app->world);
    if (outbox_next_due(app->store, now, &due))
        sooner(app, &again_at, 5000);
    else if (again_at.ms != INT64_MAX && !instant_is_never(due))
        sooner(app, &again_at, instant_since(due, now).ms);
    int64_t wait_ms = again_at.ms - world_mono(app->world).ms;
    wait_ms = wait_ms < 1 ? 1 : wait_ms > WAIT_MS_MAX ? WAIT_MS_MAX : wait_ms;
    if (again_at.ms != INT64_MAX)
        app->world->ops->timer_after(app->sender.timer, (struct duration){ wait_ms });
    else if (!instant_is_never(due))
        app->world->ops->timer_at(app->sender.timer, due);
}

static void sooner(struct app *app, struct mono *again_at, int64_t wait_ms)
{
    int64_t at_ms = world_mono(app->world).ms + wait_ms;
    if (at_ms < again_at->ms)
        again_at->ms = at_ms;
}

static struct delivery_result result_for(const struct delivery *delivery, enum delivery_end end)
{
    return (struct delivery_result){ .delivery_id = delivery->delivery_id, .lane = delivery->lane,
        .order_ms = delivery->order_ms, .kind = delivery->kind, .person_id = delivery->person_id,
        .nudge_id = delivery->nudge_id, .end = end };
}
