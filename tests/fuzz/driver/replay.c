/* A target driven without libFuzzer, by any compiler: its seeds as they are, then seeded mutations
 * of them. Takes those of libFuzzer's arguments that make sense here, and leaves out the others:
 *
 *   fuzz_TARGET -seed=N -runs=N -max_len=BYTES -dict=FILE -artifact_prefix=PREFIX FILE|FOLDER ...
 *
 * The same arguments give the same inputs. The one under way lies in PREFIX"under-way", which stays
 * when the target dies of it: give that file alone, with -runs=1, to see it again. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/time.h>

#include "clock.h"
#include "fuzz/fuzz.h"

enum { POOL_MAX = 4096, WORDS_MAX = 512, BYTES_MAX = 1 << 20, STUCK_SECONDS = 60 };

struct bytes {
    uint8_t *at;
    size_t len;
};

struct replay {
    uint64_t dice;
    size_t runs, max;
    struct bytes seeds[POOL_MAX], words[WORDS_MAX];
    size_t seeds_len, words_len;
    char kept_path[1024];
    int kept; /* the file of that name */
};

static uint64_t roll(struct replay *replay, uint64_t below)
{
    uint64_t z = (replay->dice += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

static void add_seed(struct replay *replay, const char *path)
{
    FILE *file = fopen(path, "rb");
    struct bytes *seed = &replay->seeds[replay->seeds_len];
    if (!file || replay->seeds_len == POOL_MAX) {
        if (file)
            fclose(file);
        return;
    }
    seed->at = malloc(replay->max + 1);
    REQUIRE(seed->at);
    seed->len = fread(seed->at, 1, replay->max, file);
    REQUIRE(fclose(file) == 0);
    replay->seeds_len++;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_seeds(struct replay *replay, const char *path)
{
    char inside[1024];
    struct stat status;
    struct dirent **names = NULL;
    REQUIRE(stat(path, &status) == 0);
    if (S_ISREG(status.st_mode)) {
        add_seed(replay, path);
        return;
    }
    int len = scandir(path, &names, NULL, by_name);
    REQUIRE(len >= 0);
    for (int i = 0; i < len; i++) {
        (void)snprintf(inside, sizeof inside, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && stat(inside, &status) == 0) {
            if (S_ISDIR(status.st_mode))
                add_seeds(replay, inside);
            else if (S_ISREG(status.st_mode))
                add_seed(replay, inside);
        }
        free(names[i]);
    }
    free(names);
}

/* A line of a dictionary of libFuzzer: [name=]"text", with \\ \" and \xAB. */
static void add_word(struct replay *replay, const char *line)
{
    const char *at = strchr(line, '"');
    struct bytes word = { malloc(strlen(line) + 1), 0 };
    REQUIRE(word.at);
    if (line[0] == '#' || !at || replay->words_len == WORDS_MAX) {
        free(word.at);
        return;
    }
    for (at++; *at && *at != '"'; at++) {
        char digits[3] = { 0 };
        if (at[0] == '\\' && at[1] == 'x') {
            memcpy(digits, at + 2, 2);
            word.at[word.len++] = (uint8_t)strtoul(digits, NULL, 16);
            at += 3;
        } else {
            at += at[0] == '\\';
            word.at[word.len++] = (uint8_t)*at;
        }
    }
    replay->words[replay->words_len++] = word;
}

static void add_words(struct replay *replay, const char *path)
{
    char line[1024];
    FILE *file = fopen(path, "r");
    REQUIRE(file);
    while (fgets(line, sizeof line, file))
        add_word(replay, line);
    REQUIRE(fclose(file) == 0);
}

/* Puts len bytes at a place in the input, over what is there or before it. */
static size_t place(
    struct replay *replay, uint8_t *input, size_t size, const uint8_t *from, size_t len)
{
    size_t at = (size_t)roll(replay, size + 1);
    bool over = roll(replay, 2);
    size_t room = replay->max - (over ? at : size);
    if (len > room)
        len = room;
    if (!over)
        memmove(input + at + len, input + at, size - at);
    memmove(input + at, from, len);
    if (!over)
        return size + len;
    return at + len > size ? at + len : size;
}

static size_t cut(struct replay *replay, uint8_t *input, size_t size)
{
    size_t at = (size_t)roll(replay, size), len = 1 + (size_t)roll(replay, size - at);
    if (roll(replay, 4)) /* mostly a little */
        len = 1 + len % 8 > size - at ? size - at : 1 + len % 8;
    memmove(input + at, input + at + len, size - at - len);
    return size - len;
}

static size_t put_number(struct replay *replay, uint8_t *input, size_t size)
{
    static const char *const numbers[] = { "0", "-1", "255", "256", "65536", "2147483648",
        "18446744073709551616", "1e999", "00", "0.5" };
    const char *number = numbers[roll(replay, COUNT(numbers))];
    return place(replay, input, size, (const uint8_t *)number, strlen(number));
}

static size_t mutate_once(struct replay *replay, uint8_t *input, size_t size)
{
    static uint8_t copy[BYTES_MAX];
    const struct bytes *other = &replay->seeds[roll(replay, replay->seeds_len)];
    uint8_t fresh[8];
    switch (size ? roll(replay, 10) : 8) {
    case 0: input[roll(replay, size)] ^= (uint8_t)(1 << roll(replay, 8)); return size;
    case 1: input[roll(replay, size)] = (uint8_t)roll(replay, 256); return size;
    case 2: input[roll(replay, size)] += (uint8_t)(roll(replay, 2) ? 1 : 255); return size;
    case 3: return cut(replay, input, size);
    case 4: return put_number(replay, input, size);
    case 5: { /* a piece of itself */
        size_t at = (size_t)roll(replay, size), len = 1 + (size_t)roll(replay, size - at);
        memcpy(copy, input + at, len);
        return place(replay, input, size, copy, len);
    }
    case 6:
        if (other->len) { /* a piece of another */
            size_t at = (size_t)roll(replay, other->len);
            return place(
                replay, input, size, other->at + at, 1 + (size_t)roll(replay, other->len - at));
        }
        return size;
    case 7:
        if (replay->words_len) {
            const struct bytes *word = &replay->words[roll(replay, replay->words_len)];
            return place(replay, input, size, word->at, word->len);
        }
        return size;
    default:
        for (size_t i = 0; i < sizeof fresh; i++)
            fresh[i] = (uint8_t)roll(replay, 256);
        return place(replay, input, size, fresh, 1 + (size_t)roll(replay, sizeof fresh));
    }
}

static size_t make(struct replay *replay, size_t run, uint8_t *input)
{
    bool whole = run < replay->seeds_len;
    const struct bytes *seed = &replay->seeds[whole ? run : roll(replay, replay->seeds_len)];
    size_t size = seed->len;
    memcpy(input, seed->at, size);
    for (uint64_t i = whole ? 0 : UINT64_C(1) << roll(replay, 6); i > 0; i--)
        size = mutate_once(replay, input, size);
    return size;
}

static void run_all(struct replay *replay)
{
    static const struct itimerval stuck = { .it_value = { STUCK_SECONDS, 0 } };
    static uint8_t input[BYTES_MAX];
    for (size_t run = 0; run < replay->runs; run++) {
        size_t size = make(replay, run, input);
        REQUIRE(ftruncate(replay->kept, (off_t)size) == 0);
        REQUIRE(pwrite(replay->kept, input, size, 0) == (ssize_t)size);
        uint8_t *exact = malloc(size ? size : 1); /* one byte behind the end is seen */
        REQUIRE(exact);
        memcpy(exact, input, size);
        if (run % 16 == 0)
            REQUIRE(setitimer(ITIMER_REAL, &stuck, NULL) == 0);
        timed_one(exact, size);
        free(exact);
    }
    fprintf(stderr, "stat::number_of_executed_units: %zu\n", replay->runs);
    (void)unlink(replay->kept_path);
}

int main(int argc, char **argv)
{
    static struct replay replay = { .runs = 1000, .max = 4096 };
    static uint8_t nothing[1];
    const char *prefix = "";
    for (int i = 1; i < argc; i++) { /* before the seeds are read */
        struct str word = str_from_z(argv[i]);
        const char *value = strchr(argv[i], '=') ? strchr(argv[i], '=') + 1 : "";
        if (str_starts_with(word, STR("-seed=")))
            replay.dice = strtoull(value, NULL, 10);
        else if (str_starts_with(word, STR("-runs=")))
            replay.runs = strtoull(value, NULL, 10);
        else if (str_starts_with(word, STR("-max_len=")))
            replay.max = strtoull(value, NULL, 10) % BYTES_MAX;
        else if (str_starts_with(word, STR("-artifact_prefix=")))
            prefix = value;
        else if (str_starts_with(word, STR("-dict=")))
            add_words(&replay, value);
    }
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != '-')
            add_seeds(&replay, argv[i]);
    if (replay.seeds_len < POOL_MAX)
        replay.seeds[replay.seeds_len++] = (struct bytes){ nothing, 0 };
    (void)snprintf(replay.kept_path, sizeof replay.kept_path, "%sunder-way", prefix);
    replay.kept = open(replay.kept_path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    REQUIRE(replay.kept >= 0);
    run_all(&replay);
    return 0;
}
