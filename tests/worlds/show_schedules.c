/* nudged itself against what one would otherwise do, under the same cap. */
#include <stdio.h>

#include "nudged/base/macros.h"
#include "worlds/product.h"
#include "worlds/show.h"

struct rival {
    const char *name;
    bool is_product;
    bool simple; /* one that nudged must not be worse than */
    struct desk desk; /* of the product: fill alone */
};

static const struct rival rivals[] = {
    { "nudged", true, false, { .fill = false } },
    { "nudged --fill", true, false, { .fill = true } },
    { "fixed ladder", false, true, { .spacing = BY_LADDER } },
    { "fixed ladder, filled", false, true, { .spacing = BY_LADDER, .fill = true } },
    { "Leitner", false, true, { .spacing = BY_LEITNER } },
    { "Leitner, filled", false, true, { .spacing = BY_LEITNER, .fill = true } },
    { "random", false, true, { .spacing = BY_NOTHING, .order = SHUFFLED } },
    { "weekly quiz", false, true, { .spacing = BY_WEEK, .order = LONGEST_UNASKED } },
    { "longest unasked", false, true, { .spacing = BY_NOTHING, .order = LONGEST_UNASKED } },
    { "FSRS default, 7 days, filled", false, false, { .min_gap = 7, .fill = true } },
};
enum { NUDGED = 0, FILLED = 1, LADDER = 3, RANDOM = 6, RIVALS = COUNT(rivals) };

/* Of the product's rows, the one cell and measure in which a simple policy did best. */
struct finding {
    char what[160];
    struct figure by;
};

struct findings {
    struct finding weak[2 * 2 * 18], signs[2 * 18];
    size_t weak_len, signs_len;
};

static void show_cell(struct show *show, const struct world *world, int32_t items, int32_t cap,
    struct findings *findings);
static void note_signs(const struct group groups[RIVALS], const struct programme *programme,
    struct findings *findings);
static void live(struct show *show, const struct programme *programme, const struct rival *rival,
    struct group *group);
static void print_rows(const struct group groups[RIVALS]);
static void note_weak(const struct group groups[RIVALS], const struct programme *programme,
    struct findings *findings);

void show_schedules(struct show *show)
{
    static struct findings findings;
    if (!show->binary) {
        printf("## Schedules\n\nLeft out: NUDGED_BINARY names no program.\n\n");
        return;
    }
    printf(
        "## Schedules under the same cap and the same luck\n\n"
        "later: recall 90 days after the end; late: over the last 8 weeks; knowledge: over all\n"
        "26; gain: items gained by 100 prompts, against nothing asked. The last columns: nudged\n"
        "--fill less the row, learner by learner. The weekly quiz sends a week's cap at once, on\n"
        "Fridays; filled: what is due next uses a free cap.\n\n");
    findings.weak_len = findings.signs_len = 0;
    for (int32_t items = 24; items <= 72; items += 48)
        for (int32_t cap = 1; cap <= 3; cap++)
            for (size_t w = 0; w < WORLD_COUNT; w++)
                show_cell(show, &worlds[w], items, cap, &findings);
    printf("### Where nudged is weaker\n\nThan the best simple policy that sends no more prompts"
           " (at most 2 %% more), by more than\nthree standard errors:\n\n");
    for (size_t i = 0; i < findings.weak_len; i++)
        printf("- %s: %+.3f ± %.3f\n", findings.weak[i].what, findings.weak[i].by.mean,
            findings.weak[i].by.error);
    printf("%s\n", findings.weak_len ? "" : "- nowhere\n");
    printf("Signs:\n\n");
    for (size_t i = 0; i < findings.signs_len; i++)
        expect(show, findings.signs[i].what, findings.signs[i].by);
    printf("\n");
}

static void show_cell(struct show *show, const struct world *world, int32_t items, int32_t cap,
    struct findings *findings)
{
    struct programme programme = { .world = world, .items = items, .cap = cap };
    struct group groups[RIVALS];
    printf("### %d items, cap %d, %s\n\n", (int)items, (int)cap, world->name);
    for (size_t r = 0; r < RIVALS; r++)
        live(show, &programme, &rivals[r], &groups[r]);
    print_rows(groups);
    note_weak(groups, &programme, findings);
    note_signs(groups, &programme, findings);
    for (size_t r = 0; r < RIVALS; r++)
        group_free(&groups[r]);
    fflush(stdout);
}

