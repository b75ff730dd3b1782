/* Where we can be sent: by redirects of the API and of the websocket upgrade, by the address of a
 * socket, by the address of a reply. A canary listens where the attacker would want us; it must
 * never hear a connection. */
#include "hostile/check.h"
#include "nudged/platform/platform.h"
#include "platform/slack/method.h"
#include "platform/slack/reply_path.h"
#include "unit/net/bare.h"

#define API "https://slack.com/api/"

struct outside {
    struct loop *loop;
    struct listener *api;               /* plays the Web API, on one port */
    int canary;                         /* another port of this machine */
    uint16_t port, canary_port;
    int status;                         /* 0: answers as Slack does */
    char location[200], socket_url[300];
    int asked;
};

struct heard { int count, status; };

static int tried_urls, tried_redirects, tried_sockets;

static void serve(void *arg, struct exchange *exchange, const struct listen_request *request)
{
    struct outside *outside = arg;
    char body[500] = "{\"ok\":true,\"team_id\":\"T0NORTH\",\"user_id\":\"U0NUDGED\"}";
    outside->asked++;
    if (outside->status) {
        struct http_header to = { STR("Location"), str_from_z(outside->location) };
        exchange_reply(exchange, outside->status, STR("text/plain"), STR_EMPTY, &to, 1);
        return;
    }
    if (str_contains(request->path, STR("connections.open")))
        snprintf(body, sizeof(body), "{\"ok\":true,\"url\":\"%s\"}", outside->socket_url);
    exchange_reply(exchange, 200, STR("application/json"), str_from_z(body), NULL, 0);
}

static void outside_up(struct outside *outside)
{
    struct listen_options options = { .port = 0 };
    *outside = (struct outside){ .loop = new_loop() };
    CHECK(!listener_new(outside->loop, &options, serve, outside, &outside->api), "no listener");
    outside->port = listener_port(outside->api);
    outside->canary = bare_listen(&outside->canary_port);
    fcntl(outside->canary, F_SETFL, O_NONBLOCK);
}

static void check_canary(const struct outside *outside, const char *what)
{
    int fd = accept(outside->canary, NULL, NULL);
    CHECK(fd < 0, "the canary was visited: %s", what);
}

/* -- redirects -- */

static void on_reply(void *arg, const struct http_reply *reply)
{
    struct heard *heard = arg;
    heard->count++;
    heard->status = reply->status;
}

static void post_redirected(struct outside *outside, const char *method)
{
    struct world *world = loop_world(outside->loop);
    struct http_header header = { STR("Authorization"), STR("Bearer xoxb-canary") };
    struct heard heard = { 0, 0 };
    char url[200];
    uint64_t id = 0;
    int asked = outside->asked;
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/api/%s", (unsigned)outside->port, method);
    struct http_request request = { .method = STR("POST"), .url = str_from_z(url),
        .body = STR("token=xoxb-canary"), .headers = &header, .headers_len = 1,
        .timeout_ms = 3000 };
    CHECK(!world->ops->http_request(world, &request, on_reply, &heard, &id), "%s", url);
    CHECK(spin(outside->loop, &heard.count, 1, 5000), "no reply to %s", url);
    CHECK(heard.status == outside->status, "%d, not %d", heard.status, outside->status);
    CHECK(outside->asked == asked + 1, "%s was asked %d times", url, outside->asked - asked);
    tried_redirects++;
}

static void try_redirects(struct outside *outside)
{
    static const int statuses[] = { 301, 302, 303, 307, 308 };
    static const char *const forms[] = { "http://127.0.0.1:%u/", "https://127.0.0.1:%u/",
        "//127.0.0.1:%u/", "http://localhost:%u/api/auth.test", "http://[::1]:%u/",
        "http://slack.com@127.0.0.1:%u/" };
    for (size_t s = 0; s < COUNT(statuses); s++)
        for (size_t f = 0; f < COUNT(forms); f++)
            for (int method = 0; method < METHOD_COUNT; method++) {
                outside->status = statuses[s];
                char form[200];
                snprintf(form, sizeof(form), "%s", forms[f]);
                char *mark = strstr(form, "%u");
                snprintf(outside->location, sizeof(outside->location), "%.*s%u%s",
                    (int)(mark - form), form, (unsigned)outside->canary_port, mark + 2);
                post_redirected(outside, method_info((enum method)method)->name);
                check_canary(outside, outside->location);
            }
    outside->status = 0;
}

