/* The floor under an answer: the libraries nudged stands on, and its SQL, in the barest loop that
 * does the work. All that waits is one transaction, then the acks, then the updates; no decoding
 * beyond cJSON's, no rule, no encoding, no pacing, no order, no memory of what was in flight.
 * Usage: bare_loop API_URL DATABASE */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/floor.h"
#include "nudged/base/arena.h"
#include "nudged/base/world.h"
#include "nudged/net/loop.h"

enum { IN_FLIGHT_MAX = 64, WAITING_MAX = 1 << 16 };

struct click {
    char *frame;
    size_t len;
};

struct update {
    char channel[24], ts[24];
    int64_t delivery_id;
};

struct bare {
    struct world *world;
    struct floor *floor;
    struct ws *ws;
    struct timer *batch;
    const char *api;
    struct click clicks[WAITING_MAX];
    struct update updates[WAITING_MAX]; /* a ring: from `sent` to `planned` are to be sent */
    int64_t done[WAITING_MAX];
    size_t clicks_len, done_len, sent, planned, in_flight;
};

struct call {
    struct bare *bare;
    int64_t delivery_id;
};

static void ask(struct bare *bare);
static void on_url(void *arg, const struct http_reply *reply);
static void on_open(void *arg);
static void on_text(void *arg, struct str text);
static void on_end(void *arg, enum ws_end end, int status, struct str detail);
static void on_batch(void *arg);
static void store(struct bare *bare, const cJSON *root);
static void acknowledge(struct bare *bare, const cJSON *root);
static void send_updates(struct bare *bare);
static void on_updated(void *arg, const struct http_reply *reply);
static void post(struct bare *bare, const char *method, struct str body, http_done_fn *fn,
    void *arg);
static const char *text_in(const cJSON *object, const char *a, const char *b);

/* As long as the feedback nudged sends. */
static const char feedback[] =
    "\"text\":\"A customer writes for the third time about fault 1, each time to somebody else."
    "\",\"blocks\":[{\"type\":\"header\",\"text\":{\"type\":\"plain_text\",\"text\":\"Looking twic"
    "e\",\"emoji\":false}},{\"type\":\"section\",\"text\":{\"type\":\"plain_text\",\"text\":\"A cus"
    "tomer writes for the third time about fault 1, each time to somebody else. What do you do firs"
    "t?\",\"emoji\":false}},{\"type\":\"section\",\"text\":{\"type\":\"plain_text\",\"text\":\"Way "
    "1 of fault 1. This is the place where the author says why way 1 is as it is, in the length in "
    "which authors say so.\",\"emoji\":false}},{\"type\":\"section\",\"text\":{\"type\":\"plain_tex"
    "t\",\"text\":\"Way 2 of fault 1. This is the place where the author says why way 2 is as it is"
    ", in the length in which authors say so.\",\"emoji\":false}},{\"type\":\"context\",\"elements"
    "\":[{\"type\":\"plain_text\",\"text\":\"You will meet this again in five days.\",\"emoji\":fal"
    "se}]}]}";

