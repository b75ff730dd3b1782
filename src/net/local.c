/* Owns the Unix socket between our own processes: the server's side on the loop, the client's side
 * blocking. Knows lines and bytes; what a line asks for is the handler's business.
 *
 * Odd: the socket gets its mode before it gets its name (fchmod on a socket that is not bound yet
 * is what bind then uses), so that there is no moment in which others could connect. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/inside.h"
#include "nudged/base/buf.h"
#include "nudged/net/local.h"

enum { LINE_BYTES_MAX = 64 << 10, BACKLOG = 16, SILENCE_SECONDS = 60 };

struct local_server {
    uv_pipe_t pipe;
    struct loop *loop;
    char *path;
    local_fn *fn;
    void *arg;
    struct local_call *calls;
};

struct local_call {
    uv_pipe_t pipe;
    uv_shutdown_t shutdown;
    struct local_server *server;        /* NULL once the call is over */
    struct local_call *before, *next;
    struct buf line;
    bool handed, finished;
    char room[4096];
};

struct local_piece {
    uv_write_t request;
    char bytes[];
};

static enum err local_address(struct str path, struct sockaddr_un *out);
static enum err local_bind(const struct sockaddr_un *address, int *out);
static void local_came(uv_stream_t *stream, int status);
static void local_room(uv_handle_t *handle, size_t wanted, uv_buf_t *out);
static void local_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room);
static void local_written(uv_write_t *request, int status);
static void local_shut(uv_shutdown_t *request, int status);
static void local_call_over(struct local_call *call);
static void local_call_closed(uv_handle_t *handle);
static void local_server_closed(uv_handle_t *handle);
static enum err local_talk(int fd, struct str line, local_sink_fn *sink, void *arg);

enum err local_server_new(struct loop *loop, struct str path, local_fn *fn, void *arg,
                          struct local_server **out)
{
    struct sockaddr_un address;
    int fd = -1;
    enum err err = local_address(path, &address);
    if (!err) err = local_bind(&address, &fd);
    if (err)
        return err;
    struct local_server *server = heap_new(struct local_server);
    char *copy = heap_z(path);
    if (!server || !copy) {
        free(server);
        free(copy);
        close(fd);
        return ERR_NO_MEMORY;
    }
    *server = (struct local_server){ .loop = loop, .path = copy, .fn = fn, .arg = arg };
    server->pipe.data = server;
    uv_pipe_init(&loop->uv, &server->pipe, 0);
    REQUIRE(uv_pipe_open(&server->pipe, fd) == 0);
    if (uv_listen((uv_stream_t *)&server->pipe, BACKLOG, local_came)) {
        uv_close((uv_handle_t *)&server->pipe, local_server_closed);
        return ERR_IO;
    }
    *out = server;
    return OK;
}

struct local_server *local_server_free(struct local_server *server)
{
    if (!server)
        return NULL;
    while (server->calls)
        local_call_over(server->calls);
    unlink(server->path);
    uv_close((uv_handle_t *)&server->pipe, local_server_closed);
    return NULL;
}

void local_write(struct local_call *call, struct str bytes)
{
    REQUIRE(call->handed && !call->finished);
    struct local_piece *piece = bytes.len > 0 ? malloc(sizeof(*piece) + bytes.len) : NULL;
    if (!piece)
        return;
    memcpy(piece->bytes, bytes.ptr, bytes.len);
    uv_buf_t buf = uv_buf_init(piece->bytes, (unsigned)bytes.len);
    if (uv_write(&piece->request, (uv_stream_t *)&call->pipe, &buf, 1, local_written))
        free(piece);
}

void local_finish(struct local_call *call)
{
    REQUIRE(call->handed && !call->finished);
    call->finished = true;
    call->shutdown.data = call;
    if (uv_shutdown(&call->shutdown, (uv_stream_t *)&call->pipe, local_shut))
        local_call_over(call);
}

enum err local_request(struct str path, struct str line, local_sink_fn *sink, void *arg)
{
    struct sockaddr_un address;
    struct timeval silence = { .tv_sec = SILENCE_SECONDS };
    enum err err = local_address(path, &address);
    if (err)
        return err;
    if (line.len > LINE_BYTES_MAX)
        return ERR_TOO_BIG;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return ERR_IO;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof(silence));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &silence, sizeof(silence));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
        err = errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
    if (!err) err = local_talk(fd, line, sink, arg);
    close(fd);
    return err;
}

