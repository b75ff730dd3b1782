/* Block Kit: what passes, what is refused, and where the mistake is said to be. */
#include "rig_calls.h"

struct block_case { const char *name, *blocks, *complaint; };    /* complaint NULL: passes */

#define PLAIN(text) "{\"type\":\"plain_text\",\"text\":\"" text "\"}"
#define OPTION(value) "{\"text\":" PLAIN("o") ",\"value\":\"" value "\"}"
#define BUTTON(id) "{\"type\":\"button\",\"action_id\":\"" id "\",\"text\":" PLAIN("go") "}"
#define ACTIONS(elements) "[{\"type\":\"actions\",\"elements\":[" elements "]}]"

#define RICH(inlines)                                                    \
    "[{\"type\":\"rich_text\",\"elements\":[{\"type\":\"rich_text_section\"," \
    "\"elements\":[" inlines "]}]}]"

static const struct block_case cases[] = {
    { "divider", "[{\"type\":\"divider\"}]", NULL },
    { "section",
        "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"a\",\"verbatim\":true}}]",
        NULL },
    { "fields", "[{\"type\":\"section\",\"fields\":[" PLAIN("a") "," PLAIN("b") "]}]", NULL },
    { "buttons", ACTIONS(BUTTON("a") "," BUTTON("b")), NULL },
    { "image",
        "[{\"type\":\"image\",\"image_url\":\"https://example.com/a.png\",\"alt_text\":\"a\"}]",
        NULL },
    { "input",
        "[{\"type\":\"input\",\"label\":" PLAIN(
            "l") ",\"element\":{\"type\":\"plain_text_input\"}}]",
        NULL },
    { "table", "[{\"type\":\"table\",\"rows\":[[{\"type\":\"raw_text\",\"text\":\"a\"}]]}]", NULL },
    { "rich text", RICH("{\"type\":\"text\",\"text\":\"a\",\"style\":{\"bold\":true}}"), NULL },
    { "rich text list",
      "[{\"type\":\"rich_text\",\"elements\":[{\"type\":\"rich_text_list\",\"style\":\"ordered\","
      "\"elements\":[{\"type\":\"rich_text_section\",\"elements\":[]}]}]}]",
      NULL },
    { "rich text style", RICH("{\"type\":\"text\",\"text\":\"a\",\"style\":{\"loud\":true}}"),
      "[ERROR] invalid additional property: loud "
      "[json-pointer:/blocks/0/elements/0/elements/0/style]" },
    { "empty rich text", RICH("{\"type\":\"text\",\"text\":\"\"}"),
      "[ERROR] must be more than 0 characters "
      "[json-pointer:/blocks/0/elements/0/elements/0/text]" },
    { "unknown block", "[{\"type\":\"billboard\"}]",
        "[ERROR] unsupported type: billboard [json-pointer:/blocks/0]" },
    { "unknown field", "[{\"type\":\"divider\",\"colour\":1}]",
        "[ERROR] invalid additional property: colour [json-pointer:/blocks/0]" },
    { "section without text", "[{\"type\":\"section\"}]",
        "[ERROR] must provide either text or fields [json-pointer:/blocks/0]" },
    { "header in mrkdwn", "[{\"type\":\"header\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"a\"}}]",
        "[ERROR] unsupported type: mrkdwn [json-pointer:/blocks/0/text]" },
    { "verbatim on plain text",
        "[{\"type\":\"header\",\"text\":{\"type\":\"plain_text\",\"text\":\"a\","
        "\"verbatim\":true}}]",
        "[ERROR] invalid additional property: verbatim [json-pointer:/blocks/0/text]" },
    { "empty text", "[{\"type\":\"header\",\"text\":" PLAIN("") "}]",
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]" },
    { "text input in actions", ACTIONS("{\"type\":\"plain_text_input\",\"action_id\":\"t\"}"),
        "[ERROR] unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0]" },
    { "button in input",
        "[{\"type\":\"input\",\"label\":" PLAIN("l") ",\"element\":" BUTTON("a") "}]",
        "[ERROR] unsupported type: button [json-pointer:/blocks/0/element]" },
    { "style", ACTIONS("{\"type\":\"button\",\"style\":\"loud\",\"text\":" PLAIN("go") "}"),
        "[ERROR] value must be one of: primary danger [json-pointer:/blocks/0/elements/0/style]" },
    { "action_id twice", ACTIONS(BUTTON("a") "," BUTTON("a")),
        "[ERROR] action_id already exists: a [json-pointer:/blocks/0]" },
    { "block_id twice",
        "[{\"type\":\"divider\",\"block_id\":\"x\"},{\"type\":\"divider\",\"block_id\":\"x\"}]",
        "[ERROR] block_id already exists: x [json-pointer:/blocks/1]" },
    { "select without options", ACTIONS("{\"type\":\"static_select\",\"action_id\":\"s\"}"),
        "[ERROR] must provide either options or option_groups "
        "[json-pointer:/blocks/0/elements/0]" },
    { "two tables", "[{\"type\":\"table\",\"rows\":[[]]},{\"type\":\"table\",\"rows\":[[]]}]",
        "[ERROR] only_one_table_allowed [json-pointer:/blocks]" },
    { "a block that is no object", "[7]", "[ERROR] must be an object [json-pointer:/blocks/0]" },
};

