/* Opening and closing the store, turns, and the questions that need no event.
 *
 * Owns the transaction and what is gathered for its end. Refuses to know rules and platforms. Odd:
 * a turn counts deliveries and answers in memory and writes both counts once, at its commit, so
 * that a batch of answers touches the state row once. */
#include "store/inside.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nudged/base/hash.h"
#include "nudged/base/limits.h"
#include "sql_schemas.h"
#include "nudged/store/upkeep.h"

enum {
    REVISION_BYTES_MAX = 256 << 10, /* each text of a prompt at its limit, four bytes a letter */
    WHOLE_BYTES_MAX = 64 << 10
};

static enum err prepare_file(
    const struct store_options *options, struct arena *arena, struct str *detail);
static enum err make_ready(struct store *store, const struct store_options *options,
    struct arena *arena, struct str *detail);
static enum err check_if_unclean(struct store *store);
static enum err set_clean(struct store *store, bool clean);
static struct str sentence_for(struct arena *arena, enum err err, struct str path, struct str more);
static enum err read_ids(struct query *query, int64_t *ids, size_t max, size_t *len);
static enum err read_users(
    struct query *query, struct arena *arena, struct str *users, size_t max, size_t *len);
static enum err read_instant(struct query *query, enum sql_name name, struct instant *out);
static enum err number_prompt(struct store *store, struct prompt *prompt, struct buf *buf);
static enum err number_revision(struct store *store, struct prompt *prompt, struct str body);

enum err store_open(const struct store_options *options, struct arena *arena, struct store **out,
    struct str *detail)
{
    struct str more = STR_EMPTY;
    enum err err = options->vfs ? OK : prepare_file(options, arena, &more);
    struct store *store = calloc(1, sizeof(*store));
    if (!err && !store)
        err = ERR_NO_MEMORY;
    if (store)
        arena_init(&store->whole_arena, WHOLE_BYTES_MAX);
    if (!err)
        err = sql_open(str_z(arena, options->path), options->vfs,
            options->must_exist ? SQL_WRITE : SQL_CREATE, &store->sql);
    if (!err)
        err = make_ready(store, options, arena, &more);
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (!err) {
        *out = store;
        return OK;
    }
    *detail = sentence_for(arena, err, options->path, more);
    if (store) {
        sql_close(store->sql);
        arena_finish(&store->whole_arena);
    }
    free(store);
    return err;
}

struct store *store_close(struct store *store)
{
    if (!store)
        return NULL;
    store_look_end(store);
    store_rollback(store);
    /* A failure here costs a check at the next start and nothing else. */
    if (!set_clean(store, true))
        (void)!sql_exec(store->sql, "PRAGMA wal_checkpoint(TRUNCATE)");
    sql_close(store->sql);
    arena_finish(&store->whole_arena);
    free(store);
    return NULL;
}

enum err store_begin(struct store *store)
{
    REQUIRE(!store->in_turn);
    store_look_end(store);
    enum err err = sql_run(store->sql, SQL_BEGIN);
    if (!err) {
        store->in_turn = true;
        store->delivery_count_known = store->whole_known = false;
        store->answers_added = 0;
        store->answered = INSTANT_NEVER;
    }
    return err;
}

enum err store_commit(struct store *store)
{
    REQUIRE(store->in_turn);
    enum err err = OK;
    if (store->delivery_count_known || store->answers_added) {
        struct store_state unused;
        if (!store->delivery_count_known)
            err = store_state(store, NULL, &unused);
        struct query *query = sql_query(store->sql, SQL_STATE_SET_COUNTS);
        query_set_int(query, NAME_DELIVERY_COUNT, store->delivery_count);
        query_set_int(query, NAME_ANSWERS, store->answers_added);
        query_set_instant(query, NAME_ANSWERED_MS, store->answered);
        if (!err)
            err = query_run(query);
    }
    if (!err)
        err = sql_run(store->sql, SQL_COMMIT);
    if (!err)
        store->in_turn = false;
    return err;
}

