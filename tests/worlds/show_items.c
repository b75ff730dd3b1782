/* How hard prompts are, found from first answers alone, and which prompts are at fault.
 *
 * The estimate is Elo with guessing: expected = g + (1 - g) logistic(ability - difficulty), both
 * moved by K(n) (result - expected), K(n) = 1 / (1 + 0.05 n), n the answers before. Written here a
 * second time from that sentence; the product's own is held against it where it can be asked. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/base/macros.h"
#include "worlds/show.h"

enum { ITEMS = 72, PEOPLE_MAX = 240, COMPANIES_MAX = 20, FLAG_ANSWERS_MIN = 30 };

/* What is wrong with a prompt. */
enum blemish { SOUND, WRONG_KEY, COIN_TOSS, BLEMISH_COUNT };

struct first { /* one first answer */
    int32_t day, person, item;
    double guess;
    bool recalled;
    bool correct, decoy; /* decoy: the one wrong option that who knows better picks */
};

struct estimate {
    double value, information; /* the standard error is 1 / sqrt(information) */
    int32_t answers;
};

struct company {
    const struct world *world;
    struct luck luck;
    uint32_t people; /* of PEOPLE_MAX these count, the first ones */
    size_t firsts_len;
    struct first *firsts;
    double ease[ITEMS];
    enum blemish blemish[ITEMS];
    struct estimate items[ITEMS], persons[PEOPLE_MAX];
    double expected[ITEMS], variance[ITEMS]; /* as foreseen at each answer, summed */
    int32_t correct[ITEMS], decoys[ITEMS];
};

/* Flag rules, after FLAG_ANSWERS_MIN answers; bits of what one prompt showed. */
enum flag { FLAG_LOW, FLAG_NOT_RISING, FLAG_DECOY, FLAG_COUNT };
static const char *const flag_names[FLAG_COUNT] = {
    "z of the result under -3",
    "success not rising with ability (correlation 0 or less)",
    "one distractor above the key, by more than chance (z over 3)",
};

struct recovery {
    struct series correlation, halves, spread;
    struct series flagged[FLAG_COUNT][BLEMISH_COUNT], judged[BLEMISH_COUNT];
};

static void live(struct show *show, struct company *company);
static void keep_first(struct company *company, const struct outcome *outcome, uint32_t person);
static void spoil(struct company *company);
static void estimate_all(struct company *company, int part);
static double correlation(const double *a, const double *b, size_t len);
static bool is_flagged(const struct company *company, int32_t item, enum flag flag);
static void add_recovery(struct company *company, struct recovery *recovery);
static void add_flags(struct company *company, struct recovery *recovery);
static void print_recovery(
    const struct world *world, uint32_t people, const struct recovery *recovery);
static void free_recovery(struct recovery *recovery);

void show_items(struct show *show)
{
    static const uint32_t sizes[] = { 30, 60, 120, 240 };
    static struct recovery recoveries[COUNT(sizes)][WORLD_COUNT];
    uint32_t companies = show->learners / 10;
    companies = companies < 3 ? 3 : companies > COMPANIES_MAX ? COMPANIES_MAX : companies;
    struct company *company = calloc(1, sizeof(*company));
    REQUIRE(company);
    company->firsts = calloc((size_t)PEOPLE_MAX * ITEMS, sizeof(*company->firsts));
    REQUIRE(company->firsts);
    printf("## How hard prompts are, from first answers alone\n\n"
           "72 items, cap 3, means over %u companies with a deck each; Elo with guessing. Halves:\n"
           "even people against odd ones; spread: how far the halves lie apart, in the standard\n"
           "errors the estimates claim (1: as honest as they say; over 1: they claim too much).\n\n"
           "| world | people | correlation with true ease | of two halves | spread |\n"
           "| --- | --- | --- | --- | --- |\n",
        (unsigned)companies);
    for (size_t w = 0; w < WORLD_COUNT; w++)
        for (uint32_t c = 0; c < companies; c++) {
            company->world = &worlds[w];
            company->luck = (struct luck){ show->seed + 1000 * (c + 1), 0 };
            live(show, company);
            for (size_t s = 0; s < COUNT(sizes); s++) {
                company->people = sizes[s];
                add_recovery(company, &recoveries[s][w]);
            }
            spoil(company);
            for (size_t s = 0; s < COUNT(sizes); s++) {
                company->people = sizes[s];
                add_flags(company, &recoveries[s][w]);
            }
        }
    for (size_t w = 0; w < WORLD_COUNT; w++)
        for (size_t s = 0; s < COUNT(sizes); s++)
            print_recovery(&worlds[w], sizes[s], &recoveries[s][w]);
    printf("\n## Which prompts are flagged\n\nOne prompt in twelve has the wrong key (who knows is"
           " marked wrong), one in twelve is a coin\ntoss. From 30 first answers on; the share of"
           " prompts flagged.\n\n| rule | world | people | sound | wrong key | coin toss |\n"
           "| --- | --- | --- | --- | --- | --- |\n");
    for (int f = 0; f < FLAG_COUNT; f++)
        for (size_t w = 0; w < WORLD_COUNT; w++)
            for (size_t s = 1; s < COUNT(sizes); s += 2) {
                printf("| %s | %s | %u |", flag_names[f], worlds[w].name, (unsigned)sizes[s]);
                for (int b = 0; b < BLEMISH_COUNT; b++)
                    print_figure(
                        series_ratio(&recoveries[s][w].flagged[f][b], &recoveries[s][w].judged[b]));
                printf("\n");
            }
    printf("\nSigns:\n\n");
    for (size_t w = 0; w < 2; w++) /* in DSR ease hardly shows in a first answer */
        expect(show, "difficulty from 240 people correlates with ease over 0.5",
            (struct figure){ series_mean(&recoveries[COUNT(sizes) - 1][w].correlation).mean - 0.5,
                series_mean(&recoveries[COUNT(sizes) - 1][w].correlation).error });
    printf("\n");
    for (size_t s = 0; s < COUNT(sizes); s++)
        for (size_t w = 0; w < WORLD_COUNT; w++)
            free_recovery(&recoveries[s][w]);
    free(company->firsts);
    free(company);
}

