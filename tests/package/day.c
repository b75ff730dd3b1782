/* Two days of an installed nudged: the configuration that the package brought, edited where it must
 * be, a simulated workspace on the loopback interface, one question answered, an upgrade, another.
 *
 *   package_day UPGRADE-COMMAND       (NUDGED_BINARY names what runs the installed program)
 *
 * Run by in_root.sh as root inside a fresh root; the program itself runs as the package's user. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/office.h"

#define DAY_1 "2031-03-04T09:29:00Z"
#define DAY_2 "2031-03-05T09:29:00Z"
#define DAY_3 "2031-03-06T09:29:00Z"
#define QUICK "150"

static void must(struct office *office, bool holds, const char *what);
static void must_run(struct office *office, const char *said, const char *const *words);
static void configure(struct office *office);
static void ask_and_answer(struct office *office, const char *day, const char *question,
                           const char *answer, const char *feedback);

int main(int argc, char **argv)
{
    if (argc != 2)
        return 64;
    struct office *office = office_open("T0PACKAGE");
    char made[sizeof office->folder];
    snprintf(made, sizeof made, "%s", office->folder);
    snprintf(office->folder, sizeof office->folder, "/etc/nudged");
    office->app_token = office->bot_token = NULL;       /* they are files, as credentials are */
    configure(office);
    must_run(office, "", (const char *const[]){ "check", "-c", "/etc/nudged/nudged.yaml", NULL });
    must_run(office, "sending is now on", (const char *const[]){ "resume", NULL });

    office_start(office, DAY_1, QUICK);
    must(office, office_gets(office, ADA, "manager"), "the privacy notice");
    must(office, office_status_says(office, "outbox: 0 waiting"), "an empty outbox");
    must(office, office_stop(office, SIGTERM) == 0, "a clean stop");
    ask_and_answer(office, DAY_2, "Where does a good point wait?", "parking lot",
                   "So that it is not lost.");

    must(office, system(argv[1]) == 0, "the upgrade");
    must_run(office, "parking lot", (const char *const[]){ "export", "answers", NULL });
    ask_and_answer(office, DAY_3, "What does it become at the end?", "an item",
                   "Somebody has to own it.");
    must_run(office, "parking lot", (const char *const[]){ "export", "answers", NULL });
    must(office, strstr(office->out, "an item") != NULL, "both answers");
    must(office, look_duplicate_posts(office->workspace) == 0, "no message twice");
    snprintf(office->folder, sizeof office->folder, "%s", made);
    office_close(office);
    puts("2 questions answered");
    return 0;
}

static void must(struct office *office, bool holds, const char *what)
{
    if (holds)
        return;
    printf("not there: %s\n%s\n%s\n%s\n", what, office->out, office->err,
           office_file(office, "log"));
    if (office->daemon)
        (void)office_stop(office, SIGKILL);
    exit(1);
}

static void must_run(struct office *office, const char *said, const char *const *words)
{
    must(office, office_run(office, words) == 0 && strstr(office->out, said), words[0]);
}

/* Only what an example cannot know. */
static void configure(struct office *office)
{
    char command[1024];
    struct str origin = sim_server_origin(office->server);
    office_write(office, "prompts/decks/words.yaml",
                 "id: words\ntitle: Words\nowner: max@example.com\nskill: words\nsource: Made up\n"
                 "prompts:\n"
                 "  - id: lot\n    kind: short\n    ask: Where does a good point wait?\n"
                 "    accept: [parking lot]\n    why: So that it is not lost.\n"
                 "  - id: list\n    kind: short\n    ask: What does it become at the end?\n"
                 "    accept: [an item]\n    why: Somebody has to own it.\n");
    office_write(office, "prompts/skills.yaml",
                 "skills:\n  - id: words\n    name: Finding words\n"
                 "    behaviours: [says the word]\n    roles: [Tester]\n");
    office_write(office, "people.csv",
                 "id,email,name,role,manager\n1,ada@example.com,Ada,Tester,3\n"
                 "3,max@example.com,Max,Tester,\n");
    snprintf(command, sizeof command,
             "sed -i -e 's|api_url: .*|api_url: %.*s/api/|' -e 's|posts_per_second: .*|"
             "posts_per_second: 0|' -e 's|^timezone: .*|timezone: Etc/UTC|' -e 's|to: \"16:30\"|"
             "to: \"09:35\"|' -e 's|robin.admin@|max@|' /etc/nudged/nudged.yaml && "
             "chmod -R g+rX,o+rX /etc/nudged/prompts /etc/nudged/people.csv",
             STR_ARG(origin));
    must(office, system(command) == 0, "an edited configuration");
}

static void ask_and_answer(struct office *office, const char *day, const char *question,
                           const char *answer, const char *feedback)
{
    office_start(office, day, QUICK);
    must(office, office_gets(office, ADA, question), question);
    must(office, human_say(office->workspace, office->ids[ADA], str_from_z(answer), NULL) == 0,
         "an answer");
    must(office, office_gets(office, ADA, feedback), feedback);
    must(office, office_stop(office, SIGTERM) == 0, "a clean stop");
}
