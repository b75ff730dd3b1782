/* Owns TCP connections and their TLS. Knows bytes and certificates, nothing of what they carry.
 *
 * TLS is OpenSSL's as it stands: 1.2 or newer, the system's authorities and the configured file,
 * the name in the certificate's list of names and nowhere else. Nothing leaves before that is
 * right. */
#include "net/stream.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/inside.h"

enum { ROUNDS_MAX = 4, OUT_KEEP_BYTES = 256 << 10 };

enum stream_state { STREAM_CONNECTING, STREAM_GREETING, STREAM_OPEN, STREAM_OVER };

struct stream {
    uv_poll_t poll;
    struct loop *loop;
    struct stream_events events;
    void *arg;
    enum stream_state state;
    int fd, dial_error;         /* dial_error: an errno, told from the loop */
    struct timer *dial_failed;
    SSL *ssl;                   /* NULL: plain */
    bool wants_write;           /* TLS must write before it can go on */
    bool polled;
    struct buf out;
    char *in;                   /* STREAM_READ_BYTES */
};

static int dial(struct stream *stream, const struct stream_target *target);
static enum err prepare_tls(struct stream *stream, const char *host);
static SSL_CTX *tls_context(struct loop *loop);
static void listen_for(struct stream *stream);
static void on_poll(uv_poll_t *poll, int status, int events);
static void on_dial_failed(void *arg);
static void connected(struct stream *stream);
static void greet(struct stream *stream);
static void open_now(struct stream *stream);
static void read_some(struct stream *stream);
static ssize_t receive(struct stream *stream, char *bytes, size_t len);
static void write_some(struct stream *stream);
static ssize_t transmit(struct stream *stream, const char *bytes, size_t len);
static ssize_t tls_outcome(struct stream *stream, int result);
static void end(struct stream *stream, struct str detail);
static struct str tls_detail(struct stream *stream);
static void on_closed(uv_handle_t *handle);
static void stream_free(struct stream *stream);

struct stream *stream_dial(struct loop *loop, const struct stream_target *target,
    size_t waiting_bytes_max, const struct stream_events *events, void *arg)
{
    struct stream *stream = heap_new(struct stream);
    if (!stream)
        return NULL;
    *stream = (struct stream){ .loop = loop, .events = *events, .arg = arg, .fd = -1,
        .out = buf_heap(waiting_bytes_max) };
    stream->in = malloc(STREAM_READ_BYTES);
    stream->dial_failed = timer_new(&loop->world, on_dial_failed, stream);
    if (!stream->in || !stream->dial_failed ||
        (target->tls_host && prepare_tls(stream, target->tls_host))) {
        stream_free(stream);
        return NULL;
    }
    stream->dial_error = dial(stream, target);
    if (!stream->dial_error && uv_poll_init(&loop->uv, &stream->poll, stream->fd))
        stream->dial_error = EBADF;
    stream->polled = !stream->dial_error;
    stream->poll.data = stream;
    if (stream->polled)
        listen_for(stream);
    else
        timer_after(stream->dial_failed, (struct duration){ 0 });
    return stream;
}

struct buf *stream_out(struct stream *stream)
{
    return &stream->out;
}

void stream_send(struct stream *stream)
{
    if (stream->state == STREAM_OPEN)
        listen_for(stream);
}

int stream_fd(const struct stream *stream)
{
    return stream->fd;
}

void stream_close(struct stream *stream)
{
    REQUIRE(stream->state != STREAM_OVER);
    if (stream->ssl && stream->state == STREAM_OPEN)
        (void)SSL_shutdown(stream->ssl);        /* one record, if the socket takes it */
    stream->state = STREAM_OVER;
    timer_stop(stream->dial_failed);
    if (!stream->polled) {
        stream_free(stream);
        return;
    }
    uv_poll_stop(&stream->poll);
    (void)close(stream->fd);
    stream->fd = -1;
    uv_close((uv_handle_t *)&stream->poll, on_closed);
}

void streams_finish(struct loop *loop)
{
    SSL_CTX_free(loop->tls);
    loop->tls = NULL;
}

