/* Who reads what: thousands of requests over companies that keep changing, against a real store and
 * the real rules; the plain arrays beside it decide row by row what may come back.
 *
 *   COUNT requests (5000), SEED (1): each repeats itself. The last line says what was counted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile/check.h"
#include "hostile/company.h"
#include "nudged/base/world.h"

enum { REQUESTS_A_COMPANY = 5 };

struct tally {
    uint64_t requests, allowed, refused, rows, lines, figures, stale, companies, sums, withheld;
    uint64_t shown;
};

static struct tally tally;

static struct figure of_skill(const struct report_skill *skills, size_t len, struct str id)
{
    for (size_t i = 0; i < len; i++)
        if (str_equal(skills[i].skill, id))
            return (struct figure){ skills[i].answers, skills[i].right, skills[i].people };
    return (struct figure){ 0, 0, 0 };
}

static void check_figure(struct figure got, struct figure wanted, const char *whose)
{
    CHECK(got.answers == wanted.answers && got.right == wanted.right &&
            got.people == wanted.people,
        "%s: %d of %d by %d, not %d of %d by %d", whose, got.right, got.answers, got.people,
        wanted.right, wanted.answers, wanted.people);
    tally.rows += wanted.answers > 0;
}

/* What is demonstrated, wholly in this team, each once, and nothing else. */
static void check_shown(const struct company *company, int who, const struct report_person *person)
{
    size_t wanted = 0;
    for (int prompt = 0; prompt < PROMPTS; prompt++)
        wanted += oracle_shown_here(company, who, prompt);
    CHECK(person->shown_len == wanted, "%s: %zu shown, not %zu", company->people[who].name,
        person->shown_len, wanted);
    for (size_t i = 0; i < person->shown_len; i++) {
        const struct review *review = &person->shown[i].review;
        int prompt = 0;
        while (prompt < PROMPTS && company->prompts[prompt].prompt_id != review->prompt_id)
            prompt++;
        CHECK(prompt < PROMPTS && oracle_shown_here(company, who, prompt),
            "%s: prompt %d is not theirs to read", company->people[who].name, prompt);
        CHECK(str_equal(person->shown[i].skill, company->skills[prompt % SKILLS].id),
            "another skill");
        CHECK(i == 0 || person->shown[i - 1].review.prompt_id < review->prompt_id, "twice");
        CHECK(review->evidence.hits == company->shown[who][prompt].hits, "another number");
    }
}

/* Exactly the rows of exactly the people who report to this manager now. */
static void check_report(const struct company *company, const struct week_facts *week, int manager,
    const struct report *report)
{
    size_t team = 0;
    for (int i = 0; i < PEOPLE; i++)
        team += oracle_reports_to(company, i, manager);
    CHECK(report->people_len == team, "%zu people of %zu", report->people_len, team);
    for (size_t i = 0; i < report->people_len; i++) {
        const struct report_person *person = &report->people[i];
        int who = oracle_index(company, person->person_id);
        CHECK(who >= 0 && oracle_reports_to(company, who, manager), "%d is not of the team", who);
        CHECK(str_equal(person->name, str_from_z(company->people[who].name)), "another name");
        check_shown(company, who, person);
        for (int skill = 0; skill < SKILLS; skill++)
            check_figure(of_skill(person->skills, person->skills_len, company->skills[skill].id),
                oracle_person(company, week, who, skill), company->people[who].name);
    }
    for (int skill = 0; skill < SKILLS; skill++) {
        struct str id = company->skills[skill].id;
        check_figure(of_skill(report->team, report->team_len, id),
            oracle_team(company, week, manager, skill), "the team");
        check_figure(of_skill(report->below, report->below_len, id),
            oracle_below(company, week, manager, skill), "those below");
    }
}

/* -- what is said -- */

struct line {
    const struct company *company;
    const struct week_facts *week;
    int manager, person; /* person: whose line it is; -1: none's */
    bool below;
    struct str text;
};

/* "3 of 4" wherever it stands; at: behind it. */
static bool next_figure(struct str text, size_t *at, int *few, int *many)
{
    for (size_t i = *at; i < text.len; i++) {
        int used = 0;
        char rest[40];
        snprintf(rest, sizeof(rest), "%.*s", STR_ARG(str_slice(text, i, text.len)));
        bool starts = i == 0 || text.ptr[i - 1] < '0' || text.ptr[i - 1] > '9';
        if (starts && sscanf(rest, "%d of %d%n", few, many, &used) == 2 && used) {
            *at = i + (size_t)used;
            return true;
        }
    }
    return false;
}

