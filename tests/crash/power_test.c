/* Power cuts over the whole scripted day. Every write, truncation, sync and deletion of the day is
 * logged; then images of the disk are made as a power cut at any point of the log may leave it, and
 * the store is opened on each as at boot. What was acknowledged before the cut must be there.
 *
 * An image keeps of what was not synced: nothing, everything, some whole writes, some sectors of
 * 512 bytes, or everything but a torn last write. What was written after something lost may
 * survive: that is a reordering. A new file exists from its first sync on, or by luck before.
 *
 * Control: the same day with synchronous = NORMAL, on whose images acknowledged answers must be
 * missing; otherwise these images would prove nothing.
 *
 * A sample of the cuts is lived on by the whole daemon, to the end of the day.
 *
 * COUNT (2000) images, SEED (1). Ends with "proved: ..."; exit 1 at the first broken promise. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash/day.h"

enum { SECTOR = 512, FILES_MAX = 8, OPS_MAX = 1 << 16, IMAGES_A_LIFE = 100 };

/* KEEP_NOTHING is what a careful disk leaves, KEEP_ALL what a kill -9 leaves. */
enum keep { KEEP_NOTHING, KEEP_ALL, KEEP_WRITES, KEEP_SECTORS, KEEP_TORN, KEEPS };

struct op {
    enum mem_call call;
    int file;
    uint64_t offset;
    unsigned char *bytes;
    size_t len;
    bool syncs_folder;
};

struct image_file {
    char path[64];
    unsigned char *bytes; /* as synced last */
    size_t len, cap;
    bool exists;
    bool fresh; /* while logging: created and never synced */
};

struct record {
    struct op ops[OPS_MAX];
    size_t len;
    uint64_t mark; /* = len, for the day */
    struct image_file files[FILES_MAX];
    size_t files_len;
};

struct counts {
    unsigned long images, lost, damaged, unopened, lives;
    unsigned long kept[KEEPS];
};

static uint64_t dice;

static uint32_t draw(uint32_t bound)
{
    dice = dice * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(dice >> 33) % bound;
}

static unsigned long number_of(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text && text[0] ? strtoul(text, NULL, 10) : otherwise;
}

/* -- the log ------------------------------------------------------------------------------- */

static int file_of(struct record *record, const char *path)
{
    for (size_t i = 0; i < record->files_len; i++)
        if (strcmp(record->files[i].path, path) == 0)
            return (int)i;
    REQUIRE(record->files_len < FILES_MAX && strlen(path) < sizeof(record->files[0].path));
    struct image_file *file = &record->files[record->files_len];
    *file = (struct image_file){ 0 };
    memcpy(file->path, path, strlen(path));
    return (int)record->files_len++;
}

static int note(void *arg, struct mem_op *op)
{
    struct record *record = arg;
    if (op->call == MEM_OPEN || op->call == MEM_READ || op->call == MEM_SHM)
        return SQLITE_OK;
    REQUIRE(record->len < OPS_MAX);
    struct op *to = &record->ops[record->len++];
    *to = (struct op){ .call = op->call, .file = file_of(record, op->path), .offset = op->offset };
    struct image_file *file = &record->files[to->file];
    to->len = op->len;
    to->syncs_folder =
        (op->call == MEM_SYNC && file->fresh) || (op->call == MEM_DELETE && op->offset);
    file->fresh = op->call == MEM_CREATE || (file->fresh && op->call != MEM_SYNC);
    if (op->bytes && op->len) {
        to->bytes = malloc(op->len);
        REQUIRE(to->bytes);
        memcpy(to->bytes, op->bytes, op->len);
    }
    record->mark = record->len;
    return SQLITE_OK;
}

static void resize(struct image_file *file, size_t len)
{
    if (len > file->cap) {
        file->cap = len * 2;
        file->bytes = realloc(file->bytes, file->cap);
        REQUIRE(file->bytes);
    }
    if (len > file->len)
        memset(file->bytes + file->len, 0, len - file->len);
    file->len = len;
}

static void put(struct image_file *file, uint64_t offset, const unsigned char *bytes, size_t len)
{
    if (offset + len > file->len)
        resize(file, offset + len);
    memcpy(file->bytes + offset, bytes, len);
}

static void apply(struct image_file *file, const struct op *op)
{
    if (op->call == MEM_CREATE || op->call == MEM_DELETE)
        file->len = 0;
    if (op->call == MEM_CREATE || op->call == MEM_DELETE)
        file->exists = op->call == MEM_CREATE;
    if (op->call == MEM_WRITE)
        put(file, op->offset, op->bytes, op->len);
    if (op->call == MEM_TRUNCATE && op->offset < file->len)
        file->len = op->offset;
}

