/* Can the cap carry it: figures against the real choosing, proposals against their own effect, who
 * is told about. */
#include "facts_builder.h"

#include <math.h>
#include <stdio.h>

#include "core/capacity_run.h"
#include "core/choose.h"
#include "core/heldout.h"
#include "core/spacing.h"
#include "nudged/core/capacity.h"

enum { TODAY = 22345, PROMPTS_MAX = 200 }; /* a Friday in March 2031 */

struct company {
    struct builder *b;
    struct arena arena;
    struct prompt prompts[PROMPTS_MAX], *by_id[PROMPTS_MAX];
    struct deck decks[2];
    struct people_row people[4];
    struct capacity_input input;
    struct capacity_group *groups;
    size_t len;
};

static struct str everybody[] = { STR_INIT("agent") };

/* One deck of so many prompts, for two agents; one more person has another role. */
static struct company *company_new(size_t prompts, int32_t cap)
{
    struct company *c = calloc(1, sizeof(*c));
    assert_non_null(c);
    c->b = builder_new("UTC");
    arena_init(&c->arena, 1 << 30);
    for (size_t i = 0; i < prompts; i++) {
        c->prompts[i] = (struct prompt){ .prompt_id = (int64_t)i + 1, .deck = STR("basics"),
            .kind = PROMPT_CHOICE, .skill = STR("checking") };
        c->by_id[i] = &c->prompts[i];
    }
    c->decks[0] = (struct deck){ .id = STR("basics"), .desired_retention = 0.9,
        .min_gap_days = -1, .prompts = c->prompts, .prompts_len = prompts,
        .audience = { .roles = everybody, .roles_len = 1 } };
    c->b->content = (struct content){ .decks = c->decks, .decks_len = 1, .by_id = c->by_id,
        .by_id_len = prompts, .holidays = &c->b->holidays };
    for (int i = 0; i < 3; i++)
        c->people[i] = (struct people_row){ .email = STR("x@example.com"), .active = i != 3,
            .role = i < 2 ? STR("agent") : STR("cook") };
    c->b->settings.cap = cap;
    c->b->settings.new_per_week = 5;
    c->input = (struct capacity_input){ .content = &c->b->content, .people = c->people,
        .people_len = 3, .settings = &c->b->settings, .weights = &review_weights_default,
        .today = TODAY };
    return c;
}

static const struct capacity_group *checked(struct company *c)
{
    assert_int_equal(capacity_check(&c->input, &c->arena, &c->groups, &c->len), OK);
    assert_true(c->len > 0);
    return &c->groups[0];
}

static void company_free(struct company *c)
{
    builder_free(c->b);
    arena_finish(&c->arena);
    free(c);
}

static bool says(const struct capacity_group *group, const char *words)
{
    return str_contains(group->sentence, str_from_z(words));
}

static void too_much_is_caught_and_enough_is_not(void **state)
{
    static const struct { size_t prompts; int32_t cap; bool carried; } rows[] = {
        { 14, 1, true }, { 28, 1, true }, { 60, 1, false }, { 42, 2, true }, { 72, 2, false },
        { 60, 3, true }, { 200, 3, false },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct company *c = company_new(rows[i].prompts, rows[i].cap);
        const struct capacity_group *group = checked(c);
        assert_int_equal(c->len, 1); /* the cook gets nothing */
        assert_int_equal(group->people, 2);
        assert_int_equal(group->prompts, rows[i].prompts);
        if (group->carried != rows[i].carried)
            fail_msg("%zu prompts at %d: %d unmet, %.1f days", rows[i].prompts, (int)rows[i].cap,
                (int)group->unmet, group->wait_days);
        assert_int_equal(group->sentence.len > 0, !rows[i].carried);
        company_free(c);
    }
}

static void the_sentence_has_numbers_and_who(void **state)
{
    (void)state;
    struct company *c = company_new(60, 1);
    const struct capacity_group *group = checked(c);
    print_message("%.*s\n", STR_ARG(group->sentence));
    assert_true(says(group, "agent (2 people, 60 prompts of basics): at 1 question a workday "));
    assert_true(says(group, " of the prompts would not come once within a year"));
    assert_true(says(group, "any one of these fits: cap "));
    assert_true(says(group, " prompts fewer"));
    assert_true(group->wanted_busiest > group->wanted_later && group->wanted_later > 1);
    c->decks[0].review_by_day = TODAY + 100;
    const struct capacity_group *sooner = checked(c);
    assert_true(says(sooner, " of the prompts would not come once by 2031-06-"));
    assert_true(sooner->unmet > 10);
    company_free(c);
}

