#include "worlds/figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "nudged/base/macros.h"

void series_add(struct series *series, double value)
{
    if (series->len == series->room) {
        series->room = series->room ? 2 * series->room : 64;
        series->values = realloc(series->values, series->room * sizeof(*series->values));
        REQUIRE(series->values);
    }
    series->values[series->len++] = value;
}

void series_free(struct series *series)
{
    free(series->values);
    *series = (struct series){ 0 };
}

struct figure series_mean(const struct series *series)
{
    static const struct series none;
    return series_difference(series, &none);
}

struct figure series_difference(const struct series *a, const struct series *b)
{
    double sum = 0, squares = 0, len = (double)a->len;
    REQUIRE(!b->len || a->len == b->len);
    for (size_t i = 0; i < a->len; i++)
        sum += a->values[i] - (b->len ? b->values[i] : 0);
    double mean = a->len ? sum / len : 0;
    for (size_t i = 0; i < a->len; i++)
        squares += pow(a->values[i] - (b->len ? b->values[i] : 0) - mean, 2);
    return (struct figure){ mean, a->len > 1 ? sqrt(squares / (len - 1) / len) : 0 };
}

static double sum_of(const struct series *series)
{
    double sum = 0;
    for (size_t i = 0; i < series->len; i++)
        sum += series->values[i];
    return sum;
}

struct figure series_ratio(const struct series *a, const struct series *b)
{
    static const struct series none;
    return series_ratio_difference(a, b, &none, &none);
}

struct figure series_ratio_difference(
    const struct series *a, const struct series *b, const struct series *c, const struct series *d)
{
    double squares = 0, len = (double)a->len, below = sum_of(b), below_too = sum_of(d);
    double ratio = below > 0 ? sum_of(a) / below : 0;
    double other = below_too > 0 ? sum_of(c) / below_too : 0;
    REQUIRE(a->len == b->len && c->len == d->len && (!c->len || c->len == a->len));
    for (size_t i = 0; i < a->len; i++) {
        double off = below > 0 ? (a->values[i] - ratio * b->values[i]) / below : 0;
        if (below_too > 0)
            off -= (c->values[i] - other * d->values[i]) / below_too;
        squares += off * off;
    }
    return (struct figure){ ratio - other, len > 1 ? sqrt(squares * len / (len - 1)) : 0 };
}

double figure_sigmas(struct figure figure)
{
    return figure.error > 0 ? figure.mean / figure.error : figure.mean * INFINITY;
}

void print_figure(struct figure figure)
{
    printf(" %.3f ± %.3f |", figure.mean, figure.error);
}

void print_signed(struct figure figure)
{
    printf(" %+.3f ± %.3f |", figure.mean, figure.error);
}
