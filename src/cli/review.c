/* nudged review --stdio: the memory model alone, driven from outside.
 *
 * A line of JSON is a history of answers, the line that comes back what the model makes of each. So
 * anybody can hold it against another implementation. Nothing is read but standard input.
 *
 * With --replay the answers are those of the store, and the daemon rates them anew. */
#include "cli.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "nudged/base/time.h"
#include "nudged/core/review.h"

enum {
    LINE_BYTES_MAX = 4 << 20,
    MINUTES_MAX = 200 * 366 * 24 * 60, /* from the first answer to the last */
    DAY_MINUTES = 24 * 60,
    DAY_MS = 86400000
};

enum { STDIO, REPLAY, DRY_RUN, CONFIG };

static const struct option_row options[] = {
    [STDIO] = { "stdio", NULL, "read histories from standard input, a JSON object a line" },
    [REPLAY] = { "replay", NULL, "rate the answers that are kept anew" },
    [DRY_RUN] = { "dry-run", NULL, "with --replay: only say what would change" },
    [CONFIG] = { "config", "FILE", "with --replay: the configuration (default nudged.yaml)" },
};

static const struct {
    const char *name;
    enum review_mode mode;
} modes[] = {
    { "short_on_no_steps", REVIEW_SHORT_TERM_NO_STEPS },
    { "short_on_default_steps", REVIEW_SHORT_TERM_DEFAULT_STEPS },
    { "short_off", REVIEW_LONG_TERM },
};

static const char wrong_weights[] = "weights: a list of 21 numbers (FSRS-6) or of 34 (FSRS-7)";

/* What a history says besides its answers. */
struct asked {
    struct review_weights weights;
    struct review_options options;
    struct instant start;
};

/* Where a history has come to. */
struct place {
    struct review_memory memory;
    int64_t minutes, day;
    int32_t reps, lapses;
};

static bool answer_line(struct str line, struct buf *out);
static const char *read_asked(const cJSON *line, struct asked *asked);
static const char *read_weights(const cJSON *list, struct review_weights *weights);
static const char *replay(const struct asked *asked, const cJSON *reviews, struct buf *out);
static const char *read_answer(const cJSON *review, const struct place *place, int64_t *minutes,
    enum rating *rating);
static void add_outcome(const struct asked *asked, const struct place *before,
    const struct place *after, enum rating rating, const struct review_outcome *outcome,
    struct buf *out);
static void add_recall(const struct asked *asked, const struct place *before,
    const struct place *after, const struct review_outcome *outcome, struct buf *out);
static bool is_whole(const cJSON *item, double min, double max);

static int review_run(const struct arguments *arguments)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    int code = EXIT_OK;
    bool replays = arguments->values[REPLAY];
    bool only_replay = arguments->values[DRY_RUN] || arguments->values[CONFIG];
    if (replays == (arguments->values[STDIO] != NULL) || (only_replay && !replays)) {
        fputs("nudged review: either --stdio: histories come on standard input, or --replay\n",
            stderr);
        return EXIT_USAGE;
    }
    if (replays)
        return cli_ask(arguments->values[CONFIG], "replay", "trial",
            arguments->values[DRY_RUN] ? "yes" : NULL, NULL, NULL);
    while ((len = getline(&line, &room, stdin)) >= 0) {
        struct str text = str_trim((struct str){ line, (size_t)len });
        struct buf out = buf_heap(16 << 20);
        if (text.len && !answer_line(text, &out))
            code = EXIT_DATA;
        cli_print(stdout, buf_str(&out));
        buf_free(&out);
        if (fflush(stdout) != 0)
            code = EXIT_IO;
    }
    free(line);
    return ferror(stdin) ? EXIT_IO : code;
}

const struct subcommand subcommand_review = {
    .name = "review", .help = "histories of answers through the memory model; rate kept ones anew",
    .options = options, .options_len = COUNT(options), .run = review_run,
};

