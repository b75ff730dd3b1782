/* The worlds themselves, and one thing changed at a time in a policy of our own. */
#include <stdio.h>

#include "nudged/base/macros.h"
#include "worlds/show.h"

struct variant {
    const char *name;
    struct desk desk;
};

/* The same learners under each variant, in all worlds: groups[variant][world]. */
static void live_all(struct show *show, int32_t items, int32_t cap, const struct variant *variants,
    size_t len, struct group groups[][WORLD_COUNT]);
static void print_recall(
    const struct variant *variants, size_t len, struct group groups[][WORLD_COUNT]);
static void free_all(struct group groups[][WORLD_COUNT], size_t len);

void show_worlds(struct show *show)
{
    static const double days[] = { 1, 7, 30, 90 };
    static const double least[] = { 0.60, 0.42, 0.24, 0.12 }, most[] = { 0.66, 0.50, 0.355, 0.235 };
    printf("## The worlds: recall after one study, nothing asked\n\n"
           "For a middling learner and item; below, the mean of %u learners and 24 items each.\n\n"
           "| world | 1 day | 7 days | 30 days | 90 days |\n| --- | --- | --- | --- | --- |\n",
        (unsigned)show->learners);
    for (size_t w = 0; w < WORLD_COUNT; w++) {
        static struct memory middling; /* too big for the stack */
        middling = (struct memory){ 0 };
        worlds[w].happen(&middling, STUDIED, 0);
        printf("| %s |", worlds[w].name);
        for (size_t d = 0; d < COUNT(days); d++) {
            double recall = worlds[w].recall(&middling, days[d]);
            printf(" %.3f |", recall);
            show->expected++;
            show->broken += !(recall > least[d] && recall < most[d]);
        }
        printf("\n| %s, mean |", worlds[w].name);
        for (size_t d = 0; d < COUNT(days); d++) {
            struct series series = { 0 };
            for (uint32_t l = 0; l < show->learners; l++) {
                double ability = 0.35 * luck_normal((struct luck){ show->seed, l }, 0, 0, 0),
                       sum = 0;
                for (uint32_t i = 0; i < 24; i++) {
                    middling = (struct memory){ .offset = ability +
                            0.5 * luck_normal((struct luck){ show->seed, l }, LUCK_EASE, i, 0) };
                    worlds[w].happen(&middling, STUDIED, 0);
                    sum += worlds[w].recall(&middling, days[d]) / 24;
                }
                series_add(&series, sum);
            }
            print_figure(series_mean(&series));
            series_free(&series);
        }
        printf("\n");
    }
    printf("\n");
}

void show_gaps(struct show *show)
{
    static const struct variant variants[] = {
        { "no minimum", { .fill = true } },
        { "7 days", { .fill = true, .min_gap = 7 } },
        { "14 days", { .fill = true, .min_gap = 14 } },
    };
    enum { NONE, FORTNIGHT = 2 };
    struct group groups[COUNT(variants)][WORLD_COUNT];
    for (int32_t cap = 2; cap <= 3; cap++) {
        printf("## Least gap from the second answer on: 24 items, cap %d\n\n"
               "Longest due first, a free cap filled with what is due next, so that all send as\n"
               "many prompts; FSRS-6 with its default weights. Recall 90 days after the end.\n\n",
            (int)cap);
        live_all(show, 24, cap, variants, COUNT(variants), groups);
        print_recall(variants, COUNT(variants), groups);
        for (size_t w = 0; w < 2 && cap == 2; w++)
            expect(show, "14 days above no minimum",
                series_difference(&groups[FORTNIGHT][w].later, &groups[NONE][w].later));
        if (cap == 3) /* DSR likes them close together, and there the gap leaves prompts unused */
            expect(show, "DSR: no minimum above 14 days",
                series_difference(&groups[NONE][2].later, &groups[FORTNIGHT][2].later));
        printf("\n");
        free_all(groups, COUNT(variants));
    }
}

