/* The metrics page: every line of it by the letter of the formats, and the figures by what was
 * played. The checker knows nothing of how the page is made; it reads OpenMetrics 1.0.0 (and the
 * older text format 0.0.4) as their ABNF says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/play.h"

enum { PAGE_MAX = 256 << 10, NAME_ROOM = 128, LINE_ROOM = 512, SAMPLES_MAX = 512 };

static char page[PAGE_MAX];

static const char *fetch(struct play *play, bool openmetrics)
{
    struct buf out = buf_heap(PAGE_MAX - 1);
    app_metrics(play->app, openmetrics, &out);
    assert_false(out.failed);
    snprintf(page, sizeof(page), "%.*s", STR_ARG(buf_str(&out)));
    buf_free(&out);
    return page;
}

static double value_of(const char *text, const char *series)
{
    char line[LINE_ROOM];
    snprintf(line, sizeof(line), "\n%s ", series);
    const char *at = strstr(text, line);
    if (!at)
        fail_msg("there is no %s", series);
    return strtod(at + strlen(line), NULL);
}

/* One metric family while its lines are read. */
struct family {
    char name[NAME_ROOM], type[16], unit[16];
    bool help;
    double last_bucket, last_bound, count;
    bool inf, sum;
};

static size_t name_len(const char *text)
{
    size_t len = 0;
    while (isalnum((unsigned char)text[len]) || text[len] == '_' || text[len] == ':')
        len++;
    return isdigit((unsigned char)text[0]) ? 0 : len;
}

/* What may stand behind a family's name in its samples. */
static bool suffix_fits(const char *type, const char *suffix, bool openmetrics)
{
    static const struct { const char *type; const char *suffixes[4]; } rows[] = {
        { "counter", { "_total", NULL } }, { "gauge", { "", NULL } },
        { "histogram", { "_bucket", "_count", "_sum", NULL } }, { "info", { "_info", NULL } },
    };
    if (!openmetrics && strcmp(type, "histogram") != 0)
        return !suffix[0];              /* the older format names the sample itself */
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t j = 0; !strcmp(rows[i].type, type) && rows[i].suffixes[j]; j++)
            if (!strcmp(rows[i].suffixes[j], suffix))
                return true;
    return false;
}

static const char *check_labels(const char *at, char *le)
{
    static const char *const forbidden[] = { "user", "email", "person", "prompt", "deck", "name" };
    le[0] = '\0';
    if (*at != '{')
        return at;
    do {
        char label[NAME_ROOM], value[NAME_ROOM];
        size_t len = name_len(++at), value_len = 0;
        assert_true(len > 0 && len < sizeof(label) && at[len] == '=' && at[len + 1] == '"');
        snprintf(label, sizeof(label), "%.*s", (int)len, at);
        for (size_t i = 0; i < COUNT(forbidden); i++)
            assert_string_not_equal(label, forbidden[i]);
        at += len + 2;
        while (at[value_len] != '"') {
            assert_true(at[value_len] >= ' ' && at[value_len] != '\\');
            value_len++;
        }
        snprintf(value, sizeof(value), "%.*s", (int)value_len, at);
        if (!strcmp(label, "le"))
            memcpy(le, value, sizeof(value));
        at += value_len + 1;
    } while (*at == ',');
    assert_int_equal(*at, '}');
    return at + 1;
}

static void check_sample(struct family *family, const char *line, bool openmetrics)
{
    char suffix[NAME_ROOM], le[NAME_ROOM], *end;
    size_t len = name_len(line), family_len = strlen(family->name);
    assert_true(len >= family_len && !strncmp(line, family->name, family_len));
    snprintf(suffix, sizeof(suffix), "%.*s", (int)(len - family_len), line + family_len);
    if (!suffix_fits(family->type, suffix, openmetrics))
        fail_msg("no sample of a %s: %s", family->type, line);
    const char *at = check_labels(line + len, le);
    assert_int_equal(*at, ' ');
    double value = strtod(at + 1, &end);
    assert_true(end > at + 1 && !*end && isfinite(value));
    if (strcmp(family->type, "gauge") != 0)
        assert_true(value >= 0);
    if (!strcmp(suffix, "_bucket")) {
        double bound = !strcmp(le, "+Inf") ? HUGE_VAL : strtod(le, &end);
        assert_true(le[0] && bound > family->last_bound && value >= family->last_bucket);
        assert_true(!openmetrics || isinf(bound) || strpbrk(le, ".e"));     /* a float, canonical */
        family->last_bound = bound;
        family->last_bucket = value;
        family->inf = isinf(bound);
    } else {
        assert_string_equal(le, "");
    }
    if (!strcmp(suffix, "_count"))
        family->count = value;
    family->sum = family->sum || !strcmp(suffix, "_sum");
}

static void end_family(const struct family *family)
{
    if (!family->name[0])
        return;
    assert_true(family->help && family->type[0]);
    size_t name = strlen(family->name), unit = strlen(family->unit);
    if (unit)
        assert_true(name > unit && !strcmp(family->name + name - unit, family->unit) &&
                    family->name[name - unit - 1] == '_');
    if (!strcmp(family->type, "histogram"))
        assert_true(family->inf && family->sum && family->count == family->last_bucket);
}

