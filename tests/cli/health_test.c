/* The pages for machines, as a watcher, a curious neighbour and an enemy meet them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/office.h"

#define DAY_1 "2031-03-04T09:29:00Z"
#define CONFIG office_path(office, "nudged.yaml")

enum { REPLY_MAX = 256 << 10, CUT_MS = 5000 };

static unsigned requests, hostile;              /* for the last line */

struct door { struct office *office; uint16_t port; char reply[REPLY_MAX]; };

static int dial(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
        close(fd);
        return -1;
    }
    return fd;
}

static uint16_t free_port(int *fd)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(*fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(getsockname(*fd, (struct sockaddr *)&address, &len), 0);
    return ntohs(address.sin_port);
}

/* What comes back until the peer closes or ms have passed; -1: it was not closed. */
static long read_reply(int fd, char *out, int ms)
{
    long len = 0;
    for (int left_ms = ms; left_ms > 0;) {
        struct pollfd poller = { .fd = fd, .events = POLLIN };
        int ready = poll(&poller, 1, 50);
        left_ms -= ready ? 1 : 50;
        if (!ready)
            continue;
        ssize_t got = recv(fd, out + len, (size_t)(REPLY_MAX - 1 - len), 0);
        if (got <= 0) {
            out[len] = '\0';
            return len;
        }
        len += got;
    }
    out[len] = '\0';
    return -1;
}

static const char *ask(struct door *door, const char *request)
{
    int fd = dial(door->port);
    requests++;
    assert_true(fd >= 0);
    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    assert_true(read_reply(fd, door->reply, 8000) >= 0);        /* closed behind the answer */
    close(fd);
    return door->reply;
}

static const char *get(struct door *door, const char *path)
{
    char request[256];
    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    return ask(door, request);
}

static void assert_starts(const char *text, const char *start)
{
    if (strncmp(text, start, strlen(start)) != 0)
        fail_msg("does not start with \"%s\":\n%.600s", start, text);
}

static const char *body_of(const char *reply)
{
    const char *body = strstr(reply, "\r\n\r\n");
    assert_non_null(body);
    return body + 4;
}

static int open_door(void **state)
{
    struct door *door = calloc(1, sizeof(*door));
    char line[80];
    int fd = -1;
    assert_non_null(door);
    door->office = office_open("T0FIRST");
    door->port = free_port(&fd);
    close(fd);
    snprintf(line, sizeof(line), "health: {listen: \"127.0.0.1:%d\"}", door->port);
    office_config(door->office, line);
    *state = door;
    return 0;
}

static int close_door(void **state)
{
    struct door *door = *state;
    office_close(door->office);
    free(door);
    return 0;
}

static void start(struct door *door)
{
    office_start(door->office, DAY_1, "1");
    assert_true(office_status_says(door->office, "3 matched in chat"));
}

