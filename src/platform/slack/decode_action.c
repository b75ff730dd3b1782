/* Owns what people press and submit: block_actions and view_submission
 * (docs.slack.dev/reference/interaction-payloads).
 *
 * Selects, radio buttons and checkboxes say nothing by themselves: their state is read from
 * state.values when the submit button is pressed, places of an order by the number in the action
 * id. */
#include "nudged/base/limits.h"
#include "platform/slack/control.h"
#include "platform/slack/decode.h"
#include "platform/slack/members.h"

enum { TRIGGER_ID_BYTES_MAX = 256 };

typedef enum err read_fn(struct reading *reading);

static read_fn read_block_actions, read_view_submission;
static void read_place(struct reading *reading);
static enum err read_button(struct reading *reading, const struct json *action);
static enum err read_state(struct reading *reading);
static enum err read_control(struct reading *reading, const struct json *control, unsigned place,
    int16_t places[CHOICES_MAX]);
static bool read_option(const struct json *option, uint8_t *value);
static enum err push_value(struct event *event, uint8_t value);
static enum err read_form(struct reading *reading, const struct json *values);

static const struct { struct str type; read_fn *read; } types[] = {
    { STR_INIT("block_actions"), read_block_actions },
    { STR_INIT("view_submission"), read_view_submission },
};

enum err decode_interactive(struct reading *reading)
{
    const struct json *payload = reading->payload;
    struct str type = json_get_text(payload, "type");
    reading->ack->takes_payload &= str_equal(type, STR("view_submission"));
    for (size_t i = 0; i < COUNT(types); i++) {
        if (!str_equal(type, types[i].type))
            continue;
        enum err err = reading_identity(reading, json_get_text(json_get(payload, "user"), "id"),
            json_get_text(json_get(payload, "team"), "id"));
        reading->event->trigger =
            reading_word(reading, payload, "trigger_id", TRIGGER_ID_BYTES_MAX);
        return err ? err : types[i].read(reading);
    }
    return ERR_UNKNOWN_FORM;
}

/* Slack sends one action a payload. */
static enum err read_block_actions(struct reading *reading)
{
    const struct json *action = json_first(json_get(reading->payload, "actions"));
    struct event *event = reading->event;
    unsigned number = 0;
    event->kind = EVENT_ACTION;
    event->verb = control_read_id(json_get_text(action, "action_id"), &number);
    read_place(reading);
    if (event->verb == VERB_NONE)
        return ERR_UNKNOWN_FORM;
    if (event->verb == VERB_IGNORE)
        return OK;
    enum err err = read_button(reading, action);
    if (!err && event->verb == VERB_SUBMIT)
        err = read_state(reading);
    return err;
}

/* Where it happened, and the way back; neither exists for a click on the home page. */
static void read_place(struct reading *reading)
{
    const struct json *container = json_get(reading->payload, "container");
    struct str channel = json_get_text(container, "channel_id");
    struct str ts = json_get_text(container, "message_ts");
    if (channel.len == 0)
        channel = json_get_text(json_get(reading->payload, "channel"), "id");
    if (is_slack_id(channel))
        reading->event->channel = str_copy(reading->arena, channel);
    if (is_slack_ts(ts))
        reading->event->message_id = str_copy(reading->arena, ts);
    reading->ack->channel = reading->event->channel;
    reading->ack->message_id = reading->event->message_id;
    reading->ack->reply_path =
        reading_word(reading, reading->payload, "response_url", URL_BYTES_MAX);
}

static enum err read_button(struct reading *reading, const struct json *action)
{
    int value = CONTROL_NO_VALUE;
    if (!control_read_value(json_get_text(action, "value"), &reading->event->ref, &value))
        return ERR_UNKNOWN_FORM;
    if (reading->event->verb == VERB_CHOOSE && value == CONTROL_NO_VALUE)
        return ERR_UNKNOWN_FORM;
    return value == CONTROL_NO_VALUE ? OK : push_value(reading->event, (uint8_t)value);
}

