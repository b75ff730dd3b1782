/* The script and its oracle. */
#include "crash/day.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crash/first_schema.h"
#include "support/past.h"

enum { START_AGAIN_MS = 5000, TRIES = 8, PAST_LAST_DAY = 22330, PAST_HISTORIES = 40,
    NOBODY_ID = 100000 };

static const char database[] = "/disk/nudged.db";
static const char *const learners[] = { "UADA", "UBEN", "UMAX", "UOLGA" };

static void run_to(struct day *day, const char *instant);
static void run_for(struct day *day, struct duration span);
static void settle(struct day *day);
static void open_again(struct day *day);
static void wake(void *arg);
static void answer(struct day *day);
static struct str card_of(struct day *day, const char *user);
static bool press_once(struct day *day, const char *user);
static bool is_open(struct day *day, const char *user);
static bool is_answered(struct day *day, const char *user);
static void backup(struct day *day);
static void ask(struct day *day, const char *line);
static void on_frame(void *arg, bool is_ack, struct str frame);
static void on_ack_leaves(void *arg);
static void listen_for_acks(struct day *day);
static struct str quoted_after(struct str text, const char *key);
static void must_be(struct day *day, const char *what, const char *sql, int64_t wanted);
static uint32_t troubles_of(struct day *day, const char *user);

void day_begin(struct day *day, uint64_t seed, bool faults)
{
    struct play_setup setup = { .seed = seed, .faults = faults };
    *day = (struct day){ .play = play_new(&setup) };
    struct play *play = day->play;
    static const char *const evenings[] = { "2031-03-04T15:31:00Z", "2031-03-05T15:31:00Z",
        "2031-03-06T15:31:00Z", "2031-03-07T15:31:00Z" };
    for (size_t i = 0; i < COUNT(evenings); i++) {
        play_until(play, evenings[i]);
        for (size_t p = 0; p < 2; p++)
            if (play_press(play, learners[p], i ? "the right one" : "the other one"))
                day_broken(day, "nobody could answer in the week before", (int64_t)i);
    }
    play_until(play, "2031-03-09T20:00:00Z");
    play_close(play);
    past_put(&(struct past){ .path = database, .vfs = play->disk_name, .last_day = PAST_LAST_DAY,
        .histories = PAST_HISTORIES, .person_id = NOBODY_ID });
    play->config.settings.fit = FIT_WHEN_NIGHTLY;
    play->config.settings.fit_answers_min = 100;
    size_t len = 0;
    unsigned char *image = first_schema_of(database, play->disk_name, &len);
    mem_disk_put(play->disk, database, image, len);
    sqlite3_free(image);
    sim_world_observe_frames(play->world, on_frame, day);
}

void day_play(struct day *day)
{
    struct play *play = day->play;
    char deck[8192];
    day->start_again = play_now(play);
    open_again(day);
    listen_for_acks(day);
    run_to(day, "2031-03-10T07:45:00Z"); /* half past eight there: the week's digest */
    (void)play_say(play, "UMAX", "details");
    run_for(day, SECONDS(30));
    snprintf(deck, sizeof(deck), "%s", play_deck_choice);
    char *changed = strstr(deck, "comes seventh?");
    REQUIRE(changed);
    memcpy(changed, "comes 7th now?", strlen("comes seventh?"));
    play_write(play, "decks/first.yaml", deck);
    struct play_person people[8];
    for (size_t i = 0; i < COUNT(people) && (i == 0 || people[i - 1].user); i++)
        people[i] = play_cast[i];
    people[1].role = "senior agent";
    play_write_people(play, people);
    run_for(day, MINUTES(5));
    backup(day);
    ask(day, "{\"do\":\"fit\"}");
    run_to(day, "2031-03-10T15:31:00Z");
    answer(day);
    for (int i = 0; i < TRIES; i++) {
        uint32_t before = troubles_of(day, "UOLGA");
        (void)play_say(play, "UOLGA", "/nudge pause for 3 days");
        run_for(day, SECONDS(20));
        if (troubles_of(day, "UOLGA") == before)
            break;
        run_for(day, MINUTES(1));
    }
    if (play->app && !sim_world_is_dead(play->world))
        play_close(play); /* a stop in good order; settle() starts it again */
    run_to(day, "2031-03-10T18:00:00Z");
    play_stop_reading(play);
    play_close(play);
}