static enum err local_address(struct str path, struct sockaddr_un *out)
{
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (path.len == 0 || path.len >= sizeof(out->sun_path))
        return ERR_INVALID;
    memcpy(out->sun_path, path.ptr, path.len);
    return OK;
}

static enum err local_bind(const struct sockaddr_un *address, int *out)
{
    struct stat about;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return ERR_IO;
    if (lstat(address->sun_path, &about) == 0 && S_ISSOCK(about.st_mode))
        unlink(address->sun_path);
    if (fchmod(fd, 0600) || bind(fd, (const struct sockaddr *)address, sizeof(*address))) {
        enum err err = errno == EADDRINUSE ? ERR_EXISTS : ERR_IO;
        close(fd);
        return err;
    }
    *out = fd;
    return OK;
}

static void local_came(uv_stream_t *stream, int status)
{
    struct local_server *server = stream->data;
    struct local_call *call = status == 0 ? heap_new(struct local_call) : NULL;
    if (!call)
        return;
    call->server = server;
    call->line = buf_heap(LINE_BYTES_MAX);
    call->pipe.data = call;
    call->next = server->calls;
    if (call->next)
        call->next->before = call;
    server->calls = call;
    uv_pipe_init(&server->loop->uv, &call->pipe, 0);
    if (uv_accept(stream, (uv_stream_t *)&call->pipe) ||
        uv_read_start((uv_stream_t *)&call->pipe, local_room, local_read))
        local_call_over(call);
}

static void local_room(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
    struct local_call *call = handle->data;
    (void)wanted;
    *out = uv_buf_init(call->room, sizeof(call->room));
}

/* Once the line is there, only the writing side matters: a client may close its own half. */
static void local_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
    struct local_call *call = stream->data;
    if (got == 0)
        return;
    if (got < 0) {
        local_call_over(call);
        return;
    }
    struct str bytes = { room->base, (size_t)got };
    size_t end = str_find(bytes, '\n');
    buf_add(&call->line, str_slice(bytes, 0, end));
    if (call->line.failed) {
        local_call_over(call);
        return;
    }
    if (end == bytes.len)
        return;
    uv_read_stop(stream);
    call->handed = true;
    call->server->fn(call->server->arg, call, buf_str(&call->line));
}

static void local_written(uv_write_t *request, int status)
{
    (void)status;
    free(request);
}

static void local_shut(uv_shutdown_t *request, int status)
{
    struct local_call *call = request->data;
    (void)status;
    if (call->server)
        local_call_over(call);
}

static void local_call_over(struct local_call *call)
{
    if (call->before)
        call->before->next = call->next;
    else
        call->server->calls = call->next;
    if (call->next)
        call->next->before = call->before;
    call->server = NULL;
    uv_close((uv_handle_t *)&call->pipe, local_call_closed);
}

static void local_call_closed(uv_handle_t *handle)
{
    struct local_call *call = handle->data;
    buf_free(&call->line);
    free(call);
}

static void local_server_closed(uv_handle_t *handle)
{
    struct local_server *server = handle->data;
    free(server->path);
    free(server);
}

static enum err local_talk(int fd, struct str line, local_sink_fn *sink, void *arg)
{
    char room[16384];
    struct str pieces[] = { line, STR("\n") };
    for (size_t i = 0; i < COUNT(pieces); i++)
        for (size_t at = 0; at < pieces[i].len;) {
            ssize_t sent = send(fd, pieces[i].ptr + at, pieces[i].len - at, MSG_NOSIGNAL);
            if (sent < 0 && errno != EINTR)
                return errno == EAGAIN ? ERR_TIMEOUT : ERR_IO;
            at += sent > 0 ? (size_t)sent : 0;
        }
    for (;;) {
        ssize_t got = recv(fd, room, sizeof(room), 0);
        if (got == 0)
            return OK;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno == EAGAIN ? ERR_TIMEOUT : ERR_IO;
        sink(arg, (struct str){ room, (size_t)got });
    }
}