static void live(struct show *show, const struct programme *programme, const struct rival *rival,
    struct group *group)
{
    struct product *product = NULL;
    struct policy policy;
    if (rival->is_product) {
        product = product_open(show->binary, rival->desk.fill);
        policy = product_policy(rival->name, product);
    } else {
        policy = desk_policy(rival->name, rival->desk, show->desk);
    }
    group_live(show, programme, &policy, group, NULL, NULL);
    show->lines += product ? product_lines(product) : 0;
    product_close(product);
}

static void print_rows(const struct group groups[RIVALS])
{
    const struct group *filled = &groups[FILLED];
    printf("| | later | late | knowledge | gain | prompts | nudged --fill above: later | late |\n"
           "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (size_t r = 0; r < RIVALS; r++) {
        const struct group *group = &groups[r];
        printf("| %s |", rivals[r].name);
        print_figure(series_mean(&group->later));
        print_figure(series_mean(&group->late));
        print_figure(series_mean(&group->knowledge));
        struct figure gain = series_mean(&group->gain);
        printf(" %.2f ± %.2f | %.0f |", gain.mean, gain.error, series_mean(&group->prompts).mean);
        if (r == FILLED)
            printf(" | |");
        else {
            print_signed(series_difference(&filled->later, &group->later));
            print_signed(series_difference(&filled->late, &group->late));
        }
        printf("\n");
    }
    printf("\n");
}

/* Each of the product's rows against the best simple one that spends no more. */
static void note_weak(
    const struct group groups[RIVALS], const struct programme *programme, struct findings *findings)
{
    static const struct {
        const char *name;
        size_t at;
    } measures[] = {
        { "later", offsetof(struct group, later) },
        { "late", offsetof(struct group, late) },
    };
    for (size_t own = NUDGED; own <= FILLED; own++)
        for (size_t m = 0; m < COUNT(measures); m++) {
            const void *a = (const char *)&groups[own] + measures[m].at;
            double enough = 1.02 * series_mean(&groups[own].prompts).mean;
            struct figure least = { 0 };
            size_t best = 0;
            for (size_t r = FILLED + 1; r < RIVALS; r++) {
                const void *b = (const char *)&groups[r] + measures[m].at;
                struct figure by = series_difference(a, b);
                if (!rivals[r].simple || series_mean(&groups[r].prompts).mean > enough ||
                    by.mean >= least.mean)
                    continue;
                least = by;
                best = r;
            }
            if (!best || figure_sigmas(least) > -3)
                continue;
            struct finding *weak = &findings->weak[findings->weak_len++];
            weak->by = least;
            snprintf(weak->what, sizeof(weak->what), "%d items, cap %d, %s, %s: %s, %s",
                (int)programme->items, (int)programme->cap, programme->world->name,
                measures[m].name, rivals[own].name, rivals[best].name);
        }
}

/* Where the cap binds, ACT-R and MCM tell what is due from what is not. Under a backlog a prompt
 * that was not answered must keep its place in the queue: the ladder's does. */
static void note_signs(
    const struct group groups[RIVALS], const struct programme *programme, struct findings *findings)
{
    static const double nearly = 0.003;
    if (programme->world == &worlds[2] || (programme->items == 24 && programme->cap > 1))
        return;
    const struct series *later = &groups[FILLED].later;
    struct finding *sign = &findings->signs[findings->signs_len++];
    sign->by = series_difference(later, &groups[RANDOM].later);
    snprintf(sign->what, sizeof(sign->what), "%d items, cap %d, %s: nudged --fill above random",
        (int)programme->items, (int)programme->cap, programme->world->name);
    if (programme->items == 24)
        return;
    sign = &findings->signs[findings->signs_len++];
    sign->by = series_difference(later, &groups[LADDER].later);
    sign->by.mean += nearly;
    snprintf(sign->what, sizeof(sign->what),
        "%d items, cap %d, %s: nudged --fill and %.3f above the ladder, filled",
        (int)programme->items, (int)programme->cap, programme->world->name, nearly);
}
