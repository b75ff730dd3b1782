/* Memory for SQLite in powers of two, kept for the next one of the same size: with the sanitizer's
 * own a statement costs more to prepare than all it does. SQLite itself is not what this target
 * tests. */
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "road_model.h"

enum { CLASSES = 32, HEAD_BYTES = 16 }; /* the head holds the class */

static void *kept[CLASSES]; /* the first free one; each holds the next */

static int class_of(int bytes)
{
    int class = 5;
    while (class < CLASSES - 2 && (1 << class) < bytes)
        class ++;
    return class;
}

static void *memory_get(int bytes)
{
    int class = class_of(bytes);
    char *head = kept[class];
    if (head) {
        memcpy(&kept[class], head + HEAD_BYTES, sizeof(void *));
    } else if (!(head = malloc((size_t)HEAD_BYTES + ((size_t)1 << class)))) {
        return NULL;
    }
    memcpy(head, &class, sizeof class);
    return head + HEAD_BYTES;
}

static int memory_size(void *memory)
{
    int class = 0;
    if (memory)
        memcpy(&class, (char *)memory - HEAD_BYTES, sizeof class);
    return memory ? 1 << class : 0;
}

static void memory_free(void *memory)
{
    if (!memory)
        return;
    int class = class_of(memory_size(memory));
    memcpy(memory, &kept[class], sizeof(void *));
    kept[class] = (char *)memory - HEAD_BYTES;
}

static void *memory_resize(void *memory, int bytes)
{
    if (bytes <= memory_size(memory))
        return memory;
    void *wider = memory_get(bytes);
    if (wider && memory) {
        memcpy(wider, memory, (size_t)memory_size(memory));
        memory_free(memory);
    }
    return wider;
}

static int memory_round(int bytes)
{
    return 1 << class_of(bytes);
}

static int memory_init(void *arg)
{
    (void)arg;
    return SQLITE_OK;
}

static void memory_shutdown(void *arg)
{
    (void)arg;
}

void road_use_memory(void)
{
    static sqlite3_mem_methods methods = { memory_get, memory_free, memory_resize, memory_size,
        memory_round, memory_init, memory_shutdown, NULL };
    REQUIRE(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK);
}
