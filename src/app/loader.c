/* Prompt files and people: parsed off the loop, numbered in a turn, swapped after its commit.
 *
 * A set that has a mistake never replaces the one in force; its owners and the admins are told.
 * Odd: a set is not freed when it is replaced but when the inbox is next empty, because events
 * borrow rows and faults from it, and a full disk can keep them waiting. */
#include "state.h"
#include "nudged/core/capacity.h"

enum { LOAD_BYTES_MAX = 256 << 20, TOLD_MAX = 32,
       OVERLOAD_BYTES_MAX = 900 }; /* fits an alert with what follows */

static struct loaded *loaded_new(struct app *app);
static void loaded_free(struct loaded *loaded);
static void lent_loaded_free(struct lent *lent);
static enum err first_faults(struct app *app, struct loaded *loaded, struct buf *problem);
static void load(void *arg);
static void look_at_cap(struct loaded *loaded);
static void note_cap(struct app *app, const struct loaded *before);
static enum err looked_hash(
    const struct config *config, const struct content *content, struct hash256 *out);
static void load_done(void *arg);
static void settled(struct app *app);
static void refuse(struct app *app, struct loaded *loaded);
static void sort_by_id(struct content *content, struct arena *arena);
static int compare_prompts(const void *a, const void *b);
static void tell(struct app *app, const struct loaded *loaded);
static void tell_person(struct app *app, struct str email, const struct loaded *loaded,
                        int64_t told[TOLD_MAX], size_t *told_len);

enum err loader_first(struct app *app, struct buf *problem)
{
    struct loaded *loaded = loaded_new(app);
    if (!loaded)
        return ERR_NO_MEMORY;
    load(loaded);
    enum err err = first_faults(app, loaded, problem);
    if (!err)
        err = store_begin(app->store);
    if (!err) {
        err = store_number_prompts(app->store, loaded->content.decks, loaded->content.decks_len);
        if (!err)
            err = store_commit(app->store);
        if (err)
            store_rollback(app->store);
    }
    if (err) {
        loaded_free(loaded);
        return err;
    }
    sort_by_id(&loaded->content, &loaded->arena);
    loaded->content.version = 1;
    app->loader.current = loaded;
    app->loader.overload_since.ms = INT64_MIN / 2;
    note_cap(app, loaded);
    return OK;
}

void loader_start(struct app *app)
{
    loader_watch(app);
    if (!app->loader.decks_watch)
        log_note(app, "not_watched", "what=prompts hint=reload_by_SIGHUP");
}

/* skills.yaml is in the folder of all; one that also holds the database would change with every
 * turn. */
void loader_watch(struct app *app)
{
    struct loader *loader = &app->loader;
    const struct world_ops *ops = app->world->ops;
    struct str prompts = app->config->prompts_folder;
    struct buf decks = buf_heap(prompts.len + sizeof("/decks"));
    buf_addf(&decks, "%.*s/decks", STR_ARG(prompts));
    if (!loader->decks_watch && !decks.failed)
        loader->decks_watch = ops->watch_new(app->world, buf_str(&decks), loader_reload, app);
    if (!loader->prompts_watch && !str_equal(prompts, app->config->state_folder))
        loader->prompts_watch = ops->watch_new(app->world, prompts, loader_reload, app);
    buf_free(&decks);
}

void loader_reload(void *arg)
{
    struct app *app = arg;
    if (app->loader.busy) {
        app->loader.again = true;
        return;
    }
    struct loaded *loaded = loaded_new(app);
    if (loaded && !job_start(app, &loaded->job, load, load_done, loaded)) {
        app->loader.busy = true;
        return;
    }
    loaded_free(loaded);
    log_note(app, "reload_failed", "err=%s", err_name(ERR_NO_MEMORY));
    settled(app);
}

void loader_finish(struct app *app)
{
    if (app->loader.decks_watch)
        app->world->ops->watch_free(app->loader.decks_watch);
    if (app->loader.prompts_watch)
        app->world->ops->watch_free(app->loader.prompts_watch);
    loaded_free(app->loader.current);
    loaded_free(app->loader.next);
}

void loader_give_up(struct app *app)
{
    loaded_free(app->loader.next);
    app->loader.next = NULL;
    settled(app);
}

enum err loader_number(struct app *app)
{
    struct loaded *next = app->loader.next;
    enum err err = store_number_prompts(app->store, next->content.decks, next->content.decks_len);
    if (!err)
        sort_by_id(&next->content, &next->arena);
    return err;
}

