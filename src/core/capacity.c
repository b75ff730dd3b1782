/* Who is given what, whether it fits, and what would help.
 *
 * Owns groups and words; the year itself is played in capacity_run.c. Odd: nothing here says what
 * ought to help; a proposal is named because a year with it was played and fitted. */
#include "nudged/core/capacity.h"

#include <math.h>
#include <string.h>

#include "capacity_run.h"

enum { ROLES_MAX = 64, NAMES_SHOWN = 3, SENTENCE_BYTES_MAX = 4096, DECK_SHOWN = 3 };
enum { PROPOSED_GROUPS = 10 }; /* trying what helps takes nine in ten of the time */

/* Everybody with the same decks on the same workdays. */
struct group {
    bool *has;                          /* a deck each */
    uint8_t workdays;
    struct str region;                  /* of the first of them */
    struct str roles[ROLES_MAX];
    size_t roles_len;
    int32_t people;
};

/* A group and what was found of it; the plan points into the rest. */
struct judged {
    const struct group *group;
    struct capacity_group found;
};

struct playing {
    struct hours hours;
    struct workdays workdays;
    struct capacity_plan plan;
    int32_t held_out;
};

struct check {
    const struct capacity_input *input;
    struct arena *arena;
    struct group *groups;
    size_t groups_len;
    bool *has;                          /* of the person looked at */
    struct capacity_item *items;
    struct capacity_scratch *scratch;
};

/* One change to a plan; false when it changes nothing. */
typedef bool change_fn(struct capacity_plan *plan, struct capacity_item *items, int32_t to);

static change_fn change_cap, change_new, change_gap, change_retention;
static enum err prepare(struct check *check);
static void add_person(struct check *check, const struct people_row *row);
static struct group *group_of(struct check *check, uint8_t workdays);
static void add_role(struct group *group, struct str role);
static void judge(struct check *check, const struct group *group, struct capacity_group *out);
static bool surely_carried(struct check *check, const struct capacity_plan *plan);
static void set_up(struct check *check, const struct group *group, struct playing *playing);
static size_t fill_items(struct check *check, const struct group *group, int32_t *held_out);
static int32_t first_held_out(const struct capacity_item *items, size_t len,
    const struct prompt *prompt);
static bool carries(const struct capacity_plan *plan, const struct capacity_year *year);
static void sentence(struct check *check, const struct capacity_plan *plan, bool proposes,
    struct capacity_group *group);
static void add_proposals(struct check *check, const struct capacity_plan *plan, struct buf *out);
static size_t leave_out(struct check *check, const struct capacity_plan *plan);
static struct str roles_text(struct check *check, const struct group *group);
static struct str decks_text(struct check *check, const struct group *group);
static void sort_judged(struct judged *judged, size_t len);

static const struct proposal {
    const char *key;                    /* as in the configuration or the deck */
    bool hundredths;                    /* of what is said */
    change_fn *change;
    int32_t to[3];
} proposals[] = {
    { "cap", false, change_cap, { 2, 3, 0 } },
    { "new_per_week", false, change_new, { 5, 10, 15 } },
    { "desired_retention", true, change_retention, { 85, 80, 75 } },
    { "min_gap_days", false, change_gap, { 14, 21, 28 } },
};

enum err capacity_check(const struct capacity_input *input, struct arena *arena,
    struct capacity_group **groups, size_t *len)
{
    struct check check = { .input = input, .arena = arena };
    enum err err = prepare(&check);
    if (err)
        return err;
    for (size_t i = 0; i < input->people_len; i++)
        if (input->people[i].active && person_in_pilot(input->settings, input->people[i].email))
            add_person(&check, &input->people[i]);
    size_t found = check.groups_len;
    struct capacity_group *out = arena_array(arena, struct capacity_group, found ? found : 1);
    struct judged *judged = arena_array(arena, struct judged, found ? found : 1);
    if (!out || !judged)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < found; i++) {
        judged[i] = (struct judged){ .group = &check.groups[i] };
        judge(&check, judged[i].group, &judged[i].found);
    }
    sort_judged(judged, found);
    for (size_t i = 0; i < found; i++) {
        struct playing playing;
        set_up(&check, judged[i].group, &playing);
        if (!judged[i].found.carried)
            sentence(&check, &playing.plan, i < PROPOSED_GROUPS, &judged[i].found);
        out[i] = judged[i].found;
    }
    if (arena_failed(arena))
        return ERR_NO_MEMORY;
    *groups = out;
    *len = check.groups_len;
    return OK;
}

