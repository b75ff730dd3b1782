/* Secrets and people's words, followed through a life of the real program: started, asked,
 * answered, refused, reloaded, killed, exported, backed up, lied to by its API. Afterwards every
 * byte it left anywhere is searched. Tokens, tickets and ways back may be nowhere; answers only in
 * the database, its copies and the export; reflections not even there.
 *
 *   COUNT formats of the log (2) */
#include <arpa/inet.h>
#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/office.h"
#include "hostile/check.h"
#include "unit/net/net_test.h"

#define TOKEN_BOT "xoxb-canary-0123456789" /* what the office's workspace knows */
#define TOKEN_APP "xapp-canary-0123456789"

enum { IN_DATABASE = 1, IN_EXPORT = 2, SECRETS_FOLDER = 4, FILE_MAX = 32 << 20 };

/* Where each may be found; 0: nowhere. */
static const struct { const char *bytes; int may; } canaries[] = {
    { TOKEN_BOT, SECRETS_FOLDER },
    { TOKEN_APP, SECRETS_FOLDER },
    { "xoxb-revoked-CANARY", SECRETS_FOLDER },
    { "xoxb-in-yaml-CANARY", 0 },          /* its file is written anew before the search */
    { "xoxb-in-environment-CANARY", 0 },
    { "xoxb-with blank-CANARY", SECRETS_FOLDER },
    { "xoxb-echoed", 0 },
    { "Bearer ", 0 },                       /* the header of any request */
    { "ticket=", 0 },                       /* the address of a socket */
    { "ticket-CANARY", 0 },
    { "/response/", 0 },                    /* a response_url */
    { "trigger_id", 0 },
    { "ANSWERCANARY", IN_DATABASE | IN_EXPORT },
    { "REFLECTCANARY", IN_DATABASE },
    { "SMALLTALKCANARY", 0 },               /* typed when nothing was asked */
    { "SLASHCANARY", 0 },
};

static uint64_t files_searched, bytes_searched, pages_kept;
static uint16_t pages_port;
static bool cores_are_possible;

static const char deck[] =
    "id: words\ntitle: Words\nowner: max@example.com\nskill: words\nsource: Made up\n"
    "min_gap_days: 0\nprompts:\n"
    "  - id: hard\n    kind: reflect\n    ask: What was hard this week?\n"
    "  - id: lot\n    kind: short\n    ask: Where does a good point wait?\n"
    "    accept: [parking lot]\n    why: So that it is not lost.\n";

/* -- the search -- */

static int kind_of_file(const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    if (strstr(path, "/secrets/"))
        return SECRETS_FOLDER;
    if (strncmp(name, "nudged.db", 9) == 0 || strstr(name, "copy.db"))
        return IN_DATABASE;
    return strncmp(name, "export", 6) == 0 ? IN_EXPORT : 0;
}

static void search_file(const char *path)
{
    static char bytes[FILE_MAX];
    FILE *file = fopen(path, "r");
    CHECK(file, "%s", path);
    size_t len = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    int kind = kind_of_file(path);
    for (size_t i = 0; i < COUNT(canaries); i++)
        CHECK((canaries[i].may & kind) ||
                !memmem(bytes, len, canaries[i].bytes, strlen(canaries[i].bytes)),
            "\"%s\" is in %s", canaries[i].bytes, path);
    files_searched++;
    bytes_searched += len;
}

static void search_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    CHECK(dir, "%s", folder);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        char path[512];
        struct stat about;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        CHECK(lstat(path, &about) == 0, "%s", path);
        if (S_ISDIR(about.st_mode))
            search_folder(path);
        else if (S_ISREG(about.st_mode))
            search_file(path);
    }
    closedir(dir);
}

/* What any other process of this machine may read about the daemon. */
static void search_process(const struct office *office)
{
    static const char *const names[] = { "cmdline", "environ", "comm", "status" };
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[64];
        snprintf(path, sizeof(path), "/proc/%d/%s", (int)office->daemon, names[i]);
        if (access(path, R_OK) == 0)
            search_file(path);
    }
}