void store_rollback(struct store *store)
{
    store->in_turn = false;
    /* Some errors end the transaction by themselves; rolling back again is then an error of no use.
     */
    if (sql_in_transaction(store->sql) && sql_run(store->sql, SQL_ROLLBACK))
        REQUIRE(!sql_in_transaction(store->sql));
}

void store_look(struct store *store)
{
    REQUIRE(!store->in_turn);
    if (!store->looking)
        store->looking = sql_run(store->sql, SQL_LOOK) == OK;
}

/* Nothing was written, so nothing is lost when it fails: rolling back then ends it for sure. */
void store_look_end(struct store *store)
{
    if (store->looking && sql_run(store->sql, SQL_COMMIT))
        store_rollback(store);
    store->looking = false;
}

enum err store_due_people(
    struct store *store, struct instant now, int64_t *person_ids, size_t max, size_t *len)
{
    struct query *query = sql_query(store->sql, SQL_DUE_PEOPLE);
    query_set_int(query, NAME_NOW_MS, now.utc_ms);
    return read_ids(query, person_ids, max, len);
}

enum err store_due_digests(
    struct store *store, struct instant now, int64_t *person_ids, size_t max, size_t *len)
{
    struct query *query = sql_query(store->sql, SQL_DUE_DIGESTS);
    query_set_int(query, NAME_NOW_MS, now.utc_ms);
    return read_ids(query, person_ids, max, len);
}

enum err store_next_due(struct store *store, struct instant *slot, struct instant *digest)
{
    struct instant next_slot, next_digest;
    enum err err =
        read_instant(sql_query(store->sql, SQL_NEXT_SLOT), NAME_NEXT_SLOT_MS, &next_slot);
    if (!err)
        err =
            read_instant(sql_query(store->sql, SQL_NEXT_DIGEST), NAME_NEXT_DIGEST_MS, &next_digest);
    if (!err) {
        *slot = next_slot;
        *digest = next_digest;
    }
    return err;
}

enum err store_users_due_before(struct store *store, struct instant until, struct arena *arena,
    struct str *users, size_t max, size_t *len)
{
    struct query *query = sql_query(store->sql, SQL_USERS_DUE_BEFORE);
    query_set_int(query, NAME_NOW_MS, until.utc_ms);
    return read_users(query, arena, users, max, len);
}

enum err store_users_waiting(
    struct store *store, struct arena *arena, struct str *users, size_t max, size_t *len)
{
    struct query *query = sql_query(store->sql, SQL_USERS_WAITING);
    query_set_int(query, NAME_LANE, LANE_NUDGE);
    return read_users(query, arena, users, max, len);
}

enum err store_emails_unknown(struct store *store, int64_t *after_person_id, struct arena *arena,
    struct str *emails, size_t max, size_t *len)
{
    struct query *query = sql_query(store->sql, SQL_EMAILS_UNKNOWN);
    query_set_int(query, NAME_PERSON_ID, *after_person_id);
    query_set_int(query, NAME_MAX, (int64_t)max);
    size_t count = 0;
    int64_t last = *after_person_id;
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        last = query_int(query, NAME_PERSON_ID);
        emails[count++] = query_copy(query, NAME_EMAIL, arena);
    }
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (!err) {
        *after_person_id = last;
        *len = count;
    }
    return err;
}

enum err store_people_last_id(struct store *store, int64_t *person_id)
{
    struct query *query = sql_query(store->sql, SQL_PEOPLE_LAST_ID);
    bool found = false;
    int64_t id = 0;
    enum err err = query_row(query, &found);
    if (!err && found) {
        id = query_int(query, NAME_PERSON_ID);
        err = query_end(query);
    }
    if (!err)
        *person_id = id;
    return err;
}

enum err store_person_by_email(struct store *store, struct str email, int64_t *person_id)
{
    struct query *query = sql_query(store->sql, SQL_PERSON_BY_EMAIL);
    query_set_text(query, NAME_EMAIL, email);
    bool found = false;
    enum err err = query_row(query, &found);
    if (err || !found)
        return err ? err : ERR_NOT_FOUND;
    int64_t id = query_int(query, NAME_PERSON_ID);
    err = query_end(query);
    if (!err)
        *person_id = id;
    return err;
}