static size_t last_before(struct str text, size_t end, const char *word)
{
    size_t len = strlen(word), found = SIZE_MAX;
    for (size_t i = 0; i + len <= end; i++)
        if (memcmp(text.ptr + i, word, len) == 0)
            found = i;
    return found;
}

/* The skill named last before the figure; -1: none. */
static int skill_before(const struct line *line, size_t end)
{
    size_t nearest = 0;
    int found = -1;
    for (int skill = 0; skill < SKILLS; skill++) {
        char name[20];
        snprintf(name, sizeof(name), "%.*s", STR_ARG(line->company->skills[skill].name));
        size_t at = last_before(line->text, end, name);
        if (at != SIZE_MAX && (found < 0 || at > nearest)) {
            found = skill;
            nearest = at;
        }
    }
    return found;
}

static int prompt_in(const struct line *line)
{
    for (int prompt = 0; prompt < PROMPTS; prompt++)
        if (str_contains(line->text, line->company->prompts[prompt].ask))
            return prompt;
    return -1;
}

/* Of people who are not named: the nearest tenth, but never none and never all of them. */
static bool is_about(int part, int whole, int told, int of)
{
    int tenths = (20 * part + whole) / (2 * whole);
    return of == 10 && told == (tenths < 1 ? 1 : tenths > 9 ? 9 : tenths);
}

static void check_prompt_figure(const struct line *line, int prompt, int wrong, int answers)
{
    struct figure figure = oracle_prompt(line->company, line->week, line->manager, prompt);
    bool named = line->company->settings.visibility == VISIBILITY_SKILLS;
    int missed = figure.answers - figure.right;
    CHECK(figure.answers &&
            (named ? figure.answers == answers && missed == wrong
                   : is_about(missed, figure.answers, wrong, answers)),
        "prompt %d: %.*s", prompt, STR_ARG(line->text));
    CHECK(named || oracle_prompt_may_be_told(line->company, line->week, line->manager, prompt),
        "a prompt of a few people: %.*s", STR_ARG(line->text));
}

static void check_skill_figure(const struct line *line, int skill, int right, int answers)
{
    const struct company *company = line->company;
    bool named = company->settings.visibility == VISIBILITY_SKILLS;
    struct figure figure = line->person >= 0
        ? oracle_person(company, line->week, line->person, skill)
        : line->below ? oracle_below(company, line->week, line->manager, skill)
                      : oracle_team(company, line->week, line->manager, skill);
    bool exact = named && !line->below;
    CHECK(figure.answers &&
            (exact ? figure.right == right && figure.answers == answers
                   : is_about(figure.right, figure.answers, right, answers)),
        "skill %d is %d of %d: %.*s", skill,
        figure.right, figure.answers, STR_ARG(line->text));
    CHECK(!line->below || oracle_below_may_be_told(company, line->week, line->manager, skill),
        "a sum that tells of a few: %.*s", STR_ARG(line->text));
    CHECK(line->person >= 0 || line->below || named || figure.people >= GROUP_MIN,
        "a figure of %d people: %.*s", figure.people, STR_ARG(line->text));
    tally.sums += line->below;
}

/* "Asking demonstrated (2 questions, 1 current; right 6 times": only beside the name. */
static void check_shown_figure(const struct line *line)
{
    static const char word[] = " demonstrated (";
    char words[80];
    struct shown_figure told = { 0, 0, 0 };
    size_t at = last_before(line->text, line->text.len, word);
    if (at == SIZE_MAX)
        return;
    snprintf(words, sizeof(words), "%.*s",
        STR_ARG(str_slice(line->text, at + sizeof(word) - 1, line->text.len)));
    bool read = sscanf(words, "%d question%*[s,] %d current; right %d times", &told.questions,
        &told.current, &told.hits) == 3;
    CHECK(read && line->person >= 0, "of nobody: %.*s", STR_ARG(line->text));
    struct shown_figure wanted =
        oracle_shown(line->company, line->person, skill_before(line, at));
    CHECK(told.questions == wanted.questions && told.current == wanted.current &&
            told.hits == wanted.hits,
        "%d, %d and %d, not %d, %d and %d: %.*s", told.questions, told.current, told.hits,
        wanted.questions, wanted.current, wanted.hits, STR_ARG(line->text));
    tally.shown++;
}