static int number_behind(const struct capacity_group *group, const char *words)
{
    size_t at = str_find(group->sentence, '\0');
    for (size_t i = 0; i + strlen(words) < group->sentence.len && at == group->sentence.len; i++)
        if (!strncmp(group->sentence.ptr + i, words, strlen(words)))
            at = i + strlen(words);
    return at == group->sentence.len ? 0 : atoi(group->sentence.ptr + at);
}

/* Whatever is proposed is tried here from the outside: it fits, and a little less does not. */
static void what_is_proposed_fits(void **state)
{
    static const size_t sizes[] = { 34, 42, 60 };
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct company *c = company_new(sizes[i], 1);
        const struct capacity_group *group = checked(c);
        int cap = number_behind(group, "cap "), gap = number_behind(group, "min_gap_days ");
        int retention = number_behind(group, "desired_retention 0.");
        print_message("%zu prompts: %.*s\n", sizes[i], STR_ARG(group->sentence));
        if (cap) {
            c->b->settings.cap = cap;
            assert_true(checked(c)->carried);
            c->b->settings.cap = 1;
        }
        if (gap) {
            c->b->settings.min_gap_days = gap;
            assert_true(checked(c)->carried);
            c->b->settings.min_gap_days = 7;
        }
        c->decks[0].desired_retention = retention ? retention * 0.01 : 0.75;
        assert_int_equal(checked(c)->carried, retention > 0); /* no dial where it does nothing */
        c->decks[0].desired_retention = 0.9;
        size_t end = str_find(checked(c)->sentence, '\0') - strlen(" prompts fewer");
        const char *digits = c->groups[0].sentence.ptr + end;
        while (digits[-1] >= '0' && digits[-1] <= '9')
            digits--;
        c->decks[0].prompts_len = sizes[i] - (size_t)atoi(digits);
        assert_true(checked(c)->carried);
        c->decks[0].prompts_len++;
        assert_false(checked(c)->carried);
        company_free(c);
    }
}

/* The same kind of person, through choose_prompt and spacing, with other luck. */
static void play_choosing(struct company *c, int people, double *sent, double *unmet, double *wait)
{
    static struct review reviews[PROMPTS_MAX];
    uint64_t seed = 12345;
    double waited = 0, repeats = 0;
    for (int person = 0; person < people; person++) {
        struct facts facts = c->b->facts;
        facts.person.role = STR("agent");
        facts.reviews = reviews;
        facts.reviews_len = 0;
        for (int32_t day = TODAY; day < TODAY + CAPACITY_DAYS; day++) {
            facts.now = (struct instant){ day * INT64_C(86400000) + 36000000 };
            bool workday = slot_workday_on_or_after(&facts, day) == day;
            for (int32_t slot = 0; workday && slot < c->b->settings.cap; slot++) {
                struct chosen chosen = choose_prompt(&facts, day);
                if (!chosen.prompt)
                    break;
                struct review *review = (struct review *)(uintptr_t)chosen.review;
                if (review && !strcmp(chosen.why, "due")) {
                    waited += day - review->due_day;
                    repeats++;
                }
                if (!review)
                    review = &reviews[facts.reviews_len++];
                *review = spacing_sent(&facts, &chosen, day);
                *sent += 1;
                seed = seed * 6364136223846793005U + 1442695040888963407U;
                if ((double)(seed >> 11) * 0x1p-53 >= 0.75)
                    continue;
                double right = review->answers ? review_retrievability(&review_weights_default,
                                                     &review->memory, day - review->last_day)
                                               : 0.7;
                seed = seed * 6364136223846793005U + 1442695040888963407U;
                bool hit = (double)(seed >> 11) * 0x1p-53 < right;
                *review = spacing_answered(&facts, &c->decks[0], review,
                    hit ? RATING_GOOD : RATING_AGAIN, day);
            }
        }
        size_t met = 0;
        for (size_t i = 0; i < facts.reviews_len; i++)
            met += !heldout_is(&facts, reviews[i].prompt_id);
        for (size_t i = 0; i < c->decks[0].prompts_len; i++)
            *unmet += !c->prompts[i].held_out;
        *unmet -= (double)met;
    }
    *sent /= people;
    *unmet /= people;
    *wait = waited / repeats;
}