static bool is_in_file(struct office *office, const char *name, const char *text)
{
    char path[256];
    static char bytes[FILE_MAX];
    snprintf(path, sizeof(path), "%s", office_path(office, name));
    FILE *file = fopen(path, "r");
    size_t len = file ? fread(bytes, 1, sizeof(bytes), file) : 0;
    if (file)
        fclose(file);
    return memmem(bytes, len, text, strlen(text));
}

static void keep(struct office *office, const char *as)
{
    static uint64_t number;
    char to[256], name[64];
    snprintf(name, sizeof(name), "%s-%llu", as, (unsigned long long)number++);
    snprintf(to, sizeof(to), "%s", office_path(office, name));
    CHECK(rename(office_path(office, "out"), to) == 0, "%s", to);
    snprintf(name, sizeof(name), "err-%llu", (unsigned long long)number++);
    snprintf(to, sizeof(to), "%s", office_path(office, name));
    CHECK(rename(office_path(office, "err"), to) == 0, "%s", to);
}

/* -- the life -- */

static void write_secret(struct office *office, const char *name, const char *text)
{
    office_write(office, name, text);
    CHECK(chmod(office_path(office, name), 0600) == 0, "%s", name);
}

static void say(struct office *office, const char *text)
{
    CHECK(!human_say(office->workspace, office->ids[ADA], str_from_z(text), NULL), "%s", text);
    office_live(office, 300);
}

static uint16_t free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
            getsockname(fd, (struct sockaddr *)&address, &len) == 0, "no port");
    close(fd);
    return ntohs(address.sin_port);
}

struct page { struct office *office; const char *path; int replies; };

static void on_page(void *arg, const struct http_reply *reply)
{
    struct page *page = arg;
    static unsigned number;
    char name[64], text[64 << 10];
    snprintf(name, sizeof(name), "page-%u", ++number);
    CHECK(reply->outcome == HTTP_REPLIED && reply->body.len && reply->body.len < sizeof(text),
        "%s: %d, %.*s", page->path, (int)reply->outcome, STR_ARG(reply->detail));
    snprintf(text, sizeof(text), "%.*s", STR_ARG(reply->body));
    office_write(page->office, name, text);
    page->replies++;
    pages_kept++;
}

/* What monitoring reads. */
static void all_pages(struct office *office)
{
    static const char *const paths[] = { "/metrics", "/healthz", "/readyz", "/nothing" };
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct world *world = loop_world(office->loop);
        struct page page = { office, paths[i], 0 };
        char url[80];
        uint64_t id = 0;
        snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", (unsigned)pages_port, paths[i]);
        struct http_request request = {
            .method = STR("GET"), .url = str_from_z(url), .timeout_ms = 5000 };
        CHECK(!world->ops->http_request(world, &request, on_page, &page, &id), "%s", url);
        for (int wait = 0; wait < 100 && !page.replies; wait++)
            office_live(office, 50);
        CHECK(page.replies == 1, "%s: no page", url);
    }
}

/* A fault leaves no core file, for memory holds the tokens, even where cores are asked for. */
static bool leaves_a_core(pid_t child)
{
    int status = 0;
    CHECK(kill(child, SIGQUIT) == 0 && waitpid(child, &status, 0) == child, "the fault");
    CHECK(WIFSIGNALED(status), "it survived: %d", status);
    return WCOREDUMP(status);
}

static void no_core(struct office *office)
{
    struct rlimit before, unlimited = { RLIM_INFINITY, RLIM_INFINITY };
    char here[256];
    CHECK(getrlimit(RLIMIT_CORE, &before) == 0 && getcwd(here, sizeof(here)), "limits");
    unlimited.rlim_max = unlimited.rlim_cur = before.rlim_max;
    CHECK(setrlimit(RLIMIT_CORE, &unlimited) == 0 && chdir(office->folder) == 0, "limits");
    pid_t other = fork();
    while (other == 0)
        pause();
    cores_are_possible = leaves_a_core(other);
    CHECK(system("rm -f core core.*") == 0, "the other's core");
    office_start(office, "2031-03-06T12:00:00Z", "1");
    office_live(office, 300);
    CHECK(!leaves_a_core(office->daemon), "a core file");
    office->daemon = 0;
    CHECK(setrlimit(RLIMIT_CORE, &before) == 0 && chdir(here) == 0, "limits");
}

