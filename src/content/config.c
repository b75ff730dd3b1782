/* The configuration file. Anything in it that looks like a token stops the reading at once, and its
 * line is shown nowhere. */
#include <string.h>

#include "content/parts.h"
#include "content/tables.h"
#include "content/words.h"
#include "nudged/base/limits.h"
#include "nudged/base/world.h"
#include "nudged/calendar/hours.h"

enum { DAY_MINUTES = 24 * 60 };

static void check_health(struct walk *walk, const struct yaml_node *listen, const struct path *path,
                         const struct config *config);
static enum err open_file(struct str file, struct arena *scratch, struct source *source,
                          struct yaml_node **out);
static bool has_secret(struct source *source);
static size_t secret_at(struct str text, size_t from);
static enum err read_file(struct str file, struct arena *arena, struct faults *faults,
                          struct config_file *read);
static void join_paths(struct arena *arena, struct str folder, const struct config_file *read,
                       struct config *config);
static struct str joined(struct arena *arena, struct str folder, struct str path);
static struct str folder_of(struct str file);
static void check_emails(struct walk *walk, const struct yaml_node *list, const char *key,
                         const struct people *people);

enum err config_load(struct str file, struct arena *arena, struct faults *faults,
                     struct config *out)
{
    struct config_file read = { 0 };
    enum err err = read_file(file, arena, faults, &read);
    if (err)
        return err;
    struct config config = read.config;
    join_paths(arena, folder_of(file), &read, &config);
    config.log_format = str_from_z(config_log_formats[read.log_format].word);
    if (arena_failed(arena))
        return ERR_NO_MEMORY;
    *out = config;
    return OK;
}

bool config_paths(struct str file, struct arena *arena, struct config *out)
{
    struct arena scratch;
    struct faults unheard;
    struct config_file read = { 0 };
    struct config config = { 0 };
    arena_init(&scratch, FILE_SCRATCH_BYTES_MAX);
    faults_init(&unheard, &scratch);
    enum err err = read_file(file, arena, &unheard, &read);
    arena_finish(&scratch);
    if ((err && err != ERR_INVALID) || !read.content.len || !read.people.len)
        return false;
    join_paths(arena, folder_of(file), &read, &config);
    *out = config;
    return !arena_failed(arena);
}

enum err config_check_people(struct str file, const struct people *people, struct arena *arena,
                             struct faults *faults)
{
    struct arena scratch;
    struct yaml_node *root = NULL;
    struct source source = { .file = file, .faults = faults };
    arena_init(&scratch, FILE_SCRATCH_BYTES_MAX);
    enum err err = open_file(file, &scratch, &source, &root);
    if (!err) {
        struct walk walk = { .source = &source, .arena = arena };
        check_emails(&walk, yaml_get(root, "admins"), "admins", people);
        check_emails(&walk, yaml_get(root, "only"), "only", people);
        if (source.errors > 0)
            err = ERR_INVALID;
    }
    arena_finish(&scratch);
    return err;
}

void config_check(struct walk *walk, const struct yaml_node *node, const struct path *path,
                  void *target)
{
    const struct config_file *file = target;
    const struct settings *settings = &file->config.settings;
    const struct yaml_node *hours = yaml_get(node, "hours");
    const struct yaml_node *digest = yaml_get(yaml_get(node, "digest"), "time");
    const struct yaml_node *zone = yaml_get(node, "timezone");
    const struct yaml_node *url = yaml_get(yaml_get(node, "slack"), "api_url");
    struct path slack = { .up = path, .key = "slack" }, message = { .up = path, .key = "digest" };
    check_health(walk, yaml_get(yaml_get(node, "health"), "listen"), path, &file->config);
    if (hours && !hours_are_valid(settings->hours))
        walk_error(walk, hours->at, &(struct path){ .up = path, .key = "hours" },
                   "'to' must be later than 'from' on the same day");
    if (digest && settings->digest_minute >= DAY_MINUTES)
        walk_error(walk, digest->at, &(struct path){ .up = &message, .key = "time" },
                   "this is not a time of day");
    if (!zone_name_has_form(settings->zone))
        walk_error(walk, zone->at, &(struct path){ .up = path, .key = "timezone" },
                   "this is not the name of a time zone; write it as Europe/Berlin");
    const struct yaml_node *retention = yaml_get(node, "retention");
    const struct yaml_node *backup = yaml_get(node, "backup");
    if (backup && !file->backup.len)
        walk_error(walk, backup->at, &(struct path){ .up = path, .key = "backup" },
                   "'folder' is missing: where a backup is put every night");
    if (retention && settings->retention.texts > settings->retention.answers)
        walk_error(walk, retention->at, &(struct path){ .up = path, .key = "retention" },
                   "'texts' cannot be kept longer than the 'answers' they belong to");
    if (url && !url_is_allowed(file->config.slack_api_url))
        walk_error(walk, url->at, &(struct path){ .up = &slack, .key = "api_url" },
                   "this is not an https address (http only for 127.0.0.1, ::1 and localhost)");
}

