/* People, items and what they are asked: the half years of `nudged simulate`.
 *
 * Everybody studies six items a workday until all are met; three of ten they knew before. An
 * unanswered question counts as asked. Right or wrong, the answer is shown. The luck of a person,
 * an item and a day is the same under every policy. */
#include "simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/base/time.h"

enum {
    NEW_A_DAY = 6,
    LATE_WEEKS = 8,
    FIRST_DAY = 20458,          /* 2026-01-05, a Monday */
    LUCK_ITEM = 1, LUCK_PERSON, LUCK_RATE, LUCK_FORMAT, LUCK_KNOWN, LUCK_ANSWERS, LUCK_RECALL,
    LUCK_GUESS, LUCK_SECONDS, LUCK_ORDER
};

static const struct {
    double share, guess;
    const char *name;
} formats[] = {
    { 0.50, 0.25, "choice" }, { 0.15, 0.10, "multi" }, { 0.10, 0.05, "order" },
    { 0.25, 0.05, "short" },
};
static const double known_share = 0.30, slip = 0.03, rate_spread = 0.12, ability_spread = 0.35,
    ease_spread = 0.50;

/* Fixed: days to the next question after so many right ones running; a miss begins anew. Leitner:
 * a miss goes back to the first box, asked daily; each right one a box on, asked half as often. */
static const int32_t ladder[] = { 1, 3, 7, 14, 30, 60 };
static const int32_t boxes[] = { 1, 2, 4, 8, 16, 32 };

struct item {
    struct trace trace;
    int32_t due_day, asked_day, step;   /* of the policies that are not fsrs */
    size_t format;
    bool met;
};

struct play {
    const struct simulate_setup *setup;
    enum forgetting world;
    enum policy policy;
    struct learners *learners;
    struct item *items;
    uint64_t person;
    double rate;
    int32_t questions, answers;
};

struct sums { double sum, squares; };

static void live(struct play *play, struct simulate_found *found, double *during, double *late,
    double *after);
static void begin(struct play *play);
static void study(struct play *play, int32_t day);
static void ask(struct play *play, int32_t day);
static int32_t choose_simply(const struct play *play, int32_t day, int32_t asked);
static void answer(struct play *play, int32_t at, int32_t day, double when);
static void move_on(struct play *play, struct item *item, int32_t day, bool answered, bool right);
static double mean_recall(const struct play *play, double day);
static double recall_of_nothing_asked(const struct play *play, double day);
static void make_item(const struct play *play, int32_t at, struct item *item);
static double even(const struct play *play, int32_t item, int32_t day, uint64_t what);
static void add(struct sums *sums, double value);
static struct estimate estimate_of(const struct sums *sums, int32_t people);

const char *policy_name(enum policy policy)
{
    static const char *const names[] = { "fsrs", "fixed", "leitner", "random" };
    return names[policy];
}

const char *policy_sentence(enum policy policy)
{
    static const char *const sentences[] = {
        "as nudged decides",
        "1, 3, 7, 14, 30, 60 days, from the start after a miss",
        "boxes of 1, 2, 4, 8, 16, 32 days, back to the first after a miss",
        "any item",
    };
    return sentences[policy];
}

enum err simulate_play(const struct simulate_setup *setup, enum forgetting world,
    enum policy policy, bool first, double *after, struct simulate_found *out)
{
    struct play play = { .setup = setup, .world = world, .policy = policy };
    struct sums questions = { 0 }, answers = { 0 }, during = { 0 }, late = { 0 }, later = { 0 },
        gained = { 0 }, less = { 0 };
    enum err err = OK;
    *out = (struct simulate_found){ .points = setup->weeks + SIMULATE_AFTER_WEEKS + 1 };
    play.items = calloc((size_t)setup->items, sizeof(*play.items));
    play.learners = learners_new(&setup->rules);
    if (!play.items || !play.learners)
        err = ERR_NO_MEMORY;
    double end = setup->weeks * 7 + SIMULATE_AFTER_WEEKS * 7;
    for (int32_t i = 0; !err && i < setup->people; i++) {
        double mean = 0, last = 0, then = 0;
        play.person = (uint64_t)i;
        err = learners_next(play.learners, setup->items, FIRST_DAY);
        if (err)
            break;
        begin(&play);
        live(&play, out, &mean, &last, &then);
        add(&questions, play.questions);
        add(&answers, play.answers);
        add(&during, mean);
        add(&late, last);
        add(&later, then);
        double more = (then - recall_of_nothing_asked(&play, end)) * setup->items;
        add(&gained, play.questions ? 100 * more / play.questions : 0);
        if (first)
            after[i] = then;
        add(&less, then - after[i]);
    }
    for (int32_t point = 0; point < out->points; point++)
        out->recall[point] /= setup->people;
    out->questions = estimate_of(&questions, setup->people);
    out->answers = estimate_of(&answers, setup->people);
    out->during = estimate_of(&during, setup->people);
    out->late = estimate_of(&late, setup->people);
    out->after = estimate_of(&later, setup->people);
    out->gained = estimate_of(&gained, setup->people);
    out->after_less = estimate_of(&less, setup->people);
    learners_free(play.learners);
    free(play.items);
    return err;
}

