/* nudged schedule --stdio: what the daemon would ask whom and when, driven from outside.
 *
 * A line of JSON is something that happened or a question what to ask, the line that comes back the
 * answer. So anybody can hold these choices against others, in a world of their own. Nothing is
 * read but standard input; as much of it at once as is there, and the replies leave before more is
 * waited for. */
#include "cli.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "learner.h"
#include "nudged/base/time.h"

enum {
    BLOCK_BYTES = 256 << 10,
    LINE_BYTES_MAX = 64 << 10,
    OUT_BYTES_MAX = 64 << 20,
    CAP_MAX = 100,
    DAY_MS = 86400000
};

enum { OPTION_STDIO, OPTION_FILL, OPTION_KEEP_WEIGHTS, OPTION_RETENTION, OPTION_GAP };
static const struct option_row options[] = {
    [OPTION_STDIO] = { "stdio", NULL, "what happens on standard input, a JSON object a line" },
    [OPTION_FILL] = { "fill", NULL, "use the whole cap also when nothing is due" },
    [OPTION_KEEP_WEIGHTS] = { "keep-weights", NULL, "do not fit the weights as learners pass" },
    [OPTION_RETENTION] = { "retention", "R", "expected recall to ask at, 0.70-0.97 (0.90)" },
    [OPTION_GAP] = { "min-gap", "DAYS", "least days between two askings, 0-60 (7)" },
};

typedef const char *op_fn(struct learners *learners, const cJSON *line, struct buf *out);
static op_fn op_reset, op_expose, op_choose, op_answer;

static const struct {
    const char *name;
    op_fn *run;
} ops[] = {
    { "reset", op_reset },
    { "expose", op_expose },
    { "choose", op_choose },
    { "answer", op_answer },
};

static int read_rules(const struct arguments *arguments, struct learner_rules *rules);
static int serve(struct learners *learners);
static bool answer_line(struct learners *learners, struct str line, struct buf *out);
static const char *run_op(
    struct learners *learners, const cJSON *line, struct buf *out);
static const char *read_item(
    const struct learners *learners, const cJSON *line, int32_t *item);
static const char *read_day(const struct learners *learners, const cJSON *line, int32_t *day);
static const char *read_whole(
    const cJSON *line, const char *name, int32_t min, int32_t max, int32_t *out);

static int schedule_run(const struct arguments *arguments)
{
    struct learner_rules rules;
    int code = read_rules(arguments, &rules);
    if (code)
        return code;
    struct learners *learners = learners_new(&rules);
    code = learners ? serve(learners) : EXIT_OS;
    learners_free(learners);
    return code;
}

const struct subcommand subcommand_schedule = {
    .name = "schedule", .help = "choose what to ask as the daemon would, driven from outside",
    .options = options, .options_len = COUNT(options), .run = schedule_run,
};

static int read_rules(const struct arguments *arguments, struct learner_rules *rules)
{
    const char *retention = arguments->values[OPTION_RETENTION];
    const char *gap = arguments->values[OPTION_GAP];
    double recall = 0.90;
    int64_t days = 7;
    if (!arguments->values[OPTION_STDIO]) {
        fputs("nudged schedule: --stdio is needed: what happens comes on standard input\n", stderr);
        return EXIT_USAGE;
    }
    if (retention && !(str_to_double(str_from_z(retention), &recall) && recall >= 0.70 &&
            recall <= 0.97)) {
        fputs("nudged schedule: --retention is a number from 0.70 to 0.97\n", stderr);
        return EXIT_USAGE;
    }
    if (gap && !(str_to_int64(str_from_z(gap), &days) && days >= 0 && days <= 60)) {
        fputs("nudged schedule: --min-gap is whole days from 0 to 60\n", stderr);
        return EXIT_USAGE;
    }
    *rules = (struct learner_rules){
        .settings = { .hours = HOURS_DEFAULT, .cap = CAP_MAX, .min_gap_days = (int32_t)days,
            .fill = arguments->values[OPTION_FILL] != NULL },
        .deck = { .id = STR_INIT("items"), .desired_retention = recall, .min_gap_days = -1 },
        .refit = !arguments->values[OPTION_KEEP_WEIGHTS],
    };
    return EXIT_OK;
}

