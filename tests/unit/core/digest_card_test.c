/* The manager's week: what it may say, within the visibility setting. */
#include "digest_week.h"

#include "core/digest_card.h"

static struct str card_text_of(struct builder *b, struct week *week, bool details)
{
    return builder_text(b, digest_card(&b->facts, &week->report, details, &b->arena));
}

static size_t place(struct str text, const char *words)
{
    for (size_t i = 0; i < text.len; i++)
        if (str_starts_with(str_slice(text, i, text.len), str_from_z(words)))
            return i;
    fail_msg("\"%s\" is not in:\n%.*s", words, STR_ARG(text));
    return text.len;
}

static void well_then_talk_then_ask_then_people(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    struct str text = card_text_of(b, week, false);
    assert_text_has(text, "Your team's week, Monday 3 March to Sunday 9 March");
    assert_text_has(text, "Going well: Checking sources (7 of 7 right, latest Thursday 6 March).");
    assert_text_has(text, "One thing to talk about: Handing over (2 of 5 right).");
    assert_text_has(text, "\"Which checks belong to it?\" (3 of 4)");
    assert_text_has(text, "says who owns the next step");
    assert_text_has(text,
        "Person00 Example: strong at Checking sources (4 of 4 right, latest "
        "Thursday 6 March); practise next: Handing over (1 of 3 right");
    assert_text_has(text, "Counts of practice answers");
    assert_true(place(text, "Going well") < place(text, "One thing to talk"));
    assert_true(place(text, "One thing to talk") < place(text, "A question to ask"));
    assert_true(place(text, "A question to ask") < place(text, "Person00"));
    free(week);
    builder_free(b);
}

static struct report_shown shown_of(struct str skill, int hits, int days_ago, double stability)
{
    int32_t day = monday_day() - days_ago;
    struct evidence evidence = { 4.1, hits, 1u << PROMPT_CHOICE | 1u << PROMPT_SHORT, day - 20,
        day };
    return (struct report_shown){ skill, { .answers = hits, .last_day = day,
        .memory = { stability, 5, REVIEW_REVIEW, 0, 0 }, .evidence = evidence } };
}

/* Instead of the count of the week, with date, number, formats; under `team` it is not said. */
static void what_was_demonstrated_is_said_by_name_only(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    struct report_shown shown[] = { shown_of(STR("checking"), 3, 4, 60),
        shown_of(STR("checking"), 2, 60, 5), shown_of(STR("handing-over"), 9, 4, 60) };
    week->people[0].shown = shown;
    week->people[0].shown_len = COUNT(shown);
    struct str text = card_text_of(b, week, false);
    assert_text_has(text,
        "Person00 Example: Checking sources demonstrated (2 questions, 1 current; right 5 times, "
        "days apart: picked from a list, typed; latest Thursday 6 March); practise next: Handing "
        "over (1 of 3 right");
    week->people[0].skills_len = 1; /* the week was about one skill, which has one question left */
    week->people[0].shown_len = 1;
    week->skills[0][0].answers = week->skills[0][0].right = 1;
    assert_text_has(card_text_of(b, week, true),
        "Person00 Example: Checking sources demonstrated (1 question, 1 current; right 3 times");
    b->settings.visibility = VISIBILITY_TEAM;
    assert_null(digest_card(&b->facts, &week->report, false, &b->arena));
    free(week);
    builder_free(b);
}

static void who_did_not_answer_is_not_named(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    for (int details = 0; details < 2; details++) {
        struct str text = card_text_of(b, week, details);
        assert_text_lacks(text, "Person02");
        assert_text_lacks(text, "did not");
        assert_text_lacks(text, "0 of 0");
    }
    free(week);
    builder_free(b);
}

static void one_persons_miss_is_not_the_teams(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    missed(week, ID_MULTI, 1, 1, 1);
    assert_text_lacks(card_text_of(b, week, false), "Most missed");
    missed(week, 99, 3, 3, 3); /* its prompt is retired */
    assert_text_lacks(card_text_of(b, week, false), "Most missed");
    missed(week, ID_CHOICE, 3, 3, 3); /* of another skill than the one to talk about */
    assert_text_lacks(card_text_of(b, week, false), "Most missed");
    free(week);
    builder_free(b);
}

