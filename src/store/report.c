/* Reading for people, beside the loop: digests, status, exports.
 *
 * Owns read-only connections. Refuses to write and to judge: numbers leave here, sentences are made
 * in core. Odd: a week is summed in C from the answers of one person after the other, because SQL
 * would sort them to group them; the rows of a team's week are a few dozen. */
#include "nudged/store/report.h"

#include <errno.h>
#include <unistd.h>

#include "store/reader.h"
#include "store/report_rest.h"
#include "store/report_shown.h"

enum {
    WEEK_DAYS = 7,
    MISSED_MAX = 3,
    SKILLS_MAX = 1000, /* of one person in a week; more would be a damaged file */
    PROMPTS_MAX = 5000, /* different ones a team met in a week; likewise */
    PEOPLE_MAX = 100000,
    PAIRS_MAX = 10 * PEOPLE_MAX /* somebody below and one of their skills */
};

struct list {
    void *items;
    size_t len, room;
}; /* grows in the arena */

struct tally { /* one prompt in the team's week */
    struct report_prompt sum;
    struct str skill;
    int64_t last_person_id; /* people are read one after the other */
};

struct met { /* who answered which prompt: the place of its tally */
    int64_t person_id;
    size_t tally;
};

struct gathering {
    struct reader *reader;
    struct arena *arena;
    int32_t monday;
    int32_t below_people;
    struct list people, team, below, prompts; /* report_person, report_skill (two), tally */
    struct list met, nodes, pairs; /* met; rest_node and rest_pair of those below */
    struct list ids; /* str: skills met so far, so that each name is copied once */
    struct list skills; /* report_skill of the person being read */
};

static enum err read_reports(struct gathering *all, int64_t manager_id);
static enum err read_team(struct gathering *all);
static enum err read_below(struct gathering *all, int64_t manager_id);
static enum err hide_in_a_circle(struct gathering *all, int64_t manager_id);
static enum err read_tree(struct gathering *all, int64_t manager_id);
static enum err keep_pairs(struct gathering *all, size_t node);
static enum err read_week(
    struct gathering *all, int64_t person_id, const struct instant *since);
static enum err count_answer(
    struct gathering *all, struct query *query, int64_t person_id, bool direct);
static enum err count_prompt(
    struct gathering *all, const struct report_skill *skill, int64_t prompt_id, int64_t person_id,
    bool right);
static int32_t rest_of_skill(const struct gathering *all, size_t tally);
static enum err read_epoch(struct reader *reader, int64_t *epoch);
static enum err add_up(struct gathering *all, struct list *sums);
static struct report_skill *skill_in(struct gathering *all, struct list *skills, struct str skill);
static struct str kept_id(struct gathering *all, struct str skill);
static void take_missed(const struct gathering *all, struct report *out);
static void *list_add(struct list *list, struct arena *arena, size_t item_bytes, size_t max);
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
    const char *name = str_z(&arena, path);
    enum err err = reader && !arena_failed(&arena) ? OK : ERR_NO_MEMORY;
    if (!err)
        err = sql_open(name, vfs, SQL_READ, &reader->sql);
    if (err == ERR_DB_IO && access(name, F_OK) && errno == ENOENT)
        err = ERR_NOT_FOUND; /* SQLite has one code for that and for a file it may not read */
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