static enum err prepare(struct check *check)
{
    const struct content *content = check->input->content;
    size_t prompts = 0, decks = content->decks_len;
    for (size_t d = 0; d < decks; d++)
        prompts += content->decks[d].prompts_len;
    check->groups = arena_array(check->arena, struct group, CAPACITY_GROUPS_MAX);
    check->has = arena_array(check->arena, bool, decks ? decks : 1);
    check->items = arena_array(check->arena, struct capacity_item, prompts ? prompts : 1);
    check->scratch = capacity_scratch_new(check->arena, prompts);
    bool whole = check->groups && check->has && check->items && check->scratch;
    return whole ? OK : ERR_NO_MEMORY;
}

static void add_person(struct check *check, const struct people_row *row)
{
    const struct content *content = check->input->content;
    uint8_t workdays = row->workdays ? row->workdays : check->input->settings->hours.workdays;
    bool any = false;
    for (size_t d = 0; d < content->decks_len; d++) {
        check->has[d] = audience_has(&content->decks[d].audience, row->role, row->cohort);
        any = any || check->has[d];
    }
    struct group *group = any ? group_of(check, workdays) : NULL;
    if (!group)
        return;
    if (!group->people++)
        group->region = row->region;
    add_role(group, row->role);
}

static struct group *group_of(struct check *check, uint8_t workdays)
{
    size_t decks = check->input->content->decks_len;
    for (size_t i = 0; i < check->groups_len; i++)
        if (check->groups[i].workdays == workdays &&
            memcmp(check->groups[i].has, check->has, decks * sizeof(bool)) == 0)
            return &check->groups[i];
    bool *has = check->groups_len < CAPACITY_GROUPS_MAX ? arena_array(check->arena, bool, decks)
                                                        : NULL;
    if (!has)
        return NULL;
    memcpy(has, check->has, decks * sizeof(bool));
    struct group *group = &check->groups[check->groups_len++];
    *group = (struct group){ .has = has, .workdays = workdays };
    return group;
}

static void add_role(struct group *group, struct str role)
{
    for (size_t i = 0; i < group->roles_len; i++)
        if (str_equal_nocase(group->roles[i], role))
            return;
    if (group->roles_len < ROLES_MAX)
        group->roles[group->roles_len++] = role;
}

static void judge(struct check *check, const struct group *group, struct capacity_group *out)
{
    struct playing playing;
    struct capacity_year year, wanted;
    set_up(check, group, &playing);
    const struct capacity_plan *plan = &playing.plan;
    struct capacity_plan unlimited = *plan;
    if (check->input->brief && surely_carried(check, plan)) {
        *out = (struct capacity_group){ .people = group->people, .carried = true };
        return;
    }
    unlimited.cap = CAPACITY_UNLIMITED;
    capacity_play(&unlimited, check->scratch, &wanted);
    capacity_play(plan, check->scratch, &year);
    *out = (struct capacity_group){ .who = roles_text(check, group),
        .deck_ids = decks_text(check, group),
        .people = group->people,
        .prompts = (int32_t)plan->len - playing.held_out,
        .held_out = playing.held_out,
        .wanted_busiest = wanted.sent_busiest,
        .wanted_later = wanted.sent_later,
        .unmet = (int32_t)lround(year.unmet),
        .wait_days = year.wait_days,
        .carried = carries(plan, &year) };
    for (size_t i = 0; i < plan->len; i++)
        if (plan->items[i].meet_by > out->unmet_by)
            out->unmet_by = plan->items[i].meet_by;
    for (size_t d = 0; d < check->input->content->decks_len; d++)
        out->decks += group->has[d];
}

/* A few people, for whom everything comes and hardly waits: more of them change nothing. */
static bool surely_carried(struct check *check, const struct capacity_plan *plan)
{
    struct capacity_plan few = *plan;
    struct capacity_year year;
    few.people = CAPACITY_PEOPLE_FEW;
    capacity_play(&few, check->scratch, &year);
    return carries(&few, &year) && year.unmet == 0 && year.wait_days * 4 < CAPACITY_WAIT_DAYS;
}

