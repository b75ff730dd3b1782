/* The Block Kit validator: which blocks and elements exist, which fields each may have, and Slack's
 * own limits for them. Read off Slack's reference; the app's encoder knows nothing of this file.
 *
 * Refuses to know what a block means or how it looks. Odd decision: an unknown field is always an
 * error here, although Slack lets some pass; a field Slack ignores is a mistake of ours. */
#include <stdarg.h>

#include "nudged/base/text.h"
#include "sim/inside.h"

enum kind {
    TEXT,           /* a JSON string, min..max characters */
    WORD,           /* a string out of `names` */
    PLAIN,          /* text object, plain_text only */
    RICH,           /* text object, plain_text or mrkdwn */
    BOOL,
    NUMBER,         /* min..max */
    ELEMENT,        /* one element whose type is in `names` */
    ELEMENTS,       /* min..max of them */
    FIELDS,         /* min..max text objects of up to 2,000 */
    OPTIONS,        /* min..max option objects */
    OPTION,
    GROUPS,         /* option groups */
    CONFIRM,
    ROWS,           /* of a table */
    PARTS,          /* of rich text: sections, lists, quotes */
    INLINES,        /* text, links, emoji … inside such a part */
    STYLE,          /* of an inline */
    ANY
};

struct rule {
    const char *name;
    enum kind kind;
    bool required;
    size_t min, max;
    const char *names;
};
struct shape { const char *type; const struct rule *rules; size_t count; };

struct check { cJSON *messages; enum sim_surface surface; cJSON *seen_blocks; int tables; };

static void check_shape(struct check *check, const cJSON *object, const struct shape *shapes,
    size_t count, const char *names, const char *at);
static void check_rules(struct check *check, const cJSON *object, const struct rule *rules,
    size_t count, const char *at);
static void check_field(
    struct check *check, const cJSON *value, const struct rule *rule, const char *at);
static void check_list(
    struct check *check, const cJSON *value, const struct rule *rule, const char *at);
static void check_text_object(struct check *check, const cJSON *value, const struct rule *rule,
                              const char *at);
static void check_length(
    struct check *check, const cJSON *value, const struct rule *rule, const char *at);
static void check_unique(struct check *check, const cJSON *block, const char *at);
static bool has_word(const char *names, const char *word);
static void complain(struct check *check, const char *at, const char *format, ...)
    PRINTF_LIKE(3, 4);

#define BLOCK_ID { "block_id", TEXT, false, 1, 255, NULL }
#define TYPE { "type", ANY, true, 0, 0, NULL }
#define ACTION_ID { "action_id", TEXT, false, 1, 255, NULL }
#define CONFIRMED { "confirm", CONFIRM, false, 0, 0, NULL }
#define FOCUS { "focus_on_load", BOOL, false, 0, 0, NULL }
#define PLACEHOLDER { "placeholder", PLAIN, false, 1, 150, NULL }
#define DISPATCH { "dispatch_action_config", ANY, false, 0, 0, NULL }

static const struct rule section_rules[] = {
    TYPE,
    BLOCK_ID,
    { "text", RICH, false, 1, 3000, NULL },
    { "fields", FIELDS, false, 1, 10, NULL },
    { "accessory", ELEMENT, false, 0, 0,
        "button image radio_buttons checkboxes static_select "
        "multi_static_select overflow users_select datepicker timepicker" },
    { "expand", BOOL, false, 0, 0, NULL },
};
static const struct rule divider_rules[] = { TYPE, BLOCK_ID };
static const struct rule header_rules[] = { TYPE, BLOCK_ID, { "text", PLAIN, true, 1, 150, NULL } };
static const struct rule context_rules[] = {
    TYPE, BLOCK_ID, { "elements", ELEMENTS, true, 1, 10, "image plain_text mrkdwn" },
};
static const struct rule actions_rules[] = {
    TYPE,
    BLOCK_ID,
    { "elements", ELEMENTS, true, 1, 25,
        "button radio_buttons checkboxes static_select "
        "overflow users_select datepicker timepicker" },
};
static const struct rule input_rules[] = {
    TYPE,
    BLOCK_ID,
    { "label", PLAIN, true, 1, 2000, NULL },
    { "hint", PLAIN, false, 1, 2000, NULL },
    { "optional", BOOL, false, 0, 0, NULL },
    { "dispatch_action", BOOL, false, 0, 0, NULL },
    { "element", ELEMENT, true, 0, 0,
        "plain_text_input number_input email_text_input url_text_input "
        "radio_buttons checkboxes static_select multi_static_select users_select datepicker "
        "timepicker" },
};
static const struct rule image_rules[] = {
    TYPE,
    BLOCK_ID,
    { "image_url", TEXT, true, 1, 3000, NULL },
    { "alt_text", TEXT, true, 1, 2000, NULL },
    { "title", PLAIN, false, 1, 2000, NULL },
};
static const struct rule markdown_rules[] = { TYPE, BLOCK_ID,
    { "text", TEXT, true, 1, 12000, NULL } };
