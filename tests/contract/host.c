/* Serves the simulated workspace alone, for clients that are not ours.
 *
 *   contract_host CONTROL_SOCKET [scene]
 *
 * Prints its origin as the first line. Lines on the control socket: "disconnect REASON", "fault
 * KIND TIMES", "socket_mode on|off", "counts", "stop". People are played through /page-socket,
 * as by a browser. With "scene", a little conversation is there already. */
#include <signal.h>
#include <stdio.h>

#include "nudged/net/local.h"
#include "nudged/sim/human.h"
#include "nudged/sim/look.h"
#include "nudged/sim/server.h"

struct host {
    struct loop *loop;
    struct workspace *ws;
    struct sim_server *server;
    struct sim_faults faults;
};

static struct sim_time host_time(void *arg)
{
    const struct host *host = arg;
    return (
        struct sim_time){ world_now(loop_world(host->loop)), world_mono(loop_world(host->loop)) };
}

static void set_fault(struct host *host, struct str kind, struct str times)
{
    uint64_t count = 1;
    (void)!str_to_uint64(times, &count);
    for (enum sim_fault fault = SIM_FAULT_NONE + 1; fault < SIM_FAULT_COUNT; fault++) {
        if (str_equal(kind, str_from_z(sim_fault_name(fault))))
            sim_faults_force(&host->faults, fault, (uint32_t)count);
    }
}

static void on_line(void *arg, struct local_call *call, struct str line)
{
    struct host *host = arg;
    struct str word = STR_EMPTY, first = STR_EMPTY, second = STR_EMPTY;
    char text[256];
    str_next_part(&line, ' ', &word);
    str_next_part(&line, ' ', &first);
    str_next_part(&line, ' ', &second);
    if (str_equal(word, STR("disconnect")))
        workspace_disconnect(host->ws, 0, first);
    else if (str_equal(word, STR("fault")))
        set_fault(host, first, second);
    else if (str_equal(word, STR("socket_mode")))
        workspace_set_socket_mode(host->ws, str_equal(first, STR("on")));
    else if (str_equal(word, STR("stop")))
        loop_stop(host->loop);
    struct look_envelopes seen = look_envelopes(host->ws, STR_EMPTY);
    snprintf(text, sizeof text,
        "{\"made\":%llu,\"acked\":%llu,\"redelivered\":%llu,\"failed\":%llu,\"links\":%zu}\n",
        (unsigned long long)seen.made, (unsigned long long)seen.acked,
        (unsigned long long)seen.redelivered, (unsigned long long)seen.failed,
        workspace_links(host->ws, NULL, 0));
    local_write(call, str_from_z(text));
    local_finish(call);
}

static enum err add_people(struct host *host)
{
    static const struct { const char *id, *name, *real_name, *email, *tz, *role; } people[] = {
        { "U0ADA", "ada", "Ada Fenn", "ada@example.com", "Europe/Lisbon", "Support specialist" },
        { "U0BO", "bo", "Bo Marsh", "bo@example.com", "Europe/Berlin", "Support specialist" },
        { "U0CLEO", "cleo", "Cleo Winter", "cleo@example.com", "Europe/London", "Team lead" },
        { "U0DEV", "dev", "Dev Okoro", "dev@example.com", "Africa/Lagos", "Analyst" },
    };
    struct sim_person shown[COUNT(people)];
    enum err err = OK;
    for (size_t i = 0; i < COUNT(people) && !err; i++) {
        struct workspace_user user = { .id = str_from_z(people[i].id),
            .name = str_from_z(people[i].name),
            .real_name = str_from_z(people[i].real_name),
            .email = str_from_z(people[i].email),
            .tz = str_from_z(people[i].tz) };
        err = workspace_add_user(host->ws, &user, NULL);
        shown[i] = (struct sim_person){ .user_id = user.id, .role = str_from_z(people[i].role),
                                        .is_manager = i == 2 };
    }
    return err ? err : sim_server_people(host->server, shown, COUNT(shown));
}

static void say(struct host *host, struct str method, struct str body)
{
    struct arena arena;
    struct workspace_reply reply;
    arena_init(&arena, 1 << 20);
    struct workspace_request request = { method, STR("Bearer xoxb-sim"),
                                         STR("application/json; charset=utf-8"), body };
    workspace_call(host->ws, &arena, &request, &reply);
    if (!str_contains(reply.body, STR("\"ok\":true")))
        fprintf(stderr, "scene: %.*s\n", STR_ARG(reply.body));
    arena_finish(&arena);
}

