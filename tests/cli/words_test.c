/* What the command line answers to whatever one may type, put into its files or forget. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/office.h"

static void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static int open_office(void **state)
{
    *state = office_open("T0WORDS");
    return 0;
}

static int close_office(void **state)
{
    office_close(*state);
    return 0;
}

static const char *const commands[] = { "run", "demo", "check", "preview", "explain", "digest",
    "status", "resume", "pause", "export", "outcomes", "backup", "review", "schedule", "simulate",
    "fit",
    "version" };

static void test_every_command_helps(void **state)
{
    struct office *office = *state;
    assert_int_equal(RUN(office, "--help"), 0);
    for (size_t i = 0; i < COUNT(commands); i++) {
        char usage[40];
        assert_says(office->out, commands[i]);
        snprintf(usage, sizeof(usage), "usage: nudged %s", commands[i]);
        assert_int_equal(RUN(office, commands[i], "--help"), 0);
        assert_says(office->out, usage);
        assert_string_equal(office->err, "");
        assert_int_equal(RUN(office, "--help"), 0);
    }
}

static void test_wrong_usage_is_64(void **state)
{
    static const char *const rows[][5] = {
        { "frobnicate" }, { "" }, { "status", "--nonsense" }, { "status", "extra" },
        { "status", "-c" }, { "status", "--config" }, { "explain" }, { "preview" }, { "backup" },
        { "digest" }, { "review" }, { "schedule" }, { "simulate", "--cap", "4" },
        { "simulate", "--world", "flat" },
        { "simulate", "--people", "1.5" }, { "simulate", "--policy", "all" },
        { "schedule", "--stdio", "--retention", "1" },
        { "schedule", "--stdio", "--min-gap", "-1" }, { "export" }, { "export", "questions" },
        { "export", "answers", "--format", "xml" },
        { "export", "evidence", "--format", "jsonl" }, { "outcomes", "--format", "xml" },
        { "check", "--format", "xml" },
        { "preview", "words/lot", "--platform", "telex" }, { "version", "now" },
        { "digest", "--manager", "max@example.com", "--week", "2031-W99" },
        { "explain", "ada@example.com", "--at", "yesterday" }, { "run", "--speed" },
        { "run", "--at", "2031-13-01T00:00:00Z" }, { "run", "--at=x", "--speed=fast" },
    };
    struct office *office = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int code = office_run(office, rows[i]);
        if (code != 64 || !office->err[0] || office->out[0])
            fail_msg("nudged %s %s %s: exit %d, \"%s\"", rows[i][0], rows[i][1] ? rows[i][1] : "",
                     rows[i][2] ? rows[i][2] : "", code, office->err);
    }
}

static void test_faults_of_the_configuration(void **state)
{
    static const struct { const char *line, *says; } rows[] = {
        { "frobnicate: 1", "nudged.yaml:11:1: error: unknown key 'frobnicate'" },
        { "timzone: Etc/UTC", "did you mean 'timezone'" },
        { "cap: 9", "nudged.yaml:11:6: error: cap: '9' is not a whole number from 1 to 3" },
        { "app_token: xapp-1-A0-1-abcdefabcdef", "this looks like a token" },
        { "visibility: all", "nudged.yaml:11:13: error: visibility" },
        { "log: {format: xml}", "log.format" },
    };
    struct office *office = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        office_config(office, rows[i].line);
        assert_int_equal(RUN(office, "check"), 78);
        assert_says(office->out, rows[i].says);
        assert_null(strstr(office->out, "abcdefabcdef"));       /* not even in the quoted line */
        assert_int_equal(RUN(office, "run"), 78);
        assert_says(office->err, rows[i].says);
        assert_int_equal(RUN(office, "check", "--format", "json"), 78);
        assert_int_equal(office->out[0], '{');
    }
    assert_int_equal(RUN(office, "check", "-c", "nothing.yaml"), 66);
    assert_int_equal(RUN(office, "status", "-c", "nothing.yaml"), 66);
}

