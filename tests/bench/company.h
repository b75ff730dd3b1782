/* A generated company in a temporary folder: people, one skill, one deck of choice prompts. */
#ifndef BENCH_COMPANY_H
#define BENCH_COMPANY_H

#include <stdint.h>

#include "nudged/content/content.h"

enum { COMPANY_OPTIONS = 4 }; /* of every prompt */

struct company {
    char folder[64]; /* below the system's folder for temporary files */
    uint32_t people;
};

/* Ends the program with a sentence when it cannot. */
void company_make(struct company *company, uint32_t people);
void company_remove(struct company *company);
/* Strings in the arena. api_url e.g. "http://127.0.0.1:4711/api/". */
struct config company_config(
    const struct company *company, const char *api_url, struct arena *arena);
/* The same as a file, for the program itself; returns its path in the arena. */
const char *company_config_file(
    const struct company *company, const char *api_url, struct arena *arena);

#endif
