/* Owns the look-up of host names and their short memory. Knows no protocol.
 *
 * Both libraries on top would look names up by themselves; curl then waits for its resolver thread
 * when a request times out, and libwebsockets resolves inside the loop. So neither gets to see a
 * name that is not already an address. */
#include <arpa/inet.h>
#include <netdb.h>

#include "net/inside.h"
#include "net/resolve.h"

enum { CACHE_LEN = 8, CACHE_MS = 30000 };

struct resolve_entry {
    char host[RESOLVE_HOST_MAX + 1];
    struct mono until;
    struct resolved found;
};

struct resolve_cache { struct resolve_entry entries[CACHE_LEN]; };

struct resolve {
    uv_getaddrinfo_t request;
    struct loop *loop;
    resolve_fn *fn;                 /* NULL: cancelled */
    void *arg;
    char host[RESOLVE_HOST_MAX + 1];
};

static void resolve_answered(uv_getaddrinfo_t *request, int status, struct addrinfo *list);
static void resolve_remember(struct loop *loop, const char *host, const struct resolved *found);
static bool resolve_copy_host(struct str host, char out[RESOLVE_HOST_MAX + 1]);
static void resolved_from(const struct addrinfo *list, struct resolved *out);

bool resolve_known(struct loop *loop, struct str host, struct resolved *out)
{
    char name[RESOLVE_HOST_MAX + 1];
    unsigned char binary[sizeof(struct in6_addr)];
    if (!resolve_copy_host(host, name))
        return false;
    if (inet_pton(AF_INET, name, binary) == 1 || inet_pton(AF_INET6, name, binary) == 1) {
        *out = (struct resolved){ .count = 1 };
        memcpy(out->address[0], name, strlen(name) + 1);
        return true;
    }
    if (str_equal_nocase(str_from_z(name), STR("localhost"))) {
        *out = (struct resolved){ .address = { "127.0.0.1", "::1" }, .count = 2 };
        return true;
    }
    for (size_t i = 0; loop->resolve_cache && i < CACHE_LEN; i++) {
        const struct resolve_entry *entry = &loop->resolve_cache->entries[i];
        if (entry->until.ms > clock_mono(&loop->world).ms && strcmp(entry->host, name) == 0) {
            *out = entry->found;
            return true;
        }
    }
    return false;
}

struct resolve *resolve_start(struct loop *loop, struct str host, resolve_fn *fn, void *arg)
{
    static const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
                                           .ai_flags = AI_ADDRCONFIG };
    struct resolve *resolve = heap_new(struct resolve);
    if (!resolve)
        return NULL;
    resolve->loop = loop;
    resolve->fn = fn;
    resolve->arg = arg;
    resolve->request.data = resolve;
    if (!resolve_copy_host(host, resolve->host)
        || uv_getaddrinfo(&loop->uv, &resolve->request, resolve_answered, resolve->host, NULL,
                          &hints)) {
        free(resolve);
        return NULL;
    }
    return resolve;
}

void resolve_cancel(struct resolve *resolve)
{
    if (!resolve)
        return;
    resolve->fn = NULL;
    (void)uv_cancel((uv_req_t *)&resolve->request);     /* refused when it already runs */
}

void resolve_forget(struct loop *loop)
{
    free(loop->resolve_cache);
    loop->resolve_cache = NULL;
}

static void resolve_answered(uv_getaddrinfo_t *request, int status, struct addrinfo *list)
{
    struct resolve *resolve = request->data;
    struct resolved found = { .count = 0 };
    if (status == 0)
        resolved_from(list, &found);
    uv_freeaddrinfo(list);
    if (resolve->fn && found.count > 0) {
        resolve_remember(resolve->loop, resolve->host, &found);
        resolve->fn(resolve->arg, &found, STR_EMPTY);
    } else if (resolve->fn) {
        const char *why = status ? uv_strerror(status) : "no usable address";
        resolve->fn(resolve->arg, NULL, str_from_z(why));
    }
    free(resolve);
}

static void resolve_remember(struct loop *loop, const char *host, const struct resolved *found)
{
    if (!loop->resolve_cache)
        loop->resolve_cache = heap_new(struct resolve_cache);
    if (!loop->resolve_cache)
        return;
    struct resolve_entry *place = &loop->resolve_cache->entries[0];
    for (size_t i = 0; i < CACHE_LEN; i++) {
        struct resolve_entry *entry = &loop->resolve_cache->entries[i];
        if (strcmp(entry->host, host) == 0) {
            place = entry;
            break;
        }
        if (entry->until.ms < place->until.ms)
            place = entry;
    }
    memcpy(place->host, host, strlen(host) + 1);
    place->until.ms = clock_mono(&loop->world).ms + CACHE_MS;
    place->found = *found;
}

/* Brackets of an IPv6 address fall away. */
static bool resolve_copy_host(struct str host, char out[RESOLVE_HOST_MAX + 1])
{
    if (host.len >= 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
        host = str_slice(host, 1, host.len - 1);
    if (host.len == 0 || host.len > RESOLVE_HOST_MAX || memchr(host.ptr, '\0', host.len))
        return false;
    memcpy(out, host.ptr, host.len);
    out[host.len] = '\0';
    return true;
}

static void resolved_from(const struct addrinfo *list, struct resolved *out)
{
    for (; list && out->count < RESOLVE_ADDRESSES_MAX; list = list->ai_next) {
        const void *binary = NULL;
        if (list->ai_family == AF_INET)
            binary = &((const struct sockaddr_in *)(const void *)list->ai_addr)->sin_addr;
        else if (list->ai_family == AF_INET6)
            binary = &((const struct sockaddr_in6 *)(const void *)list->ai_addr)->sin6_addr;
        if (binary
            && inet_ntop(list->ai_family, binary, out->address[out->count], INET6_ADDRSTRLEN))
            out->count++;
    }
}
