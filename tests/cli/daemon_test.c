/* The daemon as its operator, its supervisor and its enemies meet it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/office.h"

#define DAY_1 "2031-03-04T09:29:00Z"    /* a Tuesday; people may be asked from 09:30 to 09:35 */
#define DAY_2 "2031-03-05T09:29:00Z"
#define QUICK "150"                     /* that window passes in two seconds */

static void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%.4000s", part, text);
}

static void assert_silent_about(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" is in:\n%.4000s", part, text);
}

static int open_office(void **state)
{
    *state = office_open("T0FIRST");
    return 0;
}

static int close_office(void **state)
{
    office_close(*state);
    return 0;
}

static int64_t ask_db(struct office *office, const char *name, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t value = -1;
    if (sqlite3_open_v2(office_path(office, name), &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static unsigned mode_of(struct office *office, const char *name)
{
    struct stat about;
    return stat(office_path(office, name), &about) ? 0 : about.st_mode & 0777;
}

static size_t posts(struct office *office)
{
    return look_calls(office->workspace, STR("chat.postMessage")).calls;
}

/* From a fresh folder to a person who has been asked: the notice on one day, a question on the
 * next. */
static void ask_everybody(struct office *office)
{
    assert_int_equal(RUN(office, "resume"), 0);
    office_start(office, DAY_1, QUICK);
    assert_true(office_gets(office, ADA, "your manager") || office_gets(office, ADA, "manager"));
    assert_true(office_status_says(office, "outbox: 0 waiting"));
    assert_int_equal(office_stop(office, SIGTERM), 0);
    office_start(office, DAY_2, QUICK);
    assert_true(office_gets(office, ADA, "Where does a good point wait?"));
}

static void test_fresh_store_is_paused_until_resume(void **state)
{
    struct office *office = *state;
    office_start(office, DAY_1, "20");
    assert_true(office_status_says(office, "zoe@example.com: no such e-mail in the workspace"));
    assert_says(office->out, "sending: off; a fresh store waits for `nudged resume`");
    assert_says(office->out, "would be written to:\n  ada@example.com\n  ben@example.com\n");
    assert_says(office->out, "link: slack connected, workspace T0FIRST");
    office_live(office, 400);
    assert_int_equal(posts(office), 0);
    assert_int_equal(RUN(office, "resume"), 0);
    assert_string_equal(office->out, "sending is now on\n");
    assert_int_equal(RUN(office, "resume"), 0);
    assert_says(office->out, "already");
    assert_true(office_status_says(office, "sending: on"));
    assert_silent_about(office->out, "would be written to");
    assert_int_equal(RUN(office, "pause"), 0);
    assert_int_equal(office_stop(office, SIGTERM), 0);
    assert_int_equal(RUN(office, "status"), 0);     /* and without a daemon */
    assert_says(office->out, "sending: off");
    assert_says(office->out, "no daemon is running; workspace T0FIRST");
}

static void test_one_daemon_owns_the_folder(void **state)
{
    struct office *office = *state;
    office_start(office, DAY_1, "1");
    assert_true(office_until(office, "log", "\"to\":\"connected\""));
    assert_int_equal(RUN(office, "run"), 75);
    assert_says(office->err, "state: another nudged is running on this state folder\n");
    assert_int_equal(mode_of(office, "state"), 0700);
    static const char *const files[] = { "state/nudged.db", "state/nudged.db-wal", "state/lock",
        "state/control" };
    for (size_t i = 0; i < COUNT(files); i++)
        assert_int_equal(mode_of(office, files[i]), 0600);
    assert_int_equal(office_stop(office, SIGINT), 0);
    assert_int_equal(mode_of(office, "state/control"), 0);      /* gone */
}

static void test_answers_come_out_again_and_stay_out_of_the_log(void **state)
{
    struct office *office = *state;
    office_config(office, "log: {format: json}");
    ask_everybody(office);
    assert_int_equal(
        human_say(office->workspace, office->ids[ADA], STR("=canary(\"x\")"), NULL), 0);
    assert_true(office_gets(office, ADA, "So that it is not lost."));
    assert_int_equal(RUN(office, "export", "answers"), 0);
    assert_says(office->out, "answered_at,day,person,email,deck,prompt");
    assert_says(office->out, ",\"'=canary(\"\"x\"\")\"\r\n");
    assert_int_equal(RUN(office, "export", "answers", "--format", "jsonl"), 0);
    cJSON *row = cJSON_Parse(office->out);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(row, "text")), "=canary(\"x\")");
    cJSON_Delete(row);
    assert_int_equal(RUN(office, "explain", "ada@example.com"), 0);
    assert_says(office->out, "person_due");
    assert_int_equal(RUN(office, "explain", "nobody@example.com"), 66);
    assert_int_equal(RUN(office, "digest", "--manager", "max@example.com"), 0);
    assert_int_equal(RUN(office, "backup", "copy.db"), 0);
    assert_int_equal(mode_of(office, "copy.db"), 0600);
    assert_int_equal(ask_db(office, "copy.db", "SELECT count(*) FROM answer"), 1);
    assert_int_equal(RUN(office, "backup", "no/such/folder.db"), 74);
    assert_int_equal(office_stop(office, SIGTERM), 0);
    assert_int_equal(RUN(office, "export", "answers"), 0);      /* the same without a daemon */
    assert_says(office->out, "canary");
    assert_true(ask_db(office, "state/nudged.db", "SELECT count(*) FROM access_log") >= 4);
    const char *log = office_file(office, "log");
    assert_says(log, "\"kind\":\"text\"");
    assert_silent_about(log, "canary");             /* tokens and the answer */
    assert_silent_about(log, "parking");
    assert_silent_about(log, "@example.com");
    for (const char *line = strstr(log, "\n{"); line; line = strstr(line + 1, "\n{")) {
        cJSON *parsed = cJSON_ParseWithOpts(line + 1, NULL, false);
        assert_non_null(parsed);
        cJSON_Delete(parsed);
    }
}

static void test_kill_and_restart(void **state)
{
    struct office *office = *state;
    office_config(office, "log: {format: logfmt}");
    ask_everybody(office);
    size_t before = look_messages(office->workspace, office->ids[ADA]);
    assert_int_equal(human_say(office->workspace, office->ids[ADA], STR("parking lot"), NULL), 0);
    assert_true(office_gets(office, ADA, "So that it is not lost."));
    assert_int_equal(office_stop(office, SIGKILL), 128 + SIGKILL);
    office_start(office, DAY_2, QUICK);
    assert_true(office_status_says(office, "link: slack connected"));
    office_live(office, 300);
    assert_int_equal(look_messages(office->workspace, office->ids[ADA]), before + 1);
    assert_int_equal(look_duplicate_posts(office->workspace), 0);
    assert_int_equal(ask_db(office, "state/nudged.db", "SELECT count(*) FROM answer"), 1);
    const char *log = office_file(office, "log");
    assert_says(log, " kind=text ");
    assert_silent_about(log, "canary");
    assert_silent_about(log, "parking");
    assert_silent_about(log, "@example.com");
}

static void test_garbage_on_the_control_socket(void **state)
{
    static char huge[300000];
    struct office *office = *state;
    office_start(office, DAY_1, "1");
    assert_true(office_until(office, "log", "\"to\":\"connected\""));
    static const struct { const char *bytes; size_t len;
    } rows[] = {
        { "\n", 1 },
        { "hello\n", 6 },
        { "{\"do\":\"frobnicate\"}\n", 20 },
        { "[[[[[[[[[[[[\n", 13 },
        { "\0\0\0\0\n", 5 },
        { "{\"do\":7}\n", 9 },
        { "{\"do\":\"explain\",\"person\":{}}\n", 29 },
        { "{\"do\":\"backup\",\"file\":\"relative\"}\n", 34 },
        { "\xff\xfe\n", 3 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(office_control(office, rows[i].bytes, rows[i].len));
        assert_says(office->out, "error ");
    }
    memset(huge, 'x', sizeof(huge));
    assert_true(office_control(office, huge, sizeof(huge)));    /* no line end in sight: hung up */
    assert_string_equal(office->out, "");
    memset(huge, '[', 60000);
    huge[60000] = '\n';
    assert_true(office_control(office, huge, 60001));
    assert_says(office->out, "error ");
    assert_true(office_status_says(office, "link: slack connected"));
    assert_int_equal(office_stop(office, SIGTERM), 0);
}

static void test_foreign_workspace_is_refused(void **state)
{
    struct office *office = *state;
    office_start(office, DAY_1, "1");
    assert_true(office_status_says(office, "3 matched in chat"));
    assert_int_equal(office_stop(office, SIGTERM), 0);
    assert_int_equal(RUN(office, "resume"), 0);
    office_move(office, "T0SECOND");
    office_start(office, DAY_1, "1");
    assert_int_equal(office_wait(office), 78);
    assert_says(office_file(office, "log"), "the token belongs to another workspace");
    assert_int_equal(posts(office), 0);
    assert_int_equal(ask_db(office, "state/nudged.db",
                            "SELECT count(*) FROM state WHERE workspace = 'T0FIRST'"), 1);
    assert_int_equal(ask_db(office, "state/nudged.db",
                            "SELECT count(*) FROM person WHERE chat_state = 1"), 3);
}

static void test_refused_token_is_said_and_nothing_is_lost(void **state)
{
    struct office *office = *state;
    office_start(office, DAY_1, "1");
    assert_true(office_status_says(office, "3 matched in chat"));
    assert_silent_about(office->out, "degraded: slack");
    workspace_revoke(office->workspace);
    assert_true(office_status_says(office, "degraded: workspace T0FIRST took our access away"));
    assert_int_equal(office_stop(office, SIGTERM), 0);
    office->bot_token = "xoxb-of-yesterday";
    office_start(office, DAY_1, "1");
    assert_true(office_status_says(office, "degraded: slack refuses us (auth.test: "));
    assert_silent_about(office->out, "yesterday");
    assert_says(office->out, "3 matched in chat");
    assert_int_equal(office_stop(office, SIGTERM), 0);
    office->bot_token = "xoxb-new";
    workspace_reinstall(office->workspace, STR("xoxb-new"), STR("xapp-canary-0123456789"));
    office_start(office, DAY_1, "1");
    assert_true(office_status_says(office, "link: slack connected"));
    assert_silent_about(office->out, "took our access");
}

static void test_broken_files_keep_the_last_good_set(void **state)
{
    static const char bad[] = "id: words\ntitle: [\n";
    struct office *office = *state;
    char good[4096];
    assert_int_equal(RUN(office, "resume"), 0);
    office_start(office, DAY_1, QUICK);
    assert_true(office_gets(office, MAX, "manager"));           /* owns the deck */
    snprintf(good, sizeof(good), "%s", office_file(office, "prompts/decks/words.yaml"));
    office_write(office, "prompts/decks/words.yaml", bad);      /* nobody sends a signal */
    assert_true(office_status_says(office, "; the last good set stays in force"));
    assert_says(office->out, "words.yaml:3:1: ");
    assert_says(office->out, "1 decks, 2 prompts");
    assert_true(office_gets(office, MAX, "words.yaml, line 3"));
    office_write(office, "people.csv", "id,email,name\n1,ada@example.com,A\n1,bo@example.com,B\n");
    kill(office->daemon, SIGHUP);
    assert_true(office_status_says(office, "people.csv:3:"));
    office_write(office, "prompts/decks/words.yaml", good);
    office_write(office, "people.csv",
        "id,email,name,role\n1,ada@example.com,Ada,Tester\n"
        "3,max@example.com,Max,Tester\n5,new@example.com,New,Tester\n");
    kill(office->daemon, SIGHUP);
    assert_true(office_status_says(office, "new@example.com: no such e-mail"));     /* looked for */
    assert_silent_about(office->out, "degraded: the files");
    assert_silent_about(office->out, "zoe@example.com");
    assert_int_equal(office_stop(office, SIGTERM), 0);
}

static void open_notify(struct office *office)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", office->folder);
    office->notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(office->notify, (struct sockaddr *)&address, sizeof(address)), 0);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    setenv("WATCHDOG_USEC", "400000", 1);
}

