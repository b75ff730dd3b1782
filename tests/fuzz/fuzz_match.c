/* What a person typed against what the author accepts: a byte of rules, the typed line, accepted
 * answers a line each. */
#include "fuzz.h"

#include <math.h>

#include "nudged/base/arena.h"
#include "nudged/base/text.h"
#include "nudged/core/match.h"

static void check_normal_form(struct arena *arena, struct str text, bool keep_marks)
{
    struct str once = STR_EMPTY, twice = STR_EMPTY;
    enum err err = text_normalise(arena, text, keep_marks, &once);
    REQUIRE((err == ERR_SYNTAX) == !text_is_utf8(text));
    if (err)
        return;
    REQUIRE(text_is_utf8(once) && !text_normalise(arena, once, keep_marks, &twice));
    REQUIRE(str_equal(once, twice));
}

static void check_distance(struct str a, struct str b)
{
    if (!text_is_utf8(a) || !text_is_utf8(b) || text_length(a) > 60 || text_length(b) > 60)
        return;
    size_t there = text_distance(a, b, 3), back = text_distance(b, a, 3);
    REQUIRE(there == back && there <= 4 && (there == 0) == str_equal(a, b));
}

static void check_picks(struct str typed, size_t options)
{
    uint8_t picks[MATCH_PICKS_MAX], order[MATCH_PICKS_MAX];
    size_t len = 0;
    bool seen[MATCH_PICKS_MAX] = { false };
    bool read = match_picks(typed, options, picks, &len);
    REQUIRE(read == (len > 0) && len <= options);
    for (size_t i = 0; i < len; i++) {
        REQUIRE(picks[i] < options && !seen[picks[i]]);
        seen[picks[i]] = true;
    }
    if (match_order(typed, options, order))
        REQUIRE(len == options && memcmp(picks, order, options) == 0);
}

static void check_number(struct arena *arena, struct str typed)
{
    static const double numbers[] = { 0, 15, -1.5, 1e300, 1500 };
    for (size_t i = 0; i < COUNT(numbers); i++) {
        enum match exact = MATCH_NO, loose = MATCH_NO, any = MATCH_NO;
        if (match_number(arena, typed, numbers[i], 0, &exact))
            return;
        REQUIRE(!match_number(arena, typed, numbers[i], 10, &loose));
        REQUIRE(!match_number(arena, typed, numbers[i], NAN, &any) && any == exact);
        REQUIRE(exact != MATCH_CLOSE && (exact == MATCH_NO || loose == MATCH_EXACT));
    }
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct str accepted[20];
    size_t len = 0;
    enum match lenient = MATCH_NO, strict = MATCH_NO, itself = MATCH_NO;
    arena_init(&arena, 32 << 20);
    uint8_t how = take_byte(&feed);
    struct match_rules rules = { .keep_marks = how & 1 }, exact = { true, how & 1 };
    struct str typed = take_line(&feed);
    while (feed.left && len < COUNT(accepted))
        accepted[len++] = take_line(&feed);
    enum err err = match_text(&arena, typed, accepted, len, rules, &lenient);
    REQUIRE(err == OK || err == ERR_SYNTAX || err == ERR_TOO_BIG);
    REQUIRE(match_text(&arena, typed, accepted, len, exact, &strict) == err);
    REQUIRE(strict != MATCH_CLOSE && (strict == MATCH_EXACT) == (lenient == MATCH_EXACT));
    if (!match_text(&arena, typed, &typed, 1, rules, &itself) && lenient == MATCH_EXACT)
        REQUIRE(itself == MATCH_EXACT);
    check_normal_form(&arena, typed, how & 1);
    if (len)
        check_distance(typed, accepted[0]);
    check_picks(typed, how >> 1 & 31);
    check_number(&arena, typed);
    REQUIRE(!arena_failed(&arena));
    arena_finish(&arena);
    return 0;
}
