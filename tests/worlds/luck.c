#include "worlds/luck.h"

#include <math.h>

static uint64_t mix(uint64_t z);
static double draw(struct luck luck, enum luck_of of, uint32_t a, uint32_t b, uint64_t which);

double luck_uniform(struct luck luck, enum luck_of of, uint32_t a, uint32_t b)
{
    return draw(luck, of, a, b, 0);
}

double luck_normal(struct luck luck, enum luck_of of, uint32_t a, uint32_t b)
{
    double radius = sqrt(-2 * log(1 - draw(luck, of, a, b, 1)));
    return radius * cos(6.283185307179586 * draw(luck, of, a, b, 2));
}

static double draw(struct luck luck, enum luck_of of, uint32_t a, uint32_t b, uint64_t which)
{
    uint64_t bits = mix(luck.seed + UINT64_C(0x9e3779b97f4a7c15));
    bits = mix(bits ^ ((uint64_t)luck.learner << 32 | (uint64_t)of << 8 | which));
    bits = mix(bits ^ ((uint64_t)a << 32 | b));
    return (double)(bits >> 11) * 0x1p-53;
}

/* The finaliser of SplitMix64. */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}