static void all_commands(struct office *office)
{
    (void)RUN(office, "status");
    keep(office, "out");
    (void)RUN(office, "explain", "ada@example.com");
    keep(office, "out");
    (void)RUN(office, "digest", "--manager", "max@example.com", "--week", "2031-W10");
    keep(office, "out");
    (void)RUN(office, "check");
    keep(office, "out");
    (void)RUN(office, "preview", "words/lot", "--platform", "slack");
    keep(office, "out");
    (void)RUN(office, "backup", "copy.db");
    keep(office, "out");
    (void)RUN(office, "export", "answers");
    keep(office, "export");
    (void)RUN(office, "export", "answers", "--format", "jsonl");
    keep(office, "export");
}

static void a_life(struct office *office)
{
    CHECK(RUN(office, "resume") == 0, "%s", office->err);
    keep(office, "out");
    office_start(office, "2031-03-04T09:29:00Z", "150");
    CHECK(office_gets(office, ADA, "manager"), "no notice");
    search_process(office);
    say(office, "SMALLTALKCANARY to the bot");
    say(office, "/nudge SLASHCANARY");
    all_pages(office);
    CHECK(office_stop(office, SIGTERM) == 0, "stop");
    office_start(office, "2031-03-05T09:29:00Z", "150");
    CHECK(office_gets(office, ADA, "What was hard this week?"), "no reflection");
    say(office, "REFLECTCANARY was hard");
    office_live(office, 500);
    kill(office->daemon, SIGHUP);
    office_live(office, 300);
    all_commands(office);
    CHECK(office_stop(office, SIGKILL) == 128 + SIGKILL, "kill");
    office_start(office, "2031-03-06T09:29:00Z", "150");
    CHECK(office_gets(office, ADA, "Where does a good point wait?"), "no question");
    say(office, "ANSWERCANARY and no parking lot");
    CHECK(office_gets(office, ADA, "So that it is not lost."), "no feedback");
    all_commands(office);
    all_pages(office);
    CHECK(office_stop(office, SIGTERM) == 0, "stop");
    all_commands(office);
    CHECK(is_in_file(office, "state/nudged.db", "ANSWERCANARY"), "the answer was never stored");
    CHECK(is_in_file(office, "state/nudged.db", "REFLECTCANARY"), "nor the reflection");
}

static void wrong_tokens(struct office *office)
{
    static const char *const tokens[] = { "xoxb-revoked-CANARY", "xoxb-with blank-CANARY" };
    for (size_t i = 0; i < COUNT(tokens); i++) {
        write_secret(office, "secrets/slack_bot_token", tokens[i]);
        office_start(office, "2031-03-06T12:00:00Z", "20");
        office_live(office, 700);
        if (i == 0) {
            all_commands(office);
            all_pages(office);
        }
        (void)office_stop(office, SIGTERM);
    }
    write_secret(office, "secrets/slack_bot_token", TOKEN_BOT);
    office_config(office, "slack_bot_token: xoxb-in-yaml-CANARY");
    all_commands(office);
    (void)RUN(office, "run");
    keep(office, "out");
    (void)RUN(office, "status", "--token", "x");
    keep(office, "out");
    office_config(office, "");
}

/* An API that says back what it was told, in every way a failure can look. */
struct echo { struct listener *listener; int turn, asked; };

