/* A real daemon is killed at one write, sync or rename after the other, spread evenly over a whole
 * working day, and lives that day to its end after a restart. The simulated workspace is the
 * oracle. Several companies live at once, each in a process of its own.
 *
 * NUDGED_BINARY     the daemon (a release build: sanitizers do not go with a preloaded library)
 * NUDGED_SHIM       the library that kills
 * COUNT or NUDGED_KILLS, SEED
 *                   how many days with a kill (100), and which points (1)
 * NUDGED_FAULTS     set: on each day a call fails on a file, instead of a kill
 * NUDGED_COMPANIES  how many at once (6)
 * NUDGED_KILL_AT, NUDGED_AGAIN_AT, NUDGED_FAULT_AT, NUDGED_FAULT
 *                   always this, to look closer at a point that was broken
 * SCRATCH           where the companies' folders go (/tmp)
 * Ends with "proved: ..."; exit 1 at the first broken promise. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash/life.h"

enum { COMPANIES_MAX = 16, SUMS_MAX = 96 };

struct sum {
    char name[64];
    unsigned long count;
};

struct totals {
    struct sum sums[SUMS_MAX];
    size_t len;
};

static unsigned long number_of(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text && text[0] ? strtoul(text, NULL, 10) : otherwise;
}

static void plan_day(struct life *life, unsigned long point, unsigned long points,
    unsigned long all, unsigned long files, struct misfortune *misfortune)
{
    static const char *const faults[] = { "EIO", "ENOSPC", "EINTR", "SHORT" };
    unsigned long seed = number_of("SEED", 1);
    *misfortune = (struct misfortune){ 0 };
    if (getenv("NUDGED_FAULTS")) {
        misfortune->fault = faults[(point + seed) % COUNT(faults)];
        misfortune->fault_at = 1 + (point * files / points + seed * 7919) % files;
    } else {
        misfortune->kill_at = 1 + (point * all / points + seed * 7919) % all;
        misfortune->again_at = point % 5 == 0 ? 1 + life_draw(life, (uint32_t)all / 2) : 0;
    }
    if (getenv("NUDGED_KILL_AT") || getenv("NUDGED_FAULT_AT"))
        *misfortune = (struct misfortune){ .kill_at = number_of("NUDGED_KILL_AT", 0),
            .again_at = number_of("NUDGED_AGAIN_AT", 0),
            .fault_at = number_of("NUDGED_FAULT_AT", 0),
            .fault = getenv("NUDGED_FAULT") };
}

static void tell_counts(struct life *life)
{
    const struct life_counts *counts = &life->counts;
    const struct sum sums[] = { { "days", counts->days }, { "kills", counts->kills },
        { "faults", counts->faults }, { "refusals", counts->refusals },
        { "restarts", counts->restarts }, { "clicks", counts->clicks }, { "lines", counts->lines },
        { "commands", counts->commands }, { "digests", counts->digests },
        { "backups", counts->backups }, { "reloads", counts->reloads },
        { "migrations", counts->migrations }, { "rushed", counts->rushed },
        { "answers", (unsigned long)life_ask(life, "SELECT count(*) FROM answer") } };
    for (size_t i = 0; i < COUNT(sums); i++)
        fprintf(stderr, "%lu %s\n", sums[i].count, sums[i].name);
}

/* The company's process: its counts go to standard error, which is a pipe to the parent. */
static void run_company(unsigned company, unsigned companies, unsigned long points)
{
    static struct life life;
    unsigned long all = 0, files = 0;
    const char *scratch = getenv("SCRATCH");
    life_begin(&life, scratch ? scratch : "/tmp", company, number_of("SEED", 1) * 100 + company);
    life_day(&life, &(struct misfortune){ 0 });
    life_day(&life, &(struct misfortune){ 0 });
    life_calls(&life, &all, &files);
    if (company == 0)
        printf(
            "a day has %lu writes, syncs and renames, %lu of them on the database\n", all, files);
    for (unsigned long point = company; point < points; point += companies) {
        struct misfortune misfortune;
        plan_day(&life, point, points, all, files, &misfortune);
        life_day(&life, &misfortune);
    }
    tell_counts(&life);
    if (!getenv("NUDGED_KEEP"))
        life_end(&life);
}