int main(int argc, char **argv)
{
    static struct bare bare;
    struct loop *loop;
    if (argc != 3 || loop_new(&loop) || !(bare.floor = floor_open(argv[2]))) {
        fprintf(stderr, "usage: bare_loop API_URL DATABASE\n");
        return EXIT_FAILURE;
    }
    bare.world = loop_world(loop);
    bare.api = argv[1];
    bare.batch = bare.world->ops->timer_new(bare.world, on_batch, &bare);
    ask(&bare);
    return loop_run(loop) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void ask(struct bare *bare)
{
    post(bare, "apps.connections.open", STR("{}"), on_url, bare);
}

static void on_url(void *arg, const struct http_reply *reply)
{
    static const struct ws_events events = { on_open, on_text, on_end };
    struct bare *bare = arg;
    cJSON *root = cJSON_ParseWithLength(reply->body.ptr, reply->body.len);
    const char *url = cJSON_GetStringValue(cJSON_GetObjectItem(root, "url"));
    struct ws_options options = { .url = str_from_z(url ? url : "") };
    bare->ws = bare->world->ops->ws_open(bare->world, &options, &events, bare);
    cJSON_Delete(root);
}

static void on_open(void *arg)
{
    (void)arg;
}

static void on_text(void *arg, struct str text)
{
    struct bare *bare = arg;
    if (!str_contains(text, STR("\"envelope_id\"")) || bare->clicks_len == WAITING_MAX)
        return;
    struct click *click = &bare->clicks[bare->clicks_len++];
    *click = (struct click){ malloc(text.len), text.len };
    REQUIRE(click->frame);
    memcpy(click->frame, text.ptr, text.len);
    bare->world->ops->timer_after(bare->batch, (struct duration){ 0 });
}

static void on_end(void *arg, enum ws_end end, int status, struct str detail)
{
    (void)arg;
    (void)end;
    (void)status;
    (void)detail;
    exit(EXIT_SUCCESS);
}

static void on_batch(void *arg)
{
    static cJSON *roots[WAITING_MAX];
    struct bare *bare = arg;
    size_t len = bare->clicks_len;
    floor_begin(bare->floor);
    for (size_t i = 0; i < bare->done_len; i++)
        floor_delivered(bare->floor, bare->done[i]);
    for (size_t i = 0; i < len; i++) {
        roots[i] = cJSON_ParseWithLength(bare->clicks[i].frame, bare->clicks[i].len);
        store(bare, cJSON_GetObjectItem(roots[i], "payload"));
        free(bare->clicks[i].frame);
    }
    floor_commit(bare->floor);
    bare->clicks_len = bare->done_len = 0;
    for (size_t i = 0; i < len; i++) {
        acknowledge(bare, roots[i]);
        cJSON_Delete(roots[i]);
    }
    send_updates(bare);
}

static void store(struct bare *bare, const cJSON *payload)
{
    const cJSON *action = cJSON_GetArrayItem(cJSON_GetObjectItem(payload, "actions"), 0);
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItem(action, "value"));
    struct update *update = &bare->updates[bare->planned % WAITING_MAX];
    update->delivery_id = floor_click(bare->floor, value ? strtoll(value, NULL, 10) : 0);
    REQUIRE(update->delivery_id && bare->planned - bare->sent < WAITING_MAX);
    (void)snprintf(update->channel, sizeof(update->channel), "%s",
        text_in(payload, "container", "channel_id"));
    (void)snprintf(update->ts, sizeof(update->ts), "%s",
        text_in(payload, "container", "message_ts"));
    bare->planned++;
}

static void acknowledge(struct bare *bare, const cJSON *root)
{
    char ack[128];
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(root, "envelope_id"));
    int len = snprintf(ack, sizeof(ack), "{\"envelope_id\":\"%s\"}", id ? id : "");
    REQUIRE(!bare->world->ops->ws_text(bare->ws, (struct str){ ack, (size_t)len }));
}

static void send_updates(struct bare *bare)
{
    static char body[sizeof(feedback) + 128];
    while (bare->in_flight < IN_FLIGHT_MAX && bare->sent < bare->planned) {
        const struct update *update = &bare->updates[bare->sent++ % WAITING_MAX];
        struct call *call = malloc(sizeof(*call));
        REQUIRE(call);
        *call = (struct call){ bare, update->delivery_id };
        int len = snprintf(body, sizeof(body), "{\"channel\":\"%s\",\"ts\":\"%s\",%s",
            update->channel, update->ts, feedback);
        bare->in_flight++;
        post(bare, "chat.update", (struct str){ body, (size_t)len }, on_updated, call);
    }
}

static void on_updated(void *arg, const struct http_reply *reply)
{
    struct call call = *(struct call *)arg;
    free(arg);
    REQUIRE(reply->status == 200 && call.bare->done_len < WAITING_MAX);
    call.bare->in_flight--;
    call.bare->done[call.bare->done_len++] = call.delivery_id;
    call.bare->world->ops->timer_after(call.bare->batch, (struct duration){ 0 });
}

static void post(struct bare *bare, const char *method, struct str body, http_done_fn *fn,
    void *arg)
{
    static const struct http_header headers[] = {
        { STR_INIT("Content-Type"), STR_INIT("application/json; charset=utf-8") },
        { STR_INIT("Authorization"), STR_INIT("Bearer xoxb-bench") },
    };
    char url[160];
    uint64_t id;
    int len = snprintf(url, sizeof(url), "%s%s", bare->api, method);
    struct http_request request = { .method = STR("POST"), .url = { url, (size_t)len },
        .headers = headers, .headers_len = 2, .body = body };
    REQUIRE(!bare->world->ops->http_request(bare->world, &request, fn, arg, &id));
}

static const char *text_in(const cJSON *object, const char *a, const char *b)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetObjectItem(object, a), b));
    return text ? text : "";
}
