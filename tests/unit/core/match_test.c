/* Typed answers against accepted ones: what is forgiven, and above all what never is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "nudged/base/arena.h"
#include "nudged/base/limits.h"
#include "nudged/base/macros.h"
#include "nudged/core/match.h"

static const char *const match_names[] = { "no", "close", "exact" };
static const struct match_rules lenient = { false, false };

static enum match typed_against(const char *typed, const char *accepted, struct match_rules rules)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct str wanted = str_from_z(accepted);
    enum match match = MATCH_NO;
    assert_int_equal(match_text(&arena, str_from_z(typed), &wanted, 1, rules, &match), OK);
    arena_finish(&arena);
    return match;
}

static const struct text_sample {
    const char *typed, *accepted;
    enum match expected;
} text_samples[] = {
    /* the same after normalising */
    { "Escalate", "escalate", MATCH_EXACT },
    { "  escalate!  ", "escalate", MATCH_EXACT },
    { "ESCALATE the ticket.", "Escalate the ticket", MATCH_EXACT },
    { "the\tticket\n owner", "the ticket owner", MATCH_EXACT },
    { "can\xE2\x80\x99t reproduce", "can't reproduce", MATCH_EXACT },
    { "cant reproduce", "can't reproduce", MATCH_EXACT },
    { "\xE2\x80\x9Cowner\xE2\x80\x9D", "owner", MATCH_EXACT },
    { "'owner'", "owner", MATCH_EXACT },
    { "follow-up", "follow up", MATCH_EXACT },
    { "follow\xE2\x80\x93up", "follow-up", MATCH_EXACT },
    { "M\xC3\xBCller", "mueller", MATCH_CLOSE },
    { "Muller", "M\xC3\xBCller", MATCH_EXACT },
    { "mu\xCC\x88ller", "M\xC3\xBCller", MATCH_EXACT },
    { "STRASSE", "Stra\xC3\x9F" "e", MATCH_EXACT },
    { "10%", "10 %", MATCH_EXACT },
    { "10\xC2\xA0%", "10 %", MATCH_EXACT },
    { "\xEF\xBC\x91\xEF\xBC\x90 %", "10 %", MATCH_EXACT },
    { "5ms", "5 ms", MATCH_EXACT },
    { "the call - then the mail", "the call then the mail", MATCH_EXACT },
    /* forgiven */
    { "escalat", "escalate", MATCH_CLOSE },
    { "esclaate", "escalate", MATCH_CLOSE },
    { "stakeholdr", "stakeholder", MATCH_CLOSE },
    { "stakehlodrs", "stakeholder", MATCH_NO },
    { "satkeholdr", "stakeholder", MATCH_CLOSE },
    { "the tiket owner", "the ticket owner", MATCH_CLOSE },
    { "login", "log in", MATCH_CLOSE },
    { "log in", "login", MATCH_CLOSE },
    { "inprovement", "improvement", MATCH_CLOSE },
    { "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82\xD1\x8B",
      "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82", MATCH_CLOSE },
    /* too far for its length */
    { "form", "from", MATCH_NO },
    { "cat", "car", MATCH_NO },
    { "eslate", "escalate", MATCH_NO },
    { "owners of it", "owner of it all", MATCH_NO },
    { "teh owner", "the owner", MATCH_NO },
    { "stakholdr and custmer", "stakeholder and customer", MATCH_NO },
    { "", "owner", MATCH_NO },
    { "   ", "owner", MATCH_NO },
    { "...", "owner", MATCH_NO },
    { "owner", "", MATCH_NO },
    { "", "", MATCH_NO },
    /* negations */
    { "can", "can't", MATCH_NO },
    { "can't", "can", MATCH_NO },
    { "you can share it", "you can't share it", MATCH_NO },
    { "you cannot share it", "you can not share it", MATCH_NO },
    { "do share the password", "do not share the password", MATCH_NO },
    { "notable", "not able", MATCH_NO },
    { "nowhere to be found", "now here to be found", MATCH_NO },
    { "with approval", "without approval", MATCH_NO },
    { "wihout approval", "without approval", MATCH_NO },
    { "never forward the mail", "ever forward the mail", MATCH_NO },
    { "noting was agreed", "nothing was agreed", MATCH_NO },
    { "keine Freigabe", "eine Freigabe", MATCH_NO },
    { "nicht weiterleiten", "weiterleiten", MATCH_NO },
    { "nciht weiterleiten", "nicht weiterleiten", MATCH_NO },
    /* a prefix or ending that turns the meaning */
    { "possible", "impossible", MATCH_NO },
    { "synchronous", "asynchronous", MATCH_NO },
    { "reactive work", "proactive work", MATCH_NO },
    { "increase the limit", "decrease the limit", MATCH_NO },
    { "decryption", "encryption", MATCH_NO },
    { "employer", "employee", MATCH_NO },
    { "macroservice", "microservice", MATCH_NO },
    /* numbers, signs, units */
    { "10 %", "100 %", MATCH_NO },
    { "1000 customers", "10000 customers", MATCH_NO },
    { "within 24 hours", "within 42 hours", MATCH_NO },
    { "10", "10 %", MATCH_NO },
    { "-5 degrees", "5 degrees", MATCH_NO },
    { "3-5 people", "35 people", MATCH_NO },
    { "3 - 5 people", "3-5 people", MATCH_EXACT },
    { "1.5 hours", "15 hours", MATCH_NO },
    { "10 milligrams", "10 kilograms", MATCH_NO },
    { "5 metres", "5 meters", MATCH_NO },
    { "a billion", "a million", MATCH_NO },
    { "1 0 people", "10 people", MATCH_NO },
    { "version2", "version3", MATCH_NO },
    { "covid 19", "covid-19", MATCH_EXACT },
    { "c", "c++", MATCH_NO },
    { "c#", "c++", MATCH_NO },
    { "!=", "=", MATCH_NO },
    { "x > y", "x < y", MATCH_NO },
};

