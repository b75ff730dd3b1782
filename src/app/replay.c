/* `review --replay`: everybody's kept answers rated anew, one person a turn, so that nobody waits.
 *
 * Owns the one replay that may run. Stopped half-way it has done some people and not others; as
 * doing it twice changes nothing, it is then simply begun again. */
#include "state.h"

enum {
    HOLD_MS = 5, /* people are taken on for so long, then others come first */
    PAUSE_MS = 1,
    SIGN_MS = 10000 /* whoever waits hears that somebody is there */
};

struct replay {
    struct timer *timer; /* NULL: offline, all at once */
    bool trial;
    int64_t person_id; /* done up to here */
    int64_t people, ratings, reviews; /* people: with anything changed */
    bool more; /* of this person */
    struct mono signed_at;
    app_sink_fn *sink;
    world_fn *done;
    void *arg;
};

static void step(void *arg);
static enum err next_person(struct app *app, struct replay *replay, bool *over);
static void end(struct app *app, enum err err, const char *words);
static void reply(const struct replay *replay, enum err err, const char *words);

void replay_start(struct app *app, bool trial, app_sink_fn *sink, world_fn *done, void *arg)
{
    bool busy = app->replay || app->stopped || app->sender.draining;
    struct replay nobody = { .sink = sink, .done = done, .arg = arg };
    struct replay *replay = busy ? NULL : calloc(1, sizeof(*replay));
    if (!replay) {
        reply(&nobody, busy ? ERR_BUSY : ERR_NO_MEMORY, "nothing was rated anew");
        return;
    }
    *replay = nobody;
    replay->trial = trial;
    replay->signed_at = world_mono(app->world);
    app->replay = replay;
    if (!app->options.offline)
        replay->timer = app->world->ops->timer_new(app->world, step, app);
    if (replay->timer)
        app->world->ops->timer_after(replay->timer, (struct duration){ 0 });
    else if (app->options.offline)
        step(app);
    else
        replay_stop(app);
}

void replay_after(struct app *app, const struct plan *plan)
{
    struct replay *replay = app->replay;
    if (!replay)
        return;
    replay->people += plan->replayed.reviews > 0 && !replay->more;
    replay->ratings += plan->replayed.ratings;
    replay->reviews += plan->replayed.reviews;
    replay->more = plan->replayed.more;
}

void replay_stop(struct app *app)
{
    if (app->replay)
        end(app, ERR_BUSY, "the daemon is stopping; begin again when it runs");
}

static void step(void *arg)
{
    struct app *app = arg;
    struct replay *replay = app->replay;
    struct mono start = world_mono(app->world);
    bool over = false;
    enum err err = OK;
    do {
        err = next_person(app, replay, &over);
    } while (!err && !over &&
        (!replay->timer || world_mono(app->world).ms - start.ms < HOLD_MS));
    if (err || over) {
        end(app, err, "not everybody's answers were rated anew; begin again");
        return;
    }
    if (start.ms - replay->signed_at.ms >= SIGN_MS) {
        replay->sink(replay->arg, STR(" "));
        replay->signed_at = start;
    }
    app->world->ops->timer_after(replay->timer, (struct duration){ PAUSE_MS });
}

static enum err next_person(struct app *app, struct replay *replay, bool *over)
{
    int64_t person_id = replay->person_id;
    enum err err = replay->more ? OK : store_person_after(app->store, person_id, &person_id);
    *over = !err && !person_id;
    if (err || *over)
        return err;
    replay->person_id = person_id;
    struct event event = {
        .kind = EVENT_REPLAY, .person_id = person_id, .trial = replay->trial
    };
    return turn_run_event(app, &event);
}

static void end(struct app *app, enum err err, const char *words)
{
    struct replay *replay = app->replay;
    app->replay = NULL;
    log_note(app, "replay", "err=%s people=%lld ratings=%lld reviews=%lld", err_name(err),
        (long long)replay->people, (long long)replay->ratings, (long long)replay->reviews);
    reply(replay, err, words);
    if (replay->timer)
        app->world->ops->timer_free(replay->timer);
    free(replay);
}

static void reply(const struct replay *replay, enum err err, const char *words)
{
    struct buf text = buf_heap(4096);
    const char *would = replay->trial ? "would change" : "changed";
    if (err)
        buf_addf(&text, "error %d\n%s (%s)\n", app_exit_code(err), words, err_text(err));
    else
        buf_addf(&text, "ok\nratings that %s: %lld, of %lld %s; prompts whose memory %s: %lld\n%s",
            would, (long long)replay->ratings, (long long)replay->people,
            replay->people == 1 ? "person" : "people", would, (long long)replay->reviews,
            replay->trial ? "nothing was written\n" : "");
    replay->sink(replay->arg, buf_str(&text));
    replay->done(replay->arg);
    buf_free(&text);
}
