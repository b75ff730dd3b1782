/* What schedules and evidence rules are worth in three worlds of forgetting that nudged does not
 * believe in: tables with standard errors, whatever they say, and a few signs that must show.
 *
 *   COUNT           learners of each row (default 200)
 *   SEED            their luck (default 1)
 *   NUDGED_BINARY   the nudged to be judged; without it the rows of the product are left out
 *
 * Usage: worlds [TABLE ...], of: worlds gaps orders memory fits evidence items schedules */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/base/macros.h"
#include "worlds/show.h"

static const struct {
    const char *name;
    void (*show)(struct show *show);
} tables[] = {
    { "worlds", show_worlds },
    { "gaps", show_gaps },
    { "orders", show_orders },
    { "memory", show_memory },
    { "fits", show_fits },
    { "evidence", show_evidence },
    { "items", show_items },
    { "schedules", show_schedules },
};

static uint64_t number_of(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 10) : fallback;
}

static bool is_wanted(const char *name, int argc, char **argv)
{
    bool wanted = argc < 2;
    for (int i = 1; i < argc; i++)
        wanted = wanted || strcmp(argv[i], name) == 0;
    return wanted;
}

int main(int argc, char **argv)
{
    struct show show = { .seed = number_of("SEED", 1),
        .learners = (uint32_t)number_of("COUNT", 200),
        .binary = getenv("NUDGED_BINARY"),
        .outcome = calloc(1, sizeof(struct outcome)),
        .desk = calloc(1, sizeof(struct desk_state)) };
    REQUIRE(show.outcome && show.desk);
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < COUNT(tables); i++)
        if (is_wanted(tables[i].name, argc, argv)) {
            tables[i].show(&show);
            fflush(stdout);
        }
    free(show.outcome);
    free(show.desk);
    if (show.prompts_broken)
        printf("BROKEN: %u prompts of items unknown, twice or shown the same day\n",
            (unsigned)show.prompts_broken);
    printf("%s: %u of %u signs, %u half years lived through, %llu lines to nudged\n",
        show.broken || show.prompts_broken ? "BROKEN" : "proved",
        (unsigned)(show.expected - show.broken), (unsigned)show.expected, (unsigned)show.lives,
        (unsigned long long)show.lines);
    return show.broken || show.prompts_broken ? EXIT_FAILURE : EXIT_SUCCESS;
}
