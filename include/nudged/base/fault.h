/* Mistakes in something a human wrote: where, and one sentence that says what and what to do.
 *
 * A list gathers up to FAULTS_MAX; further ones are only counted. Strings live in the list's
 * arena. */
#ifndef NUDGED_BASE_FAULT_H
#define NUDGED_BASE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/arena.h"
#include "nudged/base/str.h"

enum { FAULTS_MAX = 50 };       /* one screenful; more would hide the first */

enum fault_severity { FAULT_ERROR, FAULT_WARNING };

struct fault {
    enum fault_severity severity;
    struct str file;            /* as given on the command line or in the configuration */
    int line, column;           /* from 1; 0 when the fault has no place in the file */
    struct str path;            /* "prompts[2].kind"; may be empty */
    struct str sentence;        /* starts small, ends without a full stop */
    struct str source;          /* the line as written, without its end; may be empty */
};

struct faults {
    struct arena *arena;
    struct fault items[FAULTS_MAX];
    int count;                  /* stored */
    int errors, warnings;       /* found, also beyond FAULTS_MAX */
};

void faults_init(struct faults *faults, struct arena *arena);
void faults_add(struct faults *faults, struct fault fault);     /* copies every string */
bool faults_have_errors(const struct faults *faults);

#endif
