/* TOUR 4: the turn. All that waits is decided in one transaction; acks leave after its commit.
 *
 * If any event of a batch fails, the batch is rolled back and run again one event a transaction:
 * the one that fails alone is counted and apologised for, the rest are unharmed. A commit that
 * fails acks nothing: the platform delivers again, or the person presses again. */
#include "state.h"

enum { TURN_ARENA_FULL = TURN_ARENA_MAX / 2, REFUSED_WAIT_SECONDS_MAX = 16 };

struct turn {
    struct turn_item *items;
    size_t len;
};

static void run_batch(struct app *app);
static enum err take(struct app *app, struct turn *turn);
static enum err run_slice(struct app *app, struct turn *turn, size_t from, size_t *to);
static enum err run_together(struct app *app, struct turn *turn, size_t from, size_t *to);
static enum err run_alone(struct app *app, struct turn *turn, size_t from, size_t to);
static enum err step(struct app *app, struct turn_item *item);
static enum err decode(struct app *app, struct turn_item *item);
static bool is_too_much(struct app *app, struct turn_item *item);
static enum err decide(struct app *app, struct turn_item *item);
static void fill_facts(struct app *app, const struct turn_item *item, struct facts *facts);
static bool loads_content(const struct app *app, const struct event *event);
static enum err commit(struct app *app);
static void finish(struct app *app, struct turn *turn, size_t from, size_t to);
static void note_state(struct app *app, const struct turn_item *item);
static void note_refusal(struct app *app, enum err err);

void turn_wake(struct app *app)
{
    if (!inbox_is_empty(&app->inbox) && !app->refused)
        app->world->ops->timer_after(app->turn_timer, (struct duration){ 0 });
}

void turn_wake_for_person(struct app *app)
{
    app->world->ops->timer_after(app->turn_timer, (struct duration){ 0 });
}

void turn_run(void *arg)
{
    struct app *app = arg;
    if (app->stopped || app->in_turn)
        return;
    app->in_turn = true;
    run_batch(app);
    app->in_turn = false;
}

enum err turn_run_event(struct app *app, const struct event *event)
{
    struct inbox_item waits = { .event = *event };
    struct turn_item item = { .item = &waits };
    struct turn turn = { .items = &item, .len = 1 };
    if (app->stopped || app->in_turn)
        return ERR_BUSY;
    app->in_turn = true;
    app->turns++;
    app->turn_started = world_mono(app->world);
    (void)run_alone(app, &turn, 0, 1);
    app->in_turn = false;
    if (err_policy_of(item.err) == ERR_POLICY_STOP)
        app_stop(app, EXIT_IO, str_from_z(err_text(item.err)));
    else if (!item.err)
        sender_wake(app);
    return item.err;
}

void turn_facts_begin(struct app *app, struct instant now, struct facts *facts)
{
    *facts = (struct facts){
        .now = now, .settings = &app->config->settings,
        .content = &app->loader.current->content, .weights = &app->in_force.weights,
        .fit_id = app->in_force.fit_id,
        .zone = app->own_zone, .live = app->state.live, .workspace = app->state.workspace,
        .people_pending = app->roster.at_work,
        .restored = app->upkeep.restored.utc_ms != 0, .gap_end = app->upkeep.gap_end,
    };
}

void turn_facts_zone(struct app *app, struct facts *facts)
{
    if (!facts->has_person)
        return;
    const struct zone *zone =
        zones_get(app->zones, person_zone_name(&facts->person, facts->settings));
    facts->zone = zone ? zone : app->own_zone;
}

/* Not this event's fault: no event can be stored now, or (policy STOP) ever again by this
 * process. */
bool turn_is_refusal(enum err err)
{
    return err == ERR_DB_FULL || err == ERR_DB_BUSY || err_policy_of(err) == ERR_POLICY_STOP;
}

/* Also reached with an empty inbox: what was refused and not put back is still due. */
static void run_batch(struct app *app)
{
    struct turn turn = { 0 };
    enum err err = take(app, &turn);
    app->turn_started = world_mono(app->world);
    for (size_t from = 0, to = 0; from < turn.len; from = to)
        err = run_slice(app, &turn, from, &to);
    inbox_done(&app->inbox);
    if (turn.len || err)
        note_refusal(app, err);
    if (err)
        return;
    if (app->try_store && (!app->refused || !turn.len)) {
        app->try_store = false;
        roster_try(app);
    }
    turn_wake(app);
    if (app->refused && !inbox_is_empty(&app->inbox))
        app->world->ops->timer_after(app->turn_timer, SECONDS(app->refused_wait_s));
    if (inbox_is_empty(&app->inbox)) {
        lent_free(app);
        if (app->ticker.waiting || app->ticker.stale)
            ticker_wake(app);
    }
    sender_wake(app);
}