static const struct rule rich_text_rules[] = { TYPE, BLOCK_ID,
    { "elements", PARTS, true, 1, 1000,
      "rich_text_section rich_text_list rich_text_quote rich_text_preformatted" } };
static const struct rule table_rules[] = {
    TYPE,
    BLOCK_ID,
    { "rows", ROWS, true, 1, 100, NULL },
    { "column_settings", ANY, false, 0, 0, NULL },
};

#define SHAPE(name) { #name, name##_rules, COUNT(name##_rules) }
static const struct shape block_shapes[] = {
    SHAPE(section), SHAPE(divider), SHAPE(header), SHAPE(context), SHAPE(actions), SHAPE(input),
    SHAPE(image), SHAPE(markdown), SHAPE(rich_text), SHAPE(table),
};

/* What rich text is made of. Slack gives no number for its lists; these are generous. */
static const struct rule part_rules[] = { TYPE, { "elements", INLINES, true, 0, 1000, NULL },
    { "border", NUMBER, false, 0, 1, NULL } };
static const struct rule list_rules[] = { TYPE,
    { "elements", PARTS, true, 1, 1000, "rich_text_section" },
    { "style", WORD, true, 0, 0, "bullet ordered" }, { "indent", NUMBER, false, 0, 8, NULL },
    { "offset", NUMBER, false, 0, 100, NULL }, { "border", NUMBER, false, 0, 1, NULL } };
static const struct shape part_shapes[] = {
    { "rich_text_section", part_rules, COUNT(part_rules) - 1 },     /* has no border */
    { "rich_text_list", list_rules, COUNT(list_rules) },
    { "rich_text_quote", part_rules, COUNT(part_rules) },
    { "rich_text_preformatted", part_rules, COUNT(part_rules) },
};

#define STYLED { "style", STYLE, false, 0, 0, NULL }
static const struct rule text_rules[] = { TYPE, { "text", TEXT, true, 1, 3000, NULL }, STYLED };
static const struct rule link_rules[] = { TYPE, { "url", TEXT, true, 1, 3000, NULL },
    { "text", TEXT, false, 1, 3000, NULL }, { "unsafe", BOOL, false, 0, 0, NULL }, STYLED };
static const struct rule user_rules[] = { TYPE, { "user_id", TEXT, true, 1, 32, NULL }, STYLED };
static const struct rule emoji_rules[] = { TYPE, { "name", TEXT, true, 1, 100, NULL },
    { "unicode", TEXT, false, 1, 100, NULL }, STYLED };
static const struct rule date_rules[] = { TYPE,
    { "timestamp", NUMBER, true, 0, 4102444800, NULL }, { "format", TEXT, true, 1, 300, NULL },
    { "url", TEXT, false, 1, 3000, NULL }, { "fallback", TEXT, false, 1, 300, NULL }, STYLED };
static const struct shape inline_shapes[] = {
    SHAPE(text), SHAPE(link), SHAPE(user), SHAPE(emoji), SHAPE(date),
};
static const struct rule style_rules[] = {
    { "bold", BOOL, false, 0, 0, NULL }, { "italic", BOOL, false, 0, 0, NULL },
    { "strike", BOOL, false, 0, 0, NULL }, { "code", BOOL, false, 0, 0, NULL },
};

