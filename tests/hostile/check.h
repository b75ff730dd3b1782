/* One way to fail for the programs of this folder: the place, what was promised, what was seen. */
#ifndef TESTS_HOSTILE_CHECK_H
#define TESTS_HOSTILE_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition, ...)                                              \
    do {                                                                   \
        if (!(condition)) {                                                \
            printf("%s:%d: %s: ", __FILE__, __LINE__, #condition);         \
            printf(__VA_ARGS__);                                           \
            printf("\nseed %s\n", getenv("SEED") ? getenv("SEED") : "1"); \
            exit(1);                                                       \
        }                                                                  \
    } while (0)

#endif
