/* Ratings derived again from what is stored of each answer, and what follows from them. */
#include "nudged/core/replay.h"

#include "answered.h"
#include "decide.h"

struct course { /* one prompt of the person */
    const struct facts *facts;
    const struct rating_table *table;
    const struct review *review; /* as stored */
    struct review now; /* after the answers gone through so far */
    bool changed; /* from here on it is computed anew */
    bool trial;
    int32_t ratings;
};

static size_t answers_to(const struct facts *facts, int64_t prompt_id);
static void go_through(struct course *course, struct arena *arena, struct plan *plan);
static void rate_anew(struct course *course, const struct past_answer *past, struct arena *arena,
    struct plan *plan);
static struct review carried_on(const struct review *stored, const struct review *now);
static bool may_be_untimed(const struct facts *facts, const struct answer *answer);
static void put_review(const struct course *course, struct arena *arena, struct plan *plan);

enum err decide_replay(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    plan->why = "nothing_changed";
    if (facts->has_person)
        replay_person(facts, &rating_table_default, event->trial, arena, plan);
    if (plan->replayed.ratings)
        plan->why = event->trial ? "would_change" : "rated_anew";
    return OK;
}

void replay_person(const struct facts *facts, const struct rating_table *table, bool trial,
    struct arena *arena, struct plan *plan)
{
    for (size_t i = 0; i < facts->reviews_len; i++) {
        struct course course = {
            .facts = facts, .table = table, .review = &facts->reviews[i], .trial = trial
        };
        size_t room = PLAN_EFFECTS_MAX - plan->effects_len;
        if (answers_to(facts, course.review->prompt_id) + 1 > room) {
            plan->replayed.more = true;
            return;
        }
        go_through(&course, arena, plan);
    }
}

static size_t answers_to(const struct facts *facts, int64_t prompt_id)
{
    size_t len = 0;
    for (size_t i = 0; i < facts->past_len; i++)
        len += facts->past[i].prompt_id == prompt_id;
    return len;
}

static void go_through(struct course *course, struct arena *arena, struct plan *plan)
{
    for (size_t i = 0; i < course->facts->past_len; i++)
        if (course->facts->past[i].prompt_id == course->review->prompt_id)
            rate_anew(course, &course->facts->past[i], arena, plan);
    if (!course->changed)
        return;
    plan->replayed.ratings += course->ratings;
    plan->replayed.reviews++;
    if (!course->trial)
        put_review(course, arena, plan);
}

static void rate_anew(struct course *course, const struct past_answer *past, struct arena *arena,
    struct plan *plan)
{
    const struct facts *facts = course->facts;
    struct answer answer = past->answer;
    struct rated_answer rated = { past->kind, past->options, &answer, past->fast_s, past->slow_s };
    if (course->changed)
        answer.before = carried_on(&past->answer.before, &course->now);
    enum rating rating =
        rating_again(course->table, &rated, may_be_untimed(facts, &past->answer));
    bool differs = rating != past->answer.rating;
    if (!course->changed && !differs)
        return;
    course->changed = true;
    course->ratings += differs;
    const struct prompt *prompt = content_prompt(facts->content, past->prompt_id);
    const struct deck *deck = prompt ? content_deck(facts->content, prompt->deck) : NULL;
    answer.rating = rating;
    course->now = rating == RATING_NONE ? answer.before
                                        : answered_review(facts, deck, &rated, rating);
    struct effect *effect = course->trial ? NULL : plan_add(plan, arena, EFFECT_RERATE);
    if (effect) {
        effect->nudge_id = answer.nudge_id;
        effect->answer = answer;
    }
}

/* What sendings did stays with the sending. */
static struct review carried_on(const struct review *stored, const struct review *now)
{
    struct review review = *now;
    review.prompt_id = stored->prompt_id ? stored->prompt_id : now->prompt_id;
    review.born_day = stored->born_day;
    review.sent_day = stored->sent_day;
    review.due_day = stored->due_day;
    return review;
}

static bool may_be_untimed(const struct facts *facts, const struct answer *answer)
{
    struct instant young = instant_add(facts->now, HOURS(-24 * (SECONDS_KEPT_DAYS - 1)));
    return !answer->seconds && instant_before(answer->at, young);
}

static void put_review(const struct course *course, struct arena *arena, struct plan *plan)
{
    struct effect *effect = plan_add(plan, arena, EFFECT_REVIEW);
    if (!effect)
        return;
    const struct review *stored = course->review;
    bool waits_for_this = stored->sent_day <= course->now.last_day;
    effect->person_id = course->facts->person.person_id;
    effect->review = carried_on(stored, &course->now);
    if (waits_for_this && course->now.due_day < stored->due_day)
        effect->review.due_day = course->now.due_day;
}
