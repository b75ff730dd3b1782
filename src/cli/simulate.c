/* nudged simulate: half a year of made-up people, asked as the daemon would ask them, in worlds of
 * forgetting that do not follow its memory model.
 *
 * Plays and prints; reads a configuration and a store when told to, and changes neither. */
#include "simulate.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "simulate_live.h"

enum { OPTION_CONFIG, OPTION_WORLD, OPTION_POLICY, OPTION_PEOPLE, OPTION_ITEMS, OPTION_CAP,
       OPTION_WEEKS, OPTION_SEED, OPTION_RATE, OPTION_RETENTION, OPTION_FILL, OPTION_SVG };
static const struct option_row options[] = {
    [OPTION_CONFIG] = { "config", "FILE", "take people, items, cap, weights from here" },
    [OPTION_WORLD] = { "world", "W", "act-r, mcm or dsr alone" },
    [OPTION_POLICY] = { "policy", "P", "fsrs, fixed, leitner or random alone" },
    [OPTION_PEOPLE] = { "people", "N", "how many are played (200)" },
    [OPTION_ITEMS] = { "items", "N", "how much they learn (24)" },
    [OPTION_CAP] = { "cap", "N", "questions a workday at most, 1-3 (2)" },
    [OPTION_WEEKS] = { "weeks", "N", "of questions; 13 without follow (26)" },
    [OPTION_SEED] = { "seed", "N", "another luck (1)" },
    [OPTION_RATE] = { "answer-rate", "R", "of questions on average (0.75)" },
    [OPTION_RETENTION] = { "retention", "R", "expected recall to ask at (0.90)" },
    [OPTION_FILL] = { "fill", NULL, "use the whole cap also when nothing is due" },
    [OPTION_SVG] = { "svg", "FILE", "the curves as a picture" },
};

static int read_setup(const struct arguments *arguments, struct simulate_setup *setup);
static int read_one(const char *given, const char *option, const char *const *names, size_t len,
    unsigned *bits);
static int read_number(
    const char *given, const char *option, double min, double max, bool whole, double *out);
static int play(const struct simulate_setup *setup, unsigned worlds, unsigned policies,
    const char *svg);
static void print_head(const struct simulate_setup *setup, struct buf *out);
static void print_row(enum forgetting world, enum policy policy, bool first,
    const struct simulate_found *found, struct buf *out);
static void print_foot(unsigned policies, struct buf *out);
static int write_svg(const char *file, struct str text);

static const char *const worlds_by_name[] = { "act-r", "mcm", "dsr" };
static const char *const policies_by_name[] = { "fsrs", "fixed", "leitner", "random" };

static int simulate_run(const struct arguments *arguments)
{
    struct simulate_setup setup = { .people = 200, .items = 24, .cap = 2, .weeks = 26, .seed = 1,
        .answer_rate = 0.75,
        .rules = { .settings = { .hours = HOURS_DEFAULT, .cap = SIMULATE_CAP_MAX,
                       .min_gap_days = 7 },
            .deck = { .id = STR_INIT("items"), .desired_retention = 0.90, .min_gap_days = -1 },
            .refit = true } };
    struct review_weights weights = review_weights_default;
    unsigned worlds = (1U << FORGETTING_COUNT) - 1, policies = (1U << POLICY_COUNT) - 1;
    int code = EXIT_OK;
    setup.rules.weights = &weights;
    if (arguments->values[OPTION_CONFIG])
        code = simulate_live(arguments->values[OPTION_CONFIG], &setup, &weights);
    if (!code)
        code = read_setup(arguments, &setup);
    if (!code)
        code = read_one(arguments->values[OPTION_WORLD], "world", worlds_by_name,
            COUNT(worlds_by_name), &worlds);
    if (!code)
        code = read_one(arguments->values[OPTION_POLICY], "policy", policies_by_name,
            COUNT(policies_by_name), &policies);
    return code ? code : play(&setup, worlds, policies, arguments->values[OPTION_SVG]);
}