enum err store_person_after(struct store *store, int64_t person_id, int64_t *next)
{
    struct query *query = sql_query(store->sql, SQL_PERSON_AFTER);
    query_set_int(query, NAME_PERSON_ID, person_id);
    bool found = false;
    int64_t id = 0;
    enum err err = query_row(query, &found);
    if (!err && found) {
        id = query_int(query, NAME_PERSON_ID);
        err = query_end(query);
    }
    if (!err)
        *next = id;
    return err;
}

enum err store_number_prompts(struct store *store, struct deck *decks, size_t decks_len)
{
    REQUIRE(store->in_turn);
    struct buf buf = buf_heap(REVISION_BYTES_MAX);
    enum err err = OK;
    for (size_t i = 0; !err && i < decks_len; i++)
        for (size_t j = 0; !err && j < decks[i].prompts_len; j++)
            err = number_prompt(store, &decks[i].prompts[j], &buf);
    buf_free(&buf);
    return err;
}

enum err store_revision(
    struct store *store, int64_t revision_id, struct arena *arena, struct str *bytes)
{
    struct query *query = sql_query(store->sql, SQL_REVISION_BODY);
    query_set_int(query, NAME_REVISION_ID, revision_id);
    struct str body = STR_EMPTY;
    bool found = false;
    enum err err = query_row(query, &found);
    if (!err && found) {
        body = query_copy(query, NAME_BODY, arena);
        err = query_end(query);
    }
    if (!err && !found)
        err = ERR_NOT_FOUND;
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (!err)
        *bytes = body;
    return err;
}

