/* Seeded weeks of the whole bot.
 *
 *   NUDGED_SIM_SEEDS=500   so many weeks (default 12), from seed 1
 *   NUDGED_SIM_SEED=17     this one alone, with every event on standard error */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/week.h"

enum { SEEDS_DEFAULT = 12, SEEDS_FOR_EVERY_KIND = 12, FAULTS_MIN = 100 };

static uint64_t number_from(const char *name, uint64_t fallback)
{
    uint64_t number = fallback;
    struct str text = str_from_z(getenv(name));
    if (text.len && !str_to_uint64(text, &number))
        fail_msg("%s is not a number", name);
    return number;
}

static uint64_t misfortunes_of(const struct week_counts *counts)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < WEEK_MISFORTUNES; i++)
        sum += counts->misfortunes[i];
    for (size_t i = 0; i < SIM_FAULT_COUNT; i++)
        sum += counts->faults[i];
    return sum;
}

static void add(struct week_counts *sum, const struct week_counts *one)
{
    uint64_t *to = (uint64_t *)sum;
    const uint64_t *from = (const uint64_t *)one;
    for (size_t i = 0; i < sizeof(*sum) / sizeof(uint64_t); i++)
        to[i] += from[i];
}

static void report(const struct week_counts *sum, uint64_t weeks)
{
    printf("%llu weeks: %llu events, %llu questions, %llu answers, %llu clicks, "
           "%llu lines, %llu commands, "
           "%llu forms, %llu digests\n",
        (unsigned long long)weeks, (unsigned long long)sum->steps,
        (unsigned long long)sum->questions, (unsigned long long)sum->answers,
        (unsigned long long)sum->clicks, (unsigned long long)sum->lines,
        (unsigned long long)sum->commands, (unsigned long long)sum->forms,
        (unsigned long long)sum->digests);
    for (enum sim_fault kind = SIM_FAULT_NONE + 1; kind < SIM_FAULT_COUNT; kind++)
        printf("  %-20s %llu\n", sim_fault_name(kind), (unsigned long long)sum->faults[kind]);
    for (int i = 0; i < WEEK_MISFORTUNES; i++)
        printf("  %-20s %llu\n", week_misfortune_name((enum week_misfortune)i),
            (unsigned long long)sum->misfortunes[i]);
}

static void no_invariant_breaks(void **state)
{
    (void)state;
    uint64_t seeds = number_from("NUDGED_SIM_SEEDS", SEEDS_DEFAULT),
             only = number_from("NUDGED_SIM_SEED", 0);
    struct week_counts sum = { 0 };
    uint64_t from = only ? only : 1, to = only ? only : seeds;
    for (uint64_t seed = from; seed <= to; seed++) {
        struct week_counts counts;
        uint64_t hash;
        week_play(seed, only != 0, &counts, &hash);
        if (misfortunes_of(&counts) < FAULTS_MIN)
            fail_msg("seed %llu: only %llu misfortunes", (unsigned long long)seed,
                (unsigned long long)misfortunes_of(&counts));
        add(&sum, &counts);
    }
    report(&sum, to - from + 1);
    if (to - from + 1 < SEEDS_FOR_EVERY_KIND)
        return;
    for (enum sim_fault kind = SIM_FAULT_NONE + 1; kind < SIM_FAULT_COUNT; kind++)
        if (!sum.faults[kind])
            fail_msg("%s never happened", sim_fault_name(kind));
    for (int i = 0; i < WEEK_MISFORTUNES; i++)
        if (!sum.misfortunes[i])
            fail_msg("%s never happened", week_misfortune_name((enum week_misfortune)i));
    assert_true(sum.answers && sum.questions && sum.digests && sum.forms);
}

static void the_same_seed_is_the_same_week(void **state)
{
    (void)state;
    if (number_from("NUDGED_SIM_SEED", 0))
        return;
    struct week_counts first, again;
    uint64_t first_hash, again_hash;
    week_play(1001, false, &first, &first_hash);
    week_play(1001, false, &again, &again_hash);
    assert_int_equal(first_hash, again_hash);
    assert_memory_equal(&first, &again, sizeof(first));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_invariant_breaks),
        cmocka_unit_test(the_same_seed_is_the_same_week),
    };
    setvbuf(stdout, NULL, _IOLBF, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