static void text_case_by_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(text_samples); i++) {
        const struct text_sample *sample = &text_samples[i];
        enum match got = typed_against(sample->typed, sample->accepted, lenient);
        if (got != sample->expected)
            fail_msg("\"%s\" for \"%s\": %s, expected %s", sample->typed, sample->accepted,
                     match_names[got], match_names[sample->expected]);
    }
}

static void rules_tighten(void **state)
{
    (void)state;
    struct match_rules exact = { .exact = true }, marks = { .keep_marks = true };
    assert_int_equal(typed_against("escalat", "escalate", exact), MATCH_NO);
    assert_int_equal(typed_against("ESCALATE", "escalate", exact), MATCH_EXACT);
    assert_int_equal(typed_against("log in", "login", exact), MATCH_NO);
    assert_int_equal(typed_against("peche", "p\xC3\xAA" "che", lenient), MATCH_EXACT);
    assert_int_equal(typed_against("peche", "p\xC3\xAA" "che", marks), MATCH_CLOSE);
    assert_int_equal(typed_against("sale", "sal\xC3\xA9", marks), MATCH_NO);
}

static void best_of_the_accepted_answers(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct str accepted[] = { STR("stakeholders"), STR(""), STR("stakeholder"), STR("sponsor") };
    enum match match = MATCH_NO;
    assert_int_equal(match_text(&arena, STR("Stakeholder"), accepted, COUNT(accepted), lenient,
                                &match), OK);
    assert_int_equal(match, MATCH_EXACT);
    assert_int_equal(match_text(&arena, STR("sponsr"), accepted, COUNT(accepted), lenient,
                                &match), OK);
    assert_int_equal(match, MATCH_CLOSE);
    assert_int_equal(match_text(&arena, STR("customer"), accepted, COUNT(accepted), lenient,
                                &match), OK);
    assert_int_equal(match, MATCH_NO);
    assert_int_equal(match_text(&arena, STR("customer"), NULL, 0, lenient, &match), OK);
    assert_int_equal(match, MATCH_NO);
    arena_finish(&arena);
}