void show_orders(struct show *show)
{
    static const struct variant variants[] = {
        { "due date", { .order = LONGEST_DUE } },
        { "relative overdueness", { .order = RELATIVE_OVERDUE } },
        { "recall ascending", { .order = RECALL_ASCENDING } },
        { "most gain by the end", { .order = MOST_GAIN } },
        { "difficulty ascending", { .order = EASIEST } },
        { "stability descending", { .order = MOST_STABLE } },
        { "recall descending", { .order = RECALL_DESCENDING } },
        { "random among due", { .order = SHUFFLED } },
        { "longest unasked, due or not", { .spacing = BY_NOTHING, .order = LONGEST_UNASKED } },
        { "random, due or not", { .spacing = BY_NOTHING, .order = SHUFFLED } },
    };
    enum { DUE_DATE = 0, DESCENDING = 6, RANDOM = 9 };
    struct group groups[COUNT(variants)][WORLD_COUNT];
    printf(
        "## Order of sending: 72 items, cap 3\n\nMore is due than the cap carries. FSRS-6 with its"
        " default weights; recall 90 days after the end.\n\n");
    live_all(show, 72, 3, variants, COUNT(variants), groups);
    print_recall(variants, COUNT(variants), groups);
    for (size_t w = 0; w < WORLD_COUNT; w++) {
        printf("%s", w ? "" : "Signs:\n\n");
        struct series *due = &groups[DUE_DATE][w].later;
        expect(show, "due date above recall descending",
            series_difference(due, &groups[DESCENDING][w].later));
        if (w < 2) { /* in DSR random is hardly worse */
            expect(show, "due date above random", series_difference(due, &groups[RANDOM][w].later));
        }
    }
    printf("\n");
    free_all(groups, COUNT(variants));
}

void show_memory(struct show *show)
{
    static const struct variant mappings[] = {
        { "Good or Again", { .mapping = GOOD_OR_AGAIN } },
        { "four grades by latency", { .mapping = BY_LATENCY } },
        { "slow guessable hits Hard or Again", { .mapping = GUESS_AWARE } },
        { "slow guessable hits Hard", { .mapping = BY_TABLE } },
    };
    static const struct variant studies[] = {
        { "study gives no rating", { .exposure_counts = false } },
        { "study counts as Good", { .exposure_counts = true } },
    };
    struct group groups[COUNT(mappings)][WORLD_COUNT];
    printf("## From an answer to a rating: 24 items, cap 2\n\nDue date order, nothing filled.\n\n");
    live_all(show, 24, 2, mappings, COUNT(mappings), groups);
    print_recall(mappings, COUNT(mappings), groups);
    free_all(groups, COUNT(mappings));
    for (int32_t items = 24; items <= 72; items += 48) {
        printf("## Study taken for an answer: %d items, cap 2\n\n", (int)items);
        live_all(show, items, 2, studies, COUNT(studies), groups);
        print_recall(studies, COUNT(studies), groups);
        printf("Log loss of the predicted chance of a correct answer above that of the true one,\n"
               "from the second answer on (0: as good as knowing the world):\n\n"
               "| | ACT-R | MCM | DSR |\n| --- | --- | --- | --- |\n");
        for (size_t v = 0; v < COUNT(studies); v++) {
            printf("| %s |", studies[v].name);
            for (size_t w = 0; w < WORLD_COUNT; w++)
                print_figure(series_mean(&groups[v][w].excess));
            printf("\n");
        }
        printf("| difference |");
        for (size_t w = 0; w < WORLD_COUNT; w++)
            print_signed(series_difference(&groups[1][w].excess, &groups[0][w].excess));
        printf("\n\n");
        for (size_t w = 0; w < WORLD_COUNT; w += 2) /* in MCM it is worse, but less */
            expect(show, "study as Good predicts worse",
                series_difference(&groups[1][w].excess, &groups[0][w].excess));
        printf("\n");
        free_all(groups, COUNT(studies));
    }
}

static void live_all(struct show *show, int32_t items, int32_t cap, const struct variant *variants,
    size_t len, struct group groups[][WORLD_COUNT])
{
    for (size_t v = 0; v < len; v++) {
        struct policy policy = desk_policy(variants[v].name, variants[v].desk, show->desk);
        for (size_t w = 0; w < WORLD_COUNT; w++) {
            struct programme programme = { .world = &worlds[w], .items = items, .cap = cap };
            group_live(show, &programme, &policy, &groups[v][w], NULL, NULL);
        }
    }
}

/* Each variant, then how much it is above the first. */
static void print_recall(
    const struct variant *variants, size_t len, struct group groups[][WORLD_COUNT])
{
    printf("| | ACT-R | above the first | prompts | MCM | above the first | prompts | DSR |"
           " above the first | prompts |\n"
           "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (size_t v = 0; v < len; v++) {
        printf("| %s |", variants[v].name);
        for (size_t w = 0; w < WORLD_COUNT; w++) {
            print_figure(series_mean(&groups[v][w].later));
            if (v)
                print_signed(series_difference(&groups[v][w].later, &groups[0][w].later));
            else
                printf(" |");
            printf(" %.0f |", series_mean(&groups[v][w].prompts).mean);
        }
        printf("\n");
    }
    printf("\n");
}

static void free_all(struct group groups[][WORLD_COUNT], size_t len)
{
    for (size_t v = 0; v < len; v++)
        for (size_t w = 0; w < WORLD_COUNT; w++)
            group_free(&groups[v][w]);
}
