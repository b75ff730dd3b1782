/* The review kept with an answer comes back exactly, whatever stands in it; bytes that are not one
 * are refused. */
#include "help.h"

#include <math.h>

#include "nudged/core/rating.h"
#include "store/before.h"

enum { TODAY = 22342, ROUNDS = 20000 };

static uint64_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return *seed >> 20;
}

/* 0, a small one, a large one, below 0. */
static int32_t some(uint64_t *seed)
{
    uint64_t number = draw(seed);
    return number % 4 == 0 ? 0
        : number % 4 == 1  ? (int32_t)(number / 4 % 100)
        : number % 4 == 2  ? (int32_t)(number / 4 % INT32_MAX)
                           : -(int32_t)(number / 4 % INT32_MAX);
}

static double some_real(uint64_t *seed)
{
    uint64_t number = draw(seed);
    return number % 3 == 0 ? 0 : (double)some(seed) / (number % 3 == 1 ? 1e6 : 7);
}

static void assert_same(const struct review *a, const struct review *b)
{
    assert_true(a->memory.stability_days == b->memory.stability_days);
    assert_true(a->memory.difficulty == b->memory.difficulty);
    assert_int_equal(a->memory.state, b->memory.state);
    assert_int_equal(a->memory.step, b->memory.step);
    assert_int_equal(a->born_day, b->born_day);
    assert_int_equal(a->last_day, b->last_day);
    assert_int_equal(a->sent_day, b->sent_day);
    assert_int_equal(a->due_day, b->due_day);
    assert_int_equal(a->lapses, b->lapses);
    assert_int_equal(a->misses_in_a_row, b->misses_in_a_row);
    assert_true(a->evidence.log_odds == b->evidence.log_odds);
    assert_int_equal(a->evidence.hits, b->evidence.hits);
    assert_int_equal(a->evidence.formats, b->evidence.formats);
    assert_int_equal(a->evidence.first_day, b->evidence.first_day);
    assert_int_equal(a->evidence.last_day, b->evidence.last_day);
    assert_int_equal(a->marks, b->marks);
    assert_int_equal(a->fit_id, b->fit_id);
}

static size_t there_and_back(const struct review *review, int32_t day)
{
    struct buf buf = buf_heap(BEFORE_BYTES_MAX);
    struct review got = { 0 };
    before_pack(&buf, day, review);
    size_t len = buf.len;
    assert_int_equal(before_unpack(buf_str(&buf), day, &got), OK);
    assert_same(&got, review);
    for (size_t cut = 0; cut < len; cut++) { /* no part of it is one */
        struct review untouched = { .born_day = 77 };
        enum err err = before_unpack((struct str){ buf.ptr, cut }, day, &untouched);
        assert_int_equal(err, ERR_DB_CORRUPT);
        assert_int_equal(untouched.born_day, 77);
    }
    buf_free(&buf);
    return len;
}

static void whatever_it_was_comes_back(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int i = 0; i < ROUNDS; i++) {
        struct review review = {
            .memory = { .stability_days = some_real(&seed), .difficulty = some_real(&seed),
                .state = (enum review_state)(draw(&seed) % (REVIEW_RELEARNING + 1)),
                .step = some(&seed) },
            .born_day = some(&seed), .last_day = some(&seed), .sent_day = some(&seed),
            .due_day = some(&seed), .lapses = some(&seed), .misses_in_a_row = some(&seed),
            .evidence = { .log_odds = some_real(&seed), .hits = some(&seed),
                .formats = (uint32_t)draw(&seed), .first_day = some(&seed),
                .last_day = some(&seed) },
            .marks = (unsigned)(draw(&seed) % 256), .fit_id = (int64_t)(draw(&seed) % 100000),
        };
        there_and_back(&review, 20000 + (int32_t)(draw(&seed) % 10000));
    }
}

/* Evidence as the rule adds it up, however many answers. */
static void an_ordinary_one_is_small(void **state)
{
    (void)state;
    struct review review = {
        .memory = { .stability_days = 17.0 / 7, .difficulty = 37.0 / 7, .state = REVIEW_REVIEW },
        .born_day = TODAY - 300, .last_day = TODAY - 9, .sent_day = TODAY - 1,
        .due_day = TODAY - 1, .fit_id = 40 };
    for (int i = 0; i < 40; i++) {
        struct evidence_answer answer = { .rating = RATING_GOOD, .kind = PROMPT_CHOICE,
            .guess = rating_guess(PROMPT_CHOICE, 2 + (size_t)i % 8), .day = TODAY - 100 + i,
            .day_before = TODAY - 101 + i };
        evidence_add(&review.evidence, &answer);
        assert_in_range(there_and_back(&review, TODAY), 24, 38);
    }
    assert_in_range(there_and_back(&(struct review){ .born_day = TODAY, .sent_day = TODAY,
                        .due_day = TODAY }, TODAY), 1, 5);
}

static void other_bytes_are_refused(void **state)
{
    (void)state;
    static const struct str others[] = { STR_INIT(""), STR_INIT("\x01"), STR_INIT("\x04\x7e"),
        STR_INIT("\x80\x80\x10"), STR_INIT("\x04\x04\x00"),
        STR_INIT("\x01\x00\x00\x00\x00\x00\x00\xf8\x7f"),
        STR_INIT("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01") };
    struct review review = { 0 };
    for (size_t i = 0; i < COUNT(others); i++)
        assert_int_equal(before_unpack(others[i], TODAY, &review), ERR_DB_CORRUPT);
    assert_int_equal(before_unpack((struct str){ "\0", 1 }, TODAY, &review), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_it_was_comes_back),
        cmocka_unit_test(an_ordinary_one_is_small),
        cmocka_unit_test(other_bytes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
