/* Reading for people, beside the loop: digests, status, exports.
 *
 * Owns read-only connections. Refuses to write and to judge: numbers leave here, sentences are made
 * in core. Odd: a week is summed in C from the answers of one person after the other, because SQL
 * would sort them to group them; the rows of a team's five weeks are a few hundred. */
#include "nudged/store/report.h"

#include "store/reader.h"

enum {
    WEEK_DAYS = 7,
    BEFORE_DAYS = 28, /* the four weeks the week is held against */
    MISSED_MAX = 3,
    SKILLS_MAX = 1000, /* of one person in five weeks; more would be a damaged file */
    PROMPTS_MAX = 5000, /* different ones a team met in a week; likewise */
    PEOPLE_MAX = 100000
};

struct list {
    void *items;
    size_t len, room;
}; /* grows in the arena */

struct tally { /* one prompt in the team's week */
    struct report_prompt sum;
    int64_t last_person_id; /* people are read one after the other */
};

struct gathering {
    struct reader *reader;
    struct arena *arena;
    int32_t monday;
    struct list people, team, prompts; /* report_person, report_skill, tally */
    struct list skills; /* report_skill of the person being read */
};

static enum err read_reports(struct gathering *all, int64_t manager_id);
static enum err read_week(struct gathering *all, struct report_person *person);
static enum err count_answer(struct gathering *all, struct query *query,
    struct report_person *person, int64_t *last_reflection);
static enum err count_skill(struct arena *arena, struct list *skills, struct str skill, bool right,
    int32_t day, int32_t monday);
static enum err count_prompt(
    struct gathering *all, int64_t prompt_id, int64_t person_id, bool right);
static void take_missed(const struct gathering *all, struct report *out);
static void *list_add(struct list *list, struct arena *arena, size_t item_bytes, size_t max);
static enum err read_indirect(struct reader *reader, int64_t manager_id, int32_t *people);
static enum err find_by(struct reader *reader, enum sql_id id, struct str who, struct arena *arena,
    bool *found, struct person *out);
static enum err read_counts(struct reader *reader, struct report_status *status);
static enum err read_instants(struct reader *reader, struct report_status *status);
static enum err read_open_nudges(struct reader *reader, struct report_status *status);

enum err reader_open(struct str path, const char *vfs, struct reader **out)
{
    struct arena arena;
    arena_init(&arena, path.len + 64);
    struct reader *reader = calloc(1, sizeof(*reader));
    const char *failed = NULL, *name = str_z(&arena, path);
    enum err err = reader && !arena_failed(&arena) ? OK : ERR_NO_MEMORY;
    if (!err)
        err = sql_open(name, vfs, SQL_READ, &reader->sql);
    if (!err)
        err = sql_prepare(reader->sql, true, &failed);
    arena_finish(&arena);
    if (err)
        reader_close(reader);
    else
        *out = reader;
    return err;
}

struct reader *reader_close(struct reader *reader)
{
    if (reader)
        sql_close(reader->sql);
    free(reader);
    return NULL;
}

enum err report_digest(struct reader *reader, int64_t manager_id, int32_t week_monday,
    struct arena *arena, struct report *out)
{
    struct gathering all = { .reader = reader, .arena = arena, .monday = week_monday };
    struct report report = { .manager_id = manager_id, .week_monday = week_monday };
    struct person manager;
    bool found = false;
    /* One read transaction: the numbers of a report belong together. */
    enum err err = sql_exec(reader->sql, "BEGIN");
    if (!err) {
        struct query *query = sql_query(reader->sql, SQL_REPORT_PERSON_BY_ID);
        query_set_int(query, NAME_PERSON_ID, manager_id);
        err = read_person(query, arena, &found, &manager);
    }
    if (!err && !found)
        err = ERR_NOT_FOUND;
    if (!err)
        err = read_reports(&all, manager_id);
    for (size_t i = 0; !err && i < all.people.len; i++)
        err = read_week(&all, &((struct report_person *)all.people.items)[i]);
    if (!err)
        err = read_indirect(reader, manager_id, &report.indirect_people);
    if (sql_in_transaction(reader->sql) && sql_exec(reader->sql, "ROLLBACK") && !err)
        err = ERR_DB_IO;
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (err)
        return err;
    report.manager_name = manager.name;
    report.people = all.people.items;
    report.people_len = all.people.len;
    report.team = all.team.items;
    report.team_len = all.team.len;
    report.indirect_people -= (int32_t)all.people.len;
    take_missed(&all, &report);
    *out = report;
    return arena_failed(arena) ? ERR_NO_MEMORY : OK;
}

