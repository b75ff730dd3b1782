#include "worlds/learner.h"

#include <math.h>
#include <string.h>

#include "nudged/base/macros.h"

enum { MEASURE_DAYS = 3 /* so that every weekday gets its share */, LATE_DAYS = 8 * 7 };

const struct format_row formats[FORMAT_COUNT] = {
    [CHOICE] = { "choice4", 0.50, 0.25, 8 },
    [MULTI] = { "multi", 0.15, 0.10, 14 },
    [ORDER] = { "order", 0.10, 0.05, 20 },
    [SHORT] = { "short", 0.25, 0.05, 12 },
};
const double slip = 0.03;

static const double known_share = 0.30, diligence_mean = 0.75, diligence_sd = 0.12;
static const double ability_sd = 0.35, ease_sd = 0.50;
static const double hour_of_study = 15.0 / 24, hour_of_prompts = 9.0 / 24, hour_apart = 1.0 / 24;

struct life {
    const struct programme *programme;
    const struct policy *policy;
    struct outcome *outcome;
    double diligence, pace;
    int32_t exposed;
};

static void make_items(const struct programme *programme, struct item *items);
static enum format draw_format(double uniform);
static void expose_day(struct life *life, int32_t day);
static void ask_day(struct life *life, int32_t day, int32_t cap);
static struct response ask(const struct life *life, int32_t item, int32_t day, int32_t place);
static double mean_recall(const struct outcome *outcome, const struct world *world, double day);

void learner_live(
    const struct programme *programme, const struct policy *policy, struct outcome *outcome)
{
    struct luck luck = programme->luck;
    struct life life = { .programme = programme, .policy = policy, .outcome = outcome };
    life.diligence = diligence_mean + diligence_sd * luck_normal(luck, LUCK_DILIGENCE, 0, 0);
    life.pace = 0.25 * luck_normal(luck, LUCK_PACE, 0, 0);
    outcome->items_len = programme->items;
    outcome->prompts = outcome->answers_len = outcome->broken = 0;
    outcome->recall_late = outcome->knowledge = 0;
    make_items(programme, outcome->items);
    for (int32_t item = 0; item < programme->items; item++) {
        int32_t nth = item / NEW_A_DAY, day = nth / 5 * 7 + nth % 5;
        programme->world->happen(&outcome->items[item].memory, STUDIED, day + hour_of_study);
    }
    outcome->recall_unasked = mean_recall(outcome, programme->world, END_DAY + DELAY_DAYS);
    make_items(programme, outcome->items);
    policy->start(policy->state, programme);
    int32_t measured = 0, measured_late = 0;
    for (int32_t day = 0; day < END_DAY; day++) {
        if (day % 7 < 5) {
            expose_day(&life, day);
            ask_day(&life, day, programme->cap);
        }
        if (day % MEASURE_DAYS == 0) {
            double recall = mean_recall(outcome, programme->world, day + 0.5);
            bool is_late = day >= END_DAY - LATE_DAYS;
            outcome->knowledge += recall;
            outcome->recall_late += is_late ? recall : 0;
            measured++;
            measured_late += is_late;
        }
    }
    outcome->knowledge /= measured;
    outcome->recall_late /= measured_late;
    outcome->recall_later = mean_recall(outcome, programme->world, END_DAY + DELAY_DAYS);
}

double learner_gain_per_100(const struct outcome *outcome)
{
    double gain = (outcome->recall_later - outcome->recall_unasked) * outcome->items_len;
    return outcome->prompts ? 100 * gain / outcome->prompts : 0;
}

static void make_items(const struct programme *programme, struct item *items)
{
    static const double known_since[] = { -300, -270, -180, -60 };
    struct luck luck = programme->luck, deck = luck;
    double ability = ability_sd * luck_normal(luck, LUCK_ABILITY, 0, 0);
    if (programme->one_deck)
        deck.learner = UINT32_MAX;
    for (int32_t i = 0; i < programme->items; i++) {
        struct item *item = &items[i];
        uint32_t number = (uint32_t)i;
        item->format = draw_format(luck_uniform(deck, LUCK_FORMAT, number, 0));
        item->ease = ease_sd * luck_normal(deck, LUCK_EASE, number, 0);
        item->known = luck_uniform(luck, LUCK_KNOWN, number, 0) < known_share;
        item->memory.offset = ability + item->ease;
        item->memory.last_day = item->memory.tau = 0;
        item->memory.traces_len = 0;
        memset(item->memory.stores, 0, sizeof(item->memory.stores));
        for (size_t n = 0; item->known && n < COUNT(known_since); n++)
            programme->world->happen(&item->memory, n ? RECALLED : STUDIED, known_since[n]);
    }
}