static void test_pages(void **state)
{
    struct door *door = *state;
    start(door);
    assert_starts(get(door, "/healthz"), "HTTP/1.1 200 ");
    assert_string_equal(body_of(door->reply), "ok\n");
    assert_starts(get(door, "/readyz"), "HTTP/1.1 200 ");
    assert_string_equal(body_of(door->reply), "ready\n");
    assert_starts(ask(door, "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP/1.1 200 ");
    assert_string_equal(body_of(door->reply), "");
    assert_non_null(strstr(door->reply, "Content-Length: 3"));
    assert_starts(ask(door, "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
        "HTTP/1.1 405 ");
    assert_non_null(strstr(door->reply, "Allow: GET, HEAD"));
    assert_starts(get(door, "/"), "HTTP/1.1 404 ");
    assert_starts(get(door, "/metrics/../nudged.db"), "HTTP/1.1 404 ");
    assert_starts(get(door, "/metrics?debug=1"), "HTTP/1.1 200 ");
    assert_non_null(strstr(door->reply, "\nnudged_socket_connected{channel=\"slack\"} 1\n"));
    assert_non_null(strstr(door->reply, "\nnudged_people_unmatched 1\n"));
    assert_non_null(strstr(door->reply, "Content-Type: text/plain; version=0.0.4"));
    assert_null(strstr(door->reply, "example.com"));
    assert_null(strstr(door->reply, "canary"));
    assert_int_equal(office_stop(door->office, SIGTERM), 0);
}

static void test_formats(void **state)
{
    static const struct { const char *accept; bool openmetrics; } rows[] = {
        { "application/openmetrics-text;version=1.0.0;q=0.5,"
          "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,"
          "*/*;q=0.2", true },
        { "application/openmetrics-text; version=1.0.0", true },
        { "application/openmetrics-text", true },
        { "application/openmetrics-text; version=2.0.0, text/plain;q=0.1", false },
        { "text/plain, application/openmetrics-text;version=1.0.0;q=0.9", false },
        { "application/openmetrics-text;q=0", false },
        { "*/*", false }, { ";;;,=,q=", false },
    };
    struct door *door = *state;
    start(door);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char request[512];
        snprintf(request, sizeof(request), "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: %s\r\n\r\n",
            rows[i].accept);
        assert_starts(ask(door, request), "HTTP/1.1 200 ");
        bool ends = strstr(door->reply, "\n# EOF\n") != NULL;
        bool typed = strstr(door->reply, "application/openmetrics-text; version=1.0.0;") != NULL;
        if (ends != rows[i].openmetrics || typed != rows[i].openmetrics)
            fail_msg("%s was answered wrongly", rows[i].accept);
    }
    assert_int_equal(office_stop(door->office, SIGTERM), 0);
}

static void test_not_ready(void **state)
{
    struct door *door = *state;
    struct office *office = door->office;
    start(door);
    office_write(office, "prompts/decks/words.yaml", "id: [words\n");
    assert_true(office_status_says(office, "degraded: the files as they are now have"));
    assert_starts(get(door, "/readyz"), "HTTP/1.1 503 ");
    assert_string_equal(
        body_of(door->reply), "the newest prompt files or people.csv have errors (1)\n");
    assert_starts(get(door, "/healthz"), "HTTP/1.1 200 ");
    get(door, "/metrics");
    assert_non_null(strstr(door->reply, "nudged_degraded{condition=\"content_refused\"} 1\n"));
    assert_non_null(strstr(door->reply, "nudged_deck_load_errors 1\n"));
    workspace_revoke(office->workspace);
    assert_true(office_status_says(office, "took our access away"));
    assert_starts(get(door, "/readyz"), "HTTP/1.1 503 ");
    assert_string_equal(body_of(door->reply), "the workspace took our access away\n");
    assert_int_equal(office_stop(office, SIGTERM), 0);
}

/* Whoever is slow, many or large has no part in the daemon's time. */
static void test_enemies(void **state)
{
    enum { CROWD = 40 };
    struct door *door = *state;
    int crowd[CROWD];
    start(door);
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = dial(door->port);
        hostile++;
        if (crowd[i] >= 0)
            (void)!send(crowd[i], "GET /heal", 9, MSG_NOSIGNAL);
    }
    struct mono began = world_mono(loop_world(door->office->loop));
    bool cut = false;
    for (int ms = 0; !cut && ms < 4 * CUT_MS; ms += 200) {      /* a byte now and then */
        cut = send(crowd[0], "t", 1, MSG_NOSIGNAL) != 1;
        office_live(door->office, 200);
    }
    int64_t took_ms = world_mono(loop_world(door->office->loop)).ms - began.ms;
    assert_true(cut && took_ms >= CUT_MS - 1000 && took_ms < 2 * CUT_MS);
    for (int i = 0; i < CROWD; i++)
        if (crowd[i] >= 0)
            close(crowd[i]);
    assert_starts(get(door, "/healthz"), "HTTP/1.1 200 ");
    int fd = dial(door->port);
    for (int i = 0; i < 64 << 10; i++)                          /* a head without an end */
        if (send(fd, "X-Long: y\r\n", i ? 11 : 0, MSG_NOSIGNAL) < 0)
            break;
    assert_true(read_reply(fd, door->reply, 2 * CUT_MS) >= 0);
    close(fd);
    static const char *const bodies[] = {
        "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n",
        "GARBAGE\r\n\r\n", "\x16\x03\x01\x02\x05\x01\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        fd = dial(door->port);
        (void)!send(fd, bodies[i], strlen(bodies[i]), MSG_NOSIGNAL);
        hostile++;
        assert_true(read_reply(fd, door->reply, 2 * CUT_MS) >= 0);
        close(fd);
    }
    assert_starts(get(door, "/healthz"), "HTTP/1.1 200 ");
    assert_int_equal(office_stop(door->office, SIGTERM), 0);
}

static void test_where_it_listens(void **state)
{
    static const struct { const char *health; int code; } rows[] = {
        { "health: {listen: \"0.0.0.0:9464\"}", 78 },
        { "health: {listen: \"[::]:9464\"}", 78 },
        { "health: {listen: \"192.0.2.7:9464\", beyond_this_machine: false}", 78 },
        { "health: {listen: \"0.0.0.0:9464\", beyond_this_machine: true}", 0 },
        { "health: {listen: \"[::1]:9464\"}", 0 },
        { "health: {listen: \"localhost:9464\"}", 78 },
        { "health: {listen: \"9464\"}", 78 }, { "health: {listen: \"127.0.0.1:99999\"}", 78 },
        { "health: {listen: \"127.0.0.1:\"}", 78 }, { "health: {port: 9464}", 78 },
    };
    struct door *door = *state;
    struct office *office = door->office;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        office_config(office, rows[i].health);
        int code = RUN(office, "check", "-c", CONFIG);
        if (code != rows[i].code)
            fail_msg("%s: exit %d, not %d\n%s", rows[i].health, code, rows[i].code, office->err);
    }
    int fd = -1;
    char line[80];
    uint16_t port = free_port(&fd);
    assert_int_equal(listen(fd, 1), 0);
    snprintf(line, sizeof(line), "health: {listen: \"127.0.0.1:%d\"}", port);
    office_config(office, line);
    assert_int_equal(RUN(office, "run", "-c", CONFIG), 71);
    assert_non_null(strstr(office->err, "the port is taken"));
    close(fd);
    office_config(office, "");          /* not asked for: nobody listens */
    start(door);
    assert_int_equal(dial(port), -1);
    assert_int_equal(office_stop(office, SIGTERM), 0);
}

#define DOOR_TEST(name) cmocka_unit_test_setup_teardown(name, open_door, close_door)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DOOR_TEST(test_pages), DOOR_TEST(test_formats), DOOR_TEST(test_not_ready),
        DOOR_TEST(test_enemies), DOOR_TEST(test_where_it_listens),
    };
    int failed = cmocka_run_group_tests_name("health", tests, NULL, NULL);
    if (!failed)
        printf("proved: %u requests answered as promised, %u hostile connections ended\n", requests,
            hostile);
    return failed;
}