enum err report_find_person(
    struct reader *reader, struct str who, struct arena *arena, struct person *out)
{
    static const enum sql_id ways[] = {
        SQL_REPORT_PERSON_BY_EMAIL,
        SQL_REPORT_PERSON_BY_EXTERNAL_ID,
        SQL_REPORT_PERSON_BY_NAME,
    };
    bool found = false;
    enum err err = OK;
    for (size_t i = 0; !err && !found && i < COUNT(ways); i++)
        err = find_by(reader, ways[i], who, arena, &found, out);
    return !err && !found ? ERR_NOT_FOUND : err;
}

enum err report_status(struct reader *reader, struct report_status *out)
{
    struct report_status status = { 0 };
    int64_t pages = 0, page_bytes = 0;
    enum err err = read_counts(reader, &status);
    if (!err)
        err = read_instants(reader, &status);
    if (!err)
        err = read_open_nudges(reader, &status);
    if (!err)
        err = sql_exec_int(reader->sql, "PRAGMA page_count", &pages);
    if (!err)
        err = sql_exec_int(reader->sql, "PRAGMA page_size", &page_bytes);
    status.file_bytes = pages * page_bytes;
    if (!err)
        *out = status;
    return err;
}

enum err report_people(struct reader *reader, struct arena *arena, report_person_fn *row, void *arg)
{
    struct query *query = sql_query(reader->sql, SQL_REPORT_PEOPLE);
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        struct person person;
        row_person(query, arena, &person);
        err = arena_failed(arena) ? ERR_NO_MEMORY : row(arg, &person);
        if (err) {
            (void)!query_end(query); /* the first error is the one to tell */
            return err;
        }
    }
    return err;
}

static enum err read_reports(struct gathering *all, int64_t manager_id)
{
    struct query *query = sql_query(all->reader->sql, SQL_REPORT_REPORTS);
    query_set_int(query, NAME_PERSON_ID, manager_id);
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        struct report_person *person =
            list_add(&all->people, all->arena, sizeof(*person), PEOPLE_MAX);
        if (!person) {
            (void)!query_end(query);
            return ERR_NO_MEMORY;
        }
        person->person_id = query_int(query, NAME_PERSON_ID);
        person->name = query_copy(query, NAME_NAME, all->arena);
    }
    return err;
}

static enum err read_week(struct gathering *all, struct report_person *person)
{
    struct query *query = sql_query(all->reader->sql, SQL_REPORT_WEEK);
    query_set_int(query, NAME_PERSON_ID, person->person_id);
    query_set_int(query, NAME_FIRST_DAY, all->monday - BEFORE_DAYS);
    query_set_int(query, NAME_END_DAY, all->monday + WEEK_DAYS);
    all->skills = (struct list){ 0 };
    int64_t last_reflection = 0;
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        err = count_answer(all, query, person, &last_reflection);
        if (err) {
            (void)!query_end(query);
            return err;
        }
    }
    person->skills = all->skills.items;
    person->skills_len = all->skills.len;
    return err;
}

/* Evidence is what moved the memory: a rated answer. Somebody who rates themself is right when it
 * came back at all. */
static enum err count_answer(struct gathering *all, struct query *query,
    struct report_person *person, int64_t *last_reflection)
{
    int32_t day = query_int32(query, NAME_DAY);
    int64_t nudge_id = query_int(query, NAME_NUDGE_ID);
    int64_t grade = query_int(query, NAME_GRADE), rating = query_int(query, NAME_RATING);
    if (query_int(query, NAME_KIND) == PROMPT_REFLECT) {
        if (day >= all->monday && nudge_id != *last_reflection)
            person->reflections++;
        *last_reflection = nudge_id;
        return OK;
    }
    if (rating == RATING_NONE)
        return OK;
    bool right = grade == GRADE_RIGHT || (grade == GRADE_NONE && rating >= RATING_HARD);
    struct str skill = query_text(query, NAME_SKILL);
    enum err err = count_skill(all->arena, &all->skills, skill, right, day, all->monday);
    if (!err)
        err = count_skill(all->arena, &all->team, skill, right, day, all->monday);
    if (!err && day >= all->monday)
        err = count_prompt(all, query_int(query, NAME_PROMPT_ID), person->person_id, right);
    return err;
}

static enum err count_skill(struct arena *arena, struct list *skills, struct str skill, bool right,
    int32_t day, int32_t monday)
{
    struct report_skill *found = NULL, *items = skills->items;
    for (size_t i = 0; !found && i < skills->len; i++)
        if (str_equal(items[i].skill, skill))
            found = &items[i];
    if (!found) {
        found = list_add(skills, arena, sizeof(*found), SKILLS_MAX);
        if (!found)
            return ERR_NO_MEMORY;
        found->skill = str_copy(arena, skill);
    }
    if (day < monday) {
        found->answers_before++;
        found->right_before += right;
        return OK;
    }
    found->answers++;
    found->right += right;
    if (day > found->last_day)
        found->last_day = day;
    return OK;
}

