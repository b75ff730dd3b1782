/* The pages for machines, over the one HTTP listener.
 *
 * Owns which path says what and which format the scraper likes best. Refuses bodies, keep-alive and
 * whoever takes longer than a few seconds: nothing here is worth waiting for. */
#include "nudged/app/health.h"

#include <stdlib.h>

#include "nudged/base/url.h"
#include "nudged/net/listen.h"

enum {
    PAGE_BYTES_MAX = 256 << 10, CONNECTIONS_MAX = 16, BODY_BYTES_MAX = 1 << 10,
    CONNECTION_MS_MAX = 5000
};

struct health {
    struct app *app;
    struct listener *listener;
};

typedef int page_fn(struct app *app, struct exchange *exchange, struct buf *out);
static page_fn page_alive, page_ready, page_metrics;

static const struct { const char *path; page_fn *print; } pages[] = {
    { "/healthz", page_alive }, { "/readyz", page_ready }, { "/metrics", page_metrics },
};

static const char plain[] = "text/plain; charset=utf-8";
static const char prometheus[] = "text/plain; version=0.0.4; charset=utf-8";
static const char openmetrics[] = "application/openmetrics-text; version=1.0.0; charset=utf-8";

static void answer(void *arg, struct exchange *exchange, const struct listen_request *request);
static bool likes_openmetrics(struct exchange *exchange);
static double quality_of(struct str parameters, bool *other_version);

enum err health_open(struct loop *loop, struct app *app, struct str listen, struct health **out)
{
    struct listen_options options = {
        .connections_max = CONNECTIONS_MAX, .body_bytes_max = BODY_BYTES_MAX,
        .connection_ms_max = CONNECTION_MS_MAX,
    };
    if (!address_split(listen, &options.address, &options.port))
        return ERR_INVALID;
    struct health *health = calloc(1, sizeof(*health));
    if (!health)
        return ERR_NO_MEMORY;
    health->app = app;
    enum err err = listener_new(loop, &options, answer, health, &health->listener);
    if (err) {
        free(health);
        return err;
    }
    *out = health;
    return OK;
}

struct health *health_close(struct health *health)
{
    if (!health)
        return NULL;
    listener_free(health->listener);
    free(health);
    return NULL;
}

uint16_t health_port(const struct health *health)
{
    return listener_port(health->listener);
}

static void answer(void *arg, struct exchange *exchange, const struct listen_request *request)
{
    static const struct http_header headers[] = {
        { STR_INIT("Connection"), STR_INIT("close") },
        { STR_INIT("Cache-Control"), STR_INIT("no-store") },
        { STR_INIT("X-Content-Type-Options"), STR_INIT("nosniff") },
        { STR_INIT("Allow"), STR_INIT("GET, HEAD") },
    };
    struct health *health = arg;
    struct buf body = buf_heap(PAGE_BYTES_MAX);
    struct str type = str_from_z(plain);
    int status = 404;
    bool reads = str_equal(request->method, STR("GET")) || str_equal(request->method, STR("HEAD"));
    for (size_t i = 0; i < COUNT(pages); i++)
        if (str_equal(request->path, str_from_z(pages[i].path))) {
            status = reads ? pages[i].print(health->app, exchange, &body) : 405;
            if (pages[i].print == page_metrics && reads)
                type = str_from_z(likes_openmetrics(exchange) ? openmetrics : prometheus);
        }
    if (status == 404)
        buf_add(&body, STR("there are /healthz, /readyz and /metrics\n"));
    if (status == 405)
        buf_add(&body, STR("only GET and HEAD\n"));
    if (body.failed)
        status = 500;
    exchange_reply(exchange, status, type, body.failed ? STR("too big\n") : buf_str(&body),
        headers, status == 405 ? COUNT(headers) : COUNT(headers) - 1);
    buf_free(&body);
}

static int page_alive(struct app *app, struct exchange *exchange UNUSED, struct buf *out)
{
    bool alive = app_is_alive(app, out);
    buf_add(out, alive ? STR("ok\n") : STR("\n"));
    return alive ? 200 : 503;
}

static int page_ready(struct app *app, struct exchange *exchange UNUSED, struct buf *out)
{
    bool ready = app_is_ready(app, out);
    buf_add(out, ready ? STR("ready\n") : STR("\n"));
    return ready ? 200 : 503;
}

static int page_metrics(struct app *app, struct exchange *exchange, struct buf *out)
{
    app_metrics(app, likes_openmetrics(exchange), out);
    return 200;
}

/* RFC 9110 §12.5.1, as far as two formats need it: the one with the higher quality, the older one
 * when they are alike or nothing is said. */
static bool likes_openmetrics(struct exchange *exchange)
{
    struct str accept = exchange_header(exchange, STR("Accept")), part;
    double text = 0, open = 0;
    while (str_next_part(&accept, ',', &part)) {
        size_t semicolon = str_find(part, ';');
        struct str media = str_trim(str_slice(part, 0, semicolon));
        bool other_version = false;
        double quality = quality_of(str_slice(part, semicolon, part.len), &other_version);
        if (str_equal_nocase(media, STR("application/openmetrics-text")) && !other_version)
            open = quality > open ? quality : open;
        else if (str_equal_nocase(media, STR("text/plain")))
            text = quality > text ? quality : text;
    }
    return open > text;
}

static double quality_of(struct str parameters, bool *other_version)
{
    struct str part;
    double quality = 1;
    while (str_next_part(&parameters, ';', &part)) {
        size_t equals = str_find(part, '=');
        struct str name = str_trim(str_slice(part, 0, equals));
        struct str value = str_trim(str_slice(part, equals + 1, part.len));
        if (str_equal_nocase(name, STR("q")) && !str_to_double(value, &quality))
            quality = 0;
        if (str_equal_nocase(name, STR("version")))
            *other_version = !str_equal(value, STR("1.0.0"));
    }
    return quality;
}