static const char *complaint_about(struct rig *rig, const char *blocks)
{
    size_t bytes = strlen(blocks) + 100;
    char *body = malloc(bytes);
    assert_non_null(body);
    snprintf(body, bytes, "{\"channel\":\"U0ADA\",\"text\":\"t\",\"blocks\":%s}", blocks);
    const char *error = rig_call(rig, "chat.postMessage", body);
    free(body);
    if (error[0] == '\0')
        return NULL;
    assert_string_equal(error, "invalid_blocks");
    return rig_text(rig->json, "response_metadata.messages.0");
}

static void each_case_is_judged(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *said = complaint_about(&rig, cases[i].blocks);
        if (!cases[i].complaint && said)
            fail_msg("%s: %s", cases[i].name, said);
        if (cases[i].complaint && (!said || strcmp(said, cases[i].complaint) != 0))
            fail_msg("%s: %s", cases[i].name, said ? said : "accepted");
    }
    rig_stop(&rig);
}

/* count pieces between `before` and `after`, with commas. */
static char *repeated(const char *before, const char *piece, size_t count, const char *comma,
                      const char *after)
{
    size_t bytes = strlen(before) + (strlen(piece) + strlen(comma)) * count + strlen(after) + 1,
           len = 0;
    char *text = malloc(bytes);
    assert_non_null(text);
    len += (size_t)snprintf(text + len, bytes - len, "%s", before);
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(text + len, bytes - len, "%s%s", i ? comma : "", piece);
    snprintf(text + len, bytes - len, "%s", after);
    return text;
}

struct limit_case { const char *name, *before, *piece, *comma, *after; size_t most; };

static const struct limit_case limits[] = {
    { "blocks of a message", "[", "{\"type\":\"divider\"}", ",", "]", 50 },
    { "section text", "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"", "ü", "",
        "\"}}]", 3000 },
    { "fields", "[{\"type\":\"section\",\"fields\":[", PLAIN("a"), ",", "]}]", 10 },
    { "field text", "[{\"type\":\"section\",\"fields\":[{\"type\":\"mrkdwn\",\"text\":\"", "a", "",
        "\"}]}]", 2000 },
    { "header", "[{\"type\":\"header\",\"text\":{\"type\":\"plain_text\",\"text\":\"", "a", "",
        "\"}}]", 150 },
    { "context", "[{\"type\":\"context\",\"elements\":[", PLAIN("a"), ",", "]}]", 10 },
    { "elements of actions", "[{\"type\":\"actions\",\"elements\":[",
        "{\"type\":\"button\",\"text\":" PLAIN("go") "}", ",", "]}]", 25 },
    { "button text",
        "[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"text\":"
        "{\"type\":\"plain_text\",\"text\":\"",
        "a", "", "\"}}]}]", 75 },
    { "button value",
        "[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"text\":" PLAIN(
            "go") ",\"value\":\"",
        "a", "", "\"}]}]", 2000 },
    { "action_id",
        "[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"text\":" PLAIN(
            "go") ",\"action_id\":\"",
        "a", "", "\"}]}]", 255 },
    { "radio options",
        "[{\"type\":\"actions\",\"elements\":[{\"type\":\"radio_buttons\",\"options\":[",
        OPTION("v"), ",", "]}]}]", 10 },
    { "select options",
        "[{\"type\":\"actions\",\"elements\":[{\"type\":\"static_select\",\"options\":[",
        OPTION("v"), ",", "]}]}]", 100 },
    { "option value",
        "[{\"type\":\"actions\",\"elements\":[{\"type\":\"radio_buttons\","
        "\"options\":[{\"text\":" PLAIN(
            "o") ",\"value\":\"",
        "v", "", "\"}]}]}]", 150 },
    { "markdown", "[{\"type\":\"markdown\",\"text\":\"", "a", "", "\"}]", 12000 },
};

