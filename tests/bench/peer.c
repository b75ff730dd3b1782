#include "bench/peer.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/company.h"
#include "bench/figures.h"
#include "nudged/base/buf.h"
#include "nudged/net/listen.h"
#include "nudged/net/ws_server.h"

enum {
    PAGE_MEMBERS = 200,
    VALUE_BYTES = 48,
    ENVELOPE_BYTES_MAX = 8192,
    REPLY_BYTES = 256 << 10,
    HELD_MAX = 256,
    CONNECTIONS_MAX = 512, /* Slack's own client opens a hundred */
    STALL_SECONDS = 10
};

struct user {
    bool open; /* a card waits for its answer */
    bool ack_due, update_due; /* what a press must bring, each once, in any order */
    uint8_t options, numbers[COMPANY_OPTIONS];
    char value[VALUE_BYTES]; /* of the buttons, without the option's number */
    uint32_t card; /* counts this person's messages; part of "ts" */
    int64_t intended_ns;
};

struct peer {
    struct peer_board *board;
    struct loop *loop;
    struct listener *listener;
    struct ws_peer *socket;
    struct user *people;
    uint32_t people_len, next;
    struct buf reply, envelope;
    bool running;
    struct peer_phase phase;
    int64_t start_ns, last_ns, last_ack_ns, last_done_ns;
    uint32_t pressed, acked, done, owed; /* owed: updates of phases that held them back */
    struct exchange *held[HELD_MAX];
    size_t held_len;
    uint32_t *ack_us;
    double cpu_before;
};

typedef void answer_fn(struct peer *peer, const struct listen_request *request);

static const struct str json_type = STR_INIT("application/json; charset=utf-8");

static void run(struct peer_board *board, uint32_t people);
static void begin(struct peer *peer);
static void reopen(struct peer *peer);
static void release(struct peer *peer);
static bool is_complete(const struct peer *peer);
static void press_due(struct peer *peer);
static bool press(struct peer *peer, int64_t intended_ns);
static void end_when_over(struct peer *peer);
static uint32_t wait_ms(const struct peer *peer);
static void on_request(void *arg, struct exchange *exchange, const struct listen_request *request);
static void on_text(void *arg, struct ws_peer *socket, struct str text);
static void on_end(void *arg, struct ws_peer *socket, uint16_t code);
static void write_envelope(struct peer *peer, uint32_t index);
static struct user *person_of(struct peer *peer, struct str text, struct str before);
static struct str find(struct str text, struct str before, struct str after);
static answer_fn answer_auth, answer_open, answer_users, answer_conversation, answer_post;
static answer_fn answer_update, answer_ok;

static const struct ws_peer_events socket_events = { on_text, on_end };

static const struct {
    struct str path;
    answer_fn *answer;
} methods[] = {
    { STR_INIT("/api/chat.update"), answer_update },
    { STR_INIT("/api/chat.postMessage"), answer_post },
    { STR_INIT("/api/conversations.open"), answer_conversation },
    { STR_INIT("/api/users.list"), answer_users },
    { STR_INIT("/api/auth.test"), answer_auth },
    { STR_INIT("/api/apps.connections.open"), answer_open },
};

struct peer_board *peer_start(uint32_t people, pid_t *pid)
{
    struct peer_board *board =
        mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    *pid = board == MAP_FAILED ? -1 : fork();
    if (*pid < 0) {
        fprintf(stderr, "bench: the peer could not be started\n");
        exit(EXIT_FAILURE);
    }
    if (*pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        run(board, people);
        _exit(EXIT_FAILURE);
    }
    for (int i = 0; !board->port && i < 5000 && waitpid(*pid, NULL, WNOHANG) == 0; i++)
        usleep(1000);
    if (!board->port) {
        fprintf(stderr, "bench: the peer does not listen\n");
        exit(EXIT_FAILURE);
    }
    return board;
}

void peer_stop(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}

/* Until killed. */
static void run(struct peer_board *board, uint32_t people)
{
    struct listen_options options = { .connections_max = CONNECTIONS_MAX };
    struct peer peer = { .board = board, .people_len = people };
    peer.people = calloc(people, sizeof(*peer.people));
    peer.ack_us = calloc(people, sizeof(*peer.ack_us));
    peer.reply = buf_heap(REPLY_BYTES);
    peer.envelope = buf_heap(ENVELOPE_BYTES_MAX);
    if (!peer.people || !peer.ack_us || loop_new(&peer.loop) ||
        listener_new(peer.loop, &options, on_request, &peer, &peer.listener))
        return;
    board->port = listener_port(peer.listener);
    for (;;) {
        if (!peer.running && board->asked != board->answered)
            begin(&peer);
        press_due(&peer);
        loop_run_once(peer.loop, wait_ms(&peer));
        end_when_over(&peer);
    }
}

