/* What a person can press or fill on a message or view, and what they have filled in so far
 * (state.values, as Slack's client keeps it).
 *
 * Refuses to know envelopes. Odd decision: the same rules that Slack's client enforces while typing
 * (length, chosen options must exist) are enforced here, because the app may rely on them. */
#include "nudged/base/text.h"
#include "sim/inside.h"

static const char *const stateful[] = {
    "radio_buttons",
    "checkboxes",
    "static_select",
    "multi_static_select",
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "users_select",
    "datepicker",
    "timepicker",
};

static cJSON *initial_value(const cJSON *element);
static const cJSON *option_with(const cJSON *element, struct str value);
static bool fill_text(cJSON *slot, const cJSON *element, struct str text);
static bool fill_many(cJSON *slot, const cJSON *element, struct str values);
static bool visit(const cJSON *block, cJSON *element, bool in_input, sim_element_fn *fn, void *arg);

bool sim_element_has_state(const char *type)
{
    for (size_t i = 0; i < COUNT(stateful); i++) {
        if (strcmp(stateful[i], type) == 0)
            return true;
    }
    return false;
}

bool sim_elements(cJSON *blocks, sim_element_fn *fn, void *arg)
{
    cJSON *block, *element;
    cJSON_ArrayForEach(block, blocks) {
        const char *type = sim_json_z(block, "type");
        cJSON *elements = cJSON_GetObjectItemCaseSensitive(block, "elements");
        if (visit(block, cJSON_GetObjectItemCaseSensitive(block, "accessory"), false, fn, arg))
            return true;
        if (strcmp(type, "input") == 0 &&
            visit(block, cJSON_GetObjectItemCaseSensitive(block, "element"), true, fn, arg))
            return true;
        if (strcmp(type, "actions") != 0)
            continue;
        cJSON_ArrayForEach(element, elements) {
            if (visit(block, element, false, fn, arg))
                return true;
        }
    }
    return false;
}

static bool visit(const cJSON *block, cJSON *element, bool in_input, sim_element_fn *fn, void *arg)
{
    if (!element || strcmp(sim_json_z(element, "type"), "image") == 0)
        return false;
    struct sim_element found = { .block = block, .element = element, .in_input = in_input };
    return fn(arg, &found);
}

struct wanted { struct str block_id, action_id; struct sim_element *out; };

static bool is_wanted(void *arg, const struct sim_element *element)
{
    struct wanted *wanted = arg;
    if (!str_equal(sim_json_str(element->element, "action_id"), wanted->action_id))
        return false;
    if (!str_is_empty(wanted->block_id) &&
        !str_equal(sim_json_str(element->block, "block_id"), wanted->block_id))
        return false;
    *wanted->out = *element;
    return true;
}

bool sim_element_find(
    cJSON *blocks, struct str block_id, struct str action_id, struct sim_element *out)
{
    struct wanted wanted = { block_id, action_id, out };
    return !str_is_empty(action_id) && sim_elements(blocks, is_wanted, &wanted);
}

/* -- state.values ------------------------------------------------------------------------------ */

struct filling { cJSON *values; const cJSON *old; };

static bool fill_initial(void *arg, const struct sim_element *element)
{
    struct filling *filling = arg;
    const char *block_id = sim_json_z(element->block, "block_id");
    const char *action_id = sim_json_z(element->element, "action_id");
    if (!sim_element_has_state(sim_json_z(element->element, "type")))
        return false;
    cJSON *block = cJSON_GetObjectItemCaseSensitive(filling->values, block_id);
    if (!block)
        block = cJSON_AddObjectToObject(filling->values, block_id);
    const cJSON *kept = sim_json_get(sim_json_get(filling->old, block_id), action_id);
    bool same =
        kept && str_equal(sim_json_str(kept, "type"), sim_json_str(element->element, "type"));
    sim_json_put(block, action_id, same ? sim_json_copy(kept) : initial_value(element->element));
    return false;
}

cJSON *sim_values_for(cJSON *blocks, const cJSON *old)
{
    struct filling filling = { cJSON_CreateObject(), old };
    sim_elements(blocks, fill_initial, &filling);
    return filling.values;
}

