/* Small helpers over cJSON, and the reader of form bodies.
 *
 * Refuses to know what any field means. Odd decision: a form is read into the same tree as a JSON
 * body, every value a string, so that a method sees no difference. */
#include "sim/inside.h"

static struct str form_decode(char *into, struct str raw);
static int hex_value(char c);

struct str sim_json_str(const cJSON *object, const char *key)
{
    return str_from_z(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key)));
}

const char *sim_json_z(const cJSON *object, const char *key)
{
    const char *z = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    return z ? z : "";
}

bool sim_json_true(const cJSON *object, const char *key)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}

bool sim_json_truthy(const cJSON *object, const char *key)
{
    struct str text = sim_json_str(object, key);
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsTrue(item) || str_equal(text, STR("true")) || str_equal(text, STR("1")) ||
           (cJSON_IsNumber(item) && cJSON_GetNumberValue(item) > 0);
}

const cJSON *sim_json_get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

cJSON *sim_json_parse(struct str text)
{
    char *copy = sim_dup(text);
    const char *end = NULL;
    cJSON *json = cJSON_ParseWithOpts(copy, &end, true);
    free(copy);
    return json;
}

char *sim_json_print(const cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);
    REQUIRE(text != NULL);
    return text;
}

void sim_json_put(cJSON *object, const char *key, cJSON *value)
{
    REQUIRE(value != NULL);
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
    REQUIRE(cJSON_AddItemToObject(object, key, value));
}

void sim_json_put_str(cJSON *object, const char *key, struct str value)
{
    char *z = sim_dup(value);
    sim_json_put(object, key, cJSON_CreateString(z));
    free(z);
}

void sim_json_put_z(cJSON *object, const char *key, const char *value)
{
    sim_json_put(object, key, cJSON_CreateString(value));
}

cJSON *sim_json_copy(const cJSON *json)
{
    cJSON *copy = json ? cJSON_Duplicate(json, true) : cJSON_CreateNull();
    REQUIRE(copy != NULL);
    return copy;
}

cJSON *sim_form_parse(struct str form)
{
    cJSON *object = cJSON_CreateObject();
    char *key = sim_alloc(form.len + 1);
    char *value = sim_alloc(form.len + 1);
    struct str part;
    while (str_next_part(&form, '&', &part)) {
        size_t equals = str_find(part, '=');
        form_decode(key, str_slice(part, 0, equals));
        struct str decoded = form_decode(value, str_slice(part, equals + 1, part.len));
        if (key[0])
            sim_json_put_str(object, key, decoded);
    }
    free(key);
    free(value);
    return object;
}

static struct str form_decode(char *into, struct str raw)
{
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        if (c == '+')
            c = ' ';
        if (c == '%' && i + 2 < raw.len && hex_value(raw.ptr[i + 1]) >= 0 &&
            hex_value(raw.ptr[i + 2]) >= 0) {
            c = (char)(hex_value(raw.ptr[i + 1]) * 16 + hex_value(raw.ptr[i + 2]));
            i += 2;
        }
        into[len++] = c;
    }
    into[len] = '\0';
    return (struct str){ into, len };
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}
