/* The one place where everything that follows from a rating comes together. */
#include "answered.h"

#include "spacing.h"

struct review answered_review(const struct facts *facts, const struct deck *deck,
    const struct rated_answer *rated, enum rating rating)
{
    const struct answer *answer = rated->answer;
    const struct review *before = &answer->before;
    struct rating_input input = rating_input_of(rated);
    struct review review = spacing_answered(facts, deck, before, rating, answer->day);
    struct evidence_answer shown = {
        .rating = rating,
        .kind = rated->kind,
        .guess = input.guess,
        .circumstances = input.circumstances,
        .day = answer->day,
        .day_before = before->last_day,
    };
    evidence_add(&review.evidence, &shown);
    spacing_mark(facts, rating_marks(before->marks, &input), &review);
    return review;
}
