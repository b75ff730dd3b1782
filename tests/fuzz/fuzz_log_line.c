/* A line of the log, whatever the words in it: it stays one line, reads back field by field in both
 * formats, and has the fields it was made with and no other. */
#include "fuzz.h"

#include <cjson/cJSON.h>

#include "app/state.h"
#include "nudged/base/text.h"

enum { LINE_MAX = 1 << 14 };

struct kept {
    char bytes[LINE_MAX];
    size_t len;
    int lines;
};

static void on_line(void *arg, struct str line)
{
    struct kept *kept = arg;
    REQUIRE(line.len && line.len < LINE_MAX);
    memcpy(kept->bytes, line.ptr, line.len);
    kept->len = line.len;
    kept->lines++;
}

static void check_one_line(const struct kept *kept)
{
    REQUIRE(kept->lines == 1);
    for (size_t i = 0; i < kept->len; i++)
        REQUIRE((unsigned char)kept->bytes[i] >= ' ' && kept->bytes[i] != 0x7f);
}

static void check_json(const struct kept *kept, const char *const *names, size_t names_len)
{
    cJSON *root = cJSON_ParseWithLength(kept->bytes, kept->len);
    const cJSON *field = root ? root->child : NULL;
    REQUIRE(cJSON_IsObject(root) && text_is_utf8((struct str){ kept->bytes, kept->len }));
    for (size_t i = 0; i < names_len; i++, field = field->next)
        REQUIRE(field && strcmp(field->string, names[i]) == 0 && cJSON_IsString(field));
    REQUIRE(!field);
    cJSON_Delete(root);
}

/* name=value, or name="value" where \ escapes; a blank between two. */
static void check_logfmt(const struct kept *kept, const char *const *names, size_t names_len)
{
    struct str rest = { kept->bytes, kept->len };
    for (size_t i = 0; i < names_len; i++) {
        struct str name = str_from_z(names[i]);
        REQUIRE(str_starts_with(rest, name) && rest.ptr[name.len] == '=');
        rest = str_slice(rest, name.len + 1, rest.len);
        bool quoted = rest.len && rest.ptr[0] == '"';
        size_t end = quoted ? 1 : str_find(rest, ' ');
        while (quoted && end < rest.len && rest.ptr[end] != '"')
            end += rest.ptr[end] == '\\' ? 2 : 1;
        REQUIRE(!quoted || end < rest.len);
        end += quoted;
        REQUIRE(end == rest.len ? i + 1 == names_len : rest.ptr[end] == ' ');
        rest = str_slice(rest, end + 1, rest.len);
    }
    REQUIRE(!rest.len);
}

static void link_changes(struct app *app, struct str words)
{
    static const struct platform platform = { .name = "slack" };
    app->platform = &platform;
    log_link(app, "opening", "waiting", words);
}

static void turn_ends(struct app *app, struct feed *feed)
{
    static const enum err errs[] = { OK, ERR_SYNTAX, ERR_DB_FULL };
    struct inbox_item inbox_item = { .id = take_number(feed, 4) };
    struct turn_item item = { .item = &inbox_item, .err = errs[take_byte(feed) % COUNT(errs)] };
    item.event.kind = (enum event_kind)(take_byte(feed) % EVENT_KIND_COUNT);
    item.event.person_id = take_number(feed, 4);
    item.plan.effects_len = 1; /* one of everybody that changed nothing may go without a line */
    item.plan.why = take_byte(feed) & 1 ? "answered" : NULL;
    log_turn(app, &item, 1 + take_byte(feed), take_number(feed, 3));
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static const char *const of_link[] = { "note", "platform", "from", "to", "detail" };
    static const char *const of_turn[] = { "turn", "event", "kind", "why", "person", "effects",
        "batch", "turn_ms", "err" };
    static struct app app;
    static struct kept kept;
    for (int json = 0; json < 2; json++) {
        struct feed feed = feed_of(data, size);
        bool turn = take_byte(&feed) & 1;
        app.options.log = on_line;
        app.options.log_json = json;
        app.options.arg = &kept;
        kept.lines = 0;
        if (turn)
            turn_ends(&app, &feed);
        else
            link_changes(&app, take_rest(&feed));
        check_one_line(&kept);
        if (json)
            check_json(&kept, turn ? of_turn : of_link, turn ? COUNT(of_turn) : COUNT(of_link));
        else
            check_logfmt(&kept, turn ? of_turn : of_link, turn ? COUNT(of_turn) : COUNT(of_link));
    }
    return 0;
}