enum err report_digest(struct reader *reader, const struct access *access, int32_t week_monday,
    struct arena *arena, struct report *out)
{
    REQUIRE(access_what(access) == ACCESS_WEEK || access_what(access) == ACCESS_DETAILS);
    int64_t manager_id = access_about(access);
    struct gathering all = { .reader = reader, .arena = arena, .monday = week_monday };
    struct report report = { .week_monday = week_monday };
    /* One read transaction: the numbers of a report belong together. */
    enum err err = sql_exec(reader->sql, "BEGIN");
    if (!err)
        err = read_epoch(reader, &report.roster_epoch);
    if (!err)
        err = read_reports(&all, manager_id);
    if (!err)
        err = read_team(&all);
    if (!err)
        err = read_below(&all, manager_id);
    if (sql_in_transaction(reader->sql) && sql_exec(reader->sql, "ROLLBACK") && !err)
        err = ERR_DB_IO;
    if (err)
        return err;
    report.people = all.people.items;
    report.people_len = all.people.len;
    report.team = all.team.items;
    report.team_len = all.team.len;
    report.below = all.below.items;
    report.below_len = all.below.len;
    report.below_people = all.below_people;
    take_missed(&all, &report);
    if (arena_failed(arena))
        return ERR_NO_MEMORY;
    *out = report;
    return OK;
}

enum err report_find_person(struct reader *reader, const struct access *access, struct str who,
    struct arena *arena, struct person *out)
{
    static const enum sql_id ways[] = {
        SQL_REPORT_PERSON_BY_EMAIL,
        SQL_REPORT_PERSON_BY_EXTERNAL_ID,
        SQL_REPORT_PERSON_BY_NAME,
    };
    REQUIRE(access_what(access) == ACCESS_LIST);
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

enum err report_people(struct reader *reader, const struct access *access, struct arena *arena,
    report_person_fn *row, void *arg)
{
    REQUIRE(access_what(access) == ACCESS_LIST);
    struct query *query = sql_query(reader->sql, SQL_REPORT_PEOPLE);
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        struct person person;
        row_person(query, arena, &person);
        err = arena_failed(arena) ? ERR_NO_MEMORY : row(arg, &person);
        if (err) {
            (void)!query_end(query);
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
        person->since.utc_ms = query_int(query, NAME_MANAGER_SINCE_MS);
        person->name = query_copy(query, NAME_NAME, all->arena);
    }
    return err;
}

static enum err read_team(struct gathering *all)
{
    struct report_person *people = all->people.items;
    enum err err = OK;
    for (size_t i = 0; !err && i < all->people.len; i++) {
        all->skills = (struct list){ 0 };
        err = read_week(all, people[i].person_id, &people[i].since);
        people[i].skills = all->skills.items;
        people[i].skills_len = all->skills.len;
        if (!err)
            err = report_read_shown(all->reader, people[i].person_id, people[i].since, all->arena,
                &people[i].shown, &people[i].shown_len);
        if (!err)
            err = add_up(all, &all->team);
    }
    return err;
}

/* One after the other; of each only which skills they answered is kept, beside the sums: a whole
 * company may be below. */
static enum err read_below(struct gathering *all, int64_t manager_id)
{
    enum err err = read_tree(all, manager_id);
    const struct rest_node *nodes = all->nodes.items;
    all->skills = (struct list){ 0 };
    for (size_t i = 0; !err && i < all->nodes.len; i++) {
        if (nodes[i].parent < 0)
            continue; /* a direct report */
        all->skills.len = 0;
        err = read_week(all, nodes[i].person_id, NULL);
        if (!err)
            err = add_up(all, &all->below);
        if (!err)
            err = keep_pairs(all, i);
        all->below_people += all->skills.len > 0;
    }
    if (!err)
        rest_count(all->nodes.items, all->nodes.len, all->pairs.items, all->pairs.len,
            all->below.items, all->below.len);
    return err ? err : hide_in_a_circle(all, manager_id);
}

/* When the reader reports, at some distance, to one of those below, that one reads about everybody
 * here as well, and whatever is left when their sum is taken away is themself. */
static enum err hide_in_a_circle(struct gathering *all, int64_t manager_id)
{
    const struct rest_node *nodes = all->nodes.items;
    struct report_skill *sums = all->below.items;
    struct query *query = sql_query(all->reader->sql, SQL_REPORT_MANAGER);
    query_set_int(query, NAME_PERSON_ID, manager_id);
    bool found = false;
    enum err err = query_row(query, &found);
    if (err || !found)
        return err;
    int64_t above = query_int(query, NAME_MANAGER_ID);
    for (size_t i = 0; above && i < all->nodes.len; i++)
        for (size_t skill = 0; nodes[i].person_id == above && skill < all->below.len; skill++)
            sums[skill].rest_people = 1;
    return query_end(query);
}

/* Each row stands behind its manager's, and managers follow each other in the order of their own
 * rows; so one look forward finds the place. */
static enum err read_tree(struct gathering *all, int64_t manager_id)
{
    struct query *query = sql_query(all->reader->sql, SQL_REPORT_BELOW);
    query_set_int(query, NAME_PERSON_ID, manager_id);
    int32_t parent = -1;
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        struct rest_node *node = list_add(&all->nodes, all->arena, sizeof(*node), PEOPLE_MAX);
        if (!node) {
            (void)!query_end(query);
            return ERR_NO_MEMORY;
        }
        int64_t above = query_int(query, NAME_MANAGER_ID);
        const struct rest_node *nodes = all->nodes.items;
        int32_t last = (int32_t)all->nodes.len - 2;
        while (above != manager_id && parent < last &&
            (parent < 0 || nodes[parent].person_id != above))
            parent++;
        *node = (struct rest_node){ query_int(query, NAME_PERSON_ID),
            above == manager_id ? -1 : parent, 0, 0, false };
    }
    return err;
}