/* What it tells is for the machine's own watchers; whoever wants others to see it says so. */
static void check_health(struct walk *walk, const struct yaml_node *listen, const struct path *path,
                         const struct config *config)
{
    struct path health = { .up = path, .key = "health" };
    struct path at = { .up = &health, .key = "listen" };
    struct str host = STR_EMPTY;
    uint16_t port = 0;
    if (!listen)
        return;
    if (!address_split(config->health_listen, &host, &port))
        walk_error(walk, listen->at, &at,
                   "this is not a numeric address with a port, such as 127.0.0.1:9464");
    else if (!host_is_loopback(host) && !config->health_beyond)
        walk_error(walk, listen->at, &at,
                   "others could reach this address; use 127.0.0.1 or [::1], or say "
                   "'beyond_this_machine: true' below 'health'");
}

static enum err open_file(struct str file, struct arena *scratch, struct source *source,
                          struct yaml_node **out)
{
    struct str text = STR_EMPTY;
    enum err err = file_read(file, YAML_BYTES_MAX, scratch, source->faults, &text);
    *source = source_of(file, text, source->faults);
    if (!err && has_secret(source))
        err = ERR_REFUSED;
    if (!err)
        err = yaml_read(source, scratch, out);
    return err;
}

static bool has_secret(struct source *source)
{
    size_t at = secret_at(source->text, 0);
    if (at == source->text.len)
        return false;
    struct place place = source_place(source, at);
    struct source silent = { .file = source->file, .faults = source->faults };
    source_error(&silent, place, STR_EMPTY, "this looks like a token; take it out of this file, "
                 "revoke it if others could read it, and hand the new one over as a credential "
                 "(see nudged(8), FILES)");
    source->errors++;
    return true;
}

/* xoxb-, xoxp-, xapp- and their kin, where a word begins; text.len when there is none. */
static size_t secret_at(struct str text, size_t from)
{
    for (size_t at = from; at + 5 < text.len; at++) {
        bool word = at == 0 || !strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789-_", text.ptr[at - 1]);
        struct str five = str_slice(text, at, at + 5);
        bool kin = str_equal_nocase(str_slice(five, 0, 3), STR("xox")) && five.ptr[4] == '-';
        if (word && text.ptr[at + 5] > ' ' && (kin || str_equal_nocase(five, STR("xapp-"))))
            return at;
    }
    return text.len;
}

static struct str folder_of(struct str file)
{
    size_t end = file.len;
    while (end > 0 && file.ptr[end - 1] != '/')
        end--;
    return end > 1 ? str_slice(file, 0, end - 1) : str_slice(file, 0, end);
}

static enum err read_file(struct str file, struct arena *arena, struct faults *faults,
                          struct config_file *read)
{
    struct arena scratch;
    struct yaml_node *root = NULL;
    struct source source = { .file = file, .faults = faults };
    int first = faults->count;
    arena_init(&scratch, FILE_SCRATCH_BYTES_MAX);
    enum err err = open_file(file, &scratch, &source, &root);
    if (!err) {
        struct walk walk = { .source = &source, .arena = arena };
        schema_read(&walk, &config_schema, root, NULL, read);
        source_sort_faults(faults, first);
        err = source.errors > 0 ? ERR_INVALID : hash_add(&read->config.hash, source.text);
    }
    arena_finish(&scratch);
    return err;
}

static void join_paths(struct arena *arena, struct str folder, const struct config_file *read,
                       struct config *config)
{
    config->state_folder = joined(arena, folder, read->state);
    config->prompts_folder = joined(arena, folder, read->content);
    config->people_file = joined(arena, folder, read->people);
    config->holidays_file = joined(arena, folder, read->holidays);
    config->backup_folder = joined(arena, folder, read->backup);
}

static struct str joined(struct arena *arena, struct str folder, struct str path)
{
    if (!path.len || path.ptr[0] == '/' || !folder.len)
        return str_copy(arena, path);
    return str_format(arena, "%.*s%s%.*s", STR_ARG(folder), str_equal(folder, STR("/")) ? "" : "/",
                      STR_ARG(path));
}

static void check_emails(struct walk *walk, const struct yaml_node *list, const char *key,
                         const struct people *people)
{
    const struct yaml_node *item = list ? list->items : NULL;
    struct path up = { .key = key };
    for (size_t i = 0; item; i++, item = item->next) {
        struct path at = { .up = &up, .index = i };
        struct str email = str_trim(item->text);
        bool found = false;
        for (size_t j = 0; j < people->rows_len && !found; j++)
            found = str_equal_nocase(people->rows[j].email, email);
        struct str shown = source_shown(email);
        if (!found)
            walk_error(walk, item->at, &at, "nobody in the people file has the e-mail '%.*s'",
                       STR_ARG(shown));
    }
}
