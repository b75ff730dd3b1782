/* Which addresses may be spoken to. The oracle is libcurl's own reading of the same bytes, because
 * it is who connects: where the two disagree on scheme, host or port, a secret goes elsewhere. */
#include "fuzz.h"

#include <curl/curl.h>
#include <netdb.h>

#include "nudged/base/buf.h"
#include "nudged/base/limits.h"
#include "nudged/base/url.h"

static bool part_is(CURLU *url, CURLUPart part, unsigned flags, struct str expected)
{
    char *text = NULL;
    if (curl_url_get(url, part, &text, flags))
        return false;
    bool same = str_equal_nocase(str_from_z(text), expected);
    curl_free(text);
    return same;
}

/* A numeric address is loopback when it begins with 127., whatever else curl makes of a name. */
static bool loopback_for_curl(CURLU *url)
{
    char *host = NULL;
    if (curl_url_get(url, CURLUPART_HOST, &host, 0))
        return false;
    bool loopback = strncmp(host, "127.", 4) == 0 || strcasecmp(host, "localhost") == 0 ||
        strcmp(host, "[::1]") == 0;
    curl_free(host);
    return loopback;
}

/* curl writes "127", "0x7f.1" and "[::0]" as the address they mean; only https goes there. */
static bool is_number(struct str host)
{
    size_t from = host.len;
    while (from > 0 && host.ptr[from - 1] != '.')
        from--;
    return from == host.len || host.ptr[0] == '[' ||
        (host.ptr[from] >= '0' && host.ptr[from] <= '9');
}

/* A place to listen at: the C library takes the same two for a numeric address and a port. */
static void check_address(struct str text)
{
    struct str host = STR_EMPTY;
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV }, *found = NULL;
    struct buf again = buf_heap(256);
    uint16_t port = 0, second = 0;
    char name[128], service[8];
    if (address_split(text, &host, &port)) {
        bool six = str_find(host, ':') < host.len;
        REQUIRE(host.len < sizeof name);
        (void)snprintf(name, sizeof name, "%.*s", STR_ARG(host));
        (void)snprintf(service, sizeof service, "%u", port);
        REQUIRE(getaddrinfo(name, service, &hints, &found) == 0);
        freeaddrinfo(found);
        buf_addf(&again, six ? "[%.*s]:%u" : "%.*s:%u", STR_ARG(host), port);
        REQUIRE(address_split(buf_str(&again), &host, &second) && second == port);
    }
    buf_free(&again);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct url_parts parts = { .port = 7 };
    char text[URL_BYTES_MAX + 64], port[8];
    struct str url = take_rest(&feed);
    check_address(url);
    if (!url_split(url, &parts)) {
        REQUIRE(parts.port == 7 && !url_is_allowed(url));
        return 0;
    }
    bool secure = str_equal(parts.scheme, STR("https")) || str_equal(parts.scheme, STR("wss"));
    REQUIRE(url.len <= URL_BYTES_MAX && parts.port && parts.host.len && parts.path.len);
    REQUIRE(parts.path.ptr[0] == '/' && str_find(parts.host, '@') == parts.host.len);
    REQUIRE(url_is_allowed(url) == (secure || host_is_loopback(parts.host)));
    (void)snprintf(text, sizeof text, "%.*s", STR_ARG(url));
    (void)snprintf(port, sizeof port, "%u", parts.port);
    CURLU *read = curl_url();
    REQUIRE(read);
    if (!curl_url_set(read, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME)) {
        bool web = str_starts_with(parts.scheme, STR("http"));
        REQUIRE(part_is(read, CURLUPART_SCHEME, 0, parts.scheme));
        REQUIRE(is_number(parts.host) || part_is(read, CURLUPART_HOST, 0, parts.host));
        REQUIRE(!web || part_is(read, CURLUPART_PORT, CURLU_DEFAULT_PORT, str_from_z(port)));
        REQUIRE(!part_is(read, CURLUPART_USER, 0, STR("x")) && !part_is(read, CURLUPART_FRAGMENT,
                    0, STR("x")));
        REQUIRE(!url_is_allowed(url) || secure || loopback_for_curl(read));
    }
    curl_url_cleanup(read);
    return 0;
}
