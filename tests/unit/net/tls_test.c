#include "bare.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>

#include "net/ws_frame.h"

/* Certificates made for this run only. */
struct paper { EVP_PKEY *key; X509 *certificate; };

/* host: in its alternative names; NULL: an authority. common: the old place for a name. */
static struct paper make_paper(const struct paper *issuer, const char *host, const char *common,
                               long from_s, long until_s)
{
    struct paper paper = { EVP_EC_gen("P-256"), X509_new() };
    X509 *certificate = paper.certificate;
    char names[100];
    assert_non_null(paper.key);
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), host ? 2 : 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), from_s);
    X509_gmtime_adj(X509_getm_notAfter(certificate), until_s);
    X509_set_pubkey(certificate, paper.key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)common, -1, -1, 0);
    const struct paper *by = issuer ? issuer : &paper;
    X509_set_issuer_name(certificate, X509_get_subject_name(by->certificate));
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, by->certificate, certificate, NULL, NULL, 0);
    snprintf(names, sizeof(names), "DNS:%s", host ? host : "");
    X509_EXTENSION *extension =
        host ? X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, names)
             : X509V3_EXT_conf_nid(NULL, &context, NID_basic_constraints, "critical,CA:TRUE");
    assert_non_null(extension);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    assert_true(X509_sign(certificate, by->key, EVP_sha256()) > 0);
    return paper;
}

static void free_paper(struct paper *paper)
{
    EVP_PKEY_free(paper->key);
    X509_free(paper->certificate);
}

/* A server in its own thread: TLS, then one of two manners. */
struct tls_server {
    pthread_t thread;
    SSL_CTX *context;
    int listening;
    uint16_t port;
    atomic_int stop, application_bytes, connections;
    struct paper authority, paper;
    char ca_file[64];
    const char *host;                   /* as it is dialled */
};

static void answer_http(SSL *ssl)
{
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
    SSL_write(ssl, answer, sizeof(answer) - 1);
}

