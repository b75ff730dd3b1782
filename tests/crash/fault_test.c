/* Every call on the disk of a scripted day fails once, in another way each time: opening, reading,
 * writing (nothing, or half of it), syncing, cutting, deleting, mapping shared memory; and a full
 * disk stays full for a while. Nothing may be acknowledged that is not stored; the daemon refuses
 * and goes on, or ends with 74 and is started again; at the end of the day everybody has been asked
 * and was told what is stored.
 *
 * COUNT (600) faults, spread evenly over the calls, SEED (1). NUDGED_FAULT_AT, NUDGED_FAULT: only
 * this one. Ends with "proved: ..."; exit 1 at the first broken promise. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash/day.h"

enum { FULL_CALLS = 40 }; /* so long a disk stays full */

enum kind { KIND_EIO, KIND_ENOSPC, KIND_HALF, KIND_FULL, KINDS };
static const char *const kind_names[KINDS] = { "EIO", "ENOSPC", "half", "full" };
static const char *const call_names[MEM_CALLS] = { "open", "create", "read", "write", "sync",
    "truncate", "delete", "shm" };

struct trouble {
    unsigned long at, calls;
    enum kind kind;
    enum mem_call met; /* MEM_CALLS: not reached */
};

/* What a child tells its parent. */
struct told {
    unsigned long calls, ends, refused_starts;
    enum mem_call met;
};

/* As SQLite's own VFS for Unix translates what the kernel says. */
static int code_of(enum mem_call call, enum kind kind)
{
    static const int io[MEM_CALLS] = { SQLITE_CANTOPEN, SQLITE_CANTOPEN, SQLITE_IOERR_READ,
        SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_DELETE,
        SQLITE_IOERR_SHMMAP };
    if (kind == KIND_EIO || call == MEM_OPEN || call == MEM_READ)
        return kind == KIND_FULL ? SQLITE_OK : io[call];
    if (call == MEM_WRITE)
        return SQLITE_FULL;
    if (call == MEM_SHM)
        return SQLITE_IOERR_SHMSIZE;
    return call == MEM_CREATE ? SQLITE_CANTOPEN : io[call];
}

static int meet(void *arg, struct mem_op *op)
{
    struct trouble *fault = arg;
    unsigned long number = ++fault->calls;
    bool lasts = fault->kind == KIND_FULL && number < fault->at + FULL_CALLS &&
        (op->call == MEM_WRITE || op->call == MEM_CREATE);
    if (!fault->at || number < fault->at || (number > fault->at && !lasts))
        return SQLITE_OK;
    if (number == fault->at)
        fault->met = op->call;
    op->partial = fault->kind == KIND_HALF ? op->len / 2 : 0;
    return code_of(op->call, fault->kind);
}

static unsigned long number_of(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text && text[0] ? strtoul(text, NULL, 10) : otherwise;
}

static struct told live(struct day *day, struct trouble *fault)
{
    struct told told = { .met = MEM_CALLS };
    int ends[2], status = 1;
    REQUIRE(pipe(ends) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        day_own_files(day);
        fault->met = MEM_CALLS;
        day->ends_only_with_74 = true;
        mem_disk_watch(day->play->disk, meet, fault);
        day_play(day);
        mem_disk_watch(day->play->disk, NULL, NULL);
        day_check(day);
        told = (struct told){ fault->calls, day->ends, day->refused_starts, fault->met };
        REQUIRE(write(ends[1], &told, sizeof(told)) == sizeof(told));
        day_end(day);
        _exit(0);
    }
    (void)close(ends[1]);
    bool heard = read(ends[0], &told, sizeof(told)) == sizeof(told);
    (void)close(ends[0]);
    if (waitpid(child, &status, 0) != child || status || !heard) {
        printf("BROKEN by %s at call %lu; again: NUDGED_FAULT_AT=%lu NUDGED_FAULT=%d and the "
               "command of the goal\n",
            kind_names[fault->kind], fault->at, fault->at, fault->kind);
        exit(1);
    }
    return told;
}

int main(void)
{
    static struct day day;
    unsigned long met[MEM_CALLS + 1] = { 0 }, faults = 0, ends = 0, refused = 0;
    unsigned long count = number_of("COUNT", 600), seed = number_of("SEED", 1);
    setvbuf(stdout, NULL, _IOLBF, 0);
    day_begin(&day, seed, false);
    struct trouble none = { 0 };
    unsigned long calls = live(&day, &none).calls, only = number_of("NUDGED_FAULT_AT", 0);
    printf("a day has %lu calls on its disk\n", calls);
    for (unsigned long i = 0; i < (only ? 1 : count); i++) {
        struct trouble fault = { .at = 1 + (i * calls / count + seed * 31) % calls,
            .kind = (enum kind)((i + seed) % KINDS) };
        if (only)
            fault = (struct trouble){ .at = only,
                .kind = (enum kind)(number_of("NUDGED_FAULT", 0) % KINDS) };
        struct told told = live(&day, &fault);
        faults += told.met != MEM_CALLS;
        met[told.met]++;
        ends += told.ends;
        refused += told.refused_starts;
    }
    for (size_t i = 0; i < MEM_CALLS; i++)
        printf("%6lu failed: %s\n", met[i], call_names[i]);
    day_end(&day);
    if (faults * 10 < count * 9 && !only) {
        printf("BROKEN: only %lu faults were met\n", faults);
        return 1;
    }
    printf("proved: %lu failed calls on the disk, %lu ends with 74, %lu refused starts, 0 answers "
           "lost, 0 doubled\n",
        faults, ends, refused);
    return 0;
}
