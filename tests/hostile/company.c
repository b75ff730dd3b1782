/* The company in the store: files of people applied as turns, answers put in by another
 * connection. */
#include "hostile/company.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nudged/base/world.h"

static void name_people(struct company *company);
static void write_content(struct company *company);
static void apply_people(struct company *company);
static void learn_ids(struct company *company);
static void answer(struct company *company, int person, int32_t day);
static void show(struct company *company, int person, int32_t day);

uint32_t company_draw(struct company *company, uint32_t bound)
{
    uint64_t mixed = (company->seed += UINT64_C(0x9E3779B97F4A7C15));
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((mixed ^ (mixed >> 31)) % bound);
}

struct company *company_open(uint64_t seed)
{
    struct company *company = calloc(1, sizeof(*company));
    struct str detail = STR_EMPTY;
    REQUIRE(company);
    company->seed = seed;
    company->now.utc_ms = (int64_t)MONDAY_FIRST * 86400000;
    company->next_nudge_id = 1;
    arena_init(&company->arena, 64 << 20);
    arena_init(&company->kept, 64 << 20);
    snprintf(company->folder, sizeof(company->folder), "%s/nudged-company-XXXXXX",
        access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    REQUIRE(mkdtemp(company->folder));
    snprintf(company->path, sizeof(company->path), "%s/nudged.db", company->folder);
    struct store_options options = { .path = str_from_z(company->path) };
    REQUIRE(!store_open(&options, &company->kept, &company->store, &detail));
    REQUIRE(sqlite3_open(company->path, &company->sql) == SQLITE_OK);
    REQUIRE(!zone_load(STR("/usr/share/zoneinfo"), STR("Etc/UTC"), &company->zone));
    name_people(company);
    write_content(company);
    company->settings = (struct settings){ .organisation = STR("Example"),
        .zone = STR("Etc/UTC"), .cap = 1, .visibility = VISIBILITY_SKILLS, .digest_minute = 510 };
    return company;
}

void company_close(struct company *company)
{
    char command[128];
    sqlite3_close(company->sql);
    store_close(company->store);
    zone_free(company->zone);
    arena_finish(&company->arena);
    arena_finish(&company->kept);
    snprintf(command, sizeof(command), "rm -rf '%s'", company->folder);
    REQUIRE(system(command) == 0);
    free(company);
}

/* Most companies are trees; some are tangles, with circles and people who manage themselves. */
void company_reorganise(struct company *company, bool all)
{
    uint32_t shape = company_draw(company, 4), staff = 3 + company_draw(company, PEOPLE - 3);
    for (int i = 0; i < PEOPLE; i++) {
        struct member_of *member = &company->people[i];
        uint32_t chance = company_draw(company, 100);
        if (!all && chance >= 6)
            continue;
        member->employed = (uint32_t)i < staff && company_draw(company, 100) < 92;
        int manager = -1;
        if (chance < 4)
            manager = i; /* nobody is their own manager: none */
        else if (shape == 0)
            manager = (int)company_draw(company, PEOPLE);
        else if (i > 0)
            manager = shape == 1 ? (i - 1) / 4 : shape == 2 ? (i - 1) / 7 : (i - 1) / 2;
        if (chance >= 4 && chance < 8)
            manager = -1;
        member->wanted = manager;
    }
    company->now.utc_ms += 1000;
    company_write_people(company);
}

void company_write_people(struct company *company)
{
    apply_people(company);
    learn_ids(company);
}

void company_week(struct company *company)
{
    memmove(company->weeks, company->weeks + 1, sizeof(company->weeks[0]) * (WEEKS - 1));
    struct week_facts *week = &company->weeks[WEEKS - 1];
    int32_t monday = (int32_t)(company->now.utc_ms / 86400000) + 8;
    monday -= weekday_of(monday);
    *week = (struct week_facts){ .monday = monday };
    REQUIRE(!company_sql(company, "BEGIN"));
    for (int32_t day = monday; day < monday + 7; day++) {
        company->now.utc_ms = (int64_t)day * 86400000 + 36000000;
        if (day == monday + 3 && company_draw(company, 2)) {
            REQUIRE(!company_sql(company, "COMMIT"));
            company_reorganise(company, false);
            REQUIRE(!company_sql(company, "BEGIN"));
        }
        for (int i = 0; i < PEOPLE; i++)
            if (company->people[i].person_id && company_draw(company, 3))
                answer(company, i, day);
    }
    for (int i = 0; i < PEOPLE; i++)
        if (company->people[i].person_id && company_draw(company, 2))
            show(company, i, monday + 6);
    REQUIRE(!company_sql(company, "COMMIT"));
}

void company_answer(
    struct company *company, int person, int prompt, bool right, bool counts, int32_t day)
{
    struct member_of *member = &company->people[person];
    struct week_facts *week = &company->weeks[WEEKS - 1];
    int64_t nudge_id = company->next_nudge_id++;
    int64_t at_ms = (int64_t)day * 86400000 + 40000000 + person;
    char before[24] = "NULL";
    if (member->last_nudge_id)
        snprintf(before, sizeof(before), "%lld", (long long)member->last_nudge_id);
    REQUIRE(!company_sql(company,
        "INSERT INTO nudge (nudge_id, person_id, prompt_id, revision_id, nudge_key, state, step, "
        "day, planned_ms, closed_ms, before_nudge_id) VALUES (%lld, %lld, %lld, %lld, 7, 2, 0, "
        "%d, %lld, %lld, %s)",
        (long long)nudge_id, (long long)member->person_id,
        (long long)company->prompts[prompt].prompt_id,
        (long long)company->prompts[prompt].revision_id, day, (long long)at_ms - 5000,
        (long long)at_ms, before));
    REQUIRE(!company_sql(company,
        "INSERT INTO answer (nudge_id, step, attempt, day, answered_ms, grade, rating, chosen, "
        "text) VALUES (%lld, 0, 0, %d, %lld, %d, %d, 0, 'words of p%02d')",
        (long long)nudge_id, day, (long long)at_ms, right ? 3 : 1, counts ? right ? 3 : 1 : 0,
        person));
    REQUIRE(!company_sql(company, "UPDATE person SET last_nudge_id = %lld WHERE person_id = %lld",
        (long long)nudge_id, (long long)member->person_id));
    member->last_nudge_id = nudge_id;
    if (!counts)
        return;
    REQUIRE(week->len < ANSWERS_MAX);
    week->facts[week->len++] = (struct fact){ person, prompt, right, at_ms };
}

struct facts company_facts(struct company *company, unsigned needs, const struct event *event)
{
    struct facts facts = { .now = company->now, .settings = &company->settings,
        .content = &company->content, .weights = &review_weights_default,
        .zone = company->zone };
    REQUIRE(!store_begin(company->store));
    REQUIRE(!store_facts(company->store, needs, event, &company->arena, &facts));
    store_rollback(company->store);
    facts.live = true;
    return facts;
}

enum err company_sql(struct company *company, const char *format, ...)
{
    char sql[1024], *problem = NULL;
    va_list values;
    va_start(values, format);
    REQUIRE(vsnprintf(sql, sizeof(sql), format, values) < (int)sizeof(sql));
    va_end(values);
    if (sqlite3_exec(company->sql, sql, NULL, NULL, &problem) == SQLITE_OK)
        return OK;
    printf("%s: %s\n", sql, problem);
    return ERR_DB_IO;
}

int64_t company_number(struct company *company, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    REQUIRE(sqlite3_prepare_v2(company->sql, sql, -1, &statement, NULL) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

/* Names that are no part of each other and of nothing else the bot says. */
static void name_people(struct company *company)
{
    static const char *const first[] = { "Ba", "De", "Fi", "Go", "Ku", "La", "Me", "Ni" };
    static const char *const second[] = { "zorq", "xulv", "qemt", "vyxa", "jopz" };
    for (int i = 0; i < PEOPLE; i++) {
        struct member_of *member = &company->people[i];
        snprintf(member->name, sizeof(member->name), "%s%s Uqbar", first[i % 8], second[i / 8]);
        snprintf(member->email, sizeof(member->email), "p%02d@example.com", i);
        snprintf(member->id, sizeof(member->id), "id%02d", i);
        member->wanted = member->written = member->manager = -1;
    }
}

static void write_content(struct company *company)
{
    static const char *const skills[SKILLS] = { "Asking", "Checking", "Noting", "Timing" };
    for (int i = 0; i < SKILLS; i++)
        company->skills[i] = (struct skill){
            .id = str_format(&company->kept, "skill-%d", i), .name = str_from_z(skills[i])
        };
    for (int i = 0; i < PROMPTS; i++)
        company->prompts[i] = (struct prompt){ .deck = STR("deck"),
            .id = str_format(&company->kept, "prompt-%d", i), .kind = PROMPT_RECALL,
            .skill = company->skills[i % SKILLS].id,
            .ask = str_format(&company->kept, "Which one is number q%dq?", i),
            .answer = STR("This."), .why = STR("Because."), .source = STR("Made up") };
    company->holidays = holidays_in(&company->kept);
    company->deck = (struct deck){ .id = STR("deck"), .title = STR("Deck"),
        .prompts = company->prompts, .prompts_len = PROMPTS };
    REQUIRE(!store_begin(company->store));
    REQUIRE(!store_number_prompts(company->store, &company->deck, 1));
    REQUIRE(!store_commit(company->store));
    for (int i = 0; i < PROMPTS; i++)
        company->by_id[i] = &company->prompts[i];
    company->content = (struct content){ .decks = &company->deck, .decks_len = 1,
        .skills = company->skills, .skills_len = SKILLS, .by_id = company->by_id,
        .by_id_len = PROMPTS, .holidays = &company->holidays };
}

/* The whole file, by the rule and the store that a running daemon has. */
static void apply_people(struct company *company)
{
    struct people_row rows[PEOPLE];
    struct event event = { .kind = EVENT_PEOPLE, .rows = rows, .rows_last = true,
        .at = company->now, .roster_epoch = ++company->epoch };
    struct facts facts = { .now = company->now, .weights = &review_weights_default };
    struct plan plan;
    struct applied applied;
    for (int i = 0; i < PEOPLE; i++) {
        struct member_of *member = &company->people[i];
        if (!member->employed && company_draw(company, 2))
            continue; /* gone from the file, or marked in it */
        struct people_row *row = &rows[event.rows_len++];
        *row = (struct people_row){ .external_id = str_from_z(member->id),
            .email = str_from_z(member->email), .name = str_from_z(member->name),
            .zone = STR("Etc/UTC"), .active = member->employed };
        member->written = member->wanted;
        if (member->written >= 0)
            row->manager = company_draw(company, 2)
                ? str_from_z(company->people[member->written].id)
                : str_from_z(company->people[member->written].email);
    }
    plan_init(&plan);
    REQUIRE(!rule_of(EVENT_PEOPLE)->decide(&facts, &event, &company->arena, &plan));
    REQUIRE(!store_begin(company->store));
    REQUIRE(!store_apply(company->store, &event, &plan, &company->arena, &applied));
    REQUIRE(!store_commit(company->store));
}

/* Numbers of people, and since when they are in their team: a manager who is not employed, or is
 * the person, is none. */
static void learn_ids(struct company *company)
{
    for (int i = 0; i < PEOPLE; i++) {
        struct member_of *member = &company->people[i];
        char sql[128];
        snprintf(sql, sizeof(sql),
            "SELECT coalesce(max(person_id), 0) FROM person WHERE external_id = '%s'", member->id);
        member->person_id = company_number(company, sql);
        bool real = member->person_id && member->written >= 0 && member->written != i &&
            company->people[member->written].employed;
        int manager = real ? member->written : -1;
        if (manager != member->manager)
            member->since_ms = company->now.utc_ms;
        member->manager = manager;
    }
}

static void answer(struct company *company, int person, int32_t day)
{
    int prompt = (int)company_draw(company, PROMPTS);
    if (company_draw(company, 2)) /* most of it about one skill, so that groups are large enough */
        prompt = prompt / SKILLS * SKILLS;
    bool right = company_draw(company, 3) > 0, counts = company_draw(company, 8) > 0;
    company_answer(company, person, prompt, right, counts, day);
}

/* Answers of some weeks up to this day have become evidence, or a lapse has taken it back. */
static void show(struct company *company, int person, int32_t day)
{
    int prompt = (int)company_draw(company, PROMPTS);
    struct shown_of *shown = &company->shown[person][prompt];
    int hits = (int)company_draw(company, 6);
    double log_odds = company_draw(company, 4) ? 3 + company_draw(company, 3) : 2.99;
    *shown = (struct shown_of){ .hits = hits, .enough = hits >= 2 && log_odds >= 3,
        .lasting = company_draw(company, 2) };
    if (hits) {
        shown->to_day = day - (int32_t)company_draw(company, 3);
        shown->from_day = shown->to_day - (int32_t)company_draw(company, 40);
    }
    REQUIRE(!company_sql(company,
        "INSERT OR REPLACE INTO review (person_id, prompt_id, stability, difficulty, memory_state, "
        "memory_step, born_day, last_day, sent_day, due_day, answers, lapses, misses, log_odds, "
        "hits, formats, hits_from_day, hits_to_day) VALUES (%lld, %lld, %d, 5, 2, 0, 1, %d, 1, 1, "
        "%d, 0, 0, %f, %d, 64, %d, %d)",
        (long long)company->people[person].person_id,
        (long long)company->prompts[prompt].prompt_id, shown->lasting ? 30000 : 1,
        shown->lasting ? day : day - 400, hits + 1, log_odds, hits, shown->from_day,
        shown->to_day));
}