static void begin(struct peer *peer)
{
    peer->phase = peer->board->phase;
    peer->running = true;
    peer->next = peer->pressed = peer->acked = peer->done = 0;
    peer->cpu_before = cpu_seconds();
    peer->start_ns = peer->last_ns = peer->last_ack_ns = peer->last_done_ns = now_ns();
    if (peer->phase.reopen)
        reopen(peer);
    if (!peer->phase.hold)
        release(peer);
}

static void reopen(struct peer *peer)
{
    for (uint32_t i = 0; i < peer->people_len; i++) {
        peer->people[i].open = peer->people[i].options > 0;
        peer->people[i].ack_due = peer->people[i].update_due = false;
    }
    peer->owed = 0;
}

static void release(struct peer *peer)
{
    while (peer->held_len)
        exchange_reply(peer->held[--peer->held_len], 200, json_type, STR("{\"ok\":true}"), NULL, 0);
}

/* Closed loop: fills the window. Open loop: whatever should have left by now. */
static void press_due(struct peer *peer)
{
    if (!peer->running)
        return;
    const struct peer_phase *phase = &peer->phase;
    int64_t now = now_ns();
    while (peer->pressed < phase->answers) {
        int64_t intended_ns = now;
        if (phase->window && peer->pressed - peer->acked >= phase->window)
            return;
        if (!phase->window) {
            intended_ns =
                peer->start_ns + (int64_t)peer->pressed * (1000000000 / (int64_t)phase->per_second);
            if (intended_ns > now)
                return;
        }
        if (!press(peer, intended_ns))
            return;
    }
}

/* The next person with an open card presses one of its buttons. */
static bool press(struct peer *peer, int64_t intended_ns)
{
    while (peer->next < peer->people_len && !peer->people[peer->next].open)
        peer->next++;
    if (peer->next == peer->people_len || !peer->socket)
        return false;
    struct user *person = &peer->people[peer->next];
    write_envelope(peer, peer->next);
    if (ws_peer_text(peer->socket, buf_str(&peer->envelope)))
        return false;
    peer->board->result.envelope_bytes = (uint32_t)peer->envelope.len;
    person->open = false;
    person->ack_due = person->update_due = true;
    person->intended_ns = intended_ns;
    peer->pressed++;
    peer->next++;
    return true;
}

static void end_when_over(struct peer *peer)
{
    bool stalled = now_ns() - peer->last_ns > (int64_t)STALL_SECONDS * 1000000000;
    if (!peer->running || (!is_complete(peer) && !stalled))
        return;
    struct peer_result *result = &peer->board->result;
    qsort(peer->ack_us, peer->acked, sizeof(*peer->ack_us), compare_u32);
    result->acked = peer->acked;
    result->done = peer->done;
    result->acked_seconds = (double)(peer->last_ack_ns - peer->start_ns) / 1e9;
    result->done_seconds = (double)(peer->last_done_ns - peer->start_ns) / 1e9;
    result->ack_us_p50 = percentile(peer->ack_us, peer->acked, 0.5);
    result->ack_us_p99 = percentile(peer->ack_us, peer->acked, 0.99);
    result->ack_us_p999 = percentile(peer->ack_us, peer->acked, 0.999);
    result->ack_us_max = peer->acked ? peer->ack_us[peer->acked - 1] : 0;
    result->cpu_seconds = cpu_seconds() - peer->cpu_before;
    peer->owed += peer->acked - peer->done;
    peer->running = false;
    peer->board->answered = peer->board->asked;
}

static bool is_complete(const struct peer *peer)
{
    uint32_t answers = peer->phase.answers;
    return peer->acked == answers && (peer->phase.hold || peer->done == answers + peer->owed);
}

