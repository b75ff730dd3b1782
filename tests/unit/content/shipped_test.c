/* What the product ships: every deck, skills, the sample company, the generated documents. */
#include "help_folder.h"

#include "content/format.h"
#include "nudged/core/capacity.h"

static struct str shipped(struct help *help, const char *name)
{
    return str_format(&help->arena, SOURCE_DIR "/prompts/%s", name);
}

static void load_shipped(struct help *help, struct people *people, struct content *content)
{
    enum err err = people_load(shipped(help, "sample/people.csv"), &help->arena, &help->faults,
                               people);
    assert_no_faults(help);
    assert_int_equal(err, OK);
    err = content_load(str_from_z(SOURCE_DIR "/prompts"), shipped(help, "sample/holidays.yaml"),
                       people, &help->arena, &help->faults, content);
    assert_no_faults(help);
    assert_int_equal(err, OK);
}

static void shipped_content_is_clean(void **state)
{
    struct help *help = help_new();
    struct people people = { 0 };
    struct content content = { 0 };
    (void)state;
    load_shipped(help, &people, &content);
    assert_int_equal(content.decks_len, 3);
    assert_int_equal(people.rows_len, 12);
    assert_null(content.by_id);
    assert_true(holidays_has(content.holidays, date_to_day((struct date){ 2031, 10, 3 }),
        STR("DE")));
    assert_true(holidays_has(content.holidays, date_to_day((struct date){ 2031, 12, 29 }),
        STR("US")));
    assert_false(holidays_has(content.holidays, date_to_day((struct date){ 2031, 10, 3 }),
        STR("US")));
    for (size_t i = 0; i + 1 < content.decks_len; i++)
        assert_true(str_compare(content.decks[i].id, content.decks[i + 1].id) < 0);
    help_free(help);
}

static void decks_are_large_and_varied(void **state)
{
    struct help *help = help_new();
    struct people people = { 0 };
    struct content content = { 0 };
    unsigned kinds = 0;
    (void)state;
    load_shipped(help, &people, &content);
    for (size_t i = 0; i < content.decks_len; i++) {
        const struct deck *deck = &content.decks[i];
        assert_true(deck->prompts_len >= 12);
        for (size_t j = 0; j < deck->prompts_len; j++) {
            const struct prompt *prompt = &deck->prompts[j];
            kinds |= 1u << prompt->kind;
            assert_true(str_equal(prompt->deck, deck->id));
            assert_true(prompt->skill.len > 0 && prompt->source.len > 0);
            assert_int_equal(prompt->prompt_id, 0);
        }
    }
    for (unsigned kind = PROMPT_CHOICE; kind < PROMPT_KIND_END; kind++)
        assert_true(kinds & 1u << kind);
    help_free(help);
}

/* Always the same place would teach people where to click. */
static void right_options_are_spread(void **state)
{
    struct help *help = help_new();
    struct people people = { 0 };
    struct content content = { 0 };
    (void)state;
    load_shipped(help, &people, &content);
    for (size_t i = 0; i < content.decks_len; i++) {
        size_t places[PROMPT_OPTIONS_MAX] = { 0 }, choices = 0;
        for (size_t j = 0; j < content.decks[i].prompts_len; j++) {
            const struct prompt *prompt = &content.decks[i].prompts[j];
            for (size_t k = 0; prompt->kind == PROMPT_CHOICE && k < prompt->options_len; k++)
                places[k] += prompt->options[k].correct;
            choices += prompt->kind == PROMPT_CHOICE;
        }
        for (size_t k = 0; k < PROMPT_OPTIONS_MAX; k++)
            assert_true(places[k] * 2 <= choices + 1);
    }
    help_free(help);
}

/* The demo needs managers with reports who get questions. */
static void sample_managers_manage_learners(void **state)
{
    struct help *help = help_new();
    struct people people = { 0 };
    struct content content = { 0 };
    size_t managers_with_learners = 0;
    (void)state;
    load_shipped(help, &people, &content);
    for (size_t i = 0; i < people.rows_len; i++) {
        size_t learners = 0;
        for (size_t j = 0; j < people.rows_len; j++) {
            const struct people_row *row = &people.rows[j];
            size_t decks = 0;
            for (size_t k = 0; k < content.decks_len; k++)
                decks += audience_has(&content.decks[k].audience, row->role, row->cohort);
            learners += decks >= 2 && str_equal(row->manager, people.rows[i].external_id);
        }
        managers_with_learners += learners >= 3;
    }
    assert_int_equal(managers_with_learners, 2);
    help_free(help);
}

/* With the settings nudged begins with nobody gets more than the cap carries in the year before the
 * first deck is to be reviewed. */