/* block id → action id → control. Checked options as Slack lists them, places in their order. */
static enum err read_state(struct reading *reading)
{
    const struct json *values = json_get(json_get(reading->payload, "state"), "values");
    int16_t places[CHOICES_MAX];
    unsigned lowest = UINT32_MAX;
    enum err err = OK;
    for (size_t i = 0; i < CHOICES_MAX; i++)
        places[i] = -1;
    for (const struct json *block = json_first(values); block; block = json_next(block))
        for (const struct json *each = json_first(block); each; each = json_next(each)) {
            unsigned number = 0;
            if (control_read_id(json_key(each), &number) == VERB_IGNORE && number < lowest)
                lowest = number;
        }
    for (const struct json *block = json_first(values); block; block = json_next(block))
        for (const struct json *each = json_first(block); each && !err; each = json_next(each)) {
            unsigned number = 0;
            if (control_read_id(json_key(each), &number) == VERB_IGNORE)
                err = read_control(reading, each, number - lowest, places);
        }
    for (size_t i = 0; i < CHOICES_MAX && !err; i++)
        if (places[i] >= 0)
            err = push_value(reading->event, (uint8_t)places[i]);
    return err;
}

static enum err read_control(struct reading *reading, const struct json *control, unsigned place,
    int16_t places[CHOICES_MAX])
{
    struct str type = json_get_text(control, "type");
    uint8_t value = 0;
    enum err err = OK;
    if (str_equal(type, STR("static_select")) || str_equal(type, STR("radio_buttons"))) {
        const struct json *option = json_get(control, "selected_option");
        if (!json_is_object(option))
            return OK;
        if (place >= CHOICES_MAX || places[place] >= 0 || !read_option(option, &value))
            return ERR_INVALID;
        places[place] = value;
    } else if (str_equal(type, STR("checkboxes"))) {
        const struct json *option = json_first(json_get(control, "selected_options"));
        for (; option && !err; option = json_next(option))
            err = read_option(option, &value) ? push_value(reading->event, value) : ERR_INVALID;
    }
    return err;
}

static bool read_option(const struct json *option, uint8_t *value)
{
    uint64_t number = 0;
    struct str text = json_get_text(option, "value");
    if (text.len == 0 || text.len > 3 || !str_to_uint64(text, &number) || number > UINT8_MAX)
        return false;
    *value = (uint8_t)number;
    return true;
}

static enum err push_value(struct event *event, uint8_t value)
{
    if (event->values_len == CHOICES_MAX)
        return ERR_INVALID;
    event->values[event->values_len++] = value;
    return OK;
}

static enum err read_view_submission(struct reading *reading)
{
    const struct json *view = json_get(reading->payload, "view");
    struct str ref = json_get_text(view, "private_metadata");
    int value = CONTROL_NO_VALUE;
    if (!str_equal(json_get_text(view, "callback_id"), STR("form"))
        || !control_read_value(ref, &reading->event->ref, &value))
        return ERR_UNKNOWN_FORM;
    reading->event->kind = EVENT_FORM;
    return read_form(reading, json_get(json_get(view, "state"), "values"));
}

/* The block id is the input's name; an input left empty has no value. What was typed into an input
 * arrives as typed, without entities. */
static enum err read_form(struct reading *reading, const struct json *values)
{
    struct event *event = reading->event;
    struct form_value *form = arena_array(reading->arena, struct form_value, INPUTS_MAX);
    if (!form)
        return ERR_NO_MEMORY;
    for (const struct json *block = json_first(values); block; block = json_next(block)) {
        const struct json *control = json_first(block);
        if (!str_equal(json_get_text(control, "type"), STR("plain_text_input")))
            continue;
        struct str name = json_key(block), value = json_get_text(control, "value");
        if (event->form_len == INPUTS_MAX || name.len == 0 || value.len > ANSWER_BYTES_MAX)
            return ERR_INVALID;
        form[event->form_len++] = (struct form_value){ .name = str_copy(reading->arena, name),
            .value = str_copy(reading->arena, value) };
    }
    event->form = form;
    return OK;
}