/* The reply names what is wrong with the line and the stream goes on; false then. */
static bool answer_line(struct str line, struct buf *out)
{
    struct asked asked;
    const char *end = NULL;
    cJSON *json = line.len <= LINE_BYTES_MAX
        ? cJSON_ParseWithLengthOpts(line.ptr, line.len, &end, false) : NULL;
    const char *wrong = json && end == line.ptr + line.len && cJSON_IsObject(json)
        ? NULL : "this is not one JSON object";
    struct buf reviews = buf_heap(16 << 20);
    if (!wrong)
        wrong = read_asked(json, &asked);
    if (!wrong)
        wrong = replay(&asked, cJSON_GetObjectItemCaseSensitive(json, "reviews"), &reviews);
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(json, "id");
    buf_add(out, STR("{"));
    if (cJSON_IsNumber(id))
        buf_addf(out, "\"id\":%.17g,", id->valuedouble);
    if (cJSON_IsString(id)) {
        buf_add(out, STR("\"id\":"));
        buf_add_json_string(out, str_from_z(id->valuestring));
        buf_add(out, STR(","));
    }
    if (wrong) {
        buf_add(out, STR("\"error\":"));
        buf_add_json_string(out, str_from_z(wrong));
    } else {
        buf_add(out, STR("\"reviews\":["));
        buf_add(out, buf_str(&reviews));
        buf_add(out, STR("]"));
    }
    buf_add(out, STR("}\n"));
    buf_free(&reviews);
    cJSON_Delete(json);
    return !wrong;
}

static const char *read_asked(const cJSON *line, struct asked *asked)
{
    const char *mode = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "mode"));
    const char *start = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "start_utc"));
    const cJSON *retention = cJSON_GetObjectItemCaseSensitive(line, "desired_retention");
    const cJSON *longest = cJSON_GetObjectItemCaseSensitive(line, "maximum_interval");
    bool known = !mode;
    *asked = (struct asked){ .weights = review_weights_default,
        .options = { REVIEW_SHORT_TERM_NO_STEPS, 0.90, REVIEW_INTERVAL_DAYS_MAX } };
    for (size_t i = 0; mode && i < COUNT(modes); i++)
        if (str_equal(str_from_z(mode), str_from_z(modes[i].name))) {
            asked->options.mode = modes[i].mode;
            known = true;
        }
    if (!known)
        return "mode: one of short_on_no_steps, short_on_default_steps, short_off";
    if (start && !instant_parse(str_from_z(start), &asked->start))
        return "start_utc: an instant such as 2031-03-04T09:30:00Z";
    if (retention && !(cJSON_IsNumber(retention) && retention->valuedouble >= 0.7 &&
            retention->valuedouble <= 0.99))
        return "desired_retention: a number from 0.70 to 0.99";
    if (longest && !is_whole(longest, 1, REVIEW_INTERVAL_DAYS_MAX))
        return "maximum_interval: whole days from 1 to 36500";
    if (retention)
        asked->options.desired_retention = retention->valuedouble;
    if (longest)
        asked->options.maximum_interval_days = (int32_t)longest->valuedouble;
    const char *wrong = read_weights(
        cJSON_GetObjectItemCaseSensitive(line, "weights"), &asked->weights);
    asked->weights = review_weights_clamp(&asked->weights, asked->options.mode);
    return wrong;
}

static const char *read_weights(const cJSON *list, struct review_weights *weights)
{
    const cJSON *item = NULL;
    size_t count = 0;
    if (!list)
        return NULL;
    if (!cJSON_IsArray(list))
        return wrong_weights;
    cJSON_ArrayForEach(item, list) {
        if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble) || count == COUNT(weights->w))
            return wrong_weights;
        weights->w[count++] = item->valuedouble;
    }
    weights->len = count;
    return count == REVIEW_WEIGHT_COUNT || count == REVIEW_WEIGHT_COUNT_7 ? NULL : wrong_weights;
}