/* arena NULL: only what is not text, for the commit. */
enum err store_state(struct store *store, struct arena *arena, struct store_state *out)
{
    struct query *query = sql_query(store->sql, SQL_STATE_READ);
    struct store_state state = { .schema_version = store->schema_version };
    bool found = false;
    enum err err = query_row(query, &found);
    if (!err && !found)
        err = ERR_DB_CORRUPT; /* the schema puts the row there and nothing takes it away */
    if (err)
        return err;
    state.live = query_int(query, NAME_LIVE) != 0;
    state.workspace_lost = query_int(query, NAME_WORKSPACE_LOST) != 0;
    state.roster_epoch = query_int(query, NAME_ROSTER_EPOCH);
    if (!store->delivery_count_known)
        store->delivery_count = query_int(query, NAME_DELIVERY_COUNT);
    if (arena) {
        state.platform = query_copy(query, NAME_PLATFORM, arena);
        state.workspace = query_copy(query, NAME_WORKSPACE, arena);
    }
    err = query_end(query);
    if (!err && arena && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (!err)
        *out = state;
    return err;
}

enum err store_backup(struct store *store, struct str path)
{
    REQUIRE(!store->in_turn);
    struct arena arena;
    arena_init(&arena, path.len + 64);
    char *name = str_z(&arena, path);
    enum err err = arena_failed(&arena) ? ERR_NO_MEMORY : sql_backup(store->sql, name);
    arena_finish(&arena);
    return err;
}

/* Makes a missing file ourselves, so that it is 0600 from its first moment (SQLite gives its -wal
 * and -shm the same mode). An existing one is not opened: closing it would drop the locks SQLite
 * holds on it in this process. */
static enum err prepare_file(
    const struct store_options *options, struct arena *arena, struct str *detail)
{
    struct str path = options->path;
    size_t slash = path.len;
    while (slash && path.ptr[slash - 1] != '/')
        slash--;
    struct str folder = slash ? str_slice(path, 0, slash) : STR("./");
    const char *path_z = str_z(arena, path), *folder_z = str_z(arena, folder);
    struct stat status;
    if (stat(folder_z, &status) || !S_ISDIR(status.st_mode)) {
        *detail = str_format(arena, "there is no folder %.*s", STR_ARG(folder));
        return ERR_NOT_FOUND;
    }
    if (faccessat(AT_FDCWD, folder_z, W_OK | X_OK, AT_EACCESS)) {
        *detail = str_format(
            arena, "the folder %.*s cannot be written: check its owner and mode", STR_ARG(folder));
        return ERR_IO;
    }
    int file = options->must_exist ? -1 : open(path_z, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0)
        return close(file) ? ERR_IO : OK;
    if (stat(path_z, &status)) {
        *detail = str_format(arena, "there is no database %.*s", STR_ARG(path));
        return ERR_NOT_FOUND;
    }
    bool usable = S_ISREG(status.st_mode) && !faccessat(AT_FDCWD, path_z, R_OK | W_OK, AT_EACCESS);
    if (usable && (status.st_mode & 077))
        usable = !chmod(path_z, 0600);
    if (!usable)
        *detail = str_format(arena,
            "%.*s is not a file we can read and write: check its owner and mode", STR_ARG(path));
    return usable ? OK : ERR_IO;
}

static enum err make_ready(struct store *store, const struct store_options *options,
    struct arena *arena, struct str *detail)
{
    struct schema schemas[SQL_SCHEMAS_COUNT];
    for (size_t i = 0; i < SQL_SCHEMAS_COUNT; i++)
        schemas[i].text = (const char *)sql_schemas[i].bytes;
    const char *failed = NULL;
    enum err err = sql_journal_wal(store->sql);
    if (!err)
        err = check_if_unclean(store);
    if (!err)
        err = migrate(store->sql, options->vfs ? NULL : str_z(arena, options->path), schemas,
            COUNT(schemas), &store->migration);
    store->schema_version = store->migration.to;
    if (!err && store->migration.to != store->migration.from)
        err = sql_check_queries(store->sql, &failed);
    if (!err)
        err = sql_make_ready(store->sql, SQL_ROLLBACK);
    struct store_upkeep upkeep;
    if (!err)
        err = store_upkeep(store, &upkeep);
    if (!err)
        err = set_clean(store, false);
    if (err == ERR_DB_NEWER)
        *detail = str_format(arena,
            "%.*s was written by a newer version of nudged: it has schema %d, this version knows "
            "up to %d; start the newer version, or restore a backup that is older",
            STR_ARG(options->path), (int)store->migration.from, SQL_SCHEMAS_COUNT);
    if (err && !detail->len)
        *detail = str_format(
            arena, "%s%s%s", failed ? failed : "", failed ? ": " : "", sql_message(store->sql));
    return err;
}

/* A stop in good order wrote so; after any other the whole file is read once. A file without our
 * tables has nothing to check: migrate() decides about it. */
static enum err check_if_unclean(struct store *store)
{
    int64_t version = 0, clean = 0;
    enum err err = sql_exec_int(store->sql, "PRAGMA user_version", &version);
    if (err || version == 0)
        return err;
    err = sql_exec_int(store->sql, "SELECT clean_stop FROM state WHERE id = 1", &clean);
    if (err == ERR_DB_MISUSE)
        err = ERR_DB_CORRUPT; /* a version, but not our table */
    if (!err && !clean)
        err = sql_quick_check(store->sql);
    return err;
}

static enum err set_clean(struct store *store, bool clean)
{
    struct query *query = sql_query(store->sql, SQL_STATE_SET_CLEAN);
    query_set_int(query, NAME_CLEAN_STOP, clean);
    return query_run(query);
}

static struct str sentence_for(struct arena *arena, enum err err, struct str path, struct str more)
{
    static const struct {
        enum err err;
        const char *what;
    } sentences[] = {
        { ERR_REFUSED, "is a database of another program" },
        { ERR_DB_CORRUPT, "is damaged: restore it from a backup, or move it away to start anew" },
        { ERR_DB_BUSY, "is in use by another process" },
        { ERR_DB_FULL, "cannot grow: the disk is full" },
    };
    for (size_t i = 0; i < COUNT(sentences); i++)
        if (sentences[i].err == err)
            return str_format(arena, "%.*s %s", STR_ARG(path), sentences[i].what);
    if (err == ERR_NOT_FOUND || err == ERR_IO || err == ERR_DB_NEWER)
        return more.len ? more : str_from_z(err_text(err));
    return str_format(
        arena, "%.*s: %s%s%.*s", STR_ARG(path), err_text(err), more.len ? ": " : "", STR_ARG(more));
}

static enum err read_ids(struct query *query, int64_t *ids, size_t max, size_t *len)
{
    query_set_int(query, NAME_MAX, (int64_t)max);
    size_t count = 0;
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found)
        ids[count++] = query_int(query, NAME_PERSON_ID);
    if (!err)
        *len = count;
    return err;
}