static void set_up(struct check *check, const struct group *group, struct playing *playing)
{
    const struct settings *settings = check->input->settings;
    playing->held_out = 0;
    playing->hours = settings->hours;
    playing->hours.workdays = group->workdays;
    playing->workdays = (struct workdays){ &playing->hours, check->input->content->holidays,
        group->region };
    playing->plan = (struct capacity_plan){ .items = check->items,
        .len = fill_items(check, group, &playing->held_out),
        .workdays = &playing->workdays,
        .weights = check->input->weights,
        .today = check->input->today,
        .people = CAPACITY_PEOPLE,
        .cap = settings->cap,
        .new_per_week = settings->new_per_week };
}

static size_t fill_items(struct check *check, const struct group *group, int32_t *held_out)
{
    const struct capacity_input *input = check->input;
    int32_t year_end = input->today + CAPACITY_MEET_DAYS;
    size_t len = 0, from = 0;
    for (size_t d = 0; d < input->content->decks_len; d++) {
        const struct deck *deck = &input->content->decks[d];
        bool reviewed = deck->review_by_day > input->today && deck->review_by_day < year_end;
        from = len;
        for (size_t p = 0; group->has[d] && p < deck->prompts_len; p++)
            check->items[len++] = (struct capacity_item){ .prompt = &deck->prompts[p],
                .desired_retention = deck->desired_retention,
                .gap_days = deck->min_gap_days >= 0 ? deck->min_gap_days
                                                    : input->settings->min_gap_days,
                .meet_by = reviewed ? deck->review_by_day : year_end };
        for (size_t i = from; i < len; i++) {
            const struct prompt *prompt = check->items[i].prompt;
            int32_t first = first_held_out(check->items + from, len - from, prompt);
            int32_t index = first < 0 ? -1 : first + (int32_t)from;
            check->items[i].first_index = prompt->held_out ? index : -1;
            check->items[i].trains = prompt->held_out ? -1 : index;
            *held_out += prompt->held_out;
        }
    }
    return len;
}

static int32_t first_held_out(const struct capacity_item *items, size_t len,
    const struct prompt *prompt)
{
    for (size_t i = 0; i < len; i++)
        if (items[i].prompt->held_out && str_equal(items[i].prompt->skill, prompt->skill))
            return (int32_t)i;
    return -1;
}

static bool carries(const struct capacity_plan *plan, const struct capacity_year *year)
{
    double prompts = 0;
    for (size_t i = 0; i < plan->len; i++)
        prompts += plan->items[i].first_index < 0;
    return year->unmet * CAPACITY_MISS_ONE_IN <= prompts && year->wait_days <= CAPACITY_WAIT_DAYS;
}

/* "Support lead (6 people, 42 prompts of a, b and c): at 1 question a workday 13 of the prompts
 * would not come once within a year (…); any one of these fits: cap 2; 9 prompts fewer" */
static void sentence(struct check *check, const struct capacity_plan *plan, bool proposes,
    struct capacity_group *group)
{
    struct buf out = buf_in(check->arena, SENTENCE_BYTES_MAX);
    buf_addf(&out, "%.*s (%d %s, %d prompts of %.*s): at %d %s a workday %d of the prompts would "
             "not come once ", STR_ARG(group->who), (int)group->people,
             group->people == 1 ? "person" : "people", (int)group->prompts,
             STR_ARG(group->deck_ids), (int)plan->cap, plan->cap == 1 ? "question" : "questions",
             (int)group->unmet);
    if (group->unmet_by < plan->today + CAPACITY_MEET_DAYS) {
        buf_add(&out, STR("by "));
        buf_add_date(&out, group->unmet_by);
    } else {
        buf_add(&out, STR("within a year"));
    }
    if (group->wait_days > CAPACITY_WAIT_DAYS)
        buf_addf(&out, ", and what is due again would wait %.0f days", group->wait_days);
    buf_addf(&out, "; without the cap it would be %.1f a workday in the first months and %.1f "
             "later", group->wanted_busiest, group->wanted_later);
    if (proposes)
        add_proposals(check, plan, &out);
    group->sentence = buf_str(&out);
}