/* 0, or an errno. */
static int dial(struct stream *stream, const struct stream_target *target)
{
    struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(target->port) };
    struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(target->port) };
    struct sockaddr *address = (struct sockaddr *)&four;
    socklen_t len = sizeof(four);
    if (inet_pton(AF_INET6, target->address, &six.sin6_addr) == 1) {
        address = (struct sockaddr *)&six;
        len = sizeof(six);
    } else if (inet_pton(AF_INET, target->address, &four.sin_addr) != 1) {
        return EINVAL;
    }
    stream->fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (stream->fd < 0)
        return errno;
    if (connect(stream->fd, address, len) && errno != EINPROGRESS)
        return errno;
    return stream->ssl && !SSL_set_fd(stream->ssl, stream->fd) ? ENOMEM : 0;
}

/* An address is proved by an address in the certificate, a name by a name. */
static enum err prepare_tls(struct stream *stream, const char *host)
{
    unsigned char binary[sizeof(struct in6_addr)];
    SSL_CTX *context = tls_context(stream->loop);
    stream->ssl = context ? SSL_new(context) : NULL;
    if (!stream->ssl)
        return ERR_NO_MEMORY;
    X509_VERIFY_PARAM *verify = SSL_get0_param(stream->ssl);
    bool numeric = inet_pton(AF_INET, host, binary) == 1 || inet_pton(AF_INET6, host, binary) == 1;
    X509_VERIFY_PARAM_set_hostflags(
        verify, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    bool ok = numeric ? X509_VERIFY_PARAM_set1_ip_asc(verify, host)
                      : X509_VERIFY_PARAM_set1_host(verify, host, 0) &&
            SSL_set_tlsext_host_name(stream->ssl, (uintptr_t)host); /* a macro that casts */
    SSL_set_connect_state(stream->ssl);
    return ok ? OK : ERR_NO_MEMORY;
}

/* Made when first needed: the authorities cost more memory than all the rest of an idle loop. */
static SSL_CTX *tls_context(struct loop *loop)
{
    static const unsigned char protocols[] = "\x08http/1.1";
    if (loop->tls)
        return loop->tls;
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context)
        return NULL;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(context,
        SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
            SSL_MODE_RELEASE_BUFFERS);
    bool ok = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) &&
        !SSL_CTX_set_alpn_protos(context, protocols, sizeof(protocols) - 1) &&
        SSL_CTX_set_default_verify_paths(context) &&
        (!loop->ca_file || SSL_CTX_load_verify_locations(context, loop->ca_file, NULL));
    if (!ok) {
        SSL_CTX_free(context);
        return NULL;
    }
    loop->tls = context;
    return context;
}

static void listen_for(struct stream *stream)
{
    bool connecting = stream->state == STREAM_CONNECTING;
    bool writing =
        connecting || stream->wants_write || (stream->state == STREAM_OPEN && stream->out.len);
    uv_poll_start(&stream->poll, (writing ? UV_WRITABLE : 0) | (connecting ? 0 : UV_READABLE),
        on_poll);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct stream *stream = poll->data;
    (void)status;               /* the call that follows finds the same error, and its number */
    if (stream->state == STREAM_CONNECTING) {
        connected(stream);
        return;
    }
    if (stream->state == STREAM_GREETING) {
        greet(stream);
        return;
    }
    if (events & UV_WRITABLE || stream->wants_write)
        write_some(stream);
    if (stream->state == STREAM_OPEN && (events & UV_READABLE || status < 0))
        read_some(stream);
}

static void on_dial_failed(void *arg)
{
    struct stream *stream = arg;
    end(stream, str_from_z(strerror(stream->dial_error)));
}

static void connected(struct stream *stream)
{
    int error = 0, yes = 1;
    socklen_t len = sizeof(error);
    if (getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &error, &len))
        error = errno;
    if (error) {
        end(stream, str_from_z(strerror(error)));
        return;
    }
    setsockopt(stream->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    if (stream->ssl) {
        stream->state = STREAM_GREETING;
        greet(stream);
    } else {
        open_now(stream);
    }
}

static void greet(struct stream *stream)
{
    ERR_clear_error();
    stream->wants_write = false;
    int result = SSL_do_handshake(stream->ssl);
    if (result == 1)
        open_now(stream);
    else if (tls_outcome(stream, result) < 0 && errno == EAGAIN)
        listen_for(stream);
    else
        end(stream, tls_detail(stream));
}

static void open_now(struct stream *stream)
{
    stream->state = STREAM_OPEN;
    stream->wants_write = false;
    stream->events.open(stream->arg);
    if (stream->state == STREAM_OPEN)
        listen_for(stream);
}

