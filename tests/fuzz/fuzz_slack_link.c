/* The link to Slack, driven by the input: deliveries, look-ups and questions go out; replies,
 * frames and broken connections come back in any order, at any time, in any shape.
 *
 * Each request was made for a reason and goes to Slack alone, with the token only where it belongs;
 * each delivery ends once at most, a post whose fate is unknown is never asked for twice, and when
 * the link is closed nothing is left behind. */
#include "fuzz.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "nudged/base/text.h"
#include "unit/platform/slack_delivery.c"

enum { STEPS_MAX = 48, IDS_MAX = STEPS_MAX + 1 };

struct scene {
    struct play play;
    int64_t next_id;
    bool creates[IDS_MAX], unknown[IDS_MAX];
    int started[IDS_MAX]; /* sends and look-ups that were accepted */
    size_t checked; /* requests looked at */
    size_t posts, posts_wanted;
};

static const char *const replies[] = { POSTED, OPENED, AUTH_OK, URL_OK, "{\"ok\":true}", "{}", "",
    "{\"ok\":false,\"error\":\"ratelimited\"}", "{\"ok\":false,\"error\":\"channel_not_found\"}",
    "{\"ok\":false,\"error\":\"invalid_auth\"}", "{\"ok\":false,\"error\":\"internal_error\"}",
    "{\"ok\":false,\"error\":\"message_not_found\"}", "<html>502</html>",
    "{\"ok\":true,\"messages\":[],\"has_more\":false}",
    "{\"ok\":true,\"messages\":[{\"ts\":\"1930550400.000200\",\"metadata\":{\"event_type\":"
    "\"nudged_nudge\",\"event_payload\":{\"key\":\"0000000000005eed\"}}}],\"has_more\":true,"
    "\"response_metadata\":{\"next_cursor\":\"bmV4dA==\"}}",
    "{\"ok\":true,\"members\":[{\"id\":\"U1\",\"profile\":{\"email\":\"a@example.com\"}}],"
    "\"response_metadata\":{\"next_cursor\":\"bmV4dA==\"}}",
    "{\"ok\":true,\"users\":{\"U1\":{\"dnd_enabled\":true,\"next_dnd_start_ts\":1930550000,"
    "\"next_dnd_end_ts\":1930559999}}}",
    "{\"ok\":true,\"user\":{\"id\":\"U1\",\"profile\":{\"email\":\"a@example.com\"}}}" };

static const char *const frames[] = { HELLO, CLICK("e1"),
    "{\"type\":\"disconnect\",\"reason\":\"refresh_requested\"}",
    "{\"type\":\"disconnect\",\"reason\":\"warning\"}",
    "{\"type\":\"disconnect\",\"reason\":\"link_disabled\"}", "{\"type\":\"hello\"}", "{", "[]" };

typedef void step_fn(struct scene *scene, struct feed *feed);
static step_fn wait_long, wait_little, send_one, look_up, ask, answer_oldest, answer_any, say, end,
    acknowledge;
static step_fn *const steps[] = { wait_long, wait_little, wait_little, send_one, send_one, look_up,
    ask, answer_oldest, answer_oldest, answer_oldest, answer_any, say, say, end, acknowledge };

static void wait_long(struct scene *scene, struct feed *feed)
{
    fake_run(&scene->play.fake, (int64_t)take_byte(feed) * 20000);
}

static void wait_little(struct scene *scene, struct feed *feed)
{
    fake_run(&scene->play.fake, (int64_t)take_byte(feed) * 20);
}

static struct delivery some_delivery(struct scene *scene, uint8_t how)
{
    struct delivery delivery = delivery_of((enum delivery_kind)(1 + how % 5), 0);
    if (delivery_class_of(delivery.kind) != CLASS_EPHEMERAL)
        delivery.delivery_id = scene->next_id;
    if (how & 64)
        delivery.channel = STR_EMPTY;
    delivery.trigger = STR("1.2.abc");
    delivery.lane = (enum lane)(1 + (how >> 3) % 6);
    return delivery;
}

