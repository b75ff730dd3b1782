/* `explain`: the same facts and the same rule as the daemon's, at an instant of your choice, without
 * effect. So the answer to "why did nothing come on Monday?" cannot differ from what happened. */
#include "state.h"

static enum err read_facts(struct app *app, int64_t person_id, struct instant at, struct arena *arena,
                           struct facts *facts);
static void print_facts(const struct facts *facts, struct buf *out);
static void print_plan(const struct facts *facts, const struct plan *plan, struct buf *out);
static void print_effect(const struct facts *facts, const struct effect *effect, struct buf *out);
static void print_local(const struct zone *zone, struct instant at, struct buf *out);

enum err explain_person(struct app *app, const struct person *who, struct instant at, struct buf *out)
{
    struct arena arena;
    struct facts facts = { 0 };
    struct plan plan;
    plan_init(&plan);
    arena_init(&arena, TURN_ARENA_MAX);
    if (!at.utc_ms) {
        at = world_now(app->world);
        if (!instant_is_never(who->next_slot) && instant_before(at, who->next_slot))
            at = who->next_slot;
    }
    enum err err = read_facts(app, who->person_id, at, &arena, &facts);
    struct event event = { .kind = EVENT_PERSON_DUE, .person_id = who->person_id, .at = at };
    if (!err)
        err = rule_of(EVENT_PERSON_DUE)->decide(&facts, &event, &arena, &plan);
    if (!err) {
        print_facts(&facts, out);
        print_plan(&facts, &plan, out);
    }
    arena_finish(&arena);
    return err;
}

static enum err read_facts(struct app *app, int64_t person_id, struct instant at, struct arena *arena,
                           struct facts *facts)
{
    struct event event = { .kind = EVENT_PERSON_DUE, .person_id = person_id, .at = at };
    *facts = (struct facts){ .now = at, .settings = &app->config->settings,
        .content = &app->loader.current->content, .zone = app->own_zone, .live = app->state.live,
        .workspace = app->state.workspace };
    enum err err = store_begin(app->store);
    if (!err)
        err = store_facts(app->store, rule_of(EVENT_PERSON_DUE)->needs, &event, arena, facts);
    store_rollback(app->store);
    if (!err && !facts->has_person)
        err = ERR_NOT_FOUND;
    if (!err) {
        const struct zone *zone = zones_get(app->zones, person_zone_name(&facts->person, facts->settings));
        facts->zone = zone ? zone : app->own_zone;
    }
    return err;
}

static void print_facts(const struct facts *facts, struct buf *out)
{
    static const char *const states[] = { [PERSON_ACTIVE] = "active", [PERSON_PAUSED] = "paused",
        [PERSON_STOPPED] = "stopped", [PERSON_LEFT] = "left" };
    static const char *const chats[] = { [CHAT_UNKNOWN] = "not looked for yet",
        [CHAT_MATCHED] = "matched", [CHAT_UNMATCHED] = "not found in the workspace",
        [CHAT_DEACTIVATED] = "account closed", [CHAT_UNREACHABLE] = "takes no direct messages" };
    const struct person *person = &facts->person;
    buf_add(out, STR("facts\n  at            "));
    print_local(facts->zone, facts->now, out);
    buf_addf(out, "\n  person        %.*s (%s; chat: %s)\n", STR_ARG(person->email),
             states[person->state], chats[person->chat_state]);
    buf_addf(out, "  sending       %s\n", facts->live ? "on" : "off until `nudged resume`");
    buf_addf(out, "  notice        %s\n", person->notice_version >= NOTICE_VERSION ? "given"
                                                                                   : "not given yet");
    buf_addf(out, "  slots used    %d of %d on the last day used\n", (int)person->slot_count,
             (int)facts->settings->cap);
    buf_add(out, STR("  next slot     "));
    print_local(facts->zone, person->next_slot, out);
    buf_addf(out, "\n  open question %s\n",
             facts->has_nudge && facts->nudge.state == NUDGE_OPEN ? "yes; it would be closed" : "none");
    buf_addf(out, "  questions met %zu\n", facts->reviews_len);
}

static void print_plan(const struct facts *facts, const struct plan *plan, struct buf *out)
{
    buf_addf(out, "rule\n  person_due    %s\nplan\n", plan->why ? plan->why : "nothing");
    if (!plan->effects_len)
        buf_add(out, STR("  nothing\n"));
    for (size_t i = 0; i < plan->effects_len; i++)
        print_effect(facts, &plan->effects[i], out);
}

static void print_effect(const struct facts *facts, const struct effect *effect, struct buf *out)
{
    if (effect->kind == EFFECT_NUDGE_NEW) {
        const struct prompt *prompt = content_prompt(facts->content, effect->nudge.prompt_id);
        if (prompt)
            buf_addf(out, "  ask           %.*s/%.*s (%s)\n", STR_ARG(prompt->deck),
                     STR_ARG(prompt->id), prompt_kind_name(prompt->kind));
    } else if (effect->kind == EFFECT_NUDGE_STATE) {
        buf_add(out, STR("  close         the open question\n"));
    } else if (effect->kind == EFFECT_DELIVER) {
        buf_addf(out, "  send          lane %s, not after ", lane_name(effect->deliver.lane));
        print_local(facts->zone, effect->deliver.not_after, out);
        buf_add(out, STR("\n"));
    } else if (effect->kind == EFFECT_PERSON && effect->person_fields & PERSON_SET_SLOT) {
        buf_add(out, STR("  next slot     "));
        print_local(facts->zone, effect->person.next_slot, out);
        buf_add(out, STR("\n"));
    }
}

static void print_local(const struct zone *zone, struct instant at, struct buf *out)
{
    if (instant_is_never(at)) {
        buf_add(out, STR("never"));
        return;
    }
    if (!at.utc_ms) {
        buf_add(out, STR("as soon as it is planned"));
        return;
    }
    static const char *const names[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    struct local local = zone_local(zone, at);
    buf_addf(out, "%s ", names[weekday_of(local.day)]);
    buf_add_date(out, local.day);
    buf_addf(out, " %02d:%02d %.*s", local.minute / 60, local.minute % 60, STR_ARG(zone_name(zone)));
}