static void figures_are_those_of_the_real_choosing(void **state)
{
    static const struct { size_t prompts, held_out; int32_t cap; bool fill; } rows[] = {
        { 14, 0, 1, false }, { 28, 0, 1, false }, { 60, 0, 1, false }, { 60, 0, 2, false },
        { 63, 3, 2, false }, { 28, 0, 1, true }, { 60, 0, 2, true } };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct company *c = company_new(rows[i].prompts, rows[i].cap);
        for (size_t p = 0; p < rows[i].held_out; p++)
            c->prompts[p].held_out = true;
        c->b->settings.fill = rows[i].fill;
        const struct capacity_group *group = checked(c);
        double sent = 0, unmet = 0, wait = 0;
        play_choosing(c, 40, &sent, &unmet, &wait);
        print_message("%3zu prompts, cap %d: not met %d here, %.1f by choosing; waits %.2f days "
                      "here, %.2f by choosing\n", rows[i].prompts, (int)rows[i].cap,
            (int)group->unmet, unmet, group->wait_days, wait);
        assert_true(fabs(group->unmet - unmet) < 3.0);
        assert_true(fabs(group->wait_days - wait) < 1.0);
        company_free(c);
    }
}

/* Those that go need not be counted twice: there are no more of them than there are prompts. */
static void held_out_ones_are_none_to_leave_out(void **state)
{
    (void)state;
    struct company *c = company_new(150, 1);
    for (size_t p = 50; p < 150; p++)
        c->prompts[p].held_out = true;
    const struct capacity_group *group = checked(c);
    assert_int_equal(group->prompts, 50);
    assert_int_equal(group->held_out, 100);
    size_t end = str_find(group->sentence, '\0') - strlen(" prompts fewer");
    const char *digits = group->sentence.ptr + end;
    while (digits[-1] >= '0' && digits[-1] <= '9')
        digits--;
    assert_in_range(atoi(digits), 5, 35);
    company_free(c);
}

/* What helps is tried for the largest; the others are told of, too. */
static void of_many_groups_the_largest_get_proposals(void **state)
{
    (void)state;
    struct company *c = company_new(60, 1);
    struct people_row people[36];
    for (size_t i = 0; i < COUNT(people); i++) /* as many on one set of workdays as its number */
        people[i] = (struct people_row){ .email = STR("x@example.com"), .active = true,
            .role = STR("agent"), .workdays = (uint8_t)(i < 24 ? 1 + i % 12 : 1 + i) };
    c->input.people = people;
    c->input.people_len = COUNT(people);
    checked(c);
    assert_int_equal(c->len, 24);
    for (size_t i = 0; i < c->len; i++) {
        bool proposes = says(&c->groups[i], "any one of these fits: ");
        assert_int_equal(c->groups[i].people, i < 12 ? 2 : 1);
        assert_false(c->groups[i].carried);
        assert_true(says(&c->groups[i], " of the prompts would not come once within a year"));
        assert_int_equal(proposes, i < 10);
    }
    company_free(c);
}

/* One new prompt a week lets 52 come in a year, whatever the cap. */
static void too_few_new_ones_a_week_are_a_reason(void **state)
{
    (void)state;
    struct company *c = company_new(70, 3);
    c->b->settings.new_per_week = 1;
    const struct capacity_group *group = checked(c);
    assert_false(group->carried);
    assert_in_range(group->unmet, 17, 19);
    assert_int_equal(number_behind(group, "new_per_week "), 5);
    c->b->settings.new_per_week = 5;
    assert_true(checked(c)->carried);
    company_free(c);
}

static void who_is_counted(void **state)
{
    (void)state;
    struct company *c = company_new(60, 1);
    c->people[0].active = false;
    assert_int_equal(checked(c)->people, 1);
    c->people[2] = (struct people_row){ .email = STR("y@example.com"), .active = true,
        .role = STR("agent"), .workdays = 0x03 };
    checked(c);
    assert_int_equal(c->len, 2); /* two days a week carry less */
    assert_true(c->groups[0].unmet + c->groups[1].unmet > 2 * c->groups[0].unmet ||
        c->groups[0].unmet > c->groups[1].unmet);
    struct str only[] = { STR("y@example.com") };
    c->b->settings.only = only;
    c->b->settings.only_len = 1;
    checked(c);
    assert_int_equal(c->len, 1);
    c->input.people_len = 0;
    assert_int_equal(capacity_check(&c->input, &c->b->arena, &c->groups, &c->len), OK);
    assert_int_equal(c->len, 0);
    company_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_much_is_caught_and_enough_is_not),
        cmocka_unit_test(the_sentence_has_numbers_and_who),
        cmocka_unit_test(what_is_proposed_fits),
        cmocka_unit_test(figures_are_those_of_the_real_choosing),
        cmocka_unit_test(held_out_ones_are_none_to_leave_out),
        cmocka_unit_test(of_many_groups_the_largest_get_proposals),
        cmocka_unit_test(too_few_new_ones_a_week_are_a_reason),
        cmocka_unit_test(who_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
