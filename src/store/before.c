/* The packed review of an answer. Owns the order of its fields and their limits. Refuses to know
 * where the bytes are kept. Odd: new fields go to the end, whatever they belong to; the common ones
 * stand first, so that the bits of most rows are two bytes. */
#include "store/before.h"

#include <math.h>

#include "nudged/base/pack.h"

#define MILLIONTHS EVIDENCE_FINENESS
#define MILLIONTHS_MAX 1e9 /* above, no number of the others' size */

enum before_field { /* stored: never renumber */
    STABILITY,
    DIFFICULTY,
    STATE,
    BORN,
    LAST,
    SENT,
    DUE,
    ODDS,
    HITS,
    FORMATS,
    HITS_FROM,
    HITS_TO,
    FIT,
    MARKS,
    LAPSES,
    MISSES,
    STEP,
    ODDS_EXACT,
    FIELDS
};

struct fields {
    int64_t numbers[FIELDS]; /* days and counts; not the reals */
    double reals[FIELDS];
    uint64_t there;
};

static const uint64_t real_fields =
    1u << STABILITY | 1u << DIFFICULTY | 1u << ODDS_EXACT;
static const uint64_t day_fields =
    1u << BORN | 1u << LAST | 1u << SENT | 1u << DUE | 1u << HITS_FROM | 1u << HITS_TO;

static struct fields fields_of(const struct review *review);
static bool in_limits(const struct fields *fields);

void before_pack(struct buf *buf, int32_t day, const struct review *review)
{
    struct fields fields = fields_of(review);
    pack_uint(buf, fields.there);
    for (unsigned i = 0; i < FIELDS; i++) {
        if (!(fields.there >> i & 1))
            continue;
        if (real_fields >> i & 1)
            pack_double(buf, fields.reals[i]);
        else
            pack_int(buf, day_fields >> i & 1 ? day - fields.numbers[i] : fields.numbers[i]);
    }
}

enum err before_unpack(struct str bytes, int32_t day, struct review *out)
{
    struct unpack unpack = unpack_from(bytes);
    struct fields fields = { .there = unpack_uint(&unpack) };
    for (unsigned i = 0; i < FIELDS; i++) {
        if (!(fields.there >> i & 1))
            continue;
        if (real_fields >> i & 1)
            fields.reals[i] = unpack_double(&unpack);
        else
            fields.numbers[i] = unpack_int(&unpack);
        if (fields.numbers[i] > UINT32_MAX || fields.numbers[i] < INT32_MIN)
            return ERR_DB_CORRUPT;
        if (day_fields >> i & 1)
            fields.numbers[i] = day - fields.numbers[i];
    }
    if (unpack_finish(&unpack) || fields.there >> FIELDS || !in_limits(&fields))
        return ERR_DB_CORRUPT;
    const int64_t *numbers = fields.numbers;
    bool exact = fields.there >> ODDS_EXACT & 1;
    out->memory = (struct review_memory){ .stability_days = fields.reals[STABILITY],
        .difficulty = fields.reals[DIFFICULTY], .state = (enum review_state)numbers[STATE],
        .step = (int32_t)numbers[STEP] };
    out->evidence = (struct evidence){
        .log_odds = exact ? fields.reals[ODDS_EXACT] : (double)numbers[ODDS] / MILLIONTHS,
        .hits = (int32_t)numbers[HITS], .formats = (uint32_t)numbers[FORMATS],
        .first_day = (int32_t)numbers[HITS_FROM], .last_day = (int32_t)numbers[HITS_TO] };
    out->born_day = (int32_t)numbers[BORN];
    out->last_day = (int32_t)numbers[LAST];
    out->sent_day = (int32_t)numbers[SENT];
    out->due_day = (int32_t)numbers[DUE];
    out->lapses = (int32_t)numbers[LAPSES];
    out->misses_in_a_row = (int32_t)numbers[MISSES];
    out->fit_id = numbers[FIT];
    out->marks = (unsigned)numbers[MARKS];
    return OK;
}

static struct fields fields_of(const struct review *review)
{
    const struct review_memory *memory = &review->memory;
    const struct evidence *evidence = &review->evidence;
    REQUIRE(isfinite(memory->stability_days) && isfinite(memory->difficulty));
    REQUIRE(isfinite(evidence->log_odds));
    double millionths = round(evidence->log_odds * MILLIONTHS);
    bool exact = fabs(millionths) > MILLIONTHS_MAX || millionths / MILLIONTHS != evidence->log_odds;
    struct fields fields = {
        .numbers = { [STATE] = memory->state, [STEP] = memory->step,
            [BORN] = review->born_day, [LAST] = review->last_day, [SENT] = review->sent_day,
            [DUE] = review->due_day, [ODDS] = exact ? 0 : (int64_t)millionths,
            [HITS] = evidence->hits, [FORMATS] = evidence->formats,
            [HITS_FROM] = evidence->first_day, [HITS_TO] = evidence->last_day,
            [FIT] = review->fit_id, [MARKS] = review->marks, [LAPSES] = review->lapses,
            [MISSES] = review->misses_in_a_row },
        .reals = { [STABILITY] = memory->stability_days, [DIFFICULTY] = memory->difficulty,
            [ODDS_EXACT] = exact ? evidence->log_odds : 0 },
    };
    for (unsigned i = 0; i < FIELDS; i++)
        if (fields.numbers[i] || fabs(fields.reals[i]) > 0)
            fields.there |= (uint64_t)1 << i;
    return fields;
}

static bool in_limits(const struct fields *fields)
{
    static const int64_t highest[FIELDS] = { [STATE] = REVIEW_RELEARNING,
        [FORMATS] = UINT32_MAX, [FIT] = UINT32_MAX, [MARKS] = UINT8_MAX };
    static const uint64_t from_0 = 1u << STATE | 1u << FORMATS | 1u << FIT | 1u << MARKS;
    for (unsigned i = 0; i < FIELDS; i++) {
        int64_t number = fields->numbers[i];
        if (number > (highest[i] ? highest[i] : INT32_MAX) ||
            number < (from_0 >> i & 1 ? 0 : INT32_MIN) || !isfinite(fields->reals[i]))
            return false;
    }
    return true;
}
