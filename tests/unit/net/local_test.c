#include "bare.h"

#include <pthread.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "nudged/net/local.h"

struct office { struct local_call *held; int calls; char line[200]; size_t line_len; };

/* The server's manners by line. */
static void answer(void *arg, struct local_call *call, struct str line)
{
    struct office *office = arg;
    office->calls++;
    office->line_len = line.len;
    snprintf(office->line, sizeof(office->line), "%.*s", (int)(line.len < 100 ? line.len : 100),
             line.ptr);
    if (same(line, "hold")) {
        office->held = call;
        return;
    }
    if (same(line, "large"))
        for (int i = 0; i < 3000; i++)
            local_write(call,
                        STR("three hundred kilobytes, written in pieces of one hundred bytes each "
                            "............................\n"));
    local_write(call, STR("said: "));
    local_write(call, str_slice(line, 0, 50));
    local_finish(call);
}

struct client {
    pthread_t thread;
    const char *path;
    struct str line;
    enum err err;
    char got[200];
    size_t len;
};

static void sink(void *arg, struct str piece)
{
    struct client *client = arg;
    for (size_t i = 0; i < piece.len && client->len + i < sizeof(client->got) - 1; i++)
        client->got[client->len + i] = piece.ptr[i];
    client->len += piece.len;
}

static void *run_client(void *arg)
{
    struct client *client = arg;
    client->err = local_request(str_from_z(client->path), client->line, sink, client);
    return NULL;
}

static void ask(struct client *client, const char *path, struct str line)
{
    *client = (struct client){ .path = path, .line = line, .err = ERR_COUNT };
    assert_int_equal(pthread_create(&client->thread, NULL, run_client, client), 0);
}

static void wait_for(struct loop *loop, struct client *client)
{
    struct world *world = loop_world(loop);
    int64_t until_ms = world_mono(world).ms + 10000;
    while (pthread_tryjoin_np(client->thread, NULL) && world_mono(world).ms < until_ms)
        loop_run_once(loop, 10);
}

struct stage {
    struct loop *loop;
    struct local_server *server;
    struct office office;
    char folder[40], path[60];
};

static void stage_up(struct stage *stage)
{
    *stage = (struct stage){ .folder = "/tmp/nudged-local-XXXXXX", .loop = new_loop() };
    assert_non_null(mkdtemp(stage->folder));
    snprintf(stage->path, sizeof(stage->path), "%s/control", stage->folder);
    assert_int_equal(local_server_new(stage->loop, str_from_z(stage->path), answer, &stage->office,
                                      &stage->server), OK);
}

static void stage_down(struct stage *stage)
{
    local_server_free(stage->server);
    loop_free(stage->loop);
    assert_int_not_equal(access(stage->path, F_OK), 0);
    assert_int_equal(rmdir(stage->folder), 0);
}

static void a_line_is_answered_and_the_socket_is_private(void **state)
{
    struct stage stage;
    struct client client;
    struct stat about;
    (void)state;
    stage_up(&stage);
    assert_int_equal(stat(stage.path, &about), 0);
    assert_int_equal(about.st_mode, S_IFSOCK | 0600);
    ask(&client, stage.path, STR("status"));
    wait_for(stage.loop, &client);
    assert_int_equal(client.err, OK);
    assert_string_equal(client.got, "said: status");
    ask(&client, stage.path, STR("large"));
    wait_for(stage.loop, &client);
    assert_int_equal(client.err, OK);
    assert_in_range(client.len, 290000, 310000);
    stage_down(&stage);
}

static void a_late_answer_waits_and_the_others_do_not(void **state)
{
    struct stage stage;
    struct client slow, quick;
    (void)state;
    stage_up(&stage);
    ask(&slow, stage.path, STR("hold"));
    assert_true(spin(stage.loop, &stage.office.calls, 1, 2000));
    ask(&quick, stage.path, STR("status"));
    wait_for(stage.loop, &quick);
    assert_string_equal(quick.got, "said: status");
    assert_int_equal(slow.err, ERR_COUNT);
    local_write(stage.office.held, STR("done"));
    local_finish(stage.office.held);
    wait_for(stage.loop, &slow);
    assert_int_equal(slow.err, OK);
    assert_string_equal(slow.got, "done");
    stage_down(&stage);
}

