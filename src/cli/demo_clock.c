/* The demo's clock. It runs like any clock until the visitor jumps; a jump goes from one due
 * instant to the next, lets everything settle in between, and so leaves nothing out on the way. */
#include "demo.h"

#include "nudged/sim/look.h"

enum {
    STEP_MS = 1, SHOW_EVERY_MS = 1000, QUIET_STEPS = 3,
    MORNING_MINUTE = 9 * 60, EVENING_MINUTES = 8 * 60 + 30  /* evening: so long after the morning */
};

static void tick(void *arg);
static void jump(struct demo *demo);
static void arrive(struct demo *demo);
static void show(struct demo *demo);
static bool is_quiet(struct demo *demo);
static struct instant next_due(struct demo *demo);
static void again(struct demo *demo, int64_t ms);

void demo_clock_start(struct demo *demo, struct instant warm_until)
{
    struct world *world = loop_world(demo->loop);
    demo->clock_timer = world->ops->timer_new(world, tick, demo);
    demo->warming_up = true;
    demo->target = warm_until;
    again(demo, STEP_MS);
}

/* A morning goes on to the visitor's own question, if one comes that day: they came for it. */
void demo_clock_advance(void *arg, enum sim_advance which)
{
    struct demo *demo = arg;
    if (demo->target.utc_ms)
        return;                         /* one jump at a time */
    struct local local = zone_local(demo->zone, world_now(loop_world(demo->loop)));
    int32_t day = local.day + 1;
    if (which == SIM_ADVANCE_MONDAY)
        day = local.day + 7 - weekday_of(local.day);
    while (which == SIM_ADVANCE_MORNING && weekday_of(day) > 4)
        day++;
    demo->target = zone_instant(demo->zone, (struct local){ day, MORNING_MINUTE });
    demo->latest = demo->target;
    if (which == SIM_ADVANCE_MORNING)
        demo->latest = instant_add(demo->target, MINUTES(EVENING_MINUTES));
    demo->hero_asked = false;
    show(demo);
    again(demo, STEP_MS);
}

struct sim_time demo_time(void *arg)
{
    struct demo *demo = arg;
    struct world *world = loop_world(demo->loop);
    return (struct sim_time){ world_now(world), world_mono(world) };
}

static void tick(void *arg)
{
    struct demo *demo = arg;
    if (!demo->target.utc_ms) {
        show(demo);
        again(demo, SHOW_EVERY_MS);
        return;
    }
    demo->quiet_steps = is_quiet(demo) ? demo->quiet_steps + 1 : 0;
    if (demo->quiet_steps >= QUIET_STEPS)
        jump(demo);
    if (demo->target.utc_ms)
        again(demo, STEP_MS);
}

static void jump(struct demo *demo)
{
    struct instant now = world_now(loop_world(demo->loop)), next = next_due(demo);
    bool there = !instant_before(now, demo->target);
    bool waits = there && !demo->hero_asked && instant_before(next, demo->latest);
    if (there && !waits) {
        arrive(demo);
        return;
    }
    struct instant to = waits || instant_before(next, demo->target) ? next : demo->target;
    loop_jump_clock(demo->loop, to);
    demo->quiet_steps = 0;
    show(demo);
}

static void arrive(struct demo *demo)
{
    demo->target = (struct instant){ 0 };
    if (demo->warming_up) {
        demo->warming_up = false;
        sim_script_leave(demo->script, demo->people[demo->hero].user_id, true);
        demo_clock_advance(demo, SIM_ADVANCE_MORNING);
        return;
    }
    show(demo);
    again(demo, SHOW_EVERY_MS);
}

static void show(struct demo *demo)
{
    static const char *const weekdays[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
                                            "Saturday", "Sunday" };
    static const char *const months[] = { "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December" };
    char text[64];
    struct local local = zone_local(demo->zone, world_now(loop_world(demo->loop)));
    struct date date = date_from_day(local.day);
    int len = snprintf(text, sizeof(text), "%s %d %s %d, %02d:%02d",
                       weekdays[weekday_of(local.day)], date.day, months[date.month - 1],
                       (int)date.year, local.minute / 60, local.minute % 60);
    if (len > 0)
        sim_server_clock(demo->server, (struct str){ text, (size_t)len }, demo->target.utc_ms != 0);
}

/* Nothing in the daemon, nothing on its way between the two. */
static bool is_quiet(struct demo *demo)
{
    return app_is_idle(demo->app) && !look_unacked(demo->workspace) &&
           instant_before(world_now(loop_world(demo->loop)), next_due(demo));
}

static struct instant next_due(struct demo *demo)
{
    struct instant next = app_next_due(demo->app), script = INSTANT_NEVER;
    if (sim_script_next_due(demo->script, &script) && instant_before(script, next))
        next = script;
    return next;
}

static void again(struct demo *demo, int64_t ms)
{
    loop_world(demo->loop)->ops->timer_after(demo->clock_timer, (struct duration){ ms });
}