/* The rest of a line waits in front of the buffer for its end. */
static int serve(struct learners *learners)
{
    char *block = malloc(BLOCK_BYTES);
    struct buf out = buf_heap(OUT_BYTES_MAX);
    size_t len = 0;
    ssize_t got = 0;
    int code = block ? EXIT_OK : EXIT_OS;
    bool skipping = false;
    while (block && code != EXIT_IO) {
        do
            got = read(STDIN_FILENO, block + len, BLOCK_BYTES - len);
        while (got < 0 && errno == EINTR);
        if (got <= 0)
            break;
        struct str rest = { block, len + (size_t)got };
        for (size_t end; (end = str_find(rest, '\n')) < rest.len;
             rest = str_slice(rest, end + 1, rest.len)) {
            struct str line = str_trim(str_slice(rest, 0, end));
            if (!skipping && line.len && !answer_line(learners, line, &out))
                code = EXIT_DATA;
            skipping = false;
        }
        if (rest.len > LINE_BYTES_MAX) {
            if (!skipping && !answer_line(learners, rest, &out))
                code = EXIT_DATA;
            skipping = true;
            rest.len = 0;
        }
        if (rest.len)
            memmove(block, rest.ptr, rest.len);
        len = rest.len;
        cli_print(stdout, buf_str(&out));
        buf_reset(&out);
        if (fflush(stdout) != 0)
            code = EXIT_IO;
    }
    struct str last = str_trim((struct str){ block, len });
    if (got == 0 && !skipping && last.len && !answer_line(learners, last, &out))
        code = EXIT_DATA;
    cli_print(stdout, buf_str(&out));
    buf_free(&out);
    free(block);
    return got < 0 ? EXIT_IO : code;
}

/* The reply names what is wrong with the line and the stream goes on; false then. */
static bool answer_line(struct learners *learners, struct str line, struct buf *out)
{
    const char *end = NULL;
    cJSON *json = line.len <= LINE_BYTES_MAX
        ? cJSON_ParseWithLengthOpts(line.ptr, line.len, &end, false) : NULL;
    const char *wrong = json && end == line.ptr + line.len && cJSON_IsObject(json)
        ? run_op(learners, json, out) : "this is not one JSON object";
    if (wrong) {
        buf_add(out, STR("{\"error\":"));
        buf_add_json_string(out, str_from_z(wrong));
        buf_add(out, STR("}"));
    }
    buf_add(out, STR("\n"));
    cJSON_Delete(json);
    return !wrong;
}

static const char *run_op(struct learners *learners, const cJSON *line, struct buf *out)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "op"));
    for (size_t i = 0; name && i < COUNT(ops); i++)
        if (strcmp(name, ops[i].name) == 0) {
            if (ops[i].run != op_reset && !learners_has_one(learners))
                return "op: reset comes first";
            return ops[i].run(learners, line, out);
        }
    return "op: one of reset, expose, choose, answer";
}

static const char *op_reset(struct learners *learners, const cJSON *line, struct buf *out)
{
    const char *start = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "start"));
    struct date date;
    int32_t items = 0;
    if (!start || !date_parse(str_from_z(start), &date) || !date_is_valid(date))
        return "start: a date such as 2031-03-03";
    const char *wrong = read_whole(line, "items", 1, LEARNER_ITEMS_MAX, &items);
    if (wrong)
        return "items: how many there are, 1 to 10000";
    if (learners_next(learners, items, date_to_day(date)))
        return "there is no memory left";
    buf_add(out, STR("{}"));
    return NULL;
}

static const char *op_expose(struct learners *learners, const cJSON *line, struct buf *out)
{
    int32_t item = 0, day = 0;
    const char *wrong = read_item(learners, line, &item);
    if (!wrong)
        wrong = read_day(learners, line, &day);
    if (!wrong)
        wrong = learners_expose(learners, item, day);
    if (!wrong)
        buf_add(out, STR("{}"));
    return wrong;
}

