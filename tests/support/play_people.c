/* What the people of a play do and see. */
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/play.h"

enum { ELEMENTS_MAX = 64, SCRATCH_MAX = 16 << 20, STATEMENTS_KEPT = 256 };

struct reading {
    sqlite3 *db;
    sqlite3_stmt *kept[STATEMENTS_KEPT];
};

static sqlite3_stmt *asked(struct play *play, const char *sql, int64_t number, struct str text);
static sqlite3_stmt *prepared(struct play *play, const char *sql);
static size_t hash_bytes(struct str bytes);

static bool message_with(
    struct play *play, const char *user, const char *label, bool field, struct str *ts);
static bool find_button(struct play *play, struct arena *arena, const char *user, struct str ts,
    const char *label, struct look_element *out);
static bool is_field(const struct look_element *element);
static struct str values_of(
    struct arena *arena, const struct look_element *element, struct str texts);
static bool says(const struct look_message *message, const char *words);

enum err play_press(struct play *play, const char *user, const char *label)
{
    struct str ts;
    if (!message_with(play, user, label, false, &ts))
        return ERR_NOT_FOUND;
    return play_press_on(play, user, ts, label);
}

enum err play_press_on(struct play *play, const char *user, struct str ts, const char *label)
{
    enum err err = play_click(play, user, ts, label);
    play_for(play, SECONDS(2));
    return err;
}

enum err play_click(struct play *play, const char *user, struct str ts, const char *label)
{
    struct arena arena;
    struct look_element element;
    arena_init(&arena, SCRATCH_MAX);
    enum err err = ERR_NOT_FOUND;
    if (find_button(play, &arena, user, ts, label, &element))
        err = human_click(play->workspace, str_from_z(user), str_copy(&arena, ts),
            str_copy(&arena, element.block_id), str_copy(&arena, element.action_id));
    arena_finish(&arena);
    return err;
}

struct str play_value(struct play *play, const char *user, struct str ts, const char *label)
{
    struct arena arena;
    struct look_element element;
    struct str value = STR_EMPTY;
    arena_init(&arena, SCRATCH_MAX);
    if (find_button(play, &arena, user, ts, label, &element))
        value = str_copy(&play->arena, element.value);
    arena_finish(&arena);
    return value;
}

enum err play_choose(struct play *play, const char *user, size_t nth, const char *texts)
{
    struct arena arena;
    struct look_element elements[ELEMENTS_MAX];
    struct str ts;
    if (!message_with(play, user, "", true, &ts))
        return ERR_NOT_FOUND;
    arena_init(&arena, SCRATCH_MAX);
    enum err err = ERR_NOT_FOUND;
    size_t count =
        look_elements(play->workspace, &arena, str_from_z(user), ts, elements, ELEMENTS_MAX);
    for (size_t i = 0; i < count && err == ERR_NOT_FOUND; i++) {
        if (!is_field(&elements[i]) || nth-- > 0)
            continue;
        struct human_value value = {
            .block_id = str_copy(&arena, elements[i].block_id),
            .action_id = str_copy(&arena, elements[i].action_id),
            .text = values_of(&arena, &elements[i], str_from_z(texts)),
        };
        err = human_fill(play->workspace, str_from_z(user), str_copy(&arena, ts), &value);
    }
    arena_finish(&arena);
    play_for(play, SECONDS(1));
    return err;
}

enum err play_say(struct play *play, const char *user, const char *text)
{
    enum err err = human_say(play->workspace, str_from_z(user), str_from_z(text), NULL);
    play_for(play, SECONDS(5));
    return err;
}

size_t play_shown(struct play *play, const char *user)
{
    struct look_message message;
    size_t count = look_messages(play->workspace, str_from_z(user)), shown = 0;
    for (size_t i = 0; i < count; i++)
        shown += look_message_at(play->workspace, str_from_z(user), i, &message) &&
            message.from_app && !message.deleted;
    return shown;
}

struct look_message play_last(struct play *play, const char *user)
{
    struct look_message message;
    size_t count = look_messages(play->workspace, str_from_z(user));
    while (count-- > 0)
        if (look_message_at(play->workspace, str_from_z(user), count, &message) &&
            message.from_app && !message.deleted)
            return message;
    return (struct look_message){ 0 };
}

struct str play_last_ts(struct play *play, const char *user)
{
    return str_copy(&play->arena, play_last(play, user).ts);
}

bool play_reads(struct play *play, const char *user, const char *words)
{
    struct look_message message = play_last(play, user);
    return says(&message, words);
}

size_t play_count(struct play *play, const char *user, const char *words)
{
    struct look_message message;
    size_t count = look_messages(play->workspace, str_from_z(user)), found = 0;
    for (size_t i = 0; i < count; i++)
        found += look_message_at(play->workspace, str_from_z(user), i, &message) &&
            message.from_app && !message.deleted && says(&message, words);
    return found;
}

bool play_can_press(struct play *play, const char *user, const char *label)
{
    struct arena arena;
    struct look_element element;
    arena_init(&arena, SCRATCH_MAX);
    bool found = find_button(play, &arena, user, play_last(play, user).ts, label, &element);
    arena_finish(&arena);
    return found;
}

int64_t play_number(struct play *play, const char *sql)
{
    return play_ask(play, sql, 0, STR_EMPTY);
}

int64_t play_ask(struct play *play, const char *sql, int64_t number, struct str text)
{
    sqlite3_stmt *statement = asked(play, sql, number, text);
    int64_t found = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return found;
}

