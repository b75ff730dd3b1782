/* Owns HTTP requests: curl's multi handle on the loop, its sockets and its one timer. Knows bytes,
 * status and three outcomes, nothing of chat. Never logs, and what it says about a failure holds no
 * header, query or body.
 *
 * Odd: names are looked up here and handed to curl as addresses (see resolve.c), and curl's habit
 * of repeating a request on a fresh connection when a kept one turns out dead is forbidden for
 * anything but GET: the first copy may have been acted on. */
#include <curl/curl.h>

#include "net/inside.h"
#include "net/resolve.h"
#include "nudged/base/buf.h"
#include "nudged/base/limits.h"

enum {
    HTTP_TIMEOUT_MS = 30000, HTTP_CONNECT_MS = 10000,
    HTTP_CONNECTIONS_MAX = 32, HTTP_IDLE_SECONDS = 60, HTTP_HEADERS_MAX = 64,
    HTTP_EASY_KEPT = 24,            /* used handles: a burst of updates makes and frees none */
    HTTP_UPLOAD_BYTES = 16 << 10,   /* made and freed with each request: curl's own is 64 KiB */
};

struct http {
    struct loop *loop;
    CURLM *multi;
    uv_timer_t timer;
    struct call *calls;
    CURL *kept[HTTP_EASY_KEPT];     /* set up; nothing of their last request in them */
    size_t kept_len;
    uint64_t last_id;
};

struct call {
    uint64_t id;
    struct http *http;
    struct call *before, *next;
    CURL *easy;
    struct curl_slist *headers, *pinned;
    char *host, *body;
    uint16_t port;
    bool plain, repeatable, sent, too_big;
    struct mono deadline;
    struct resolve *resolve;        /* while the name is looked up, with resolve_timer: */
    struct timer *resolve_timer;
    struct buf reply;
    char retry_after[64], content_type[128];
    char words[CURL_ERROR_SIZE];    /* curl's */
    http_done_fn *fn;
    void *arg;
};

struct http_socket {
    uv_poll_t poll;
    struct http *http;
    curl_socket_t fd;
};

static enum err http_ready(struct loop *loop);
static CURL *http_easy(struct http *http);
static bool easy_may_be_kept(void);
static enum err http_easy_set(CURL *easy, const char *ca_file);
static void http_easy_done(struct http *http, CURL *easy);
static enum err call_check(const struct http_request *request, struct url_parts *parts);
static enum err call_fill(struct call *call, const struct http_request *request);
static enum err call_fill_headers(struct call *call, const struct http_request *request);
static enum err call_options(struct call *call, const struct http_request *request);
static enum err call_start(struct call *call, struct str host);
static enum err call_pin(struct call *call, const struct resolved *found);
static void call_free(struct call *call);
static void call_resolved(void *arg, const struct resolved *found, struct str detail);
static void call_resolve_late(void *arg);
static void call_fail(struct call *call, struct str detail);
static void call_finish(struct call *call, CURLcode code);
static struct str call_detail(const struct call *call, CURLcode code);
static int call_before_request(void *arg, char *peer, char *own, int peer_port, int own_port);
static size_t call_body(char *bytes, size_t one, size_t len, void *arg);
static size_t call_header(char *bytes, size_t one, size_t len, void *arg);
static int http_socket_wanted(CURL *easy, curl_socket_t fd, int what, void *arg, void *known);
static int http_timer_wanted(CURLM *multi, long wait_ms, void *arg);
static void http_socket_ready(uv_poll_t *poll, int status, int events);
static void http_time_passed(uv_timer_t *timer);
static void http_collect(struct http *http);
static void http_handle_closed(uv_handle_t *handle);

enum err http_request_start(struct world *world, const struct http_request *request,
                            http_done_fn *fn, void *arg, uint64_t *call_id)
{
    struct loop *loop = loop_of(world);
    struct url_parts parts;
    enum err err = call_check(request, &parts);
    if (!err) err = http_ready(loop);
    if (err)
        return err;
    struct call *call = heap_new(struct call);
    if (!call)
        return ERR_NO_MEMORY;
    call->http = loop->http;
    call->fn = fn;
    call->arg = arg;
    call->port = parts.port;
    call->plain = str_equal_nocase(parts.scheme, STR("http"));
    err = call_fill(call, request);
    if (!err) err = call_start(call, parts.host);
    if (err) {
        call_free(call);
        return err;
    }
    call->id = ++loop->http->last_id;
    call->next = loop->http->calls;
    if (call->next)
        call->next->before = call;
    loop->http->calls = call;
    *call_id = call->id;
    return OK;
}

