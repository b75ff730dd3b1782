/* What must be true after a kill and after a day, asked of the workspace and of the files. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "crash/first_schema.h"
#include "crash/life.h"

static void check_acks(struct life *life);
static void check_command(struct life *life);
static void check_told(struct life *life);
static bool copy_file(const char *from, const char *to);
static bool is_sound(const char *path);
static int64_t ask(const char *path, int flags, const char *sql);

int64_t life_ask(struct life *life, const char *sql)
{
    int64_t value = ask("state/nudged.db", SQLITE_OPEN_READONLY, sql);
    if (value < 0)
        life_broken(life, "the database cannot be read");
    return value;
}

/* The original is left for the daemon to recover. */
void life_check_corpse(struct life *life)
{
    static const char *const files[] = { "nudged.db", "nudged.db-wal", "nudged.db-journal" };
    char from[64], to[64];
    bool there = false;
    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(from, sizeof(from), "state/%s", files[i]);
        snprintf(to, sizeof(to), "corpse-%s", files[i]);
        (void)unlink(to);
        there = copy_file(from, to) || there;
    }
    (void)unlink("corpse-nudged.db-shm");
    if (there && !is_sound("corpse-nudged.db"))
        life_broken(life, "the database is damaged after the kill");
    int64_t version = ask("corpse-nudged.db", SQLITE_OPEN_READWRITE, "PRAGMA user_version");
    if ((version < 1 || version > first_schema_now()) && life->day > 1)
        life_broken(life, "the schema of no release"); /* each step is a transaction of its own */
    if (access("backup.db", F_OK) == 0 && !is_sound("backup.db"))
        life_broken(life, "a backup under its final name is not complete");
    if (life->backup_done && access("backup.db", F_OK) != 0)
        life_broken(life, "a backup that was confirmed is not there");
    for (int step = 2; step <= first_schema_now(); step++) {
        snprintf(from, sizeof(from), "state/nudged.db.before-%04d", step);
        if (access(from, F_OK) == 0 && !is_sound(from))
            life_broken(life, "the copy before the migration is not complete");
    }
}