/* Part of an operation that nobody waited for. */
static void apply_by_luck(struct image_file *file, const struct op *op, enum keep keep, bool last)
{
    bool lucky = keep == KEEP_ALL || keep == KEEP_TORN || (keep != KEEP_NOTHING && draw(2));
    if (op->call != MEM_WRITE) {
        if (lucky)
            apply(file, op);
        return;
    }
    if (keep == KEEP_NOTHING || (keep == KEEP_WRITES && !lucky))
        return;
    bool by_sector = keep == KEEP_SECTORS || (keep == KEEP_TORN && last);
    file->exists = true;
    if (!by_sector) {
        apply(file, op);
        return;
    }
    for (uint64_t at = op->offset, end = op->offset + op->len; at < end;) {
        uint64_t next = (at / SECTOR + 1) * SECTOR < end ? (at / SECTOR + 1) * SECTOR : end;
        if (draw(2))
            put(file, at, op->bytes + (at - op->offset), next - at);
        at = next;
    }
}

/* -- images -------------------------------------------------------------------------------- */

/* A deletion is safe when the folder is: SQLite syncs that with the first sync of each new file. */
static bool is_synced_later(const struct record *record, size_t at, size_t end)
{
    bool deletes = record->ops[at].call == MEM_DELETE;
    for (size_t i = at + 1; i < end; i++)
        if (deletes ? record->ops[i].syncs_folder
                    : record->ops[i].file == record->ops[at].file &&
                    (record->ops[i].call == MEM_SYNC || record->ops[i].call == MEM_CREATE))
            return true;
    return deletes && record->ops[at].syncs_folder;
}

/* `files` holds the first *done operations, all of them synced; takes on what is by now. */
static void advance(struct record *record, size_t *done, size_t to)
{
    while (*done < to && is_synced_later(record, *done, to)) {
        apply(&record->files[record->ops[*done].file], &record->ops[*done]);
        (*done)++;
    }
}

static void copy_files(const struct record *record, struct image_file files[FILES_MAX])
{
    for (size_t i = 0; i < record->files_len; i++) {
        struct image_file *to = &files[i];
        const struct image_file *from = &record->files[i];
        memcpy(to->path, from->path, sizeof(to->path));
        to->exists = from->exists;
        to->len = 0;
        resize(to, from->len);
        if (from->len)
            memcpy(to->bytes, from->bytes, from->len);
    }
}

static struct mem_disk *make_image(struct record *record, size_t done, size_t cut, enum keep keep)
{
    static struct image_file files[FILES_MAX];
    copy_files(record, files);
    for (size_t i = done; i < cut; i++) {
        const struct op *op = &record->ops[i];
        if (is_synced_later(record, i, cut))
            apply(&files[op->file], op);
        else if (op->call != MEM_SYNC)
            apply_by_luck(&files[op->file], op, keep, i + 1 == cut);
    }
    struct mem_disk *disk = mem_disk_new("image", dice);
    REQUIRE(disk);
    for (size_t i = 0; i < record->files_len; i++)
        if (files[i].exists)
            mem_disk_put(disk, files[i].path, files[i].bytes, files[i].len);
    return disk;
}

/* The store opened as at boot, and everything promised before the cut looked for. */
static const char *check_image(const struct day *day, size_t cut)
{
    struct arena arena;
    struct store *store = NULL;
    struct str detail = STR_EMPTY;
    struct store_options options = { .path = STR("/disk/nudged.db"), .vfs = "image" };
    const char *wrong = NULL;
    arena_init(&arena, 1 << 20);
    if (store_open(&options, &arena, &store, &detail))
        wrong = "unopened";
    if (wrong && getenv("NUDGED_VERBOSE"))
        printf("%.*s: ", STR_ARG(detail));
    store_close(store);
    arena_finish(&arena);
    if (!wrong && !day_is_sound("image"))
        wrong = "damaged";
    for (size_t i = 0; !wrong && i < day->promises_len; i++)
        if (day->promises[i].arrived && day->promises[i].mark <= cut &&
            day_holds("image", &day->promises[i]) != 1)
            wrong = "lost";
    return wrong;
}

static void cut_everywhere(
    struct record *record, const struct day *day, unsigned long images, struct counts *counts)
{
    size_t done = 0;
    for (unsigned long i = 0; i < images; i++) {
        size_t cut = 1 + (size_t)((unsigned long long)i * record->len / images);
        enum keep keep = (enum keep)(i % KEEPS);
        advance(record, &done, cut);
        struct mem_disk *disk = make_image(record, done, cut, keep);
        const char *wrong = check_image(day, cut);
        counts->images++;
        counts->kept[keep]++;
        counts->lost += wrong && strcmp(wrong, "lost") == 0;
        counts->damaged += wrong && strcmp(wrong, "damaged") == 0;
        counts->unopened += wrong && strcmp(wrong, "unopened") == 0;
        if (wrong && getenv("NUDGED_VERBOSE"))
            printf("image %lu, cut after operation %zu, keep %d: %s\n", i, cut, keep, wrong);
        mem_disk_free(disk);
    }
}

/* -- the day ------------------------------------------------------------------------------- */