static void hostile_bytes_end_in_an_error(void **state)
{
    (void)state;
    static char big[ANSWER_BYTES_MAX + 1];
    memset(big, 'a', sizeof big);
    struct arena arena;
    arena_init(&arena, 4 << 20);
    struct str accepted = STR("owner"), long_accepted = { big, 10240 };
    enum match match = MATCH_CLOSE;
    assert_int_equal(match_text(&arena, STR("own\xFF" "er"), &accepted, 1, lenient, &match),
                     ERR_SYNTAX);
    assert_int_equal(match_text(&arena, STR("\xC3"), &accepted, 1, lenient, &match), ERR_SYNTAX);
    assert_int_equal(match_text(&arena, (struct str){ big, sizeof big }, &accepted, 1, lenient,
                                &match), ERR_TOO_BIG);
    assert_int_equal(match, MATCH_CLOSE);               /* untouched */
    assert_int_equal(match_text(&arena, (struct str){ big, 10240 }, &accepted, 1, lenient, &match),
                     OK);
    assert_int_equal(match, MATCH_NO);
    assert_int_equal(match_text(&arena, (struct str){ big, 10239 }, &long_accepted, 1, lenient,
                                &match), OK);
    assert_int_equal(match, MATCH_NO);                  /* too long to compare by letters */
    assert_int_equal(match_text(&arena, (struct str){ big, 10240 }, &long_accepted, 1, lenient,
                                &match), OK);
    assert_int_equal(match, MATCH_EXACT);
    for (size_t i = 1; i < sizeof big; i += 2)
        big[i] = ' ';                                   /* thousands of words */
    assert_int_equal(match_text(&arena, (struct str){ big, 10240 }, &accepted, 1, lenient, &match),
                     OK);
    assert_int_equal(match, MATCH_NO);
    assert_int_equal(match_text(&arena, STR("own\0er"), &accepted, 1, lenient, &match), OK);
    assert_int_equal(match, MATCH_CLOSE);               /* a NUL is a blank */
    arena_finish(&arena);
}

static void a_full_arena_is_an_error(void **state)
{
    (void)state;
    struct str accepted = STR("stakeholder");
    for (size_t bytes = 0; bytes < 1024; bytes += 16) {
        struct arena arena;
        arena_init(&arena, bytes);
        enum match match = MATCH_CLOSE;
        enum err err = match_text(&arena, STR("stakeholder"), &accepted, 1, lenient, &match);
        assert_true(err == OK || err == ERR_NO_MEMORY);
        assert_int_equal(match, err == OK ? MATCH_EXACT : MATCH_CLOSE);
        if (bytes == 0)
            assert_int_equal(err, ERR_NO_MEMORY);
        arena_finish(&arena);
    }
}