static void begin(struct play *play)
{
    const struct simulate_setup *setup = play->setup;
    struct luck luck = { setup->seed, play->person, 0, 0, LUCK_RATE };
    play->rate = fmin(fmax(setup->answer_rate + rate_spread * luck_normal(luck), 0.05), 0.98);
    play->questions = play->answers = 0;
    for (int32_t i = 0; i < setup->items; i++)
        make_item(play, i, &play->items[i]);
}

/* Before it is studied. */
static void make_item(const struct play *play, int32_t at, struct item *item)
{
    uint64_t seed = play->setup->seed, number = (uint64_t)at;
    double ability = luck_normal((struct luck){ seed, play->person, 0, 0, LUCK_PERSON });
    double ease = luck_normal((struct luck){ seed, 0, number, 0, LUCK_ITEM });
    double drawn = luck_even((struct luck){ seed, 0, number, 0, LUCK_FORMAT });
    *item = (struct item){ .trace.offset = ability_spread * ability + ease_spread * ease };
    while (item->format + 1 < COUNT(formats) && drawn >= formats[item->format].share)
        drawn -= formats[item->format++].share;
    if (even(play, at, 0, LUCK_KNOWN) >= known_share)
        return;
    static const double before[] = { -120, -90, -60, -20 };
    for (size_t i = 0; i < COUNT(before); i++)
        trace_meet(play->world, &item->trace, before[i], i ? MEETING_RIGHT : MEETING_STUDIED);
}

static void live(struct play *play, struct simulate_found *found, double *during, double *late,
    double *after)
{
    int32_t weeks = play->setup->weeks, late_weeks = weeks < LATE_WEEKS ? weeks : LATE_WEEKS;
    for (int32_t week = 0; week < weeks; week++) {
        for (int32_t day = week * 7; day < week * 7 + 5; day++) {
            study(play, day);
            ask(play, day);
        }
        double recall = mean_recall(play, week * 7 + 6.9);
        found->recall[week + 1] += recall;
        *during += recall / weeks;
        if (week >= weeks - late_weeks)
            *late += recall / late_weeks;
    }
    for (int32_t week = weeks; week < weeks + SIMULATE_AFTER_WEEKS; week++) {
        *after = mean_recall(play, week * 7 + 7);
        found->recall[week + 1] += *after;
    }
}

static void study(struct play *play, int32_t day)
{
    int32_t workday = day / 7 * 5 + day % 7, from = workday * NEW_A_DAY;
    for (int32_t i = from; i < from + NEW_A_DAY && i < play->setup->items; i++) {
        struct item *item = &play->items[i];
        trace_meet(play->world, &item->trace, day + 0.6, MEETING_STUDIED);
        item->met = true;
        item->due_day = day + 1;
        item->asked_day = day;
        if (play->policy == POLICY_FSRS)
            (void)learners_expose(play->learners, i, FIRST_DAY + day);
    }
}