void day_check(struct day *day)
{
    struct play *play = day->play;
    if (!day_is_sound(play->disk_name))
        day_broken(day, "the database is damaged", 0);
    for (size_t i = 0; i < day->promises_len; i++)
        if (day->promises[i].arrived && day_holds(play->disk_name, &day->promises[i]) != 1)
            day_broken(day, "an acknowledged answer is not there", day->promises[i].nudge_id);
    must_be(day, "fits without all their weights", "SELECT count(*) FROM fit AS f WHERE "
        "(SELECT count(*) FROM fit_weight AS w WHERE w.fit_id = f.fit_id) <> 21", 0);
    if (look_duplicate_posts(play->workspace))
        day_broken(day, "a message was posted twice", 0);
    size_t weeks =
        play_count(play, "UMAX", "Your team's week"); /* the details have that title too */
    if (weeks < 1 || weeks > 2)
        day_broken(day, "digests", (int64_t)weeks);
    must_be(
        day, "digests sent", "SELECT count(*) FROM digest WHERE manager_id = 3 AND state = 2", 1);
    must_be(day, "questions on the same day",
        "SELECT count(*) FROM (SELECT 1 FROM nudge GROUP BY person_id, day HAVING count(*) > 1)",
        0);
    must_be(day, "answered questions without an answer",
        "SELECT count(*) FROM nudge n WHERE state = 2 AND NOT EXISTS (SELECT 1 FROM answer a WHERE "
        "a.nudge_id = n.nudge_id)",
        0);
    must_be(day, "deliveries left over", "SELECT count(*) FROM delivery WHERE due_ms IS NULL", 0);
    must_be(day, "answers of the day", "SELECT count(*) FROM answer WHERE day = 22348", 4);
    must_be(day, "people who pause", "SELECT count(*) FROM person WHERE state = 2", 1);
    must_be(day, "the changed role", "SELECT count(*) FROM person WHERE role = 'senior agent'", 1);
    for (size_t p = 0; p < COUNT(learners); p++)
        if (!is_answered(day, learners[p]))
            day_broken(day, "somebody was not told what was stored", (int64_t)p);
    play_stop_reading(play);
}

void day_end(struct day *day)
{
    day->play = play_free(day->play);
}

void day_own_files(struct day *day)
{
    struct play *play = day->play;
    char command[256];
    char folder[64] = "/tmp/nudged-try-XXXXXX";
    REQUIRE(mkdtemp(folder));
    snprintf(command, sizeof(command), "cp -r %s/. %s/", play->folder, folder);
    REQUIRE(system(command) == 0 && chdir(folder) == 0);
    snprintf(play->folder, sizeof(play->folder), "%s", folder);
}

void day_broken(const struct day *day, const char *what, int64_t number)
{
    printf("BROKEN: %s (%lld), seed %llu\n", what, (long long)number,
        (unsigned long long)(day->play ? day->play->setup.seed : 0));
    fflush(stdout);
    _exit(1);
}

int day_holds(const char *vfs, const struct day_promise *promise)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int found = -1;
    if (!promise->nudge_id)
        return 1;
    if (sqlite3_open_v2(database, &db, SQLITE_OPEN_READWRITE, vfs) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT count(*) > 0 FROM answer WHERE nudge_id = ?1", -1,
            &statement, NULL) == SQLITE_OK &&
        sqlite3_bind_int64(statement, 1, promise->nudge_id) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        found = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return found;
}

bool day_is_sound(const char *vfs)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    bool sound = sqlite3_open_v2(database, &db, SQLITE_OPEN_READWRITE, vfs) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW &&
        strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return sound;
}

/* -- time ---------------------------------------------------------------------------------- */