static enum err count_prompt(
    struct gathering *all, int64_t prompt_id, int64_t person_id, bool right)
{
    struct tally *found = NULL, *items = all->prompts.items;
    for (size_t i = 0; !found && i < all->prompts.len; i++)
        if (items[i].sum.prompt_id == prompt_id)
            found = &items[i];
    if (!found) {
        found = list_add(&all->prompts, all->arena, sizeof(*found), PROMPTS_MAX);
        if (!found)
            return ERR_NO_MEMORY;
        found->sum.prompt_id = prompt_id;
    }
    found->sum.answers++;
    found->sum.wrong += !right;
    found->sum.people += found->last_person_id != person_id;
    found->last_person_id = person_id;
    return OK;
}

/* The three with most wrong answers; of equals the larger share of wrong ones, then the older. */
static void take_missed(const struct gathering *all, struct report *out)
{
    struct tally *items = all->prompts.items;
    out->missed = arena_array(all->arena, struct report_prompt, MISSED_MAX);
    while (out->missed && out->missed_len < MISSED_MAX) {
        struct report_prompt *best = NULL;
        for (size_t i = 0; i < all->prompts.len; i++) {
            struct report_prompt *sum = &items[i].sum;
            if (!sum->wrong)
                continue;
            if (!best || sum->wrong > best->wrong ||
                (sum->wrong == best->wrong && sum->answers < best->answers) ||
                (sum->wrong == best->wrong && sum->answers == best->answers &&
                    sum->prompt_id < best->prompt_id))
                best = sum;
        }
        if (!best)
            return;
        out->missed[out->missed_len++] = *best;
        best->wrong = 0; /* taken */
    }
}

static void *list_add(struct list *list, struct arena *arena, size_t item_bytes, size_t max)
{
    if (list->len == max)
        return NULL;
    if (list->len == list->room) {
        size_t room = list->room ? 2 * list->room : 8;
        list->items = arena_grow(arena, list->items, list->room * item_bytes, room * item_bytes);
        list->room = list->items ? room : 0;
    }
    return list->items ? (char *)list->items + item_bytes * list->len++ : NULL;
}

static enum err read_indirect(struct reader *reader, int64_t manager_id, int32_t *people)
{
    struct query *query = sql_query(reader->sql, SQL_REPORT_INDIRECT);
    query_set_int(query, NAME_PERSON_ID, manager_id);
    bool found = false;
    enum err err = query_row(query, &found);
    if (!err && found) {
        *people = query_int32(query, NAME_PEOPLE);
        err = query_end(query);
    }
    return err;
}

static enum err find_by(struct reader *reader, enum sql_id id, struct str who, struct arena *arena,
    bool *found, struct person *out)
{
    struct query *query = sql_query(reader->sql, id);
    query_set_text(query, NAME_WHO, who);
    struct person person;
    bool row = false, second = false;
    enum err err = query_row(query, &row);
    if (err || !row)
        return err;
    row_person(query, arena, &person);
    err = query_row(query, &second);
    if (!err && second)
        err = query_end(query) ? ERR_DB_CORRUPT : ERR_INVALID;
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (!err) {
        *out = person;
        *found = true;
    }
    return err;
}

static enum err read_counts(struct reader *reader, struct report_status *status)
{
    struct query *query = sql_query(reader->sql, SQL_REPORT_PEOPLE_COUNTS);
    bool found = false;
    enum err err = query_row(query, &found);
    if (err || !found)
        return err;
    status->people = query_int(query, NAME_PEOPLE);
    status->matched = query_int(query, NAME_MATCHED);
    status->unmatched = query_int(query, NAME_UNMATCHED);
    status->paused = query_int(query, NAME_PAUSED);
    status->stopped = query_int(query, NAME_STOPPED);
    status->left = query_int(query, NAME_HAS_LEFT);
    return query_end(query);
}

static enum err read_instants(struct reader *reader, struct report_status *status)
{
    struct query *query = sql_query(reader->sql, SQL_REPORT_STATE);
    bool found = false;
    enum err err = query_row(query, &found);
    if (err || !found)
        return err;
    status->answers = query_int(query, NAME_ANSWER_COUNT);
    status->next_slot = query_instant(query, NAME_NEXT_SLOT_MS);
    status->next_digest = query_instant(query, NAME_NEXT_DIGEST_MS);
    status->last_digest = query_instant(query, NAME_SENT_MS);
    status->last_answer = query_instant(query, NAME_LAST_ANSWER_MS);
    return query_end(query);
}

static enum err read_open_nudges(struct reader *reader, struct report_status *status)
{
    struct query *query = sql_query(reader->sql, SQL_REPORT_NUDGES_OPEN);
    bool found = false;
    enum err err = query_row(query, &found);
    if (!err && found) {
        status->nudges_open = query_int(query, NAME_NUDGES);
        err = query_end(query);
    }
    return err;
}
