/* Owns the two heads of a WebSocket's opening. Every byte it reads is somebody else's. */
#include "net/ws_upgrade.h"

#include <string.h>

#include "net/ws_frame.h"

enum { STATUS_SWITCHING = 101, STATUS_OFFSET = 9 };

struct head {
    bool upgrade, connection, accepted, offers_more;
};

static void read_header(struct str line, struct str accept, struct head *head);
static bool has_word(struct str value, struct str word);
static bool read_status(struct str line, int *status);

void ws_key(const uint8_t random[16], char out[WS_KEY_LEN + 1])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t bytes[18] = { 0 };
    memcpy(bytes, random, 16);
    for (size_t i = 0; i < 6; i++) {
        unsigned group =
            (unsigned)bytes[3 * i] << 16 | (unsigned)bytes[3 * i + 1] << 8 | bytes[3 * i + 2];
        for (size_t j = 0; j < 4; j++)
            out[4 * i + j] = digits[group >> (18 - 6 * j) & 63];
    }
    out[WS_KEY_LEN - 2] = out[WS_KEY_LEN - 1] = '='; /* 16 bytes end in two padding signs */
    out[WS_KEY_LEN] = '\0';
}

void ws_ask_add(struct buf *out, const struct ws_ask *ask)
{
    buf_addf(out,
        "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n",
        ask->path, ask->host, ask->key);
    if (ask->authorization)
        buf_addf(out, "Authorization: %s\r\n", ask->authorization);
    buf_add(out, STR("\r\n"));
}

/* Neither an extension nor a protocol was asked for, so a server that names one speaks of another
 * connection (section 4.1). */
enum ws_answer ws_answer_read(struct str bytes, const struct ws_ask *ask, size_t *head_len,
    int *status, const char **why)
{
    const char *end = bytes.len ? memmem(bytes.ptr, bytes.len, "\r\n\r\n", 4) : NULL;
    char accept[WS_ACCEPT_LEN + 1];
    struct head head = { 0 };
    struct str lines, line;
    *why = "not an answer to the upgrade";
    if (!end && bytes.len < WS_HEAD_BYTES_MAX)
        return WS_ANSWER_MORE;
    if (!end || (size_t)(end - bytes.ptr) > WS_HEAD_BYTES_MAX)
        return WS_ANSWER_BAD;
    lines = (struct str){ bytes.ptr, (size_t)(end - bytes.ptr) };
    *head_len = lines.len + 4;
    if (!str_next_part(&lines, '\n', &line) || !read_status(line, status))
        return WS_ANSWER_BAD;
    if (*status != STATUS_SWITCHING)
        return WS_ANSWER_REFUSED;
    ws_accept_key((struct str){ ask->key, WS_KEY_LEN }, accept);
    while (str_next_part(&lines, '\n', &line))
        read_header(line, str_from_z(accept), &head);
    return head.upgrade && head.connection && head.accepted && !head.offers_more
        ? WS_ANSWER_OPEN : WS_ANSWER_BAD;
}

static void read_header(struct str line, struct str accept, struct head *head)
{
    size_t colon = str_find(line, ':');
    struct str name = str_slice(line, 0, colon);
    struct str value = str_trim(str_slice(line, colon + 1, line.len));
    if (str_equal_nocase(name, STR("upgrade")))
        head->upgrade = has_word(value, STR("websocket"));
    if (str_equal_nocase(name, STR("connection")))
        head->connection = head->connection || has_word(value, STR("upgrade"));
    if (str_equal_nocase(name, STR("sec-websocket-accept")))
        head->accepted = str_equal(value, accept);
    if (str_equal_nocase(name, STR("sec-websocket-extensions"))
        || str_equal_nocase(name, STR("sec-websocket-protocol")))
        head->offers_more = true;
}

static bool has_word(struct str value, struct str word)
{
    struct str part;
    while (str_next_part(&value, ',', &part))
        if (str_equal_nocase(str_trim(part), word))
            return true;
    return false;
}

/* "HTTP/1.1 101 …" */
static bool read_status(struct str line, int *status)
{
    uint64_t number = 0;
    struct str digits = str_slice(line, STATUS_OFFSET, STATUS_OFFSET + 3);
    if (!str_starts_with(line, STR("HTTP/1.")) || digits.len != 3
        || !str_to_uint64(digits, &number))
        return false;
    *status = (int)number;
    return true;
}
