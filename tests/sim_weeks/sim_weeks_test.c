/* Seeded weeks of the whole bot, shared among as many processes as there are cores. What is
 * checked where is at the head of support/week_oracle.c.
 *
 *   COUNT=500           so many weeks, or NUDGED_SIM_SEEDS (default 12)
 *   SEED=3              which ones: each number has a hundred thousand seeds of its own (default 0)
 *   NUDGED_SIM_JOBS=1   so many processes
 *   NUDGED_SIM_SEED=17  this seed alone, with every event on standard error and its hash at the end
 *
 * Every hundredth seed, and the first, is played twice: the traces must have the same hash. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/week.h"

enum {
    COUNT_DEFAULT = 12,
    FAULTS_MIN = 100,
    EVERY_KIND_FROM = 40, /* of so many weeks no kind of misfortune may be missing */
    REPLAY_EVERY = 100,
    JOBS_MAX = 64
};

/* Of one process; shared with the parent. */
struct share {
    struct week_counts counts;
    uint64_t weeks, replays;
    uint64_t faults_min;
    bool done;
};

static uint64_t number_from(const char *name, uint64_t fallback)
{
    uint64_t number = fallback;
    struct str text = str_from_z(getenv(name));
    if (text.len && !str_to_uint64(text, &number)) {
        fprintf(stderr, "%s is not a number\n", name);
        exit(EXIT_FAILURE);
    }
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

static void broken(uint64_t seed, const char *what, uint64_t number)
{
    fprintf(stderr, "seed %llu: %s (%llu)\n  again: NUDGED_SIM_SEED=%llu ./dev test -R sim_weeks\n",
        (unsigned long long)seed, what, (unsigned long long)number, (unsigned long long)seed);
    exit(EXIT_FAILURE);
}

static void play_one(uint64_t seed, bool twice, struct share *share)
{
    struct week_counts counts, again;
    uint64_t hash, hash_again;
    week_play(seed, false, &counts, &hash);
    uint64_t faults = misfortunes_of(&counts);
    if (faults < FAULTS_MIN)
        broken(seed, "too few misfortunes", faults);
    if (twice) {
        week_play(seed, false, &again, &hash_again);
        if (hash != hash_again || memcmp(&counts, &again, sizeof(counts)) != 0)
            broken(seed, "the same seed gave another week", hash_again);
        share->replays++;
    }
    if (!share->weeks++ || faults < share->faults_min)
        share->faults_min = faults;
    add(&share->counts, &counts);
}

/* Never returns. The seeds from + at, from + at + step ... are this process's. */
static void work(uint64_t from, uint64_t count, uint64_t at, uint64_t step, struct share *share)
{
    /* A week frees nearly everything it took; giving it back to the system would only cost. */
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 30);
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
    for (; at < count; at += step)
        play_one(from + at, at % REPLAY_EVERY == 0, share);
    share->done = true;
    exit(EXIT_SUCCESS);
}

static uint64_t check_kinds(const struct week_counts *sum, bool demanded)
{
    uint64_t missing = 0;
    for (enum sim_fault kind = SIM_FAULT_NONE + 1; kind < SIM_FAULT_COUNT; kind++) {
        printf("  %-20s %llu\n", sim_fault_name(kind), (unsigned long long)sum->faults[kind]);
        missing += !sum->faults[kind];
    }
    for (int i = 0; i < WEEK_MISFORTUNES; i++) {
        printf("  %-20s %llu\n", week_misfortune_name((enum week_misfortune)i),
            (unsigned long long)sum->misfortunes[i]);
        missing += !sum->misfortunes[i];
    }
    static const char *const states[SIM_LINK_STATES] = { "DIALLING", "OPEN", "RESTING",
        "REFRESHING", "DRAINING" };
    for (int i = 0; i < SIM_LINK_STATES; i++) {
        printf("  broke while %-8s %llu\n", states[i], (unsigned long long)sum->cuts[i]);
        missing += !sum->cuts[i];
    }
    printf("  people whose clocks changed %llu; year ends %llu, weeks 53 %llu, leap days %llu\n",
        (unsigned long long)sum->people_with_clock_change, (unsigned long long)sum->year_ends,
        (unsigned long long)sum->weeks_53, (unsigned long long)sum->leap_days);
    const uint64_t others[] = { sum->people_with_clock_change, sum->year_ends, sum->weeks_53,
        sum->leap_days, sum->fits, sum->answers, sum->questions, sum->digests, sum->forms };
    for (size_t i = 0; i < COUNT(others); i++)
        missing += !others[i];
    return demanded ? missing : 0;
}