static const char *op_choose(struct learners *learners, const cJSON *line, struct buf *out)
{
    int32_t cap = 0, day = 0;
    const int32_t *items = NULL;
    const char *wrong = read_day(learners, line, &day);
    if (!wrong && read_whole(line, "cap", 0, CAP_MAX, &cap))
        wrong = "cap: how many at most that day, 0 to 100";
    if (wrong)
        return wrong;
    size_t len = learners_choose(learners, day, cap, &items);
    buf_add(out, STR("{\"items\":["));
    for (size_t i = 0; i < len; i++) {
        buf_add(out, i ? STR(",") : STR_EMPTY);
        buf_add_int(out, items[i]);
    }
    buf_add(out, STR("]}"));
    return NULL;
}

static const char *op_answer(struct learners *learners, const cJSON *line, struct buf *out)
{
    const cJSON *answered = cJSON_GetObjectItemCaseSensitive(line, "answered");
    const cJSON *correct = cJSON_GetObjectItemCaseSensitive(line, "correct");
    const cJSON *guess = cJSON_GetObjectItemCaseSensitive(line, "guess");
    const cJSON *seconds = cJSON_GetObjectItemCaseSensitive(line, "seconds");
    const char *format = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "format"));
    struct learner_answer answer = { .format = str_from_z(format), .seconds = -1 };
    int32_t item = 0, day = 0;
    const char *wrong = read_item(learners, line, &item);
    if (!wrong)
        wrong = read_day(learners, line, &day);
    if (wrong)
        return wrong;
    if (!cJSON_IsBool(answered))
        return "answered: true or false";
    answer.answered = cJSON_IsTrue(answered);
    if (answer.answered && !cJSON_IsBool(correct))
        return "correct: true or false";
    answer.correct = cJSON_IsTrue(correct);
    if (cJSON_IsNumber(guess) && guess->valuedouble >= 0 && guess->valuedouble <= 1)
        answer.guess = guess->valuedouble;
    else if (guess && !cJSON_IsNull(guess))
        return "guess: the chance of a right guess, 0 to 1";
    if (cJSON_IsNumber(seconds) && seconds->valuedouble >= 0 && seconds->valuedouble < 1e9)
        answer.seconds = seconds->valuedouble;
    else if (seconds && !cJSON_IsNull(seconds))
        return "seconds: how long the answer took";
    wrong = learners_answer(learners, item, day, &answer);
    if (!wrong)
        buf_add(out, STR("{}"));
    return wrong;
}

static const char *read_item(const struct learners *learners, const cJSON *line, int32_t *item)
{
    if (read_whole(line, "item", 0, learners_items(learners) - 1, item))
        return "item: its number, from 0 to below the items of the reset";
    return NULL;
}

/* The UTC date of `at`; without it, so many days after the start. */
static const char *read_day(const struct learners *learners, const cJSON *line, int32_t *day)
{
    const cJSON *at = cJSON_GetObjectItemCaseSensitive(line, "at");
    int32_t start = learners_start_day(learners);
    struct instant instant;
    if (at) {
        const char *text = cJSON_GetStringValue(at);
        if (!text || !instant_parse(str_from_z(text), &instant))
            return "at: an instant such as 2031-03-04T09:30:00Z";
        int64_t date = instant.utc_ms / DAY_MS - (instant.utc_ms % DAY_MS < 0);
        if (date < start || date > start + LEARNER_DAYS_MAX)
            return "at: from the start to a hundred years later";
        *day = (int32_t)date;
        return NULL;
    }
    if (read_whole(line, "day", 0, LEARNER_DAYS_MAX, day))
        return "day: whole days since the start";
    *day += start;
    return NULL;
}

static const char *read_whole(
    const cJSON *line, const char *name, int32_t min, int32_t max, int32_t *out)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(line, name);
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= min && item->valuedouble <= max) ||
        item->valuedouble != floor(item->valuedouble))
        return "not a whole number within its bounds";
    *out = (int32_t)item->valuedouble;
    return NULL;
}
