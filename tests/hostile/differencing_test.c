/* Twelve Mondays of a small company in which people join, leave and move. Whoever reads the digests
 * of managers compares each with each other and assumes that everybody else does the same every
 * week, which in half of the series they do, to the answer. Nobody who is not named may be found.
 *
 *   COUNT series (5000), SEED (1): each repeats itself. The last line says what was counted. Beside
 *   it the same is tried on exact sums that only need five people, which must give many away. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile/check.h"
#include "hostile/company.h"
#include "hostile/solver.h"

enum {
    MONDAYS = 12,
    AGENT_FIRST = 7, /* one head, two of the middle, four leads */
    TOTAL = SKILLS + PROMPTS, /* the item of all answers together */
    FIGURES_MAX = 4096,
    GROUPS = 2 * PEOPLE, /* the team of each, and all below */
    SMALL_LEAST = 2,
    SMALL_MOST = 12,
    CONTROL_PERCENT = 30
};

struct deed { /* what somebody does in a week, by prompt */
    int answers[PROMPTS], right[PROMPTS];
};

struct series {
    struct company *company;
    struct reader *reader;
    bool same; /* every week like the first */
    int32_t monday;
    struct deed deeds[PEOPLE][MONDAYS];
    int joined; /* the next who may */
    struct printed told[FIGURES_MAX], naive[FIGURES_MAX];
    size_t told_len, naive_len;
    bool present[PEOPLE][MONDAYS];
    bool named[PEOPLE][PEOPLE]; /* the first has read the second's line */
    int size[GROUPS]; /* in the first week */
    bool changed[GROUPS];
    uint64_t members[GROUPS];
};

static struct {
    uint64_t series, digests, figures, pairs, pairs_of_one, tried, recovered;
    uint64_t naive_tried, naive_recovered, small, exposed;
} tally;

/* -- the company ----------------------------------------------------------------------------- */

static int level_of(int person)
{
    return person == 0 ? 0 : person < 3 ? 1 : person < AGENT_FIRST ? 2 : 3;
}

/* Somebody of the level above, or for agents now and then of two above. */
static int draw_manager(struct series *series, int person)
{
    static const int first[] = { 0, 0, 1, 3 }, count[] = { 0, 1, 2, 4 };
    int level = level_of(person);
    if (level == 3 && company_draw(series->company, 8) == 0)
        level = 2;
    return first[level] + (int)company_draw(series->company, (uint32_t)count[level]);
}

static void draw_deed(struct series *series, int person, int week)
{
    struct deed *deed = &series->deeds[person][week];
    struct company *company = series->company;
    int left = 7 - (int)company_draw(company, 5), prompts = 1 + (int)company_draw(company, 3);
    int skill = 1 + (int)company_draw(company, SKILLS - 1);
    uint32_t able = 20 + company_draw(company, 80);
    if (company_draw(company, 12) == 0)
        left = 0;
    for (int i = 0; i < left; i++) {
        int prompt = i % prompts == 1 ? skill : (i % 3 ? 0 : SKILLS);
        deed->answers[prompt]++;
        deed->right[prompt] += company_draw(company, 100) < able;
    }
}

static void begin(struct series *series)
{
    struct company *company = series->company;
    series->joined = AGENT_FIRST + 14 + (int)company_draw(company, 14);
    for (int i = 0; i < PEOPLE; i++) {
        company->people[i].employed = i < series->joined;
        company->people[i].wanted = i ? draw_manager(series, i) : -1;
        draw_deed(series, i, 0);
        for (int week = 1; week < MONDAYS; week++) {
            if (series->same)
                series->deeds[i][week] = series->deeds[i][0];
            else
                draw_deed(series, i, week);
        }
    }
}

/* None to two events; only agents come and go, so that nobody is left without a manager. */
static void change(struct series *series)
{
    struct company *company = series->company;
    for (uint32_t events = company_draw(company, 3); events > 0; events--) {
        uint32_t agents = (uint32_t)(series->joined - AGENT_FIRST);
        int agent = AGENT_FIRST + (int)company_draw(company, agents);
        uint32_t kind = company_draw(company, 3);
        if (kind == 0 && series->joined < PEOPLE)
            company->people[series->joined++].employed = true;
        else if (kind == 1)
            company->people[agent].employed = false;
        else
            company->people[agent].wanted = draw_manager(series, agent);
    }
}