/* An open loop must not be late itself: the last millisecond before a press is spent awake. */
static uint32_t wait_ms(const struct peer *peer)
{
    const struct peer_phase *phase = &peer->phase;
    bool open_loop = peer->running && !phase->window && peer->pressed < phase->answers;
    if (!open_loop)
        return peer->running ? 100 : 2;
    int64_t due_ns =
        peer->start_ns + (int64_t)peer->pressed * (1000000000 / (int64_t)phase->per_second);
    if (due_ns - now_ns() > 1500000)
        return 1;
    sched_yield();
    return 0;
}

static void on_request(void *arg, struct exchange *exchange, const struct listen_request *request)
{
    struct peer *peer = arg;
    answer_fn *answer = answer_ok;
    if (str_equal(request->path, STR("/link"))) {
        struct ws_peer *socket = NULL;
        if (exchange_upgrade(exchange, &socket_events, peer, &socket))
            return;
        peer->socket = socket;
        if (!ws_peer_text(socket,
                STR("{\"type\":\"hello\",\"num_connections\":1,\"debug_info\":"
                    "{\"host\":\"bench\",\"approximate_connection_time\":18000}}"))) {
            peer->board->hello_ns = now_ns();
            peer->board->hellos++;
        }
        return;
    }
    for (size_t i = 0; i < COUNT(methods); i++)
        if (str_equal(methods[i].path, request->path))
            answer = methods[i].answer;
    buf_reset(&peer->reply);
    answer(peer, request);
    if (answer == answer_update && peer->phase.hold && peer->held_len < HELD_MAX)
        peer->held[peer->held_len++] = exchange;
    else
        exchange_reply(exchange, 200, json_type, buf_str(&peer->reply), NULL, 0);
}

/* An ack: the person is in the last twelve digits. */
static void on_text(void *arg, struct ws_peer *socket, struct str text)
{
    struct peer *peer = arg;
    (void)socket;
    struct str id = find(text, STR("\"envelope_id\":\""), STR("\""));
    uint64_t index = 0;
    bool ours = id.len == 36 && str_to_uint64(str_slice(id, 24, 36), &index) &&
        index < peer->people_len && peer->people[index].ack_due;
    if (!ours) {
        peer->board->doubled++;
        return;
    }
    struct user *person = &peer->people[index];
    peer->last_ns = peer->last_ack_ns = now_ns();
    person->ack_due = false;
    peer->ack_us[peer->acked++] = (uint32_t)((peer->last_ns - person->intended_ns) / 1000);
    press_due(peer);
}

static void on_end(void *arg, struct ws_peer *socket, uint16_t code)
{
    struct peer *peer = arg;
    (void)code;
    if (peer->socket == socket)
        peer->socket = NULL;
}

static void answer_ok(struct peer *peer, const struct listen_request *request)
{
    (void)request;
    buf_add(&peer->reply, STR("{\"ok\":true}"));
}

static void answer_auth(struct peer *peer, const struct listen_request *request)
{
    (void)request;
    buf_add(&peer->reply,
        STR("{\"ok\":true,\"url\":\"https://example.com/\",\"team\":\"Example Bikes\","
            "\"user\":\"nudged\",\"team_id\":\"T0BENCH\",\"user_id\":\"U0BOT\","
            "\"bot_id\":\"B0BENCH\"}"));
}

static void answer_open(struct peer *peer, const struct listen_request *request)
{
    (void)request;
    buf_addf(&peer->reply, "{\"ok\":true,\"url\":\"ws://127.0.0.1:%u/link?ticket=bench\"}",
        (unsigned)peer->board->port);
}

static void answer_users(struct peer *peer, const struct listen_request *request)
{
    struct str text = find(request->body, STR("cursor="), STR("&"));
    uint64_t from = 0;
    if (!str_to_uint64(text, &from))
        from = 0;
    uint64_t to = from + PAGE_MEMBERS < peer->people_len ? from + PAGE_MEMBERS : peer->people_len;
    buf_add(&peer->reply, STR("{\"ok\":true,\"members\":["));
    for (uint64_t i = from; i < to; i++)
        buf_addf(&peer->reply,
            "%s{\"id\":\"U%07u\",\"team_id\":\"T0BENCH\",\"name\":\"person%u\",\"deleted\":false,"
            "\"real_name\":\"Person %u\",\"tz\":\"Etc/UTC\",\"tz_offset\":0,\"profile\":{"
            "\"title\":\"Agent\",\"real_name\":\"Person %u\",\"display_name\":\"person%u\","
            "\"email\":\"person%u@example.com\",\"team\":\"T0BENCH\"},\"is_admin\":false,"
            "\"is_bot\":false,\"is_app_user\":false,\"updated\":1930000000}",
            i > from ? "," : "", (unsigned)i, (unsigned)i, (unsigned)i, (unsigned)i, (unsigned)i,
            (unsigned)i);
    buf_add(&peer->reply, STR("],\"response_metadata\":{\"next_cursor\":\""));
    if (to < peer->people_len)
        buf_addf(&peer->reply, "%u", (unsigned)to);
    else
        peer->board->roster_reads++;
    buf_add(&peer->reply, STR("\"}}"));
}

