/* What may be known, from the arrays alone. Nothing here asks the store or the program's core. */
#include <string.h>

#include "hostile/company.h"

typedef bool in_group_fn(const struct company *company, int person, int manager);

static struct figure sum(const struct company *company, const struct week_facts *week, int manager,
    int skill, int prompt, in_group_fn *in_group);
static bool is_below(const struct company *company, int person, int manager);
static bool nobody_or_enough(int people);

int oracle_index(const struct company *company, int64_t person_id)
{
    for (int i = 0; person_id && i < PEOPLE; i++)
        if (company->people[i].person_id == person_id)
            return i;
    return -1;
}

bool oracle_reports_to(const struct company *company, int person, int manager)
{
    return company->people[person].employed && company->people[person].manager == manager;
}

int oracle_depth(const struct company *company, int person, int manager)
{
    int depth = 0;
    for (int at = person; at >= 0 && company->people[at].employed && depth <= PEOPLE;) {
        at = company->people[at].manager;
        depth++;
        if (at == manager)
            return person == manager || depth > 20 ? 0 : depth;
    }
    return 0;
}

bool oracle_manages(const struct company *company, int manager)
{
    for (int i = 0; i < PEOPLE; i++)
        if (oracle_reports_to(company, i, manager))
            return true;
    return false;
}

struct figure oracle_person(
    const struct company *company, const struct week_facts *week, int person, int skill)
{
    struct figure figure = { 0, 0, 0 };
    for (size_t i = 0; i < week->len; i++) {
        const struct fact *fact = &week->facts[i];
        if (fact->person != person || fact->prompt % SKILLS != skill ||
            fact->at_ms < company->people[person].since_ms)
            continue;
        figure.answers++;
        figure.right += fact->right;
        figure.people = 1;
    }
    return figure;
}

struct figure oracle_team(
    const struct company *company, const struct week_facts *week, int manager, int skill)
{
    return sum(company, week, manager, skill, -1, oracle_reports_to);
}

struct figure oracle_below(
    const struct company *company, const struct week_facts *week, int manager, int skill)
{
    return sum(company, week, manager, skill, -1, is_below);
}

struct figure oracle_prompt(
    const struct company *company, const struct week_facts *week, int manager, int prompt)
{
    return sum(company, week, manager, prompt % SKILLS, prompt, oracle_reports_to);
}

/* All of it is surely theirs to read: the first of the answers was given, wherever on earth, after
 * the person came into the team. */
bool oracle_shown_here(const struct company *company, int person, int prompt)
{
    const struct shown_of *shown = &company->shown[person][prompt];
    int64_t earliest_ms = (int64_t)shown->from_day * 86400000 - 14 * 3600000;
    return shown->enough && earliest_ms > company->people[person].since_ms;
}

struct shown_figure oracle_shown(const struct company *company, int person, int skill)
{
    struct shown_figure figure = { 0, 0, 0 };
    for (int prompt = skill; prompt < PROMPTS; prompt += SKILLS) {
        const struct shown_of *shown = &company->shown[person][prompt];
        if (!oracle_shown_here(company, person, prompt))
            continue;
        figure.questions++;
        figure.current += shown->lasting;
        figure.hits += shown->hits;
    }
    return figure;
}

bool oracle_below_may_be_told(
    const struct company *company, const struct week_facts *week, int manager, int skill)
{
    bool answered[PEOPLE] = { false };
    int people = 0, small = 0;
    for (size_t i = 0; i < week->len; i++)
        if (week->facts[i].prompt % SKILLS == skill &&
            is_below(company, week->facts[i].person, manager))
            answered[week->facts[i].person] = true;
    for (int i = 0; i < PEOPLE; i++)
        people += answered[i];
    bool may = people >= GROUP_MIN;
    for (int who = 0; who < PEOPLE; who++) {
        int team = 0, branch = 0;
        if (!oracle_depth(company, who, manager))
            continue;
        for (int i = 0; i < PEOPLE; i++) {
            team += answered[i] && oracle_reports_to(company, i, who);
            branch += answered[i] && oracle_depth(company, i, who) > 0;
        }
        may = may && nobody_or_enough(people - team) && nobody_or_enough(people - branch);
        small += team < GROUP_MIN ? team : 0;
    }
    return may && nobody_or_enough(small);
}

bool oracle_prompt_may_be_told(
    const struct company *company, const struct week_facts *week, int manager, int prompt)
{
    bool others[PEOPLE] = { false };
    int rest = 0;
    for (size_t i = 0; i < week->len; i++) {
        const struct fact *fact = &week->facts[i];
        if (fact->prompt != prompt && fact->prompt % SKILLS == prompt % SKILLS &&
            oracle_reports_to(company, fact->person, manager) &&
            fact->at_ms >= company->people[fact->person].since_ms)
            others[fact->person] = true;
    }
    for (int i = 0; i < PEOPLE; i++)
        rest += others[i];
    return oracle_prompt(company, week, manager, prompt).people >= GROUP_MIN &&
        nobody_or_enough(rest);
}

/* Of direct reports only what they answered in this team; of those below everything. */
static struct figure sum(const struct company *company, const struct week_facts *week, int manager,
    int skill, int prompt, in_group_fn *in_group)
{
    struct figure figure = { 0, 0, 0 };
    bool answered[PEOPLE] = { false };
    for (size_t i = 0; i < week->len; i++) {
        const struct fact *fact = &week->facts[i];
        bool early = in_group == oracle_reports_to &&
            fact->at_ms < company->people[fact->person].since_ms;
        if (fact->prompt % SKILLS != skill || (prompt >= 0 && fact->prompt != prompt) || early ||
            !in_group(company, fact->person, manager))
            continue;
        figure.answers++;
        figure.right += fact->right;
        figure.people += !answered[fact->person];
        answered[fact->person] = true;
    }
    return figure;
}

static bool is_below(const struct company *company, int person, int manager)
{
    return oracle_depth(company, person, manager) >= 2;
}

static bool nobody_or_enough(int people)
{
    return people == 0 || people >= GROUP_MIN;
}
