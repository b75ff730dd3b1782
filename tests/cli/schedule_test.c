/* `nudged schedule --stdio`: learners' days through the program, and lines nobody should write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "nudged/base/macros.h"

#define RESET "{\"op\":\"reset\",\"learner\":7,\"items\":24,\"cap\":2,\"start\":\"2031-03-03\"}"

/* The program with both ends in our hands: a line in, its reply out. */
struct program {
    FILE *to, *from;
    pid_t pid;
    char reply[4096];
};

static void start(struct program *program, const char *option)
{
    int in[2], out[2];
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    program->pid = fork();
    assert_true(program->pid >= 0);
    if (program->pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        execl(BUILD_DIR "/nudged", "nudged", "schedule", "--stdio", option, (char *)NULL);
        _exit(99);
    }
    close(in[0]);
    close(out[1]);
    program->to = fdopen(in[1], "w");
    program->from = fdopen(out[0], "r");
}

static int finish(struct program *program)
{
    int status = 0;
    fclose(program->to);
    assert_null(fgets(program->reply, sizeof(program->reply), program->from));
    fclose(program->from);
    assert_int_equal(waitpid(program->pid, &status, 0), program->pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static const char *say(struct program *program, const char *line)
{
    fprintf(program->to, "%s\n", line);
    fflush(program->to);
    assert_non_null(fgets(program->reply, sizeof(program->reply), program->from));
    program->reply[strcspn(program->reply, "\n")] = '\0';
    return program->reply;
}

static void assert_reply(struct program *program, const char *line, const char *reply)
{
    if (strcmp(say(program, line), reply) != 0)
        fail_msg("%s: %s, expected %s", line, program->reply, reply);
}

/* Every reply is there before the next line is written: nothing waits for a full block. */
static void a_learner_meets_two_items(void **state)
{
    static const char *const rows[][2] = {
        { RESET, "{}" },
        { "{\"op\":\"expose\",\"item\":3,\"day\":0,\"at\":\"2031-03-03T09:00:00Z\"}", "{}" },
        { "{\"op\":\"expose\",\"item\":9,\"day\":0}", "{}" },
        { "{\"op\":\"choose\",\"day\":0,\"cap\":2}", "{\"items\":[]}" }, /* met today */
        { "{\"op\":\"choose\",\"day\":1,\"cap\":2}", "{\"items\":[3,9]}" },
        { "{\"op\":\"choose\",\"day\":1,\"cap\":2}", "{\"items\":[]}" }, /* the cap is used */
        { "{\"op\":\"answer\",\"item\":3,\"day\":1,\"answered\":true,\"correct\":true,"
          "\"format\":\"choice4\",\"guess\":0.25,\"seconds\":9.4}", "{}" },
        { "{\"op\":\"answer\",\"item\":9,\"day\":1,\"answered\":false}", "{}" },
        { "{\"op\":\"choose\",\"day\":2,\"cap\":2}", "{\"items\":[]}" }, /* ignored: not at once */
        { "{\"op\":\"choose\",\"day\":4,\"cap\":2}", "{\"items\":[9,3]}" },
        { "{\"op\":\"choose\",\"day\":5,\"cap\":3}", "{\"items\":[]}" }, /* Saturday */
        { "{\"op\":\"choose\",\"at\":\"2031-03-09T12:00:00Z\",\"cap\":3}", "{\"items\":[]}" },
        { RESET, "{}" },
        { "{\"op\":\"choose\",\"day\":1,\"cap\":2}", "{\"items\":[]}" }, /* nothing was exposed */
    };
    struct program program;
    (void)state;
    start(&program, NULL);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_reply(&program, rows[i][0], rows[i][1]);
    assert_int_equal(finish(&program), 0);
}

static void the_cap_is_filled_when_told_so(void **state)
{
    (void)state;
    for (int fill = 0; fill < 2; fill++) {
        struct program program;
        start(&program, fill ? "--fill" : NULL);
        assert_reply(&program, RESET, "{}");
        assert_reply(&program, "{\"op\":\"expose\",\"item\":5,\"day\":0}", "{}");
        assert_reply(&program, "{\"op\":\"choose\",\"day\":1,\"cap\":1}", "{\"items\":[5]}");
        assert_reply(&program, "{\"op\":\"answer\",\"item\":5,\"day\":1,\"answered\":true,"
                               "\"correct\":true}", "{}");
        assert_reply(&program, "{\"op\":\"choose\",\"day\":4,\"cap\":1}", "{\"items\":[5]}");
        assert_reply(&program, "{\"op\":\"answer\",\"item\":5,\"day\":4,\"answered\":true,"
                               "\"correct\":true}", "{}");
        assert_reply(&program, "{\"op\":\"choose\",\"day\":10,\"cap\":1}", "{\"items\":[]}");
        assert_reply(&program, "{\"op\":\"choose\",\"day\":11,\"cap\":1}",
            fill ? "{\"items\":[5]}" : "{\"items\":[]}");
        assert_int_equal(finish(&program), 0);
    }
}

/* Each line is answered by itself; a wrong one changes nothing and does not end the stream. */
static void a_wrong_line_is_told_what_is_wrong(void **state)
{
    static const char *const rows[][2] = {
        { "{\"op\":\"choose\",\"day\":1,\"cap\":2}", "{\"error\":\"op: reset comes first\"}" },
        { "hello", "{\"error\":\"this is not one JSON object\"}" },
        { "{} {}", "{\"error\":\"this is not one JSON object\"}" },
        { "[]", "{\"error\":\"this is not one JSON object\"}" },
        { "{\"op\":7}", "{\"error\":\"op: one of reset, expose, choose, answer\"}" },
        { "{\"op\":\"reset\",\"items\":24}", "{\"error\":\"start: a date such as 2031-03-03\"}" },
        { "{\"op\":\"reset\",\"items\":24,\"start\":\"2031-02-30\"}",
            "{\"error\":\"start: a date such as 2031-03-03\"}" },
        { "{\"op\":\"reset\",\"items\":1e9,\"start\":\"2031-03-03\"}",
            "{\"error\":\"items: how many there are, 1 to 10000\"}" },
        { RESET, "{}" },
        { "{\"op\":\"expose\",\"item\":24,\"day\":0}",
            "{\"error\":\"item: its number, from 0 to below the items of the reset\"}" },
        { "{\"op\":\"expose\",\"item\":-1,\"day\":0}",
            "{\"error\":\"item: its number, from 0 to below the items of the reset\"}" },
        { "{\"op\":\"expose\",\"item\":1.5,\"day\":0}",
            "{\"error\":\"item: its number, from 0 to below the items of the reset\"}" },
        { "{\"op\":\"expose\",\"item\":1,\"day\":1e300}",
            "{\"error\":\"day: whole days since the start\"}" },
        { "{\"op\":\"expose\",\"item\":1,\"at\":\"soon\"}",
            "{\"error\":\"at: an instant such as 2031-03-04T09:30:00Z\"}" },
        { "{\"op\":\"expose\",\"item\":1,\"at\":\"1931-03-04T09:30:00Z\"}",
            "{\"error\":\"at: from the start to a hundred years later\"}" },
        { "{\"op\":\"expose\",\"item\":1,\"day\":0}", "{}" },
        { "{\"op\":\"expose\",\"item\":1,\"day\":0}", "{\"error\":\"item: it was met before\"}" },
        { "{\"op\":\"choose\",\"day\":1,\"cap\":-1}",
            "{\"error\":\"cap: how many at most that day, 0 to 100\"}" },
        { "{\"op\":\"answer\",\"item\":1,\"day\":1}", "{\"error\":\"answered: true or false\"}" },
        { "{\"op\":\"answer\",\"item\":1,\"day\":1,\"answered\":true,\"correct\":1}",
            "{\"error\":\"correct: true or false\"}" },
        { "{\"op\":\"answer\",\"item\":1,\"day\":1,\"answered\":true,\"correct\":true,"
          "\"guess\":2}",
            "{\"error\":\"guess: the chance of a right guess, 0 to 1\"}" },
        { "{\"op\":\"answer\",\"item\":1,\"day\":1,\"answered\":true,\"correct\":true,"
          "\"seconds\":-1}", "{\"error\":\"seconds: how long the answer took\"}" },
        { "{\"op\":\"answer\",\"item\":1,\"day\":1,\"answered\":true,\"correct\":true}", "{}" },
        { "{\"op\":\"answer\",\"item\":1,\"day\":1,\"answered\":true,\"correct\":false}",
            "{\"error\":\"item: it was answered on that day already\"}" },
        { "{\"op\":\"answer\",\"item\":1,\"day\":0,\"answered\":true,\"correct\":false}",
            "{\"error\":\"day: this item was answered on a later day\"}" },
    };
    struct program program;
    (void)state;
    start(&program, NULL);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_reply(&program, rows[i][0], rows[i][1]);
    assert_int_equal(finish(&program), 65);
}

/* Longer than any line may be, of which there is one reply; then half a line without an end. */
static void a_line_without_end_is_refused_once(void **state)
{
    struct program program;
    (void)state;
    start(&program, NULL);
    for (int i = 0; i < 1000000; i++)
        fputs("[", program.to);
    assert_reply(&program, "", "{\"error\":\"this is not one JSON object\"}");
    assert_reply(&program, RESET, "{}");
    fputs("{\"op\":\"cho", program.to);
    fclose(program.to);
    assert_non_null(fgets(program.reply, sizeof(program.reply), program.from));
    assert_string_equal(program.reply, "{\"error\":\"this is not one JSON object\"}\n");
    program.to = fopen("/dev/null", "w");
    assert_int_equal(finish(&program), 65);
}

/* Many learners who forget alike: the same lines get the same replies, and the weights learnt from
 * the first ones change what is asked of the last. */
static uint64_t play_learners(const char *option)
{
    enum { LEARNERS = 50, ITEMS = 24, DAYS = 120 };
    struct program program;
    uint64_t seen = 1469598103934665603U;
    uint32_t luck = 7;
    start(&program, option);
    for (int learner = 0; learner < LEARNERS; learner++) {
        char line[256];
        int last[ITEMS] = { 0 };
        assert_reply(&program, RESET, "{}");
        for (int item = 0; item < ITEMS; item++) {
            snprintf(line, sizeof(line), "{\"op\":\"expose\",\"item\":%d,\"day\":0}", item);
            assert_reply(&program, line, "{}");
        }
        for (int day = 1; day < DAYS; day++) {
            int items[2], len = 0;
            snprintf(line, sizeof(line), "{\"op\":\"choose\",\"day\":%d,\"cap\":2}", day);
            len = sscanf(say(&program, line), "{\"items\":[%d,%d", &items[0], &items[1]);
            for (const char *at = program.reply; *at; at++)
                seen = (seen ^ (unsigned char)*at) * 1099511628211U;
            for (int i = 0; i < len; i++) {
                luck = luck * 1664525 + 1013904223;
                double recall = 1 / (1 + 0.04 * (day - last[items[i]]));
                snprintf(line, sizeof(line), "{\"op\":\"answer\",\"item\":%d,\"day\":%d,"
                    "\"answered\":true,\"correct\":%s}", items[i], day,
                    luck < recall * UINT32_MAX ? "true" : "false");
                last[items[i]] = day;
                assert_reply(&program, line, "{}");
            }
        }
    }
    assert_int_equal(finish(&program), 0);
    return seen;
}

static void the_same_lines_get_the_same_replies(void **state)
{
    (void)state;
    uint64_t once = play_learners(NULL);
    assert_true(once == play_learners(NULL));
    assert_true(once != play_learners("--keep-weights"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_learner_meets_two_items),
        cmocka_unit_test(the_cap_is_filled_when_told_so),
        cmocka_unit_test(a_wrong_line_is_told_what_is_wrong),
        cmocka_unit_test(a_line_without_end_is_refused_once),
        cmocka_unit_test(the_same_lines_get_the_same_replies),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