static int compare_firsts(const void *a, const void *b)
{
    const struct first *left = a, *right = b;
    if (left->day != right->day)
        return left->day - right->day;
    return left->person != right->person ? left->person - right->person : left->item - right->item;
}

/* Everybody's half year with one deck; their first answers in the order of days. */
static void live(struct show *show, struct company *company)
{
    struct policy policy = desk_policy("due date", (struct desk){ .min_gap = 7 }, show->desk);
    company->firsts_len = 0;
    memset(company->blemish, 0, sizeof(company->blemish));
    for (uint32_t person = 0; person < PEOPLE_MAX; person++) {
        struct programme programme = { .world = company->world,
            .items = ITEMS,
            .cap = 3,
            .one_deck = true,
            .luck = { company->luck.seed, person } };
        learner_live(&programme, &policy, show->outcome);
        show->lives++;
        keep_first(company, show->outcome, person);
    }
    for (int32_t i = 0; i < ITEMS; i++)
        company->ease[i] = show->outcome->items[i].ease;
    qsort(company->firsts, company->firsts_len, sizeof(*company->firsts), compare_firsts);
}

static void keep_first(struct company *company, const struct outcome *outcome, uint32_t person)
{
    bool seen[ITEMS] = { false };
    for (int32_t i = 0; i < outcome->answers_len; i++) {
        const struct response *answer = &outcome->answers[i];
        if (!answer->answered || seen[answer->item])
            continue;
        seen[answer->item] = true;
        struct first *first = &company->firsts[company->firsts_len++];
        *first = (struct first){ .day = answer->day,
            .person = (int32_t)person,
            .item = answer->item,
            .guess = formats[answer->format].guess,
            .recalled = answer->recalled,
            .correct = answer->correct };
    }
}

/* Some prompts are made bad and answered anew. With a wrong key who recalls picks the decoy; who
 * does not picks it as often as any other. */
static void spoil(struct company *company)
{
    for (int32_t i = 0; i < ITEMS; i++)
        company->blemish[i] = i % 12 == 3 ? WRONG_KEY : i % 12 == 9 ? COIN_TOSS : SOUND;
    for (size_t i = 0; i < company->firsts_len; i++) {
        struct first *first = &company->firsts[i];
        struct luck luck = { company->luck.seed, (uint32_t)first->person };
        double pick = luck_uniform(luck, LUCK_PICKS, (uint32_t)first->item, 0);
        double slips = luck_uniform(luck, LUCK_PICKS, (uint32_t)first->item, 1);
        if (company->blemish[first->item] == WRONG_KEY) {
            first->correct = first->recalled ? slips < slip : pick < first->guess;
            first->decoy =
                first->recalled ? !first->correct : pick >= first->guess && pick < 2 * first->guess;
            continue;
        }
        if (company->blemish[first->item] == COIN_TOSS)
            first->correct = pick < 0.5;
        first->decoy = !first->correct && slips < first->guess / (1 - first->guess);
    }
}

/* part: -1 everybody, else only people whose number is so modulo 2. */
static void estimate_all(struct company *company, int part)
{
    memset(company->items, 0, sizeof(company->items));
    memset(company->persons, 0, sizeof(company->persons));
    memset(company->expected, 0, sizeof(company->expected));
    memset(company->variance, 0, sizeof(company->variance));
    memset(company->correct, 0, sizeof(company->correct));
    memset(company->decoys, 0, sizeof(company->decoys));
    for (size_t i = 0; i < company->firsts_len; i++) {
        const struct first *first = &company->firsts[i];
        if (first->person >= (int32_t)company->people || (part >= 0 && first->person % 2 != part))
            continue;
        struct estimate *item = &company->items[first->item];
        struct estimate *person = &company->persons[first->person];
        double knows = 1 / (1 + exp(item->value - person->value));
        double expected = first->guess + (1 - first->guess) * knows;
        double off = first->correct - expected;
        item->value -= off / (1 + 0.05 * item->answers++);
        person->value += off / (1 + 0.05 * person->answers++);
        item->information += knows * (1 - knows);
        company->expected[first->item] += expected;
        company->variance[first->item] += expected * (1 - expected);
        company->correct[first->item] += first->correct;
        company->decoys[first->item] += first->decoy;
    }
}