static void live_week(struct series *series, int week)
{
    struct company *company = series->company;
    struct week_facts *facts = &company->weeks[WEEKS - 1];
    *facts = (struct week_facts){ .monday = series->monday };
    company->now.utc_ms = (int64_t)series->monday * 86400000 + 1000;
    company_write_people(company);
    REQUIRE(!company_sql(company, "BEGIN"));
    for (int i = 0; i < PEOPLE; i++) {
        const struct deed *deed = &series->deeds[i][week];
        int32_t day = series->monday;
        series->present[i][week] = company->people[i].employed;
        for (int prompt = 0; company->people[i].employed && prompt < PROMPTS; prompt++)
            for (int n = 0; n < deed->answers[prompt]; n++)
                company_answer(company, i, prompt, n < deed->right[prompt], true, day++);
    }
    REQUIRE(!company_sql(company, "COMMIT"));
    company->now.utc_ms = (int64_t)(series->monday + 7) * 86400000 + 30600000;
}

/* -- what is read ---------------------------------------------------------------------------- */

static struct printed *add(struct printed *figures, size_t *len, struct printed figure)
{
    REQUIRE(*len < FIGURES_MAX);
    figures[*len] = figure;
    return &figures[(*len)++];
}

static uint64_t group_members(const struct company *company, int manager, bool below)
{
    uint64_t members = 0;
    for (int i = 0; i < PEOPLE; i++)
        if (below ? oracle_depth(company, i, manager) >= 2
                  : oracle_reports_to(company, i, manager))
            members |= UINT64_C(1) << i;
    return members;
}

/* What the figure at `end` is about: the prompt of the line, or the skill named last before it. */
static int item_of(const struct company *company, struct str line, size_t end)
{
    int found = -1;
    for (int prompt = 0; prompt < PROMPTS; prompt++)
        if (str_contains(line, company->prompts[prompt].ask))
            return SKILLS + prompt;
    for (size_t at = 0; at < end; at++)
        for (int skill = 0; skill < SKILLS; skill++)
            if (str_starts_with(str_slice(line, at, line.len), company->skills[skill].name))
                found = skill;
    return found;
}

/* Every "3 of 4" and "about 3 of 10" that is about people who are not named. */
static void read_line(struct series *series, int manager, struct str line)
{
    const struct company *company = series->company;
    bool below = str_starts_with(line, STR("Below your direct reports"));
    if (!below && company->settings.visibility == VISIBILITY_SKILLS)
        return;
    for (size_t at = 0; at < line.len; at++) {
        char words[40];
        int right = 0, answers = 0;
        snprintf(words, sizeof(words), "%.*s", STR_ARG(str_slice(line, at, line.len)));
        bool about = sscanf(words, "about %d of %d", &right, &answers) == 2;
        if (!about && (words[0] < '0' || words[0] > '9' || line.ptr[at - 1] != '(' ||
                sscanf(words, "%d of %d", &right, &answers) != 2))
            continue;
        int item = item_of(company, line, at);
        CHECK(item >= 0, "a figure of nothing: %.*s", STR_ARG(line));
        add(series->told, &series->told_len,
            (struct printed){ item, about, right, answers, group_members(company, manager, below),
                2 * manager + below });
        tally.figures++;
        at += 7;
    }
}

/* As on a Monday: asked for, read from the file, said by the rule, shown as text. */
static void read_digest(struct series *series, int manager)
{
    struct company *company = series->company;
    struct event due = { .kind = EVENT_DIGEST_DUE,
        .person_id = company->people[manager].person_id };
    struct facts facts = company_facts(company, NEED_PERSON | NEED_MANAGER, &due);
    struct access_request asked = { ACCESS_PERSON, ACCESS_WEEK, due.person_id };
    const struct access *pass = access_ask(&asked, &facts, &company->arena);
    struct report report;
    struct plan plan;
    if (!pass)
        return;
    REQUIRE(!report_digest(series->reader, pass, series->monday, &company->arena, &report));
    struct event ready = { .kind = EVENT_DIGEST_READY, .week_monday = series->monday,
        .person_id = due.person_id, .report = &report, .at = company->now };
    facts = company_facts(company, rule_of(EVENT_DIGEST_READY)->needs, &ready);
    plan_init(&plan);
    REQUIRE(!rule_of(EVENT_DIGEST_READY)->decide(&facts, &ready, &company->arena, &plan));
    for (size_t i = 0; i < plan.effects_len; i++) {
        if (plan.effects[i].kind != EFFECT_DELIVER)
            continue;
        struct buf buf = buf_in(&company->arena, 1 << 18);
        message_to_text(plan.effects[i].deliver.message, &buf);
        struct str text = buf_str(&buf), line;
        while (str_next_part(&text, '\n', &line))
            read_line(series, manager, line);
        tally.digests++;
    }
}