static int report(const struct share *shares, uint64_t jobs, uint64_t count, uint64_t from)
{
    struct share sum = { 0 };
    for (uint64_t i = 0; i < jobs; i++) {
        add(&sum.counts, &shares[i].counts);
        sum.weeks += shares[i].weeks;
        sum.replays += shares[i].replays;
        if (!sum.faults_min || (shares[i].weeks && shares[i].faults_min < sum.faults_min))
            sum.faults_min = shares[i].faults_min;
        if (!shares[i].done)
            return EXIT_FAILURE;
    }
    const struct week_counts *counts = &sum.counts;
    printf("seeds %llu to %llu\n", (unsigned long long)from,
        (unsigned long long)(from + count - 1));
    uint64_t missing = check_kinds(counts, count >= EVERY_KIND_FROM);
    printf("%llu events, %llu clicks, %llu lines, %llu commands, %llu forms, %llu digests\n",
        (unsigned long long)counts->steps, (unsigned long long)counts->clicks,
        (unsigned long long)counts->lines, (unsigned long long)counts->commands,
        (unsigned long long)counts->forms, (unsigned long long)counts->digests);
    if (missing)
        fprintf(stderr, "%llu kinds never happened\n", (unsigned long long)missing);
    else
        printf("proved: %llu weeks of %d people, %llu faults (at least %llu a week), "
               "%llu questions, %llu answers, %llu fits, 0 invariants broken, "
               "%llu weeks replayed to the same "
               "hash\n",
            (unsigned long long)sum.weeks, WEEK_PEOPLE,
            (unsigned long long)misfortunes_of(counts), (unsigned long long)sum.faults_min,
            (unsigned long long)counts->questions, (unsigned long long)counts->answers,
            (unsigned long long)counts->fits,
            (unsigned long long)sum.replays);
    return missing ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int play_alone(uint64_t seed)
{
    struct week_counts counts;
    uint64_t hash;
    week_play(seed, true, &counts, &hash);
    printf("proved: seed %llu, %llu faults, 0 invariants broken, trace hash %016llx\n",
        (unsigned long long)seed, (unsigned long long)misfortunes_of(&counts),
        (unsigned long long)hash);
    return EXIT_SUCCESS;
}

int main(void)
{
    uint64_t count = number_from("COUNT", number_from("NUDGED_SIM_SEEDS", COUNT_DEFAULT)),
             only = number_from("NUDGED_SIM_SEED", 0);
    uint64_t from = number_from("SEED", 0) % 1000000000 * 100000 + 1;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t jobs = number_from("NUDGED_SIM_JOBS", cores > 0 ? (uint64_t)cores : 1);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (only)
        return play_alone(only);
    jobs = jobs > JOBS_MAX ? JOBS_MAX : jobs > count ? count : jobs ? jobs : 1;
    struct share *shares = mmap(NULL, jobs * sizeof(*shares), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(shares != MAP_FAILED);
    for (uint64_t i = 0; i < jobs; i++) {
        pid_t child = fork();
        REQUIRE(child >= 0);
        if (!child)
            work(from, count, i, jobs, &shares[i]);
    }
    while (wait(NULL) > 0)
        continue;
    return report(shares, jobs, count, from);
}
