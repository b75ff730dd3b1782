/* What is not as it should be while the daemon goes on: one row a condition, one plain line each,
 * said for whoever has to do something about it. A condition that nobody can act on has no row. */
#include "state.h"

enum {
    LINK_DOWN_MINUTES = 5,              /* shorter gaps mend themselves all the time */
    LINE_BYTES_MAX = 1024
};

typedef bool degraded_fn(struct app *app, struct buf *out);
static degraded_fn refuses_turns, link_refused, link_down, access_lost, content_refused,
    not_watched;

static degraded_fn *const conditions[] = {
    refuses_turns, link_refused, link_down, access_lost, content_refused, not_watched,
};

void degraded_print(struct app *app, struct buf *out)
{
    for (size_t i = 0; i < COUNT(conditions); i++) {
        struct buf line = buf_heap(LINE_BYTES_MAX);
        if (conditions[i](app, &line))
            buf_addf(out, "degraded: %.*s\n", STR_ARG(buf_str(&line)));
        buf_free(&line);
    }
}

static bool refuses_turns(struct app *app, struct buf *out)
{
    if (!app->refused)
        return false;
    buf_addf(out, "nothing can be stored since ");
    buf_add_instant(out, app->refused_since);
    buf_addf(out, " (%s); people are told to try again, and it is tried again by itself",
             err_text(app->refused));
    return true;
}

static bool link_refused(struct app *app, struct buf *out)
{
    if (!str_equal(str_from_z(app->link_state), STR("refused")))
        return false;
    buf_addf(out,
        "%s refuses us (%s); check the tokens and the app's settings, then restart; all data "
        "is kept",
        app->platform->name, app->link_detail);
    return true;
}

static bool link_down(struct app *app, struct buf *out)
{
    int64_t minutes = (world_mono(app->world).ms - app->link_since.ms) / 60000;
    bool refused = str_equal(str_from_z(app->link_state), STR("refused"));
    if (!app->link || refused || app->platform->is_up(app->link) || minutes < LINK_DOWN_MINUTES)
        return false;
    buf_addf(out,
        "no connection to %s for %lld minutes (%s: %s); check the network and the name server",
        app->platform->name, (long long)minutes, app->link_state, app->link_detail);
    return true;
}

static bool access_lost(struct app *app, struct buf *out)
{
    if (!app->state.workspace_lost)
        return false;
    buf_addf(out,
        "workspace %.*s took our access away; nothing is sent until there is a new token of the "
        "same workspace; all data is kept",
        STR_ARG(app->state.workspace));
    return true;
}

static bool content_refused(struct app *app, struct buf *out)
{
    if (!app->loader.refused_errors)
        return false;
    buf_addf(out, "the files as they are now have %d %s (%s); %s; see nudged check",
             app->loader.refused_errors, app->loader.refused_errors == 1 ? "error" : "errors",
             app->loader.refused_first,
             app->options.offline ? "a daemon would not start with them"
                                  : "the last good set stays in force");
    return true;
}

static bool not_watched(struct app *app, struct buf *out)
{
    if (!app->started || app->loader.decks_watch)
        return false;
    buf_add(
        out, STR("changed prompt files are not noticed by themselves; send SIGHUP after a change"));
    return true;
}
