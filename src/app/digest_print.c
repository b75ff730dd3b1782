/* `digest`: the message a manager would get for a week, as text, without sending it. */
#include "state.h"

enum err digest_print(struct app *app, struct reader *reader, const struct access *access,
                      const struct person *manager, int32_t week_monday, struct arena *arena,
                      struct buf *out)
{
    struct report report;
    enum err err = report_digest(reader, access, week_monday, arena, &report);
    if (err)
        return err;
    int64_t *reports = arena_array(arena, int64_t, report.people_len);
    for (size_t i = 0; reports && i < report.people_len; i++)
        reports[i] = report.people[i].person_id;
    if (arena_failed(arena))
        return ERR_NO_MEMORY;
    struct event event = { .kind = EVENT_DIGEST_READY, .person_id = manager->person_id,
        .week_monday = week_monday, .report = &report, .at = world_now(app->world) };
    struct facts facts = { .now = event.at, .settings = &app->config->settings,
        .content = &app->loader.current->content, .weights = &app->in_force.weights,
        .fit_id = app->in_force.fit_id,
        .zone = app->own_zone, .live = true,
        .has_person = true, .person = *manager, .reports_count = (int32_t)report.people_len,
        .reports = reports, .reports_len = report.people_len,
        .roster_epoch = report.roster_epoch };
    struct plan plan;
    plan_init(&plan);
    err = rule_of(EVENT_DIGEST_READY)->decide(&facts, &event, arena, &plan);
    bool said = false;
    for (size_t i = 0; !err && i < plan.effects_len; i++)
        if (plan.effects[i].kind == EFFECT_DELIVER && plan.effects[i].deliver.message) {
            message_to_text(plan.effects[i].deliver.message, out);
            said = true;
        }
    if (!err && !said)
        buf_add(out, STR("nothing to say for that week, so nothing would be sent\n"));
    return err;
}

bool week_parse(struct str text, int32_t today, int32_t *monday)
{
    int64_t year = 0, week = 0;
    if (!text.len) {
        *monday = today - weekday_of(today) - 7;
        return true;
    }
    size_t dash = str_find(text, '-');
    struct str rest = str_slice(text, dash, text.len);
    if (!str_starts_with(rest, STR("-W")) || !str_to_int64(str_slice(text, 0, dash), &year) ||
        !str_to_int64(str_slice(rest, 2, rest.len), &week))
        return false;
    if (year < 1970 || year > 2199 || week < 1 || week > 53)
        return false;
    int32_t first = iso_week_monday((struct iso_week){ (int32_t)year, (int8_t)week });
    bool real = iso_week_of(first).week == (int8_t)week;       /* most years have no week 53 */
    if (real)
        *monday = first;
    return real;
}
