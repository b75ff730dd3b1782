/* What the fuzz targets share: an input taken apart byte by byte, and a file that lives in
 * memory.
 *
 * * An invariant that does not hold aborts by REQUIRE. Reading behind the end of an input gives
 * zeros and empty texts, so that every input means something. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nudged/base/err.h"
#include "nudged/base/str.h"

/* What a target is; folder driver/ calls it. The first call gets an empty input. */
int fuzz_one(const uint8_t *data, size_t size);

struct feed {
    const char *at;
    size_t left;
};

static inline struct feed feed_of(const uint8_t *data, size_t size)
{
    return (struct feed){ (const char *)data, size };
}

static inline uint8_t take_byte(struct feed *feed)
{
    if (!feed->left)
        return 0;
    feed->left--;
    return (uint8_t)*feed->at++;
}

static inline uint32_t take_number(struct feed *feed, size_t bytes)
{
    uint32_t number = 0;
    for (size_t i = 0; i < bytes; i++)
        number = number << 8 | take_byte(feed);
    return number;
}

static inline struct str take_bytes(struct feed *feed, size_t len)
{
    struct str bytes = { feed->at, len < feed->left ? len : feed->left };
    feed->at += bytes.len;
    feed->left -= bytes.len;
    return bytes;
}

/* Up to the end of the line, which is taken too. */
static inline struct str take_line(struct feed *feed)
{
    struct str rest = { feed->at, feed->left };
    struct str line = take_bytes(feed, str_find(rest, '\n'));
    (void)take_bytes(feed, 1);
    return line;
}

static inline struct str take_rest(struct feed *feed)
{
    return take_bytes(feed, feed->left);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

/* A folder of this process, in memory where there is some; gone when it ends. */
static inline const char *fuzz_folder(void);

static inline void remove_folder(void)
{
    (void)nftw(fuzz_folder(), remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline const char *fuzz_folder(void)
{
    static char folder[64];
    if (!folder[0]) {
        const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
        (void)snprintf(folder, sizeof folder, "%s/nudged-fuzz-XXXXXX", base);
        REQUIRE(mkdtemp(folder) && atexit(remove_folder) == 0);
    }
    return folder;
}

static inline struct str fuzz_path(const char *name)
{
    static char paths[8][96];
    static unsigned used;
    char *path = paths[used++ % 8];
    (void)snprintf(path, sizeof paths[0], "%s/%s", fuzz_folder(), name);
    return str_from_z(path);
}

/* path as fuzz_path made it. */
static inline void fuzz_write(struct str path, struct str bytes)
{
    FILE *file = fopen(path.ptr, "wb");
    REQUIRE(file);
    REQUIRE(!bytes.len || fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len);
    REQUIRE(fclose(file) == 0);
}

#endif
