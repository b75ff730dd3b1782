/* What readers see: the manager's week, status, people, exports; and that reading only reads. */
#include "help.h"

#include "store/reader.h"
#include "store/report_rest.h"

static int report_setup(void **state)
{
    struct play *play = play_start();
    play_people(play, 5, 1);
    play_match(play, 4);
    play_prompts(play);
    *state = play;
    return 0;
}

static struct reader *open_reader(struct play *play)
{
    struct reader *reader = NULL;
    assert_int_equal(reader_open(play_path(play), NULL, &reader), OK);
    return reader;
}

static enum err week_of(
    struct play *play, struct reader *reader, int64_t manager_id, struct report *out)
{
    const struct access *pass = play_pass(play, ACCESS_WEEK, manager_id);
    return report_digest(reader, pass, MONDAY, &play->arena, out);
}

static enum err find(
    struct play *play, struct reader *reader, struct str who, struct person *out)
{
    const struct access *pass = play_pass(play, ACCESS_LIST, 0);
    return report_find_person(reader, pass, who, &play->arena, out);
}

static enum err everybody(
    struct play *play, struct reader *reader, report_person_fn *row, void *arg)
{
    const struct access *pass = play_pass(play, ACCESS_LIST, 0);
    return report_people(reader, pass, &play->arena, row, arg);
}

static enum err all_answers(
    struct play *play, struct reader *reader, report_answer_fn *row, void *arg)
{
    return report_answers(reader, play_pass(play, ACCESS_ANSWERS, 0), row, arg);
}

static void ask(struct play *play, int64_t person_id, int prompt, int32_t day, enum grade grade,
    enum rating rating)
{
    play->now.utc_ms = (int64_t)day * 86400000 + 43200000;
    int64_t nudge_id = play_nudge(play, person_id, &play->prompts[prompt], day);
    play_answer(play, nudge_id, day, grade, rating);
}

static const struct report_skill *skill_of(
    const struct report_skill *skills, size_t len, const char *skill)
{
    for (size_t i = 0; i < len; i++)
        if (str_equal(skills[i].skill, str_from_z(skill)))
            return &skills[i];
    fail_msg("no skill %s", skill);
    return NULL;
}

static void test_a_week(void **state)
{
    struct play *play = *state;
    /* Long ago, before, in the week, after: prompt 0 trains escalation, 1 listening. */
    ask(play, 2, 0, MONDAY - 29, GRADE_RIGHT, RATING_GOOD);
    ask(play, 2, 0, MONDAY - 28, GRADE_RIGHT, RATING_GOOD);
    ask(play, 2, 0, MONDAY - 1, GRADE_WRONG, RATING_AGAIN);
    ask(play, 2, 0, MONDAY, GRADE_RIGHT, RATING_GOOD);
    ask(play, 2, 1, MONDAY + 1, GRADE_PARTLY, RATING_AGAIN);
    ask(play, 2, 1, MONDAY + 2, GRADE_NONE, RATING_HARD); /* rated by the person: it came back */
    ask(play, 2, 1, MONDAY + 2, GRADE_RIGHT, RATING_NONE); /* no evidence */
    ask(play, 2, 3, MONDAY + 3, GRADE_NONE, RATING_NONE); /* a reflection */
    ask(play, 2, 0, MONDAY + 6, GRADE_RIGHT, RATING_EASY);
    ask(play, 2, 0, MONDAY + 7, GRADE_RIGHT, RATING_GOOD);
    ask(play, 3, 0, MONDAY + 4, GRADE_WRONG, RATING_AGAIN);
    ask(play, 3, 0, MONDAY + 5, GRADE_WRONG, RATING_AGAIN);
    ask(play, 4, 1, MONDAY + 1, GRADE_WRONG, RATING_AGAIN);
    ask(play, 1, 1, MONDAY + 1, GRADE_RIGHT, RATING_GOOD); /* the manager's own do not count */
    struct reader *reader = open_reader(play);
    struct report report;
    assert_int_equal(week_of(play, reader, 1, &report), OK);
    assert_int_equal(report.week_monday, MONDAY);
    assert_int_equal(report.people_len, 4);
    assert_int_equal(report.people[0].person_id, 2);
    assert_true(str_equal(report.people[0].name, STR("Person 0002")));
    assert_int_equal(report.people[0].skills_len, 2);
    const struct report_skill *skill =
        skill_of(report.people[0].skills, report.people[0].skills_len, "escalation");
    assert_int_equal(skill->answers, 2);
    assert_int_equal(skill->right, 2);
    assert_int_equal(skill->people, 1);
    assert_int_equal(skill->last_day, MONDAY + 6);
    skill = skill_of(report.people[0].skills, report.people[0].skills_len, "listening");
    assert_int_equal(skill->answers, 2);
    assert_int_equal(skill->right, 1);
    assert_int_equal(report.people[3].skills_len, 0);
    assert_int_equal(report.team_len, 2);
    skill = skill_of(report.team, report.team_len, "escalation");
    assert_int_equal(skill->answers, 4);
    assert_int_equal(skill->right, 2);
    assert_int_equal(skill->people, 2);
    skill = skill_of(report.team, report.team_len, "listening");
    assert_int_equal(skill->answers, 3);
    assert_int_equal(skill->right, 1);
    assert_int_equal(report.missed_len, 2);
    assert_int_equal(report.missed[0].prompt_id, play->prompts[1].prompt_id);
    assert_int_equal(report.missed[0].wrong, 2);
    assert_int_equal(report.missed[0].answers, 3);
    assert_int_equal(report.missed[0].people, 2);
    assert_int_equal(report.missed[1].prompt_id, play->prompts[0].prompt_id);
    assert_int_equal(report.missed[1].wrong, 2);
    assert_int_equal(report.missed[1].people, 2);
    assert_int_equal(report.missed[1].answers, 4);
    assert_int_equal(report.below_len + (size_t)report.below_people, 0);
    assert_int_equal(week_of(play, reader, 99, &report), OK); /* nobody */
    assert_int_equal(report.people_len + report.team_len + report.missed_len, 0);
    assert_int_equal(week_of(play, reader, 2, &report), OK);
    assert_int_equal(report.people_len + report.team_len + report.missed_len, 0);
    reader_close(reader);
}

