/* Owns the watching of one folder: tells that something in it may have changed, not what.
 *
 * The folder is watched, not its files: editors save by renaming over, which would leave a watch on
 * the old inode. Odd: every 60 s the folder is also read (in the thread pool) and compared by
 * names, inodes, sizes and times, because kernel events get lost on network file systems and when
 * the folder itself was replaced. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/inside.h"

enum {
    WATCH_QUIET_MS = 500,
    WATCH_WAIT_MAX_MS = 5000,
    WATCH_RESCAN_MS = 60000,
    WATCH_FILES_MAX = 10000
};

struct watch {
    uv_fs_event_t event;
    struct timer *quiet, *rescan;
    struct loop *loop;
    char *folder;
    world_fn *fn;
    void *arg;
    uint64_t seen, found;           /* fingerprint last known; the one a scan just made */
    struct mono first_change;       /* of the changes not yet told; 0 ms: none */
    bool scanning, freed, event_closed;
};

static void watch_changed(uv_fs_event_t *event, const char *name, int events, int status);
static void watch_note_change(struct watch *watch);
static void watch_quiet(void *arg);
static void watch_rescan(void *arg);
static void watch_scan_work(void *arg);
static void watch_scan_done(void *arg);
static void watch_event_closed(uv_handle_t *handle);
static void watch_release(struct watch *watch);
static uint64_t watch_fingerprint(const char *folder);

struct watch *watch_new(struct world *world, struct str folder, world_fn *fn, void *arg)
{
    struct watch *watch = heap_new(struct watch);
    if (!watch)
        return NULL;
    watch->loop = loop_of(world);
    watch->fn = fn;
    watch->arg = arg;
    watch->folder = heap_z(folder);
    watch->quiet = timer_new(world, watch_quiet, watch);
    watch->rescan = timer_new(world, watch_rescan, watch);
    uv_fs_event_init(&watch->loop->uv, &watch->event);
    watch->event.data = watch;
    if (!watch->folder || !watch->quiet || !watch->rescan ||
        uv_fs_event_start(&watch->event, watch_changed, watch->folder, 0)) {
        watch_free(watch);
        return NULL;
    }
    watch->seen = watch_fingerprint(watch->folder);
    timer_after(watch->rescan, (struct duration){ WATCH_RESCAN_MS });
    return watch;
}

void watch_free(struct watch *watch)
{
    if (!watch)
        return;
    timer_free(watch->quiet);
    timer_free(watch->rescan);
    watch->freed = true;
    uv_close((uv_handle_t *)&watch->event, watch_event_closed);
}

static void watch_changed(uv_fs_event_t *event, const char *name, int events, int status)
{
    (void)name, (void)events, (void)status;
    watch_note_change(event->data);
}

/* Waits for quiet, but not for ever: a folder written to without pause is told every 5 s. */
static void watch_note_change(struct watch *watch)
{
    struct mono now = clock_mono(&watch->loop->world);
    if (watch->first_change.ms == 0)
        watch->first_change = now;
    int64_t left_ms = watch->first_change.ms + WATCH_WAIT_MAX_MS - now.ms;
    timer_after(watch->quiet,
                (struct duration){ left_ms < WATCH_QUIET_MS ? left_ms : WATCH_QUIET_MS });
}

static void watch_quiet(void *arg)
{
    struct watch *watch = arg;
    watch->first_change = (struct mono){ 0 };
    watch->fn(watch->arg);
}

static void watch_rescan(void *arg)
{
    struct watch *watch = arg;
    timer_after(watch->rescan, (struct duration){ WATCH_RESCAN_MS });
    uv_fs_event_stop(&watch->event);
    (void)uv_fs_event_start(&watch->event, watch_changed, watch->folder, 0);
    if (!watch->scanning)
        watch->scanning =
            loop_job(&watch->loop->world, watch_scan_work, watch_scan_done, watch) == OK;
}

static void watch_scan_work(void *arg)
{
    struct watch *watch = arg;
    watch->found = watch_fingerprint(watch->folder);
}

static void watch_scan_done(void *arg)
{
    struct watch *watch = arg;
    watch->scanning = false;
    if (watch->freed) {
        watch_release(watch);
        return;
    }
    if (watch->found != watch->seen)
        watch_note_change(watch);
    watch->seen = watch->found;
}

static void watch_event_closed(uv_handle_t *handle)
{
    struct watch *watch = handle->data;
    watch->event_closed = true;
    watch_release(watch);
}

static void watch_release(struct watch *watch)
{
    if (watch->scanning || !watch->event_closed)
        return;
    free(watch->folder);
    free(watch);
}

/* A sum over the entries, so that the order of reading does not matter. 0: cannot be read. */
static uint64_t watch_fingerprint(const char *folder)
{
    uint64_t sum = 1;
    int count = 0;
    DIR *dir = opendir(folder);
    if (!dir)
        return 0;
    for (struct dirent *entry = readdir(dir); entry && count < WATCH_FILES_MAX;
         entry = readdir(dir)) {
        struct stat about;
        if (fstatat(dirfd(dir), entry->d_name, &about, 0))
            continue;
        uint64_t parts[] = { about.st_ino, (uint64_t)about.st_size, (uint64_t)about.st_mtim.tv_sec,
                             (uint64_t)about.st_mtim.tv_nsec };
        uint64_t hash = 14695981039346656037u;      /* FNV-1a, 64 bits */
        for (const char *at = entry->d_name; *at; at++)
            hash = (hash ^ (unsigned char)*at) * 1099511628211u;
        for (size_t i = 0; i < COUNT(parts); i++)
            hash = (hash ^ parts[i]) * 1099511628211u;
        sum += hash;
        count++;
    }
    closedir(dir);
    return sum;
}