static enum format draw_format(double uniform)
{
    size_t format = 0;
    for (; format + 1 < FORMAT_COUNT && uniform >= formats[format].share; format++)
        uniform -= formats[format].share;
    return (enum format)format;
}

static void expose_day(struct life *life, int32_t day)
{
    const struct programme *programme = life->programme;
    for (int32_t n = 0; n < NEW_A_DAY && life->exposed < programme->items; n++) {
        struct item *item = &life->outcome->items[life->exposed];
        programme->world->happen(&item->memory, STUDIED, day + hour_of_study);
        life->policy->expose(life->policy->state, life->exposed, day, item->format);
        life->exposed++;
    }
}

/* What was shown today is told to the policy before it chooses, so one that asks it is caught. */
static void ask_day(struct life *life, int32_t day, int32_t cap)
{
    int32_t chosen[CAP_MAX];
    struct outcome *outcome = life->outcome;
    int32_t len = life->policy->choose(life->policy->state, day, cap, chosen);
    int32_t shown_before = (day / 7 * 5 + day % 7) * NEW_A_DAY;
    if (shown_before > life->exposed)
        shown_before = life->exposed;
    REQUIRE(len >= 0 && len <= CAP_MAX && outcome->answers_len + len <= ANSWERS_MAX);
    for (int32_t place = 0; place < len; place++) {
        bool broken = chosen[place] < 0 || chosen[place] >= shown_before;
        for (int32_t before = 0; before < place; before++)
            broken = broken || chosen[before] == chosen[place];
        outcome->prompts++;
        outcome->broken += broken;
        if (broken)
            continue;
        struct response answer = ask(life, chosen[place], day, place);
        struct item *item = &outcome->items[answer.item];
        double at = day + hour_of_prompts + place * hour_apart;
        if (answer.answered)
            life->programme->world->happen(&item->memory, answer.recalled ? RECALLED : MISSED, at);
        outcome->answers[outcome->answers_len++] = answer;
        life->policy->answer(life->policy->state, &answer);
    }
}

static struct response ask(const struct life *life, int32_t item, int32_t day, int32_t place)
{
    struct luck luck = life->programme->luck;
    uint32_t a = (uint32_t)item, b = (uint32_t)day;
    const struct item *asked = &life->outcome->items[item];
    const struct format_row *format = &formats[asked->format];
    double at = day + hour_of_prompts + place * hour_apart;
    double recall = life->programme->world->recall(&asked->memory, at);
    bool recalled = luck_uniform(luck, LUCK_RECALLS, a, b) < recall;
    bool guessed = luck_uniform(luck, LUCK_GUESSES, a, b) < format->guess;
    bool slipped = luck_uniform(luck, LUCK_SLIPS, a, b) < slip;
    double slower = recalled ? 0.6 * (1 - recall) : 0.45;
    return (struct response){ .item = item,
        .day = day,
        .minute = 9 * 60 + place * 60,
        .format = asked->format,
        .answered = luck_uniform(luck, LUCK_ANSWERS, b, (uint32_t)place) < life->diligence,
        .correct = recalled ? !slipped : guessed,
        .recalled = recalled,
        .chance = recall * (1 - slip) + (1 - recall) * format->guess,
        .seconds = format->seconds *
            exp(life->pace + slower + 0.35 * luck_normal(luck, LUCK_SECONDS, a, b)) };
}

static double mean_recall(const struct outcome *outcome, const struct world *world, double day)
{
    double sum = 0;
    for (int32_t i = 0; i < outcome->items_len; i++)
        sum += world->recall(&outcome->items[i].memory, day);
    return sum / outcome->items_len;
}
