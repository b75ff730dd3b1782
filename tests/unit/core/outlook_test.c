/* What `explain` knows: every reason has a sentence, and the day as the rules see it. */
#include "facts_builder.h"
#include "nudged/core/outlook.h"

#include <stdio.h>

static struct str source_of(struct builder *b, const char *name)
{
    char path[512];
    struct buf buf = buf_in(&b->arena, 1 << 20);
    snprintf(path, sizeof path, SOURCE_DIR "/src/core/%s", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (int c = fgetc(file); c != EOF; c = fgetc(file))
        buf_add_byte(&buf, (char)c);
    fclose(file);
    return buf_str(&buf);
}

static bool is_word(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '_' && (text.ptr[i] < 'a' || text.ptr[i] > 'z'))
            return false;
    return text.len > 0;
}

/* The rules about a slot quote nothing but their reasons, so each quoted word must be explained. */
static void every_reason_has_a_sentence(void **state)
{
    (void)state;
    static const char *const files[] = { "bar.c", "due.c", "choose.c" };
    struct builder *b = builder_new("UTC");
    int found = 0;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct str text = source_of(b, files[i]), piece;
        for (size_t n = 0; str_next_part(&text, '"', &piece); n++) {
            if (n % 2 == 0 || !is_word(piece))
                continue;
            const char *sentence = outlook_sentence(str_z(&b->arena, piece));
            if (!sentence || !*sentence)
                fail_msg("no sentence for \"%.*s\" of %s", STR_ARG(piece), files[i]);
            found++;
        }
    }
    assert_true(found >= 19);
    assert_null(outlook_sentence("frobnicated"));
    assert_null(outlook_sentence(NULL));
    builder_free(b);
}

static void the_day_and_its_holiday(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    struct outlook outlook;
    outlook_of(&b->facts, &outlook);
    assert_true(outlook.workday);
    assert_int_equal(outlook.holiday.len, 0);
    assert_true(outlook.from.utc_ms == builder_local(b, 2031, 3, 4, 9, 30).utc_ms);
    assert_true(outlook.to.utc_ms == builder_local(b, 2031, 3, 4, 16, 30).utc_ms);
    assert_int_equal(holidays_add(&b->holidays, builder_today(b), STR("north"), STR("A fair")), OK);
    outlook_of(&b->facts, &outlook);
    assert_true(outlook.workday);
    b->facts.person.region = STR("north");
    outlook_of(&b->facts, &outlook);
    assert_false(outlook.workday);
    assert_true(str_equal(outlook.holiday, STR("A fair")));
    b->facts.person.region = STR_EMPTY;
    b->facts.person.workdays = 1 << 4;
    outlook_of(&b->facts, &outlook);
    assert_false(outlook.workday);
    assert_int_equal(outlook.holiday.len, 0);
    builder_free(b);
}

static void what_is_due_the_longest_first(void **state)
{
    (void)state;
    static const int due_in[] = { -1, -5, 3, -2, -9, -4, -3 }; /* of the prompts 1 to 7 */
    static const int64_t first[] = { 5, 2, 6, 7, 4 };
    struct builder *b = builder_new("UTC");
    struct outlook outlook;
    for (size_t i = 0; i < COUNT(due_in); i++)
        builder_review(b, (int64_t)i + 1, due_in[i]);
    builder_review(b, ID_LEAD, -20); /* of a deck for others */
    b->reviews[1].born_day = builder_today(b) - 1; /* this Monday */
    outlook_of(&b->facts, &outlook);
    assert_int_equal(outlook.due_all, 6);
    assert_int_equal(outlook.due_len, OUTLOOK_DUE_MAX);
    for (size_t i = 0; i < COUNT(first); i++)
        assert_int_equal(outlook.due[i].prompt->prompt_id, first[i]);
    assert_int_equal(outlook.due[0].day, builder_today(b) - 9);
    assert_int_equal(outlook.new_this_week, 1);
    b->facts.reviews_len = 3;
    outlook_of(&b->facts, &outlook);
    assert_int_equal(outlook.due_all, 2);
    assert_int_equal(outlook.due_len, 2);
    assert_int_equal(outlook.due[0].prompt->prompt_id, 2);
    builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_has_a_sentence),
        cmocka_unit_test(the_day_and_its_holiday),
        cmocka_unit_test(what_is_due_the_longest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
