/* A team's week made by hand, for the tests of the digest. Monday is 10 March 2031, the week
 * reported the one from 3 March. */
#ifndef TESTS_UNIT_CORE_DIGEST_WEEK_H
#define TESTS_UNIT_CORE_DIGEST_WEEK_H

#include <stdio.h>

#include "facts_builder.h"
#include "nudged/core/report.h"

enum { PEOPLE_MAX = 60 };

struct week {
    struct report report;
    struct report_person people[PEOPLE_MAX];
    struct report_skill skills[PEOPLE_MAX][2], team[2], below[2];
    struct report_prompt missed;
    char names[PEOPLE_MAX][24];
};

static UNUSED int32_t monday_day(void)
{
    return date_to_day((struct date){ 2031, 3, 10 });
}

static UNUSED struct builder *manager(void)
{
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.person.name = STR("Mia Example");
    b->facts.reports_count = 4;
    b->facts.now = builder_local(b, 2031, 3, 10, 8, 30);
    b->facts.person.next_digest = b->facts.now;
    return b;
}

static UNUSED void add_skill(struct report_skill *skill, struct str id, int answers, int right)
{
    skill->skill = id;
    skill->answers += answers;
    skill->right += right;
    skill->people += answers > 0;
    skill->last_day = monday_day() - 4;
}

/* One person of the team: answers and right ones for "checking" and "handing-over". */
static UNUSED void add_person(struct week *week, int checking, int checked, int handing, int handed)
{
    size_t i = week->report.people_len++;
    assert_true(i < PEOPLE_MAX);
    snprintf(week->names[i], sizeof week->names[i], "Person%02zu Example", i);
    add_skill(&week->skills[i][0], STR("checking"), checking, checked);
    add_skill(&week->skills[i][1], STR("handing-over"), handing, handed);
    week->people[i] = (struct report_person){ .person_id = 10 + (int64_t)i,
        .name = str_from_z(week->names[i]),
        .skills = week->skills[i],
        .skills_len = 2 };
    add_skill(&week->team[0], STR("checking"), checking, checked);
    add_skill(&week->team[1], STR("handing-over"), handing, handed);
    week->report.people = week->people;
    week->report.team = week->team;
    week->report.team_len = 2;
}

static UNUSED struct week *week_new(void)
{
    struct week *week = calloc(1, sizeof *week);
    assert_non_null(week);
    week->report.week_monday = monday_day() - 7;
    return week;
}

static UNUSED void missed(struct week *week, int64_t prompt_id, int people, int wrong, int answers)
{
    week->missed = (struct report_prompt){
        .prompt_id = prompt_id, .answers = answers, .wrong = wrong, .people = people
    };
    week->report.missed = &week->missed;
    week->report.missed_len = 1;
}

static UNUSED void add_below(
    struct week *week, struct str skill, int people, int answers, int right)
{
    struct report_skill *sum = &week->below[week->report.below_len++];
    add_skill(sum, skill, answers, right);
    sum->people = people;
    week->report.below = week->below;
    if (people > week->report.below_people)
        week->report.below_people = people;
}

static UNUSED void ready_for(struct builder *b, struct week *week, bool details)
{
    builder_event(b, EVENT_DIGEST_READY);
    b->event.person_id = 1, b->event.week_monday = week->report.week_monday;
    b->event.report = &week->report;
    b->event.details = details;
    b->facts.reports = arena_array(&b->arena, int64_t, week->report.people_len);
    b->facts.reports_len = week->report.people_len;
    for (size_t i = 0; i < week->report.people_len; i++)
        b->facts.reports[i] = week->report.people[i].person_id;
}

static UNUSED void ready(struct builder *b, struct week *week, bool details)
{
    ready_for(b, week, details);
    assert_int_equal(builder_decide(b), OK);
}

static UNUSED struct week *usual_week(void)
{
    struct week *week = week_new();
    add_person(week, 4, 4, 3, 1);
    add_person(week, 3, 3, 2, 1);
    add_person(week, 0, 0, 0, 0); /* Person02 did not answer */
    missed(week, ID_MULTI, 2, 3, 4);
    return week;
}

#endif
