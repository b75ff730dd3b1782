/* Prompt files and people: parsed off the loop, numbered in a turn, swapped after its commit.
 *
 * A set that has a mistake never replaces the one in force; its owners and the admins are told. The
 * old set is freed when the turn that replaced it is over: nobody borrows it longer. */
#include "state.h"

enum { LOAD_BYTES_MAX = 256 << 20, ROWS_PER_TURN = 500, TOLD_MAX = 32 };

static struct loaded *loaded_new(struct app *app);
static struct loaded *loaded_free(struct loaded *loaded);
static void load(void *arg);
static void load_done(void *arg);
static void sort_by_id(struct content *content, struct arena *arena);
static int compare_prompts(const void *a, const void *b);
static void tell(struct app *app, const struct loaded *loaded);
static void tell_person(struct app *app, struct reader *reader, struct str email,
                        const struct loaded *loaded, int64_t told[TOLD_MAX], size_t *told_len);

enum err loader_first(struct app *app, struct buf *problem)
{
    struct loaded *loaded = loaded_new(app);
    if (!loaded)
        return ERR_NO_MEMORY;
    load(loaded);
    enum err err = loaded->err;
    if (faults_have_errors(&loaded->faults)) {
        faults_print_text(&loaded->faults, problem);
        err = ERR_INVALID;
    }
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
    return OK;
}

void loader_start(struct app *app)
{
    struct str decks = str_format(&app->loader.current->arena, "%.*s/decks",
                                  STR_ARG(app->config->prompts_folder));
    app->loader.watch = app->world->ops->watch_new(app->world, decks, loader_reload, app);
    if (!app->loader.watch)
        log_note(app, "not_watched", "what=prompts hint=reload_by_SIGHUP");
}

void loader_reload(void *arg)
{
    struct app *app = arg;
    if (app->loader.busy) {
        app->loader.again = true;
        return;
    }
    struct loaded *loaded = loaded_new(app);
    if (!loaded)
        return;
    app->loader.busy = true;
    if (app->world->ops->job(app->world, load, load_done, loaded)) {
        app->loader.busy = false;
        loaded_free(loaded);
        log_note(app, "reload_failed", "err=%s", err_name(ERR_NO_MEMORY));
    }
}

void loader_finish(struct app *app)
{
    if (app->loader.watch)
        app->world->ops->watch_free(app->loader.watch);
    app->loader.current = loaded_free(app->loader.current);
    app->loader.next = loaded_free(app->loader.next);
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
    if (loader_raise_people(app, &app->loader.current->people))
        log_note(app, "people_dropped", "err=%s", err_name(ERR_NO_MEMORY));
    loaded_free(old);
}

/* Rows live in the set, which outlives their turns: a set is swapped only when the inbox was empty of
 * them, because the events are taken in order. */
enum err loader_raise_people(struct app *app, const struct people *people)
{
    enum err err = OK;
    int64_t epoch = world_now(app->world).utc_ms;
    for (size_t from = 0; !err && from < people->rows_len; from += ROWS_PER_TURN) {
        size_t left = people->rows_len - from;
        struct event event = { .kind = EVENT_PEOPLE, .rows = people->rows + from,
            .rows_len = left < ROWS_PER_TURN ? left : ROWS_PER_TURN,
            .rows_last = left <= ROWS_PER_TURN, .roster_epoch = epoch };
        err = inbox_put_event(&app->inbox, &event);
    }
    if (!err)
        err = inbox_put_event(&app->inbox, &(struct event){ .kind = EVENT_CONTENT });
    turn_wake(app);
    return err;
}

static struct loaded *loaded_new(struct app *app)
{
    struct loaded *loaded = calloc(1, sizeof(*loaded));
    if (!loaded)
        return NULL;
    arena_init(&loaded->arena, LOAD_BYTES_MAX);
    faults_init(&loaded->faults, &loaded->arena);
    loaded->app = app;
    return loaded;
}

static struct loaded *loaded_free(struct loaded *loaded)
{
    if (loaded)
        arena_finish(&loaded->arena);
    free(loaded);
    return NULL;
}

/* On another thread: touches its own arena and the files, nothing of the app but the configuration. */
static void load(void *arg)
{
    struct loaded *loaded = arg;
    const struct config *config = loaded->app->config;
    loaded->err = people_load(config->people_file, &loaded->arena, &loaded->faults, &loaded->people);
    enum err err = content_load(config->prompts_folder, config->holidays_file,
                                loaded->err ? NULL : &loaded->people, &loaded->arena,
                                &loaded->faults, &loaded->content);
    if (!loaded->err)
        loaded->err = err;
    if (!loaded->err && arena_failed(&loaded->arena))
        loaded->err = ERR_NO_MEMORY;
}

static void load_done(void *arg)
{
    struct loaded *loaded = arg;
    struct app *app = loaded->app;
    app->loader.busy = false;
    bool refused = loaded->err || faults_have_errors(&loaded->faults);
    if (refused) {
        log_note(app, "content_refused", "errors=%d", loaded->faults.errors);
        tell(app, loaded);
        loaded_free(loaded);
    } else if (app->loader.next) {
        app->loader.again = true;           /* its turn is still to come; look again after it */
        loaded_free(loaded);
    } else {
        app->loader.next = loaded;
        (void)inbox_put_event(&app->inbox, &(struct event){ .kind = EVENT_CONTENT });
        turn_wake(app);
    }
    if (app->loader.again) {
        app->loader.again = false;
        loader_reload(app);
    }
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

/* The owners of the decks in force and the admins, once each. */
static void tell(struct app *app, const struct loaded *loaded)
{
    struct reader *reader = NULL;
    int64_t told[TOLD_MAX];
    size_t told_len = 0;
    const struct settings *settings = &app->config->settings;
    const struct content *content = &app->loader.current->content;
    if (reader_open_for(app, &reader))
        return;
    for (size_t i = 0; i < settings->admins_len; i++)
        tell_person(app, reader, settings->admins[i], loaded, told, &told_len);
    for (size_t d = 0; d < content->decks_len; d++)
        for (int f = 0; f < loaded->faults.count; f++)
            if (str_equal(content->decks[d].file, loaded->faults.items[f].file))
                tell_person(app, reader, content->decks[d].owner, loaded, told, &told_len);
    reader_close(reader);
    app_run_turns(app);                     /* the faults live only as long as this call */
}

static void tell_person(struct app *app, struct reader *reader, struct str email,
                        const struct loaded *loaded, int64_t told[TOLD_MAX], size_t *told_len)
{
    struct arena arena;
    struct person person;
    arena_init(&arena, TURN_ARENA_MAX);
    bool found = report_find_person(reader, email, &arena, &person) == OK;
    arena_finish(&arena);
    for (size_t i = 0; found && i < *told_len; i++)
        if (told[i] == person.person_id)
            return;
    if (!found || *told_len == TOLD_MAX)
        return;
    told[(*told_len)++] = person.person_id;
    struct event event = { .kind = EVENT_CONTENT, .person_id = person.person_id,
                           .faults = &loaded->faults };
    (void)inbox_put_event(&app->inbox, &event);
}