void http_request_cancel(struct world *world, uint64_t call_id)
{
    struct http *http = loop_of(world)->http;
    struct call *call = http ? http->calls : NULL;
    while (call && call->id != call_id)
        call = call->next;
    if (call)
        call_free(call);
}

void http_finish(struct loop *loop)
{
    struct http *http = loop->http;
    if (!http)
        return;
    while (http->calls)
        call_free(http->calls);
    while (http->kept_len)
        curl_easy_cleanup(http->kept[--http->kept_len]);
    curl_multi_cleanup(http->multi);
    uv_close((uv_handle_t *)&http->timer, http_handle_closed);
    loop->http = NULL;
}

static enum err http_ready(struct loop *loop)
{
    if (loop->http)
        return OK;
    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        return ERR_NO_MEMORY;
    struct http *http = heap_new(struct http);
    CURLM *multi = curl_multi_init();
    if (!http || !multi) {
        free(http);
        curl_multi_cleanup(multi);
        return ERR_NO_MEMORY;
    }
    http->loop = loop;
    http->multi = multi;
    http->timer.data = http;
    uv_timer_init(&loop->uv, &http->timer);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, http_socket_wanted);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, http);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, http_timer_wanted);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, http);
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)HTTP_CONNECTIONS_MAX);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)HTTP_CONNECTIONS_MAX);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    loop->http = http;
    return OK;
}

/* Nothing that could end a line early may reach the request's head. */
static bool head_text_is_safe(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return false;
    return true;
}

static bool head_word_is_safe(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] <= 0x20 || s.ptr[i] == 0x7f || s.ptr[i] == ':')
            return false;
    return s.len > 0;
}

static CURL *http_easy(struct http *http)
{
    if (http->kept_len)
        return http->kept[--http->kept_len];
    CURL *easy = curl_easy_init();
    if (!easy || !http_easy_set(easy, http->loop->ca_file))
        return easy;
    curl_easy_cleanup(easy);
    return NULL;
}

/* What every request has in common is set once in the life of a handle. */
static enum err http_easy_set(CURL *easy, const char *ca_file)
{
    static const struct { CURLoption option; long value; } numbers[] = {
        { CURLOPT_NOSIGNAL, 1 }, { CURLOPT_SSL_VERIFYPEER, 1 }, { CURLOPT_SSL_VERIFYHOST, 2 },
        { CURLOPT_FOLLOWLOCATION, 0 }, { CURLOPT_NETRC, CURL_NETRC_IGNORED },
        { CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 }, { CURLOPT_MAXAGE_CONN, HTTP_IDLE_SECONDS },
        { CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
        { CURLOPT_UPLOAD_BUFFERSIZE, HTTP_UPLOAD_BYTES },
    };
    CURLcode code = curl_easy_setopt(easy, CURLOPT_USERAGENT, "nudged/" NUDGED_VERSION);
    for (size_t i = 0; !code && i < COUNT(numbers); i++)
        code = curl_easy_setopt(easy, numbers[i].option, numbers[i].value);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, call_before_request);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, call_body);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, call_header);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (!code && ca_file) code = curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
    if (!code && ca_file) code = curl_easy_setopt(easy, CURLOPT_CAPATH, "/etc/ssl/certs");
    return code ? ERR_NO_MEMORY : OK;
}

/* Before 8.1.1 a handle that is used again remembers where the last header of its last reply was,
 * which is freed, and reads there when a reply begins with a folded line. */
static bool easy_may_be_kept(void)
{
    return curl_version_info(CURLVERSION_NOW)->version_num >= 0x080101;
}

/* Addresses, headers and bodies are secrets; a handle that does not let go of them is not kept. */
static void http_easy_done(struct http *http, CURL *easy)
{
    static const CURLoption lent[] = { CURLOPT_URL, CURLOPT_POSTFIELDS, CURLOPT_HTTPHEADER,
        CURLOPT_RESOLVE, CURLOPT_ERRORBUFFER };
    bool keep = http->kept_len < HTTP_EASY_KEPT && easy_may_be_kept();
    for (size_t i = 0; keep && i < COUNT(lent); i++)
        keep = !curl_easy_setopt(easy, lent[i], NULL);
    if (!keep)
        curl_easy_cleanup(easy);
    else
        http->kept[http->kept_len++] = easy;
}