struct dialler { int ends; };

static void on_open(void *arg)
{
    (void)arg;
    CHECK(false, "an upgrade that was redirected is open");
}

static void on_text(void *arg, struct str frame)
{
    (void)arg, (void)frame;
}

static void on_end(void *arg, enum ws_end end, int status, struct str detail)
{
    struct dialler *dialler = arg;
    (void)end, (void)status, (void)detail;
    dialler->ends++;
}

static void try_upgrades(struct outside *outside)
{
    static const struct ws_events events = { on_open, on_text, on_end };
    static const int statuses[] = { 301, 302, 303, 307, 308 };
    struct world *world = loop_world(outside->loop);
    for (size_t i = 0; i < 2 * COUNT(statuses); i++) {
        uint16_t port = 0;
        char url[100], head[4096], reply[300];
        struct dialler dialler = { 0 };
        int listening = bare_listen(&port);
        snprintf(url, sizeof(url), "ws://127.0.0.1:%u/link?ticket=canary", (unsigned)port);
        struct ws_options options = { .url = str_from_z(url), .open_ms = 3000 };
        CHECK(world->ops->ws_open(world, &options, &events, &dialler), "not dialled");
        int fd = bare_accept(outside->loop, listening);
        CHECK(bare_read(outside->loop, fd, "\r\n\r\n", head, sizeof(head), 3000) > 0, "no head");
        snprintf(reply, sizeof(reply),
            "HTTP/1.1 %d Moved\r\nLocation: %s://127.0.0.1:%u/\r\nContent-Length: 0\r\n\r\n",
            statuses[i / 2], i % 2 ? "http" : "ws", (unsigned)outside->canary_port);
        bare_say(fd, reply);
        CHECK(spin(outside->loop, &dialler.ends, 1, 5000), "a redirected upgrade hangs");
        spin_for(outside->loop, 30);
        check_canary(outside, reply);
        close(fd);
        close(listening);
        tried_redirects++;
    }
}

/* -- addresses -- */

static void check_refused(const char *url)
{
    struct str text = str_from_z(url);
    CHECK(!socket_url_is_allowed(text, STR(API)), "a socket to %s", url);
    CHECK(!reply_path_is_allowed(text, STR(API)), "a reply to %s", url);
    tried_urls++;
}

/* Everything a name can be dressed up as, in every scheme. */
static void try_urls(void)
{
    static const char *const schemes[] = { "wss", "ws", "https", "http", "WSS", "ftp", "file",
        "gopher", "javascript", "" };
    static const char *const hosts[] = { "169.254.169.254", "127.0.0.1", "127.1", "0x7f000001",
        "2130706433", "017700000001", "[::1]", "[::ffff:169.254.169.254]", "[fd00:ec2::254]",
        "0.0.0.0", "[::]", "localhost", "metadata.google.internal", "10.0.0.1", "192.168.0.1",
        "slack.com.evil.example", "hooks.slack.com.evil.example", "evil-slack.com",
        "evilslack.com", "slack.com@evil.example", "hooks.slack.com@evil.example",
        "hooks.slack.com:443@evil.example", "evil.example#hooks.slack.com",
        "evil.example\\@hooks.slack.com", "evil.example?.slack.com", "evil.example/.slack.com",
        "hooks.slack.com%2eevil.example", "hooks。slack。com", "hooks․slack․com",
        "hooks.slack.com。evil.example", "hooks.slack.com%00.evil.example",
        "hooks.slack.com\r\nHost: evil.example", "hooks.slack.com\tevil.example",
        "hooks.slack.com evil.example", " hooks.slack.com", "hooks.slack.com:22",
        "hooks.slack.com:0", "hooks.slack.com:99999", "hooks.slack.com:443:80",
        ".slack.com", "..slack.com", "xn--slck-6qa.com", "slack.com:8443", "" };
    for (size_t s = 0; s < COUNT(schemes); s++)
        for (size_t h = 0; h < COUNT(hosts); h++) {
            char url[200];
            snprintf(url, sizeof(url), "%s://%s/link?ticket=1", schemes[s], hosts[h]);
            check_refused(url);
            snprintf(url, sizeof(url), "%s:%s", schemes[s], hosts[h]);
            check_refused(url);
        }
    static const char *const sockets[] = { "wss://wss-primary.slack.com/link/?ticket=1",
        "wss://wss-backup.slack.com/link/?ticket=1", "wss://WSS-primary.Slack.com:443/link",
        "wss://wss-primary.slack-gov.com/link" };
    for (size_t i = 0; i < COUNT(sockets); i++)
        CHECK(socket_url_is_allowed(str_from_z(sockets[i]), STR(API)), "%s", sockets[i]);
    CHECK(reply_path_is_allowed(STR("https://hooks.slack.com/actions/T1/2/x"), STR(API)), "hooks");
    CHECK(!reply_path_is_allowed(STR("wss://hooks.slack.com/actions/T1/2/x"), STR(API)), "wss");
    CHECK(!socket_url_is_allowed(STR("https://wss-primary.slack.com/"), STR(API)), "https");
}