static void limits_are_exact(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    for (size_t i = 0; i < COUNT(limits); i++) {
        const struct limit_case *limit = &limits[i];
        char *most = repeated(limit->before, limit->piece, limit->most, limit->comma, limit->after);
        char *over =
            repeated(limit->before, limit->piece, limit->most + 1, limit->comma, limit->after);
        const char *said = complaint_about(&rig, most);
        if (said)
            fail_msg("%s: %zu refused: %s", limit->name, limit->most, said);
        if (!complaint_about(&rig, over))
            fail_msg("%s: %zu accepted", limit->name, limit->most + 1);
        free(most);
        free(over);
        arena_reset(&rig.arena);
    }
    rig_stop(&rig);
}

static void ids_are_filled_in(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    assert_null(complaint_about(&rig,
        "[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"text\":" PLAIN("go") "}]}]"));
    assert_int_equal(strlen(rig_text(rig.json, "message.blocks.0.block_id")), 5);
    assert_int_equal(strlen(rig_text(rig.json, "message.blocks.0.elements.0.action_id")), 5);
    rig_stop(&rig);
}

static void views_have_their_own_limits(void **state)
{
    static const struct { const char *view, *complaint;
    } views[] = {
        { "{\"type\":\"home\",\"title\":" PLAIN("t") ",\"blocks\":[]}",
            "[ERROR] invalid additional property: title [json-pointer:/view]" },
        { "{\"type\":\"home\",\"blocks\":7}",
            "[ERROR] must provide an array [json-pointer:/view/blocks]" },
        { "{\"type\":\"home\",\"blocks\":[{\"type\":\"header\"}]}",
            "[ERROR] missing required field: text [json-pointer:/blocks/0]" },
    };
    struct rig rig;
    char body[1024];
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    for (size_t i = 0; i < COUNT(views); i++) {
        snprintf(body, sizeof body, "{\"user_id\":\"U0ADA\",\"view\":%s}", views[i].view);
        assert_string_equal(rig_call(&rig, "views.publish", body), "invalid_arguments");
        assert_string_equal(rig_text(rig.json, "response_metadata.messages.0"), views[i].complaint);
    }
    snprintf(body, sizeof body,
        "{\"trigger_id\":\"1\",\"view\":{\"type\":\"modal\",\"title\":" PLAIN(
            "t") ",\"blocks\":[{\"type\":\"input\",\"label\":" PLAIN("l") ","
            "\"element\":{\"type\":\"plain_text_input\"}}]}}");
    assert_string_equal(rig_call(&rig, "views.open", body), "invalid_arguments");
    assert_true(strstr(rig_text(rig.json, "response_metadata.messages.0"), "submit") != NULL);
    snprintf(body, sizeof body, "{\"trigger_id\":\"1\",\"view\":{\"type\":\"modal\",\"title\":"
             PLAIN("a title of 24 characters") ",\"blocks\":[]}}");
    assert_string_equal(
        rig_call(&rig, "views.open", body), "invalid_trigger_id"); /* the view is fine */
    snprintf(body, sizeof body, "{\"trigger_id\":\"1\",\"view\":{\"type\":\"modal\",\"title\":"
             PLAIN("a title of 25 characters!") ",\"blocks\":[]}}");
    assert_string_equal(rig_call(&rig, "views.open", body), "invalid_arguments");
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_is_judged),
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(ids_are_filled_in),
        cmocka_unit_test(views_have_their_own_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
