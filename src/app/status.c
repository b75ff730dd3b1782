/* `status` in plain lines: what is connected, who would be written to, what comes next, what is
 * wrong. */
#include "state.h"

enum { PEOPLE_BYTES_MAX = 256 << 20 };      /* a company of half a million; freed at once */

struct people_lines { struct app *app; struct buf *out; size_t listed; bool contact; };

static void print_link(struct app *app, struct buf *out);
static enum err print_people(struct app *app, struct reader *reader, const struct access *access,
                             bool contact, struct buf *out);
static enum err person_line(void *arg, const struct person *person);
static void print_instant(struct app *app, struct buf *out, const char *label, struct instant at);
static void print_outbox(struct app *app, struct buf *out);

enum err status_print(struct app *app, const struct access *access, struct buf *out)
{
    struct reader *reader = NULL;
    struct report_status status;
    enum err err = reader_open_for(app, &reader);
    if (!err)
        err = report_status(reader, &status);
    if (err) {
        reader_close(reader);
        return err;
    }
    buf_addf(out, "sending: %s\n",
        app->state.live                  ? "on"
            : app->upkeep.restored.utc_ms ? "off; a restored store waits for `nudged resume`"
                                          : "off; a fresh store waits for `nudged resume`");
    print_link(app, out);
    degraded_print(app, out);
    buf_addf(out, "content: version %lld, %zu decks, %zu prompts\n",
        (long long)app->loader.current->content.version, app->loader.current->content.decks_len,
        app->loader.current->content.by_id_len);
    buf_addf(out, "people: %lld, of them %lld matched in chat, %lld not found there, %lld paused, "
             "%lld stopped, %lld left\n", (long long)status.people, (long long)status.matched,
             (long long)status.unmatched, (long long)status.paused, (long long)status.stopped,
             (long long)status.left);
    buf_addf(out, "answers: %lld; open questions: %lld\n", (long long)status.answers,
             (long long)status.nudges_open);
    print_outbox(app, out);
    print_instant(app, out, "next question", status.next_slot);
    print_instant(app, out, "next digest", status.next_digest);
    print_instant(app, out, "last digest", status.last_digest);
    print_instant(app, out, "last answer", status.last_answer);
    fitting_print(app, out);
    judging_print(app, reader, out);
    backup_print(app, out);
    buf_addf(out, "store: %lld KiB, schema %d\n", (long long)(status.file_bytes / 1024),
             (int)app->state.schema_version);
    buf_addf(out, "since start: %llu events in %llu turns, %llu failed, %llu not understood\n",
             (unsigned long long)app->events, (unsigned long long)app->turns,
             (unsigned long long)app->failures, (unsigned long long)app->undecoded);
    if (!app->state.live)               /* the look before the first message */
        err = print_people(app, reader, access, true, out);
    if (!err)
        err = print_people(app, reader, access, false, out);
    reader_close(reader);
    return err;
}

static void print_link(struct app *app, struct buf *out)
{
    struct str workspace = app->state.workspace.len ? app->state.workspace : STR("not bound yet");
    if (app->options.offline)
        buf_addf(out, "link: none, no daemon is running; workspace %.*s\n", STR_ARG(workspace));
    else
        buf_addf(out, "link: %s %s%s%s%s, workspace %.*s\n", app->platform->name, app->link_state,
                 app->link_detail[0] ? " (" : "", app->link_detail, app->link_detail[0] ? ")" : "",
                 STR_ARG(workspace));
}

static enum err print_people(struct app *app, struct reader *reader, const struct access *access,
                             bool contact, struct buf *out)
{
    struct arena arena;
    struct people_lines lines = { .app = app, .out = out, .contact = contact };
    if (!access) {
        if (!contact)
            buf_add(out, STR("\nwho cannot be reached is not shown: that somebody reads it could "
                             "not be noted\n"));
        return OK;
    }
    arena_init(&arena, PEOPLE_BYTES_MAX);
    buf_add(out, contact ? STR("\nwould be written to:\n") : STR("\ncannot be reached:\n"));
    enum err err = report_people(reader, access, &arena, person_line, &lines);
    if (!lines.listed)
        buf_add(out, STR("  nobody\n"));
    arena_finish(&arena);
    return err;
}

static enum err person_line(void *arg, const struct person *person)
{
    static const char *const reasons[] = {
        [CHAT_UNKNOWN] = "not looked for yet", [CHAT_MATCHED] = "",
        [CHAT_UNMATCHED] = "no such e-mail in the workspace",
        [CHAT_DEACTIVATED] = "account closed", [CHAT_UNREACHABLE] = "does not take direct messages",
    };
    struct people_lines *lines = arg;
    bool pilot = person_in_pilot(&lines->app->config->settings, person->email);
    bool contact = person->chat_state == CHAT_MATCHED && pilot;
    if (contact != lines->contact)
        return OK;
    lines->listed++;
    if (contact)
        buf_addf(lines->out, "  %.*s\n", STR_ARG(person->email));
    else
        buf_addf(lines->out, "  %.*s: %s\n", STR_ARG(person->email),
                 person->chat_state == CHAT_MATCHED ? "not in the pilot (only:)"
                                                    : reasons[person->chat_state]);
    return OK;
}

static void print_instant(struct app *app, struct buf *out, const char *label, struct instant at)
{
    buf_addf(out, "%s: ", label);
    if (instant_is_never(at) || !at.utc_ms) {
        buf_add(out, STR("none\n"));
        return;
    }
    struct local local = zone_local(app->own_zone, at);
    buf_add_date(out, local.day);
    buf_addf(out, " %02d:%02d %.*s\n", local.minute / 60, local.minute % 60,
             STR_ARG(zone_name(app->own_zone)));
}

static void print_outbox(struct app *app, struct buf *out)
{
    struct outbox_counts counts;
    if (outbox_counts(app->store, &counts))
        return;
    buf_addf(out, "outbox: %lld waiting, %lld under way, %lld with an unknown outcome",
             (long long)counts.planned, (long long)counts.claimed, (long long)counts.unknown);
    if (!instant_is_never(counts.oldest)) {
        int64_t minutes = instant_since(world_now(app->world), counts.oldest).ms / 60000;
        buf_addf(out, "; the oldest for %lld %s", (long long)(minutes < 0 ? 0 : minutes),
            minutes == 1 ? "minute" : "minutes");
    }
    buf_add_byte(out, '\n');
}
