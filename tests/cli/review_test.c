/* `nudged review --stdio`: the recorded histories of another implementation through the program,
 * and lines nobody should write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "nudged/base/macros.h"

#define PROGRAM BUILD_DIR "/nudged review --stdio"

struct files {
    char folder[32], in[48], out[48];
};

static int open_files(void **state)
{
    struct files *files = calloc(1, sizeof(*files));
    assert_non_null(files);
    strcpy(files->folder, "/tmp/nudged-review-XXXXXX");
    assert_non_null(mkdtemp(files->folder));
    snprintf(files->in, sizeof(files->in), "%s/in", files->folder);
    snprintf(files->out, sizeof(files->out), "%s/out", files->folder);
    *state = files;
    return 0;
}

static int close_files(void **state)
{
    struct files *files = *state;
    unlink(files->in);
    unlink(files->out);
    rmdir(files->folder);
    free(files);
    return 0;
}

static int run(const struct files *files)
{
    char command[256];
    snprintf(command, sizeof(command), PROGRAM " <%s >%s", files->in, files->out);
    int status = system(command);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static char *read_file(const char *path)
{
    enum { ROOM = 4 << 20 };
    char *text = calloc(1, ROOM);
    FILE *file = fopen(path, "rb");
    assert_non_null(text);
    assert_non_null(file);
    size_t len = fread(text, 1, ROOM - 1, file);
    assert_true(len < ROOM - 1);
    fclose(file);
    return text;
}

static double number(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsNumber(item))
        fail_msg("%s is no number", name);
    return item->valuedouble;
}

/* A recorded history as a line to send: without what the model is to find out. */
static void write_line(FILE *file, const cJSON *json, const cJSON *sequence)
{
    static const char *const kept[] = { "id", "mode", "desired_retention", "maximum_interval",
        "start_utc" };
    cJSON *line = cJSON_CreateObject(), *reviews = cJSON_AddArrayToObject(line, "reviews");
    const cJSON *review = NULL, *weights = cJSON_GetObjectItem(json, "weights");
    for (size_t i = 0; i < COUNT(kept); i++)
        cJSON_AddItemToObject(
            line, kept[i], cJSON_Duplicate(cJSON_GetObjectItem(sequence, kept[i]), true));
    weights = cJSON_GetArrayItem(weights, (int)number(sequence, "w"));
    cJSON_AddItemToObject(line, "weights", cJSON_Duplicate(weights, true));
    cJSON_ArrayForEach(review, cJSON_GetObjectItem(sequence, "reviews")) {
        cJSON *asked = cJSON_CreateObject();
        cJSON_AddNumberToObject(asked, "t_min", number(review, "t_min"));
        cJSON_AddNumberToObject(asked, "rating", number(review, "rating"));
        cJSON_AddItemToArray(reviews, asked);
    }
    char *text = cJSON_PrintUnformatted(line);
    fprintf(file, "%s\n", text);
    free(text);
    cJSON_Delete(line);
}

static void compare(int id, const cJSON *got, const cJSON *want)
{
    static const struct {
        const char *name;
        double absolute, relative;
    } fields[] = {
        { "s", 1e-7, 1e-6 }, { "d", 1e-7, 0 }, { "r_before", 2e-7, 0 }, { "r_before_24h", 2e-7, 0 },
        { "elapsed_days", 0, 0 }, { "state", 0, 0 }, { "step", 0, 0 }, { "scheduled_days", 0, 0 },
        { "due_min", 0, 0 }, { "pure_interval", 0, 0 }, { "reps", 0, 0 }, { "lapses", 0, 0 },
    };
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (cJSON_IsNull(cJSON_GetObjectItem(want, fields[i].name))) {
            assert_true(cJSON_IsNull(cJSON_GetObjectItem(got, fields[i].name)));
            continue;
        }
        double right = number(want, fields[i].name), here = number(got, fields[i].name);
        if (!(fabs(here - right) <= fields[i].absolute + fields[i].relative * fabs(right)))
            fail_msg("history %d: %s is %.10g, expected %.10g", id, fields[i].name, here, right);
    }
}