static const struct rule button_rules[] = {
    TYPE,
    ACTION_ID,
    { "text", PLAIN, true, 1, 75, NULL },
    { "value", TEXT, false, 0, 2000, NULL },
    { "url", TEXT, false, 1, 3000, NULL },
    { "style", WORD, false, 0, 0, "primary danger" },
    CONFIRMED,
    { "accessibility_label", TEXT, false, 1, 75, NULL },
};
static const struct rule radio_buttons_rules[] = {
    TYPE,
    ACTION_ID,
    { "options", OPTIONS, true, 1, 10, NULL },
    { "initial_option", OPTION, false, 0, 0, NULL },
    CONFIRMED,
    FOCUS,
};
static const struct rule checkboxes_rules[] = {
    TYPE, ACTION_ID, { "options", OPTIONS, true, 1, 10, NULL },
    { "initial_options", OPTIONS, false, 1, 10, NULL }, CONFIRMED, FOCUS,
};
static const struct rule static_select_rules[] = {
    TYPE,
    ACTION_ID,
    PLACEHOLDER,
    { "options", OPTIONS, false, 1, 100, NULL },
    { "option_groups", GROUPS, false, 1, 100, NULL },
    { "initial_option", OPTION, false, 0, 0, NULL },
    CONFIRMED,
    FOCUS,
};
static const struct rule multi_static_select_rules[] = {
    TYPE, ACTION_ID, PLACEHOLDER, { "options", OPTIONS, false, 1, 100, NULL },
    { "option_groups", GROUPS, false, 1, 100, NULL },
    { "initial_options", OPTIONS, false, 1, 100, NULL },
    { "max_selected_items", NUMBER, false, 1, 100, NULL }, CONFIRMED, FOCUS,
};
static const struct rule overflow_rules[] = {
    TYPE, ACTION_ID, { "options", OPTIONS, true, 1, 5, NULL }, CONFIRMED,
};
static const struct rule plain_text_input_rules[] = {
    TYPE, ACTION_ID, PLACEHOLDER, { "initial_value", TEXT, false, 0, 3000, NULL },
    { "multiline", BOOL, false, 0, 0, NULL }, { "min_length", NUMBER, false, 0, 3000, NULL },
    { "max_length", NUMBER, false, 1, 3000, NULL }, DISPATCH, FOCUS,
};
static const struct rule number_input_rules[] = {
    TYPE, ACTION_ID, PLACEHOLDER, { "is_decimal_allowed", BOOL, true, 0, 0, NULL },
    { "initial_value", TEXT, false, 0, 3000, NULL }, { "min_value", TEXT, false, 1, 64, NULL },
    { "max_value", TEXT, false, 1, 64, NULL }, DISPATCH, FOCUS,
};
static const struct rule email_text_input_rules[] = {
    TYPE, ACTION_ID, PLACEHOLDER, { "initial_value", TEXT, false, 0, 3000, NULL }, DISPATCH, FOCUS,
};
static const struct rule users_select_rules[] = {
    TYPE, ACTION_ID, PLACEHOLDER, { "initial_user", TEXT, false, 1, 32, NULL }, CONFIRMED, FOCUS,
};
static const struct rule datepicker_rules[] = {
    TYPE, ACTION_ID, PLACEHOLDER, { "initial_date", TEXT, false, 10, 10, NULL }, CONFIRMED, FOCUS,
};
static const struct rule timepicker_rules[] = {
    TYPE, ACTION_ID, PLACEHOLDER, { "initial_time", TEXT, false, 5, 5, NULL },
    { "timezone", TEXT, false, 1, 64, NULL }, CONFIRMED, FOCUS,
};
static const struct rule picture_rules[] = {
    TYPE, { "image_url", TEXT, true, 1, 3000, NULL }, { "alt_text", TEXT, true, 1, 2000, NULL },
};
static const struct rule plain_text_rules[] = {
    TYPE, { "text", TEXT, true, 1, 3000, NULL }, { "emoji", BOOL, false, 0, 0, NULL },
};
static const struct rule mrkdwn_rules[] = {
    TYPE, { "text", TEXT, true, 1, 3000, NULL }, { "verbatim", BOOL, false, 0, 0, NULL },
};
static const struct shape element_shapes[] = {
    SHAPE(button),
    SHAPE(radio_buttons),
    SHAPE(checkboxes),
    SHAPE(static_select),
    SHAPE(multi_static_select),
    SHAPE(overflow),
    SHAPE(plain_text_input),
    SHAPE(number_input),
    SHAPE(email_text_input),
    { "url_text_input", email_text_input_rules, COUNT(email_text_input_rules) },
    SHAPE(users_select),
    SHAPE(datepicker),
    SHAPE(timepicker),
    { "image", picture_rules, COUNT(picture_rules) },
    SHAPE(plain_text),
    SHAPE(mrkdwn),
};