static void add(struct totals *totals, const char *line)
{
    char *name = NULL;
    unsigned long count = strtoul(line, &name, 10);
    name += strspn(name, " ");
    name[strcspn(name, "\n")] = '\0';
    size_t at = 0;
    while (at < totals->len && strcmp(totals->sums[at].name, name) != 0)
        at++;
    if (at == totals->len && at < SUMS_MAX)
        snprintf(totals->sums[totals->len++].name, sizeof(totals->sums[0].name), "%s", name);
    if (at < SUMS_MAX)
        totals->sums[at].count += count;
}

static unsigned long total(const struct totals *totals, const char *name)
{
    for (size_t i = 0; i < totals->len; i++)
        if (strcmp(totals->sums[i].name, name) == 0)
            return totals->sums[i].count;
    return 0;
}

/* Starts the companies; gives the end of their pipe. */
static FILE *start(pid_t *children, unsigned companies, unsigned long points)
{
    int ends[2];
    if (pipe(ends))
        exit(1);
    for (unsigned i = 0; i < companies; i++) {
        fflush(stdout);
        children[i] = fork();
        if (children[i])
            continue;
        (void)close(ends[0]);
        dup2(ends[1], 2);
        run_company(i, companies, points);
        exit(0);
    }
    (void)close(ends[1]);
    return fdopen(ends[0], "r");
}

static bool all_ended_well(const pid_t *children, unsigned companies)
{
    bool well = true;
    for (unsigned i = 0; i < companies; i++) {
        int status = 1;
        well = waitpid(children[i], &status, 0) == children[i] && status == 0 && well;
    }
    return well;
}

int main(void)
{
    static struct totals totals;
    pid_t children[COMPANIES_MAX];
    char line[256];
    unsigned long points = number_of("COUNT", number_of("NUDGED_KILLS", 100));
    unsigned companies = (unsigned)number_of("NUDGED_COMPANIES", 6);
    bool faults = getenv("NUDGED_FAULTS") != NULL;
    companies = companies > COMPANIES_MAX ? COMPANIES_MAX : companies;
    companies = companies > points ? (unsigned)points : companies;
    if (!getenv("NUDGED_BINARY") || !getenv("NUDGED_SHIM")) {
        fputs("NUDGED_BINARY and NUDGED_SHIM must name the daemon and the shim\n", stderr);
        return 64;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    FILE *told = start(children, companies, points);
    while (told && fgets(line, sizeof(line), told))
        add(&totals, line);
    if (!all_ended_well(children, companies))
        return 1;
    for (size_t i = 0; i < totals.len; i++)
        printf("%6lu %s\n", totals.sums[i].count, totals.sums[i].name);
    unsigned long met = total(&totals, faults ? "faults" : "kills");
    unsigned long days = total(&totals, "days"), answers = total(&totals, "answers");
    unsigned long rushed = total(&totals, "rushed"), least = 2UL * companies + rushed;
    unsigned long whole = days > least ? days - least : 1; /* but the first 2 */
    if (met * 10 < points * 9 || rushed * 2 > days || answers < (days - rushed) * 3 ||
        total(&totals, "digests") * 4 < whole * 3 ||
        total(&totals, "backups") * 4 < whole * 3 || total(&totals, "reloads") * 4 < whole * 3) {
        printf("too little happened on these days to prove anything\n");
        return 1;
    }
    if (faults)
        printf("proved: %lu failed calls on files of a real daemon, %lu ends with 74, %lu answers, "
               "0 lost, 0 doubled\n",
            met, total(&totals, "refusals"), answers);
    else
        printf("proved: %lu kill points, %lu migrations, %lu backups, %lu digests, %lu answers, "
               "0 lost, 0 doubled\n",
            met, total(&totals, "migrations"), total(&totals, "backups"), total(&totals, "digests"),
            answers);
    return 0;
}
