/* A company that keeps changing, in a real store and beside it as plain arrays: what may be read
 * by whom is decided from the arrays alone. */
#ifndef TESTS_HOSTILE_COMPANY_H
#define TESTS_HOSTILE_COMPANY_H

#include <sqlite3.h>

#include "nudged/core/plan.h"
#include "nudged/store/report.h"

enum {
    PEOPLE = 40,
    SKILLS = 4,
    PROMPTS = 8,
    ANSWERS_MAX = 400, /* of a week */
    WEEKS = 6, /* remembered */
    GROUP_MIN = 5, /* the promise, stated for itself */
    MONDAY_FIRST = 22340 /* 2031-03-03 */
};

struct fact { /* one rated answer */
    int person, prompt;
    bool right;
    int64_t at_ms;
};

struct week_facts {
    int32_t monday;
    struct fact facts[ANSWERS_MAX];
    size_t len;
};

struct member_of {
    bool employed;
    int wanted, written; /* the manager of the next file, and of the last one that named them */
    int manager; /* who that really is; -1: none */
    int64_t since_ms;
    int64_t person_id; /* 0: never named in a file yet */
    int64_t last_nudge_id;
    char name[24], email[32], id[16];
};

struct shown_of { /* what somebody's answers to a prompt are evidence of; zeroed: nothing */
    int hits;
    bool enough, lasting; /* demonstrated; for sure still known, or for sure not */
    int32_t from_day, to_day;
};

struct company {
    uint64_t seed;
    struct store *store;
    sqlite3 *sql; /* another connection, for what only a test may do */
    char folder[64], path[96];
    struct arena arena; /* of one round */
    struct arena kept;
    struct instant now;
    struct member_of people[PEOPLE];
    struct week_facts weeks[WEEKS]; /* the newest last */
    struct shown_of shown[PEOPLE][PROMPTS];
    struct prompt prompts[PROMPTS];
    struct prompt *by_id[PROMPTS];
    struct deck deck;
    struct skill skills[SKILLS];
    struct holidays holidays;
    struct content content;
    struct settings settings;
    struct zone *zone;
    int64_t epoch, next_nudge_id;
};

struct company *company_open(uint64_t seed);
void company_close(struct company *company);
uint32_t company_draw(struct company *company, uint32_t bound);

/* A new people.csv: another company, or the same with two people moved. */
void company_reorganise(struct company *company, bool all);
/* A week passes: answers of everybody, some moves in the middle of it. */
void company_week(struct company *company);
void company_write_people(struct company *company); /* the members' `employed` and `wanted` */
void company_answer(
    struct company *company, int person, int prompt, bool right, bool counts, int32_t day);
/* Facts of a person as a turn would read them; needs: NEED_*. */
struct facts company_facts(struct company *company, unsigned needs, const struct event *event);
enum err company_sql(struct company *company, const char *format, ...) PRINTF_LIKE(2, 3);
int64_t company_number(struct company *company, const char *sql);

/* -- the oracle: plain loops over plain arrays ------------------------------------------------ */

struct figure { int answers, right, people; };

int oracle_index(const struct company *company, int64_t person_id); /* -1: nobody */
bool oracle_reports_to(const struct company *company, int person, int manager);
/* How many managers stand between; 0: not below, or above itself. */
int oracle_depth(const struct company *company, int person, int manager);
bool oracle_manages(const struct company *company, int manager);
struct figure oracle_person(
    const struct company *company, const struct week_facts *week, int person, int skill);
struct figure oracle_team(
    const struct company *company, const struct week_facts *week, int manager, int skill);
struct figure oracle_below(
    const struct company *company, const struct week_facts *week, int manager, int skill);
/* What this person has demonstrated in a skill since they are in their team: questions, how many of
 * them are current, right answers in all. */
struct shown_figure {
    int questions, current, hits;
};
struct shown_figure oracle_shown(const struct company *company, int person, int skill);
bool oracle_shown_here(const struct company *company, int person, int prompt);
/* Of a prompt the team answered: how many people, how many wrong of how many. */
struct figure oracle_prompt(
    const struct company *company, const struct week_facts *week, int manager, int prompt);
/* Whether the figure of a skill of those below may be told. */
bool oracle_below_may_be_told(
    const struct company *company, const struct week_facts *week, int manager, int skill);
/* Whether a prompt's figure may be told to who must not know about one person. */
bool oracle_prompt_may_be_told(
    const struct company *company, const struct week_facts *week, int manager, int prompt);

#endif
