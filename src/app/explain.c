/* `explain`: the same facts and the same rule as the daemon's, at an instant of your choice,
 * without effect. So the answer to "why did nothing come on Monday?" cannot differ from what
 * happened.
 *
 * Somebody who was just woken has no slot yet: it is planned first, as the daemon would, and then
 * decided at that slot. */
#include "state.h"

#include <string.h>

#include "nudged/core/outlook.h"

static enum err decide_at(struct app *app, int64_t person_id, struct instant at,
    const struct instant *planned, struct arena *arena, struct facts *facts, struct plan *plan);
static enum err read_facts(struct app *app, int64_t person_id, struct instant at,
    struct arena *arena, struct facts *facts);
static bool planned_only(const struct plan *plan, struct instant *slot);
static void print_when(const struct facts *facts, struct buf *out);
static void print_person(const struct facts *facts, struct buf *out);
static void print_employment(const struct facts *facts, struct buf *out);
static void print_day(const struct facts *facts, const struct outlook *outlook, struct buf *out);
static void print_due(const struct facts *facts, const struct outlook *outlook, struct buf *out);
static void print_plan(const struct facts *facts, const struct plan *plan, struct buf *out);
static void print_effect(const struct facts *facts, const struct effect *effect, struct buf *out);
static void print_local(const struct zone *zone, struct instant at, struct buf *out);
static void print_day_name(int32_t day, struct buf *out);

enum err explain_person(struct app *app, const struct access *access, const struct person *who,
                        struct instant at, struct buf *out)
{
    REQUIRE(access_what(access) == ACCESS_ONE && access_about(access) == who->person_id);
    struct arena arena;
    struct facts facts;
    struct plan plan;
    struct outlook outlook;
    struct instant slot;
    bool chosen = at.utc_ms != 0;
    arena_init(&arena, TURN_ARENA_MAX);
    if (!chosen) {
        at = world_now(app->world);
        if (!instant_is_never(who->next_slot) && instant_before(at, who->next_slot))
            at = who->next_slot;
    }
    enum err err = decide_at(app, who->person_id, at, NULL, &arena, &facts, &plan);
    if (!err && !chosen && planned_only(&plan, &slot))
        err = decide_at(app, who->person_id, slot, &slot, &arena, &facts, &plan);
    if (!err) {
        outlook_of(&facts, &outlook);
        print_when(&facts, out);
        print_person(&facts, out);
        print_employment(&facts, out);
        print_day(&facts, &outlook, out);
        print_due(&facts, &outlook, out);
        print_plan(&facts, &plan, out);
    }
    arena_finish(&arena);
    return err;
}

static enum err decide_at(struct app *app, int64_t person_id, struct instant at,
    const struct instant *planned, struct arena *arena, struct facts *facts, struct plan *plan)
{
    struct event event = { .kind = EVENT_PERSON_DUE, .person_id = person_id, .at = at };
    plan_init(plan);
    enum err err = read_facts(app, person_id, at, arena, facts);
    if (!err && planned)
        facts->person.next_slot = *planned;
    return err ? err : rule_of(EVENT_PERSON_DUE)->decide(facts, &event, arena, plan);
}

static enum err read_facts(
    struct app *app, int64_t person_id, struct instant at, struct arena *arena, struct facts *facts)
{
    struct event event = { .kind = EVENT_PERSON_DUE, .person_id = person_id, .at = at };
    turn_facts_begin(app, at, facts);
    enum err err = store_begin(app->store);
    if (!err)
        err = store_facts(app->store, rule_of(EVENT_PERSON_DUE)->needs, &event, arena, facts);
    store_rollback(app->store);
    if (!err && !facts->has_person)
        err = ERR_NOT_FOUND;
    if (!err)
        turn_facts_zone(app, facts);
    return err;
}

static bool planned_only(const struct plan *plan, struct instant *slot)
{
    for (size_t i = 0; strcmp(plan->why, "planned") == 0 && i < plan->effects_len; i++)
        if (plan->effects[i].kind == EFFECT_PERSON) {
            *slot = plan->effects[i].person.next_slot;
            return !instant_is_never(*slot);
        }
    return false;
}

static void print_when(const struct facts *facts, struct buf *out)
{
    static const char *const sources[] = {
        [ZONE_FROM_PERSON] = "their own choice",
        [ZONE_FROM_CHAT] = "from the chat profile",
        [ZONE_FROM_PEOPLE] = "from people.csv",
        [ZONE_FROM_ORGANISATION] = "the organisation's",
    };
    struct str zone = person_zone_name(&facts->person, facts->settings);
    bool is_slot = facts->now.utc_ms == facts->person.next_slot.utc_ms;
    buf_add(out, STR("facts\n  at            "));
    print_local(facts->zone, facts->now, out);
    buf_add(out, is_slot ? STR(", the planned slot\n") : STR("\n"));
    if (!is_slot) {
        buf_add(out, STR("  planned slot  "));
        print_local(facts->zone, facts->person.next_slot, out);
        buf_add(out, STR("\n"));
    }
    buf_addf(out, "  zone          %.*s, %s%s\n", STR_ARG(zone),
        sources[person_zone_from(&facts->person)],
        str_equal(zone, zone_name(facts->zone)) ? "" : "; unknown here, so the organisation's");
}