/* -- a link that is sent elsewhere -- */

struct watcher { int waiting; char detail[200]; };

static void on_frame(void *arg, uint64_t socket, struct str frame)
{
    (void)arg, (void)socket, (void)frame;
}

static void on_event(void *arg, const struct event *event)
{
    (void)arg, (void)event;
}

static void on_done(void *arg, const struct delivery_result *result)
{
    (void)arg, (void)result;
}

static void on_state(void *arg, const char *from, const char *to, struct str detail)
{
    struct watcher *watcher = arg;
    (void)from;
    if (strcmp(to, "waiting") != 0)
        return;
    watcher->waiting++;
    snprintf(watcher->detail, sizeof(watcher->detail), "%.*s", STR_ARG(detail));
}

static void try_link(struct outside *outside)
{
    static const struct link_events events = { on_frame, on_event, on_done, on_state };
    char api_url[100];
    snprintf(api_url, sizeof(api_url), "http://127.0.0.1:%u/api/", (unsigned)outside->port);
    struct watcher watcher = { 0 };
    struct link_options options = { .world = loop_world(outside->loop),
        .api_url = str_from_z(api_url), .app_token = STR("xapp-canary"),
        .bot_token = STR("xoxb-canary"), .events = &events, .arg = &watcher };
    const struct platform *slack = platform_named(STR("slack"));
    struct link *link = NULL;
    CHECK(!slack->open(&options, &link), "no link");
    CHECK(spin(outside->loop, &watcher.waiting, 1, 5000), "%s was dialled", outside->socket_url);
    CHECK(strstr(watcher.detail, "not Slack's"), "%s: %s", outside->socket_url, watcher.detail);
    slack->close(link);
    check_canary(outside, outside->socket_url);
    tried_sockets++;
}

static void try_links(struct outside *outside)
{
    static const char *const forms[] = { "ws://127.0.0.1:%u/link", "ws://localhost:%u/link",
        "ws://[::1]:%u/link", "wss://127.0.0.1:%u/link", "wss://localhost:%u/link",
        "ws://127.0.0.2:%u/link", "ws://slack.com@127.0.0.1:%u/", "http://127.0.0.1:%u/",
        "ws://127.0.0.1:%u@127.0.0.1/", "ws://169.254.169.254:%u/latest/meta-data",
        "ws://127.1:%u/", "ws://0x7f.1:%u/", "wss://slack.com.evil.example:%u/" };
    for (size_t i = 0; i < COUNT(forms); i++) {
        const char *mark = strstr(forms[i], "%u");
        snprintf(outside->socket_url, sizeof(outside->socket_url), "%.*s%u%s",
            (int)(mark - forms[i]), forms[i], (unsigned)outside->canary_port, mark + 2);
        try_link(outside);
    }
}

int main(void)
{
    struct outside outside;
    outside_up(&outside);
    try_urls();
    try_redirects(&outside);
    try_upgrades(&outside);
    try_links(&outside);
    spin_for(outside.loop, 50);
    check_canary(&outside, "at the end");
    listener_free(outside.api);
    close(outside.canary);
    loop_free(outside.loop);
    printf("proved: %d addresses refused, %d redirects of every API method and of upgrades not "
           "followed, %d links sent elsewhere; the canary heard 0 connections\n",
        tried_urls, tried_redirects, tried_sockets);
    return 0;
}