static enum err take(struct app *app, struct turn *turn)
{
    struct inbox_item *item;
    size_t most = inbox_len(&app->inbox);
    most = most < TURN_EVENTS_MAX ? most : TURN_EVENTS_MAX;
    arena_reset(&app->items_arena);
    turn->items = arena_array(&app->items_arena, struct turn_item, most ? most : 1);
    if (!turn->items)
        return ERR_NO_MEMORY;
    while (turn->len < most && (item = inbox_take(&app->inbox)))
        turn->items[turn->len++].item = item;
    app->turns += turn->len ? 1 : 0;
    return OK;
}

/* One transaction for as many events as fit in memory, usually all. An error: nothing behind it can
 * be stored now either, and *to is the end. */
static enum err run_slice(struct app *app, struct turn *turn, size_t from, size_t *to)
{
    arena_reset(&app->turn_arena);
    enum err err = run_together(app, turn, from, to);
    if (err && !turn_is_refusal(err)) {
        err = run_alone(app, turn, from, *to);
        from = *to;
    }
    if (err)
        *to = turn->len;
    for (size_t i = from; err && i < turn->len; i++)
        turn->items[i] = (struct turn_item){ .item = turn->items[i].item, .err = err };
    finish(app, turn, from, *to);
    return err;
}

static enum err run_together(struct app *app, struct turn *turn, size_t from, size_t *to)
{
    size_t at = from;
    enum err err = store_begin(app->store);
    while (!err && at < turn->len && app->turn_arena.used_bytes < TURN_ARENA_FULL)
        err = step(app, &turn->items[at++]);
    if (!err)
        err = commit(app);
    if (err)
        store_rollback(app->store);
    *to = at;
    return err;
}

static enum err run_alone(struct app *app, struct turn *turn, size_t from, size_t to)
{
    enum err refused = OK;
    for (size_t i = from; i < to; i++) {
        struct turn_item *item = &turn->items[i];
        *item = (struct turn_item){ .item = item->item };
        arena_reset(&app->turn_arena);
        enum err err = refused ? refused : store_begin(app->store);
        if (!err)
            err = step(app, item);
        if (!err)
            err = commit(app);
        if (err)
            store_rollback(app->store);
        item->err = err;
        if (turn_is_refusal(err))
            refused = err;          /* the rest waits behind it: their order counts */
        finish(app, turn, i, i + 1);
    }
    return refused;
}

static enum err step(struct app *app, struct turn_item *item)
{
    bool seen = false;
    plan_init(&item->plan);
    enum err err = decode(app, item);
    if (err == ERR_UNKNOWN_FORM || err == ERR_SYNTAX || err == ERR_INVALID || err == ERR_TOO_BIG) {
        app->undecoded++;
        item->plan.why = err == ERR_UNKNOWN_FORM ? "of_no_interest" : "undecodable";
        item->skipped = true;       /* a poison frame must not loop: it is acked and forgotten */
        return OK;
    }
    if (!err && item->event.dedupe_key.len)
        err = store_seen(app->store, &item->event, &seen);
    if (!err && seen) {
        item->plan.why = "delivered_before";
        item->skipped = true;
        return OK;
    }
    if (!err && is_too_much(app, item)) {
        item->plan.why = "hurried";
        item->skipped = true;
        return OK;
    }
    if (!err && loads_content(app, &item->event))
        err = loader_number(app);
    if (!err)
        app_step(app, item, "received");
    if (!err)
        err = decide(app, item);
    if (!err)
        app_step(app, item, "decided");
    if (!err && arena_failed(&app->turn_arena))
        err = ERR_NO_MEMORY;
    return err;
}

static enum err decode(struct app *app, struct turn_item *item)
{
    enum err err = OK;
    if (item->item->is_frame) {
        err = app->platform->decode(item->item->frame, &app->turn_arena, &item->event, &item->ack);
        item->ack.socket = item->item->socket;
        item->event.platform = str_from_z(app->platform->name);
    } else {
        item->event = item->item->event;
    }
    item->event.at = world_now(app->world);
    bool foreign = item->item->is_frame && !err && app->state.workspace.len &&
                   !str_equal(item->event.workspace, app->state.workspace);
    return foreign ? ERR_UNKNOWN_FORM : err;
}

/* Buttons and commands cost no message of their own: their answer is the ack's, or an update. */
static bool is_too_much(struct app *app, struct turn_item *item)
{
    if (item->event.kind != EVENT_TEXT || !item->item->is_frame)
        return false;
    struct inbox_item *waits = item->item;
    if (!waits->hurry)          /* once a line, however often its batch is tried */
        waits->hurry =
            (uint8_t)(1 + hurry_line(&app->hurry, item->event.actor, world_mono(app->world)));
    enum hurry_verdict verdict = (enum hurry_verdict)(waits->hurry - 1);
    item->event.hurried = verdict == HURRY_FIRST;
    return verdict == HURRY_MORE;
}

