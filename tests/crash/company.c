/* A small company with a short working day, so that many days fit into a test. */
#include "crash/company.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { PROMPTS = 60 };

static FILE *create(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (!file)
        abort();
    return file;
}

static void write_deck(const char *folder, unsigned long edition)
{
    FILE *file = create(folder, "prompts/decks/days.yaml");
    fputs("id: days\ntitle: Days\nowner: p0@example.com\nskill: days\nsource: Made up\n"
          "min_gap_days: 0\nprompts:\n",
        file);
    for (unsigned i = 0; i < PROMPTS; i++)
        fprintf(file,
            "  - id: day-%u\n    kind: choice\n    ask: Which number is %u?\n    options:\n"
            "      - text: Number %u\n        correct: true\n        why: It is written so.\n"
            "      - text: Number %lu\n        why: It is more.\n",
            i, i, i, i + 1 + (i == edition % PROMPTS ? edition : 0));
    fclose(file);
}

static void write_people(const char *folder, unsigned long edition)
{
    FILE *people = create(folder, "people.csv");
    fputs("id,email,name,role,manager\n", people);
    for (unsigned i = 0; i < CRASH_PEOPLE; i++)
        fprintf(people, "%u,p%u@example.com,Person %u,%s,%s\n", i, i, i,
            i == 5 && edition % 2 ? "Taster" : "Tester", i ? "0" : "");
    fclose(people);
}

void crash_write_edition(const char *folder, unsigned long edition)
{
    write_deck(folder, edition);
    write_people(folder, edition);
}

void crash_write_company(const char *folder, struct str origin)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/prompts", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof(path), "%s/prompts/decks", folder);
    mkdir(path, 0700);
    crash_write_edition(folder, 0);
    FILE *skills = create(folder, "prompts/skills.yaml");
    fputs("skills:\n  - id: days\n    name: Days\n    behaviours: [says which day it is]\n"
          "    roles: [Tester, Taster]\n",
        skills);
    fclose(skills);
    FILE *config = create(folder, "nudged.yaml");
    fprintf(config,
        "organisation: Example Days\nlegal_basis: A fictional agreement.\n"
        "timezone: Etc/UTC\nstate_dir: state\ncontent: prompts\npeople: people.csv\n"
        "admins: [p0@example.com]\nnew_per_week: 15\nmin_gap_days: 0\n"
        "hours: {from: \"09:10\", to: \"10:40\"}\ndigest: {weekday: mon, time: \"09:05\"}\n"
        "slack: {api_url: \"%.*s/api/\", posts_per_second: 0}\n",
        STR_ARG(origin));
    fclose(config);
}

void crash_add_people(struct workspace *workspace, struct str ids[CRASH_PEOPLE])
{
    for (int i = 0; i < CRASH_PEOPLE; i++) {
        char name[16], email[32];
        snprintf(name, sizeof(name), "p%d", i);
        snprintf(email, sizeof(email), "p%d@example.com", i);
        struct workspace_user user = { .name = str_from_z(name),
            .real_name = str_from_z(name),
            .email = str_from_z(email),
            .tz = STR("Etc/UTC") };
        if (workspace_add_user(workspace, &user, &ids[i]))
            abort();
    }
}