static void add_proposals(struct check *check, const struct capacity_plan *plan, struct buf *out)
{
    struct capacity_item *items = arena_array(check->arena, struct capacity_item, plan->len);
    struct capacity_year year;
    buf_add(out, STR("; any one of these fits: "));
    for (size_t i = 0; items && i < COUNT(proposals); i++) {
        const struct proposal *proposal = &proposals[i];
        for (size_t t = 0; t < COUNT(proposal->to) && proposal->to[t]; t++) {
            struct capacity_plan changed = *plan;
            memcpy(items, plan->items, plan->len * sizeof(*items));
            changed.items = items;
            if (!proposal->change(&changed, items, proposal->to[t]))
                continue;
            capacity_play(&changed, check->scratch, &year);
            if (!carries(&changed, &year))
                continue;
            buf_addf(out, proposal->hundredths ? "%s 0.%d; " : "%s %d; ", proposal->key,
                (int)proposal->to[t]);
            break;
        }
    }
    size_t fewer = leave_out(check, plan);
    buf_addf(out, "%zu %s fewer", fewer, fewer == 1 ? "prompt" : "prompts");
}

static bool change_cap(struct capacity_plan *plan, struct capacity_item *items UNUSED, int32_t to)
{
    bool changes = plan->cap < to;
    plan->cap = to;
    return changes;
}

static bool change_new(struct capacity_plan *plan, struct capacity_item *items UNUSED, int32_t to)
{
    bool changes = plan->new_per_week < to;
    plan->new_per_week = to;
    return changes;
}

static bool change_gap(struct capacity_plan *plan, struct capacity_item *items, int32_t to)
{
    bool changes = false;
    for (size_t i = 0; i < plan->len; i++)
        if (items[i].gap_days < to) {
            items[i].gap_days = to;
            changes = true;
        }
    return changes;
}

static bool change_retention(struct capacity_plan *plan, struct capacity_item *items, int32_t to)
{
    bool changes = false;
    for (size_t i = 0; i < plan->len; i++)
        if (items[i].desired_retention > to * 0.01 + 1e-9) {
            items[i].desired_retention = to * 0.01;
            changes = true;
        }
    return changes;
}

/* How many of the last ones must go: found by halving, so it is the least only if fewer is never
 * worse, which is so but for the luck of the draw. */
static size_t leave_out(struct check *check, const struct capacity_plan *plan)
{
    size_t fits = 0, too_many = plan->len;
    struct capacity_year year;
    while (too_many - fits > 1) {
        struct capacity_plan fewer = *plan;
        fewer.len = fits + (too_many - fits) / 2;
        capacity_play(&fewer, check->scratch, &year);
        if (carries(&fewer, &year))
            fits = fewer.len;
        else
            too_many = fewer.len;
    }
    size_t fewer = 0;
    for (size_t i = fits; i < plan->len; i++)
        fewer += plan->items[i].first_index < 0; /* held-out ones are no prompts to learn */
    return fewer;
}

static struct str roles_text(struct check *check, const struct group *group)
{
    struct buf out = buf_in(check->arena, SENTENCE_BYTES_MAX);
    for (size_t i = 0; i < group->roles_len && i < NAMES_SHOWN; i++)
        buf_addf(&out, "%s%.*s", i ? ", " : "",
            STR_ARG(group->roles[i].len ? group->roles[i] : STR("people without a role")));
    if (group->roles_len > NAMES_SHOWN)
        buf_addf(&out, " and %zu more %s", group->roles_len - NAMES_SHOWN,
            group->roles_len - NAMES_SHOWN == 1 ? "role" : "roles");
    return buf_str(&out);
}

static struct str decks_text(struct check *check, const struct group *group)
{
    struct buf out = buf_in(check->arena, SENTENCE_BYTES_MAX);
    const struct content *content = check->input->content;
    size_t len = 0;
    for (size_t d = 0; d < content->decks_len; d++)
        if (group->has[d] && len++ < DECK_SHOWN)
            buf_addf(&out, "%s%.*s", len > 1 ? ", " : "", STR_ARG(content->decks[d].id));
    if (len > DECK_SHOWN)
        buf_addf(&out, " and %zu more %s", len - DECK_SHOWN,
            len - DECK_SHOWN == 1 ? "deck" : "decks");
    return buf_str(&out);
}

/* By insertion: there are few. */
static void sort_judged(struct judged *judged, size_t len)
{
    for (size_t i = 1; i < len; i++) {
        struct judged one = judged[i];
        size_t at = i;
        for (; at && (judged[at - 1].found.carried > one.found.carried ||
                         (judged[at - 1].found.carried == one.found.carried &&
                             judged[at - 1].found.people < one.found.people));
             at--)
            judged[at] = judged[at - 1];
        judged[at] = one;
    }
}