static enum err read_users(
    struct query *query, struct arena *arena, struct str *users, size_t max, size_t *len)
{
    query_set_int(query, NAME_MAX, (int64_t)max);
    size_t count = 0;
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found)
        users[count++] = query_copy(query, NAME_CHAT_USER, arena);
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (!err)
        *len = count;
    return err;
}

static enum err read_instant(struct query *query, enum sql_name name, struct instant *out)
{
    bool found = false;
    struct instant at = INSTANT_NEVER;
    enum err err = query_row(query, &found);
    if (!err && found) {
        at = query_instant(query, name);
        err = query_end(query);
    }
    if (!err)
        *out = at;
    return err;
}

static enum err number_prompt(struct store *store, struct prompt *prompt, struct buf *buf)
{
    struct query *query = sql_query(store->sql, SQL_PROMPT_FIND);
    query_set_text(query, NAME_DECK, prompt->deck);
    query_set_text(query, NAME_PROMPT, prompt->id);
    bool found = false, same = false;
    enum err err = query_row(query, &found);
    if (!err && found) {
        prompt->prompt_id = query_int(query, NAME_PROMPT_ID);
        same = str_equal(query_text(query, NAME_SKILL), prompt->skill) &&
            query_int(query, NAME_KIND) == prompt->kind;
        err = query_end(query);
    }
    if (!err && !same) {
        query = sql_query(store->sql, found ? SQL_PROMPT_SET : SQL_PROMPT_NEW);
        query_set_text(query, NAME_SKILL, prompt->skill);
        query_set_int(query, NAME_KIND, prompt->kind);
        if (found)
            query_set_int(query, NAME_PROMPT_ID, prompt->prompt_id);
        else
            query_set_text(query, NAME_DECK, prompt->deck);
        if (!found)
            query_set_text(query, NAME_PROMPT, prompt->id);
        bool made = false;
        err = query_row(query, &made);
        if (!err && made) {
            prompt->prompt_id = query_int(query, NAME_PROMPT_ID);
            err = query_end(query);
        }
    }
    struct str body = STR_EMPTY;
    buf_reset(buf);
    prompt_pack(prompt, buf);
    if (!err)
        err = buf_finish(buf, &body);
    return err ? err : number_revision(store, prompt, body);
}

static enum err number_revision(struct store *store, struct prompt *prompt, struct str body)
{
    struct hash256 hash;
    enum err err = hash_sha256(body, &hash);
    if (err)
        return err;
    struct str hash_bytes = { (const char *)hash.bytes, sizeof(hash.bytes) };
    struct query *query = sql_query(store->sql, SQL_REVISION_FIND);
    query_set_int(query, NAME_PROMPT_ID, prompt->prompt_id);
    query_set_blob(query, NAME_HASH, hash_bytes);
    bool found = false;
    err = query_row(query, &found);
    if (!err && !found) {
        query = sql_query(store->sql, SQL_REVISION_NEW);
        query_set_int(query, NAME_PROMPT_ID, prompt->prompt_id);
        query_set_blob(query, NAME_HASH, hash_bytes);
        query_set_blob(query, NAME_BODY, body);
        query_set_int(query, NAME_OPTIONS, (int64_t)prompt->options_len);
        err = query_row(query, &found);
    }
    if (!err) {
        prompt->revision_id = query_int(query, NAME_REVISION_ID);
        err = query_end(query);
    }
    return err;
}
