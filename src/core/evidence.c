/* The rule of evidence.h. Owns its constants' use; refuses to know where answers come from and who
 * may read what they show. */
#include "nudged/core/evidence.h"

#include <math.h>

#include "nudged/base/arena.h"
#include "nudged/core/rating.h"

void evidence_add(struct evidence *evidence, const struct evidence_answer *answer)
{
    if (answer->rating == RATING_NONE)
        return;
    if (answer->rating == RATING_AGAIN) {
        *evidence = (struct evidence){ .log_odds =
                                           fmin(evidence->log_odds, EVIDENCE_AFTER_LAPSE) };
        return;
    }
    if (answer->day <= answer->day_before)
        return;
    double log_odds = evidence->log_odds + evidence_weight(answer->guess, answer->circumstances);
    evidence->log_odds = round(log_odds * EVIDENCE_FINENESS) / EVIDENCE_FINENESS;
    evidence->hits++;
    evidence->formats |= 1u << answer->kind;
    if (!evidence->first_day)
        evidence->first_day = answer->day;
    evidence->last_day = answer->day;
}

double evidence_weight(double guess, unsigned circumstances)
{
    bool helped = circumstances & (ANSWER_POINTER | ANSWER_GUESSED);
    double least = helped ? EVIDENCE_GUESS_HELPED : EVIDENCE_GUESS_MIN;
    return log(EVIDENCE_KNOWN / fmin(fmax(guess, least), EVIDENCE_KNOWN));
}

bool evidence_demonstrated(const struct evidence *evidence)
{
    return evidence->log_odds >= EVIDENCE_DEMONSTRATED && evidence->hits >= EVIDENCE_DAYS_MIN;
}

bool evidence_current(const struct evidence *evidence, const struct review_weights *weights,
    const struct review_memory *memory, int32_t days_since)
{
    return evidence_demonstrated(evidence) &&
        review_retrievability(weights, memory, days_since) >= EVIDENCE_CURRENT;
}

struct str evidence_formats_text(uint32_t formats, struct arena *arena)
{
    static const char *const words[PROMPT_KIND_END] = {
        [PROMPT_CHOICE] = "picked from a list",
        [PROMPT_MULTI] = "several picked",
        [PROMPT_ORDER] = "put in order",
        [PROMPT_NUMBER] = "a number",
        [PROMPT_SHORT] = "typed",
        [PROMPT_RECALL] = "self-rated recall",
        [PROMPT_REFLECT] = "reflection",
    };
    struct buf buf = buf_in(arena, 256);
    for (int kind = PROMPT_CHOICE; kind < PROMPT_KIND_END; kind++)
        if (formats >> kind & 1)
            buf_addf(&buf, "%s%s", buf.len ? ", " : "", words[kind]);
    return buf_str(&buf);
}
