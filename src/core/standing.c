/* Sums over reviews. Owns the formula of the standard error and the way a share is shown in
 * text. Refuses to judge: nothing here is called good or bad. */
#include "nudged/core/standing.h"

#include <math.h>

#include "nudged/base/arena.h"

enum { OF = 10 };

void standing_of(const struct content *content, const struct review *reviews, size_t len,
    struct str skill, const struct review_weights *weights, int32_t today, struct standing *out)
{
    *out = (struct standing){ .soonest = INT32_MAX };
    for (size_t i = 0; i < len; i++) {
        const struct prompt *prompt = content_prompt(content, reviews[i].prompt_id);
        if (!prompt || !str_equal(prompt->skill, skill))
            continue;
        struct review review = reviews[i];
        if (prompt->held_out) /* comes on its own days, not when it is due */
            review.due_day = INT32_MAX;
        standing_add(out, &review, weights, today);
    }
    standing_end(out);
}

void standing_add(struct standing *standing, const struct review *review,
    const struct review_weights *weights, int32_t today)
{
    const struct evidence *evidence = &review->evidence;
    int32_t since = today - review->last_day;
    standing->met++;
    if (review->due_day < standing->soonest)
        standing->soonest = review->due_day;
    if (!review->answers)
        return;
    standing->answered++;
    standing->answers += review->answers;
    standing->error_answers += review->answers < STANDING_ANSWERS_EACH ? review->answers
                                                                       : STANDING_ANSWERS_EACH;
    for (int i = 0; i < STANDING_POINTS; i++)
        standing->ahead[i] += review_retrievability(weights, &review->memory,
            since + i * STANDING_POINT_DAYS);
    if (!evidence_demonstrated(evidence))
        return;
    standing->current += evidence_current(evidence, weights, &review->memory, since);
    standing->hits += evidence->hits;
    standing->formats |= evidence->formats;
    if (!standing->demonstrated++ || evidence->first_day < standing->first_day)
        standing->first_day = evidence->first_day;
    if (evidence->last_day > standing->last_day)
        standing->last_day = evidence->last_day;
}

void standing_end(struct standing *standing)
{
    if (!standing->answered)
        return;
    for (int i = 0; i < STANDING_POINTS; i++)
        standing->ahead[i] /= standing->answered;
    standing->recall = standing->ahead[0];
    standing->give_or_take = standing_error(standing->recall, standing->error_answers);
}

double standing_error(double recall, int32_t answers)
{
    double right = answers * recall + 1, wrong = answers * (1 - recall) + 1, sum = right + wrong;
    return sqrt(right * wrong / (sum * sum * (sum + 1)));
}

struct str standing_recall_text(const struct standing *standing, struct arena *arena)
{
    int around = (int)lround(standing->give_or_take * OF);
    struct str share = standing_share_text(standing->recall, arena);
    return str_format(arena, "%.*s, from %d answer%s; give or take %d", STR_ARG(share),
        (int)standing->answers, standing->answers == 1 ? "" : "s", around > 1 ? around : 1);
}

struct str standing_share_text(double share, struct arena *arena)
{
    return str_format(arena, "about %d of %d", (int)lround(share * OF), OF);
}

struct str standing_dots(double share, struct arena *arena)
{
    struct buf buf = buf_in(arena, 64);
    for (int i = 0; i < OF; i++)
        buf_add(&buf, i < lround(share * OF) ? STR("●") : STR("○"));
    return buf_str(&buf);
}
