/* Owns the ring of response addresses. They are secrets: wiped when they leave.
 *
 * One odd decision: places are compared by a 64-bit hash, not by their strings; two of 2,048 places
 * sharing one is less likely than a bit flipping in the string. */
#include "platform/slack/reply_path.h"

#include <stdlib.h>
#include <string.h>

#include "nudged/base/limits.h"
#include "nudged/base/world.h"
#include "platform/slack/method.h"

enum { FRESH_MS = 28 * 60 * 1000 };     /* of Slack's 30 minutes */

struct reply_path {
    uint64_t id;                        /* 0: free */
    uint64_t message, user;             /* hashes */
    struct reply_time since;
    char *url;
    uint16_t len, uses;
};

struct reply_paths {
    struct reply_path ring[REPLY_PATHS_MAX];
    uint64_t last_id;                   /* slot: id modulo the size */
};

static void forget(struct reply_path *path);
static bool is_fresh(const struct reply_path *path, struct reply_time time);
static struct reply_path *path_of(struct reply_paths *paths, uint64_t id);

struct reply_paths *reply_paths_new(void)
{
    return calloc(1, sizeof(struct reply_paths));
}

struct reply_paths *reply_paths_free(struct reply_paths *paths)
{
    for (size_t i = 0; paths && i < REPLY_PATHS_MAX; i++)
        forget(&paths->ring[i]);
    free(paths);
    return NULL;
}

void reply_paths_put(struct reply_paths *paths, struct reply_place place, struct str url,
    struct reply_time time)
{
    if (url.len == 0 || url.len > URL_BYTES_MAX)
        return;
    char *copy = malloc(url.len);
    if (!copy)
        return;
    memcpy(copy, url.ptr, url.len);
    uint64_t id = ++paths->last_id;
    struct reply_path *path = &paths->ring[id % REPLY_PATHS_MAX];
    forget(path);
    *path = (struct reply_path){
        .id = id, .message = id_hash(place.channel, place.message_id),
        .user = id_hash(place.user, STR_EMPTY), .since = time, .url = copy,
        .len = (uint16_t)url.len, .uses = REPLY_PATH_USES,
    };
}

struct way_back reply_paths_find(struct reply_paths *paths, struct reply_place place,
    struct reply_time time)
{
    uint64_t message = id_hash(place.channel, place.message_id);
    uint64_t user = place.user.len ? id_hash(place.user, STR_EMPTY) : 0;
    for (uint64_t id = paths->last_id; id && id + REPLY_PATHS_MAX > paths->last_id; id--) {
        const struct reply_path *path = path_of(paths, id);
        if (path && path->message == message && (!user || path->user == user) && path->uses > 0
            && is_fresh(path, time))
            return (struct way_back){ { path->url, path->len }, id };
    }
    return (struct way_back){ STR_EMPTY, 0 };
}

void reply_paths_use(struct reply_paths *paths, uint64_t id)
{
    struct reply_path *path = path_of(paths, id);
    if (path && path->uses > 0)
        path->uses--;
}

void reply_paths_drop(struct reply_paths *paths, uint64_t id)
{
    struct reply_path *path = path_of(paths, id);
    if (path)
        forget(path);
}

bool reply_path_is_allowed(struct str url, struct str api_url)
{
    struct url_parts own, parts;
    if (!url_is_allowed(url) || !url_split(url, &parts) || !url_split(api_url, &own))
        return false;
    if (str_equal_nocase(parts.scheme, STR("https")) && parts.port == 443
        && str_equal_nocase(parts.host, STR("hooks.slack.com")))
        return true;
    return str_equal_nocase(parts.scheme, own.scheme) && str_equal_nocase(parts.host, own.host)
        && parts.port == own.port;
}

bool socket_url_is_allowed(struct str url, struct str api_url)
{
    static const struct str domains[] = { STR_INIT(".slack.com"), STR_INIT(".slack-gov.com"),
        STR_INIT(".slack-msgs.com") };
    struct url_parts own, parts;
    if (!url_is_allowed(url) || !url_split(url, &parts) || !url_split(api_url, &own))
        return false;
    bool tls = str_equal_nocase(parts.scheme, STR("wss"));
    if (!tls && !str_equal_nocase(parts.scheme, STR("ws")))
        return false;
    for (size_t i = 0; tls && parts.port == 443 && i < COUNT(domains); i++)
        if (parts.host.len > domains[i].len
            && str_equal_nocase(str_slice(parts.host, parts.host.len - domains[i].len,
                                    parts.host.len), domains[i]))
            return true;
    return tls == str_equal_nocase(own.scheme, STR("https"))
        && str_equal_nocase(parts.host, own.host) && parts.port == own.port;
}

static void forget(struct reply_path *path)
{
    if (path->url)
        explicit_bzero(path->url, path->len);
    free(path->url);
    *path = (struct reply_path){ 0 };
}

static bool is_fresh(const struct reply_path *path, struct reply_time time)
{
    int64_t wall_ms = time.now.utc_ms - path->since.now.utc_ms;
    return time.mono.ms - path->since.mono.ms < FRESH_MS && wall_ms < FRESH_MS;
}

static struct reply_path *path_of(struct reply_paths *paths, uint64_t id)
{
    struct reply_path *path = &paths->ring[id % REPLY_PATHS_MAX];
    return id && path->id == id ? path : NULL;
}