static const struct number_sample {
    const char *typed;
    double number, tolerance;
    enum match expected;
} number_samples[] = {
    { "1.5", 1.5, 0, MATCH_EXACT },
    { "1,5", 1.5, 0, MATCH_EXACT },
    { "1 000", 1000, 0, MATCH_EXACT },
    { "1\xC2\xA0" "000", 1000, 0, MATCH_EXACT },
    { "1\xE2\x80\xAF" "000", 1000, 0, MATCH_EXACT },
    { "1'000", 1000, 0, MATCH_EXACT },
    { "1\xE2\x80\x99" "000", 1000, 0, MATCH_EXACT },
    { "1,000", 1000, 0, MATCH_EXACT },
    { "1.000", 1000, 0, MATCH_EXACT },
    { "1.000", 1, 0, MATCH_EXACT },
    { "1.000", 10, 0, MATCH_NO },
    { "1,23", 123, 0, MATCH_NO },
    { "1.234,5", 1234.5, 0, MATCH_EXACT },
    { "1,234.5", 1234.5, 0, MATCH_EXACT },
    { "1,234,567", 1234567, 0, MATCH_EXACT },
    { "1 234 567,8", 1234567.8, 0, MATCH_EXACT },
    { "0.125", 0.125, 0, MATCH_EXACT },
    { "0.125", 125, 0, MATCH_NO },
    { ".5", 0.5, 0, MATCH_EXACT },
    { "10 %", 10, 0, MATCH_EXACT },
    { "10%", 10, 0, MATCH_EXACT },
    { "100 %", 10, 0, MATCH_NO },
    { "10 minutes.", 10, 0, MATCH_EXACT },
    { "5 m\xC2\xB2", 5, 0, MATCH_EXACT },
    { "\xE2\x82\xAC 12", 12, 0, MATCH_EXACT },
    { "$12.50", 12.5, 0, MATCH_EXACT },
    { "-$12", -12, 0, MATCH_EXACT },
    { "-5", -5, 0, MATCH_EXACT },
    { "\xE2\x88\x92" "5", -5, 0, MATCH_EXACT },
    { "- 5", -5, 0, MATCH_EXACT },
    { "+5", 5, 0, MATCH_EXACT },
    { "-5", 5, 0, MATCH_NO },
    { "\xEF\xBC\x97", 7, 0, MATCH_EXACT },
    { "9", 10, 1, MATCH_EXACT },
    { "11", 10, 1, MATCH_EXACT },
    { "8.99", 10, 1, MATCH_NO },
    { "11.01", 10, 1, MATCH_NO },
    { "0.3", 0.1, 0.2, MATCH_EXACT },
    { "11", 10, -1, MATCH_NO },
    { "10", 10, NAN, MATCH_EXACT },
    { "11", 10, NAN, MATCH_NO },
    { "10", NAN, 1, MATCH_NO },
    { "3-5", 3, 0, MATCH_NO },
    { "10 20", 10, 0, MATCH_NO },
    { "10 or 20", 10, 0, MATCH_NO },
    { "1/2", 1, 0, MATCH_NO },
    { "1e3", 1, 0, MATCH_NO },
    { "1e3", 1000, 0, MATCH_NO },
    { "0x10", 0, 0, MATCH_NO },
    { "1,5,5", 1.5, 0, MATCH_NO },
    { "1.5.2031", 1.5, 0, MATCH_NO },
    { "1234 567", 1234567, 0, MATCH_NO },
    { "about 10", 10, 0, MATCH_NO },
    { "ten", 10, 0, MATCH_NO },
    { "inf", INFINITY, 0, MATCH_NO },
    { "nan", 0, 0, MATCH_NO },
    { "", 0, 0, MATCH_NO },
    { "-", 0, 0, MATCH_NO },
    { "%", 0, 0, MATCH_NO },
    { "99999999999999999999999999999999999999999999999999999999999999999", 1, 0, MATCH_NO },
};

static void numbers_case_by_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(number_samples); i++) {
        const struct number_sample *sample = &number_samples[i];
        struct arena arena;
        arena_init(&arena, 1 << 16);
        enum match got = MATCH_CLOSE;
        assert_int_equal(match_number(&arena, str_from_z(sample->typed), sample->number,
                                      sample->tolerance, &got), OK);
        if (got != sample->expected)
            fail_msg("\"%s\" for %g ± %g: %s, expected %s", sample->typed, sample->number,
                     sample->tolerance, match_names[got], match_names[sample->expected]);
        arena_finish(&arena);
    }
}

static void hostile_numbers_end_in_an_error(void **state)
{
    (void)state;
    static char big[ANSWER_BYTES_MAX + 1];
    memset(big, '1', sizeof big);
    struct arena arena;
    arena_init(&arena, 1 << 20);
    enum match match = MATCH_CLOSE;
    assert_int_equal(match_number(&arena, STR("1\xFE"), 1, 0, &match), ERR_SYNTAX);
    assert_int_equal(match_number(&arena, (struct str){ big, sizeof big }, 1, 0, &match),
                     ERR_TOO_BIG);
    assert_int_equal(match, MATCH_CLOSE);
    assert_int_equal(match_number(&arena, (struct str){ big, 10240 }, 1, 0, &match), OK);
    assert_int_equal(match, MATCH_NO);
    arena_finish(&arena);
}