static void a_long_question_is_cut_between_words(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    b->prompts[ID_MULTI - 1].ask =
        STR("A customer writes that none of their forty people can log in since this morning. "
            "You have looked. What is next?");
    assert_text_has(card_text_of(b, week, false),
        "\"A customer writes that none of their forty people can log in since this morning. "
        "You have…\"");
    free(week);
    builder_free(b);
}

static void what_went_badly_is_not_called_strong(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = week_new();
    add_person(week, 5, 1, 0, 0);
    struct str text = card_text_of(b, week, false);
    assert_text_has(text, "Going well: 5 questions answered, the latest Thursday 6 March. No skill "
                          "stands out yet.");
    assert_text_lacks(text, "strong at");
    assert_true(place(text, "Going well") < place(text, "One thing"));
    assert_text_has(text, "One thing to talk about: Checking sources (1 of 5 right).");
    assert_text_has(text, "Person00 Example: practise next: Checking sources (1 of 5 right");
    free(week);
    week = week_new();
    add_person(week, 5, 5, 3, 3);
    text = card_text_of(b, week, false);
    assert_text_has(text, "Going well");
    assert_text_lacks(text, "practise next");
    free(week);
    builder_free(b);
}

static size_t lines_of(const struct message *card)
{
    size_t lines = 0;
    for (size_t i = 0; i < card->parts_len; i++)
        lines += card->parts[i].text.len > 0;
    return lines;
}

/* Three lines before the people and one after them always; one more when some are left out. */
static int people_named(int people, int more_lines)
{
    int room = DIGEST_LINES_MAX - 5 - more_lines;
    if (people <= DIGEST_PEOPLE_MAX && people <= room)
        return people;
    return room - 1 < DIGEST_PEOPLE_MAX ? room - 1 : DIGEST_PEOPLE_MAX;
}

/* Twelve lines whatever the team; of more than six people those with most to say. */
static void twelve_lines_are_enough(void **state)
{
    (void)state;
    for (int people = 1; people <= PEOPLE_MAX; people++)
        for (int with = 0; with < 4; with++) {
            int with_missed = with & 1, with_below = with >> 1;
            struct builder *b = manager();
            struct week *week = week_new();
            for (int i = 0; i < people; i++)
                add_person(week, 2 + i, 2 + i, 3, 0);
            if (with_missed)
                missed(week, ID_MULTI, 5, 5, 9);
            if (with_below)
                add_below(week, STR("checking"), 9, 44, 40);
            const struct message *card = digest_card(&b->facts, &week->report, false, &b->arena);
            struct str text = builder_text(b, card);
            int named = 0;
            assert_true(lines_of(card) <= DIGEST_LINES_MAX);
            assert_true(card->parts_len <= MESSAGE_PARTS_MAX);
            for (int i = 0; i < people; i++)
                named += str_contains(text, str_from_z(week->names[i]));
            assert_int_equal(named, people_named(people, with_missed + with_below));
            assert_int_equal(str_contains(text, STR("Below your")), with_below);
            assert_true(str_contains(text, str_from_z(week->names[people - 1])));
            assert_int_equal(str_contains(text, STR("say details")), named < people);
            if (named < people) {
                struct str more = str_format(&b->arena, "%d more with answers", people - named);
                assert_true(str_contains(text, more));
            }
            assert_text_has(text, "Counts of practice answers");
            card = digest_card(&b->facts, &week->report, true, &b->arena);
            text = builder_text(b, card);
            for (int i = people > 30 ? people - 30 : 0; i < people; i++)
                assert_true(str_contains(text, str_from_z(week->names[i])));
            assert_text_lacks(text, "say details");
            assert_text_has(text, "Counts of practice answers");
            free(week);
            builder_free(b);
        }
}

/* -- visibility: team -- */

static void under_team_five_people_must_have_answered(void **state)
{
    (void)state;
    struct builder *b = manager();
    b->settings.visibility = VISIBILITY_TEAM;
    for (int people = 1; people <= 8; people++) {
        struct week *week = week_new();
        for (int i = 0; i < people; i++)
            add_person(week, 3, 3, 3, 1);
        add_person(week, 0, 0, 0, 0);
        missed(week, ID_MULTI, people, people, people);
        for (int details = 0; details < 2; details++) {
            struct message *card = digest_card(&b->facts, &week->report, details, &b->arena);
            assert_int_equal(card != NULL, people >= DIGEST_GROUP_MIN && !details);
            if (!card)
                continue;
            assert_text_lacks(builder_text(b, card), "Person");
            assert_text_lacks(builder_text(b, card), "details");
            assert_text_has(builder_text(b, card), "Going well: Checking sources");
        }
        free(week);
    }
    builder_free(b);
}