static enum err call_check(const struct http_request *request, struct url_parts *parts)
{
    if (request->url.len > URL_BYTES_MAX || !url_is_allowed(request->url) ||
        !url_split(request->url, parts))
        return ERR_INVALID;
    if (!str_equal_nocase(parts->scheme, STR("https"))
        && !str_equal_nocase(parts->scheme, STR("http")))
        return ERR_INVALID;
    if (!head_text_is_safe(request->url) || memchr(request->url.ptr, ' ', request->url.len))
        return ERR_INVALID;
    if (!head_word_is_safe(request->method) || request->headers_len > HTTP_HEADERS_MAX)
        return ERR_INVALID;
    for (size_t i = 0; i < request->headers_len; i++)
        if (!head_word_is_safe(request->headers[i].name)
            || !head_text_is_safe(request->headers[i].value))
            return ERR_INVALID;
    return OK;
}

static enum err call_fill(struct call *call, const struct http_request *request)
{
    struct world *world = &call->http->loop->world;
    uint32_t timeout_ms = request->timeout_ms ? request->timeout_ms : HTTP_TIMEOUT_MS;
    call->easy = http_easy(call->http);
    call->body = heap_z(request->body);
    call->reply =
        buf_heap(request->reply_bytes_max ? request->reply_bytes_max : HTTP_REPLY_BYTES_MAX);
    call->deadline.ms = clock_mono(world).ms + timeout_ms;
    call->repeatable = str_equal(request->method, STR("GET"));
    if (!call->easy || !call->body)
        return ERR_NO_MEMORY;
    enum err err = call_fill_headers(call, request);
    if (!err) err = call_options(call, request);
    return err;
}

static bool headers_append(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer)
        *list = longer;
    return longer;
}

static enum err call_fill_headers(struct call *call, const struct http_request *request)
{
    bool added = headers_append(&call->headers, "Expect:");     /* no waiting for 100 Continue */
    bool typed = false;
    for (size_t i = 0; i < request->headers_len && added; i++) {
        const struct http_header *header = &request->headers[i];
        struct buf line = buf_heap(header->name.len + header->value.len + 3);
        struct str whole;
        buf_add(&line, header->name);
        /* An empty value is written "Name;": with a colon curl would leave the header out. */
        buf_add(&line, header->value.len ? STR(": ") : STR(";"));
        buf_add(&line, header->value);
        buf_add_byte(&line, '\0');
        added = buf_finish(&line, &whole) == OK && headers_append(&call->headers, whole.ptr);
        typed = typed || str_equal_nocase(header->name, STR("content-type"));
        buf_free(&line);
    }
    if (added && !typed)
        added = headers_append(&call->headers, "Content-Type:");    /* curl would guess a form */
    return added ? OK : ERR_NO_MEMORY;
}

static enum err call_options_method(struct call *call, const struct http_request *request)
{
    char *method = heap_z(request->method);
    CURLcode code = method ? CURLE_OK : CURLE_OUT_OF_MEMORY;
    bool get = call->repeatable && request->body.len == 0;
    if (!code && get) code = curl_easy_setopt(call->easy, CURLOPT_HTTPGET, 1L);
    if (!code && !get) code = curl_easy_setopt(call->easy, CURLOPT_POST, 1L);
    if (!code && !get) code = curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                                               (curl_off_t)request->body.len);
    if (!code && !get) code = curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, call->body);
    if (!code) code = curl_easy_setopt(call->easy, CURLOPT_CUSTOMREQUEST, get ? NULL : method);
    free(method);
    return code ? ERR_NO_MEMORY : OK;
}

static enum err call_options(struct call *call, const struct http_request *request)
{
    CURL *easy = call->easy;
    char *url = heap_z(request->url);
    CURLcode code = url ? curl_easy_setopt(easy, CURLOPT_URL, url) : CURLE_OUT_OF_MEMORY;
    free(url);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->words);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, call->plain ? "http" : "https");
    return code ? ERR_NO_MEMORY : call_options_method(call, request);
}

