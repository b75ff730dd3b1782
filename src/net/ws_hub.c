/* Owns the libwebsockets context: when it is made, how it trusts, and how it goes. Knows
 * connections only as a list to be emptied before the end.
 *
 * Odd: the library runs on our loop through a plugin loaded at run time (Debian's
 * libwebsockets-evlib-uv), and frees itself in steps, some of them on the loop, so that ws_finish
 * must turn the loop until it is through; and no connect may be in flight when that begins. */
#include "net/ws_hub.h"

#include <libwebsockets.h>

#include "net/inside.h"
#include "net/ws_client.h"

enum { LAST_ROUNDS_MAX = 2000, FDS_MAX = 256, CONNECT_SECONDS = 6, STEP_SECONDS = 30 };

struct ws_hub {
    void *foreign_loops[1];
    struct lws_context *context;        /* the library clears it when it is gone */
    struct lws_vhost *vhosts[2];        /* [tls] */
    struct ws *list;
};

static const struct lws_protocols ws_hub_protocols[] = {
    { .name = "nudged", .callback = ws_client_callback, .rx_buffer_size = WS_READ_BYTES },
    { .name = NULL },
};

/* No liveness checks by the library: ws.c has its own, finer ones. */
static const lws_retry_bo_t ws_hub_no_checks = { .secs_since_valid_hangup = 0 };

static struct ws_hub *ws_hub_get(struct loop *loop);
static bool ws_hub_start(struct loop *loop, struct ws_hub *hub);

bool ws_hub_vhost(struct loop *loop, bool tls, struct lws_context **context,
                  struct lws_vhost **vhost)
{
    struct ws_hub *hub = loop->ws_hub;
    if (!hub || (!hub->context && !ws_hub_start(loop, hub)))
        return false;
    if (!hub->vhosts[tls]) {
        struct lws_context_creation_info info = {
            .port = CONTEXT_PORT_NO_LISTEN,
            .protocols = ws_hub_protocols,
            .vhost_name = tls ? "tls" : "plain",
            .http_proxy_address = "",
            .connect_timeout_secs = CONNECT_SECONDS,
            .timeout_secs = STEP_SECONDS,
            .retry_and_idle_policy = &ws_hub_no_checks,
            .alpn = "http/1.1",
            .options = tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0, /* gives it a trust store */
            .client_ssl_ca_filepath = tls ? loop->ca_file : NULL,
            .ssl_client_options_set = SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1,
        };
        hub->vhosts[tls] = lws_create_vhost(hub->context, &info);
    }
    *context = hub->context;
    *vhost = hub->vhosts[tls];
    return *vhost;
}

bool ws_hub_add(struct loop *loop, struct ws *ws)
{
    struct ws_hub *hub = ws_hub_get(loop);
    if (!hub)
        return false;
    *ws_hub_link(ws) = hub->list;
    hub->list = ws;
    return true;
}

void ws_hub_remove(struct loop *loop, struct ws *ws)
{
    struct ws **place = &loop->ws_hub->list;
    while (*place && *place != ws)
        place = ws_hub_link(*place);
    if (*place)
        *place = *ws_hub_link(ws);
}

void ws_finish(struct loop *loop)
{
    struct ws_hub *hub = loop->ws_hub;
    if (!hub)
        return;
    for (struct ws *ws = hub->list, *next; ws; ws = next) {
        next = *ws_hub_link(ws);
        ws_cut_now(ws);
    }
    for (int i = 0; hub->list && i < LAST_ROUNDS_MAX; i++)
        loop_run_once(loop, 1);
    if (hub->context)
        lws_context_destroy(hub->context);
    for (int i = 0; hub->context && i < LAST_ROUNDS_MAX; i++) {
        uv_run(&loop->uv, UV_RUN_NOWAIT);
        if (hub->context && i % 10 == 9)
            lws_context_destroy(hub->context);
    }
    free(hub);
    loop->ws_hub = NULL;
}

static struct ws_hub *ws_hub_get(struct loop *loop)
{
    if (!loop->ws_hub)
        loop->ws_hub = heap_new(struct ws_hub);
    return loop->ws_hub;
}

static bool ws_hub_start(struct loop *loop, struct ws_hub *hub)
{
    hub->foreign_loops[0] = &loop->uv;
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN, .protocols = ws_hub_protocols,
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS
            | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN,
        .foreign_loops = hub->foreign_loops, .pcontext = &hub->context,
        .fd_limit_per_thread = FDS_MAX, .pt_serv_buf_size = WS_READ_BYTES,
    };
    lws_set_log_level(0, NULL);
    hub->context = lws_create_context(&info);
    return hub->context;
}