static void test_faults_of_the_content(void **state)
{
    struct office *office = *state;
    assert_int_equal(RUN(office, "check"), 0);
    assert_says(office->out, "all is well: 4 people, 1 decks");
    office_write(office, "prompts/decks/bad.yaml", "id: bad\ntitle: Bad\nprompts:\n  - id: x\n");
    assert_int_equal(RUN(office, "check"), 65);
    assert_says(office->out, "bad.yaml:4:5: error: ");
    assert_int_equal(RUN(office, "run"), 65);
    assert_int_equal(RUN(office, "explain", "ada@example.com"), 65);
    assert_int_equal(RUN(office, "status"), 0);         /* what needs no prompts goes on without */
    assert_says(office->out, "degraded: the files as they are now have");
    assert_int_equal(RUN(office, "backup", "copy.db"), 0);
    assert_int_equal(access(office_path(office, "copy.db"), R_OK), 0);
}

/* One run of `check` is enough to know everything, whatever file is wrong. */
static void test_faults_of_every_file(void **state)
{
    struct office *office = *state;
    office_config(office, "frobnicate: 1");
    office_write(office, "people.csv", "id,email,name,timezone\n"
                                       "1,ada@example.com,Ada Example,Mars/Olympus\n"
                                       "2,ada@example.com,Ada Again,Europe/Berlin\n");
    office_write(office, "prompts/decks/bad.yaml", "id: bad\ntitle: Bad\nprompts:\n  - id: x\n");
    assert_int_equal(RUN(office, "check"), 78);
    assert_says(office->out, "unknown key 'frobnicate'");
    assert_says(office->out, "people.csv:3:");
    assert_says(office->out, "bad.yaml:1:1: error: 'owner' is missing");
    office_config(office, "");
    office_write(office, "people.csv", "id,email,name,timezone\n"
                                       "1,max@example.com,Max Example,Mars/Olympus\n");
    assert_int_equal(RUN(office, "check"), 65);
    assert_says(office->out, "bad.yaml:1:1: error: ");
    assert_says(office->out, "'Mars/Olympus' of max@example.com is no time zone of this machine");
}

/* Where the content is cannot be told from this one, so its own mistake is all there is to say. */
static void test_faults_that_hide_the_rest(void **state)
{
    struct office *office = *state;
    office_write(office, "nudged.yaml", "people: [\n");
    assert_int_equal(RUN(office, "check"), 78);
    assert_says(office->out, "nudged.yaml:");
    assert_null(strstr(office->out, "people.csv"));
}

static void test_unknown_time_zone(void **state)
{
    struct office *office = *state;
    char text[2048];
    snprintf(text, sizeof(text), "%s", office_file(office, "nudged.yaml"));
    memcpy(strstr(text, "Etc/UTC"), "Etc/UTX", 7);
    office_write(office, "nudged.yaml", text);
    assert_int_equal(RUN(office, "check"), 78);
    assert_says(office->out, "nudged.yaml:3:11: error: timezone: ");
    assert_int_equal(RUN(office, "run"), 78);
    assert_says(office->err, "Etc/UTX");
}

static void test_addresses(void **state)
{
    struct office *office = *state;
    office_config(office, "");
    char text[2048];
    snprintf(text, sizeof(text), "%s", office_file(office, "nudged.yaml"));
    char *slack = strstr(text, "slack:");
    snprintf(slack, 200, "slack: {api_url: \"http://slack.example.com/api/\"}\n");
    office_write(office, "nudged.yaml", text);
    assert_int_equal(RUN(office, "run"), 78);
    assert_says(office->err, "not an https address");
    snprintf(slack, 200, "slack: {api_url: \"https://slack.example.com/api/\"}\n");
    office_write(office, "nudged.yaml", text);
    assert_int_equal(RUN(office, "run", "--at", "2031-03-04T09:30:00Z"), 64);
    assert_says(office->err, "not a loopback address");
    assert_int_equal(RUN(office, "run", "--speed", "2"), 64);
}

