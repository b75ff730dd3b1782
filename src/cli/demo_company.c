/* The demo's company: the shipped decks and the sample people, written as ordinary files that the
 * visitor may edit, and the same people as users of the simulated workspace. */
#include "demo.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "demo_company.h"
#include "demo_decks.h"

static const char configuration[] =
    "# The demo's configuration. Everything here is fictional; edit it, and the decks beside it.\n"
    "organisation: Example Bikes\n"
    "legal_basis: A fictional works agreement; taking part is voluntary.\n"
    "timezone: Europe/Berlin\n"
    "state_dir: state\n"
    "content: prompts\n"
    "people: people.csv\n"
    "holidays: holidays.yaml\n"
    "admins: [robin.adeyemi@example.com]\n"
    "# Not the defaults (3 and 7), with which a real team does well: so a visitor who stays for\n"
    "# a few days sees more kinds of question, and some of them come back.\n"
    "new_per_week: 5\n"
    "min_gap_days: 3\n"
    "visibility: skills\n"
    "slack:\n"
    "  posts_per_second: 0\n";

static enum err write_file(struct demo *demo, const char *folder, const char *name,
                           struct str bytes);
static enum err make_folder(struct demo *demo, const char *name);
static int add_user(struct demo *demo, const struct people_row *row);
static bool manages(const struct people *people, struct str id);

int demo_company_files(struct demo *demo)
{
    enum err err = make_folder(demo, "prompts");
    if (!err)
        err = make_folder(demo, "prompts/decks");
    for (size_t i = 0; !err && i < DEMO_DECKS_COUNT; i++)
        err = write_file(demo, "prompts/decks/", demo_decks[i].name,
                         (struct str){ (const char *)demo_decks[i].bytes, demo_decks[i].len });
    for (size_t i = 0; !err && i < DEMO_COMPANY_COUNT; i++) {
        bool skills = str_equal(str_from_z(demo_company[i].name), STR("skills.yaml"));
        err = write_file(demo, skills ? "prompts/" : "", demo_company[i].name,
                         (struct str){ (const char *)demo_company[i].bytes, demo_company[i].len });
    }
    if (!err)
        err = write_file(demo, "", "nudged.yaml", str_from_z(configuration));
    if (!err)
        return EXIT_OK;
    fprintf(stderr, "nudged demo: %.*s cannot be written: %s\n", STR_ARG(demo->folder),
            err_text(err));
    return EXIT_IO;
}

int demo_company_people(struct demo *demo)
{
    struct people people;
    struct faults faults;
    faults_init(&faults, &demo->arena);
    if (people_load(demo->config.people_file, &demo->arena, &faults, &people)) {
        fputs("nudged demo: people.csv has mistakes; see nudged check\n", stderr);
        return EXIT_DATA;
    }
    for (size_t i = 0; i < people.rows_len; i++) {
        int code = add_user(demo, &people.rows[i]);
        if (code)
            return code;
        struct demo_person *added = &demo->people[demo->people_len - 1];
        added->manages = manages(&people, people.rows[i].external_id);
        bool may_play = !added->manages && people.rows[i].manager.len && !demo->hero;
        if (may_play)
            demo->hero = demo->people_len - 1;
    }
    return EXIT_OK;
}

struct str demo_manifest(void)
{
    for (size_t i = 0; i < DEMO_COMPANY_COUNT; i++)
        if (str_equal(str_from_z(demo_company[i].name), STR("slack-manifest.yaml")))
            return (struct str){ (const char *)demo_company[i].bytes, demo_company[i].len };
    return STR_EMPTY;
}

static enum err make_folder(struct demo *demo, const char *name)
{
    struct str path = str_format(&demo->arena, "%.*s/%s", STR_ARG(demo->folder), name);
    return mkdir(str_z(&demo->arena, path), 0700) && errno != EEXIST ? ERR_IO : OK;
}

/* A file that is there already is the visitor's and stays. */
static enum err write_file(struct demo *demo, const char *folder, const char *name,
                           struct str bytes)
{
    struct str path = str_format(&demo->arena, "%.*s/%s%s", STR_ARG(demo->folder), folder, name);
    int fd = open(str_z(&demo->arena, path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST ? OK : ERR_IO;
    ssize_t written = write(fd, bytes.ptr, bytes.len);
    int closed = close(fd);
    return written == (ssize_t)bytes.len && !closed ? OK : ERR_IO;
}

static int add_user(struct demo *demo, const struct people_row *row)
{
    if (demo->people_len == DEMO_PEOPLE_MAX) {
        fprintf(stderr, "nudged demo: people.csv has more than %d people\n", DEMO_PEOPLE_MAX);
        return EXIT_DATA;
    }
    struct demo_person *person = &demo->people[demo->people_len++];
    struct str handle = str_slice(row->email, 0, str_find(row->email, '@'));
    struct workspace_user user = {
        .name = handle, .real_name = row->name, .email = row->email, .tz = row->zone,
        .title = row->role,
    };
    const struct zone *zone = zones_get(demo->zones, row->zone);
    if (zone)
        user.tz_offset_s = zone_offset_s(zone, world_now(loop_world(demo->loop)));
    struct str id;
    if (workspace_add_user(demo->workspace, &user, &id))
        return EXIT_SOFTWARE;
    *person = (struct demo_person){ .user_id = str_copy(&demo->arena, id), .name = row->name,
                                    .email = row->email, .role = row->role };
    return EXIT_OK;
}

static bool manages(const struct people *people, struct str id)
{
    for (size_t i = 0; i < people->rows_len; i++)
        if (str_equal(people->rows[i].manager, id))
            return true;
    return false;
}