const struct subcommand subcommand_simulate = {
    .name = "simulate",
    .help = "play half a year of made-up people: how many questions, what is remembered\n\n"
            "Under the same cap the policies differ little: what is asked first and whether the\n"
            "cap is used decide, the formula of the intervals hardly does, and where more is due\n"
            "than the cap lets through, the retention asked for changes next to nothing. Two\n"
            "rows that differ by less than three standard errors do not differ. The worlds are\n"
            "assumptions: they compare schedules and foretell nobody's recall.",
    .options = options, .options_len = COUNT(options), .run = simulate_run,
};

static int read_setup(const struct arguments *arguments, struct simulate_setup *setup)
{
    double people = setup->people, items = setup->items, cap = setup->cap, weeks = setup->weeks,
        seed = (double)setup->seed;
    const struct {
        int option;
        double min, max;
        bool whole;
        double *number;
    } rows[] = {
        { OPTION_PEOPLE, 2, SIMULATE_PEOPLE_MAX, true, &people },
        { OPTION_ITEMS, 1, SIMULATE_ITEMS_MAX, true, &items },
        { OPTION_CAP, 1, SIMULATE_CAP_MAX, true, &cap },
        { OPTION_WEEKS, 1, SIMULATE_WEEKS_MAX, true, &weeks },
        { OPTION_SEED, 0, 1e15, true, &seed },
        { OPTION_RATE, 0.05, 0.98, false, &setup->answer_rate },
        { OPTION_RETENTION, 0.70, 0.97, false, &setup->rules.deck.desired_retention },
    };
    int code = EXIT_OK;
    for (size_t i = 0; !code && i < COUNT(rows); i++)
        code = read_number(arguments->values[rows[i].option], options[rows[i].option].name,
            rows[i].min, rows[i].max, rows[i].whole, rows[i].number);
    setup->people = (int32_t)people;
    setup->items = (int32_t)items;
    setup->cap = (int32_t)cap;
    setup->weeks = (int32_t)weeks;
    setup->seed = (uint64_t)seed;
    setup->rules.settings.fill |= arguments->values[OPTION_FILL] != NULL;
    return code;
}

/* One of the names; its bit alone. NULL: all stay. */
static int read_one(const char *given, const char *option, const char *const *names, size_t len,
    unsigned *bits)
{
    for (size_t i = 0; given && i < len; i++)
        if (strcmp(names[i], given) == 0) {
            *bits = 1U << i;
            return EXIT_OK;
        }
    if (!given)
        return EXIT_OK;
    fprintf(stderr, "nudged simulate: --%s is one of", option);
    for (size_t i = 0; i < len; i++)
        fprintf(stderr, "%s %s", i ? "," : "", names[i]);
    fputs("\n", stderr);
    return EXIT_USAGE;
}

static int read_number(
    const char *given, const char *option, double min, double max, bool whole, double *out)
{
    double number = 0;
    if (!given)
        return EXIT_OK;
    if (!str_to_double(str_from_z(given), &number) || !(number >= min && number <= max) ||
        (whole && number != floor(number))) {
        fprintf(stderr, "nudged simulate: --%s is a %snumber from %.15g to %.15g\n", option,
            whole ? "whole " : "", min, max);
        return EXIT_USAGE;
    }
    *out = number;
    return EXIT_OK;
}

static int play(const struct simulate_setup *setup, unsigned worlds, unsigned policies,
    const char *svg)
{
    struct simulate_found found[FORGETTING_COUNT * POLICY_COUNT] = { 0 };
    double *after = calloc((size_t)setup->people, sizeof(*after));
    struct buf out = buf_heap(1 << 20);
    enum err err = after ? OK : ERR_NO_MEMORY;
    print_head(setup, &out);
    cli_print(stdout, buf_str(&out));
    for (unsigned w = 0; !err && w < FORGETTING_COUNT; w++) {
        bool first = true;
        for (unsigned p = 0; !err && (worlds >> w & 1) && p < POLICY_COUNT; p++) {
            if (!(policies >> p & 1))
                continue;
            struct simulate_found *row = &found[w * POLICY_COUNT + p];
            err = simulate_play(setup, (enum forgetting)w, (enum policy)p, first, after, row);
            buf_reset(&out);
            print_row((enum forgetting)w, (enum policy)p, first, row, &out);
            cli_print(stdout, buf_str(&out));
            first = false;
        }
    }
    buf_reset(&out);
    print_foot(policies, &out);
    cli_print(stdout, buf_str(&out));
    buf_reset(&out);
    if (!err && svg)
        simulate_chart(setup, found, worlds, policies, &out);
    int code = err ? EXIT_OS : svg ? write_svg(svg, buf_str(&out)) : EXIT_OK;
    if (err)
        fputs("nudged simulate: there is no memory left\n", stderr);
    buf_free(&out);
    free(after);
    return code;
}