static enum err call_start(struct call *call, struct str host)
{
    struct loop *loop = call->http->loop;
    struct resolved found;
    call->host = heap_z(host);
    if (!call->host)
        return ERR_NO_MEMORY;
    if (resolve_known(loop, host, &found))
        return call_pin(call, &found);
    call->resolve_timer = timer_new(&loop->world, call_resolve_late, call);
    if (!call->resolve_timer)
        return ERR_NO_MEMORY;
    call->resolve = resolve_start(loop, host, call_resolved, call);
    if (!call->resolve)
        return ERR_INVALID;
    int64_t left_ms = call->deadline.ms - clock_mono(&loop->world).ms;
    timer_after(call->resolve_timer, (struct duration){ left_ms });
    return OK;
}

/* Tells curl the addresses ("+": for now, not for ever) and lets it go. */
static enum err call_pin(struct call *call, const struct resolved *found)
{
    struct buf line =
        buf_heap(RESOLVE_HOST_MAX + RESOLVE_ADDRESSES_MAX * (INET6_ADDRSTRLEN + 3) + 16);
    struct str whole;
    int64_t left_ms = call->deadline.ms - clock_mono(&call->http->loop->world).ms;
    long timeout_ms = left_ms > 1 ? (long)left_ms : 1;
    buf_addf(&line, "+%s:%u:", call->host, (unsigned)call->port);
    for (size_t i = 0; i < found->count; i++) {
        bool six = strchr(found->address[i], ':');
        buf_addf(&line, "%s%s%s%s", i ? "," : "", six ? "[" : "", found->address[i],
                 six ? "]" : "");
    }
    buf_add_byte(&line, '\0');
    bool ok = buf_finish(&line, &whole) == OK && headers_append(&call->pinned, whole.ptr);
    buf_free(&line);
    ok = ok && !curl_easy_setopt(call->easy, CURLOPT_RESOLVE, call->pinned)
        && !curl_easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, timeout_ms)
        && !curl_easy_setopt(call->easy, CURLOPT_CONNECTTIMEOUT_MS,
                             timeout_ms < HTTP_CONNECT_MS ? timeout_ms : (long)HTTP_CONNECT_MS)
        && !curl_multi_add_handle(call->http->multi, call->easy);
    return ok ? OK : ERR_NO_MEMORY;
}

static void call_unlink(struct call *call)
{
    if (call->before)
        call->before->next = call->next;
    else if (call->http->calls == call)
        call->http->calls = call->next;
    if (call->next)
        call->next->before = call->before;
    call->before = call->next = NULL;
}

static void call_free(struct call *call)
{
    call_unlink(call);
    resolve_cancel(call->resolve);
    timer_free(call->resolve_timer);
    if (call->easy) {
        curl_multi_remove_handle(call->http->multi, call->easy);
        http_easy_done(call->http, call->easy);
    }
    curl_slist_free_all(call->headers);
    curl_slist_free_all(call->pinned);
    buf_free(&call->reply);
    free(call->host);
    free(call->body);
    free(call);
}

static void call_resolved(void *arg, const struct resolved *found, struct str detail)
{
    struct call *call = arg;
    call->resolve = NULL;
    timer_stop(call->resolve_timer);
    if (!found)
        call_fail(call, detail);
    else if (call_pin(call, found))
        call_fail(call, STR("out of memory"));
}

static void call_resolve_late(void *arg)
{
    call_fail(arg, STR("the name look-up took too long"));
}

/* Only before anything left. */
static void call_fail(struct call *call, struct str detail)
{
    struct http_reply reply = { .outcome = HTTP_NOT_SENT, .detail = detail };
    call_unlink(call);
    call->fn(call->arg, &reply);
    call_free(call);
}

static void call_finish(struct call *call, CURLcode code)
{
    struct http_reply reply = { .outcome = HTTP_REPLIED };
    long status = 0, request_bytes = 0;
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    call_unlink(call);
    if (code == CURLE_OK && status > 0) {
        reply.status = (int)status;
        reply.body = buf_str(&call->reply);
        reply.retry_after = str_from_z(call->retry_after);
        reply.content_type = str_from_z(call->content_type);
    } else {
        reply.outcome = call->sent || request_bytes > 0 ? HTTP_UNKNOWN : HTTP_NOT_SENT;
        reply.detail = call_detail(call, code);
        if (!call->sent)
            resolve_forget(call->http->loop);
    }
    call->fn(call->arg, &reply);
    call_free(call);
}

