/* A link in the fake world, and everything it reported. */
#include "nudged/platform/platform.h"
#include "unit/platform/fake_world.c"

#define SECRET  "0123456789-secret"
#define AUTH_OK "{\"ok\":true,\"team_id\":\"T0NORTH\",\"user_id\":\"U0NUDGED\"}"
#define URL_OK  "{\"ok\":true,\"url\":\"wss://wss-primary.slack.com/link/?ticket=secret-ticket\"}"
#define HELLO                                    \
    "{\"type\":\"hello\",\"num_connections\":1," \
    "\"debug_info\":{\"approximate_connection_time\":3600}}"
#define CLICK(id) "{\"envelope_id\":\"" id "\",\"type\":\"interactive\",\"payload\":{}}"

enum { PLAY_RESULTS = 64 };

struct play {
    struct fake fake;
    const struct platform *slack;
    struct link_options options;
    struct link *link;
    int frames, ups, downs, uninstalled, members, complete, dnd, answers;
    uint64_t frame_socket;
    char workspace[64], last_members[512], last_dnd[512];
    char states[16 << 10];
    struct delivery_result results[PLAY_RESULTS];
    char codes[PLAY_RESULTS][64], channels[PLAY_RESULTS][64], message_ids[PLAY_RESULTS][64];
    size_t results_len;
};

static void play_on_frame(void *arg, uint64_t socket, struct str frame)
{
    struct play *play = arg;
    assert_true(frame.len > 0);
    play->frames++;
    play->frame_socket = socket;
}

static void play_on_event(void *arg, const struct event *event)
{
    struct play *play = arg;
    assert_true(str_equal(event->platform, STR("slack")));
    (void)snprintf(play->workspace, sizeof play->workspace, "%.*s", STR_ARG(event->workspace));
    play->ups += event->kind == EVENT_LINK && event->up;
    play->downs += event->kind == EVENT_LINK && !event->up;
    play->uninstalled += event->kind == EVENT_UNINSTALLED;
    play->members += event->kind == EVENT_MEMBERS;
    play->complete += event->kind == EVENT_MEMBERS && event->members_complete;
    play->dnd += event->kind == EVENT_DND;
    if (event->kind == EVENT_MEMBERS)
        play->answers = (int)event->answers;
    play->last_members[0] = '\0';
    play->last_dnd[0] = '\0';
    for (size_t i = 0; i < event->members_len; i++) {
        size_t at = strlen(play->last_members);
        (void)snprintf(play->last_members + at, sizeof play->last_members - at, "%.*s ",
            STR_ARG(event->members[i].user));
    }
    for (size_t i = 0; i < event->dnd_len; i++) {
        size_t at = strlen(play->last_dnd);
        (void)snprintf(play->last_dnd + at, sizeof play->last_dnd - at, "%.*s=%lld ",
            STR_ARG(event->dnd[i].user), (long long)event->dnd[i].until.utc_ms);
    }
}

static void play_on_done(void *arg, const struct delivery_result *result)
{
    struct play *play = arg;
    size_t at = play->results_len++;
    assert_true(at < PLAY_RESULTS);
    play->results[at] = *result;
    (void)snprintf(play->codes[at], sizeof play->codes[at], "%.*s", STR_ARG(result->code));
    (void)snprintf(play->channels[at], sizeof play->channels[at], "%.*s", STR_ARG(result->channel));
    (void)snprintf(
        play->message_ids[at], sizeof play->message_ids[at], "%.*s", STR_ARG(result->message_id));
}

/* No word that reaches the log holds a token, a ticket or an address. */
static void play_on_state(void *arg, const char *from, const char *to, struct str detail)
{
    struct play *play = arg;
    size_t at = strlen(play->states);
    assert_false(str_contains(detail, STR("secret")) || str_contains(detail, STR("xox")) ||
        str_contains(detail, STR("ticket")) || str_contains(detail, STR("://")));
    (void)snprintf(play->states + at, sizeof play->states - at, "%s>%s%s%.*s%s ", from, to,
        detail.len ? "(" : "", STR_ARG(detail), detail.len ? ")" : "");
}

static const struct link_events play_events = {
    .frame = play_on_frame,
    .event = play_on_event,
    .done = play_on_done,
    .state = play_on_state,
};

static void play_prepare(struct play *play, uint64_t seed)
{
    *play = (struct play){ 0 };
    fake_init(&play->fake, seed);
    play->slack = platform_named(STR("slack"));
    play->options = (struct link_options){ .world = &play->fake.world,
        .api_url = STR("https://slack.com/api"),
        .app_token = STR("xapp-" SECRET),
        .bot_token = STR("xoxb-" SECRET),
        .posts_per_second = 1,
        .events = &play_events,
        .arg = play };
}

static void play_open(struct play *play, uint64_t seed)
{
    play_prepare(play, seed);
    assert_int_equal(play->slack->open(&play->options, &play->link), OK);
    assert_string_equal(play->states, ""); /* nothing is said inside open */
}

/* Up to a dialled socket. */
static void play_dial(struct play *play, bool auth)
{
    fake_run(&play->fake, 0);
    if (auth)
        fake_answer(&play->fake, "auth.test", AUTH_OK);
    fake_answer(&play->fake, "apps.connections.open", URL_OK);
}

UNUSED static void play_connect(struct play *play, uint64_t seed)
{
    play_open(play, seed);
    play_dial(play, true);
    fake_says(&play->fake.sockets[0], HELLO);
}

UNUSED static void play_ack(struct play *play, uint64_t socket, const char *envelope_id)
{
    struct ack_token token = { .socket = socket, .envelope_id = str_from_z(envelope_id) };
    play->slack->ack(play->link, &token, NULL);
}

UNUSED static void play_close(struct play *play)
{
    play->link = play->slack->close(play->link);
    assert_null(play->link);
    fake_finish(&play->fake);
}
