/* Years go by: nothing is kept longer than the settings say, in no byte of any file, and nothing
 * goes before. People type a word a day that holds the day; then every file of the state folder is
 * searched for such words. One of them answers within the minute: there are seconds to let go of.
 *
 * COUNT   how many days (default 45, with shorter settings), SEED */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/core/latency.h"
#include "support/play_state.h"

#define RECALL(id, ask) \
    "  - id: " id "\n    kind: recall\n    ask: " ask "\n    answer: Because once is luck.\n"

#define SHORT(id, ask) "  - id: " id "\n    kind: short\n    ask: " ask "\n    accept: [twice]\n"

enum { DAY_MS = 86400000, FILE_BYTES_MAX = 64 << 20, LOOK_EVERY = 7 };

static const char deck[] =
    "id: first\ntitle: First steps\nowner: uolga@example.com\nskill: care\nprompts:\n"
    SHORT("eight", "How often do we check?") SHORT("nine", "How often do we ask?") RECALL("one",
        "Why do we check twice?") RECALL("two", "Why do we call first?")
        RECALL("three", "Why do we write it down?") RECALL("four", "Why do we ask back?")
            RECALL("five", "Why do we close the loop?") RECALL("six", "Why do we greet by name?")
    "  - id: seven\n    kind: reflect\n    ask: Think of your last hand-off.\n";

struct years {
    struct play *play;
    const char *database;
    int32_t first_day, texts_days, answers_days;
    int away_every; /* days */
    bool away; /* Ben has left a question open and is away */
    int32_t away_until;
};

static struct counted {
    unsigned long days, words, found, late, bytes, looks, timed;
    int32_t oldest_word, oldest_answer, oldest_access;
} counted;

static uint64_t number_env(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : fallback;
}

static int32_t today(const struct years *years)
{
    return (int32_t)(play_now(years->play).utc_ms / DAY_MS);
}

static void say_word(struct years *years, const char *user)
{
    char text[64], sql[128];
    snprintf(sql, sizeof(sql),
        "SELECT count(*) FROM answer WHERE text <> '' AND answered_ms >= %lld",
        (long long)play_now(years->play).utc_ms);
    snprintf(text, sizeof(text), "zqword%07dzq and more", (int)today(years));
    assert_int_equal(play_say(years->play, user, text), OK);
    counted.words += (unsigned long)play_state_number(years->database, sql);
}

static void answer_at_once(void *arg)
{
    struct years *years = arg;
    char text[64];
    snprintf(text, sizeof(text), "zqword%07dzq and more", (int)today(years));
    (void)!human_say(years->play->workspace, STR("UMAX"), str_from_z(text), NULL);
}

/* Max sees his question come and answers half a minute later. */
static void on_call(void *arg, struct str method, struct str body)
{
    struct years *years = arg;
    char sql[160];
    struct str channel = STR("\"channel\":\"");
    const char *at =
        body.len ? memmem(body.ptr, body.len, channel.ptr, channel.len) : NULL;
    if (!str_equal(method, STR("chat.postMessage")) || !at ||
        !str_contains(body, STR("\"snooze:")))
        return;
    struct str rest = str_slice(body, (size_t)(at - body.ptr) + channel.len, body.len);
    snprintf(sql, sizeof(sql),
        "SELECT count(*) FROM person WHERE external_id = 'UMAX' AND chat_channel = '%.*s'",
        (int)str_find(rest, '"'), rest.ptr);
    if (play_state_number(years->database, sql) == 1)
        sim_world_at(years->play->world, instant_add(play_now(years->play), SECONDS(30)),
            answer_at_once, years);
}

/* Ben goes away with a question open, for longer than words are kept, and answers when back. */
static void live_a_day(struct years *years, int day)
{
    struct play *play = years->play;
    int into = day % years->away_every;
    bool goes = !years->away && into >= 5 && into < 15;
    play_for(play, HOURS(11));
    say_word(years, "UADA");
    bool open = play_state_number(years->database, "SELECT count(*) FROM nudge AS n, person AS p "
        "WHERE n.nudge_id = p.last_nudge_id AND p.external_id = 'UBEN' AND n.state = 1 "
        "AND n.step = 0") == 1;
    if (goes && open) {
        assert_int_equal(play_say(play, "UBEN", "pause"), OK);
        years->away = true;
        years->away_until = today(years) + years->texts_days + 5;
    } else if (years->away && today(years) >= years->away_until) {
        unsigned long before = counted.words;
        say_word(years, "UBEN");
        assert_int_equal(counted.words, before + 1);
        assert_int_equal(play_say(play, "UBEN", "resume"), OK);
        counted.late++;
        years->away = false;
    } else if (!years->away) {
        say_word(years, "UBEN");
    }
    if (day % 5 == 0)
        assert_true(str_starts_with(
            play_control(play, "{\"do\":\"explain\",\"person\":\"uada@example.com\"}"), STR("ok")));
    play_for(play, HOURS(13));
    counted.days++;
}

