/* Helpers over the world's table, and the rule which addresses we talk to.
 *
 * One odd decision: a URL we do not fully understand is malformed. Two readers of one URL that
 * disagree about its host are how a loopback rule is bypassed, so user parts, backslashes, escapes
 * in the host and fragments are refused rather than interpreted. */
#include "nudged/base/world.h"

#include <arpa/inet.h>
#include <string.h>

#include "nudged/base/limits.h"

enum { HOST_BYTES_MAX = 253 };      /* RFC 1035, without the root's dot */

static const struct { struct str scheme; uint16_t port; bool secure; } schemes[] = {
    { { "https", 5 }, 443, true },
    { { "wss", 3 }, 443, true },
    { { "http", 4 }, 80, false },
    { { "ws", 2 }, 80, false },
};

static size_t scheme_of(struct str url);
static bool is_visible_ascii(struct str s);
static bool is_name(struct str host);
static bool is_bracketed_ip6(struct str host);
static bool is_ip4_loopback(struct str host);

uint64_t world_random_u64(struct world *world)
{
    uint64_t number = 0;
    world->ops->random(world, &number, sizeof number);
    return number;
}

uint32_t world_random_below(struct world *world, uint32_t bound)
{
    REQUIRE(bound > 0);
    /* What is left above the last whole multiple of `bound` would favour small numbers. */
    uint64_t unfair = (UINT64_MAX % bound + 1) % bound;
    uint64_t number = 0;
    do {
        number = world_random_u64(world);
    } while (number > UINT64_MAX - unfair);
    return (uint32_t)(number % bound);
}

bool host_is_loopback(struct str host)
{
    return str_equal(host, STR("[::1]")) || str_equal(host, STR("::1"))
        || str_equal_nocase(host, STR("localhost")) || is_ip4_loopback(host);
}

bool url_split(struct str url, struct url_parts *out)
{
    size_t scheme = scheme_of(url);
    if (scheme == COUNT(schemes) || url.len > URL_BYTES_MAX || !is_visible_ascii(url))
        return false;
    struct url_parts parts = { .scheme = schemes[scheme].scheme, .port = schemes[scheme].port };
    struct str rest = str_slice(url, parts.scheme.len + strlen("://"), url.len);
    size_t slash = str_find(rest, '/');
    struct str authority = str_slice(rest, 0, slash);
    parts.path = slash < rest.len ? str_slice(rest, slash, rest.len) : STR("/");
    size_t bracket = str_starts_with(authority, STR("[")) ? str_find(authority, ']') : 0;
    struct str after = str_slice(authority, bracket, authority.len);
    size_t colon = bracket + str_find(after, ':');
    parts.host = str_slice(authority, 0, colon);
    if (colon < authority.len) {
        uint64_t port = 0;
        struct str digits = str_slice(authority, colon + 1, authority.len);
        if (digits.len > 5 || !str_to_uint64(digits, &port) || port == 0 || port > UINT16_MAX)
            return false;
        parts.port = (uint16_t)port;
    }
    if (!(bracket ? is_bracketed_ip6(parts.host) : is_name(parts.host)))
        return false;
    if (str_find(parts.path, '#') < parts.path.len)
        return false;
    *out = parts;
    return true;
}

bool url_is_allowed(struct str url)
{
    struct url_parts parts;
    return url_split(url, &parts)
        && (schemes[scheme_of(url)].secure || host_is_loopback(parts.host));
}

bool address_split(struct str text, struct str *host, uint16_t *port)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    char name[INET6_ADDRSTRLEN];
    size_t colon = text.len;
    uint64_t number = 0;
    while (colon && text.ptr[colon - 1] != ':')
        colon--;
    struct str address = str_slice(text, 0, colon ? colon - 1 : 0);
    bool six = address.len > 2 && address.ptr[0] == '[' && address.ptr[address.len - 1] == ']';
    if (six)
        address = str_slice(address, 1, address.len - 1);
    if (!address.len || address.len >= sizeof(name) ||
        !str_to_uint64(str_slice(text, colon, text.len), &number) || number > UINT16_MAX)
        return false;
    memcpy(name, address.ptr, address.len);
    name[address.len] = '\0';
    if (strlen(name) != address.len || inet_pton(six ? AF_INET6 : AF_INET, name, bytes) != 1)
        return false;
    *host = address;
    *port = (uint16_t)number;
    return true;
}

static size_t scheme_of(struct str url)
{
    size_t i = 0;
    for (; i < COUNT(schemes); i++) {
        size_t len = schemes[i].scheme.len;
        if (str_equal_nocase(str_slice(url, 0, len), schemes[i].scheme)
            && str_equal(str_slice(url, len, len + 3), STR("://")))
            break;
    }
    return i;
}

static bool is_visible_ascii(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~' || s.ptr[i] == '\\')
            return false;
    return true;
}

static bool is_name(struct str host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
              || c == '.' || c == '-' || c == '_'))
            return false;
    }
    return host.len > 0 && host.len <= HOST_BYTES_MAX && host.ptr[0] != '.';
}

static bool is_bracketed_ip6(struct str host)
{
    if (host.len < 4 || !str_ends_with(host, STR("]")))
        return false;
    for (size_t i = 1; i + 1 < host.len; i++) {
        char c = host.ptr[i];
        if (!((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9')
              || c == ':' || c == '.'))
            return false;
    }
    return true;
}

/* Four decimal numbers without leading zeros (which some readers take for octal), the first 127. */
static bool is_ip4_loopback(struct str host)
{
    int parts = 0;
    struct str part;
    if (str_ends_with(host, STR(".")))
        return false;
    while (str_next_part(&host, '.', &part)) {
        uint64_t number = 0;
        if (part.len > 3 || !str_to_uint64(part, &number) || number > 255)
            return false;
        if ((part.len > 1 && part.ptr[0] == '0') || (parts == 0 && number != 127))
            return false;
        parts++;
    }
    return parts == 4;
}