static const struct rule option_rules[] = {
    { "text", RICH, true, 1, 75, NULL }, { "value", TEXT, true, 1, 150, NULL },
    { "description", RICH, false, 1, 75, NULL }, { "url", TEXT, false, 1, 3000, NULL },
};
static const struct rule group_rules[] = {
    { "label", PLAIN, true, 1, 75, NULL }, { "options", OPTIONS, true, 1, 100, NULL },
};
static const struct rule confirm_rules[] = {
    { "title", PLAIN, true, 1, 100, NULL }, { "text", RICH, true, 1, 300, NULL },
    { "confirm", PLAIN, true, 1, 30, NULL }, { "deny", PLAIN, true, 1, 30, NULL },
    { "style", WORD, false, 0, 0, "primary danger" },
};

static const struct rule modal_rules[] = {
    TYPE,
    { "title", PLAIN, true, 1, 24, NULL },
    { "blocks", ANY, true, 0, 0, NULL },
    { "submit", PLAIN, false, 1, 24, NULL },
    { "close", PLAIN, false, 1, 24, NULL },
    { "private_metadata", TEXT, false, 0, 3000, NULL },
    { "callback_id", TEXT, false, 0, 255, NULL },
    { "external_id", TEXT, false, 0, 255, NULL },
    { "clear_on_close", BOOL, false, 0, 0, NULL },
    { "notify_on_close", BOOL, false, 0, 0, NULL },
    { "submit_disabled", BOOL, false, 0, 0, NULL },
};
static const struct rule home_rules[] = {
    TYPE, { "blocks", ANY, true, 0, 0, NULL }, { "private_metadata", TEXT, false, 0, 3000, NULL },
    { "callback_id", TEXT, false, 0, 255, NULL }, { "external_id", TEXT, false, 0, 255, NULL },
};

bool sim_blocks_check(const cJSON *blocks, enum sim_surface surface, cJSON *messages)
{
    struct check check = {
        .messages = messages, .surface = surface, .seen_blocks = cJSON_CreateObject()
    };
    int before = cJSON_GetArraySize(messages), index = 0;
    int max = surface == SIM_MESSAGE ? 50 : 100;
    if (cJSON_GetArraySize(blocks) > max)
        complain(&check, "/blocks", "no more than %d items allowed", max);
    const cJSON *block;
    cJSON_ArrayForEach(block, blocks) {
        char at[64];
        snprintf(at, sizeof at, "/blocks/%d", index++);
        check_shape(&check, block, block_shapes, COUNT(block_shapes), NULL, at);
        check_unique(&check, block, at);
    }
    if (check.tables > 1)
        complain(&check, "/blocks", "only_one_table_allowed");
    cJSON_Delete(check.seen_blocks);
    return cJSON_GetArraySize(messages) == before;
}

bool sim_view_check(const cJSON *view, cJSON *messages)
{
    const char *type = sim_json_z(view, "type");
    bool modal = strcmp(type, "modal") == 0, inputs = false;
    int before = cJSON_GetArraySize(messages);
    struct check check = { .messages = messages, .surface = modal ? SIM_MODAL : SIM_HOME };
    if (!modal && strcmp(type, "home") != 0) {
        complain(&check, "/view/type", "unsupported type: %s", type);
        return false;
    }
    if (modal)
        check_rules(&check, view, modal_rules, COUNT(modal_rules), "/view");
    else
        check_rules(&check, view, home_rules, COUNT(home_rules), "/view");
    const cJSON *blocks = sim_json_get(view, "blocks"), *block;
    if (!cJSON_IsArray(blocks))
        complain(&check, "/view/blocks", "must provide an array");
    else
        sim_blocks_check(blocks, check.surface, messages);
    cJSON_ArrayForEach(block, blocks)
        inputs = inputs || str_equal(sim_json_str(block, "type"), STR("input"));
    if (modal && inputs && !sim_json_get(view, "submit"))
        complain(&check, "/view", "missing required field: submit (there are input blocks)");
    return cJSON_GetArraySize(messages) == before;
}