/* Every figure of a line must be one that its reader may know, and every name one of the team. */
static void check_line(struct line *line)
{
    const struct company *company = line->company;
    bool named = company->settings.visibility == VISIBILITY_SKILLS;
    int few = 0, many = 0;
    line->person = -1;
    line->below = str_starts_with(line->text, STR("Below your direct reports"));
    for (int i = 0; i < PEOPLE; i++) {
        if (!str_contains(line->text, str_from_z(company->people[i].name)))
            continue;
        CHECK(named && oracle_reports_to(company, i, line->manager), "%s is named: %.*s",
            company->people[i].name, STR_ARG(line->text));
        CHECK(line->person < 0, "two names in a line");
        line->person = i;
    }
    CHECK(line->person >= 0 || (named && !line->below) ||
            !str_contains(line->text, STR("latest")),
        "a day that is one person's: %.*s", STR_ARG(line->text));
    CHECK(!str_contains(line->text, STR("words of p")), "somebody's own words");
    CHECK(!str_contains(line->text, STR("@example.com")), "an e-mail");
    check_shown_figure(line);
    for (size_t at = 0; next_figure(line->text, &at, &few, &many);) {
        int prompt = prompt_in(line), skill = skill_before(line, at);
        CHECK(prompt >= 0 || skill >= 0, "a figure of nothing: %.*s", STR_ARG(line->text));
        if (prompt >= 0)
            check_prompt_figure(line, prompt, few, many);
        else
            check_skill_figure(line, skill, few, many);
        tally.figures++;
    }
    tally.lines++;
}

static void check_text(const struct company *company, const struct week_facts *week, int manager,
    bool details, struct str text)
{
    struct line line = { .company = company, .week = week, .manager = manager };
    bool named = company->settings.visibility == VISIBILITY_SKILLS, told = false;
    while (str_next_part(&text, '\n', &line.text)) {
        check_line(&line);
        told = told || line.below;
        CHECK(!details || !line.below, "sums are told once");
        int few, many;
        size_t at = 0;
        CHECK(named || !details || !next_figure(line.text, &at, &few, &many),
            "team figures are told once");
    }
    for (int skill = 0; skill < SKILLS; skill++)
        tally.withheld += !told && oracle_below(company, week, manager, skill).people > 0;
}

/* -- a request -- */

static const struct message *card_of(const struct plan *plan)
{
    for (size_t i = 0; i < plan->effects_len; i++)
        if (plan->effects[i].kind == EFFECT_DELIVER)
            return plan->effects[i].deliver.message;
    return NULL;
}

/* Everybody whose line may be in it was noted, with who read it; under `team` the team as such. */
static void check_noted(struct company *company, int manager, const struct plan *plan)
{
    bool named = company->settings.visibility == VISIBILITY_SKILLS;
    struct event event = { .kind = EVENT_DIGEST_READY, .at = company->now };
    struct applied applied;
    char sql[200];
    REQUIRE(!store_begin(company->store));
    REQUIRE(!store_apply(company->store, &event, plan, &company->arena, &applied));
    REQUIRE(!store_commit(company->store));
    for (int i = 0; i < PEOPLE; i++) {
        bool reported = named && oracle_reports_to(company, i, manager);
        snprintf(sql, sizeof(sql),
            "SELECT count(*) FROM access_log WHERE person_id = %lld AND reader = '%s'",
            (long long)company->people[i].person_id, company->people[manager].email);
        int64_t noted = company_number(company, sql), wanted = i == manager || reported;
        CHECK(noted == wanted || !company->people[i].person_id,
            "%d of manager %d: %lld notes, not %lld", i, manager, (long long)noted,
            (long long)wanted);
    }
    REQUIRE(!company_sql(company, "DELETE FROM access_log; DELETE FROM digest; DELETE FROM "
                                  "delivery"));
}

static void read_week(struct company *company, const struct access *pass, int manager,
    const struct week_facts *week, bool moves)
{
    struct reader *reader = NULL;
    struct report report;
    struct plan plan;
    bool details = access_what(pass) == ACCESS_DETAILS;
    REQUIRE(!reader_open(str_from_z(company->path), NULL, &reader));
    REQUIRE(!report_digest(reader, pass, week->monday, &company->arena, &report));
    reader_close(reader);
    check_report(company, week, manager, &report);
    if (moves)
        company_reorganise(company, false);
    struct event event = { .kind = EVENT_DIGEST_READY, .week_monday = week->monday,
        .person_id = access_about(pass), .report = &report, .details = details,
        .at = company->now };
    unsigned needs = rule_of(EVENT_DIGEST_READY)->needs;
    struct facts facts = company_facts(company, needs, &event);
    plan_init(&plan);
    REQUIRE(!rule_of(EVENT_DIGEST_READY)->decide(&facts, &event, &company->arena, &plan));
    const struct message *card = card_of(&plan);
    if (moves) {
        CHECK(!card, "said from a team that was");
        tally.stale++;
        return;
    }
    if (!card)
        return;
    struct buf text = buf_in(&company->arena, 1 << 18);
    message_to_text(card, &text);
    check_text(company, week, manager, details, buf_str(&text));
    if (company_draw(company, 4) == 0)
        check_noted(company, manager, &plan);
}

