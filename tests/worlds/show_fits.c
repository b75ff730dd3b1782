/* How many answers a fit needs before its weights predict better, in worlds that follow no weights
 * at all. */
#include <stdio.h>
#include <stdlib.h>

#include "nudged/base/macros.h"
#include "worlds/show.h"
#include "worlds/verdict.h"

enum { ITEMS = 24, PEOPLE_MAX = 100, COMPANIES = 12 };
static const uint32_t sizes[] = { 3, 6, 12, 25, 50, PEOPLE_MAX };

/* Of the companies of one size in one world. */
struct trial {
    struct series answers, in_use, candidate, constant, adopted, others;
};

static void live(
    struct show *show, const struct world *world, uint32_t company, struct history *histories);
static void try_fit(
    const struct history *own, const struct history *others, uint32_t people, struct trial *trial);
static void print_trial(const struct world *world, const struct trial *trial);
static void trial_free(struct trial *trial);

/* A company's answers are held against those of the next one, which nobody learnt from. */
void show_fits(struct show *show)
{
    static struct trial trials[WORLD_COUNT][COUNT(sizes)];
    size_t room = (size_t)PEOPLE_MAX * ITEMS;
    struct history *histories = calloc((COMPANIES + 1) * room, sizeof(*histories));
    REQUIRE(histories);
    printf(
        "## How many answers before a fit predicts better\n\n"
        "Mean log loss over the newest fifth of %d companies' answers each: the default weights,\n"
        "those fitted to the four fifths before, a constant share of right answers. Adopted: how\n"
        "often nudged would take them. Others: on all answers of as many people of another\n"
        "company, adopted or default weights less the default ones (below 0: better).\n\n"
        "| world | answers | default | fitted | constant | adopted | others |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n",
        COMPANIES);
    for (size_t w = 0; w < WORLD_COUNT; w++) {
        for (uint32_t c = 0; c <= COMPANIES; c++)
            live(show, &worlds[w], c, &histories[c * room]);
        for (size_t s = 0; s < COUNT(sizes); s++) {
            struct trial *trial = &trials[w][s];
            *trial = (struct trial){ 0 };
            for (uint32_t c = 0; c < COMPANIES; c++)
                try_fit(&histories[c * room], &histories[(c + 1) * room], sizes[s], trial);
            print_trial(&worlds[w], trial);
        }
    }
    free(histories);
    printf("\nSigns:\n\n");
    for (size_t w = 0; w < WORLD_COUNT; w++) {
        struct trial *most = &trials[w][COUNT(sizes) - 1];
        char what[96];
        snprintf(what, sizeof(what), "%s: default predicts worse than a fit to %d people",
            worlds[w].name, PEOPLE_MAX);
        expect(show, what, series_difference(&most->in_use, &most->candidate));
        for (size_t s = 0; s < COUNT(sizes); s++)
            trial_free(&trials[w][s]);
    }
    printf("\n");
}

static void live(
    struct show *show, const struct world *world, uint32_t company, struct history *histories)
{
    struct policy policy = desk_policy("due date", (struct desk){ .min_gap = 7 }, show->desk);
    for (uint32_t person = 0; person < PEOPLE_MAX; person++) {
        struct programme programme = { .world = world,
            .items = ITEMS,
            .cap = 2,
            .luck = { show->seed + 7919 * (company + 1), person } };
        learner_live(&programme, &policy, show->outcome);
        show->lives++;
        for (int32_t item = 0; item < ITEMS; item++)
            verdict_gather(show->outcome, item, histories++);
    }
}

static void try_fit(
    const struct history *own, const struct history *others, uint32_t people, struct trial *trial)
{
    size_t len = (size_t)people * ITEMS;
    struct fit_result fit = verdict_fit(own, len);
    double by_default = verdict_loss(others, len, &review_weights_default);
    double by_adopted = fit.better ? verdict_loss(others, len, &fit.weights) : by_default;
    series_add(&trial->answers, (double)fit.answers);
    series_add(&trial->in_use, fit.loss_in_use);
    series_add(&trial->candidate, fit.loss_candidate);
    series_add(&trial->constant, fit.loss_constant);
    series_add(&trial->adopted, fit.better);
    series_add(&trial->others, by_adopted - by_default);
}

static void print_trial(const struct world *world, const struct trial *trial)
{
    printf("| %s | %.0f |", world->name, series_mean(&trial->answers).mean);
    print_figure(series_mean(&trial->in_use));
    print_figure(series_mean(&trial->candidate));
    print_figure(series_mean(&trial->constant));
    printf(" %.0f of %d |", series_mean(&trial->adopted).mean * COMPANIES, COMPANIES);
    print_signed(series_mean(&trial->others));
    printf("\n");
}

static void trial_free(struct trial *trial)
{
    series_free(&trial->answers);
    series_free(&trial->in_use);
    series_free(&trial->candidate);
    series_free(&trial->constant);
    series_free(&trial->adopted);
    series_free(&trial->others);
}