/* One of everything the page can show. */
static const struct { const char *method, *body; } scene[] = {
    { "chat.postMessage",
      "{\"channel\":\"U0ADA\",\"text\":\"Hello\",\"blocks\":["
      "{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"Hello Ada "
      ":wave:\\nI ask *one good question* on most "
      "working days, about things you learnt in training. It takes _less than a minute_.\"}},"
      "{\"type\":\"context\",\"elements\":[{\"type\":\"mrkdwn\",\"text\":\"I store your "
      "answers and when you gave them. Your "
      "manager sees which skills you practise, never a single answer. `/nudge stop` ends "
      "it.\"}]},"
      "{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"action_id\":\"ok\","
      "\"style\":\"primary\",\"text\":{\"type\":"
      "\"plain_text\",\"text\":\"Sounds good\"}},{\"type\":\"button\","
      "\"action_id\":\"privacy\",\"text\":{\"type\":\"plain_text\","
      "\"text\":\"Privacy\"}}]}]}" },
    { "chat.postMessage",
      "{\"channel\":\"U0ADA\",\"text\":\"Question\",\"blocks\":["
      "{\"type\":\"header\",\"text\":{\"type\":\"plain_text\",\"text\":\"A summary with a "
      "number in it\"}},"
      "{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"An assistant "
      "summarised a report: _\\\"Churn fell by 12 %\\\"_. "
      "You want to forward it to a customer. What do you do *first*?\\n&gt; The report "
      "itself is linked below the summary.\"}},"
      "{\"type\":\"actions\",\"block_id\":\"answers\",\"elements\":["
      "{\"type\":\"button\",\"action_id\":\"a\",\"text\":{\"type\":\"plain_text\","
      "\"text\":\"Find the 12 % in the report\"}},"
      "{\"type\":\"button\",\"action_id\":\"b\",\"text\":{\"type\":\"plain_text\","
      "\"text\":\"Ask the assistant if it is sure\"}},"
      "{\"type\":\"button\",\"action_id\":\"c\",\"text\":{\"type\":\"plain_text\","
      "\"text\":\"Forward it with a caveat\"}}]},"
      "{\"type\":\"divider\"},{\"type\":\"context\",\"elements\":[{\"type\":\"mrkdwn\","
      "\"text\":\"Checking AI output · 2 of 12 · "
      "<https://example.com/source|source>\"}]}]}" },
    { "chat.postMessage",
      "{\"channel\":\"U0ADA\",\"text\":\"Form\",\"blocks\":["
      "{\"type\":\"section\",\"block_id\":\"pick\",\"text\":{\"type\":\"mrkdwn\","
      "\"text\":\"*Which of these belong in a hand-off?*\"},"
      "\"accessory\":{\"type\":\"checkboxes\",\"action_id\":\"many\",\"options\":["
      "{\"text\":{\"type\":\"plain_text\",\"text\":\"What was tried already\"},"
      "\"value\":\"tried\"},"
      "{\"text\":{\"type\":\"plain_text\",\"text\":\"Who promised what until when\"},"
      "\"value\":\"who\","
      "\"description\":{\"type\":\"plain_text\",\"text\":\"with the time zone\"}},"
      "{\"text\":{\"type\":\"plain_text\",\"text\":\"Whose fault it was\"},"
      "\"value\":\"fault\"}]}},"
      "{\"type\":\"section\",\"fields\":[{\"type\":\"mrkdwn\","
      "\"text\":\"*Skill*\\nEscalation\"},"
      "{\"type\":\"mrkdwn\",\"text\":\"*Due again*\\nThursday\"}]},"
      "{\"type\":\"input\",\"block_id\":\"words\",\"label\":{\"type\":\"plain_text\","
      "\"text\":\"In one word, what is missing?\"},"
      "\"element\":{\"type\":\"plain_text_input\",\"action_id\":\"short\"}},"
      "{\"type\":\"actions\",\"elements\":[{\"type\":\"static_select\","
      "\"action_id\":\"sel\",\"placeholder\":{\"type\":\"plain_text\","
      "\"text\":\"How sure?\"},\"options\":[{\"text\":{\"type\":\"plain_text\","
      "\"text\":\"Very\"},\"value\":\"v\"},{\"text\":{\"type\":"
      "\"plain_text\",\"text\":\"Not very\"},\"value\":\"n\"}]},{\"type\":\"button\","
      "\"action_id\":\"done\",\"style\":\"primary\",\"text\":{"
      "\"type\":\"plain_text\",\"text\":\"Answer\"}},{\"type\":\"button\","
      "\"action_id\":\"skip\",\"style\":\"danger\",\"text\":{\"type\":"
      "\"plain_text\",\"text\":\"Skip\"}}]}]}" },
    { "views.publish",
      "{\"user_id\":\"U0ADA\",\"view\":{\"type\":\"home\",\"blocks\":["
      "{\"type\":\"header\",\"text\":{\"type\":\"plain_text\",\"text\":\"Your practice\"}},"
      "{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"Next nudge "
      "*tomorrow, between 9:30 and 16:30*\"},\"accessory\":"
      "{\"type\":\"button\",\"action_id\":\"pause\",\"text\":{\"type\":\"plain_text\","
      "\"text\":\"Pause\"}}}]}}" },
    { "chat.postMessage",
      "{\"channel\":\"U0BO\",\"text\":\"Good morning, Bo\"}" },
};