void life_check_day(struct life *life)
{
    if (look_duplicate_posts(life->workspace))
        life_broken(life, "a message was posted twice");
    if (life_ask(life,
            "SELECT count(*) FROM (SELECT 1 FROM nudge GROUP BY person_id, day "
            "HAVING count(*) > 1)") != 0)
        life_broken(life, "two questions for one person on one day");
    if (life_ask(life,
            "SELECT count(*) FROM nudge WHERE state = 2 AND NOT EXISTS "
            "(SELECT 1 FROM answer WHERE answer.nudge_id = nudge.nudge_id)") != 0)
        life_broken(life, "a question is closed as answered, but there is no answer");
    if (life_ask(life, "SELECT count(*) FROM delivery WHERE state = 2") != 0)
        life_broken(life, "a claimed delivery was left behind");
    if (life_ask(life, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"))
        life_broken(life, "the database is damaged");
    if (life_ask(life, "PRAGMA user_version") != first_schema_now())
        life_broken(life, "the schema is not the newest");
    if (access("backup.db", F_OK) == 0 ? !is_sound("backup.db") : life->backup_done)
        life_broken(life, "the backup is missing or not complete");
    check_acks(life);
    check_command(life);
    check_told(life);
    life->counts.digests += life_got_digest(life);
    life->counts.reloads +=
        life_ask(life, "SELECT role = 'Taster' FROM person WHERE external_id = '5'") ==
        (int64_t)(life->edition % 2);
}

bool life_card(struct life *life, uint32_t who, struct look_message *card)
{
    for (size_t at = look_messages(life->workspace, life->ids[who]); at-- > life->seen[who];)
        if (look_message_at(life->workspace, life->ids[who], at, card) && card->from_app &&
            !card->deleted && str_contains(card->blocks, STR("Which number is")))
            return true;
    return false;
}

bool life_is_open(const struct look_message *card)
{
    return str_contains(card->blocks, STR("choose:"));
}

bool life_is_answered(const struct look_message *card)
{
    return !life_is_open(card) && str_contains(card->blocks, STR("It is written so."));
}

bool life_got_digest(struct life *life)
{
    struct look_message message;
    size_t found = 0;
    for (size_t at = look_messages(life->workspace, life->ids[0]); at-- > life->seen[0];)
        found += look_message_at(life->workspace, life->ids[0], at, &message) && message.from_app &&
            !message.deleted &&
            (str_contains(message.blocks, STR("Your team's week")) ||
                str_contains(message.text, STR("Your team's week")));
    if (found > 1)
        life_broken(life, "the week was told twice");
    return found == 1;
}

bool life_believes(struct life *life, uint32_t who)
{
    struct look_user user;
    const struct person_day *today = &life->today[who];
    return today->tries && look_user(life->workspace, life->ids[who], &user) &&
        today->tries > user.troubles - today->troubles_before;
}

bool life_believes_command(struct life *life, uint32_t who)
{
    struct look_user user;
    const struct person_day *today = &life->today[who];
    return today->commands && look_user(life->workspace, life->ids[who], &user) &&
        today->commands > user.troubles - today->troubles_before_command;
}

/* Nothing is on its way any more, so what got no error mark was acknowledged. */
static void check_acks(struct life *life)
{
    for (uint32_t p = 0; p < CRASH_PEOPLE; p++) {
        char sql[200];
        if (look_unacked(life->workspace) || !life_believes(life, p))
            continue;
        snprintf(sql, sizeof(sql),
            "SELECT count(*) FROM answer JOIN nudge USING (nudge_id) WHERE message_id = '%s'",
            life->today[p].ts);
        if (life_ask(life, sql) == 1)
            continue;
        printf("person %u answered %s; stored of the last day, the number of answers to messages "
               "whose place is not known: %lld\n",
            p, life->today[p].ts,
            (long long)life_ask(life,
                "SELECT count(*) FROM answer JOIN nudge USING (nudge_id) WHERE message_id IS NULL "
                "AND nudge.day = (SELECT max(day) FROM nudge)"));
        life_broken(life, "an acknowledged answer is not in the database");
    }
}

static void check_command(struct life *life)
{
    if (!look_unacked(life->workspace) && life_believes_command(life, 4) &&
        life_ask(life, "SELECT state FROM person WHERE external_id = '4'") != 2)
        life_broken(life, "an acknowledged command had no effect");
}

/* What people were told and what is stored are the same, over all days; what is still to be told
 * may have been. */
static void check_told(struct life *life)
{
    int64_t answered = life_ask(life, "SELECT count(*) FROM nudge WHERE state = 2"), shown = 0;
    int64_t untold = life_ask(life,
        "SELECT count(DISTINCT nudge_id) FROM nudge JOIN delivery USING (nudge_id) WHERE "
        "nudge.state = 2");
    for (uint32_t p = 0; p < CRASH_PEOPLE; p++)
        for (size_t i = 0; i < look_messages(life->workspace, life->ids[p]); i++) {
            struct look_message message;
            if (look_message_at(life->workspace, life->ids[p], i, &message) && !message.ephemeral &&
                str_contains(message.blocks, STR("Which number is")) && life_is_answered(&message))
                shown++;
        }
    if (shown > answered || shown < answered - untold) {
        printf("%lld shown, %lld stored, %lld still to be told\n", (long long)shown,
            (long long)answered, (long long)untold);
        life_broken(life, "what people were told and what was stored differ");
    }
}

static bool copy_file(const char *from, const char *to)
{
    char bytes[1 << 16];
    size_t len;
    FILE *in = fopen(from, "rb"), *out = in ? fopen(to, "wb") : NULL;
    while (out && (len = fread(bytes, 1, sizeof(bytes), in)) > 0)
        fwrite(bytes, 1, len, out);
    if (in)
        fclose(in);
    if (out)
        fclose(out);
    return out != NULL;
}

static bool is_sound(const char *path)
{
    return ask(path, SQLITE_OPEN_READWRITE,
               "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'") == 0;
}

static int64_t ask(const char *path, int flags, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t value = -1;
    if (sqlite3_open_v2(path, &db, flags, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}
