/* Is it alive, is it ready, how is it: in one plain line, for whoever may see no names. */
#include "state.h"

bool app_is_alive(struct app *app, struct buf *why)
{
    if (app->stopped || app->sender.draining)
        buf_add(why, STR("it is stopping"));
    else if (app->refused)
        buf_addf(why, "nothing can be stored: %s", err_text(app->refused));
    else if (app->sender.failing)
        buf_add(why, STR("the outbox cannot be read or written"));
    else
        return true;
    return false;
}

bool app_is_ready(struct app *app, struct buf *why)
{
    if (!app_is_alive(app, why))
        return false;
    if (!app->link || !app->platform->is_up(app->link))
        buf_addf(why, "no connection to %s (%s)", app->platform->name, app->link_state);
    else if (!app->bound)
        buf_add(why, STR("the store is not bound to the workspace yet"));
    else if (app->state.workspace_lost)
        buf_add(why, STR("the workspace took our access away"));
    else if (app->loader.refused_errors)
        buf_addf(why, "the newest prompt files or people.csv have errors (%d)",
            app->loader.refused_errors);
    else
        return true;
    return false;
}

/* A full disk or a lock of somebody else is no reason to be killed: it is tried again all the time,
 * and a restart would find the same. What a restart mends ends the process by itself. */
bool app_feeds_watchdog(const struct app *app)
{
    return !app->stopped && err_policy_of(app->refused) != ERR_POLICY_STOP;
}

void app_status_line(struct app *app, struct buf *out)
{
    struct lane_waits lanes[LANE_END] = { 0 };
    struct instant now = world_now(app->world);
    int64_t waiting = 0;
    bool degraded = false;
    for (int i = 0; i < CONDITION_COUNT; i++)
        if (degraded_holds(app, (enum condition)i)) {
            buf_addf(out, "%s%s", degraded ? ", " : "degraded: ",
                condition_row((enum condition)i)->brief);
            degraded = true;
        }
    buf_addf(out, "%s%s; %s %s", degraded ? "; " : "",
        app->state.live ? "asking and answering" : "sending is off until nudged resume",
        app->platform->name, app->link_state);
    if (!store_outbox_lanes(app->store, now, lanes))
        for (int lane = LANE_INTERACTIVE; lane < LANE_END; lane++)
            waiting += lanes[lane].rows;
    buf_addf(out, "; %lld messages waiting", (long long)waiting);
}
