/* FSRS-6 along one history, forward and back; the formulas are those of review.c.
 *
 * Owns the derivatives. Refuses to know logs, splits and steps. Odd: powers are written as
 * exponentials of a logarithm that is taken once, which is where the time goes; the test holds the
 * loss against review.c and the gradient against finite differences. */
#include "fit_gradient.h"

#include <math.h>

static const double stability_min = 0.001, stability_max = 36500;
static const double recall_min = 1e-6; /* never certain, so that the loss stays finite */

/* One answer on the way forward: the memory before it, and what the way back needs again. */
struct step {
    double stability, difficulty, log_stability;
    double recall, log_base;            /* at the gap; ln (1 + factor t / S) */
    double growth, gain;                /* right: S' = S (1 + growth); e^(w10 (1-R)) */
    double fresh, power;                /* wrong: the formula; (S+1)^w13 */
    double after, difficulty_after;     /* before they are cut to their ranges */
};

/* The derivative of the loss by the memory. */
struct slope {
    double stability, difficulty;
};

static void first_answer(const struct fit_model *model, int rating, struct step *step);
static void next_answer(const struct fit_model *model, int32_t gap, int rating, struct step *step);
static double same_day(const struct fit_model *model, int rating, const struct step *step);
static double loss_of(const struct step *step, int rating);
static double recall_slope_of_loss(const struct step *step, int rating);
static struct slope back_first(const struct fit_model *model, int rating, const struct step *step,
    struct slope after, double *gradient);
static struct slope back_next(const struct fit_model *model, int32_t gap, int rating,
    double importance, const struct step *step, struct slope after, double *gradient);
static double back_difficulty(const struct fit_model *model, int rating, const struct step *step,
    double after, double *gradient);
static struct slope back_right(const struct fit_model *model, int rating, const struct step *step,
    double after, double *gradient, double *by_recall);
static struct slope back_wrong(const struct fit_model *model, const struct step *step, double after,
    double *gradient, double *by_recall);
static double back_same_day(const struct fit_model *model, int rating, const struct step *step,
    double after, double *gradient);
static double back_recall(const struct fit_model *model, int32_t gap, const struct step *step,
    double by_recall, double *gradient);
static double cut(double value, double min, double max);
static bool inside(double value, double min, double max);

void fit_model_init(struct fit_model *model, const double *w)
{
    for (size_t i = 0; i < REVIEW_WEIGHT_COUNT; i++)
        model->w[i] = w[i];
    double grown = exp(-log(0.9) / w[20]);
    model->factor = grown - 1;
    model->factor_by_decay = grown * log(0.9) / (w[20] * w[20]);
    model->growth = exp(w[8]);
    model->shrink = exp(-w[17] * w[18]);
    model->easy_exp = exp(3 * w[5]);
    model->easy_first = w[4] - model->easy_exp + 1;
}

double fit_history(const struct fit_model *model, const struct fit_answer *answers,
    const float *importance, size_t len, double *gradient)
{
    struct step steps[FIT_HISTORY_MAX];
    double loss = 0;
    for (size_t i = 0; i < len; i++) {
        if (i == 0) {
            first_answer(model, answers[i].rating, &steps[i]);
            continue;
        }
        steps[i].stability = cut(steps[i - 1].after, stability_min, stability_max);
        steps[i].difficulty = cut(steps[i - 1].difficulty_after, 1, 10);
        next_answer(model, answers[i].day - answers[i - 1].day, answers[i].rating, &steps[i]);
        if (importance[i] > 0)
            loss += (double)importance[i] * loss_of(&steps[i], answers[i].rating);
    }
    struct slope slope = { 0, 0 };
    for (size_t i = gradient ? len : 0; i-- > 0;)
        slope = i == 0 ? back_first(model, answers[i].rating, &steps[i], slope, gradient)
                       : back_next(model, answers[i].day - answers[i - 1].day, answers[i].rating,
                             (double)importance[i], &steps[i], slope, gradient);
    return loss;
}

static void first_answer(const struct fit_model *model, int rating, struct step *step)
{
    step->after = model->w[rating - 1];
    step->difficulty_after = model->w[4] - exp(model->w[5] * (rating - 1)) + 1;
}

static void next_answer(const struct fit_model *model, int32_t gap, int rating, struct step *step)
{
    const double *w = model->w;
    step->log_stability = log(step->stability);
    step->log_base = log1p(model->factor * gap / step->stability);
    step->recall = exp(-w[20] * step->log_base);
    if (gap == 0) {
        step->after = step->stability * same_day(model, rating, step);
    } else if (rating > RATING_AGAIN) {
        step->gain = exp(w[10] * (1 - step->recall));
        double hard = rating == RATING_HARD ? w[15] : 1, easy = rating == RATING_EASY ? w[16] : 1;
        step->growth = model->growth * (11 - step->difficulty) *
            exp(-w[9] * step->log_stability) * (step->gain - 1) * hard * easy;
        step->after = step->stability * (1 + step->growth);
    } else {
        step->power = exp(w[13] * log1p(step->stability));
        step->fresh = w[11] * exp(-w[12] * log(step->difficulty)) * (step->power - 1) *
            exp(w[14] * (1 - step->recall));
        step->after = fmin(step->fresh, step->stability * model->shrink);
    }
    double damped =
        step->difficulty - w[6] * (rating - RATING_GOOD) * (10 - step->difficulty) / 9;
    step->difficulty_after = w[7] * model->easy_first + (1 - w[7]) * damped;
}

static double same_day(const struct fit_model *model, int rating, const struct step *step)
{
    const double *w = model->w;
    double increase =
        exp(w[17] * (rating - RATING_GOOD + w[18]) - w[19] * step->log_stability);
    return rating >= RATING_HARD ? fmax(increase, 1) : increase;
}