/* A skill, or a prompt, that two people answered would speak of those two. */
static void under_team_each_figure_needs_its_own_five(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = week_new();
    b->settings.visibility = VISIBILITY_TEAM;
    for (int i = 0; i < 6; i++)
        add_person(week, 3, 3, i < 4 ? 2 : 0, 0);
    missed(week, ID_MULTI, 4, 8, 8);
    struct str text = card_text_of(b, week, false);
    assert_text_has(text, "Going well: Checking sources (about 9 of 10 or more right).");
    assert_text_lacks(text, "Handing over");
    assert_text_lacks(text, "Which checks");
    free(week);
    week = week_new();
    for (int i = 0; i < 6; i++) /* six people, but three for each skill */
        add_person(week, i < 3 ? 3 : 0, 0, i < 3 ? 0 : 3, 0);
    assert_null(digest_card(&b->facts, &week->report, false, &b->arena));
    free(week);
    builder_free(b);
}

/* No number and no day under which one person could be found; never "none" and never "all". */
static void under_team_figures_are_said_about(void **state)
{
    (void)state;
    static const struct { int right; const char *share; } cases[] = { { 0, "1 of 10 or fewer" },
        { 4, "1 of 10 or fewer" }, { 5, "2 of 10" }, { 13, "4 of 10" }, { 14, "5 of 10" },
        { 25, "8 of 10" }, { 26, "9 of 10 or more" }, { 30, "9 of 10 or more" } };
    struct builder *b = manager();
    b->settings.visibility = VISIBILITY_TEAM;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct week *week = week_new();
        for (int person = 0; person < 6; person++) /* 30 answers */
            add_person(week, 5, cases[i].right / 6 + (person < cases[i].right % 6), 0, 0);
        missed(week, ID_MULTI, 6, 8, 9);
        struct str text = card_text_of(b, week, false);
        assert_text_has(text, str_z(&b->arena, str_format(&b->arena, "Checking sources (about %s "
                                  "right).", cases[i].share)));
        assert_int_equal(str_contains(text, STR("the team practised")), i < 5);
        assert_int_equal(str_contains(text, STR("about 9 of 10 or more missed it")), i >= 5);
        assert_text_lacks(text, "March)");
        assert_text_lacks(text, "30");
        free(week);
    }
    builder_free(b);
}

/* -- below the direct reports -- */

static void below_the_direct_reports_only_sums(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    assert_text_lacks(card_text_of(b, week, false), "Below your");
    add_below(week, STR("checking"), 9, 44, 40);
    add_below(week, STR("handing-over"), 5, 9, 3);
    for (int visibility = VISIBILITY_TEAM; visibility <= VISIBILITY_SKILLS; visibility++)
        for (int details = 0; details < 2; details++) {
            b->settings.visibility = (enum visibility)visibility;
            const struct message *card =
                digest_card(&b->facts, &week->report, details, &b->arena);
            struct str text = card ? builder_text(b, card) : STR_EMPTY;
            if (details) /* a second reading would tell of who joined or left in between */
                assert_text_lacks(text, "Below");
            else
                assert_text_has(text,
                    "Below your direct reports (about 10 people): strong at Checking "
                    "sources (about 9 of 10 or more right); practise next: Handing over "
                    "(about 3 of 10 right).");
        }
    assert_true(place(card_text_of(b, week, false), "A question to ask") <
        place(card_text_of(b, week, false), "Below your"));
    free(week);
    builder_free(b);
}