static void print_head(const struct simulate_setup *setup, struct buf *out)
{
    buf_addf(out,
        "%d people, %d item%s, at most %d question%s a workday for %d week%s, then 13 weeks "
        "without.\n%.0f %% of questions are answered; fsrs asks at %.0f %% expected recall, at "
        "least %d days\napart from the second answer on%s, with weights fitted as people pass. "
        "Seed %llu.\n\n"
        "world  policy   asked a person  answered  recall, mean of:                        "
        "       gained by      13 weeks on,\n"
        "                                          all weeks     last 8        13 weeks on   "
        "100 asked      to the first row\n",
        (int)setup->people, (int)setup->items, setup->items == 1 ? "" : "s", (int)setup->cap,
        setup->cap == 1 ? "" : "s", (int)setup->weeks, setup->weeks == 1 ? "" : "s",
        100 * setup->answer_rate, 100 * setup->rules.deck.desired_retention,
        (int)setup->rules.settings.min_gap_days,
        setup->rules.settings.fill ? ", and uses the whole cap" : "",
        (unsigned long long)setup->seed);
}

static void print_row(enum forgetting world, enum policy policy, bool first,
    const struct simulate_found *found, struct buf *out)
{
    const struct estimate recalls[] = { found->during, found->late, found->after };
    buf_addf(out, "%-6s %-8s %7.1f \xc2\xb1 %-4.1f  %8.1f ", first ? forgetting_name(world) : "",
        policy_name(policy), found->questions.mean, found->questions.error, found->answers.mean);
    for (size_t i = 0; i < COUNT(recalls); i++)
        buf_addf(out, " %.3f \xc2\xb1 %.3f", recalls[i].mean, recalls[i].error);
    buf_addf(out, "  %5.2f \xc2\xb1 %.2f", found->gained.mean, found->gained.error);
    if (!first)
        buf_addf(out, "  %+.3f \xc2\xb1 %.3f", found->after_less.mean, found->after_less.error);
    buf_add(out, STR("\n"));
}

static void print_foot(unsigned policies, struct buf *out)
{
    buf_add(out, STR("\n"));
    for (unsigned p = 0; p < POLICY_COUNT; p++)
        if (policies >> p & 1)
            buf_addf(out, "%-8s %s\n", policy_name((enum policy)p),
                policy_sentence((enum policy)p));
    buf_add(out, STR(
        "\n\xc2\xb1 is one standard error over people. The last column compares recall 13 weeks on "
        "with the\nfirst row of the world, person by person under the same luck: below three "
        "standard errors\nthere is no difference to speak of, and a policy that asks more should "
        "also bring more.\nItems are gained against nothing asked. The worlds are assumptions; "
        "they compare\nschedules and foretell nobody's recall.\n"));
}

static int write_svg(const char *file, struct str text)
{
    FILE *to = fopen(file, "w");
    if (!to || fwrite(text.ptr, 1, text.len, to) != text.len) {
        fprintf(stderr, "nudged simulate: %s: %s\n", file, strerror(errno));
        if (to)
            fclose(to);
        return EXIT_IO;
    }
    if (fclose(to) != 0) {
        fprintf(stderr, "nudged simulate: %s: %s\n", file, strerror(errno));
        return EXIT_IO;
    }
    return EXIT_OK;
}