/* The sums as they are, of groups in which five people answered. */
static void add_naive(struct series *series, int manager, bool below)
{
    struct company *company = series->company;
    int group = 2 * manager + below;
    uint64_t members = group_members(company, manager, below);
    if (series->size[group] < 0)
        series->size[group] = __builtin_popcountll(members);
    else
        series->changed[group] = series->changed[group] || series->members[group] != members;
    series->members[group] = members;
    struct figure all = { 0, 0, 0 };
    for (int skill = 0; skill < SKILLS; skill++) {
        const struct week_facts *week = &company->weeks[WEEKS - 1];
        struct figure sum = below ? oracle_below(company, week, manager, skill)
                                  : oracle_team(company, week, manager, skill);
        if (sum.people >= GROUP_MIN)
            add(series->naive, &series->naive_len,
                (struct printed){ skill, false, sum.right, sum.answers, members, group });
        all.answers += sum.answers;
        all.right += sum.right;
        all.people = sum.people > all.people ? sum.people : all.people;
    }
    if (all.people >= GROUP_MIN)
        add(series->naive, &series->naive_len,
            (struct printed){ TOTAL, false, all.right, all.answers, members, group });
}

static void read_monday(struct series *series)
{
    struct company *company = series->company;
    for (int manager = 0; manager < AGENT_FIRST; manager++) {
        for (int i = 0; i < PEOPLE; i++)
            if (company->settings.visibility == VISIBILITY_SKILLS &&
                oracle_reports_to(company, i, manager))
                series->named[manager][i] = true;
        read_digest(series, manager);
        add_naive(series, manager, false);
        add_naive(series, manager, true);
    }
}

/* -- what is found out ----------------------------------------------------------------------- */

static void sum_deed(const struct deed *deed, int item, int *answers, int *right)
{
    *answers = *right = 0;
    for (int prompt = 0; item == TOTAL && prompt < PROMPTS; prompt++) {
        *answers += deed->answers[prompt];
        *right += deed->right[prompt];
    }
    if (item == TOTAL)
        return;
    if (item >= SKILLS) { /* of prompts the missed ones are printed */
        *answers = deed->answers[item - SKILLS];
        *right = *answers - deed->right[item - SKILLS];
        return;
    }
    for (int prompt = item; prompt < PROMPTS; prompt += SKILLS) {
        *answers += deed->answers[prompt];
        *right += deed->right[prompt];
    }
}

/* What seems to be so every week is held against what was so in the mean. What rules out everything
 * that the person really did in a week is a mistake about them, not a find. */
static bool is_recovered(
    const struct series *series, const struct solver *solver, int person, int item)
{
    double answers = 0, right = 0, weeks = 0;
    bool true_once = false;
    for (int week = 0; week < MONDAYS; week++) {
        int week_answers, week_right;
        sum_deed(&series->deeds[person][week], item, &week_answers, &week_right);
        if (!series->present[person][week])
            continue;
        true_once = true_once ||
            solver->possible[person][item] >> (8 * week_answers + week_right) & 1;
        answers += week_answers;
        right += week_right;
        weeks++;
    }
    return weeks > 0 && true_once &&
        solver_recovered(solver, person, item, answers / weeks, right / weeks);
}

/* Where they do the same every week, the truth is never ruled out. */
static void check_truth(
    const struct series *series, const struct solver *solver, int person, int item)
{
    int answers, right;
    sum_deed(&series->deeds[person][0], item, &answers, &right);
    CHECK(!solver->vary[item], "another figure of the same people");
    CHECK(solver->possible[person][item] >> (8 * answers + right) & 1,
        "person %d did %d of %d", person, right, answers);
}

static uint64_t count_recovered(const struct series *series, const struct solver *solver,
    int reader, uint64_t *tried)
{
    uint64_t recovered = 0;
    for (int person = 0; person < PEOPLE; person++)
        for (int item = 0; item < SOLVER_ITEMS; item++) {
            if (!solver->differs[person][item] || (reader >= 0 && series->named[reader][person]))
                continue;
            if (series->same)
                check_truth(series, solver, person, item);
            ++*tried;
            recovered += is_recovered(series, solver, person, item);
        }
    return recovered;
}

/* One manager, who also knows all about those they have ever read a line of; -1: all managers put
 * their sums together. */