static void run_to(struct day *day, const char *text)
{
    struct instant at;
    REQUIRE(instant_parse(str_from_z(text), &at));
    settle(day);
    while (sim_world_step(day->play->world, at))
        settle(day);
    sim_world_rest(day->play->world, at);
}

static void run_for(struct day *day, struct duration span)
{
    struct instant at = instant_add(play_now(day->play), span);
    while (sim_world_step(day->play->world, at))
        settle(day);
    sim_world_rest(day->play->world, at);
    settle(day);
}

/* A program that stopped or died is taken away, and started again five seconds later. */
static void settle(struct day *day)
{
    struct play *play = day->play;
    bool dead = sim_world_is_dead(play->world);
    if (!dead && play->app && play->exit_code < 0)
        return;
    if (dead || play->exit_code >= 0) {
        if (!dead && day->ends_only_with_74 && play->exit_code != 74)
            day_broken(day, "the program ended by itself with", play->exit_code);
        day->ends += !dead;
        if (!dead)
            play_close(play);
        play_bury(play);
        play->exit_code = -1;
        day->start_again = instant_add(play_now(play), (struct duration){ START_AGAIN_MS });
        sim_world_at(play->world, day->start_again, wake, day);
    }
    if (!play->app && !instant_before(play_now(play), day->start_again))
        open_again(day);
}

static void open_again(struct day *day)
{
    struct play *play = day->play;
    enum err err = play_open(play);
    if (sim_world_is_dead(play->world))
        play_bury(play);
    if (!err && play->app) {
        listen_for_acks(day);
        return;
    }
    if (err && day->ends_only_with_74 && app_exit_code(err) != 74)
        day_broken(day, "the program would not start, code", app_exit_code(err));
    day->refused_starts++;
    day->start_again = instant_add(play_now(play), (struct duration){ START_AGAIN_MS });
    sim_world_at(play->world, day->start_again, wake, day);
}

/* Only so that the world does not sleep over the restart. */
static void wake(void *arg)
{
    (void)arg;
}

/* -- people -------------------------------------------------------------------------------- */

/* All at once, and again for as long as they see an error mark or an open card. */
static void answer(struct day *day)
{
    for (int i = 0; i < TRIES; i++) {
        bool missing = false;
        for (size_t p = 0; p < COUNT(learners); p++)
            if (is_open(day, learners[p])) {
                missing = press_once(day, learners[p]) || missing;
                if (p == 3)
                    (void)press_once(day, learners[p]);
            }
        if (!missing)
            break;
        run_for(day, i ? MINUTES(8) : SECONDS(40)); /* Slack's redelivery takes minutes */
    }
}

/* The newest card that can be answered; what admins are told may stand below it. */
static struct str card_of(struct day *day, const char *user)
{
    struct look_message message;
    for (size_t at = look_messages(day->play->workspace, str_from_z(user)); at-- > 0;)
        if (look_message_at(day->play->workspace, str_from_z(user), at, &message) &&
            !message.deleted && !message.ephemeral && str_contains(message.blocks, STR("choose:")))
            return str_copy(&day->play->arena, message.ts);
    return STR_EMPTY;
}

static bool press_once(struct day *day, const char *user)
{
    struct play *play = day->play;
    struct str ts = card_of(day, user);
    if (strcmp(user, "UBEN") != 0)
        return play_click(play, user, ts, "the right one") == OK;
    struct str value = play_value(play, user, ts, "the right one");
    day->line_nudge_id = 0;
    for (size_t i = 0; i < value.len && value.ptr[i] >= '0' && value.ptr[i] <= '9'; i++)
        day->line_nudge_id = day->line_nudge_id * 10 + (value.ptr[i] - '0');
    return human_say(play->workspace, str_from_z(user), STR("A"), NULL) == OK;
}

static bool is_open(struct day *day, const char *user)
{
    return card_of(day, user).len > 0;
}