void play_ask_text(struct play *play, const char *sql, int64_t number, char *out, size_t room)
{
    sqlite3_stmt *statement = asked(play, sql, number, STR_EMPTY);
    const char *found = (const char *)sqlite3_column_text(statement, 0);
    snprintf(out, room, "%s", found ? found : "");
    sqlite3_reset(statement);
}

int64_t play_numberf(struct play *play, const char *format, ...)
{
    char sql[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(sql, sizeof(sql), format, args);
    va_end(args);
    REQUIRE(len > 0 && (size_t)len < sizeof(sql));
    return play_number(play, sql);
}

void play_stop_reading(struct play *play)
{
    struct reading *reading = play->reading;
    if (!reading)
        return;
    for (size_t i = 0; i < STATEMENTS_KEPT; i++)
        sqlite3_finalize(reading->kept[i]);
    REQUIRE(sqlite3_close(reading->db) == SQLITE_OK);
    free(reading);
    play->reading = NULL;
}

uint64_t play_acked(struct play *play)
{
    return look_envelopes(play->workspace, STR_EMPTY).acked;
}

/* -- helpers ------------------------------------------------------------------------------- */

/* Standing on its only row. */
static sqlite3_stmt *asked(struct play *play, const char *sql, int64_t number, struct str text)
{
    sqlite3_stmt *statement = prepared(play, sql);
    int wanted = sqlite3_bind_parameter_count(statement);
    REQUIRE(wanted <= 2);
    if (wanted > 0)
        REQUIRE(sqlite3_bind_int64(statement, 1, number) == SQLITE_OK);
    if (wanted > 1)
        REQUIRE(sqlite3_bind_text(statement, 2, text.len ? text.ptr : "", (int)text.len,
                    SQLITE_TRANSIENT) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    return statement;
}

/* The statements asked most recently are kept: an oracle asks the same ones all week. */
static sqlite3_stmt *prepared(struct play *play, const char *sql)
{
    struct reading *reading = play->reading;
    if (!reading) {
        reading = play->reading = calloc(1, sizeof(*reading));
        bool on_disk = play->setup.on_disk;
        REQUIRE(reading &&
            sqlite3_open_v2(on_disk ? "./state/nudged.db" : "/disk/nudged.db", &reading->db,
                SQLITE_OPEN_READONLY, on_disk ? NULL : play->disk_name) == SQLITE_OK);
    }
    size_t place = hash_bytes(str_from_z(sql)) % STATEMENTS_KEPT;
    sqlite3_stmt *kept = reading->kept[place];
    if (kept && strcmp(sqlite3_sql(kept), sql) == 0)
        return kept;
    sqlite3_finalize(kept);
    reading->kept[place] = NULL;
    if (sqlite3_prepare_v2(reading->db, sql, -1, &kept, NULL) != SQLITE_OK)
        require_failed(__FILE__, __LINE__, sqlite3_errmsg(reading->db));
    reading->kept[place] = kept;
    return kept;
}

static size_t hash_bytes(struct str bytes)
{
    size_t hash = 5381;
    for (size_t i = 0; i < bytes.len; i++)
        hash = hash * 33 + (unsigned char)bytes.ptr[i];
    return hash;
}

static bool message_with(
    struct play *play, const char *user, const char *label, bool field, struct str *ts)
{
    struct look_message message;
    struct look_element elements[ELEMENTS_MAX];
    size_t count = look_messages(play->workspace, str_from_z(user));
    while (count-- > 0) {
        if (!look_message_at(play->workspace, str_from_z(user), count, &message) || message.deleted)
            continue;
        struct arena arena;
        arena_init(&arena, SCRATCH_MAX);
        bool found = false;
        size_t len = look_elements(
            play->workspace, &arena, str_from_z(user), message.ts, elements, ELEMENTS_MAX);
        for (size_t i = 0; i < len; i++)
            found = found ||
                (field ? is_field(&elements[i])
                       : !is_field(&elements[i]) &&
                            str_contains(elements[i].label, str_from_z(label)));
        *ts = found ? str_copy(&play->arena, message.ts) : STR_EMPTY;
        arena_finish(&arena);
        if (found)
            return true;
    }
    return false;
}

static bool find_button(struct play *play, struct arena *arena, const char *user, struct str ts,
    const char *label, struct look_element *out)
{
    struct look_element elements[ELEMENTS_MAX];
    size_t len =
        look_elements(play->workspace, arena, str_from_z(user), ts, elements, ELEMENTS_MAX);
    for (size_t i = 0; i < len; i++)
        if (!is_field(&elements[i]) && str_contains(elements[i].label, str_from_z(label))) {
            *out = elements[i];
            return true;
        }
    return false;
}

static bool is_field(const struct look_element *element)
{
    return !str_equal(element->type, STR("button"));
}

/* The values of the options whose texts contain the given lines. */
static struct str values_of(
    struct arena *arena, const struct look_element *element, struct str texts)
{
    struct buf values = buf_in(arena, 4096);
    struct str wanted;
    while (str_next_part(&texts, '\n', &wanted)) {
        struct str shown = element->option_texts, given = element->options, text, value;
        while (str_next_part(&shown, '\n', &text) && str_next_part(&given, '\n', &value))
            if (str_contains(text, wanted)) {
                if (values.len)
                    buf_add_byte(&values, '\n');
                buf_add(&values, value);
                break;
            }
    }
    return buf_str(&values);
}

static bool says(const struct look_message *message, const char *words)
{
    return str_contains(message->text, str_from_z(words)) ||
        str_contains(message->blocks, str_from_z(words));
}