static int bare_local(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void odd_clients_are_survived(void **state)
{
    struct stage stage;
    static char flood[80000];
    char got[20];
    (void)state;
    memset(flood, 'x', sizeof(flood));
    stage_up(&stage);
    int gone = bare_local(stage.path);
    bare_send(gone, "sta", 3);
    spin_for(stage.loop, 30);
    close(gone);
    spin_for(stage.loop, 30);
    int endless = bare_local(stage.path);
    (void)!send(endless, flood, sizeof(flood), MSG_DONTWAIT | MSG_NOSIGNAL);
    for (int i = 0; i < 20; i++) {
        spin_for(stage.loop, 5);
        (void)!send(endless, flood, sizeof(flood), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    assert_true(send(endless, "x", 1, MSG_NOSIGNAL) < 0);           /* the server hung up */
    close(endless);
    assert_int_equal(stage.office.calls, 0);
    int pieces = bare_local(stage.path);
    bare_send(pieces, "sta", 3);
    spin_for(stage.loop, 20);
    bare_send(pieces, "tus\nmore", 8);
    assert_true(spin(stage.loop, &stage.office.calls, 1, 1000));
    assert_string_equal(stage.office.line, "status");
    assert_int_equal(bare_read(stage.loop, pieces, "", got, sizeof(got), 1000), 12);
    close(pieces);
    int left = bare_local(stage.path);                              /* asks, then does not wait */
    bare_send(left, "hold\n", 5);
    assert_true(spin(stage.loop, &stage.office.calls, 2, 1000));
    close(left);
    spin_for(stage.loop, 20);
    local_write(stage.office.held, STR("nobody hears"));
    local_finish(stage.office.held);
    spin_for(stage.loop, 20);
    int waiting = bare_local(stage.path);                           /* open when the server goes */
    bare_send(waiting, "hold\n", 5);
    assert_true(spin(stage.loop, &stage.office.calls, 3, 1000));
    stage_down(&stage);
    close(waiting);
}

static void where_nobody_listens_it_says_so(void **state)
{
    struct stage stage;
    struct client client = { .len = 0 };
    struct local_server *second = NULL;
    struct stat about;
    static char flood[70000], deep[200];
    (void)state;
    assert_int_equal(local_request(STR("/no/such/socket"), STR("x"), sink, &client), ERR_NOT_FOUND);
    stage_up(&stage);
    memset(deep, 'd', sizeof(deep));
    struct str long_path = { deep, sizeof(deep) };
    assert_int_equal(local_request(long_path, STR("x"), sink, &client), ERR_INVALID);
    assert_int_equal(local_server_new(stage.loop, long_path, answer, NULL, &second), ERR_INVALID);
    struct str flood_line = { flood, sizeof(flood) };
    assert_int_equal(local_request(str_from_z(stage.path), flood_line, sink, &client), ERR_TOO_BIG);
    /* A stale socket file: nobody listens; a new server takes its place. */
    char stale[80];
    snprintf(stale, sizeof(stale), "%s/stale", stage.folder);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    memcpy(address.sun_path, stale, strlen(stale));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
    assert_int_equal(stat(stale, &about), 0);
    assert_int_equal(local_request(str_from_z(stale), STR("x"), sink, &client), ERR_NOT_FOUND);
    assert_int_equal(
        local_server_new(stage.loop, str_from_z(stale), answer, &stage.office, &second), OK);
    ask(&client, stale, STR("status"));
    wait_for(stage.loop, &client);
    assert_int_equal(client.err, OK);
    local_server_free(second);
    stage_down(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_answered_and_the_socket_is_private),
        cmocka_unit_test(a_late_answer_waits_and_the_others_do_not),
        cmocka_unit_test(odd_clients_are_survived),
        cmocka_unit_test(where_nobody_listens_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