/* Half of the time about oneself, else about whoever: the own manager, somebody of the team, a
 * stranger, nobody at all. */
static int64_t draw_about(struct company *company, int reader)
{
    uint32_t chance = company_draw(company, 10);
    const struct member_of *member = &company->people[reader];
    if (chance < 6)
        return member->person_id;
    if (chance < 7 && member->manager >= 0)
        return company->people[member->manager].person_id;
    if (chance < 8)
        return 100000 + company_draw(company, 1000);
    return company->people[company_draw(company, PEOPLE)].person_id;
}

static void request(struct company *company)
{
    int reader = (int)company_draw(company, PEOPLE);
    for (int i = 0; i < 20 && !oracle_manages(company, reader); i++)
        reader = (int)company_draw(company, PEOPLE);
    int64_t about = draw_about(company, reader);
    enum access_what what = (enum access_what)(1 + company_draw(company, ACCESS_OUTCOMES));
    if (what > ACCESS_DETAILS && company_draw(company, 2))
        what = ACCESS_WEEK;
    if (!about && what <= ACCESS_ONE)
        about = 99999;
    struct event event = { .kind = EVENT_DIGEST_DUE,
        .person_id = company->people[reader].person_id };
    struct facts facts = company_facts(company, NEED_PERSON | NEED_MANAGER, &event);
    struct access_request asked = { ACCESS_PERSON, what,
        what > ACCESS_ONE ? (about % 2 ? 0 : about) : about };
    const struct access *pass = access_ask(&asked, &facts, &company->arena);
    bool may = (what == ACCESS_WEEK || what == ACCESS_DETAILS) &&
        about == company->people[reader].person_id && company->people[reader].employed &&
        oracle_manages(company, reader);
    CHECK((pass != NULL) == may, "%d asks for %d about %lld", reader, (int)what,
        (long long)about);
    tally.requests++;
    tally.allowed += may;
    tally.refused += !may;
    const struct week_facts *week =
        &company->weeks[WEEKS - 1 - company_draw(company, tally.companies < WEEKS ? 1 : WEEKS)];
    if (pass)
        read_week(company, pass, reader, week, company_draw(company, 8) == 0);
}

int main(void)
{
    const char *count = getenv("COUNT"), *seed = getenv("SEED");
    uint64_t requests = count ? strtoull(count, NULL, 10) : 5000;
    struct company *company = company_open(seed ? strtoull(seed, NULL, 10) : 1);
    while (tally.requests < requests) {
        arena_reset(&company->arena);
        company->settings.visibility =
            company_draw(company, 2) ? VISIBILITY_TEAM : VISIBILITY_SKILLS;
        company_reorganise(company, tally.companies % 3 == 0);
        company_week(company);
        for (int i = 0; i < REQUESTS_A_COMPANY; i++)
            request(company);
        tally.companies++;
    }
    company_close(company);
    printf("%llu figures told in %llu lines, %llu of them sums of those below; %llu sums withheld; "
           "%llu lines of what was demonstrated; %llu reports thrown away because the team had "
           "changed\n",
        (unsigned long long)tally.figures, (unsigned long long)tally.lines,
        (unsigned long long)tally.sums, (unsigned long long)tally.withheld,
        (unsigned long long)tally.shown, (unsigned long long)tally.stale);
    if (requests < 1000) { /* a few requests may meet none */
        tally.sums += !tally.sums;
        tally.shown += !tally.shown;
    }
    if (!tally.sums || !tally.stale || !tally.figures || !tally.shown) {
        puts("too little was told to prove anything");
        return 1;
    }
    printf("proved: %llu requests over %llu companies, %llu allowed, %llu refused, %llu rows "
           "compared, 0 unauthorised\n",
        (unsigned long long)tally.requests, (unsigned long long)tally.companies,
        (unsigned long long)tally.allowed, (unsigned long long)tally.refused,
        (unsigned long long)tally.rows);
    return 0;
}