static double loss_of(const struct step *step, int rating)
{
    double recall = cut(step->recall, recall_min, 1 - recall_min);
    return rating > RATING_AGAIN ? -log(recall) : -log1p(-recall);
}

static double recall_slope_of_loss(const struct step *step, int rating)
{
    if (!inside(step->recall, recall_min, 1 - recall_min))
        return 0;
    return rating > RATING_AGAIN ? -1 / step->recall : 1 / (1 - step->recall);
}

static struct slope back_first(const struct fit_model *model, int rating, const struct step *step,
    struct slope after, double *gradient)
{
    if (inside(step->after, stability_min, stability_max))
        gradient[rating - 1] += after.stability;
    if (inside(step->difficulty_after, 1, 10)) {
        gradient[4] += after.difficulty;
        gradient[5] -= after.difficulty * (rating - 1) * exp(model->w[5] * (rating - 1));
    }
    return (struct slope){ 0, 0 };
}

static struct slope back_next(const struct fit_model *model, int32_t gap, int rating,
    double importance, const struct step *step, struct slope after, double *gradient)
{
    double by_recall = importance > 0 ? importance * recall_slope_of_loss(step, rating) : 0;
    bool stable = inside(step->after, stability_min, stability_max);
    double after_stability = stable ? after.stability : 0;
    double after_difficulty = inside(step->difficulty_after, 1, 10) ? after.difficulty : 0;
    struct slope before = { 0, 0 };
    if (gap == 0)
        before.stability = back_same_day(model, rating, step, after_stability, gradient);
    else if (rating > RATING_AGAIN)
        before = back_right(model, rating, step, after_stability, gradient, &by_recall);
    else
        before = back_wrong(model, step, after_stability, gradient, &by_recall);
    before.difficulty += back_difficulty(model, rating, step, after_difficulty, gradient);
    if (gap > 0)
        before.stability += back_recall(model, gap, step, by_recall, gradient);
    return before;
}

static double back_difficulty(const struct fit_model *model, int rating, const struct step *step,
    double after, double *gradient)
{
    const double *w = model->w;
    double rest = 10 - step->difficulty, off = (rating - RATING_GOOD) / 9.0;
    double damped = step->difficulty - w[6] * off * rest;
    gradient[4] += after * w[7];
    gradient[5] -= after * w[7] * 3 * model->easy_exp;
    gradient[6] -= after * (1 - w[7]) * off * rest;
    gradient[7] += after * (model->easy_first - damped);
    return after * (1 - w[7]) * (1 + w[6] * off);
}

static struct slope back_right(const struct fit_model *model, int rating, const struct step *step,
    double after, double *gradient, double *by_recall)
{
    const double *w = model->w;
    double by_growth = after * step->stability;
    double growth = step->growth;
    /* growth without its factor (gain - 1), which is 0 where recall is certain */
    double scale = step->gain > 1 ? growth / (step->gain - 1) : 0;
    gradient[8] += by_growth * growth;
    gradient[9] -= by_growth * growth * step->log_stability;
    gradient[10] += by_growth * scale * step->gain * (1 - step->recall);
    if (rating == RATING_HARD && w[15] > 0)
        gradient[15] += by_growth * growth / w[15];
    if (rating == RATING_EASY)
        gradient[16] += by_growth * growth / w[16];
    *by_recall -= by_growth * scale * step->gain * w[10];
    return (struct slope){
        .stability = after * (1 + growth * (1 - w[9])),
        .difficulty = -by_growth * growth / (11 - step->difficulty),
    };
}

static struct slope back_wrong(const struct fit_model *model, const struct step *step, double after,
    double *gradient, double *by_recall)
{
    const double *w = model->w;
    if (step->fresh >= step->stability * model->shrink) {
        gradient[17] -= after * step->after * w[18];
        gradient[18] -= after * step->after * w[17];
        return (struct slope){ .stability = after * model->shrink };
    }
    double by_fresh = after * step->fresh;
    double share = by_fresh / (step->power - 1) * step->power;      /* of (S+1)^w13 - 1 */
    gradient[11] += by_fresh / w[11];
    gradient[12] -= by_fresh * log(step->difficulty);
    gradient[13] += share * log1p(step->stability);
    gradient[14] += by_fresh * (1 - step->recall);
    *by_recall -= by_fresh * w[14];
    return (struct slope){
        .stability = share * w[13] / (step->stability + 1),
        .difficulty = -by_fresh * w[12] / step->difficulty,
    };
}

static double back_same_day(const struct fit_model *model, int rating, const struct step *step,
    double after, double *gradient)
{
    const double *w = model->w;
    double increase = step->after / step->stability;
    if (rating >= RATING_HARD && increase <= 1)
        return after;
    gradient[17] += after * step->after * (rating - RATING_GOOD + w[18]);
    gradient[18] += after * step->after * w[17];
    gradient[19] -= after * step->after * step->log_stability;
    return after * increase * (1 - w[19]);
}

static double back_recall(const struct fit_model *model, int32_t gap, const struct step *step,
    double by_recall, double *gradient)
{
    double decay = model->w[20], base = exp(step->log_base), recall = step->recall;
    double by_factor = -recall * decay * gap / (step->stability * base);
    gradient[20] +=
        by_recall * (-recall * step->log_base + by_factor * model->factor_by_decay);
    return by_recall * -by_factor * model->factor / step->stability;
}

static double cut(double value, double min, double max)
{
    return value < min ? min : value > max ? max : value;
}

static bool inside(double value, double min, double max)
{
    return value >= min && value <= max;
}