void loader_swap(struct app *app)
{
    if (!app->loader.next)
        return;
    struct loaded *old = app->loader.current;
    app->loader.current = app->loader.next;
    app->loader.next = NULL;
    app->loader.current->content.version = old->content.version + 1;
    log_note(app, "content_loaded", "version=%lld decks=%zu",
        (long long)app->loader.current->content.version, app->loader.current->content.decks_len);
    note_cap(app, old);
    app->loader.refused_errors = 0;
    roster_take(app, &app->loader.current->intake);
    lend(app, &old->lent);
    settled(app);
}

static struct loaded *loaded_new(struct app *app)
{
    struct loaded *loaded = calloc(1, sizeof(*loaded));
    if (!loaded)
        return NULL;
    arena_init(&loaded->arena, LOAD_BYTES_MAX);
    faults_init(&loaded->faults, &loaded->arena);
    loaded->lent.free = lent_loaded_free;
    loaded->config = app->config;
    loaded->weights = app->in_force.weights;
    loaded->today = zone_local(app->own_zone, world_now(app->world)).day;
    return loaded;
}

static void loaded_free(struct loaded *loaded)
{
    if (loaded) {
        arena_finish(&loaded->arena);
        intake_free(&loaded->intake);
    }
    free(loaded);
}

/* lent is the first member. */
static void lent_loaded_free(struct lent *lent)
{
    loaded_free((struct loaded *)lent);
}

/* A subcommand that takes the daemon's place goes on without prompts: a backup must not depend on
 * them. What needs them looks at refused_errors. */
static enum err first_faults(struct app *app, struct loaded *loaded, struct buf *problem)
{
    bool faulty = loaded->err || faults_have_errors(&loaded->faults);
    if (!faulty)
        return OK;
    if (!app->options.offline) {
        faults_print_text(&loaded->faults, problem);
        return loaded->faults.errors ? ERR_INVALID : loaded->err;
    }
    refuse(app, loaded);
    loaded->content = (struct content){ 0 };
    intake_free(&loaded->intake);
    return OK;
}

/* On another thread: touches its own arena and the files, nothing of the app but the
 * configuration. */
static void load(void *arg)
{
    struct loaded *loaded = arg;
    const struct config *config = loaded->config;
    struct intake *intake = &loaded->intake;
    arena_init(&intake->arena, LOAD_BYTES_MAX);
    intake->has_people = true;
    loaded->err =
        people_load(config->people_file, &intake->arena, &loaded->faults, &intake->people);
    loaded->people_len = intake->people.rows_len;
    enum err err = content_load(config->prompts_folder, config->holidays_file,
        loaded->err ? NULL : &intake->people, &loaded->arena, &loaded->faults, &loaded->content);
    if (!err)
        err = looked_hash(config, &loaded->content, &loaded->intake.looked_hash);
    if (!loaded->err)
        loaded->err = err;
    if (!loaded->err && !faults_have_errors(&loaded->faults))
        look_at_cap(loaded);
    if (!loaded->err && arena_failed(&loaded->arena))
        loaded->err = ERR_NO_MEMORY;
}

/* The group with the most people in full, the others by number: the rest is in `nudged check`. */
static void look_at_cap(struct loaded *loaded)
{
    struct capacity_input input = { .content = &loaded->content,
        .people = loaded->intake.people.rows, .people_len = loaded->people_len,
        .settings = &loaded->config->settings, .weights = &loaded->weights,
        .today = loaded->today, .brief = true };
    struct capacity_group *groups = NULL;
    size_t len = 0, over = 0;
    loaded->err = capacity_check(&input, &loaded->arena, &groups, &len);
    for (; !loaded->err && over < len && !groups[over].carried; over++)
        loaded->overloaded += groups[over].people;
    if (!over)
        return;
    loaded->overload = groups[0].sentence;
    if (groups[0].sentence.len > OVERLOAD_BYTES_MAX)
        loaded->overload = str_format(&loaded->arena, "%d people are given more than %d a workday "
            "carries; see nudged check", (int)loaded->overloaded, (int)input.settings->cap);
    else if (over > 1)
        loaded->overload = str_format(&loaded->arena,
            "%.*s; and so for %zu more %s of people; see nudged check",
            STR_ARG(groups[0].sentence), over - 1, over == 2 ? "group" : "groups");
}

static void note_cap(struct app *app, const struct loaded *before)
{
    const struct loaded *now = app->loader.current;
    if (now->overloaded)
        log_note(app, "capacity", "version=%lld cap=%d people=%d of=%zu",
            (long long)now->content.version, (int)now->config->settings.cap,
            (int)now->overloaded, now->people_len);
    if (before != now && !str_equal(before->overload, now->overload))
        app->loader.overload_since = world_mono(app->world);
}

