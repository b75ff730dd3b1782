#include "worlds/verdict.h"

#include <stdlib.h>

#include "nudged/core/evidence.h"
#include "nudged/core/rating.h"

enum { FIRST_DAY = 20458 /* 2026-01-05; day 0 means none */, FIT_BYTES = 256 << 20 };

static struct fit_log log_of(const struct history *histories, size_t len);
static void log_free(struct fit_log *log);

static enum rating rating_of_given(const struct given *given)
{
    struct rating_input input = { .outcome = given->correct ? OUTCOME_RIGHT : OUTCOME_WRONG,
        .guess = formats[given->format].guess };
    return rating_of(&input);
}

struct verdict verdict_of(
    const struct history *history, const struct review_weights *weights, int32_t today)
{
    static const enum prompt_kind kinds[FORMAT_COUNT] = {
        [CHOICE] = PROMPT_CHOICE,
        [MULTI] = PROMPT_MULTI,
        [ORDER] = PROMPT_ORDER,
        [SHORT] = PROMPT_SHORT,
    };
    struct evidence evidence = { 0 };
    struct review_memory memory = { 0 };
    int32_t last_day = 0;
    for (size_t i = 0; i < history->len; i++) {
        const struct given *given = &history->given[i];
        struct evidence_answer answer = { .rating = rating_of_given(given),
            .kind = kinds[given->format],
            .guess = formats[given->format].guess,
            .day = FIRST_DAY + given->day,
            .day_before = last_day };
        evidence_add(&evidence, &answer);
        memory = review_next(weights, &review_options_default, &memory,
            last_day ? answer.day - last_day : 0, answer.rating)
                     .memory;
        last_day = answer.day;
    }
    int32_t since = FIRST_DAY + today - last_day;
    return (struct verdict){ .demonstrated = evidence_demonstrated(&evidence),
        .current = evidence_current(&evidence, weights, &memory, since),
        .recall = review_retrievability(weights, &memory, since) };
}

void verdict_gather(const struct outcome *outcome, int32_t item, struct history *history)
{
    history->len = 0;
    for (int32_t i = 0; i < outcome->answers_len; i++) {
        const struct response *answer = &outcome->answers[i];
        if (answer->item != item || !answer->answered)
            continue;
        REQUIRE(history->len < GIVEN_MAX);
        history->given[history->len++] =
            (struct given){ (int16_t)answer->day, (uint8_t)answer->format, answer->correct };
    }
}

struct fit_result verdict_fit(const struct history *histories, size_t len)
{
    struct fit_result result = { .better = false };
    struct arena arena;
    struct fit_log log = log_of(histories, len);
    arena_init(&arena, FIT_BYTES);
    if (fit_weights(&log, &review_weights_default, &arena, &result))
        result = (struct fit_result){ .better = false };
    arena_finish(&arena);
    log_free(&log);
    return result;
}

double verdict_loss(
    const struct history *histories, size_t len, const struct review_weights *weights)
{
    struct fit_log log = log_of(histories, len);
    size_t targets;
    double loss = fit_loss(&log, weights, 0, &targets);
    log_free(&log);
    return loss;
}

static struct fit_log log_of(const struct history *histories, size_t len)
{
    size_t answers_len = 0, room = 1;
    for (size_t h = 0; h < len; h++)
        room += histories[h].len;
    struct fit_answer *answers = calloc(room, sizeof(*answers));
    REQUIRE(answers);
    for (size_t h = 0; h < len; h++)
        for (size_t i = 0; i < histories[h].len; i++) {
            const struct given *given = &histories[h].given[i];
            answers[answers_len++] =
                (struct fit_answer){ given->day, (uint8_t)rating_of_given(given), i == 0 };
        }
    return (struct fit_log){ answers, answers_len };
}

static void log_free(struct fit_log *log)
{
    free((void *)(uintptr_t)log->answers);
    *log = (struct fit_log){ 0 };
}