static void the_cap_carries_what_is_shipped(void **state)
{
    struct help *help = help_new();
    struct people people = { 0 };
    struct content content = { 0 };
    struct settings settings = { .hours = HOURS_DEFAULT, .cap = 1, .new_per_week = 3,
        .min_gap_days = 7 };
    struct capacity_group *groups = NULL;
    size_t len = 0;
    (void)state;
    load_shipped(help, &people, &content);
    struct capacity_input input = { .content = &content, .people = people.rows,
        .people_len = people.rows_len, .settings = &settings, .weights = &review_weights_default,
        .today = date_to_day((struct date){ 2030, 10, 28 }) };
    assert_int_equal(capacity_check(&input, &help->arena, &groups, &len), OK);
    assert_true(len > 1);
    for (size_t i = 0; i < len; i++) {
        if (!groups[i].carried)
            fail_msg("%.*s", STR_ARG(groups[i].sentence));
        assert_true(groups[i].prompts >= 14);
    }
    help_free(help);
}

static void generated_equals_committed(void **state)
{
    static const struct { const char *name; void (*print)(struct buf *out); } made[] = {
        { "deck.schema.json", content_print_schema }, { "FORMAT.md", content_print_format },
    };
    struct help *help = help_new();
    (void)state;
    for (size_t i = 0; i < COUNT(made); i++) {
        struct buf out = buf_in(&help->arena, 1 << 20);
        struct str committed = STR_EMPTY, path = shipped(help, made[i].name);
        made[i].print(&out);
        assert_false(out.failed);
        if (getenv("NUDGED_WRITE_GENERATED")) {
            FILE *file = fopen(str_z(&help->arena, path), "wb");
            assert_non_null(file);
            assert_int_equal(fwrite(out.ptr, 1, out.len, file), out.len);
            assert_int_equal(fclose(file), 0);
        }
        enum err err = file_read(path, 1 << 20, &help->arena, &help->faults, &committed);
        assert_int_equal(err, OK);
        if (!str_equal(committed, buf_str(&out)))
            fail_msg("prompts/%s is old; run this test with NUDGED_WRITE_GENERATED=1",
                made[i].name);
    }
    help_free(help);
}

static void every_example_loads(void **state)
{
    (void)state;
    for (int kind = PROMPT_CHOICE; kind < PROMPT_KIND_END; kind++) {
        struct help *help = help_new();
        struct deck deck = { 0 };
        struct str text = str_format(&help->arena, "%s%s", format_deck_head,
                                     format_example((enum prompt_kind)kind));
        enum err err = help_deck(help, text, &deck);
        assert_no_faults(help);
        assert_int_equal(err, OK);
        assert_int_equal(deck.prompts_len, 1);
        assert_int_equal(deck.prompts[0].kind, kind);
        help_free(help);
    }
}

static void examples_of_the_other_files_load(void **state)
{
    struct help *help = help_new();
    struct people people = { 0 };
    struct content content = { 0 };
    (void)state;
    help_make_folder(help);
    help_make(help, "decks");
    help_write(help, "skills.yaml", format_skills_example);
    struct str deck = str_format(&help->arena, "%s%s", format_deck_head,
                                 format_example(PROMPT_CHOICE));
    help_write_bytes(help, "decks/one.yaml", deck);
    struct str days = help_write(help, "holidays.yaml", format_holidays_example);
    struct str csv = help_write(help, "people.csv", format_people_example);
    assert_int_equal(people_load(csv, &help->arena, &help->faults, &people), OK);
    people.rows[0].role = STR("Account manager");       /* so that both roles exist */
    enum err err = content_load(str_from_z(help->folder), days, &people, &help->arena,
        &help->faults,
                                &content);
    assert_no_faults(help);
    assert_int_equal(err, OK);
    assert_int_equal(content.holidays->len, 10);
    help_remove_folder(help);
    help_free(help);
}

/* Memory ends at every possible allocation: the answer is always that, and nothing is filled in. */
static void memory_may_end_anywhere(void **state)
{
    struct help *help = help_new();
    size_t refused = 0, bytes = 0;
    enum err err = ERR_NO_MEMORY;
    (void)state;
    for (; err; bytes += 64 + bytes / 64) {
        struct arena arena;
        struct people people = { 0 };
        struct content content = { 0 };
        arena_init(&arena, bytes);
        err = people_load(shipped(help, "sample/people.csv"), &arena, &help->faults, &people);
        if (!err)
            err = content_load(str_from_z(SOURCE_DIR "/prompts"),
                               shipped(help, "sample/holidays.yaml"), &people, &arena,
                               &help->faults, &content);
        if (err) {
            refused++;
            assert_int_equal(err, ERR_NO_MEMORY);
            assert_null(content.decks);
            assert_null(content.holidays);
        }
        arena_finish(&arena);
    }
    assert_true(refused > 100);
    assert_true(bytes < 512 << 10);         /* what three decks may cost for as long as they live */
    help_free(help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_content_is_clean),
        cmocka_unit_test(decks_are_large_and_varied),
        cmocka_unit_test(right_options_are_spread),
        cmocka_unit_test(sample_managers_manage_learners),
        cmocka_unit_test(the_cap_carries_what_is_shipped),
        cmocka_unit_test(generated_equals_committed),
        cmocka_unit_test(memory_may_end_anywhere),
        cmocka_unit_test(every_example_loads),
        cmocka_unit_test(examples_of_the_other_files_load),
    };
    return cmocka_run_group_tests_name("content/shipped", tests, NULL, NULL);
}
