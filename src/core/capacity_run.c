/* The played year.
 *
 * Owns what a simulated person does. Refuses to know audiences and words. Odd: it does not call
 * choose_prompt, which needs numbers that content has only once it is stored, and looks at every
 * deck each time it is asked, where one load asks it millions of times; a test plays the same
 * people through choose_prompt and compares. */
#include "capacity_run.h"

#include "choose.h"
#include "heldout.h"

enum { AGAIN_DAYS = 3, WEEK = 7, WEEKS = CAPACITY_DAYS / WEEK, BUSIEST_WEEKS = 4, QUARTER = 13 };

static const double share_answered = 0.75, share_first_right = 0.70;

struct played {
    struct review_memory memory;
    int32_t first_day, due_day, sent_day, last_day;     /* 0: not yet */
    int32_t since_day;                                  /* its place in the row */
    int32_t answers, misses, sendings, point;
    double waited;
};

struct capacity_scratch {
    size_t len;
    struct played *items;
    size_t *held_out; /* the first held-out item of each deck and skill */
};

struct person_year {
    const struct capacity_plan *plan;
    struct played *items;
    const size_t *held_out;
    size_t held_out_len;
    uint64_t person;
    int32_t day, new_this_week;
    size_t next_new;
    int32_t sent[WEEKS];
};

static void play_person(struct person_year *year, struct capacity_year *sum);
static bool send_one(struct person_year *year);
static bool send_held_out(struct person_year *year);
static struct played *due_now(struct person_year *year, size_t *index);
static bool comes_first(const struct person_year *year, const struct played *a,
    const struct played *b);
static bool is_resting(const struct played *item, int32_t day);
static void ask(struct person_year *year, size_t index);
static void answer(struct person_year *year, size_t index, bool right);
static double draw(const struct person_year *year, size_t index, uint64_t what);
static void add_figures(const struct person_year *year, struct capacity_year *sum);
static double busiest(const int32_t sent[WEEKS], double workdays_a_week);

struct capacity_scratch *capacity_scratch_new(struct arena *arena, size_t items)
{
    struct capacity_scratch *scratch = arena_array(arena, struct capacity_scratch, 1);
    struct played *rows = arena_array(arena, struct played, items ? items : 1);
    size_t *held_out = arena_array(arena, size_t, items ? items : 1);
    if (!scratch || !rows || !held_out)
        return NULL;
    *scratch = (struct capacity_scratch){ items, rows, held_out };
    return scratch;
}

void capacity_play(const struct capacity_plan *plan, struct capacity_scratch *scratch,
    struct capacity_year *out)
{
    REQUIRE(plan->len <= scratch->len);
    *out = (struct capacity_year){ 0 };
    size_t held_out_len = 0;
    for (size_t i = 0; i < plan->len; i++)
        if (plan->items[i].first_index == (int32_t)i)
            scratch->held_out[held_out_len++] = i;
    for (uint64_t person = 0; person < (uint64_t)plan->people; person++) {
        struct person_year year = { .plan = plan, .items = scratch->items,
            .held_out = scratch->held_out, .held_out_len = held_out_len, .person = person };
        for (size_t i = 0; i < plan->len; i++)
            year.items[i] = (struct played){ 0 };
        play_person(&year, out);
        add_figures(&year, out);
    }
    out->unmet /= plan->people;
    out->wait_days /= plan->people;
    out->waiting /= plan->people;
    out->sent_busiest /= plan->people;
    out->sent_later /= plan->people;
}

static void play_person(struct person_year *year, struct capacity_year *sum)
{
    const struct capacity_plan *plan = year->plan;
    for (int32_t i = 0; i < CAPACITY_DAYS; i++) {
        year->day = plan->today + i;
        if (weekday_of(year->day) == 0)
            year->new_this_week = 0;
        if (!is_workday(plan->workdays, year->day))
            continue;
        for (int32_t slot = 0; slot < plan->cap && send_one(year); slot++)
            year->sent[i / WEEK]++;
    }
    int32_t met = 0;
    for (size_t i = 0; i < plan->len; i++)
        if (plan->items[i].first_index < 0 && met < INT32_MAX)
            met = !year->items[i].first_day         ? INT32_MAX
                : year->items[i].first_day > met ? year->items[i].first_day
                                                 : met;
    sum->met_day = met > sum->met_day ? met : sum->met_day;
}

static bool send_one(struct person_year *year)
{
    const struct capacity_plan *plan = year->plan;
    size_t index = 0;
    if (send_held_out(year))
        return true;
    if (due_now(year, &index)) {
        ask(year, index);
        return true;
    }
    while (year->next_new < plan->len && plan->items[year->next_new].first_index >= 0)
        year->next_new++;
    if (year->next_new == plan->len || year->new_this_week >= plan->new_per_week)
        return false;
    year->new_this_week++;
    ask(year, year->next_new++);
    return true;
}

/* The first held-out item of a deck and skill keeps when the skill began and which point is next.
 */