static void test_tokens(void **state)
{
    struct office *office = *state;
    office->bot_token = NULL;
    assert_int_equal(RUN(office, "run"), 78);
    assert_says(office->err, "slack_bot_token is missing");
    office->bot_token = "xoxb-a\r\nX-Evil: yes";
    assert_int_equal(RUN(office, "run"), 78);
    assert_says(office->err, "SLACK_BOT_TOKEN does not hold a token and nothing else");
    office->bot_token = "   ";
    assert_int_equal(RUN(office, "run"), 78);
    office->bot_token = NULL;
    setenv("SLACK_BOT_TOKEN_FILE", office_path(office, "token"), 1);
    assert_int_equal(RUN(office, "run"), 78);
    assert_says(office->err, "there is no such file");
    office_write(office, "token", "");
    chmod(office_path(office, "token"), 0600);
    assert_int_equal(RUN(office, "run"), 78);
    assert_says(office->err, "token is empty");
    office_write(office, "token", "xoxb-canary-0123456789\n");
    chmod(office_path(office, "token"), 0644);
    assert_int_equal(RUN(office, "run"), 78);
    assert_says(office->err, "can be read by others");
    assert_null(strstr(office->err, "canary"));
    unsetenv("SLACK_BOT_TOKEN_FILE");
}

static void test_state_folder(void **state)
{
    struct office *office = *state;
    char text[2048];
    snprintf(text, sizeof(text), "%s", office_file(office, "nudged.yaml"));
    char *at = strstr(text, "state_dir: state");
    memcpy(at, "state_dir: x/y/z", 16);
    office_write(office, "nudged.yaml", text);
    assert_int_equal(RUN(office, "run"), 66);
    assert_says(office->err, "the folder above the state folder does not exist");
    memcpy(at, "state_dir: afile", 16);
    office_write(office, "nudged.yaml", text);
    office_write(office, "afile", "not a folder");
    assert_int_equal(RUN(office, "run"), 74);
    assert_says(office->err, "not a folder");
    if (geteuid() == 0)
        return;                         /* for root every folder can be written */
    (void)unlink(office_path(office, "afile"));
    mkdir(office_path(office, "afile"), 0500);
    assert_int_equal(RUN(office, "run"), 77);
    assert_says(office->err, "cannot be written by this user");
}

static void test_preview(void **state)
{
    struct office *office = *state;
    assert_int_equal(RUN(office, "preview", "words/lot"), 0);
    assert_says(office->out, "Where does a good point wait?");
    assert_int_equal(RUN(office, "preview", "words/lot", "--platform", "slack"), 0);
    assert_int_equal(office->out[0], '{');
    assert_says(office->out, "\"blocks\":[");
    assert_int_equal(RUN(office, "preview", "words/nothing"), 66);
    assert_int_equal(RUN(office, "version"), 0);
    assert_says(office->out, "nudged " NUDGED_VERSION "\n");
}

static void test_output_that_is_not_written_is_a_failure(void **state)
{
    struct office *office = *state;
    if (access("/dev/full", W_OK))
        skip();
    assert_int_equal(RUN(office, "status"), 0);
    assert_int_equal(symlink("/dev/full", office_path(office, "full")), 0);
    (void)unlink(office_path(office, "out"));
    assert_int_equal(symlink("/dev/full", office_path(office, "out")), 0);
    assert_int_equal(RUN(office, "export", "answers"), 74);
    (void)unlink(office_path(office, "out"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_command_helps, open_office, close_office),
        cmocka_unit_test_setup_teardown(test_wrong_usage_is_64, open_office, close_office),
        cmocka_unit_test_setup_teardown(test_faults_of_the_configuration, open_office,
            close_office),
        cmocka_unit_test_setup_teardown(test_faults_of_the_content, open_office, close_office),
        cmocka_unit_test_setup_teardown(test_faults_of_every_file, open_office, close_office),
        cmocka_unit_test_setup_teardown(test_faults_that_hide_the_rest, open_office, close_office),
        cmocka_unit_test_setup_teardown(test_unknown_time_zone, open_office, close_office),
        cmocka_unit_test_setup_teardown(test_addresses, open_office, close_office),
        cmocka_unit_test_setup_teardown(test_tokens, open_office, close_office),
        cmocka_unit_test_setup_teardown(test_state_folder, open_office, close_office),
        cmocka_unit_test_setup_teardown(test_preview, open_office, close_office),
        cmocka_unit_test_setup_teardown(test_output_that_is_not_written_is_a_failure, open_office,
            close_office),
    };
    return cmocka_run_group_tests_name("cli_words", tests, NULL, NULL);
}
