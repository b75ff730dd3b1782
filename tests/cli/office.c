/* The office's machinery: folder, workspace, child processes. */
#include "cli/office.h"
#include "support/keep.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUND_MS = 5, UNTIL_MS = 10000, END_MS = 15000, SPEED_MAX = 1000000 };

static const char deck[] =
    "id: words\ntitle: Words\nowner: max@example.com\nskill: words\nsource: Made up\n"
    "min_gap_days: 0\nprompts:\n"
    "  - id: lot\n    kind: short\n    ask: Where does a good point wait?\n"
    "    accept: [parking lot]\n    why: So that it is not lost.\n"
    "  - id: list\n    kind: short\n    ask: What does it become at the end?\n"
    "    accept: [an item]\n    why: Somebody has to own it.\n";
static const char skills[] =
    "skills:\n  - id: words\n    name: Finding words\n    behaviours: [says the word]\n"
    "    roles: [Tester]\n";
static const char people[] =
    "id,email,name,role,manager\n1,ada@example.com,Ada,Tester,3\n2,ben@example.com,Ben,Tester,3\n"
    "3,max@example.com,Max,Tester,\n4,zoe@example.com,Zoe,Tester,3\n";

static int64_t speed_of(const struct office *office);
static void show_last(struct office *office, enum office_person who);
static struct sim_time sim_now(void *arg);
static void open_workspace(struct office *office, const char *team_id, uint16_t port);
static void child(
    struct office *office, const char *const *words, const char *out, const char *err);
static int ended(pid_t pid, int *code);
static int64_t mono_ms(struct office *office);

static int64_t clock_speed = 1;         /* of the running daemon's clock; one office at a time */

struct office *office_open(const char *team_id)
{
    struct office *office = calloc(1, sizeof(*office));
    if (!office || loop_new(&office->loop))
        abort();
    snprintf(office->folder, sizeof(office->folder), "/tmp/nudged-cli-XXXXXX");
    if (!mkdtemp(office->folder))
        abort();
    office->notify = -1;
    office->app_token = "xapp-canary-0123456789";
    office->bot_token = "xoxb-canary-0123456789";
    office->base = (struct instant){ INT64_C(1930296540000) };
    office->mono_base = world_mono(loop_world(office->loop));
    open_workspace(office, team_id, 0);
    office_write(office, "prompts/decks/words.yaml", deck);
    office_write(office, "prompts/skills.yaml", skills);
    office_write(office, "people.csv", people);
    office_config(office, "");
    return office;
}

void office_close(struct office *office)
{
    if (office->daemon)
        (void)office_stop(office, SIGKILL);
    if (office->notify >= 0)
        close(office->notify);
    sim_server_free(office->server);
    workspace_free(office->workspace);
    loop_free(office->loop);
    if (!keep_or_remove_folder(office->folder))
        abort();
    free(office);
}

void office_move(struct office *office, const char *team_id)
{
    struct url_parts url;
    if (!url_split(sim_server_origin(office->server), &url))
        abort();
    uint16_t port = url.port;
    sim_server_free(office->server);
    workspace_free(office->workspace);
    open_workspace(office, team_id, port);
}

void office_write(struct office *office, const char *name, const char *text)
{
    char folder[256];
    const char *path = office_path(office, name);
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
        (void)mkdir(folder, 0700);
    }
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file))
        abort();
}

const char *office_file(struct office *office, const char *name)
{
    FILE *file = fopen(office_path(office, name), "r");
    size_t len = file ? fread(office->text, 1, sizeof(office->text) - 1, file) : 0;
    office->text[len] = '\0';
    if (file)
        fclose(file);
    return office->text;
}

char *office_path(struct office *office, const char *name)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s%s%s", name[0] == '/' ? "" : office->folder,
             name[0] == '/' ? "" : "/", name);
    return path;
}

void office_config(struct office *office, const char *more)
{
    char text[2048];
    struct str origin = sim_server_origin(office->server);
    snprintf(text, sizeof(text),
             "organisation: Example Words\nlegal_basis: A fictional agreement.\ntimezone: Etc/UTC\n"
             "state_dir: state\ncontent: prompts\npeople: people.csv\nadmins: [max@example.com]\n"
             "min_gap_days: 0\nhours: {from: \"09:30\", to: \"09:35\"}\n"
             "slack: {api_url: \"%.*s/api/\", posts_per_second: 0}\n%s\n", STR_ARG(origin), more);
    office_write(office, "nudged.yaml", text);
}

int office_run(struct office *office, const char *const *words)
{
    int code = -1;
    int64_t end = mono_ms(office) + END_MS;
    pid_t pid = fork();
    if (!pid)
        child(office, words, "out", "err");
    while (!ended(pid, &code)) {
        loop_run_once(office->loop, ROUND_MS);
        if (mono_ms(office) > end)
            kill(pid, SIGKILL);
    }
    snprintf(office->out, sizeof(office->out), "%s", office_file(office, "out"));
    snprintf(office->err, sizeof(office->err), "%s", office_file(office, "err"));
    return code;
}

void office_start(struct office *office, const char *at, const char *speed)
{
    const char *const words[] = { "run", "--at", at, "--speed", speed, NULL };
    if (!instant_parse(str_from_z(at), &office->base))
        abort();
    office->mono_base = world_mono(loop_world(office->loop));
    clock_speed = strtol(speed, NULL, 10);
    office->daemon = fork();
    if (!office->daemon)
        child(office, words, "log", "log");
}

int office_stop(struct office *office, int signal)
{
    kill(office->daemon, signal);
    return office_wait(office);
}

