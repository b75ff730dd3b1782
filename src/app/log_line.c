/* The only place that logs: one line an event, one a change of state. Ids, kinds and counts; never
 * names, message text or tokens. Field names are those used here and in `status`. */
#include "state.h"

#include <stdarg.h>

#include "nudged/base/text.h"

enum { LINE_BYTES_MAX = 512, WORDS_BYTES_MAX = 256 };

static void write_line(struct app *app, struct str line);
static void take_field(struct str *line, struct str *name, struct str *value);

void log_turn(struct app *app, const struct turn_item *item, size_t batch, int64_t turn_ms)
{
    char bytes[LINE_BYTES_MAX];
    bool idle = item->event.kind == EVENT_REPLAY && !item->plan.effects_len && !item->err;
    if (!app->options.log || idle) /* one of everybody, of whom nothing is to be told */
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

void log_link(struct app *app, const char *from, const char *to, struct str detail)
{
    char words[WORDS_BYTES_MAX];
    size_t len = 0;
    for (size_t at = 0; at < detail.len;) {
        size_t bytes = text_next(detail, at, NULL);
        unsigned char first = (unsigned char)detail.ptr[at];
        bool plain = bytes > 1 || (bytes && first >= ' ' && !strchr("\\\"\x7f", first));
        if (len + (plain ? bytes : 1) > sizeof(words))
            break;
        if (plain)
            memcpy(words + len, detail.ptr + at, bytes);
        else
            words[len] = '\'';
        len += plain ? bytes : 1;
        at += bytes ? bytes : 1;
    }
    log_note(app, "link", "platform=%s from=%s to=%s detail=\"%.*s\"", app->platform->name, from,
        to, (int)len, words);
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

/* Lines are made as logfmt; as JSON every value is a string, in the same order. */
static void write_line(struct app *app, struct str line)
{
    if (!app->options.log_json) {
        app->options.log(app->options.arg, line);
        return;
    }
    struct buf json = buf_heap(8 * LINE_BYTES_MAX);
    buf_add_byte(&json, '{');
    while (line.len) {
        struct str name, value;
        take_field(&line, &name, &value);
        buf_addf(&json, "%s\"%.*s\":", json.len > 1 ? "," : "", STR_ARG(name));
        buf_add_json_string(&json, value);
    }
    buf_add_byte(&json, '}');
    app->options.log(app->options.arg, buf_str(&json));
    buf_free(&json);
}

/* name=value or name="value with blanks". */
static void take_field(struct str *line, struct str *name, struct str *value)
{
    size_t equals = str_find(*line, '=');
    *name = str_slice(*line, 0, equals);
    struct str rest = str_slice(*line, equals + 1, line->len);
    bool quoted = rest.len && rest.ptr[0] == '"';
    if (quoted)
        rest = str_slice(rest, 1, rest.len);
    size_t end = str_find(rest, quoted ? '"' : ' ');
    *value = str_slice(rest, 0, end);
    *line = str_slice(rest, end + (quoted ? 2 : 1), rest.len);
}