static void check_shape(struct check *check, const cJSON *object, const struct shape *shapes,
    size_t count, const char *names, const char *at)
{
    const char *type = sim_json_z(object, "type");
    if (!cJSON_IsObject(object)) {
        complain(check, at, "must be an object");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(shapes[i].type, type) != 0)
            continue;
        if (names && !has_word(names, type))
            break;
        check_rules(check, object, shapes[i].rules, shapes[i].count, at);
        if (shapes == block_shapes && strcmp(type, "section") == 0 &&
            !sim_json_get(object, "text") && !sim_json_get(object, "fields"))
            complain(check, at, "must provide either text or fields");
        bool select =
            strcmp(type, "static_select") == 0 || strcmp(type, "multi_static_select") == 0;
        if (select && !sim_json_get(object, "options") == !sim_json_get(object, "option_groups"))
            complain(check, at, "must provide either options or option_groups");
        check->tables += strcmp(type, "table") == 0;
        return;
    }
    complain(check, at, "unsupported type: %s", type);
}

static void check_rules(struct check *check, const cJSON *object, const struct rule *rules,
    size_t count, const char *at)
{
    if (!cJSON_IsObject(object)) {
        complain(check, at, "must be an object");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const cJSON *value = sim_json_get(object, rules[i].name);
        char below[256];
        snprintf(below, sizeof below, "%s/%s", at, rules[i].name);
        if (value)
            check_field(check, value, &rules[i], below);
        else if (rules[i].required)
            complain(check, at, "missing required field: %s", rules[i].name);
    }
    const cJSON *item;
    cJSON_ArrayForEach(item, object) {
        bool known = false, twice = sim_json_get(object, item->string) != item;
        for (size_t i = 0; i < count; i++)
            known = known || strcmp(rules[i].name, item->string) == 0;
        if (!known)
            complain(check, at, "invalid additional property: %s", item->string);
        if (twice)
            complain(check, at, "the same property twice: %s", item->string);
    }
}

static void check_field(
    struct check *check, const cJSON *value, const struct rule *rule, const char *at)
{
    switch (rule->kind) {
    case TEXT:
        check_length(check, value, rule, at);
        break;
    case WORD:
        if (!cJSON_IsString(value) || !has_word(rule->names, cJSON_GetStringValue(value)))
            complain(check, at, "value must be one of: %s", rule->names);
        break;
    case PLAIN:
    case RICH:
        check_text_object(check, value, rule, at);
        break;
    case BOOL:
        if (!cJSON_IsBool(value))
            complain(check, at, "must be a boolean");
        break;
    case NUMBER:
        if (!cJSON_IsNumber(value) || cJSON_GetNumberValue(value) < (double)rule->min ||
            cJSON_GetNumberValue(value) > (double)rule->max)
            complain(check, at, "must be a number from %zu to %zu", rule->min, rule->max);
        break;
    case ELEMENT:
        check_shape(check, value, element_shapes, COUNT(element_shapes), rule->names, at);
        break;
    case OPTION:
        check_rules(check, value, option_rules, COUNT(option_rules), at);
        break;
    case STYLE:
        check_rules(check, value, style_rules, COUNT(style_rules), at);
        break;
    case CONFIRM:
        check_rules(check, value, confirm_rules, COUNT(confirm_rules), at);
        break;
    case ELEMENTS:
    case FIELDS:
    case OPTIONS:
    case GROUPS:
    case ROWS:
    case PARTS:
    case INLINES:
        check_list(check, value, rule, at);
        break;
    case ANY:
        break;
    }
}

static void check_list(
    struct check *check, const cJSON *value, const struct rule *rule, const char *at)
{
    static const struct rule field = { "field", RICH, true, 1, 2000, NULL };
    size_t len = (size_t)cJSON_GetArraySize(value), index = 0;
    if (!cJSON_IsArray(value)) {
        complain(check, at, "must provide an array");
        return;
    }
    if (len < rule->min)
        complain(check, at, "no less than %zu items allowed", rule->min);
    if (len > rule->max)
        complain(check, at, "no more than %zu items allowed", rule->max);
    const cJSON *item;
    cJSON_ArrayForEach(item, value) {
        char below[300];
        snprintf(below, sizeof below, "%s/%zu", at, index++);
        if (rule->kind == ELEMENTS)
            check_shape(check, item, element_shapes, COUNT(element_shapes), rule->names, below);
        else if (rule->kind == PARTS)
            check_shape(check, item, part_shapes, COUNT(part_shapes), rule->names, below);
        else if (rule->kind == INLINES)
            check_shape(check, item, inline_shapes, COUNT(inline_shapes), NULL, below);
        else if (rule->kind == FIELDS)
            check_text_object(check, item, &field, below);
        else if (rule->kind == OPTIONS)
            check_rules(check, item, option_rules, COUNT(option_rules), below);
        else if (rule->kind == GROUPS)
            check_rules(check, item, group_rules, COUNT(group_rules), below);
        else if (!cJSON_IsArray(item) || cJSON_GetArraySize(item) > 20)
            complain(check, below, "must be an array of no more than 20 cells");
    }
}