/* Each figure needs its own five, and with none of them there is no line. */
static void below_a_few_people_are_not_spoken_of(void **state)
{
    (void)state;
    struct builder *b = manager();
    for (int people = 1; people <= 6; people++) {
        struct week *week = usual_week();
        add_below(week, STR("checking"), 6, 40, 40);
        add_below(week, STR("handing-over"), people, 40, 3);
        struct str text = card_text_of(b, week, false);
        assert_text_has(text, "(about 5 people): strong at Checking sources (about 9 of 10");
        assert_int_equal(
            str_contains(text, STR("about 1 of 10 or fewer")), people >= DIGEST_GROUP_MIN);
        free(week);
        week = usual_week();
        add_below(week, STR("handing-over"), people, 40, 3);
        text = card_text_of(b, week, false);
        assert_int_equal(str_contains(text, STR("Below your")), people >= DIGEST_GROUP_MIN);
        free(week);
    }
    builder_free(b);
}

/* The leads may be silent; the week of the others is still theirs to know. */
static void below_is_said_alone(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = week_new();
    add_person(week, 0, 0, 0, 0);
    add_below(week, STR("checking"), 5, 10, 9);
    ready(b, week, false);
    assert_why(b, "sent");
    struct str text = builder_text(b, builder_effect(b, EFFECT_DELIVER)->deliver.message);
    assert_text_has(text, "Below your direct reports (about 5 people): strong at");
    assert_text_lacks(text, "Person00");
    week->below[0].people = 4;
    ready(b, week, false);
    assert_why(b, "empty");
    free(week);
    builder_free(b);
}

/* -- what never is in it -- */

static void no_single_answer_no_typed_text(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    builder_nudge(b, ID_REFLECT, NUDGE_ANSWERED);
    b->facts.has_answer = true;
    b->facts.answer.text = STR(BUILDER_SECRET);
    for (int visibility = VISIBILITY_TEAM; visibility <= VISIBILITY_SKILLS; visibility++)
        for (int details = 0; details < 2; details++) {
            b->settings.visibility = (enum visibility)visibility;
            const struct message *card = digest_card(&b->facts, &week->report, details, &b->arena);
            if (!card)
                continue;
            struct str text = builder_text(b, card);
            assert_text_lacks(text, BUILDER_SECRET);
            assert_text_lacks(text, "reflect");
            for (size_t i = 0; i < COUNT(b->options); i++)
                assert_true(!b->options[i].text.len || !str_contains(text, b->options[i].text));
            assert_text_lacks(text, "receiver");
        }
    free(week);
    builder_free(b);
}

/* Nor is what is left of five when somebody takes away the part they know. */
static void what_is_left_of_a_sum_must_be_nobody_or_five(void **state)
{
    (void)state;
    for (int rest = 0; rest <= 6; rest++) {
        struct builder *b = manager();
        bool told = rest == 0 || rest >= DIGEST_GROUP_MIN;
        struct week *week = usual_week();
        add_below(week, STR("checking"), 12, 40, 30);
        week->below[0].rest_people = rest;
        assert_int_equal(
            str_contains(card_text_of(b, week, false), STR("Below your")), told);
        free(week);
        b->settings.visibility = VISIBILITY_TEAM;
        week = week_new();
        for (int i = 0; i < 6; i++)
            add_person(week, 3, 3, 3, 1);
        missed(week, ID_MULTI, 6, 6, 6);
        week->missed.rest_people = rest;
        assert_int_equal(
            str_contains(card_text_of(b, week, false), STR("Most missed")), told);
        free(week);
        builder_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_then_talk_then_ask_then_people),
        cmocka_unit_test(what_was_demonstrated_is_said_by_name_only),
        cmocka_unit_test(who_did_not_answer_is_not_named),
        cmocka_unit_test(one_persons_miss_is_not_the_teams),
        cmocka_unit_test(a_long_question_is_cut_between_words),
        cmocka_unit_test(what_went_badly_is_not_called_strong),
        cmocka_unit_test(twelve_lines_are_enough),
        cmocka_unit_test(under_team_five_people_must_have_answered),
        cmocka_unit_test(under_team_each_figure_needs_its_own_five),
        cmocka_unit_test(under_team_figures_are_said_about),
        cmocka_unit_test(below_the_direct_reports_only_sums),
        cmocka_unit_test(below_a_few_people_are_not_spoken_of),
        cmocka_unit_test(what_is_left_of_a_sum_must_be_nobody_or_five),
        cmocka_unit_test(below_is_said_alone),
        cmocka_unit_test(no_single_answer_no_typed_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
