/* The only place that logs: one line an event, one a change of state. Ids, kinds and counts; never
 * names, message text or tokens. Field names are those used here and in `status`. */
#include "state.h"

#include <stdarg.h>

enum { LINE_BYTES_MAX = 512 };

static void write_line(struct app *app, struct str line);

void log_turn(struct app *app, const struct turn_item *item, size_t batch, int64_t turn_ms)
{
    char bytes[LINE_BYTES_MAX];
    if (!app->options.log)
        return;
    const char *kind = item->item->is_frame && item->skipped ? "frame"
                                                             : event_kind_name(item->event.kind);
    int len = snprintf(bytes, sizeof(bytes),
                       "turn=%llu event=%llu kind=%s why=%s person=%lld effects=%zu batch=%zu "
                       "turn_ms=%lld err=%s",
                       (unsigned long long)app->turns, (unsigned long long)item->item->id, kind,
                       item->plan.why ? item->plan.why : "-", (long long)item->event.person_id,
                       item->plan.effects_len, batch, (long long)turn_ms, err_name(item->err));
    if (len > 0)
        write_line(app, (struct str){ bytes, (size_t)len < sizeof(bytes) ? (size_t)len
                                                                         : sizeof(bytes) - 1 });
}

void log_note(struct app *app, const char *event, const char *format, ...)
{
    char bytes[LINE_BYTES_MAX];
    va_list values;
    if (!app->options.log)
        return;
    int head = snprintf(bytes, sizeof(bytes), "note=%s ", event);
    va_start(values, format);
    int tail = vsnprintf(bytes + head, sizeof(bytes) - (size_t)head, format, values);
    va_end(values);
    size_t len = (size_t)head + (tail > 0 ? (size_t)tail : 0);
    write_line(app, (struct str){ bytes, len < sizeof(bytes) ? len : sizeof(bytes) - 1 });
}

void app_step(struct app *app, const struct turn_item *item, const char *step)
{
    if (!app->options.step)
        return;
    struct app_step told = { .event_id = item->item->id, .kind = event_kind_name(item->event.kind),
        .why = item->plan.why, .step = step, .person_id = item->event.person_id,
        .actor = item->event.actor };
    app->options.step(app->options.arg, &told);
}

static void write_line(struct app *app, struct str line)
{
    app->options.log(app->options.arg, line);
}
