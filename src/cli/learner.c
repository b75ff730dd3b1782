/* One learner at a time on top of a rehearsal, and the log of all of them.
 *
 * Odd: the learner's own days are moved on in the log by one for each learner before, so that the
 * newest fifth, by which a fit is judged, has the last weeks of many and the end of the last. */
#include "learner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/core/latency.h"
#include "nudged/core/rating.h"

enum {
    ARENA_BYTES = 64 << 20,             /* of one learner: 10,000 items take 4 MB */
    FIT_ARENA_BYTES = 256 << 20,
    LOG_MAX = 1000000,                  /* answers; after that the weights stay as they are */
    FIT_FIRST = 600                     /* answers before the first fit */
};

struct item {
    int32_t last_day;                   /* of the newest answer in `answers`; 0: none */
    int32_t first, newest;              /* index into the learner's answers; -1: none */
};

struct given {                          /* a chain per item, oldest first */
    int32_t day, next;
    uint8_t rating;
};

struct format {
    char name[LEARNER_FORMAT_BYTES];
    struct latencies latencies;
};

struct learners {
    struct learner_rules rules;
    struct review_weights weights;
    struct arena arena, fit_arena;
    struct content content;
    struct rehearsal rehearsal;
    int32_t items_len, start_day, passed;
    struct item *items;
    struct given *given;
    int32_t given_len, given_max;
    struct format formats[LEARNER_FORMATS_MAX];
    int32_t formats_len;
    int32_t *chosen;
    int32_t asked_day, asked;
    struct fit_answer *log;
    size_t log_len, log_room, fit_at;
};

static enum err pass(struct learners *learners);
static void refit(struct learners *learners);
static struct format *format_of(struct learners *learners, struct str name);
static enum rating rate(
    struct learners *learners, const struct learner_answer *answer, int32_t day);
static bool keep(struct learners *learners, int32_t item, int32_t day, enum rating rating);

struct learners *learners_new(const struct learner_rules *rules)
{
    struct learners *learners = calloc(1, sizeof(*learners));
    if (!learners)
        return NULL;
    learners->rules = *rules;
    learners->weights = rules->weights ? *rules->weights : review_weights_default;
    learners->fit_at = FIT_FIRST;
    arena_init(&learners->arena, ARENA_BYTES);
    arena_init(&learners->fit_arena, FIT_ARENA_BYTES);
    return learners;
}

struct learners *learners_free(struct learners *learners)
{
    if (!learners)
        return NULL;
    arena_finish(&learners->arena);
    arena_finish(&learners->fit_arena);
    free(learners->given);
    free(learners->log);
    free(learners);
    return NULL;
}

enum err learners_next(struct learners *learners, int32_t items, int32_t start_day)
{
    enum err err = learners->items_len ? pass(learners) : OK;
    struct facts facts = { .settings = &learners->rules.settings,
        .content = &learners->content, .weights = &learners->weights,
        .person.state = PERSON_ACTIVE };
    if (err)
        return err;
    arena_reset(&learners->arena);
    learners->items_len = 0;
    learners->items = arena_array(&learners->arena, struct item, (size_t)items);
    learners->chosen = arena_array(&learners->arena, int32_t, (size_t)items);
    err = rehearsal_plain_content(
        (size_t)items, &learners->rules.deck, &learners->arena, &learners->content);
    if (!err)
        err = rehearsal_start(&learners->rehearsal, &facts, &learners->arena);
    if (err || !learners->items || !learners->chosen)
        return ERR_NO_MEMORY;
    for (int32_t i = 0; i < items; i++)
        learners->items[i] = (struct item){ 0, -1, -1 };
    learners->items_len = items;
    learners->start_day = start_day;
    learners->given_len = learners->formats_len = 0;
    learners->asked_day = learners->asked = 0;
    return OK;
}

bool learners_has_one(const struct learners *learners)
{
    return learners->items_len > 0;
}

int32_t learners_items(const struct learners *learners)
{
    return learners->items_len;
}

int32_t learners_start_day(const struct learners *learners)
{
    return learners->start_day;
}

const char *learners_expose(struct learners *learners, int32_t item, int32_t day)
{
    if (rehearsal_review(&learners->rehearsal, (int64_t)item + 1))
        return "item: it was met before";
    rehearsal_expose(&learners->rehearsal, (int64_t)item + 1, day);
    return NULL;
}

size_t learners_choose(
    struct learners *learners, int32_t day, int32_t cap, const int32_t **items)
{
    const struct prompt *prompt = NULL;
    size_t len = 0;
    if (learners->asked_day != day) {
        learners->asked_day = day;
        learners->asked = 0;
    }
    while (learners->asked < cap && (prompt = rehearsal_ask(&learners->rehearsal, day))) {
        learners->chosen[len++] = (int32_t)(prompt->prompt_id - 1);
        learners->asked++;
    }
    *items = learners->chosen;
    return len;
}