static cJSON *initial_value(const cJSON *element)
{
    const char *type = sim_json_z(element, "type");
    cJSON *slot = cJSON_CreateObject();
    const cJSON *many = sim_json_get(element, "initial_options");
    sim_json_put_z(slot, "type", type);
    if (strcmp(type, "checkboxes") == 0 || strcmp(type, "multi_static_select") == 0)
        sim_json_put(slot, "selected_options", many ? sim_json_copy(many) : cJSON_CreateArray());
    else if (strcmp(type, "radio_buttons") == 0 || strcmp(type, "static_select") == 0)
        sim_json_put(
            slot, "selected_option", sim_json_copy(sim_json_get(element, "initial_option")));
    else if (strcmp(type, "users_select") == 0)
        sim_json_put(slot, "selected_user", sim_json_copy(sim_json_get(element, "initial_user")));
    else if (strcmp(type, "datepicker") == 0)
        sim_json_put(slot, "selected_date", sim_json_copy(sim_json_get(element, "initial_date")));
    else if (strcmp(type, "timepicker") == 0)
        sim_json_put(slot, "selected_time", sim_json_copy(sim_json_get(element, "initial_time")));
    else
        sim_json_put(slot, "value", sim_json_copy(sim_json_get(element, "initial_value")));
    return slot;
}

bool sim_values_fill(cJSON *values, const struct sim_element *element, struct str text)
{
    const char *type = sim_json_z(element->element, "type");
    cJSON *block = cJSON_GetObjectItemCaseSensitive(values, sim_json_z(element->block, "block_id"));
    cJSON *slot =
        cJSON_GetObjectItemCaseSensitive(block, sim_json_z(element->element, "action_id"));
    if (!slot)
        return false;
    if (strcmp(type, "checkboxes") == 0 || strcmp(type, "multi_static_select") == 0)
        return fill_many(slot, element->element, text);
    if (strcmp(type, "radio_buttons") == 0 || strcmp(type, "static_select") == 0) {
        const cJSON *option = option_with(element->element, text);
        if (option)
            sim_json_put(slot, "selected_option", sim_json_copy(option));
        return option != NULL;
    }
    if (strcmp(type, "users_select") == 0)
        sim_json_put_str(slot, "selected_user", text);
    else if (strcmp(type, "datepicker") == 0)
        sim_json_put_str(slot, "selected_date", text);
    else if (strcmp(type, "timepicker") == 0)
        sim_json_put_str(slot, "selected_time", text);
    else
        return fill_text(slot, element->element, text);
    return true;
}

static bool fill_text(cJSON *slot, const cJSON *element, struct str text)
{
    const cJSON *max = sim_json_get(element, "max_length");
    double limit = cJSON_IsNumber(max) ? cJSON_GetNumberValue(max) : 3000;
    if (!text_is_utf8(text) || (double)text_length(text) > limit)
        return false;
    if (str_is_empty(text))
        sim_json_put(slot, "value", cJSON_CreateNull());
    else
        sim_json_put_str(slot, "value", text);
    return true;
}

static bool fill_many(cJSON *slot, const cJSON *element, struct str values)
{
    cJSON *chosen = cJSON_CreateArray();
    const cJSON *option;
    struct str value;
    while (str_next_part(&values, '\n', &value)) {
        option = option_with(element, value);
        if (!option) {
            cJSON_Delete(chosen);
            return false;
        }
        cJSON_AddItemToArray(chosen, sim_json_copy(option));
    }
    sim_json_put(slot, "selected_options", chosen);
    return true;
}

static const cJSON *option_with(const cJSON *element, struct str value)
{
    const cJSON *option, *group;
    cJSON_ArrayForEach(option, sim_json_get(element, "options")) {
        if (str_equal(sim_json_str(option, "value"), value))
            return option;
    }
    cJSON_ArrayForEach(group, sim_json_get(element, "option_groups")) {
        option = option_with(group, value);
        if (option)
            return option;
    }
    return NULL;
}