/* What OpenSSL has decrypted already must be fetched: the socket does not tell of it. */
static void read_some(struct stream *stream)
{
    bool more = true;
    for (int i = 0; more && stream->state == STREAM_OPEN; i++) {
        size_t len = 0;
        ssize_t got = 1;
        while (got > 0 && len < STREAM_READ_BYTES) {
            got = receive(stream, stream->in + len, STREAM_READ_BYTES - len);
            len += got > 0 ? (size_t)got : 0;
            if (!stream->ssl)
                break;
        }
        bool over = got == 0 || (got < 0 && errno != EAGAIN);
        int error = got < 0 ? errno : 0;
        if (len)
            stream->events.bytes(stream->arg, (struct str){ stream->in, len });
        if (over && stream->state == STREAM_OPEN) {
            end(stream, error ? str_from_z(strerror(error)) : STR_EMPTY);
            return;
        }
        more = stream->ssl && stream->state == STREAM_OPEN && got > 0 &&
            (i < ROUNDS_MAX || SSL_pending(stream->ssl) > 0);
    }
}

/* As recv(): 0 at the end, -1 and errno. */
static ssize_t receive(struct stream *stream, char *bytes, size_t len)
{
    ssize_t got;
    if (stream->ssl) {
        ERR_clear_error();
        return tls_outcome(stream, SSL_read(stream->ssl, bytes, (int)len));
    }
    do
        got = recv(stream->fd, bytes, len, 0);
    while (got < 0 && errno == EINTR);
    return got;
}

static void write_some(struct stream *stream)
{
    struct buf *out = &stream->out;
    size_t at = 0;
    stream->wants_write = false;
    while (at < out->len) {
        ssize_t sent = transmit(stream, out->ptr + at, out->len - at);
        if (sent < 0 && errno == EAGAIN)
            break;
        if (sent <= 0) {
            end(stream, str_from_z(strerror(errno)));
            return;
        }
        at += (size_t)sent;
    }
    if (at)
        memmove(out->ptr, out->ptr + at, out->len - at);
    out->len -= at;
    if (out->len == 0 && out->cap > OUT_KEEP_BYTES) {
        buf_free(out);
        *out = buf_heap(out->bytes_max);
    }
    listen_for(stream);
}

static ssize_t transmit(struct stream *stream, const char *bytes, size_t len)
{
    ssize_t sent;
    if (stream->ssl) {
        ERR_clear_error();
        return tls_outcome(stream, SSL_write(stream->ssl, bytes, (int)len));
    }
    do
        sent = send(stream->fd, bytes, len, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent;
}

/* What OpenSSL wants before it goes on, in the words of a socket. */
static ssize_t tls_outcome(struct stream *stream, int result)
{
    int error = result > 0 ? SSL_ERROR_NONE : SSL_get_error(stream->ssl, result);
    if (error == SSL_ERROR_NONE)
        return result;
    if (error == SSL_ERROR_ZERO_RETURN)
        return 0;
    stream->wants_write = stream->wants_write || error == SSL_ERROR_WANT_WRITE;
    bool again = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    errno = again ? EAGAIN : error == SSL_ERROR_SYSCALL && errno ? errno : EPROTO;
    return errno == EPIPE || errno == ECONNRESET ? 0 : -1;
}

static void end(struct stream *stream, struct str detail)
{
    struct stream_events events = stream->events;
    void *arg = stream->arg;
    char words[160];
    size_t len = detail.len < sizeof(words) ? detail.len : sizeof(words);
    if (len)
        memcpy(words, detail.ptr, len);
    stream_close(stream);
    events.end(arg, (struct str){ words, len });
}

/* The certificate's fault says more than "certificate verify failed". */
static struct str tls_detail(struct stream *stream)
{
    long verdict = SSL_get_verify_result(stream->ssl);
    buf_reset(&stream->out);
    buf_addf(&stream->out, "certificate: %s", X509_verify_cert_error_string(verdict));
    if (verdict != X509_V_OK)
        return buf_str(&stream->out);
    const char *reason = ERR_reason_error_string(ERR_peek_error());
    return str_from_z(reason ? reason : "the TLS handshake was cut short");
}

static void on_closed(uv_handle_t *handle)
{
    stream_free(handle->data);
}

static void stream_free(struct stream *stream)
{
    timer_free(stream->dial_failed);
    SSL_free(stream->ssl);
    if (stream->fd >= 0)
        (void)close(stream->fd);
    buf_free(&stream->out);
    free(stream->in);
    free(stream);
}