static void solve_told(const struct series *series, int reader)
{
    static struct solver solver;
    static struct printed own[FIGURES_MAX];
    size_t len = 0;
    solver_init(&solver);
    for (size_t i = 0; i < series->told_len; i++)
        if (reader < 0 || series->told[i].group / 2 == reader)
            own[len++] = series->told[i];
    for (int person = 0; reader >= 0 && person < PEOPLE; person++)
        for (int item = 0; series->named[reader][person] && item < SOLVER_ITEMS; item++) {
            int answers, right;
            sum_deed(&series->deeds[person][0], item, &answers, &right);
            if (series->same)
                solver_know(&solver, person, item, answers, right);
        }
    solver_run(&solver, own, len);
    uint64_t recovered = count_recovered(series, &solver, reader, &tally.tried);
    if (recovered && !tally.recovered)
        printf("series %llu, reader %d: found\n", (unsigned long long)tally.series, reader);
    tally.recovered += recovered;
    tally.pairs += solver.pairs;
    tally.pairs_of_one += solver.pairs_of_one;
}

static void solve_naive(const struct series *series)
{
    static struct solver solver;
    static struct printed own[FIGURES_MAX];
    for (int group = 0; group < GROUPS; group++) {
        size_t len = 0;
        if (!series->changed[group] || series->size[group] < SMALL_LEAST ||
            series->size[group] > SMALL_MOST)
            continue;
        solver_init(&solver);
        for (size_t i = 0; i < series->naive_len; i++)
            if (series->naive[i].group == group)
                own[len++] = series->naive[i];
        solver_run(&solver, own, len);
        uint64_t found = count_recovered(series, &solver, -1, &tally.naive_tried);
        tally.naive_recovered += found;
        tally.small++;
        tally.exposed += found > 0;
    }
}

static void try_series(struct series *series)
{
    struct company *company = series->company;
    *series = (struct series){ .company = company, .reader = series->reader,
        .same = tally.series % 2 == 0, .monday = series->monday };
    for (int group = 0; group < GROUPS; group++)
        series->size[group] = -1;
    company->settings.visibility =
        tally.series % 4 < 2 ? VISIBILITY_SKILLS : VISIBILITY_TEAM;
    begin(series);
    for (int week = 0; week < MONDAYS; week++) {
        arena_reset(&company->arena);
        if (week)
            change(series);
        live_week(series, week);
        read_monday(series);
        series->monday += 7;
    }
    for (int reader = -1; reader < AGENT_FIRST; reader++)
        solve_told(series, reader);
    if (series->same)
        solve_naive(series);
    tally.series++;
}

int main(void)
{
    const char *count = getenv("COUNT"), *seed = getenv("SEED");
    uint64_t wanted = count ? strtoull(count, NULL, 10) : 1000;
    struct series *series = calloc(1, sizeof(*series));
    REQUIRE(series);
    struct company *company = company_open(seed ? strtoull(seed, NULL, 10) : 1);
    REQUIRE(!company_sql(company, "PRAGMA synchronous = OFF"));
    series->company = company;
    REQUIRE(!reader_open(str_from_z(company->path), NULL, &series->reader));
    series->monday = MONDAY_FIRST;
    while (tally.series < wanted)
        try_series(series);
    reader_close(series->reader);
    company_close(company);
    free(series);
    uint64_t percent = tally.small ? 100 * tally.exposed / tally.small : 0;
    printf("%llu figures in %llu digests; %llu pairs compared, %llu of them one person apart; "
           "%llu values looked for\n",
        (unsigned long long)tally.figures, (unsigned long long)tally.digests,
        (unsigned long long)tally.pairs, (unsigned long long)tally.pairs_of_one,
        (unsigned long long)tally.tried);
    printf("exact sums of five would expose %llu of %llu changed groups of %d to %d people "
           "(%llu %%), %llu of %llu values\n",
        (unsigned long long)tally.exposed, (unsigned long long)tally.small, SMALL_LEAST,
        SMALL_MOST, (unsigned long long)percent, (unsigned long long)tally.naive_recovered,
        (unsigned long long)tally.naive_tried);
    CHECK(tally.recovered == 0, "%llu values found out", (unsigned long long)tally.recovered);
    CHECK(tally.pairs_of_one, "too little was told to prove anything");
    CHECK(percent > CONTROL_PERCENT, "the solver finds too little even in exact sums");
    printf("proved: %llu series of %d digests, %llu pairs compared, 0 people found out; exact sums "
           "would expose %llu %% of small groups\n",
        (unsigned long long)tally.series, MONDAYS, (unsigned long long)tally.pairs,
        (unsigned long long)percent);
    return 0;
}
