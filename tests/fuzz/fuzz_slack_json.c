/* The strict reading of JSON. What it accepts, a lenient parser accepts too; leaving a value
 * unread refuses nothing more, and less only for keys that are twice in that value. */
#include "fuzz.h"

#include <cjson/cJSON.h>

#include "nudged/base/limits.h"
#include "nudged/base/text.h"
#include "platform/slack/json.h"

static void walk(const struct json *value, int depth)
{
    int64_t number = 0;
    struct str text = json_text(value);
    REQUIRE(depth <= JSON_DEPTH_MAX);
    REQUIRE(text_is_utf8(text) && str_find(text, '\0') == text.len);
    for (const struct json *each = json_first(value); each; each = json_next(each)) {
        struct str key = json_key(each);
        REQUIRE(text_is_utf8(key) && str_find(key, '\0') == key.len);
        walk(each, depth + 1);
    }
    if (json_get_integer(value, "n", &number))
        REQUIRE(number <= INT64_C(1) << 53 && number >= -(INT64_C(1) << 53));
    (void)json_get_true(value, "ok");
    REQUIRE(!json_get_text(value, "").len || json_is_object(value));
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct str bytes = take_rest(&feed);
    struct json *root = NULL, *partly = NULL;
    enum err err = json_parse(bytes, FRAME_BYTES_MAX, &root);
    enum err err_partly = json_parse_without(bytes, FRAME_BYTES_MAX, STR("message"), &partly);
    REQUIRE(err == OK || err == ERR_SYNTAX || err == ERR_TOO_BIG);
    REQUIRE(err_partly == err || (err == ERR_SYNTAX && str_contains(bytes, STR("\"message\""))));
    if (!err_partly) {
        cJSON *lenient = cJSON_ParseWithLength(bytes.ptr, bytes.len);
        REQUIRE(lenient && text_is_utf8(bytes));
        cJSON_Delete(lenient);
    }
    walk(root, 0);
    walk(partly, 0);
    json_free(root);
    json_free(partly);
    return 0;
}