static void answer_conversation(struct peer *peer, const struct listen_request *request)
{
    struct str user = find(request->body, STR("\"users\":\"U"), STR("\""));
    buf_addf(&peer->reply, "{\"ok\":true,\"channel\":{\"id\":\"D%.*s\"}}", STR_ARG(user));
}

/* Keeps of a card what its buttons say. A person has one open card at a time. */
static void answer_post(struct peer *peer, const struct listen_request *request)
{
    struct user *person = person_of(peer, request->body, STR("\"channel\":\"D"));
    struct str rest = request->body, value;
    if (!person) {
        answer_ok(peer, request);
        return;
    }
    person->options = 0;
    while ((value = find(rest, STR("\"action_id\":\"choose:"), STR("}"))).len &&
        person->options < COMPANY_OPTIONS) {
        rest = (struct str){ value.ptr + value.len,
            rest.len - (size_t)(value.ptr + value.len - rest.ptr) };
        value = find(value, STR("\"value\":\""), STR("\""));
        size_t dot = value.len;
        while (dot && value.ptr[dot - 1] != '.')
            dot--;
        if (dot && dot < VALUE_BYTES) {
            (void)snprintf(person->value, VALUE_BYTES, "%.*s", (int)dot, value.ptr);
            person->numbers[person->options++] = (uint8_t)(value.ptr[dot] - '0');
        }
    }
    person->card++;
    person->open = person->options > 0;
    if (person->options)
        peer->board->cards++;
    else
        peer->board->notices++;
    buf_addf(&peer->reply, "{\"ok\":true,\"channel\":\"D%07u\",\"ts\":\"%u.%06u\"}",
        (unsigned)(person - peer->people), 1930000000 + person->card,
        (unsigned)(person - peer->people));
}

/* The end of an answer's road: its message shows the feedback. */
static void answer_update(struct peer *peer, const struct listen_request *request)
{
    struct user *person = person_of(peer, request->body, STR("\"channel\":\"D"));
    if (!person) /* Slack's own clients send forms */
        person = person_of(peer, request->body, STR("channel=D"));
    if (person && person->update_due) {
        person->update_due = false;
        peer->done++;
        peer->last_ns = peer->last_done_ns = now_ns();
    } else {
        peer->board->doubled++;
    }
    answer_ok(peer, request);
}

static struct user *person_of(struct peer *peer, struct str text, struct str before)
{
    uint64_t index = 0;
    struct str digits = str_slice(find(text, before, STR_EMPTY), 0, 7);
    bool found = str_to_uint64(digits, &index) && index < peer->people_len;
    return found ? &peer->people[index] : NULL;
}

/* What stands between the first `before` and the next `after` (or the end). */
static struct str find(struct str text, struct str before, struct str after)
{
    const char *at = text.len ? memmem(text.ptr, text.len, before.ptr, before.len) : NULL;
    if (!at)
        return STR_EMPTY;
    at += before.len;
    size_t left = text.len - (size_t)(at - text.ptr);
    const char *end = after.len ? memmem(at, left, after.ptr, after.len) : NULL;
    return (struct str){ at, end ? (size_t)(end - at) : left };
}

/* As Slack sends it: the pressed message with its five blocks comes along. Apostrophes stand for
 * quotation marks, @ and a letter for what write_envelope puts there. */