static void check_text_object(struct check *check, const cJSON *value, const struct rule *rule,
                              const char *at)
{
    const char *type = sim_json_z(value, "type");
    bool plain = strcmp(type, "plain_text") == 0;
    const struct rule text = { "text", TEXT, true, rule->min, rule->max, NULL };
    const struct rule extra = { plain ? "emoji" : "verbatim", BOOL, false, 0, 0, NULL };
    const struct rule rules[] = { TYPE, text, extra };
    if (!cJSON_IsObject(value))
        complain(check, at, "must be an object");
    else if (!plain && (rule->kind == PLAIN || strcmp(type, "mrkdwn") != 0))
        complain(check, at, "unsupported type: %s", type);
    else
        check_rules(check, value, rules, COUNT(rules), at);
}

static void check_length(
    struct check *check, const cJSON *value, const struct rule *rule, const char *at)
{
    struct str text = str_from_z(cJSON_GetStringValue(value));
    if (!cJSON_IsString(value))
        complain(check, at, "must be a string");
    else if (!text_is_utf8(text))
        complain(check, at, "must be UTF-8");
    else if (text_length(text) < rule->min)
        complain(check, at, "must be more than %zu characters", rule->min - 1);
    else if (text_length(text) > rule->max)
        complain(check, at, "must be less than %zu characters", rule->max + 1);
}

/* A block_id once per message or view; an action_id once per block. */
static void check_unique(struct check *check, const cJSON *block, const char *at)
{
    const char *block_id = sim_json_z(block, "block_id");
    if (block_id[0] && sim_json_get(check->seen_blocks, block_id))
        complain(check, at, "block_id already exists: %s", block_id);
    else if (block_id[0])
        sim_json_put(check->seen_blocks, block_id, cJSON_CreateTrue());
    cJSON *seen = cJSON_CreateObject();
    const cJSON *element;
    cJSON_ArrayForEach(element, sim_json_get(block, "elements")) {
        const char *action_id = sim_json_z(element, "action_id");
        if (action_id[0] && sim_json_get(seen, action_id))
            complain(check, at, "action_id already exists: %s", action_id);
        else if (action_id[0])
            sim_json_put(seen, action_id, cJSON_CreateTrue());
    }
    cJSON_Delete(seen);
}

static bool has_word(const char *names, const char *word)
{
    struct str rest = str_from_z(names), part;
    while (str_next_part(&rest, ' ', &part)) {
        if (str_equal(part, str_from_z(word)) && part.len > 0)
            return true;
    }
    return false;
}

void sim_complain(cJSON *messages, const char *sentence, const char *pointer)
{
    char line[512];
    snprintf(line, sizeof line, "[ERROR] %s [json-pointer:%s]", sentence, pointer);
    cJSON_AddItemToArray(messages, cJSON_CreateString(line));
}

static void complain(struct check *check, const char *at, const char *format, ...)
{
    char sentence[200];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    sim_complain(check->messages, sentence, at);
}

void sim_blocks_complete(struct workspace *ws, cJSON *blocks)
{
    cJSON *block;
    char id[SIM_ID_BYTES];
    cJSON_ArrayForEach(block, blocks) {
        sim_id(ws, "", 5, id);
        if (!sim_json_z(block, "block_id")[0])
            sim_json_put_z(block, "block_id", id);
        cJSON *one[] = { cJSON_GetObjectItemCaseSensitive(block, "accessory"),
                         cJSON_GetObjectItemCaseSensitive(block, "element") };
        cJSON *elements = cJSON_GetObjectItemCaseSensitive(block, "elements"), *element;
        cJSON_ArrayForEach(element, elements) {
            sim_id(ws, "", 5, id);
            if (strcmp(sim_json_z(block, "type"), "actions") == 0 &&
                !sim_json_z(element, "action_id")[0])
                sim_json_put_z(element, "action_id", id);
        }
        for (size_t i = 0; i < COUNT(one); i++) {
            sim_id(ws, "", 5, id);
            if (one[i] && strcmp(sim_json_z(one[i], "type"), "image") != 0 &&
                !sim_json_z(one[i], "action_id")[0])
                sim_json_put_z(one[i], "action_id", id);
        }
    }
}
