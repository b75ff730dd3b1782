/* Owns the table of methods and the buckets. Pure: time comes as an argument. */
#include "platform/slack/method.h"

enum { CHANNEL_PAUSE_MS = 1000, POSTS_PER_MINUTE_MAX = 60000 };

static size_t channel_slot(const struct pacing *pacing, uint64_t channel);

/* Tier 2: 20, tier 3: 50, tier 4: 100 a minute. */
static const struct method_info methods[] = {
    [METHOD_AUTH_TEST] = { "auth.test", 0, 0, 15000, false, false, false },
    [METHOD_CONNECTIONS_OPEN] = { "apps.connections.open", 0, 0, 15000, false, true, false },
    [METHOD_CONVERSATIONS_OPEN] = { "conversations.open", 40, 10, 15000, true, false, false },
    [METHOD_HISTORY] = { "conversations.history", 40, 10, 15000, false, false, false },
    [METHOD_CHAT_POST] = { "chat.postMessage", 60, 1, 30000, true, false, true },
    [METHOD_CHAT_UPDATE] = { "chat.update", 40, 10, 30000, true, false, false },
    [METHOD_VIEWS_OPEN] = { "views.open", 80, 20, 2500, true, false, false },
    [METHOD_VIEWS_PUBLISH] = { "views.publish", 80, 20, 15000, true, false, false },
    [METHOD_USERS_LIST] = { "users.list", 16, 4, 30000, false, false, false },
    [METHOD_USERS_INFO] = { "users.info", 80, 20, 15000, false, false, false },
    [METHOD_USERS_BY_EMAIL] = { "users.lookupByEmail", 40, 10, 15000, false, false, false },
    [METHOD_DND_TEAM] = { "dnd.teamInfo", 16, 4, 15000, false, false, false },
    [METHOD_RESPONSE_URL] = { "response_url", 0, 0, 10000, true, false, false },
};
_Static_assert(COUNT(methods) == METHOD_COUNT, "one row a method");

const struct method_info *method_info(enum method method)
{
    REQUIRE(method < METHOD_COUNT);
    return &methods[method];
}

void pacing_init(struct pacing *pacing, double posts_per_second, bool local)
{
    *pacing = (struct pacing){ 0 };
    for (size_t i = 0; i < METHOD_COUNT; i++)
        pace_init(&pacing->methods[i], methods[i].rate_per_minute, methods[i].burst);
    double rate = posts_per_second * 60;
    if (!(rate > 0))
        rate = 0;
    pacing->unlimited = rate <= 0 && local;
    for (size_t i = 0; pacing->unlimited && i < METHOD_COUNT; i++)
        pace_init(&pacing->methods[i], 0, 0);
    uint32_t per_minute = rate > POSTS_PER_MINUTE_MAX ? POSTS_PER_MINUTE_MAX : (uint32_t)rate;
    if (rate > 0 && per_minute == 0)
        per_minute = 1;
    pace_init(&pacing->methods[METHOD_CHAT_POST], per_minute, per_minute / 60);
}

struct mono pacing_ready_at(const struct pacing *pacing, enum method method, struct mono now)
{
    return pace_ready_at(&pacing->methods[method], now);
}

struct mono pacing_ready_after(const struct pacing *pacing, enum method method, size_t ahead,
    struct mono now)
{
    struct pace later = pacing->methods[method];
    for (size_t i = 0; i < ahead; i++)
        pace_take(&later, now);
    return pace_ready_at(&later, now);
}

void pacing_take(struct pacing *pacing, enum method method, struct mono now)
{
    pace_take(&pacing->methods[method], now);
}

void pacing_freeze(struct pacing *pacing, enum method method, struct mono until)
{
    pace_freeze(&pacing->methods[method], until);
}

struct mono pacing_channel_ready_at(const struct pacing *pacing, struct str channel,
    struct mono now)
{
    uint64_t id = id_hash(channel, STR_EMPTY);
    size_t slot = channel_slot(pacing, id);
    bool waits = !pacing->unlimited && pacing->channels[slot].channel == id
        && pacing->channels[slot].until.ms > now.ms;
    return waits ? pacing->channels[slot].until : now;
}

void pacing_channel_take(struct pacing *pacing, struct str channel, struct mono now)
{
    uint64_t id = id_hash(channel, STR_EMPTY);
    size_t slot = channel_slot(pacing, id);
    pacing->channels[slot].channel = id;
    pacing->channels[slot].until.ms = now.ms + CHANNEL_PAUSE_MS;
}

uint64_t id_hash(struct str a, struct str b)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < a.len + b.len + 1; i++) {
        char c = i < a.len ? a.ptr[i] : i == a.len ? '\0' : b.ptr[i - a.len - 1];
        hash = (hash ^ (unsigned char)c) * UINT64_C(0x100000001B3);
    }
    return hash ? hash : 1;
}

/* The channel's own slot, else the one free soonest: with more channels a second than slots the
 * workspace's pace has been switched off, and Slack's Retry-After is what remains. */
static size_t channel_slot(const struct pacing *pacing, uint64_t channel)
{
    size_t oldest = 0;
    for (size_t i = 0; i < CHANNELS_PACED_MAX; i++) {
        if (pacing->channels[i].channel == channel)
            return i;
        if (pacing->channels[i].until.ms < pacing->channels[oldest].until.ms)
            oldest = i;
    }
    return oldest;
}