static void serve_echo(void *arg, struct exchange *exchange, const struct listen_request *request)
{
    static const struct { int status; const char *before, *after; } replies[] = {
        { 500, "<html>", "</html>" }, { 403, "", "" }, { 302, "", "" }, { 200, "{\"x\":\"", "" },
        { 200, "{\"ok\":false,\"error\":\"", "\"}" }, { 404, "{\"error\":\"", "\"}" },
        { 200, "{\"ok\":false,\"error\":\"invalid_auth\",\"needed\":\"", "\"}" },
        { 200, "{\"ok\":true,\"team_id\":\"T0FIRST\",\"user_id\":\"",
            "\",\"url\":\"wss://evil.example/link?ticket-CANARY\"}" },
    };
    struct echo *echo = arg;
    char told[200], body[500];
    struct str token = exchange_header(exchange, STR("authorization"));
    snprintf(told, sizeof(told), "xoxb-echoed %.*s", STR_ARG(token));
    size_t turn = (size_t)echo->turn++ % COUNT(replies);
    snprintf(body, sizeof(body), "%s%s%s", replies[turn].before, told, replies[turn].after);
    struct http_header to = { STR("Location"), STR("https://evil.example/ticket-CANARY") };
    exchange_reply(
        exchange, replies[turn].status, STR("application/json"), str_from_z(body), &to, 1);
    echo->asked += request->body.len < SIZE_MAX;
}

static void lied_to(struct office *office)
{
    static const char *const schemes[] = { "http", "https" };
    struct listen_options options = { .port = 0 };
    struct echo echo = { NULL, 0, 0 };
    CHECK(!listener_new(office->loop, &options, serve_echo, &echo, &echo.listener), "listener");
    for (size_t i = 0; i < COUNT(schemes); i++) {
        char more[400];
        snprintf(more, sizeof(more),
            "organisation: Example Words\nlegal_basis: A fictional agreement.\ntimezone: Etc/UTC\n"
            "state_dir: state\ncontent: prompts\npeople: people.csv\nadmins: [max@example.com]\n"
            "slack: {api_url: \"%s://127.0.0.1:%u/api/\"}\n", schemes[i],
            (unsigned)listener_port(echo.listener));
        office_write(office, "nudged.yaml", more);
        for (int round = 0; round < (i ? 1 : 8); round++) {
            echo.turn = round;
            office_start(office, "2031-03-06T12:00:00Z", "1");
            office_live(office, 500);
            (void)RUN(office, "status");
            keep(office, "out");
            (void)office_stop(office, SIGTERM);
        }
    }
    CHECK(echo.asked >= 8, "the echo was asked %d times: %s", echo.asked,
        office_file(office, "log"));
    listener_free(echo.listener);
    office_config(office, "");
}

int main(void)
{
    struct office *office = office_open("T0FIRST");
    office->app_token = office->bot_token = NULL;
    office_write(office, "prompts/decks/words.yaml", deck);
    write_secret(office, "secrets/slack_bot_token", TOKEN_BOT);
    write_secret(office, "secrets/slack_app_token", TOKEN_APP);
    setenv("CREDENTIALS_DIRECTORY", office_path(office, "secrets"), 1);
    const char *count = getenv("COUNT");
    int formats = count && strcmp(count, "1") == 0 ? 1 : 2; /* of the log */
    for (int format = 0; format < formats; format++) {
        char config[120];
        pages_port = free_port();
        snprintf(config, sizeof(config), "log: {format: %s}\nhealth: {listen: \"127.0.0.1:%u\"}",
            format ? "json" : "logfmt", (unsigned)pages_port);
        office_config(office, config);
        if (format == 0)
            a_life(office);
        wrong_tokens(office);
        lied_to(office);
    }
    setenv("CREDENTIALS_DIRECTORY", office_path(office, "nowhere"), 1);
    office->bot_token = "xoxb-in-environment-CANARY";
    office->app_token = TOKEN_APP;
    office_start(office, "2031-03-06T12:00:00Z", "1");
    office_live(office, 500);
    (void)office_stop(office, SIGTERM);
    no_core(office);
    CHECK(strlen(office_file(office, "log")) > 1000, "a life without a log");
    search_folder(office->folder);
    office_close(office);
    printf("proved: %zu secrets and words of people in %llu files, %llu pages of monitoring among "
           "them, %llu bytes: 0 where they must not be; %s\n",
        COUNT(canaries), (unsigned long long)files_searched, (unsigned long long)pages_kept,
        (unsigned long long)bytes_searched,
        cores_are_possible ? "a fault leaves no core" : "this machine keeps no cores");
    return 0;
}