static enum err keep_pairs(struct gathering *all, size_t node)
{
    const struct report_skill *own = all->skills.items, *sums = all->below.items;
    for (size_t i = 0; i < all->skills.len; i++) {
        struct rest_pair *pair = list_add(&all->pairs, all->arena, sizeof(*pair), PAIRS_MAX);
        const struct report_skill *sum = skill_in(all, &all->below, own[i].skill);
        if (!pair || !sum)
            return ERR_NO_MEMORY;
        *pair = (struct rest_pair){ (int32_t)node, (int32_t)(sum - sums) };
    }
    return OK;
}

static enum err read_epoch(struct reader *reader, int64_t *epoch)
{
    struct query *query = sql_query(reader->sql, SQL_REPORT_EPOCH);
    bool found = false;
    enum err err = query_row(query, &found);
    if (err || !found)
        return err;
    *epoch = query_int(query, NAME_ROSTER_EPOCH);
    return query_end(query);
}

/* since: a direct report, and what they answered before is not for this reader; NULL: one of those
 * below. */
static enum err read_week(
    struct gathering *all, int64_t person_id, const struct instant *since)
{
    struct query *query = sql_query(all->reader->sql, SQL_REPORT_WEEK);
    query_set_int(query, NAME_PERSON_ID, person_id);
    query_set_int(query, NAME_FIRST_DAY, all->monday);
    query_set_int(query, NAME_END_DAY, all->monday + WEEK_DAYS);
    query_set_int(query, NAME_SINCE_MS, since ? since->utc_ms : 0);
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        err = count_answer(all, query, person_id, since != NULL);
        if (err) {
            (void)!query_end(query);
            return err;
        }
    }
    return err;
}

/* Somebody who rates themself is right when it came back at all. */
static enum err count_answer(
    struct gathering *all, struct query *query, int64_t person_id, bool direct)
{
    int32_t day = query_int32(query, NAME_DAY);
    int64_t grade = query_int(query, NAME_GRADE), rating = query_int(query, NAME_RATING);
    int64_t prompt_id = query_int(query, NAME_PROMPT_ID);
    bool right = grade == GRADE_RIGHT || (grade == GRADE_NONE && rating >= RATING_HARD);
    struct report_skill *sum = skill_in(all, &all->skills, query_text(query, NAME_SKILL));
    if (!sum)
        return ERR_NO_MEMORY;
    sum->answers++;
    sum->right += right;
    sum->people = 1;
    if (day > sum->last_day)
        sum->last_day = day;
    return direct ? count_prompt(all, sum, prompt_id, person_id, right) : OK;
}