const char *learners_answer(struct learners *learners, int32_t item, int32_t day,
    const struct learner_answer *answer)
{
    const struct prompt *prompt = content_prompt(&learners->content, (int64_t)item + 1);
    const struct item *known = &learners->items[item];
    if (known->newest >= 0 && day <= known->last_day)
        return day < known->last_day ? "day: this item was answered on a later day"
                                     : "item: it was answered on that day already";
    enum rating rating = answer->answered ? rate(learners, answer, day) : RATING_NONE;
    if (rating != RATING_NONE && !keep(learners, item, day, rating))
        return "there is no memory left";
    rehearsal_answer(&learners->rehearsal, prompt, rating, day);
    return NULL;
}

/* Their histories go into the log, item by item. */
static enum err pass(struct learners *learners)
{
    size_t len = learners->log_len + (size_t)learners->given_len;
    if (!learners->rules.refit || len > LOG_MAX)
        return OK;
    if (len > learners->log_room) {
        size_t room = len * 2;
        struct fit_answer *log = realloc(learners->log, room * sizeof(*log));
        if (!log)
            return ERR_NO_MEMORY;
        learners->log = log;
        learners->log_room = room;
    }
    for (int32_t i = 0; i < learners->items_len; i++)
        for (int32_t at = learners->items[i].first; at >= 0; at = learners->given[at].next)
            learners->log[learners->log_len++] = (struct fit_answer){
                .day = learners->given[at].day - learners->start_day + learners->passed,
                .rating = learners->given[at].rating,
                .starts = at == learners->items[i].first };
    learners->passed++;
    if (learners->log_len >= learners->fit_at)
        refit(learners);
    return OK;
}

/* Each time half as much again has come together, so that all fits together take no longer than
 * three times the last. */
static void refit(struct learners *learners)
{
    struct fit_log log = { learners->log, learners->log_len };
    struct fit_result result;
    learners->fit_at = learners->log_len + learners->log_len / 2;
    arena_reset(&learners->fit_arena);
    enum err err = fit_weights(&log, &learners->weights, &learners->fit_arena, &result);
    if (!err && result.better)
        learners->weights = result.weights;
}

static enum rating rate(
    struct learners *learners, const struct learner_answer *answer, int32_t day)
{
    struct rating_input input = { .guess = answer->guess,
        .outcome = answer->correct ? OUTCOME_RIGHT : OUTCOME_WRONG };
    struct latencies *own = &format_of(learners, answer->format)->latencies;
    int32_t seconds = 0, fast_s = 0, slow_s = 0;
    if (answer->seconds >= 0 && answer->seconds <= AT_ONCE_SECONDS_MAX)
        seconds = answer->seconds < 1 ? 1 : (int32_t)lround(answer->seconds);
    if (seconds && latencies_quartiles(own, &fast_s, &slow_s))
        input.circumstances = seconds > slow_s ? ANSWER_SLOW : seconds < fast_s ? ANSWER_FAST : 0;
    latencies_add(own, (struct latency){ day, seconds });
    return rating_of(&input);
}

static struct format *format_of(struct learners *learners, struct str name)
{
    for (int32_t i = 0; i < learners->formats_len; i++)
        if (str_equal(str_from_z(learners->formats[i].name), name))
            return &learners->formats[i];
    if (learners->formats_len == LEARNER_FORMATS_MAX)
        return &learners->formats[LEARNER_FORMATS_MAX - 1];
    struct format *format = &learners->formats[learners->formats_len++];
    *format = (struct format){ .latencies.len = 0 };
    memcpy(format->name, name.ptr ? name.ptr : "",
        name.len < LEARNER_FORMAT_BYTES ? name.len : LEARNER_FORMAT_BYTES - 1);
    return format;
}

static bool keep(struct learners *learners, int32_t item, int32_t day, enum rating rating)
{
    if (learners->given_len == learners->given_max) {
        int32_t room = learners->given_max ? learners->given_max * 2 : 1024;
        struct given *given = room <= LOG_MAX * 8
            ? realloc(learners->given, (size_t)room * sizeof(*given)) : NULL;
        if (!given)
            return false;
        learners->given = given;
        learners->given_max = room;
    }
    struct item *known = &learners->items[item];
    int32_t at = learners->given_len++;
    learners->given[at] = (struct given){ day, -1, (uint8_t)rating };
    if (known->newest >= 0)
        learners->given[known->newest].next = at;
    else
        known->first = at;
    known->newest = at;
    known->last_day = day;
    return true;
}
