/* Owns the wire form of action references. Pure. */
#include "platform/slack/control.h"

#include <inttypes.h>

enum { KEY_DIGITS = 16 };

static bool read_small(struct str text, unsigned max, unsigned *out);

void control_add_value(struct buf *buf, struct action_ref ref, int value)
{
    buf_add_int(buf, ref.nudge_id);
    buf_addf(buf, ".%u.%u.", ref.step, ref.attempt);
    control_add_key(buf, ref.key);
    if (value != CONTROL_NO_VALUE)
        buf_addf(buf, ".%d", value);
}

bool control_read_value(struct str text, struct action_ref *ref, int *value)
{
    struct str parts[5] = { STR_EMPTY };
    size_t count = 0;
    struct str part;
    if (str_ends_with(text, STR(".")))
        return false;
    while (str_next_part(&text, '.', &part)) {
        if (count == COUNT(parts) || part.len == 0)
            return false;
        parts[count++] = part;
    }
    struct action_ref read = { 0 };
    unsigned step = 0, attempt = 0, number = 0;
    if (count < 4 || !str_to_int64(parts[0], &read.nudge_id) || read.nudge_id < 0
        || !read_small(parts[1], UINT8_MAX, &step) || !read_small(parts[2], UINT8_MAX, &attempt)
        || !control_read_key(parts[3], &read.key)
        || (count == 5 && !read_small(parts[4], UINT8_MAX, &number)))
        return false;
    read.step = (uint8_t)step;
    read.attempt = (uint8_t)attempt;
    *ref = read;
    *value = count == 5 ? (int)number : CONTROL_NO_VALUE;
    return true;
}

enum verb control_read_id(struct str action_id, unsigned *number)
{
    size_t colon = str_find(action_id, ':');
    unsigned read = 0;
    struct str digits = str_slice(action_id, colon + 1, action_id.len);
    if (colon < action_id.len && !read_small(digits, 999, &read))
        return VERB_NONE;
    *number = read;
    return verb_from_word(str_slice(action_id, 0, colon));
}

void control_add_key(struct buf *buf, uint64_t key)
{
    buf_addf(buf, "%016" PRIx64, key);
}

bool control_read_key(struct str digits, uint64_t *key)
{
    uint64_t read = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0')
                       : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
        if (digit == 16)
            return false;
        read = read << 4 | digit;
    }
    if (digits.len != KEY_DIGITS)
        return false;
    *key = read;
    return true;
}

static bool read_small(struct str text, unsigned max, unsigned *out)
{
    uint64_t read = 0;
    if (text.len == 0 || text.len > 3 || !str_to_uint64(text, &read) || read > max)
        return false;
    *out = (unsigned)read;
    return true;
}
