#include "bench/company.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROMPTS = 40 };

static FILE *create(const struct company *company, const char *name);
static void finish(FILE *file, const char *name);
static void make_folder(const struct company *company, const char *name);
static void write_people(const struct company *company);
static void write_deck(const struct company *company);
static void die(const char *what, const char *name);
static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where);

void company_make(struct company *company, uint32_t people)
{
    const char *base = getenv("TMPDIR");
    company->people = people;
    (void)snprintf(company->folder, sizeof(company->folder), "%s/nudged-bench-XXXXXX",
        base && *base && strlen(base) < 40 ? base : "/tmp");
    if (!mkdtemp(company->folder))
        die("cannot make a temporary folder", company->folder);
    make_folder(company, "prompts");
    make_folder(company, "prompts/decks");
    make_folder(company, "state");
    write_people(company);
    write_deck(company);
    FILE *skills = create(company, "prompts/skills.yaml");
    fputs("skills:\n  - id: care\n    name: Care\n    roles: [Agent]\n"
          "    behaviours:\n      - looks twice before sending\n",
        skills);
    finish(skills, "prompts/skills.yaml");
}

void company_remove(struct company *company)
{
    (void)nftw(company->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

struct config company_config(
    const struct company *company, const char *api_url, struct arena *arena)
{
    struct config config = {
        .settings = { .organisation = STR("Example Bikes"),
            .zone = STR("Etc/UTC"),
            .hours = HOURS_DEFAULT,
            .cap = 1,
            .new_per_week = 15,
            .min_gap_days = 1,
            .visibility = VISIBILITY_SKILLS,
            .digest_minute = 8 * 60 + 30,
            .legal_basis = STR("A fictional works agreement; taking part is voluntary.") },
        .state_folder = str_format(arena, "%s/state", company->folder),
        .prompts_folder = str_format(arena, "%s/prompts", company->folder),
        .people_file = str_format(arena, "%s/people.csv", company->folder),
        .slack_api_url = str_copy(arena, str_from_z(api_url)),
        .slack_posts_per_second = 0,
        .log_format = STR("logfmt"),
    };
    return config;
}

const char *company_config_file(
    const struct company *company, const char *api_url, struct arena *arena)
{
    FILE *file = create(company, "nudged.yaml");
    fprintf(file,
        "organisation: Example Bikes\n"
        "legal_basis: A fictional works agreement; taking part is voluntary.\n"
        "timezone: Etc/UTC\nstate_dir: state\ncontent: prompts\npeople: people.csv\n"
        "admins: [person0@example.com]\nnew_per_week: 15\n"
        "slack:\n  posts_per_second: 0\n  api_url: %s\n",
        api_url);
    finish(file, "nudged.yaml");
    return str_z(arena, str_format(arena, "%s/nudged.yaml", company->folder));
}

static FILE *create(const struct company *company, const char *name)
{
    char path[160];
    (void)snprintf(path, sizeof(path), "%s/%s", company->folder, name);
    FILE *file = fopen(path, "w");
    if (!file)
        die("cannot write", path);
    return file;
}

static void finish(FILE *file, const char *name)
{
    if (fclose(file))
        die("cannot write", name);
}

static void make_folder(const struct company *company, const char *name)
{
    char path[160];
    (void)snprintf(path, sizeof(path), "%s/%s", company->folder, name);
    if (mkdir(path, 0700))
        die("cannot make", path);
}

static void write_people(const struct company *company)
{
    FILE *file = create(company, "people.csv");
    fputs("id,email,name,role,manager,cohort,timezone,region,status,workdays\n", file);
    for (uint32_t i = 0; i < company->people; i++)
        fprintf(file, "%u,person%u@example.com,Person %u,Agent,,Support,Etc/UTC,DE,active,\n",
            i + 1, i, i);
    finish(file, "people.csv");
}

static void write_deck(const struct company *company)
{
    FILE *file = create(company, "prompts/decks/care.yaml");
    fputs("id: care\ntitle: Looking twice\nowner: person0@example.com\nskill: care\n"
          "audience:\n  roles: [Agent]\nsource: Common practice\nlanguage: en\n"
          "review_by: 2033-12-15\nprompts:\n",
        file);
    for (int p = 0; p < PROMPTS; p++) {
        fprintf(file,
            "  - id: prompt-%d\n    kind: choice\n    ask: >-\n"
            "      A customer writes for the third time about fault %d, each time to somebody else."
            " What do you do first?\n    options:\n",
            p, p);
        for (int o = 0; o < COMPANY_OPTIONS; o++)
            fprintf(file,
                "      - text: Way %d of fault %d\n%s        why: >-\n"
                "          This is the place where the author says why way %d is as it is, in the"
                " length in which authors say so.\n",
                o, p, o == 1 ? "        correct: true\n" : "", o);
    }
    finish(file, "prompts/decks/care.yaml");
}

static void die(const char *what, const char *name)
{
    fprintf(stderr, "bench: %s %s\n", what, name);
    exit(EXIT_FAILURE);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    (void)remove(path);
    return 0;
}