/* Answered on Monday, asked before the weekend: the day of the answer is what counts. */
static void test_answered_later_than_asked(void **state)
{
    struct play *play = *state;
    int64_t nudge_id = play_nudge(play, 2, &play->prompts[0], MONDAY - 3);
    play_answer(play, nudge_id, MONDAY, GRADE_RIGHT, RATING_GOOD);
    struct reader *reader = open_reader(play);
    struct report report;
    assert_int_equal(week_of(play, reader, 1, &report), OK);
    assert_int_equal(report.people[0].skills_len, 1);
    assert_int_equal(report.people[0].skills[0].answers, 1);
    assert_int_equal(report.people[0].skills[0].last_day, MONDAY);
    reader_close(reader);
}

/* A digest costs the weeks asked for, not the history: counted in steps of SQLite's machine. */
static void test_cost_is_the_week(void **state)
{
    struct play *play = *state;
    int64_t steps[2] = { 0, 0 };
    for (int round = 0; round < 2; round++) {
        for (int32_t day = 0; day < 300; day++)
            ask(play, 2, day % 3, MONDAY - 1400 + 600 * round + day, GRADE_RIGHT, RATING_GOOD);
        sqlite3 *db = NULL;
        sqlite3_stmt *statement = NULL;
        struct buf text = buf_heap(1 << 16);
        struct str sql;
        FILE *file = fopen(SOURCE_DIR "/src/store/sql/query/report_week.sql", "r");
        assert_non_null(file);
        for (int c = fgetc(file); c != EOF; c = fgetc(file))
            buf_add_byte(&text, (char)c);
        fclose(file);
        buf_add_byte(&text, '\0');
        assert_int_equal(buf_finish(&text, &sql), OK);
        assert_int_equal(sqlite3_open(play->path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_prepare_v2(db, sql.ptr, -1, &statement, NULL), SQLITE_OK);
        int32_t first = MONDAY - 1400 + 600 * round + 265;
        sqlite3_bind_int(statement, sqlite3_bind_parameter_index(statement, ":person_id"), 2);
        sqlite3_bind_int(statement, sqlite3_bind_parameter_index(statement, ":first_day"), first);
        sqlite3_bind_int(
            statement, sqlite3_bind_parameter_index(statement, ":end_day"), first + 35);
        sqlite3_bind_int(statement, sqlite3_bind_parameter_index(statement, ":since_ms"), 0);
        int rows = 0;
        while (sqlite3_step(statement) == SQLITE_ROW)
            rows++;
        assert_int_equal(rows, 35);
        steps[round] = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
        sqlite3_finalize(statement);
        sqlite3_close(db);
        buf_free(&text);
    }
    assert_int_equal(steps[0], steps[1]); /* twice the history, the same work */
}

/* Gives people 1 to len these managers (ids in people.csv; NULL: none). */
static void manage(struct play *play, const char *const *managers, int len)
{
    struct effect effects[32] = { 0 };
    assert_true(len < 32);
    for (int i = 0; i < len; i++) {
        effects[i].kind = EFFECT_PEOPLE_ROW;
        effects[i].epoch = 2;
        effects[i].row = play_row(play, i + 1);
        effects[i].row.manager = managers[i] ? str_from_z(managers[i]) : STR_EMPTY;
    }
    effects[len].kind = EFFECT_PEOPLE_LAST;
    effects[len].roster_epoch = 2;
    play_effects(play, effects, (size_t)len + 1);
}

/* 1 leads 2 and 3; 2 leads 4 and 5; 5 leads 6: sums of 4, 5 and 6, however deep. */
static void test_below_are_sums(void **state)
{
    struct play *play = *state;
    static const char *const managers[] = { NULL, "p1", "p1", "p2", "p2", "p5" };
    manage(play, managers, 6);
    ask(play, 4, 0, MONDAY - 1, GRADE_WRONG, RATING_AGAIN); /* before the week */
    ask(play, 4, 0, MONDAY, GRADE_RIGHT, RATING_GOOD);
    ask(play, 4, 0, MONDAY + 1, GRADE_WRONG, RATING_AGAIN);
    ask(play, 4, 1, MONDAY + 2, GRADE_RIGHT, RATING_GOOD);
    ask(play, 6, 0, MONDAY + 3, GRADE_RIGHT, RATING_GOOD);
    ask(play, 6, 3, MONDAY + 4, GRADE_NONE, RATING_NONE); /* a reflection */
    ask(play, 6, 0, MONDAY + 7, GRADE_RIGHT, RATING_GOOD); /* behind it */
    ask(play, 2, 0, MONDAY + 4, GRADE_WRONG, RATING_AGAIN); /* a direct report */
    struct reader *reader = open_reader(play);
    struct report report;
    assert_int_equal(week_of(play, reader, 1, &report), OK);
    assert_int_equal(report.people_len, 2);
    assert_int_equal(report.below_people, 2); /* 5 answered nothing */
    assert_int_equal(report.below_len, 2);
    const struct report_skill *skill = skill_of(report.below, report.below_len, "escalation");
    assert_int_equal(skill->answers, 3);
    assert_int_equal(skill->right, 2);
    assert_int_equal(skill->people, 2);
    assert_int_equal(skill->last_day, MONDAY + 3);
    skill = skill_of(report.below, report.below_len, "listening");
    assert_int_equal(skill->answers, 1);
    assert_int_equal(skill->people, 1);
    skill = skill_of(report.team, report.team_len, "escalation");
    assert_int_equal(skill->answers, 1);
    assert_int_equal(report.missed_len, 1); /* the team's, not theirs */
    assert_int_equal(report.missed[0].answers, 1);
    assert_int_equal(week_of(play, reader, 2, &report), OK);
    assert_int_equal(report.people_len, 2); /* 4 and 5 */
    assert_int_equal(report.below_people, 1);
    reader_close(reader);
}

static void test_a_circle_ends(void **state)
{
    struct play *play = *state;
    static const char *const managers[] = { "p3", "p1", "p2", "p3", "p4" }; /* of 1, 2 and 3 */
    manage(play, managers, 5);
    for (int64_t person_id = 1; person_id <= 5; person_id++)
        ask(play, person_id, 0, MONDAY, GRADE_RIGHT, RATING_GOOD);
    struct reader *reader = open_reader(play);
    struct report report;
    assert_int_equal(week_of(play, reader, 3, &report), OK);
    assert_int_equal(report.people_len, 2); /* 1 and 4 */
    assert_int_equal(report.below_people, 2); /* 2 below 1, 5 below 4; not 3 themself */
    assert_int_equal(skill_of(report.below, report.below_len, "escalation")->answers, 2);
    reader_close(reader);
}

/* A line of managers longer than any company's is read to its depth, and no further. */
static void test_a_long_line_ends(void **state)
{
    struct play *play = *state;
    static char names[30][16];
    const char *managers[30] = { NULL };
    for (int i = 1; i < 30; i++) {
        snprintf(names[i], sizeof(names[i]), "p%d", i);
        managers[i] = names[i];
    }
    manage(play, managers, 30);
    for (int64_t person_id = 1; person_id <= 30; person_id++)
        ask(play, person_id, 0, MONDAY, GRADE_RIGHT, RATING_GOOD);
    struct reader *reader = open_reader(play);
    struct report report;
    assert_int_equal(week_of(play, reader, 1, &report), OK);
    assert_int_equal(report.people_len, 1);
    assert_int_equal(report.below_people, 19);
    reader_close(reader);
}

static void test_find_person(void **state)
{
    struct play *play = *state;
    struct effect twin = { .kind = EFFECT_PEOPLE_ROW, .epoch = 1 };
    twin.row = play_row(play, 9);
    twin.row.name = STR("Person 0002");
    play_effect(play, twin);
    struct reader *reader = open_reader(play);
    struct person person;
    assert_int_equal(find(play, reader, STR("P2@example.com"), &person), OK);
    assert_int_equal(person.person_id, 2);
    assert_int_equal(find(play, reader, STR("p3"), &person), OK);
    assert_int_equal(person.person_id, 3);
    assert_int_equal(find(play, reader, STR("Person 0004"), &person), OK);
    assert_int_equal(person.person_id, 4);
    enum err err = find(play, reader, STR("Person 0002"), &person);
    assert_int_equal(err, ERR_INVALID);
    err = find(play, reader, STR("nobody"), &person);
    assert_int_equal(err, ERR_NOT_FOUND);
    assert_int_equal(person.person_id, 4); /* untouched by what failed */
    reader_close(reader);
}

static void test_status(void **state)
{
    struct play *play = *state;
    struct effect effect = { .kind = EFFECT_PERSON, .person_fields = PERSON_SET_STATE };
    effect.person_id = 3;
    effect.person.state = PERSON_PAUSED;
    play_effect(play, effect);
    effect.person_id = 4;
    effect.person.state = PERSON_STOPPED;
    play_effect(play, effect);
    ask(play, 2, 0, MONDAY, GRADE_RIGHT, RATING_GOOD);
    play_nudge(play, 3, &play->prompts[0], MONDAY);
    effect.kind = EFFECT_DIGEST;
    effect.person_id = 1;
    effect.digest.week_monday = MONDAY;
    effect.digest.state = DIGEST_SENT;
    play_effect(play, effect);
    struct reader *reader = open_reader(play);
    struct report_status status;
    assert_int_equal(report_status(reader, &status), OK);
    assert_int_equal(status.people, 5);
    assert_int_equal(status.matched, 4);
    assert_int_equal(status.unmatched, 1);
    assert_int_equal(status.paused, 1);
    assert_int_equal(status.stopped, 1);
    assert_int_equal(status.left, 0);
    assert_int_equal(status.answers, 1);
    assert_int_equal(status.nudges_open, 1);
    assert_int_equal(status.next_slot.utc_ms, 0);
    assert_int_equal(status.next_digest.utc_ms, 0);
    assert_int_equal(status.last_digest.utc_ms, NOON);
    assert_int_equal(status.last_answer.utc_ms, NOON);
    assert_true(status.file_bytes >= 20 * 4096);
    reader_close(reader);
}

static enum err count_person(void *arg, const struct person *person)
{
    int64_t *seen = arg;
    assert_int_equal(
        person->person_id, ++*seen); /* by name, which is the order they were made in */
    return *seen == 4 ? ERR_CLOSED : OK;
}

static void test_people(void **state)
{
    struct play *play = *state;
    struct reader *reader = open_reader(play);
    int64_t seen = 0;
    assert_int_equal(everybody(play, reader, count_person, &seen), ERR_CLOSED);
    assert_int_equal(seen, 4); /* stopped when it was told to */
    seen = -1;
    play_people(play, 3, 2);
    seen = 0;
    assert_int_equal(everybody(play, reader, count_person, &seen), OK);
    assert_int_equal(seen, 3); /* the reader sees what was committed meanwhile */
    reader_close(reader);
}

struct export
{
    int rows;
    int64_t last;
    struct play *play;
    bool write;
};

static enum err check_answer(void *arg, const struct report_answer *answer)
{
    struct export *export = arg;
    assert_true(answer->at.utc_ms > export->last);
    export->last = answer->at.utc_ms;
    export->rows++;
    /* The writer is free while an export runs. */
    if (export->write && export->rows % 500 == 0)
        play_effect(export->play, (struct effect){ .kind = EFFECT_PEOPLE_SWEEP,
            .sweep = { .what = SWEEP_WAKE, .until_id = INT64_MAX } });
    return OK;
}

static void test_export_in_slices(void **state)
{
    struct play *play = *state;
    assert_int_equal(store_begin(play->store), OK);
    for (int i = 0; i < 2500; i++) {
        play->now.utc_ms = NOON + i;
        struct effect effects[2] = { { .kind = EFFECT_NUDGE_NEW, .person_id = 2 },
            { .kind = EFFECT_ANSWER, .nudge_id = -1 } };
        effects[0].nudge =
            (struct nudge){ .prompt_id = 1, .revision_id = 1, .state = NUDGE_OPEN, .day = MONDAY };
        effects[1].answer = (struct answer){ .at = play->now, .grade = GRADE_RIGHT };
        struct plan plan = { .effects = effects, .effects_len = 2 };
        struct event event = play_event(play, EVENT_ACTION);
        assert_int_equal(store_apply(play->store, &event, &plan, &play->arena, &play->applied), OK);
    }
    assert_int_equal(store_commit(play->store), OK);
    struct reader *reader = open_reader(play);
    struct export export = { .play = play, .write = true };
    assert_int_equal(all_answers(play, reader, check_answer, &export), OK);
    assert_int_equal(export.rows, 2500);
    reader_close(reader);
}

static enum err keep_answer(void *arg, const struct report_answer *answer)
{
    struct report_answer **next = arg;
    *(*next)++ = *answer;
    return OK;
}

static enum err print_answer(void *arg, const struct report_answer *answer)
{
    buf_addf(arg, "%.*s|%.*s|%.*s/%.*s|%.*s|%.*s|%.*s|%d|%.*s|%.*s|%d\n", STR_ARG(answer->person),
        STR_ARG(answer->email), STR_ARG(answer->deck), STR_ARG(answer->prompt),
        STR_ARG(answer->skill), STR_ARG(answer->kind), STR_ARG(answer->grade), answer->rating,
        STR_ARG(answer->text), STR_ARG(answer->chosen), answer->day - MONDAY);
    return OK;
}

static void test_exported_fields(void **state)
{
    static const struct {
        int prompt;
        uint32_t chosen;
        const char *text;
    } given[] = {
        { 0, 1U << 1, "" },
        { 1, 1U << 0 | 1U << 2, "" },
        { 2, 2 | 0 << 4 | 1 << 8, "" },
        { 2, 0, "" },
        { 3, 0, "=my own words" },
        { 0, 0, "typed" },
    };
    struct play *play = *state;
    for (size_t i = 0; i < COUNT(given); i++) {
        int64_t nudge_id = play_nudge(play, 2, &play->prompts[given[i].prompt], MONDAY);
        struct effect effect = { .kind = EFFECT_ANSWER, .nudge_id = nudge_id };
        effect.answer = (struct answer){ .grade = (enum grade)(i % 4),
            .rating = RATING_GOOD,
            .chosen = given[i].chosen,
            .text = str_from_z(given[i].text),
            .at = play->now,
            .day = MONDAY + (int32_t)i };
        play_effect(play, effect);
    }
    struct reader *reader = open_reader(play);
    struct buf buf = buf_heap(1 << 16);
    assert_int_equal(all_answers(play, reader, print_answer, &buf), OK);
    static const char want[] =
        "Person 0002|p2@example.com|handoff/first|escalation|choice|none|3||2|0\n"
        "Person 0002|p2@example.com|handoff/second|listening|choice|wrong|3||1,3|1\n"
        "Person 0002|p2@example.com|handoff/third|escalation|order|partly|3||3,1,2|2\n"
        "Person 0002|p2@example.com|handoff/third|escalation|order|right|3|||3\n"
        "Person 0002|p2@example.com|handoff/fourth|escalation|reflect|none|3|||4\n"
        "Person 0002|p2@example.com|handoff/first|escalation|choice|wrong|3|typed||5\n";
    buf_add_byte(&buf, '\0');
    assert_string_equal(buf_str(&buf).ptr, want);
    buf_free(&buf);
    struct report_answer rows[8], *next = rows;
    assert_int_equal(all_answers(play, reader, keep_answer, &next), OK);
    assert_int_equal(rows[0].at.utc_ms, NOON);
    reader_close(reader);
}

static void test_reader_leaves_the_log_alone(void **state)
{
    struct play *play = *state;
    ask(play, 2, 0, MONDAY, GRADE_RIGHT, RATING_GOOD);
    char name[128];
    struct stat before, after;
    snprintf(name, sizeof(name), "%s-wal", play->path);
    assert_int_equal(stat(name, &before), 0);
    assert_true(before.st_size > 0);
    struct reader *reader = open_reader(play);
    struct report report;
    assert_int_equal(week_of(play, reader, 1, &report), OK);
    reader_close(reader);
    assert_int_equal(stat(name, &after), 0);
    assert_int_equal(after.st_size, before.st_size); /* no checkpoint, no truncation */
    assert_int_equal(store_begin(play->store), OK); /* in a turn it reads all the same */
    reader = open_reader(play);
    assert_int_equal(week_of(play, reader, 1, &report), OK);
    assert_int_equal(sql_exec(reader->sql, "UPDATE state SET live = 1"), ERR_DB_IO);
    reader_close(reader);
    store_rollback(play->store);
    struct str path = str_format(&play->arena, "%s/none.db", play->folder);
    reader = NULL;
    assert_int_equal(reader_open(path, NULL, &reader), ERR_NOT_FOUND);
    assert_null(reader);
}

/* Teams of these many who answered, under one head each, all below one reader. */
static int32_t rest_of(const int *teams, size_t len)
{
    struct rest_node nodes[64] = { { .parent = -1 } };
    struct rest_pair pairs[64];
    struct report_skill sum = { .people = 0 };
    size_t nodes_len = 0, pairs_len = 0;
    for (size_t i = 0; i < len; i++)
        nodes[nodes_len++].parent = -1;
    for (size_t i = 0; i < len; i++)
        for (int n = 0; n < teams[i]; n++) {
            pairs[pairs_len++] = (struct rest_pair){ (int32_t)nodes_len, 0 };
            nodes[nodes_len++].parent = (int32_t)i;
            sum.people++;
        }
    rest_count(nodes, nodes_len, pairs, pairs_len, &sum, 1);
    return sum.rest_people;
}

static void test_what_is_left_of_a_sum(void **state)
{
    (void)state;
    assert_int_equal(rest_of((int[]){ 9 }, 1), 0); /* one team: nobody is left */
    assert_int_equal(rest_of((int[]){ 9, 1 }, 2), 1);
    assert_int_equal(rest_of((int[]){ 5, 6 }, 2), 5);
    assert_int_equal(rest_of((int[]){ 6, 5, 2, 2 }, 4), 4); /* both small ones, by the large */
    assert_int_equal(rest_of((int[]){ 7, 3, 3 }, 3), 6);
    assert_int_equal(rest_of((int[]){ 3, 3, 3 }, 3), 6); /* nothing else is told of them */
    assert_int_equal(rest_of((int[]){ 2, 2 }, 2), 0); /* too few to be told at all */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, report_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_left_of_a_sum),
        TEST(test_a_week),
        TEST(test_answered_later_than_asked),
        TEST(test_cost_is_the_week),
        TEST(test_below_are_sums),
        TEST(test_a_circle_ends),
        TEST(test_a_long_line_ends),
        TEST(test_find_person),
        TEST(test_status),
        TEST(test_people),
        TEST(test_export_in_slices),
        TEST(test_exported_fields),
        TEST(test_reader_leaves_the_log_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