static void begun(struct scene *scene, const struct delivery *delivery, bool post)
{
    scene->posts_wanted += post;
    if (!delivery->delivery_id)
        return;
    scene->creates[delivery->delivery_id] = post;
    scene->started[delivery->delivery_id]++;
    scene->next_id++;
}

static void send_one(struct scene *scene, struct feed *feed)
{
    struct delivery delivery = some_delivery(scene, take_byte(feed));
    if (!scene->play.slack->send(scene->play.link, &delivery))
        begun(scene, &delivery, delivery.kind == DELIVERY_POST);
}

static void look_up(struct scene *scene, struct feed *feed)
{
    struct delivery delivery = delivery_of(DELIVERY_POST, scene->next_id);
    if (take_byte(feed) & 1)
        delivery.channel = STR_EMPTY;
    if (!scene->play.slack->lookup(scene->play.link, &delivery))
        begun(scene, &delivery, false);
}

static void ask(struct scene *scene, struct feed *feed)
{
    static const struct str users[] = { STR_INIT("U1"), STR_INIT("U2"), STR_INIT("U3") };
    static const struct str emails[] = { STR_INIT("a@example.com"), STR_INIT("b@example.com") };
    uint8_t how = take_byte(feed);
    enum query_kind kind = (enum query_kind)(QUERY_ROSTER + how % (QUERY_USER - QUERY_ROSTER + 1));
    bool by_email = kind == QUERY_EMAILS;
    size_t len = kind == QUERY_ROSTER ? 0 : 1 + how % 2;
    (void)!scene->play.slack->query(scene->play.link, kind, by_email ? emails : users, len);
}

static void answer(struct scene *scene, struct fake_request *request, struct feed *feed)
{
    static const int statuses[] = { 200, 200, 200, 200, 429, 500, 503, 404, 302 };
    uint8_t how = take_byte(feed), what = take_byte(feed);
    struct http_reply reply = { .outcome = how >= 240 ? HTTP_UNKNOWN
            : how >= 224                               ? HTTP_NOT_SENT
                                                       : HTTP_REPLIED };
    if (reply.outcome == HTTP_REPLIED) {
        reply.status = statuses[how % COUNT(statuses)];
        reply.body = str_from_z(replies[what % COUNT(replies)]);
        if (what & 128)
            reply.body = take_bytes(feed, what & 127);
        reply.retry_after = how & 32 ? STR("7") : STR_EMPTY;
    }
    char *body = malloc(reply.body.len + 1);
    REQUIRE(body);
    if (reply.body.len)
        memcpy(body, reply.body.ptr, reply.body.len);
    reply.body.ptr = body;
    request->answered = true;
    request->fn(request->arg, &reply);
    free(body);
    (void)scene;
}

static void answer_oldest(struct scene *scene, struct feed *feed)
{
    struct fake_request *request = fake_pending(&scene->play.fake, "");
    if (request)
        answer(scene, request, feed);
}

static void answer_any(struct scene *scene, struct feed *feed)
{
    struct fake *fake = &scene->play.fake;
    struct fake_request *request =
        fake->requests_len ? &fake->requests[take_byte(feed) % fake->requests_len] : NULL;
    if (request && !request->answered && !request->cancelled)
        answer(scene, request, feed);
}

static struct ws *some_socket(struct scene *scene, uint8_t which)
{
    struct fake *fake = &scene->play.fake;
    struct ws *ws = fake->sockets_len ? &fake->sockets[fake->sockets_len - 1] : NULL;
    if (ws && which & 1)
        ws = &fake->sockets[(which >> 1) % fake->sockets_len];
    return ws && !ws->closed && !ws->ended ? ws : NULL;
}

static void say(struct scene *scene, struct feed *feed)
{
    uint8_t which = take_byte(feed), what = take_byte(feed);
    struct ws *ws = some_socket(scene, which);
    struct str frame = str_from_z(frames[what % COUNT(frames)]);
    if (what & 128)
        frame = take_bytes(feed, what & 127);
    if (ws && frame.len && text_is_utf8(frame))
        ws->events->text(ws->arg, frame);
}