static void play_scene(struct host *host)
{
    for (size_t i = 0; i < COUNT(scene); i++) {
        say(host, str_from_z(scene[i].method), str_from_z(scene[i].body));
        if (i == 0 && human_say(host->ws, STR("U0ADA"), STR("ok, let's go"), NULL))
            return;
    }
    static const char *const steps[] = { "received", "decided", "committed", "acked", "sent" };
    for (uint64_t id = 1; id <= 3; id++) {
        for (size_t i = 0; i < COUNT(steps) - (id == 3 ? 2 : 0); i++) {
            struct sim_road road = { id, STR("U0ADA"),
                id == 1 ? STR("answer_clicked") : STR("nudge_due"), str_from_z(steps[i]),
                STR_EMPTY };
            sim_server_road(host->server, &road);
        }
    }
    sim_server_clock(host->server, STR("Tuesday 4 March 2031, 10:12"), false);
    sim_server_select(host->server, STR("U0ADA"));
}

static void advance(void *arg, enum sim_advance which)
{
    struct host *host = arg;
    sim_server_clock(host->server,
        which == SIM_ADVANCE_MONDAY ? STR("Monday 10 March 2031, 08:30")
                                    : STR("Wednesday 5 March 2031, 09:30"),
        false);
}

static void stop(void *arg)
{
    const struct host *host = arg;
    loop_stop(host->loop);
}

int main(int argc, char **argv)
{
    static struct host host;
    struct local_server *control = NULL;
    if (argc < 2) {
        fprintf(stderr, "usage: contract_host CONTROL_SOCKET [scene]\n");
        return 64;
    }
    remove(argv[1]);
    sim_faults_init(&host.faults, 1);
    enum err err = loop_new(&host.loop);
    struct workspace_options options = {
        .tiers = false, .seed = 1, .time = host_time, .time_arg = &host, .faults = &host.faults
    };
    if (!err)
        err = workspace_new(&options, &host.ws);
    struct sim_server_options serve = { .loop = host.loop,
        .workspace = host.ws,
        .faults = &host.faults,
        .advance = advance,
        .arg = &host };
    if (!err)
        err = sim_server_new(&serve, &host.server);
    if (!err)
        err = add_people(&host);
    if (!err)
        err = local_server_new(host.loop, str_from_z(argv[1]), on_line, &host, &control);
    if (!err)
        err = loop_on_signal(host.loop, SIGTERM, stop, &host);
    if (!err) {
        if (argc > 2)
            play_scene(&host);
        printf("%.*s\n", STR_ARG(sim_server_origin(host.server)));
        fflush(stdout);
        err = loop_run(host.loop);
    }
    local_server_free(control);
    sim_server_free(host.server);
    loop_free(host.loop);
    workspace_free(host.ws);
    if (err)
        fprintf(stderr, "contract_host: %s\n", err_text(err));
    return err ? 1 : 0;
}