static void print_person(const struct facts *facts, struct buf *out)
{
    static const char *const states[] = {
        [PERSON_ACTIVE] = "active",
        [PERSON_PAUSED] = "paused",
        [PERSON_STOPPED] = "stopped",
        [PERSON_LEFT] = "left",
    };
    static const char *const chats[] = {
        [CHAT_UNKNOWN] = "not looked for yet",
        [CHAT_MATCHED] = "matched",
        [CHAT_UNMATCHED] = "not found in the workspace",
        [CHAT_DEACTIVATED] = "account closed",
        [CHAT_UNREACHABLE] = "takes no direct messages",
    };
    const struct person *person = &facts->person;
    buf_addf(out, "  person        %.*s (%s; chat: %s)\n", STR_ARG(person->email),
        states[person->state], chats[person->chat_state]);
    if (person->state == PERSON_PAUSED) {
        buf_add(out, STR("  pause ends    "));
        if (instant_is_never(person->paused_until))
            buf_add(out, STR("when they say resume"));
        else
            print_local(facts->zone, person->paused_until, out);
        buf_add(out, STR("\n"));
    }
    if (!instant_before(person->dnd_until, facts->now)) {
        buf_add(out, STR("  quiet until   "));
        print_local(facts->zone, person->dnd_until, out);
        buf_add(out, STR("\n"));
    }
    buf_addf(out, "  notice        %s\n",
        person->notice_version >= NOTICE_VERSION ? "given" : "not given yet");
}

static void print_employment(const struct facts *facts, struct buf *out)
{
    const struct person *person = &facts->person;
    const struct settings *settings = facts->settings;
    if (person->start_day) {
        buf_add(out, STR("  first day     "));
        print_day_name(person->start_day, out);
        buf_add(out, STR("\n"));
    }
    if (person->end_day) {
        buf_add(out, STR("  last day      "));
        print_day_name(person->end_day, out);
        buf_add(out, STR("\n"));
    }
    buf_addf(out, "  sending       %s\n", facts->live ? "on" : "off");
    if (settings->only_len)
        buf_addf(out, "  pilot         %s of the %zu in `only`\n",
            person_in_pilot(settings, person->email) ? "one" : "none", settings->only_len);
    else
        buf_add(out, STR("  pilot         everybody\n"));
}

static void print_day(const struct facts *facts, const struct outlook *outlook, struct buf *out)
{
    const struct person *person = &facts->person;
    struct local from = zone_local(facts->zone, outlook->from);
    struct local to = zone_local(facts->zone, outlook->to);
    buf_addf(out, "  that day      %s", outlook->workday ? "a workday" : "no workday");
    if (outlook->holiday.len)
        buf_addf(out, " (%.*s)", STR_ARG(outlook->holiday));
    buf_addf(out, ", window %02d:%02d to %02d:%02d\n", from.minute / 60, from.minute % 60,
        to.minute / 60, to.minute % 60);
    buf_addf(out, "  slots used    %d of %d", (int)person->slot_count, (int)facts->settings->cap);
    if (person->slot_day) {
        buf_add(out, STR(" on "));
        print_day_name(person->slot_day, out);
    }
    buf_addf(out, "\n  last question ");
    if (facts->has_nudge)
        print_local(facts->zone, facts->nudge.planned, out);
    buf_addf(out, "%s\n",
        !facts->has_nudge                      ? "none yet"
            : facts->nudge.state == NUDGE_OPEN ? ", still open"
                                               : "");
}

static void print_due(const struct facts *facts, const struct outlook *outlook, struct buf *out)
{
    buf_addf(out, "  met           %zu in all, %d of %d new ones this week\n", facts->reviews_len,
        (int)outlook->new_this_week, (int)facts->settings->new_per_week);
    buf_addf(out, "  due           %zu\n", outlook->due_all);
    for (size_t i = 0; i < outlook->due_len; i++) {
        const struct prompt *prompt = outlook->due[i].prompt;
        buf_addf(out, "    %.*s/%.*s since ", STR_ARG(prompt->deck), STR_ARG(prompt->id));
        print_day_name(outlook->due[i].day, out);
        buf_add(out, STR("\n"));
    }
    if (outlook->due_all > outlook->due_len)
        buf_addf(out, "    and %zu more\n", outlook->due_all - outlook->due_len);
}

static void print_plan(const struct facts *facts, const struct plan *plan, struct buf *out)
{
    const char *sentence = outlook_sentence(plan->why);
    buf_addf(out, "rule\n  person_due    %s%s%s\nplan\n", plan->why, sentence ? ": " : "",
        sentence ? sentence : "");
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
    struct local local = zone_local(zone, at);
    print_day_name(local.day, out);
    buf_addf(out, " %02d:%02d", local.minute / 60, local.minute % 60);
}

static void print_day_name(int32_t day, struct buf *out)
{
    static const char *const names[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    buf_addf(out, "%s ", names[weekday_of(day)]);
    buf_add_date(out, day);
}