static void end(struct scene *scene, struct feed *feed)
{
    uint8_t which = take_byte(feed), how = take_byte(feed);
    struct ws *ws = some_socket(scene, which);
    if (ws)
        fake_ends(ws, (enum ws_end)(how % 4), how & 16 ? 429 : how & 32 ? 1000 : 0);
}

static void acknowledge(struct scene *scene, struct feed *feed)
{
    struct play *play = &scene->play;
    struct ack_token token = { .socket = play->frame_socket + take_byte(feed) % 2,
        .envelope_id = STR("e1") };
    if (play->frame_socket && play->fake.sockets_len < FAKE_SOCKETS)
        play->slack->ack(play->link, &token, NULL);
}

/* Where each new request goes, and with what. */
static void check_requests(struct scene *scene)
{
    struct fake *fake = &scene->play.fake;
    for (; scene->checked < fake->requests_len; scene->checked++) {
        const struct fake_request *request = &fake->requests[scene->checked];
        bool opening = str_ends_with(request->url, STR("/apps.connections.open"));
        REQUIRE(str_starts_with(request->url, STR("https://slack.com/api/")));
        REQUIRE(str_equal(request->authorization,
            opening ? STR("Bearer xapp-" SECRET) : STR("Bearer xoxb-" SECRET)));
        REQUIRE(!str_contains(request->url, STR("secret")));
        REQUIRE(!str_contains(request->body, STR(SECRET)) && request->timeout_ms > 0);
        scene->posts += str_ends_with(request->url, STR("/chat.postMessage"));
    }
    REQUIRE(scene->posts <= scene->posts_wanted);
    size_t live = 0;
    for (size_t i = 0; i < fake->sockets_len; i++)
        live += !fake->sockets[i].closed && !fake->sockets[i].ended;
    REQUIRE(live <= 3);
}

static void check_results(struct scene *scene)
{
    int ends[IDS_MAX] = { 0 };
    for (size_t i = 0; i < scene->play.results_len; i++) {
        const struct delivery_result *result = &scene->play.results[i];
        REQUIRE(result->delivery_id > 0 && result->delivery_id < scene->next_id);
        REQUIRE(++ends[result->delivery_id] <= scene->started[result->delivery_id]);
        REQUIRE(result->end >= DELIVERY_END_SENT && result->end < DELIVERY_END_EXPIRED);
        REQUIRE(result->end != DELIVERY_END_UNKNOWN || result->kind == DELIVERY_POST);
    }
}

/* Every request under way fails, time passes: then every delivery has ended. */
static void let_it_end(struct scene *scene)
{
    static const struct http_reply lost = { .outcome = HTTP_UNKNOWN };
    struct fake *fake = &scene->play.fake;
    for (size_t i = 0; i < fake->requests_len && fake->requests_len < FAKE_REQUESTS - 8; i++)
        if (!fake->requests[i].answered && !fake->requests[i].cancelled) {
            fake->requests[i].answered = true;
            fake->requests[i].fn(fake->requests[i].arg, &lost);
        }
    int64_t ended = (int64_t)scene->play.results_len;
    if (fake->requests_len < FAKE_REQUESTS - 8)
        REQUIRE(ended == scene->next_id - 1);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static struct scene scene;
    struct feed feed = feed_of(data, size);
    struct fake *fake = &scene.play.fake;
    scene = (struct scene){ .next_id = 1 };
    uint8_t how = take_byte(&feed);
    play_open(&scene.play, 1 + how);
    if (how & 3) {
        play_dial(&scene.play, true);
        fake_says(&fake->sockets[0], HELLO);
    }
    for (int i = 0; i < STEPS_MAX && feed.left && fake->requests_len < FAKE_REQUESTS / 2 &&
         fake->sockets_len < FAKE_SOCKETS / 2; i++) {
        steps[take_byte(&feed) % COUNT(steps)](&scene, &feed);
        check_requests(&scene);
        check_results(&scene);
    }
    let_it_end(&scene);
    check_requests(&scene);
    check_results(&scene);
    scene.play.link = scene.play.slack->close(scene.play.link);
    REQUIRE(!scene.play.link);
    fake_finish(fake);
    return 0;
}