static void the_recorded_histories_come_back(void **state)
{
    struct files *files = *state;
    char *text = read_file(SOURCE_DIR "/tests/unit/core/fsrs_vectors.json");
    cJSON *json = cJSON_Parse(text);
    const cJSON *sequence = NULL;
    FILE *in = fopen(files->in, "w");
    int compared = 0;
    assert_non_null(json);
    assert_non_null(in);
    cJSON_ArrayForEach(sequence, cJSON_GetObjectItem(json, "sequences"))
        write_line(in, json, sequence);
    fclose(in);
    assert_int_equal(run(files), 0);
    free(text);
    text = read_file(files->out);
    char *rest = text;
    cJSON_ArrayForEach(sequence, cJSON_GetObjectItem(json, "sequences")) {
        char *line = strsep(&rest, "\n");
        cJSON *reply = cJSON_Parse(line);
        assert_non_null(reply);
        const cJSON *got = cJSON_GetObjectItem(reply, "reviews"), *want = NULL;
        int at = 0, id = (int)number(reply, "id");
        assert_int_equal(id, (int)number(sequence, "id"));
        cJSON_ArrayForEach(want, cJSON_GetObjectItem(sequence, "reviews"))
            compare(id, cJSON_GetArrayItem(got, at++), want);
        assert_int_equal(at, cJSON_GetArraySize(got));
        compared += at;
        cJSON_Delete(reply);
    }
    assert_int_equal(compared, 1092);
    cJSON_Delete(json);
    free(text);
}

/* Each line is answered by itself: what is wrong with one does not end the stream. */
static void a_wrong_line_is_told_what_is_wrong(void **state)
{
    static const struct {
        const char *line, *says;
    } rows[] = {
        { "hello", "{\"error\":\"this is not one JSON object\"}" },
        { "{} {}", "{\"error\":\"this is not one JSON object\"}" },
        { "{\"id\":1}", "{\"id\":1,\"error\":\"reviews: a list of answers" },
        { "{\"id\":\"a\\\"b\",\"mode\":\"fast\"}", "{\"id\":\"a\\\"b\",\"error\":\"mode: one of" },
        { "{\"weights\":[1,2],\"reviews\":[]}", "{\"error\":\"weights: a list of 21 numbers" },
        { "{\"desired_retention\":1.5,\"reviews\":[]}", "{\"error\":\"desired_retention: " },
        { "{\"maximum_interval\":0.5,\"reviews\":[]}", "{\"error\":\"maximum_interval: " },
        { "{\"start_utc\":\"soon\",\"reviews\":[]}", "{\"error\":\"start_utc: " },
        { "{\"reviews\":[{\"t_min\":5,\"rating\":3},{\"t_min\":4,\"rating\":3}]}",
            "{\"error\":\"t_min: whole minutes since start_utc, never falling" },
        { "{\"reviews\":[{\"t_min\":1e300,\"rating\":3}]}", "{\"error\":\"t_min: " },
        { "{\"reviews\":[{\"t_min\":0,\"rating\":5}]}", "{\"error\":\"rating: 1 Again" },
        { "{\"id\":7,\"reviews\":[]}", "{\"id\":7,\"reviews\":[]}" },
    };
    struct files *files = *state;
    FILE *in = fopen(files->in, "w");
    assert_non_null(in);
    for (size_t i = 0; i < COUNT(rows); i++)
        fprintf(in, "%s\n\n", rows[i].line);
    fclose(in);
    assert_int_equal(run(files), 65);
    char *text = read_file(files->out), *rest = text;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *line = strsep(&rest, "\n");
        assert_non_null(line);
        if (strncmp(line, rows[i].says, strlen(rows[i].says)) != 0)
            fail_msg("%s: %s", rows[i].line, line);
    }
    assert_string_equal(rest, "");
    free(text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_recorded_histories_come_back, open_files, close_files),
        cmocka_unit_test_setup_teardown(
            a_wrong_line_is_told_what_is_wrong, open_files, close_files),
    };
    return cmocka_run_group_tests_name("review", tests, NULL, NULL);
}