static bool send_held_out(struct person_year *year)
{
    for (size_t i = 0; i < year->held_out_len; i++) {
        struct played *item = &year->items[year->held_out[i]];
        if (!item->first_day)
            continue;
        while (item->point < HELDOUT_POINTS) {
            const struct heldout_point *point = &heldout_points[item->point];
            int32_t day =
                workday_on_or_after(year->plan->workdays, item->first_day + point->days);
            if (year->day < day)
                break;
            item->point++;
            if (year->day <= day + point->late_days)
                return true;
        }
    }
    return false;
}

static struct played *due_now(struct person_year *year, size_t *index)
{
    struct played *best = NULL;
    for (size_t i = 0; i < year->next_new; i++) { /* none behind it was asked */
        struct played *item = &year->items[i];
        if (!item->sendings || item->due_day > year->day || item->sent_day >= year->day ||
            is_resting(item, year->day) || (best && !comes_first(year, item, best)))
            continue;
        best = item;
        *index = i;
    }
    return best;
}

static bool comes_first(const struct person_year *year, const struct played *a,
    const struct played *b)
{
    const struct review_weights *weights = year->plan->weights;
    if (a->since_day != b->since_day)
        return a->since_day < b->since_day;
    return review_retrievability(weights, &a->memory, year->day - a->last_day) <
        review_retrievability(weights, &b->memory, year->day - b->last_day);
}

static bool is_resting(const struct played *item, int32_t day)
{
    return item->misses >= LEECH_MISSES && item->last_day + LEECH_REST_DAYS > day;
}

static void ask(struct person_year *year, size_t index)
{
    struct played *item = &year->items[index];
    int32_t trains = year->plan->items[index].trains;
    int32_t rested = item->last_day + LEECH_REST_DAYS;
    if (item->sendings) { /* what rests is not waiting */
        int32_t since = item->misses >= LEECH_MISSES && rested > item->due_day ? rested
                                                                               : item->due_day;
        item->waited += year->day - since;
    } else {
        item->first_day = item->since_day = year->day;
    }
    if (trains >= 0 && !year->items[trains].first_day)
        year->items[trains].first_day = year->day;
    item->sendings++;
    item->sent_day = year->day;
    item->due_day = workday_on_or_after(year->plan->workdays, year->day + AGAIN_DAYS);
    if (draw(year, index, 0) >= share_answered)
        return;
    double right = item->answers ? review_retrievability(year->plan->weights, &item->memory,
                                       year->day - item->last_day)
                                 : share_first_right;
    answer(year, index, draw(year, index, 1) < right);
}

static void answer(struct person_year *year, size_t index, bool right)
{
    struct played *item = &year->items[index];
    const struct capacity_item *fixed = &year->plan->items[index];
    struct review_options options = review_options_default;
    options.desired_retention = fixed->desired_retention;
    struct review_outcome outcome = review_next(year->plan->weights, &options, &item->memory,
        item->answers ? year->day - item->last_day : 0, right ? RATING_GOOD : RATING_AGAIN);
    item->memory = outcome.memory;
    item->last_day = year->day;
    item->answers++;
    item->misses = right ? 0 : item->misses + 1;
    item->due_day = workday_on_or_after(year->plan->workdays,
        review_due_day(year->day, outcome.scheduled_days, item->answers, fixed->gap_days));
    item->since_day = item->due_day;
}

/* SplitMix64's finaliser over what makes this moment different from all others. */
static double draw(const struct person_year *year, size_t index, uint64_t what)
{
    uint64_t z = (year->person + 1) * 0x9e3779b97f4a7c15U + (index + 1) * 0xbf58476d1ce4e5b9U +
        ((uint64_t)year->items[index].sendings * 2 + what) * 0x94d049bb133111ebU;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static void add_figures(const struct person_year *year, struct capacity_year *sum)
{
    const struct capacity_plan *plan = year->plan;
    double waited = 0, workdays = 0;
    int32_t repeats = 0, late = 0;
    for (size_t i = 0; i < plan->len; i++) {
        const struct played *item = &year->items[i];
        if (plan->items[i].first_index >= 0)
            continue;
        sum->unmet += !item->first_day || item->first_day > plan->items[i].meet_by;
        if (item->sendings < 2)
            continue;
        waited += item->waited;
        repeats += item->sendings - 1;
        sum->waiting += item->waited / (item->sendings - 1) > CAPACITY_WAIT_DAYS;
    }
    for (int32_t i = 0; i < CAPACITY_DAYS; i++)
        workdays += is_workday(plan->workdays, plan->today + i);
    double a_week = workdays > 0 ? workdays / WEEKS : 1;
    sum->wait_days += repeats ? waited / repeats : 0;
    sum->sent_busiest += busiest(year->sent, a_week);
    for (int week = WEEKS - QUARTER; week < WEEKS; week++)
        late += year->sent[week];
    sum->sent_later += late / (QUARTER * a_week);
}

static double busiest(const int32_t sent[WEEKS], double workdays_a_week)
{
    int32_t most = 0;
    for (int from = 0; from + BUSIEST_WEEKS <= WEEKS; from++) {
        int32_t sum = 0;
        for (int week = from; week < from + BUSIEST_WEEKS; week++)
            sum += sent[week];
        most = sum > most ? sum : most;
    }
    return most / (BUSIEST_WEEKS * workdays_a_week);
}