/* Whatever the product asks for, its connections sync as NORMAL does. */
static int ignore_synchronous(void *arg, int action, const char *name, const char *value,
    const char *schema, const char *trigger)
{
    (void)arg;
    (void)value;
    (void)schema;
    (void)trigger;
    return action == SQLITE_PRAGMA && name && sqlite3_stricmp(name, "synchronous") == 0
        ? SQLITE_IGNORE
        : SQLITE_OK;
}

static int make_normal(sqlite3 *db, const char **message, const struct sqlite3_api_routines *api)
{
    (void)message;
    (void)api;
    int code = sqlite3_exec(db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
    return code ? code : sqlite3_set_authorizer(db, ignore_synchronous, NULL);
}

static void play_recorded(struct day *day, struct record *record, bool normal, uint64_t seed)
{
    day_begin(day, seed, false);
    size_t len = 0;
    const void *bytes = mem_disk_look(day->play->disk, "/disk/nudged.db", &len);
    struct image_file *file = &record->files[file_of(record, "/disk/nudged.db")];
    put(file, 0, bytes, len);
    file->exists = true;
    if (normal)
        sqlite3_auto_extension((void (*)(void))make_normal);
    day->mark = &record->mark;
    mem_disk_watch(day->play->disk, note, record);
    day_play(day);
    mem_disk_watch(day->play->disk, NULL, NULL);
    sqlite3_reset_auto_extension();
    day_check(day);
}

/* The whole daemon goes on after the cut. In a child process, because the day is played anew. */
static void live_on(struct day *day, uint32_t cut, uint64_t seed)
{
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        day_own_files(day);
        mem_disk_reseed(day->play->disk, seed);
        mem_disk_trap(day->play->disk, cut, play_power_cut, day->play);
        day_play(day);
        day_check(day);
        day_end(day);
        _exit(0);
    }
    int status = 1;
    if (waitpid(child, &status, 0) != child || status) {
        printf("BROKEN: the daemon after a power cut at write or sync %u, seed %llu\n", cut,
            (unsigned long long)seed);
        exit(1);
    }
}

static unsigned long live_on_everywhere(unsigned long lives, uint64_t seed)
{
    static struct day day;
    day_begin(&day, seed, false);
    uint64_t before =
        mem_disk_counts(day.play->disk).writes + mem_disk_counts(day.play->disk).syncs;
    int ends[2];
    uint64_t after = 0;
    REQUIRE(pipe(ends) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        day_own_files(&day);
        day_play(&day);
        after = mem_disk_counts(day.play->disk).writes + mem_disk_counts(day.play->disk).syncs;
        REQUIRE(write(ends[1], &after, sizeof(after)) == sizeof(after));
        day_end(&day);
        _exit(0);
    }
    REQUIRE(read(ends[0], &after, sizeof(after)) == sizeof(after) && waitpid(child, NULL, 0));
    for (unsigned long i = 0; i < lives; i++)
        live_on(&day, (uint32_t)(1 + i * (after - before) / lives), seed * 1000 + i);
    day_end(&day);
    return lives;
}

int main(void)
{
    static struct day day, normal_day;
    static struct record record, normal_record;
    struct counts counts = { 0 }, control = { 0 };
    unsigned long images = number_of("COUNT", 2000);
    uint64_t seed = number_of("SEED", 1);
    dice = seed;
    setvbuf(stdout, NULL, _IOLBF, 0);
    play_recorded(&day, &record, false, seed);
    printf("a day has %zu writes, truncations, syncs, creations and deletions, and %zu acks\n",
        record.len, day.left_len);
    cut_everywhere(&record, &day, images, &counts);
    printf(
        "kept of what was not synced: nothing %lu, all %lu, some writes %lu, some sectors %lu, a "
        "torn last write %lu\n",
        counts.kept[0], counts.kept[1], counts.kept[2], counts.kept[3], counts.kept[4]);
    printf("%lu images: %lu lost an acknowledged answer, %lu damaged, %lu could not be opened\n",
        counts.images, counts.lost, counts.damaged, counts.unopened);
    play_recorded(&normal_day, &normal_record, true, seed);
    cut_everywhere(&normal_record, &normal_day, images / 10, &control);
    printf("control, synchronous = NORMAL: %lu of %lu images lost an acknowledged answer\n",
        control.lost, control.images);
    counts.lives = live_on_everywhere(images / IMAGES_A_LIFE + 5, seed);
    day_end(&day);
    day_end(&normal_day);
    if (counts.lost || counts.damaged || counts.unopened || !control.lost || day.left_len < 6) {
        printf("BROKEN: the power went off\n");
        return 1;
    }
    printf("proved: %lu power cuts, %zu acks, 0 answers lost, 0 damaged, %lu days lived on; the "
           "control lost answers in %lu of %lu\n",
        counts.images, day.left_len, counts.lives, control.lost, control.images);
    return 0;
}