static double correlation(const double *a, const double *b, size_t len)
{
    double a_sum = 0, b_sum = 0, both = 0, a_squares = 0, b_squares = 0;
    for (size_t i = 0; i < len; i++) {
        a_sum += a[i] / (double)len;
        b_sum += b[i] / (double)len;
    }
    for (size_t i = 0; i < len; i++) {
        both += (a[i] - a_sum) * (b[i] - b_sum);
        a_squares += (a[i] - a_sum) * (a[i] - a_sum);
        b_squares += (b[i] - b_sum) * (b[i] - b_sum);
    }
    return a_squares > 0 && b_squares > 0 ? both / sqrt(a_squares * b_squares) : 0;
}

static void add_recovery(struct company *company, struct recovery *recovery)
{
    double easy[ITEMS], halves[2][ITEMS], errors[ITEMS] = { 0 }, spread = 0, mean = 0;
    for (int part = 0; part < 2; part++) {
        estimate_all(company, part);
        for (int32_t i = 0; i < ITEMS; i++) {
            halves[part][i] = company->items[i].value;
            errors[i] += 1 / fmax(company->items[i].information, 0.1);
        }
    }
    for (int32_t i = 0; i < ITEMS; i++)
        mean += (halves[0][i] - halves[1][i]) / ITEMS; /* the halves need not agree on zero */
    for (int32_t i = 0; i < ITEMS; i++)
        spread += pow(halves[0][i] - halves[1][i] - mean, 2) / errors[i] / (ITEMS - 1);
    estimate_all(company, -1);
    for (int32_t i = 0; i < ITEMS; i++)
        easy[i] = -company->items[i].value;
    series_add(&recovery->correlation, correlation(easy, company->ease, ITEMS));
    series_add(&recovery->halves, correlation(halves[0], halves[1], ITEMS));
    series_add(&recovery->spread, sqrt(spread));
}

static void add_flags(struct company *company, struct recovery *recovery)
{
    double flagged[FLAG_COUNT][BLEMISH_COUNT] = { { 0 } }, judged[BLEMISH_COUNT] = { 0 };
    estimate_all(company, -1);
    for (int32_t item = 0; item < ITEMS; item++) {
        if (company->items[item].answers < FLAG_ANSWERS_MIN)
            continue;
        judged[company->blemish[item]]++;
        for (int f = 0; f < FLAG_COUNT; f++)
            flagged[f][company->blemish[item]] += is_flagged(company, item, (enum flag)f);
    }
    for (int b = 0; b < BLEMISH_COUNT; b++) {
        series_add(&recovery->judged[b], judged[b]);
        for (int f = 0; f < FLAG_COUNT; f++)
            series_add(&recovery->flagged[f][b], flagged[f][b]);
    }
}

static double rising(const struct company *company, int32_t item)
{
    double ability[PEOPLE_MAX], success[PEOPLE_MAX];
    size_t len = 0;
    for (size_t i = 0; i < company->firsts_len; i++)
        if (company->firsts[i].item == item &&
            company->firsts[i].person < (int32_t)company->people) {
            ability[len] = company->persons[company->firsts[i].person].value;
            success[len++] = company->firsts[i].correct;
        }
    return correlation(ability, success, len);
}

static bool is_flagged(const struct company *company, int32_t item, enum flag flag)
{
    double off = company->correct[item] - company->expected[item];
    double more = company->decoys[item] - company->correct[item];
    double both = company->decoys[item] + company->correct[item];
    switch (flag) {
    case FLAG_LOW: return off < -3 * sqrt(company->variance[item]);
    case FLAG_NOT_RISING: return rising(company, item) <= 0;
    case FLAG_DECOY: return more > 3 * sqrt(both);
    case FLAG_COUNT: break;
    }
    return false;
}

static void print_recovery(
    const struct world *world, uint32_t people, const struct recovery *recovery)
{
    printf("| %s | %u |", world->name, (unsigned)people);
    print_figure(series_mean(&recovery->correlation));
    print_figure(series_mean(&recovery->halves));
    print_figure(series_mean(&recovery->spread));
    printf("\n");
}

static void free_recovery(struct recovery *recovery)
{
    series_free(&recovery->correlation);
    series_free(&recovery->halves);
    series_free(&recovery->spread);
    for (int b = 0; b < BLEMISH_COUNT; b++) {
        series_free(&recovery->judged[b]);
        for (int f = 0; f < FLAG_COUNT; f++)
            series_free(&recovery->flagged[f][b]);
    }
}