/* Of all that decides when somebody is asked, but for the time zones. */
static enum err looked_hash(
    const struct config *config, const struct content *content, struct hash256 *out)
{
    struct hash256 hash = config->hash;
    struct str files = { (const char *)content->hash.bytes, sizeof(content->hash.bytes) };
    if (hash_is_none(&hash))
        return OK;
    enum err err = hash_add(&hash, STR(NUDGED_VERSION));
    if (!err)
        err = hash_add(&hash, files);
    if (!err)
        *out = hash;
    return err;
}

static void load_done(void *arg)
{
    struct loaded *loaded = arg;
    struct app *app = loaded->job.app;
    job_ended(&loaded->job);
    if (!app || app->stopped) {
        loaded_free(loaded);
        return;
    }
    app->loader.busy = false;
    if (loaded->err || faults_have_errors(&loaded->faults)) {
        refuse(app, loaded);
        log_note(app, "content_refused", "errors=%d err=%s", loaded->faults.errors,
                 err_name(loaded->err));
        tell(app, loaded);
        lend(app, &loaded->lent);
    } else {
        loaded_free(app->loader.next);          /* read, but not yet taken: this one is newer */
        app->loader.next = loaded;
        if (inbox_put_event(&app->inbox, &(struct event){ .kind = EVENT_CONTENT }))
            loader_give_up(app);
    }
    turn_wake(app);
    if (app->loader.again) {
        app->loader.again = false;
        loader_reload(app);
    }
    settled(app);
}

/* Nothing is being read and nothing waits to be taken. */
static void settled(struct app *app)
{
    watch_soon(app);
    if (app->options.reloaded && !app->loader.busy && !app->loader.next)
        app->options.reloaded(app->options.arg);
}

static void refuse(struct app *app, struct loaded *loaded)
{
    const struct faults *faults = &loaded->faults;
    struct str first = str_from_z(err_text(loaded->err ? loaded->err : ERR_INVALID));
    for (int i = faults->count; i-- > 0;)
        if (faults->items[i].severity == FAULT_ERROR)
            first = str_format(&loaded->arena, "%.*s:%d:%d: %.*s", STR_ARG(faults->items[i].file),
                               faults->items[i].line, faults->items[i].column,
                               STR_ARG(faults->items[i].sentence));
    app->loader.refused_errors = faults->errors ? faults->errors : 1;
    (void)snprintf(app->loader.refused_first, sizeof(app->loader.refused_first), "%.*s",
                   STR_ARG(first));
}

static void sort_by_id(struct content *content, struct arena *arena)
{
    size_t len = 0;
    for (size_t d = 0; d < content->decks_len; d++)
        len += content->decks[d].prompts_len;
    content->by_id = arena_array(arena, struct prompt *, len ? len : 1);
    content->by_id_len = 0;
    for (size_t d = 0; content->by_id && d < content->decks_len; d++)
        for (size_t p = 0; p < content->decks[d].prompts_len; p++)
            content->by_id[content->by_id_len++] = &content->decks[d].prompts[p];
    if (content->by_id_len)
        qsort(content->by_id, content->by_id_len, sizeof(*content->by_id), compare_prompts);
}

static int compare_prompts(const void *a, const void *b)
{
    int64_t left = (*(struct prompt *const *)a)->prompt_id;
    int64_t right = (*(struct prompt *const *)b)->prompt_id;
    return left < right ? -1 : left > right;
}

/* The owners of the decks in force that have a mistake, once each, at every attempt. The admins
 * hear of it by alert.c, once, when it lasts. */
static void tell(struct app *app, const struct loaded *loaded)
{
    int64_t told[TOLD_MAX];
    size_t told_len = 0;
    const struct content *content = &app->loader.current->content;
    for (size_t d = 0; d < content->decks_len; d++)
        for (int f = 0; f < loaded->faults.count; f++)
            if (str_equal(content->decks[d].file, loaded->faults.items[f].file))
                tell_person(app, content->decks[d].owner, loaded, told, &told_len);
}

static void tell_person(struct app *app, struct str email, const struct loaded *loaded,
                        int64_t told[TOLD_MAX], size_t *told_len)
{
    int64_t person_id = 0;
    bool known = store_person_by_email(app->store, email, &person_id) == OK;
    for (size_t i = 0; known && i < *told_len; i++)
        known = told[i] != person_id;
    if (!known || *told_len == TOLD_MAX)
        return;
    told[(*told_len)++] = person_id;
    struct event event = {
        .kind = EVENT_CONTENT, .person_id = person_id, .faults = &loaded->faults
    };
    if (inbox_put_event(&app->inbox, &event))
        log_note(app, "event_dropped", "kind=content");
}
