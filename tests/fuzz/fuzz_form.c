/* A query or a form body, against libcurl's own escaping: the first field of a name is found, with
 * the bytes that were put in. */
#include "fuzz.h"

#include <curl/curl.h>

#include "nudged/base/arena.h"
#include "nudged/base/buf.h"
#include "nudged/net/listen.h"

enum { FIELDS_MAX = 8 };

/* Without the byte that ends a C string: "%00" stays as it is written. */
static struct str take_text(struct feed *feed, struct arena *arena, size_t len)
{
    struct str bytes = take_bytes(feed, len);
    char *text = arena_copy(arena, bytes.ptr, bytes.len);
    for (size_t i = 0; i < bytes.len; i++)
        if (!text[i])
            text[i] = '%';
    return (struct str){ text, bytes.len };
}

static void add_escaped(struct buf *out, struct str text)
{
    char *escaped = text.len ? curl_easy_escape(NULL, text.ptr, (int)text.len) : NULL;
    REQUIRE(escaped || !text.len);
    buf_add(out, str_from_z(escaped));
    curl_free(escaped);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct str names[FIELDS_MAX], values[FIELDS_MAX], found = STR("untouched");
    size_t len = 0;
    arena_init(&arena, 4 << 20);
    struct buf form = buf_in(&arena, 1 << 20);
    while (feed.left && len < FIELDS_MAX) {
        uint8_t how = take_byte(&feed);
        names[len] = take_text(&feed, &arena, how & 7);
        values[len] = take_text(&feed, &arena, how >> 3);
        buf_add(&form, len ? STR("&") : STR_EMPTY);
        add_escaped(&form, names[len]);
        buf_add(&form, STR("="));
        add_escaped(&form, values[len++]);
    }
    for (size_t i = 0; i < len; i++) {
        size_t first = 0;
        while (!str_equal(names[first], names[i]))
            first++;
        REQUIRE(form_value(&arena, buf_str(&form), names[i], &found));
        REQUIRE(str_equal(found, values[first]));
    }
    found = STR("untouched");
    struct str raw = { (const char *)data, size };
    if (!form_value(&arena, raw, STR("a"), &found))
        REQUIRE(str_equal(found, STR("untouched")));
    else
        REQUIRE(found.len < size);
    arena_finish(&arena);
    return 0;
}