static void read_notes(struct office *office, char *out, size_t room)
{
    size_t len = 0;
    ssize_t got;
    while ((got = recv(office->notify, out + len, room - len - 2, 0)) > 0) {
        len += (size_t)got;
        out[len++] = '|';
    }
    out[len] = '\0';
}

static void test_word_to_the_supervisor(void **state)
{
    struct office *office = *state;
    char notes[4096];
    open_notify(office);
    office_start(office, DAY_1, "1");
    assert_true(office_until(office, "log", "\"to\":\"connected\""));
    office_live(office, 700);
    read_notes(office, notes, sizeof(notes));
    assert_says(notes, "READY=1");
    assert_says(strstr(notes, "WATCHDOG=1") + 1, "WATCHDOG=1");         /* twice at least */
    kill(office->daemon, SIGHUP);
    office_live(office, 300);
    read_notes(office, notes, sizeof(notes));
    assert_says(notes, "RELOADING=1\nMONOTONIC_USEC=");
    assert_says(strstr(notes, "RELOADING=1"), "|READY=1|");     /* once the files were read */
    office_live(office, 1500);
    read_notes(office, notes + strlen(notes), sizeof(notes) - strlen(notes));
    assert_says(notes, "STATUS=degraded: some people cannot be reached; sending is off until "
        "nudged resume; slack connected; 0 messages waiting");
    assert_int_equal(RUN(office, "resume", "-c", office_path(office, "nudged.yaml")), 0);
    workspace_revoke(office->workspace);
    office_live(office, 2500);
    read_notes(office, notes, sizeof(notes));
    assert_says(notes, "the workspace took our access away, some people cannot be reached; asking");
    assert_int_equal(office_stop(office, SIGTERM), 0);
    read_notes(office, notes, sizeof(notes));
    assert_says(notes, "STOPPING=1|");
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
}