int office_wait(struct office *office)
{
    int code = -1;
    int64_t end = mono_ms(office) + END_MS;
    while (!ended(office->daemon, &code)) {
        loop_run_once(office->loop, ROUND_MS);
        if (mono_ms(office) > end)
            kill(office->daemon, SIGKILL);
    }
    office->daemon = 0;
    return code;
}

void office_live(struct office *office, int ms)
{
    for (int64_t end = mono_ms(office) + ms; mono_ms(office) < end;)
        loop_run_once(office->loop, ROUND_MS);
}

bool office_until(struct office *office, const char *name, const char *text)
{
    int64_t end = mono_ms(office) + UNTIL_MS;
    while (!strstr(office_file(office, name), text) && mono_ms(office) < end)
        office_live(office, 4 * ROUND_MS);
    return strstr(office_file(office, name), text);
}

bool office_status_says(struct office *office, const char *text)
{
    int64_t end = mono_ms(office) + UNTIL_MS;
    bool says = false;
    while (!says && mono_ms(office) < end) {
        says = RUN(office, "status") == 0 && strstr(office->out, text);
        if (!says)
            office_live(office, 20 * ROUND_MS);
    }
    if (!says)
        printf("status: %s%s\n", office->out, office->err);
    return says;
}

bool office_gets(struct office *office, enum office_person who, const char *text)
{
    int64_t end = mono_ms(office) + UNTIL_MS;
    do {
        size_t len = look_messages(office->workspace, office->ids[who]);
        struct look_message message;
        for (size_t i = len; i-- > 0;)
            if (look_message_at(office->workspace, office->ids[who], i, &message) &&
                message.from_app && str_contains(message.blocks, str_from_z(text)))
                return true;
        office_live(office, ROUND_MS);
    } while (mono_ms(office) < end);
    show_last(office, who);
    return false;
}

bool office_control(struct office *office, const char *bytes, size_t len)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/state/control", office->folder);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t got = 0;
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)))
        return close(fd), false;
    for (size_t at = 0; at < len;) {
        ssize_t sent = send(fd, bytes + at, len - at, MSG_NOSIGNAL);
        if (sent <= 0)
            break;                      /* it hung up on us: its good right */
        at += (size_t)sent;
    }
    struct pollfd poller = { .fd = fd, .events = POLLIN };
    while (got + 1 < sizeof(office->out) && poll(&poller, 1, 5000) == 1) {
        ssize_t more = read(fd, office->out + got, sizeof(office->out) - 1 - got);
        if (more <= 0)
            break;
        got += (size_t)more;
    }
    office->out[got] = '\0';
    close(fd);
    return true;
}

static void show_last(struct office *office, enum office_person who)
{
    size_t len = look_messages(office->workspace, office->ids[who]);
    struct look_message message = { .text = STR("nothing") };
    if (len)
        (void)look_message_at(office->workspace, office->ids[who], len - 1, &message);
    printf("of %zu messages the last is: %.*s\n", len, STR_ARG(message.blocks.len ? message.blocks
                                                                                : message.text));
}

static struct sim_time sim_now(void *arg)
{
    struct office *office = arg;
    struct mono mono = world_mono(loop_world(office->loop));
    struct duration since = { (mono.ms - office->mono_base.ms) * speed_of(office) };
    return (struct sim_time){ instant_add(office->base, since), mono };
}

static int64_t speed_of(const struct office *office)
{
    return office->daemon ? clock_speed : 1;
}

static void open_workspace(struct office *office, const char *team_id, uint16_t port)
{
    static const char *const names[OFFICE_PEOPLE] = { "ada", "ben", "max", "zoe" };
    struct workspace_options options = { .team_id = str_from_z(team_id), .seed = 3, .time = sim_now,
        .time_arg = office, .bot_token = STR("xoxb-canary-0123456789"),
        .app_token = STR("xapp-canary-0123456789") };
    if (workspace_new(&options, &office->workspace))
        abort();
    for (size_t i = 0; i < ZOE; i++) {
        char email[32];
        snprintf(email, sizeof(email), "%s@example.com", names[i]);
        struct workspace_user user = { .name = str_from_z(names[i]), .tz = STR("Etc/UTC"),
            .real_name = str_from_z(names[i]), .email = str_from_z(email) };
        if (workspace_add_user(office->workspace, &user, &office->ids[i]))
            abort();
    }
    struct sim_server_options server = { .loop = office->loop, .workspace = office->workspace,
                                         .port = port };
    if (sim_server_new(&server, &office->server))
        abort();
}

/* Never returns. */
static void child(struct office *office, const char *const *words, const char *out, const char *err)
{
    const char *argv[16] = { "nudged" };
    size_t len = 1;
    while (words[len - 1] && len + 1 < COUNT(argv)) {
        argv[len] = words[len - 1];
        len++;
    }
    bool log = out == err;
    int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (log ? O_APPEND : O_TRUNC);
    if (chdir(office->folder) || dup2(open(out, flags, 0600), 1) < 0 ||
        dup2(log ? 1 : open(err, flags, 0600), 2) < 0)
        _exit(126);
    if (office->app_token)
        setenv("SLACK_APP_TOKEN", office->app_token, 1);
    if (office->bot_token)
        setenv("SLACK_BOT_TOKEN", office->bot_token, 1);
    const char *installed = getenv("NUDGED_BINARY");
    execv(installed ? installed : BUILD_DIR "/nudged", (char *const *)(uintptr_t)argv);
    _exit(127);
}

static int ended(pid_t pid, int *code)
{
    int status = 0;
    if (waitpid(pid, &status, WNOHANG) != pid)
        return 0;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return 1;
}

static int64_t mono_ms(struct office *office)
{
    return world_mono(loop_world(office->loop)).ms;
}
