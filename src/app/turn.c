/* TOUR 4: the turn. All that waits is decided in one transaction; acks leave after its commit.
 *
 * If any event of a batch fails, the batch is rolled back and run again one event a transaction: the
 * one that fails alone is counted and apologised for, the rest are unharmed. A commit that fails
 * acks nothing: the platform delivers again, or the person presses again. */
#include "state.h"

struct turn {
    struct turn_item *items;
    size_t len;
};

static void run_batch(struct app *app);
static size_t take(struct app *app, struct turn *turn);
static enum err run_together(struct app *app, struct turn *turn);
static enum err run_alone(struct app *app, struct turn *turn);
static enum err step(struct app *app, struct turn_item *item);
static enum err decode(struct app *app, struct turn_item *item);
static enum err decide(struct app *app, struct turn_item *item);
static void fill_facts(struct app *app, const struct turn_item *item, struct facts *facts);
static bool must_stop(struct app *app, enum err err);
static void finish(struct app *app, struct turn *turn);
static void refresh_state(struct app *app);

void turn_wake(struct app *app)
{
    if (!inbox_is_empty(&app->inbox))
        app->world->ops->timer_after(app->turn_timer, (struct duration){ 0 });
}

void turn_run(void *arg)
{
    struct app *app = arg;
    if (app->stopped || app->in_turn)
        return;
    app->in_turn = true;
    app->refused = false;
    run_batch(app);
    app->in_turn = false;
}

static void run_batch(struct app *app)
{
    arena_reset(&app->turn_arena);
    struct turn turn = { 0 };
    if (!take(app, &turn))
        return;
    struct mono start = world_mono(app->world);
    enum err err = run_together(app, &turn);
    if (err && err_policy_of(err) != ERR_POLICY_STOP && err != ERR_DB_FULL && err != ERR_DB_BUSY) {
        err = run_alone(app, &turn);
    }
    finish(app, &turn);
    for (size_t i = 0; i < turn.len; i++)
        log_turn(app, &turn.items[i], turn.len, world_mono(app->world).ms - start.ms);
    inbox_done(&app->inbox);
    app->refused = err != OK;
    if (must_stop(app, err) || err)
        return;                     /* refused: after_failure set the timer for another try */
    if (app->people_again) {
        app->people_again = false;
        (void)loader_raise_people(app, &app->loader.current->people);
    }
    turn_wake(app);
    if (inbox_is_empty(&app->inbox))
        ticker_wake(app);
    sender_wake(app);
}

static size_t take(struct app *app, struct turn *turn)
{
    struct inbox_item *item;
    size_t most = inbox_len(&app->inbox);
    most = most < TURN_EVENTS_MAX ? most : TURN_EVENTS_MAX;
    turn->items = arena_array(&app->turn_arena, struct turn_item, most);
    if (!turn->items)
        return 0;
    while (turn->len < most && (item = inbox_take(&app->inbox)))
        turn->items[turn->len++].item = item;
    app->turns += turn->len ? 1 : 0;
    return turn->len;
}

static enum err run_together(struct app *app, struct turn *turn)
{
    enum err err = store_begin(app->store);
    for (size_t i = 0; !err && i < turn->len; i++)
        err = step(app, &turn->items[i]);
    if (!err)
        err = store_commit(app->store);
    if (err)
        store_rollback(app->store);
    for (size_t i = 0; err && i < turn->len; i++)
        turn->items[i].err = err;
    return err;
}

static enum err run_alone(struct app *app, struct turn *turn)
{
    enum err refused = OK;
    for (size_t i = 0; i < turn->len; i++) {
        struct turn_item *item = &turn->items[i];
        *item = (struct turn_item){ .item = item->item };
        app->turn_arena.failed = false;
        enum err err = refused ? refused : store_begin(app->store);
        if (!err)
            err = step(app, item);
        if (!err)
            err = store_commit(app->store);
        if (err)
            store_rollback(app->store);
        item->err = err;
        bool storage = err == ERR_DB_FULL || err == ERR_DB_BUSY;
        if (storage)
            refused = err;          /* the rest waits behind it: their order counts */
    }
    return refused;
}

static enum err step(struct app *app, struct turn_item *item)
{
    bool seen = false;
    plan_init(&item->plan);
    enum err err = decode(app, item);
    if (err == ERR_UNKNOWN_FORM || err == ERR_SYNTAX) {
        app->undecoded++;
        item->plan.why = err == ERR_SYNTAX ? "undecodable" : "of_no_interest";
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
    if (!err && item->event.kind == EVENT_CONTENT && app->loader.next)
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

static enum err decide(struct app *app, struct turn_item *item)
{
    struct facts facts;
    const struct rule *rule = rule_of(item->event.kind);
    fill_facts(app, item, &facts);
    enum err err = store_facts(app->store, rule_needs(&item->event), &item->event, &app->turn_arena,
        &facts);
    if (!err && facts.has_person) {
        struct str name = person_zone_name(&facts.person, facts.settings);
        const struct zone *zone = zones_get(app->zones, name);
        facts.zone = zone ? zone : app->own_zone;
    }
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
    *facts = (struct facts){
        .now = item->event.at, .settings = &app->config->settings,
        .content = &app->loader.current->content, .zone = app->own_zone, .live = app->state.live,
        .workspace = app->state.workspace,
    };
    bool loads = item->event.kind == EVENT_CONTENT && app->loader.next;
    if (loads)
        facts->content = &app->loader.next->content;
    app->world->ops->random(app->world, facts->random, sizeof(facts->random));
}

static bool must_stop(struct app *app, enum err err)
{
    if (err == ERR_DB_FULL || err == ERR_DB_BUSY) {
        log_note(app, "turn_refused", "err=%s", err_name(err));
        return false;
    }
    if (!err || err_policy_of(err) != ERR_POLICY_STOP)
        return false;
    app_stop(app, EXIT_IO, str_from_z(err_text(err)));
    return true;
}

static void finish(struct app *app, struct turn *turn)
{
    bool state_changed = false;
    for (size_t i = 0; i < turn->len; i++)
        for (size_t e = 0; !turn->items[i].err && e < turn->items[i].plan.effects_len; e++) {
            enum effect_kind kind = turn->items[i].plan.effects[e].kind;
            state_changed = state_changed || kind == EFFECT_LIVE || kind == EFFECT_WORKSPACE;
        }
    if (state_changed)
        refresh_state(app);
    for (size_t i = 0; i < turn->len; i++) {
        app->events++;
        if (turn->items[i].err)
            after_failure(app, &turn->items[i]);
        else
            after_commit(app, &turn->items[i]);
    }
}

static void refresh_state(struct app *app)
{
    struct store_state state;
    arena_reset(&app->state_arena);
    app->state.workspace = STR_EMPTY;
    if (!store_begin(app->store)) {
        if (!store_state(app->store, &app->state_arena, &state))
            app->state = state;
        store_rollback(app->store);
    }
}