static const struct pick_sample {
    const char *typed;
    size_t options_len;
    const char *expected;       /* indices as digits; NULL: names nothing */
} pick_samples[] = {
    { "b", 4, "1" },          { "B", 4, "1" },          { "B)", 4, "1" },
    { "(b)", 4, "1" },        { " b. ", 4, "1" },       { "2", 4, "1" },
    { "a, c", 4, "02" },      { "a,c", 4, "02" },       { "A C", 4, "02" },
    { "1 3", 4, "02" },       { "1;3", 4, "02" },       { "a and c", 4, "02" },
    { "A und C", 4, "02" },   { "a & c", 4, "02" },     { "ac", 4, "02" },
    { "13", 4, "02" },        { "c a", 4, "20" },       { "a a", 4, "0" },
    { "2 1 3", 3, "102" },    { "b a c", 3, "102" },    { "bac", 3, "102" },
    { "213", 3, "102" },      { "b > a > c", 3, "102" }, { "b -> a, then c", 3, "102" },
    { "b \xE2\x86\x92 a", 3, "10" }, { "10", 10, "9" },  { "1 0", 10, NULL },
    { "12", 10, NULL },       { "j", 10, "9" },         { "12", 9, "01" },
    { "e", 4, NULL },         { "5", 4, NULL },         { "0", 4, NULL },
    { "-1", 4, "0" },         { "", 4, NULL },          { " , ", 4, NULL },
    { "and", 4, NULL },       { "bad", 4, "103" },      { "see", 9, NULL },
    { "the first", 4, NULL }, { "a1", 4, NULL },        { "aa", 4, NULL },
    { "a or b", 4, NULL },    { "b?", 4, NULL },        { "\xC3\xA4", 4, NULL },
    { "b\xFF", 4, NULL },     { "99999999999999999999", 4, NULL }, { "a", 0, NULL },
};

static void picks_case_by_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pick_samples); i++) {
        const struct pick_sample *sample = &pick_samples[i];
        uint8_t picks[MATCH_PICKS_MAX];
        char got[MATCH_PICKS_MAX + 1] = "";
        size_t len = 0;
        bool named = match_picks(str_from_z(sample->typed), sample->options_len, picks, &len);
        for (size_t j = 0; j < len; j++)
            got[j] = (char)('0' + picks[j]);
        if (named != (sample->expected != NULL) || strcmp(got, named ? sample->expected : "") != 0)
            fail_msg("\"%s\" of %zu: %s \"%s\"", sample->typed, sample->options_len,
                     named ? "names" : "nothing", got);
    }
    uint8_t picks[MATCH_PICKS_MAX];
    size_t len = 77;
    assert_false(match_picks(STR("a"), MATCH_PICKS_MAX + 1, picks, &len));
    assert_false(match_picks(STR("a\0b"), 4, picks, &len));
    assert_int_equal(len, 77);
    assert_true(match_picks(STR("z y x"), MATCH_PICKS_MAX, picks, &len));
    assert_int_equal(len, 3);
}

static void an_order_names_every_option_once(void **state)
{
    (void)state;
    uint8_t picks[MATCH_PICKS_MAX] = { 9, 9, 9 };
    assert_false(match_order(STR("b a"), 3, picks));
    assert_false(match_order(STR("b a b"), 3, picks));
    assert_false(match_order(STR("b a c d"), 3, picks));
    assert_false(match_order(STR(""), 3, picks));
    assert_int_equal(picks[0], 9);
    assert_true(match_order(STR("C, a, B"), 3, picks));
    assert_int_equal(picks[0], 2);
    assert_int_equal(picks[1], 0);
    assert_int_equal(picks[2], 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_case_by_case),
        cmocka_unit_test(rules_tighten),
        cmocka_unit_test(best_of_the_accepted_answers),
        cmocka_unit_test(hostile_bytes_end_in_an_error),
        cmocka_unit_test(a_full_arena_is_an_error),
        cmocka_unit_test(numbers_case_by_case),
        cmocka_unit_test(hostile_numbers_end_in_an_error),
        cmocka_unit_test(picks_case_by_case),
        cmocka_unit_test(an_order_names_every_option_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