static bool is_answered(struct day *day, const char *user)
{
    struct look_message message;
    size_t count = look_messages(day->play->workspace, str_from_z(user));
    bool answered = false, open = false;
    for (size_t i = count > 16 ? count - 16 : 0; i < count; i++) {
        if (!look_message_at(day->play->workspace, str_from_z(user), i, &message) ||
            message.deleted || message.ephemeral)
            continue;
        answered = answered || str_contains(message.blocks, STR("because it holds"));
        open = open || str_contains(message.blocks, STR("choose:"));
    }
    return answered && !open;
}

static uint32_t troubles_of(struct day *day, const char *user)
{
    struct look_user found;
    return look_user(day->play->workspace, str_from_z(user), &found) ? found.troubles : 0;
}

static void swallow(void *arg, struct str piece)
{
    (void)arg;
    (void)piece;
}

static void nothing(void *arg)
{
    (void)arg;
}

static void backup(struct day *day)
{
    char line[160];
    snprintf(line, sizeof(line), "{\"do\":\"backup\",\"file\":\"%s/backup.db\"}",
        day->play->folder);
    ask(day, line);
}

static void ask(struct day *day, const char *line)
{
    struct play *play = day->play;
    if (play->app && !sim_world_is_dead(play->world))
        app_control(play->app, str_from_z(line), swallow, nothing, NULL);
    run_for(day, MINUTES(1));
}

/* -- acks ---------------------------------------------------------------------------------- */

/* Acks do not overtake each other, so the n-th that left is the n-th that arrives. */
static void listen_for_acks(struct day *day)
{
    if (day->mark)
        sim_world_trap(day->play->world, "ack", 1, SIM_BEFORE, on_ack_leaves, day);
}

static void on_ack_leaves(void *arg)
{
    struct day *day = arg;
    REQUIRE(day->left_len < DAY_PROMISES_MAX);
    day->left_marks[day->left_len++] = *day->mark;
    listen_for_acks(day);
}

static void on_frame(void *arg, bool is_ack, struct str frame)
{
    struct day *day = arg;
    struct str id = quoted_after(frame, "\"envelope_id\":\"");
    struct day_promise *promise = NULL;
    for (size_t i = 0; i < day->promises_len; i++)
        if (str_equal(str_from_z(day->promises[i].envelope), id))
            promise = &day->promises[i];
    if (is_ack) {
        uint64_t mark =
            day->mark && day->arrived_len < day->left_len ? day->left_marks[day->arrived_len++] : 0;
        if (promise && !promise->arrived) {
            promise->arrived = true;
            promise->mark = mark;
        }
        return;
    }
    if (promise || !id.len)
        return;
    REQUIRE(day->promises_len < DAY_PROMISES_MAX && id.len < sizeof(promise->envelope));
    promise = &day->promises[day->promises_len++];
    *promise = (struct day_promise){ 0 };
    memcpy(promise->envelope, id.ptr, id.len);
    struct str value = quoted_after(frame, "\"value\":\"");
    if (str_contains(frame, STR("\"type\":\"block_actions\"")))
        for (size_t i = 0; i < value.len && value.ptr[i] >= '0' && value.ptr[i] <= '9'; i++)
            promise->nudge_id = promise->nudge_id * 10 + (value.ptr[i] - '0');
    if (str_contains(frame, STR("\"user\":\"UBEN\"")) && str_contains(frame, STR("\"text\":\"A\"")))
        promise->nudge_id = day->line_nudge_id;
}

static struct str quoted_after(struct str text, const char *key)
{
    const char *at = text.len ? memmem(text.ptr, text.len, key, strlen(key)) : NULL;
    if (!at)
        return STR_EMPTY;
    at += strlen(key);
    const char *end = memchr(at, '"', text.len - (size_t)(at - text.ptr));
    return end ? (struct str){ at, (size_t)(end - at) } : STR_EMPTY;
}

static void must_be(struct day *day, const char *what, const char *sql, int64_t wanted)
{
    int64_t number = play_number(day->play, sql);
    if (number != wanted)
        day_broken(day, what, number);
}