static enum err count_prompt(
    struct gathering *all, const struct report_skill *skill, int64_t prompt_id, int64_t person_id,
    bool right)
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
        found->skill = skill->skill;
    }
    found->sum.answers++;
    found->sum.wrong += !right;
    if (found->last_person_id == person_id)
        return OK;
    found->sum.people++;
    found->last_person_id = person_id;
    struct met *met = list_add(&all->met, all->arena, sizeof(*met), PAIRS_MAX);
    if (met)
        *met = (struct met){ person_id, (size_t)(found - (struct tally *)all->prompts.items) };
    return met ? OK : ERR_NO_MEMORY;
}

/* How many people answered another prompt of that prompt's skill. */
static int32_t rest_of_skill(const struct gathering *all, size_t tally)
{
    const struct tally *tallies = all->prompts.items;
    const struct met *met = all->met.items;
    int64_t last_person_id = 0;
    int32_t people = 0;
    for (size_t i = 0; i < all->met.len; i++) {
        if (met[i].tally == tally || met[i].person_id == last_person_id ||
            !str_equal(tallies[met[i].tally].skill, tallies[tally].skill))
            continue;
        last_person_id = met[i].person_id;
        people++;
    }
    return people;
}

/* Adds the person being read to the sums of many. */
static enum err add_up(struct gathering *all, struct list *sums)
{
    const struct report_skill *own = all->skills.items;
    for (size_t i = 0; i < all->skills.len; i++) {
        struct report_skill *sum = skill_in(all, sums, own[i].skill);
        if (!sum)
            return ERR_NO_MEMORY;
        sum->answers += own[i].answers;
        sum->right += own[i].right;
        sum->people += own[i].people;
        if (own[i].last_day > sum->last_day)
            sum->last_day = own[i].last_day;
    }
    return OK;
}

/* The row of that skill, made when there is none; NULL: no memory, or too many. */
static struct report_skill *skill_in(struct gathering *all, struct list *skills, struct str skill)
{
    struct report_skill *items = skills->items;
    for (size_t i = 0; i < skills->len; i++)
        if (str_equal(items[i].skill, skill))
            return &items[i];
    struct report_skill *made = list_add(skills, all->arena, sizeof(*made), SKILLS_MAX);
    if (made)
        *made = (struct report_skill){ .skill = kept_id(all, skill) };
    return made;
}

static struct str kept_id(struct gathering *all, struct str skill)
{
    struct str *ids = all->ids.items;
    for (size_t i = 0; i < all->ids.len; i++)
        if (str_equal(ids[i], skill))
            return ids[i];
    struct str *made = list_add(&all->ids, all->arena, sizeof(*made), SKILLS_MAX);
    struct str copy = str_copy(all->arena, skill);
    if (made)
        *made = copy;
    return copy;
}

/* The three with most wrong answers; of equals the larger share of wrong ones, then the older. */
static void take_missed(const struct gathering *all, struct report *out)
{
    struct tally *items = all->prompts.items;
    out->missed = arena_array(all->arena, struct report_prompt, MISSED_MAX);
    while (out->missed && out->missed_len < MISSED_MAX) {
        struct report_prompt *best = NULL;
        size_t tally = 0;
        for (size_t i = 0; i < all->prompts.len; i++) {
            struct report_prompt *sum = &items[i].sum;
            if (!sum->wrong)
                continue;
            if (!best || sum->wrong > best->wrong ||
                (sum->wrong == best->wrong && sum->answers < best->answers) ||
                (sum->wrong == best->wrong && sum->answers == best->answers &&
                    sum->prompt_id < best->prompt_id)) {
                best = sum;
                tally = i;
            }
        }
        if (!best)
            return;
        best->rest_people = rest_of_skill(all, tally);
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