static void check_comment(struct family *family, char seen[][NAME_ROOM], size_t *seen_len,
    const char *line)
{
    char word[8], name[NAME_ROOM], rest[LINE_ROOM];
    if (sscanf(line, "# %7s %127s %511[^\n]", word, name, rest) != 3)
        fail_msg("no comment of the format: %s", line);
    assert_int_equal(name_len(name), strlen(name));
    if (strcmp(name, family->name) != 0) {
        end_family(family);
        for (size_t i = 0; i < *seen_len; i++)
            assert_string_not_equal(seen[i], name);     /* a family's lines stand together */
        memcpy(seen[(*seen_len)++], name, sizeof(name));
        *family = (struct family){ .last_bound = -HUGE_VAL };
        memcpy(family->name, name, sizeof(name));
    }
    if (!strcmp(word, "HELP"))
        family->help = true;
    else if (!strcmp(word, "TYPE"))
        snprintf(family->type, sizeof(family->type), "%.15s", rest);
    else if (!strcmp(word, "UNIT"))
        snprintf(family->unit, sizeof(family->unit), "%.15s", rest);
    else
        fail_msg("no comment of the format: %s", line);
}

/* How many samples. */
static size_t check_page(const char *text, bool openmetrics)
{
    static char seen[SAMPLES_MAX][NAME_ROOM], series[SAMPLES_MAX][LINE_ROOM];
    struct family family = { .name = "" };
    size_t seen_len = 0, samples = 0;
    bool eof = false;
    while (*text) {
        char line[LINE_ROOM];
        size_t len = strcspn(text, "\n");
        assert_true(len > 0 && len < sizeof(line) && text[len] == '\n' && !eof);
        snprintf(line, sizeof(line), "%.*s", (int)len, text);
        text += len + 1;
        eof = !strcmp(line, "# EOF");
        if (eof)
            continue;
        if (line[0] == '#') {
            check_comment(&family, seen, &seen_len, line);
            continue;
        }
        check_sample(&family, line, openmetrics);
        *strrchr(line, ' ') = '\0';
        for (size_t i = 0; i < samples; i++)
            assert_string_not_equal(series[i], line);   /* no series twice */
        memcpy(series[samples++], line, sizeof(line));
    }
    end_family(&family);
    assert_int_equal(eof, openmetrics);
    return samples;
}

static void test_by_the_letter(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ 0 });
    play_first_question(play, "UADA");
    size_t old = check_page(fetch(play, false), false);
    assert_non_null(strstr(page, "\n# TYPE nudged_turns_total counter\n"));
    size_t open = check_page(fetch(play, true), true);
    assert_non_null(strstr(page, "\n# TYPE nudged_turns counter\n"));
    assert_non_null(strstr(page, "\n# UNIT nudged_commit_seconds seconds\n"));
    assert_int_equal(old, open);
    assert_true(open > 100);
    assert_null(strstr(page, "example.com"));
    assert_null(strstr(page, "UADA"));
    assert_null(strstr(page, "first"));         /* the deck */
    play_free(play);
}

static void test_figures(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .faults = true, .only = "UADA" });
    play_first_question(play, "UADA");
    double turns = value_of(fetch(play, true), "nudged_turns_total");
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    play_for(play, MINUTES(1));
    const char *text = fetch(play, true);
    assert_true(value_of(text, "nudged_turns_total") > turns);
    assert_true(value_of(text, "nudged_nudges_sent_total{channel=\"slack\"}") == 1);
    assert_true(value_of(text, "nudged_answers_total{outcome=\"right\"}") == 1);
    assert_true(value_of(text, "nudged_answers_total{outcome=\"wrong\"}") == 0);
    assert_true(value_of(text, "nudged_messages_sent_total{lane=\"notice\"}") == 1);
    assert_true(value_of(text, "nudged_socket_connected{channel=\"slack\"}") == 1);
    assert_true(value_of(text, "nudged_send_seconds_count") >= 3);
    assert_true(value_of(text, "nudged_commit_seconds_count") >= 3);
    assert_true(value_of(text, "nudged_outbox_rows{lane=\"nudge\"}") == 0);
    assert_true(value_of(text, "nudged_live") == 1);
    assert_true(value_of(text, "nudged_degraded{condition=\"link_down\"}") == 0);
    sim_faults_set(&play->faults, SIM_FAULT_NOT_REACHED, 1000000);
    sim_faults_force(&play->faults, SIM_FAULT_CUT, 1);
    play_for(play, MINUTES(30));
    play_write(play, "decks/first.yaml", "id: [\n");
    play_for(play, SECONDS(5));
    text = fetch(play, true);
    assert_true(value_of(text, "nudged_socket_connected{channel=\"slack\"}") == 0);
    assert_true(value_of(text, "nudged_degraded{condition=\"link_down\"}") == 1);
    assert_true(value_of(text, "nudged_deck_load_errors") >= 1);
    struct buf why = buf_heap(256);
    assert_true(app_is_alive(play->app, &why));
    assert_false(app_is_ready(play->app, &why));
    mem_disk_set_full(play->disk, true);
    assert_int_equal(app_raise(play->app, &(struct event){ .kind = EVENT_CONTROL,
        .control = CONTROL_PAUSE }), OK);
    play_for(play, SECONDS(1));
    assert_false(app_is_alive(play->app, &why));
    assert_true(app_feeds_watchdog(play->app));         /* a restart would find the disk as full */
    buf_free(&why);
    play_free(play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_the_letter),
        cmocka_unit_test(test_figures),
    };
    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