/* Every word in the file, by the day it holds. */
static void search_file(struct years *years, const char *path)
{
    static char bytes[FILE_BYTES_MAX];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    assert_true(len < sizeof(bytes));
    counted.bytes += len;
    for (char *at = bytes; (at = memmem(at, (size_t)(bytes + len - at), "zqword", 6)); at++) {
        int32_t age = today(years) - (int32_t)strtol(at + 6, NULL, 10);
        counted.found++;
        if (age > years->texts_days + 1) {
            print_message("%s: a word %d days old, at byte %zu\n", path, age, (size_t)(at - bytes));
            for (int i = -96; i < 96; i++)
                print_message("%c", at[i] >= ' ' && at[i] < 127 ? at[i] : at[i] ? '?' : '_');
            print_message("\n");
        }
        assert_in_range(age, 0, years->texts_days + 1);
        counted.oldest_word = age > counted.oldest_word ? age : counted.oldest_word;
    }
}

static int32_t age_of(struct years *years, const char *sql)
{
    int64_t at_ms = play_state_number(years->database, sql);
    return at_ms ? (int32_t)((play_now(years->play).utc_ms - at_ms) / DAY_MS) : 0;
}

/* Neither the seconds nor what they could be worked out from. */
static void look_at_seconds(struct years *years)
{
    char sql[400];
    int64_t kept_ms = (int64_t)SECONDS_KEPT_DAYS * DAY_MS + DAY_MS / 12;
    snprintf(sql, sizeof(sql),
        "SELECT count(*) FROM nudge AS n JOIN answer AS a USING (nudge_id) WHERE planned_ms < %lld "
        "AND (seconds > 0 OR fast_s > 0 OR slow_s > 0 OR delivered_after_ms IS NOT NULL OR "
        "(answered_ms < planned_ms + 86400000 AND "
        "(answered_ms %% 3600000 <> 0 OR closed_ms %% 3600000 <> 0)))",
        (long long)(play_now(years->play).utc_ms - kept_ms));
    assert_int_equal(play_state_number(years->database, sql), 0);
    counted.timed += (unsigned long)play_state_number(
        years->database, "SELECT count(*) FROM answer WHERE seconds > 0");
}

static void look(struct years *years)
{
    const char *folder = play_state_path(years->play, "");
    DIR *listed = opendir(folder);
    struct dirent *entry;
    while ((entry = readdir(listed)))
        if (entry->d_type == DT_REG)
            search_file(years, play_state_path(years->play, entry->d_name));
    closedir(listed);
    int32_t answer = age_of(years, "SELECT COALESCE(min(answered_ms), 0) FROM answer");
    int32_t nudge = age_of(years, "SELECT COALESCE(min(planned_ms), 0) FROM nudge");
    int32_t access = age_of(years, "SELECT COALESCE(min(at_ms), 0) FROM access_log");
    assert_in_range(answer, 0, years->answers_days);
    assert_in_range(access, 0, years->answers_days);
    assert_in_range(nudge, 0, 2 * years->answers_days); /* late ones keep their question */
    counted.oldest_answer = answer > counted.oldest_answer ? answer : counted.oldest_answer;
    counted.oldest_access = access > counted.oldest_access ? access : counted.oldest_access;
    int64_t due = play_now(years->play).utc_ms - (int64_t)years->texts_days * DAY_MS - DAY_MS / 12;
    char sql[128];
    snprintf(sql, sizeof(sql),
        "SELECT count(*) FROM answer WHERE text <> '' AND answered_ms < %lld", (long long)due);
    assert_int_equal(play_state_number(years->database, sql), 0);
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM seen WHERE bucket < %lld - 3",
        (long long)(play_now(years->play).utc_ms / (26 * 3600000)));
    assert_int_equal(play_state_number(years->database, sql), 0);
    look_at_seconds(years);
    counted.looks++;
}

static void nothing_outlives_its_time(void **state)
{
    (void)state;
    int days = (int)number_env("COUNT", 45);
    bool whole = days > 365;
    struct years years = { .texts_days = whole ? 90 : 10, .answers_days = whole ? 730 : 20,
        .away_every = whole ? 200 : 25 };
    years.play = play_state_new(&(struct play_setup){ .deck = deck, .cap = 1,
        .seed = number_env("SEED", 1) });
    years.database = play_state_path(years.play, "nudged.db");
    sim_world_observe(years.play->world, on_call, &years);
    years.play->config.settings.retention.texts = years.texts_days;
    years.play->config.settings.retention.answers = years.answers_days;
    years.play->config.settings.retention.access_log = years.answers_days;
    for (int day = 1; day <= days; day++) {
        live_a_day(&years, day);
        if (day % LOOK_EVERY == 0)
            look(&years);
    }
    assert_true(counted.words > (unsigned long)days / 3 && counted.found > 0 && counted.late > 0);
    assert_true(counted.timed > 0);
    assert_true(counted.oldest_word >= years.texts_days - 5); /* nothing went before its time */
    assert_true(counted.oldest_answer >= years.answers_days - 5);
    assert_int_equal(look_duplicate_posts(years.play->workspace), 0);
    play_state_free(years.play);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_outlives_its_time) };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (!failed)
        printf("proved: %lu days, %lu typed words (%lu answers after an absence), %lu looks into "
               "every byte of the state folder (%lu MiB); oldest word %d days, oldest answer %d "
               "days, oldest note of access %d days\n", counted.days, counted.words, counted.late,
            counted.looks, counted.bytes >> 20, (int)counted.oldest_word,
            (int)counted.oldest_answer, (int)counted.oldest_access);
    return failed;
}