static enum err decide(struct app *app, struct turn_item *item)
{
    struct facts facts;
    const struct rule *rule = rule_of(item->event.kind);
    fill_facts(app, item, &facts);
    enum err err = store_facts(app->store, rule_needs(&item->event), &item->event, &app->turn_arena,
        &facts);
    if (!err)
        turn_facts_zone(app, &facts);
    if (!err)
        err = rule->decide(&facts, &item->event, &app->turn_arena, &item->plan);
    if (!err)
        err = store_apply(app->store, &item->event, &item->plan, &app->turn_arena, &item->applied);
    if (!item->event.person_id && facts.has_person)
        item->event.person_id = facts.person.person_id;
    return err;
}

static void fill_facts(struct app *app, const struct turn_item *item, struct facts *facts)
{
    turn_facts_begin(app, item->event.at, facts);
    if (loads_content(app, &item->event))
        facts->content = &app->loader.next->content;
    app->world->ops->random(app->world, facts->random, sizeof(facts->random));
}

static bool loads_content(const struct app *app, const struct event *event)
{
    return event->kind == EVENT_CONTENT && !event->faults && app->loader.next;
}

static enum err commit(struct app *app)
{
    int64_t began_us = metric_now_us(app);
    enum err err = store_commit(app->store);
    metric_observe(app, METRIC_COMMIT_SECONDS, metric_now_us(app) - began_us);
    return err;
}

static void finish(struct app *app, struct turn *turn, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!turn->items[i].err && !turn->items[i].applied.duplicate)
            note_state(app, &turn->items[i]);
    int64_t turn_ms = world_mono(app->world).ms - app->turn_started.ms;
    for (size_t i = from; i < to; i++) {
        app->events++;
        if (turn->items[i].err)
            after_failure(app, &turn->items[i]);
        else
            after_commit(app, &turn->items[i]);
        if (!turn_is_refusal(turn->items[i].err))
            log_turn(app, &turn->items[i], turn->len, turn_ms);
    }
}

/* Of what is now committed, what every later turn must know. Kept by hand: reading it back could
 * fail. */
static void note_state(struct app *app, const struct turn_item *item)
{
    const struct plan *plan = &item->plan;
    for (size_t i = 0; i < plan->effects_len; i++) {
        const struct effect *effect = &plan->effects[i];
        if (effect->kind == EFFECT_LIVE)
            app->state.live = effect->live.live;
        if (effect->kind == EFFECT_FIT && effect->fit->adopted)
            app->in_force = fitting_brought(effect->fit, item->applied.fit_id);
        if (effect->kind == EFFECT_UPKEEP) {
            app->upkeep.epoch++;
            app->upkeep.epoch_at = item->event.at;
        }
        if (effect->kind == EFFECT_GAP_OVER) {
            app->upkeep.restored = (struct instant){ 0 };
            app->upkeep.gap_end = item->event.at;
        }
        if (effect->kind == EFFECT_TAKEN && effect->taken.people)
            app->upkeep.taken.people_hash = effect->taken.people_hash;
        if (effect->kind == EFFECT_TAKEN && effect->taken.looked)
            app->upkeep.taken.looked_hash = effect->taken.looked_hash;
        if (effect->kind == EFFECT_WORKSPACE)
            app->state.workspace_lost = effect->workspace.lost;
        if (effect->kind == EFFECT_DELIVERED && effect->result.end == DELIVERY_END_WORKSPACE)
            app->state.workspace_lost = true;
        if (effect->kind == EFFECT_WORKSPACE || effect->kind == EFFECT_LIVE)
            watch_soon(app);
        if (effect->kind == EFFECT_ALERT)
            watch_note(app, effect->alert.condition, !effect->alert.over);
        if (effect->kind == EFFECT_ANSWER && !item->applied.answer_existed)
            metric_add(app, METRIC_ANSWERS, (int)effect->answer.grade, 1);
        if (effect->kind == EFFECT_WORKSPACE && !app->state.workspace.len)
            app->state.workspace = str_copy(&app->state_arena, effect->workspace.workspace);
    }
}

/* One line when it begins and one when it ends: a full disk must not be filled with lines about
 * it. */
static void note_refusal(struct app *app, enum err err)
{
    bool before = app->refused != OK;
    app->refused = err;
    if (!err) {
        app->refused_wait_s = 0;
        if (before)
            log_note(app, "turn_accepted", "refused_ms=%lld",
                     (long long)(world_now(app->world).utc_ms - app->refused_since.utc_ms));
        return;
    }
    if (!before) {
        app->refused_since = world_now(app->world);
        log_note(app, "turn_refused", "err=%s", err_name(err));
    }
    if (err == ERR_DB_FULL)
        watch_disk_full(app);
    app->try_store = app->try_store || app->started;
    int wait_s = app->refused_wait_s ? app->refused_wait_s * 2 : 1;
    app->refused_wait_s = wait_s < REFUSED_WAIT_SECONDS_MAX ? wait_s : REFUSED_WAIT_SECONDS_MAX;
    app->world->ops->timer_after(app->turn_timer, SECONDS(app->refused_wait_s));
    if (err_policy_of(err) == ERR_POLICY_STOP)
        app_stop(app, EXIT_IO, str_from_z(err_text(err)));
}