/* curl's own sentence where it speaks of connecting and certificates; elsewhere it could quote what
 * the server sent, so there the code's fixed text must do. */
static struct str call_detail(const struct call *call, CURLcode code)
{
    if (call->too_big)
        return STR("the reply is larger than allowed");
    if (code == CURLE_OK)
        return STR("no status line");
    if (!call->sent && call->words[0])
        return str_from_z(call->words);
    return str_from_z(curl_easy_strerror(code));
}

/* Called before the first byte of the request, with the connection up: from here on nothing proves
 * that it did not leave. */
static int call_before_request(void *arg, char *peer, char *own, int peer_port, int own_port)
{
    struct call *call = arg;
    (void)own, (void)peer_port, (void)own_port;
    if (call->plain && !host_is_loopback(str_from_z(peer)))
        return CURL_PREREQFUNC_ABORT;
    if (call->sent && !call->repeatable)
        return CURL_PREREQFUNC_ABORT;
    call->sent = true;
    return CURL_PREREQFUNC_OK;
}

static size_t call_body(char *bytes, size_t one, size_t len, void *arg)
{
    struct call *call = arg;
    size_t count = one * len;
    if (call->reply.len + count > call->reply.bytes_max) {
        call->too_big = true;
        return 0;
    }
    buf_add(&call->reply, (struct str){ bytes, count });
    return call->reply.failed ? 0 : count;
}

static void header_keep(struct str value, char *out, size_t out_bytes)
{
    size_t len = value.len < out_bytes - 1 ? value.len : out_bytes - 1;
    memcpy(out, value.ptr, len);
    out[len] = '\0';
}

static size_t call_header(char *bytes, size_t one, size_t len, void *arg)
{
    struct call *call = arg;
    struct str line = { bytes, one * len };
    size_t colon = str_find(line, ':');
    struct str name = str_slice(line, 0, colon);
    struct str value = str_trim(str_slice(line, colon + 1, line.len));
    if (str_equal_nocase(name, STR("retry-after")))
        header_keep(value, call->retry_after, sizeof(call->retry_after));
    if (str_equal_nocase(name, STR("content-type")))
        header_keep(value, call->content_type, sizeof(call->content_type));
    return line.len;
}

static int http_socket_wanted(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
    struct http *http = arg;
    struct http_socket *socket = known;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (socket) {
            curl_multi_assign(http->multi, fd, NULL);
            uv_close((uv_handle_t *)&socket->poll, http_handle_closed);
        }
        return 0;
    }
    if (!socket) {
        socket = heap_new(struct http_socket);
        if (!socket)
            return -1;
        *socket = (struct http_socket){ .http = http, .fd = fd };
        socket->poll.data = socket;
        if (uv_poll_init_socket(&http->loop->uv, &socket->poll, fd)) {
            free(socket);
            return -1;
        }
        curl_multi_assign(http->multi, fd, socket);
    }
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    return uv_poll_start(&socket->poll, events, http_socket_ready) ? -1 : 0;
}

static int http_timer_wanted(CURLM *multi, long wait_ms, void *arg)
{
    struct http *http = arg;
    (void)multi;
    uv_timer_stop(&http->timer);
    if (wait_ms < 0)
        return 0;
    uv_update_time(&http->loop->uv);
    uv_timer_start(&http->timer, http_time_passed, (uint64_t)wait_ms, 0);
    return 0;
}

static void http_socket_ready(uv_poll_t *poll, int status, int events)
{
    struct http_socket *socket = poll->data;
    struct http *http = socket->http;
    int flags = (events & UV_READABLE ? CURL_CSELECT_IN : 0)
                | (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0)
                | (status < 0 ? CURL_CSELECT_ERR : 0);
    int running;
    curl_multi_socket_action(http->multi, socket->fd, flags, &running);
    http_collect(http);
}

static void http_time_passed(uv_timer_t *timer)
{
    struct http *http = timer->data;
    int running;
    curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    http_collect(http);
}

static void http_collect(struct http *http)
{
    int left;
    for (CURLMsg *message = curl_multi_info_read(http->multi, &left); message;
         message = curl_multi_info_read(http->multi, &left)) {
        char *private = NULL;
        CURLcode code = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        call_finish((struct call *)(void *)private, code);
    }
}

static void http_handle_closed(uv_handle_t *handle)
{
    free(handle->data);
}