static const char *replay(const struct asked *asked, const cJSON *reviews, struct buf *out)
{
    struct place place = { 0 };
    const cJSON *review = NULL;
    if (!cJSON_IsArray(reviews))
        return "reviews: a list of answers, each with t_min and rating";
    cJSON_ArrayForEach(review, reviews) {
        struct place next = place;
        enum rating rating = RATING_NONE;
        const char *wrong = read_answer(review, &place, &next.minutes, &rating);
        if (wrong)
            return wrong;
        /* the UTC date: the remainder of a time before 1970 is negative */
        int64_t ms = asked->start.utc_ms + next.minutes * 60000, within = ms % DAY_MS;
        next.day = (ms - within) / DAY_MS - (within < 0);
        int64_t elapsed = place.reps ? next.day - place.day : 0;
        struct review_outcome outcome = review_next(
            &asked->weights, &asked->options, &place.memory, (int32_t)elapsed, rating);
        next.memory = outcome.memory;
        next.reps++;
        next.lapses += outcome.lapsed;
        buf_add(out, place.reps ? STR(",") : STR_EMPTY);
        add_outcome(asked, &place, &next, rating, &outcome, out);
        place = next;
    }
    struct str all;
    return buf_finish(out, &all) ? "reviews: too many" : NULL;
}

static const char *read_answer(const cJSON *review, const struct place *place, int64_t *minutes,
    enum rating *rating)
{
    const cJSON *at = cJSON_GetObjectItemCaseSensitive(review, "t_min");
    const cJSON *given = cJSON_GetObjectItemCaseSensitive(review, "rating");
    if (!is_whole(at, 0, MINUTES_MAX) || (int64_t)at->valuedouble < place->minutes)
        return "t_min: whole minutes since start_utc, never falling, at most 200 years";
    if (!is_whole(given, RATING_AGAIN, RATING_EASY))
        return "rating: 1 Again, 2 Hard, 3 Good or 4 Easy";
    *minutes = (int64_t)at->valuedouble;
    *rating = (enum rating)(int)given->valuedouble;
    return NULL;
}

static void add_outcome(const struct asked *asked, const struct place *before,
    const struct place *after, enum rating rating, const struct review_outcome *outcome,
    struct buf *out)
{
    buf_addf(out, "{\"t_min\":%lld,\"elapsed_days\":%lld,\"rating\":%d,",
        (long long)after->minutes, (long long)(before->reps ? after->day - before->day : 0),
        (int)rating);
    add_recall(asked, before, after, outcome, out);
    buf_addf(out, "\"s\":%.12g,\"d\":%.12g,\"state\":%d,\"step\":%d,\"scheduled_days\":%d,"
        "\"due_min\":%lld,\"pure_interval\":%d,\"reps\":%d,\"lapses\":%d}",
        outcome->memory.stability_days, outcome->memory.difficulty, (int)outcome->memory.state,
        (int)outcome->memory.step, (int)outcome->scheduled_days, (long long)outcome->due_minutes,
        (int)outcome->pure_interval_days, (int)after->reps, (int)after->lapses);
}

/* By calendar days, as the model takes them, and by whole periods of 24 hours. */
static void add_recall(const struct asked *asked, const struct place *before,
    const struct place *after, const struct review_outcome *outcome, struct buf *out)
{
    if (!before->reps) {
        buf_add(out, STR("\"r_before\":null,\"r_before_24h\":null,"));
        return;
    }
    int64_t periods = (after->minutes - before->minutes) / DAY_MINUTES;
    buf_addf(out, "\"r_before\":%.12g,\"r_before_24h\":%.12g,", outcome->retrievability_before,
        review_retrievability(&asked->weights, &before->memory, (double)periods));
}

static bool is_whole(const cJSON *item, double min, double max)
{
    return cJSON_IsNumber(item) && item->valuedouble >= min && item->valuedouble <= max &&
        item->valuedouble == floor(item->valuedouble);
}
