/* Bare sockets for the tests of net, which speak whatever bytes a test wants. */
#ifndef NUDGED_UNIT_NET_BARE_H
#define NUDGED_UNIT_NET_BARE_H

#include "net_test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* A listening socket on a free loopback port. */
UNUSED static int bare_listen(uint16_t *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

UNUSED static int bare_connect(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

UNUSED static void bare_send(int fd, const char *bytes, size_t len)
{
    assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), (ssize_t)len);
}

UNUSED static void bare_say(int fd, const char *z)
{
    bare_send(fd, z, strlen(z));
}

/* Waits for a connection while the loop turns. */
UNUSED static int bare_accept(struct loop *loop, int listening)
{
    fcntl(listening, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 200; i++) {
        int fd = accept(listening, NULL, NULL);
        if (fd >= 0)
            return fd;
        loop_run_once(loop, 10);
    }
    return -1;
}

/* Reads until `needle` was seen (empty: until the other side closed) or limit_ms passed; what came
 * is in out, NUL-terminated. Gives the number of bytes, or -1 when the needle did not come. */
UNUSED static ssize_t bare_read(struct loop *loop, int fd, const char *needle, char *out,
                                size_t room, int64_t limit_ms)
{
    struct world *world = loop_world(loop);
    int64_t until_ms = world_mono(world).ms + limit_ms;
    size_t len = 0;
    while (world_mono(world).ms < until_ms) {
        ssize_t got = recv(fd, out + len, room - 1 - len, MSG_DONTWAIT);
        if (got > 0)
            len += (size_t)got;
        out[len] = '\0';
        if (needle[0] && memmem(out, len, needle, strlen(needle)))
            return (ssize_t)len;
        if (got == 0 || (got < 0 && errno != EAGAIN))
            return needle[0] ? -1 : (ssize_t)len;
        if (got < 0)
            loop_run_once(loop, 5);
    }
    return -1;
}

#endif
