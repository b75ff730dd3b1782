/* Reads /proc/self, for the metrics every process is expected to have. Not through the world: it
 * decides nothing, and nobody simulates it. */
#include "app/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "nudged/base/str.h"

/* Of proc(5), counted behind the command's closing bracket, where field 3 is the first. */
enum { FIELD_STARTTIME = 22, FIELD_VSIZE = 23, FIELD_RSS = 24, FIELD_FIRST = 3 };

static struct str read_small(const char *path, char *room, size_t bytes);
static double field_of(struct str stat, int field);
static double boot_s(void);

void process_look(struct process_facts *out)
{
    char room[1024];
    struct rusage usage;
    struct rlimit files;
    struct str stat = read_small("/proc/self/stat", room, sizeof(room));
    size_t bracket = stat.len;
    while (bracket && stat.ptr[bracket - 1] != ')')
        bracket--;
    stat = str_trim(str_slice(stat, bracket, stat.len));
    *out = (struct process_facts){
        .virtual_bytes = field_of(stat, FIELD_VSIZE),
        .resident_bytes = field_of(stat, FIELD_RSS) * (double)sysconf(_SC_PAGESIZE),
        .start_s = field_of(stat, FIELD_STARTTIME) / (double)sysconf(_SC_CLK_TCK) + boot_s(),
    };
    if (!getrusage(RUSAGE_SELF, &usage))
        out->cpu_s = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
            (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    if (!getrlimit(RLIMIT_NOFILE, &files))
        out->max_fds = (double)files.rlim_cur;
    DIR *folder = opendir("/proc/self/fd");
    while (folder && readdir(folder))
        out->open_fds++;
    out->open_fds -= folder ? 3 : 0;    /* ".", ".." and the folder itself */
    if (folder)
        closedir(folder);
}

static struct str read_small(const char *path, char *room, size_t bytes)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? 0 : read(file, room, bytes);
    if (file >= 0)
        close(file);
    return (struct str){ room, got > 0 ? (size_t)got : 0 };
}

static double field_of(struct str stat, int field)
{
    struct str part = STR_EMPTY;
    double number = 0;
    for (int at = FIELD_FIRST; at <= field; at++)
        if (!str_next_part(&stat, ' ', &part))
            return 0;
    return str_to_double(part, &number) ? number : 0;
}

/* Instant of the machine's start, as far as the wall clock tells. */
static double boot_s(void)
{
    struct timespec wall, since;
    if (clock_gettime(CLOCK_REALTIME, &wall) || clock_gettime(CLOCK_BOOTTIME, &since))
        return 0;
    return (double)(wall.tv_sec - since.tv_sec) + (double)(wall.tv_nsec - since.tv_nsec) / 1e9;
}