/* clang-format off */
static const char envelope_format[] =
    "{'envelope_id':'@e','payload':{'type':'block_actions','user':{'id':'U@p',"
    "'username':'person@p','name':'person@p','team_id':'T0BENCH'},'api_app_id':'A0BENCH0000',"
    "'token':'not-a-secret-at-all-1234','container':{'type':'message','message_ts':'@t',"
    "'channel_id':'D@p','is_ephemeral':false},"
    "'trigger_id':'4711000000000.1234567890.0123456789abcdef0123456789abcdef',"
    "'team':{'id':'T0BENCH','domain':'example-bikes'},'enterprise':null,"
    "'is_enterprise_install':false,'channel':{'id':'D@p','name':'directmessage'},"
    "'message':{'user':'U0BOT','type':'message','ts':'@t','bot_id':'B0BENCH0000',"
    "'app_id':'A0BENCH0000','text':'A customer writes for the third time about this fault,"
    " each time to somebody else.','team':'T0BENCH',"
    "'client_msg_id':'00000000-0000-8000-8000-000000000000','bot_profile':{'id':'B0BENCH0000',"
    "'app_id':'A0BENCH0000','name':'nudged',"
    "'icons':{'image_36':'https://example.com/icons/36.png',"
    "'image_48':'https://example.com/icons/48.png',"
    "'image_72':'https://example.com/icons/72.png'},'deleted':false,'updated':1929999999,"
    "'team_id':'T0BENCH'},'blocks':[{'type':'header','block_id':'aaaaa',"
    "'text':{'type':'plain_text','text':'Looking twice','emoji':false}},{'type':'section',"
    "'block_id':'bbbbb','text':{'type':'plain_text','text':'A customer writes for the third time "
    "about this fault, each time to somebody else. What do you do first,"
    " before you answer them or pass the case on to somebody who has not heard of it yet?',"
    "'emoji':false}},{'type':'actions','block_id':'ccccc','elements':[{'type':'button',"
    "'action_id':'choose:0','text':{'type':'plain_text','text':'Way 0 of this fault',"
    "'emoji':false},'value':'@k0'},{'type':'button','action_id':'choose:1',"
    "'text':{'type':'plain_text','text':'Way 1 of this fault','emoji':false},'value':'@k1'},"
    "{'type':'button','action_id':'choose:2','text':{'type':'plain_text',"
    "'text':'Way 2 of this fault','emoji':false},'value':'@k2'},{'type':'button',"
    "'action_id':'choose:3','text':{'type':'plain_text','text':'Way 3 of this fault',"
    "'emoji':false},'value':'@k3'}]},{'type':'context','block_id':'ddddd',"
    "'elements':[{'type':'plain_text','text':'One question a day, chosen by what you have not "
    "met for a while. You may also type the number of your answer, or skip.','emoji':false}]},"
    "{'type':'actions','block_id':'eeeee','elements':[{'type':'button','action_id':'skip:4',"
    "'text':{'type':'plain_text','text':'Not now','emoji':false},'value':'@k0'}]}]},"
    "'state':{'values':{}},"
    "'response_url':'http://127.0.0.1:@h/response/T0BENCH/4711000000000/000000000000000000@p',"
    "'actions':[{'action_id':'choose:@o','block_id':'ccccc','text':{'type':'plain_text',"
    "'text':'Way @o of this fault','emoji':false},'value':'@k@n','type':'button',"
    "'action_ts':'@t'}]},'type':'interactive','accepts_response_payload':false}";
/* clang-format on */

static void write_envelope(struct peer *peer, uint32_t index)
{
    const struct user *person = &peer->people[index];
    unsigned option = (index + person->card) % person->options;
    struct str left = { envelope_format, sizeof(envelope_format) - 1 }, text;
    struct buf *out = &peer->envelope;
    buf_reset(out);
    for (bool first = true; str_next_part(&left, '@', &text); first = false) {
        char what = first ? '\0' : text.ptr[0];
        if (what == 'k')
            buf_add(out, str_from_z(person->value));
        if (what == 'e')
            buf_addf(out, "%08x-0000-4000-8000-%012u", (unsigned)person->card, (unsigned)index);
        if (what == 'p')
            buf_addf(out, "%07u", (unsigned)index);
        if (what == 't')
            buf_addf(out, "%u.%06u", 1930000000 + (unsigned)person->card, (unsigned)index);
        if (what == 'h')
            buf_addf(out, "%u", (unsigned)peer->board->port);
        if (what == 'o')
            buf_addf(out, "%u", option);
        if (what == 'n')
            buf_addf(out, "%u", (unsigned)person->numbers[option]);
        buf_add(out, str_slice(text, first ? 0 : 1, text.len));
    }
    REQUIRE(!out->failed);
    for (size_t i = 0; i < out->len; i++)
        if (out->ptr[i] == '\'')
            out->ptr[i] = '"';
}