static void ask(struct play *play, int32_t day)
{
    int32_t chosen[SIMULATE_CAP_MAX], cap = play->setup->cap;
    size_t len = 0;
    const int32_t *items = NULL;
    if (play->policy == POLICY_FSRS) {
        len = learners_choose(play->learners, FIRST_DAY + day, cap, &items);
        memcpy(chosen, items, len * sizeof(*chosen));
    }
    for (int32_t at; play->policy != POLICY_FSRS && len < (size_t)cap; len++) {
        at = choose_simply(play, day, (int32_t)len);
        if (at < 0)
            break;
        play->items[at].asked_day = day;
        chosen[len] = at;
    }
    for (size_t i = 0; i < len; i++)
        answer(play, chosen[i], day, day + 0.7 + 0.05 * (double)i);
}

/* The longest due of those not met today; any of them under random; -1: none. */
static int32_t choose_simply(const struct play *play, int32_t day, int32_t asked)
{
    int32_t best = -1;
    double lowest = 0;
    for (int32_t i = 0; i < play->setup->items; i++) {
        const struct item *item = &play->items[i];
        if (!item->met || item->asked_day >= day)
            continue;
        if (play->policy != POLICY_RANDOM && item->due_day > day)
            continue;
        double rank = play->policy == POLICY_RANDOM
            ? even(play, i, day, LUCK_ORDER + (uint64_t)asked) : item->due_day;
        if (best < 0 || rank < lowest) {
            best = i;
            lowest = rank;
        }
    }
    return best;
}

static void answer(struct play *play, int32_t at, int32_t day, double when)
{
    struct item *item = &play->items[at];
    double guess = formats[item->format].guess;
    struct learner_answer given = { .format = str_from_z(formats[item->format].name),
        .guess = guess, .answered = even(play, at, day, LUCK_ANSWERS) < play->rate };
    play->questions++;
    if (given.answered) {
        double recall = trace_recall(play->world, &item->trace, when);
        bool known = even(play, at, day, LUCK_RECALL) < recall;
        struct luck luck = { play->setup->seed, play->person, (uint64_t)at, (uint64_t)day,
            LUCK_SECONDS };
        given.correct = even(play, at, day, LUCK_GUESS) < (known ? 1 - slip : guess);
        given.seconds = (known ? 9 : 15) * exp(0.4 * luck_normal(luck));
        play->answers++;
        trace_meet(play->world, &item->trace, when,
            given.correct ? MEETING_RIGHT : MEETING_MISSED);
    }
    if (play->policy == POLICY_FSRS)
        (void)learners_answer(play->learners, at, FIRST_DAY + day, &given);
    else
        move_on(play, item, day, given.answered, given.correct);
}

/* What is ignored stays as due as it is, and comes again another day. */
static void move_on(struct play *play, struct item *item, int32_t day, bool answered, bool right)
{
    const int32_t *days = play->policy == POLICY_LEITNER ? boxes : ladder;
    int32_t last = (int32_t)(play->policy == POLICY_LEITNER ? COUNT(boxes) : COUNT(ladder)) - 1;
    if (!answered)
        return;
    item->step = !right ? 0 : item->step < last ? item->step + 1 : last;
    item->due_day = day + days[item->step];
}

static double mean_recall(const struct play *play, double day)
{
    double sum = 0;
    for (int32_t i = 0; i < play->setup->items; i++)
        sum += trace_recall(play->world, &play->items[i].trace, day);
    return sum / play->setup->items;
}

static double recall_of_nothing_asked(const struct play *play, double day)
{
    double sum = 0;
    for (int32_t i = 0; i < play->setup->items; i++) {
        struct item item;
        make_item(play, i, &item);
        int32_t workday = i / NEW_A_DAY;
        trace_meet(play->world, &item.trace, workday / 5 * 7 + workday % 5 + 0.6, MEETING_STUDIED);
        sum += trace_recall(play->world, &item.trace, day);
    }
    return sum / play->setup->items;
}

static double even(const struct play *play, int32_t item, int32_t day, uint64_t what)
{
    return luck_even((struct luck){
        play->setup->seed, play->person, (uint64_t)item, (uint64_t)day, what });
}

static void add(struct sums *sums, double value)
{
    sums->sum += value;
    sums->squares += value * value;
}

static struct estimate estimate_of(const struct sums *sums, int32_t people)
{
    double mean = sums->sum / people;
    double spread = people > 1 ? (sums->squares - mean * sums->sum) / (people - 1) : 0;
    return (struct estimate){ mean, sqrt(fmax(spread, 0) / people) };
}