static void test_five_thousand_people(void **state)
{
    struct office *office = *state;
    struct buf text = buf_heap(1 << 20);
    buf_add(&text, STR("id,email,name,role,manager\n"));
    for (int i = 0; i < 5000; i++)
        buf_addf(&text, "%d,p%d@example.com,Person %d,Tester,%s\n", i, i, i, i ? "0" : "");
    buf_add(&text, STR("x,max@example.com,Max,Tester,\n"));
    buf_add_byte(&text, '\0');
    assert_false(text.failed);
    office_write(office, "people.csv", text.ptr);
    buf_free(&text);
    int64_t before = world_mono(loop_world(office->loop)).ms;
    office_start(office, DAY_1, "1");
    assert_true(office_status_says(office, "people: 5001"));
    int64_t took_ms = world_mono(loop_world(office->loop)).ms - before;
    if (took_ms > 5000)                 /* of a debug build on a busy machine; 0.3 s otherwise */
        fail_msg("started in %lld ms", (long long)took_ms);
    assert_says(office->out, " 0 failed");
    kill(office->daemon, SIGHUP);       /* and away while the files are still being read */
    assert_int_equal(office_stop(office, SIGTERM), 0);
}

/* A child that knocks until it is told to stop. */
static pid_t knock(pid_t daemon, int number)
{
    pid_t child = fork();
    if (child)
        return child;
    for (;;) {
        (void)kill(daemon, number);
        (void)usleep(150);
    }
}

static void test_signals_while_it_leaves(void **state)
{
    struct office *office = *state;
    for (int i = 0; i < 4; i++) {
        office_start(office, DAY_1, "1");
        assert_true(office_status_says(office, "link: slack connected"));
        pid_t child = knock(office->daemon, i % 2 ? SIGTERM : SIGHUP);
        int code = office_stop(office, SIGTERM);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        assert_int_equal(code, 0);
    }
}

#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(test_fresh_store_is_paused_until_resume),
        OFFICE_TEST(test_one_daemon_owns_the_folder),
        OFFICE_TEST(test_answers_come_out_again_and_stay_out_of_the_log),
        OFFICE_TEST(test_kill_and_restart),
        OFFICE_TEST(test_garbage_on_the_control_socket),
        OFFICE_TEST(test_foreign_workspace_is_refused),
        OFFICE_TEST(test_refused_token_is_said_and_nothing_is_lost),
        OFFICE_TEST(test_broken_files_keep_the_last_good_set),
        OFFICE_TEST(test_word_to_the_supervisor),
        OFFICE_TEST(test_five_thousand_people),
        OFFICE_TEST(test_signals_while_it_leaves),
    };
    return cmocka_run_group_tests_name("cli_daemon", tests, NULL, NULL);
}