static void echo_ws(SSL *ssl, const char *head)
{
    char accept[WS_ACCEPT_LEN + 1], answer[300], room[16384];
    struct ws_reader reader;
    struct ws_item item = { .opcode = WS_TEXT };
    ws_accept_key((struct str){ strcasestr(head, "sec-websocket-key: ") + 19, 24 }, accept);
    int len = snprintf(answer, sizeof(answer),
                       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                       "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                       accept);
    SSL_write(ssl, answer, len);
    ws_reader_init(&reader, true);
    for (int got = 1; got > 0 && item.opcode != WS_CLOSE;) {
        got = SSL_read(ssl, room, sizeof(room));
        if (got <= 0 || ws_reader_add(&reader, (struct str){ room, (size_t)got }))
            break;
        while (item.opcode != WS_CLOSE && ws_reader_next(&reader, &item) == WS_READ_ITEM) {
            struct buf out = buf_heap(4 << 20);
            ws_frame_add(&out, item.opcode == WS_PING ? WS_PONG : item.opcode, item.payload, NULL);
            SSL_write(ssl, out.ptr, (int)out.len);
            buf_free(&out);
        }
    }
    ws_reader_finish(&reader);
}

static void serve_one(struct tls_server *server, int fd)
{
    char head[4096];
    struct timeval patience = { .tv_sec = 5 };
    SSL *ssl = SSL_new(server->context);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    SSL_set_fd(ssl, fd);
    server->connections++;
    if (SSL_accept(ssl) == 1) {
        int got = SSL_read(ssl, head, sizeof(head) - 1);
        if (got > 0) {
            server->application_bytes += got;
            head[got] = '\0';
            if (strcasestr(head, "upgrade: websocket"))
                echo_ws(ssl, head);
            else
                answer_http(ssl);
            SSL_shutdown(ssl);
        }
    }
    SSL_free(ssl);
    close(fd);
}

static void *serve(void *arg)
{
    struct tls_server *server = arg;
    while (!server->stop) {
        struct pollfd wait = { .fd = server->listening, .events = POLLIN };
        if (poll(&wait, 1, 50) == 1)
            serve_one(server, accept(server->listening, NULL, NULL));
    }
    ERR_clear_error();
    return NULL;
}

/* OLD_NAME: the right host stands where certificates had it once. BY_ADDRESS: dialled by an address
 * that the certificate does not name. */
enum kind {
    GOOD, EXPIRED, NOT_YET, WRONG_HOST, OLD_NAME, BY_ADDRESS, SELF_SIGNED, OLD_TLS, OLDEST_TLS
};

static void server_up(struct tls_server *server, enum kind kind)
{
    *server = (struct tls_server){ .ca_file = "/tmp/nudged-ca-XXXXXX" };
    long from_s = kind == NOT_YET ? 3600 : -7200, until_s = kind == EXPIRED ? -3600 : 7200;
    bool elsewhere = kind == WRONG_HOST || kind == OLD_NAME;
    server->authority = make_paper(NULL, NULL, "Test CA", -7200, 7200);
    server->paper = make_paper(kind == SELF_SIGNED ? NULL : &server->authority,
                               elsewhere ? "other.example" : "localhost",
                               kind == WRONG_HOST ? "other.example" : "localhost", from_s, until_s);
    int fd = mkstemp(server->ca_file);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    PEM_write_X509(file, server->authority.certificate);
    fclose(file);
    server->context = SSL_CTX_new(TLS_server_method());
    if (kind == OLD_TLS || kind == OLDEST_TLS) {
        int version = kind == OLD_TLS ? TLS1_1_VERSION : TLS1_VERSION;
        SSL_CTX_set_min_proto_version(server->context, version);
        SSL_CTX_set_max_proto_version(server->context, version);
        assert_int_equal(SSL_CTX_set_cipher_list(server->context, "ALL:@SECLEVEL=0"), 1);
    }
    server->host = kind == BY_ADDRESS ? "127.0.0.1" : "localhost";
    assert_int_equal(SSL_CTX_use_certificate(server->context, server->paper.certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(server->context, server->paper.key), 1);
    server->listening = bare_listen(&server->port);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void server_down(struct tls_server *server)
{
    server->stop = 1;
    pthread_join(server->thread, NULL);
    close(server->listening);
    SSL_CTX_free(server->context);
    free_paper(&server->authority);
    free_paper(&server->paper);
    unlink(server->ca_file);
}

struct heard { int count; enum http_outcome outcome; int status; char body[20], detail[300]; };

static void on_reply(void *arg, const struct http_reply *reply)
{
    struct heard *heard = arg;
    heard->count++;
    heard->outcome = reply->outcome;
    heard->status = reply->status;
    snprintf(heard->body, sizeof(heard->body), "%.*s", STR_ARG(reply->body));
    snprintf(heard->detail, sizeof(heard->detail), "%.*s", STR_ARG(reply->detail));
}

struct client {
    int opens, texts, ends;
    enum ws_end end;
    int status;
    size_t text_len;
    char detail[300];
};

static void on_open(void *arg)
{
    struct client *client = arg;
    client->opens++;
}

static void on_text(void *arg, struct str frame)
{
    struct client *client = arg;
    client->texts++;
    client->text_len = frame.len;
}

static void on_end(void *arg, enum ws_end end, int status, struct str detail)
{
    struct client *client = arg;
    client->ends++;
    client->end = end;
    client->status = status;
    snprintf(client->detail, sizeof(client->detail), "%.*s", STR_ARG(detail));
}

static struct heard post(struct loop *loop, const struct tls_server *server)
{
    struct world *world = loop_world(loop);
    struct heard heard = { .count = 0 };
    struct http_header header = { STR("Authorization"), STR("Bearer canary") };
    char url[60];
    uint64_t id = 0;
    snprintf(url, sizeof(url), "https://%s:%u/x", server->host, (unsigned)server->port);
    struct http_request request = { .method = STR("POST"),
                                    .url = str_from_z(url),
                                    .body = STR("canary"),
                                    .headers = &header,
                                    .headers_len = 1,
                                    .timeout_ms = 5000 };
    assert_int_equal(world->ops->http_request(world, &request, on_reply, &heard, &id), OK);
    assert_true(spin(loop, &heard.count, 1, 8000));
    return heard;
}

static struct ws *dial(struct loop *loop, const struct tls_server *server, struct client *client)
{
    static const struct ws_events events = { on_open, on_text, on_end };
    struct world *world = loop_world(loop);
    char url[60];
    *client = (struct client){ .opens = 0 };
    snprintf(url, sizeof(url), "wss://%s:%u/link?ticket=canary", server->host,
             (unsigned)server->port);
    struct ws_options options = { .url = str_from_z(url), .open_ms = 5000 };
    struct ws *ws = world->ops->ws_open(world, &options, &events, client);
    assert_non_null(ws);
    return ws;
}

static int refusals; /* servers met */

static void expect_refusal(enum kind kind, const char *word)
{
    struct tls_server server;
    struct loop *loop = new_loop();
    struct client client;
    server_up(&server, kind);
    assert_int_equal(loop_set_ca_file(loop, str_from_z(server.ca_file)), OK);
    bool elsewhere = kind == WRONG_HOST || kind == OLD_NAME;
    bool old = kind == OLD_TLS || kind == OLDEST_TLS;
    struct heard heard = post(loop, &server);
    assert_int_equal(heard.outcome, HTTP_NOT_SENT);
    assert_non_null(strcasestr(heard.detail, word));
    dial(loop, &server, &client);
    assert_true(spin(loop, &client.ends, 1, 8000));
    assert_int_equal(client.end, WS_END_FAILED);
    const char *there = elsewhere ? "certificate: hostname mismatch"
        : kind == BY_ADDRESS      ? "certificate: "
        : old                     ? ""
                                  : word;
    assert_non_null(strcasestr(client.detail, there));
    assert_int_equal(client.opens, 0);
    spin_for(loop, 50);
    assert_true(server.connections >= 2);
    assert_int_equal(server.application_bytes, 0);
    loop_free(loop);
    server_down(&server);
    refusals++;
}

static void a_good_certificate_carries_http_and_frames(void **state)
{
    struct tls_server server;
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    struct client client;
    static char big[300000];
    (void)state;
    memset(big, 'x', sizeof(big));
    server_up(&server, GOOD);
    assert_int_equal(loop_set_ca_file(loop, str_from_z(server.ca_file)), OK);
    struct heard heard = post(loop, &server);
    assert_int_equal(heard.outcome, HTTP_REPLIED);
    assert_string_equal(heard.body, "secret");
    struct ws *ws = dial(loop, &server, &client);
    assert_true(spin(loop, &client.opens, 1, 5000));
    assert_int_equal(world->ops->ws_text(ws, STR("hello")), OK);
    assert_true(spin(loop, &client.texts, 1, 5000));
    assert_int_equal(client.text_len, 5);
    assert_int_equal(world->ops->ws_text(ws, (struct str){ big, sizeof(big) }), OK);
    for (int i = 0; i < 100; i++)
        assert_int_equal(world->ops->ws_text(ws, STR("{\"envelope_id\":\"1\"}")), OK);
    assert_true(spin(loop, &client.texts, 102, 10000));
    world->ops->ws_close(ws);
    spin_for(loop, 200);
    assert_int_equal(client.ends, 0);
    loop_free(loop);
    server_down(&server);
}

static void reconnects_over_tls_leave_no_descriptor(void **state)
{
    struct tls_server server;
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    struct client client;
    int before = 0;
    (void)state;
    server_up(&server, GOOD);
    assert_int_equal(loop_set_ca_file(loop, str_from_z(server.ca_file)), OK);
    for (int i = 0; i < 20; i++) {
        struct ws *ws = dial(loop, &server, &client);
        assert_true(spin(loop, &client.opens, 1, 5000));
        world->ops->ws_close(ws);
        spin_for(loop, 60);
        if (i == 4)
            before = open_fds();
    }
    for (int i = 0; i < 40 && open_fds() != before; i++)
        spin_for(loop, 100);
    assert_int_equal(open_fds(), before);
    assert_int_equal(client.ends, 0);
    loop_free(loop);
    server_down(&server);
}

static void an_expired_certificate_is_refused(void **state)
{
    (void)state;
    expect_refusal(EXPIRED, "expired");
}

static void a_certificate_from_tomorrow_is_refused(void **state)
{
    (void)state;
    expect_refusal(NOT_YET, "not yet valid");
}

static void another_hosts_certificate_is_refused(void **state)
{
    (void)state;
    expect_refusal(WRONG_HOST, "name");      /* curl 7.88 and 8.14 say it differently */
}

static void the_right_name_in_the_old_place_is_refused(void **state)
{
    (void)state;
    expect_refusal(OLD_NAME, "name");
}

static void an_address_instead_of_the_name_is_refused(void **state)
{
    (void)state;
    expect_refusal(BY_ADDRESS, "127.0.0.1");
}

static void tls_of_the_last_century_is_refused(void **state)
{
    (void)state;
    expect_refusal(OLD_TLS, "protocol");
    expect_refusal(OLDEST_TLS, "protocol");
}

static void a_self_signed_certificate_is_refused(void **state)
{
    (void)state;
    expect_refusal(SELF_SIGNED, "self-signed");
}

static void an_unknown_authority_is_refused(void **state)
{
    struct tls_server server;
    struct loop *loop = new_loop();
    struct client client;
    (void)state;
    server_up(&server, GOOD);                           /* but nobody told us of its authority */
    assert_int_equal(post(loop, &server).outcome, HTTP_NOT_SENT);
    dial(loop, &server, &client);
    assert_true(spin(loop, &client.ends, 1, 8000));
    assert_int_equal(client.end, WS_END_FAILED);
    assert_int_equal(server.application_bytes, 0);
    loop_free(loop);
    server_down(&server);
    refusals++;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_certificate_carries_http_and_frames),
        cmocka_unit_test(reconnects_over_tls_leave_no_descriptor),
        cmocka_unit_test(an_expired_certificate_is_refused),
        cmocka_unit_test(a_certificate_from_tomorrow_is_refused),
        cmocka_unit_test(another_hosts_certificate_is_refused),
        cmocka_unit_test(the_right_name_in_the_old_place_is_refused),
        cmocka_unit_test(an_address_instead_of_the_name_is_refused),
        cmocka_unit_test(tls_of_the_last_century_is_refused),
        cmocka_unit_test(a_self_signed_certificate_is_refused),
        cmocka_unit_test(an_unknown_authority_is_refused),
    };
    signal(SIGPIPE, SIG_IGN);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (!failed)
        printf("proved: %d servers nobody should trust, each dialled by HTTP and by websocket; "
               "0 bytes of a token or ticket left\n", refusals);
    return failed;
}
