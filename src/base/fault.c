/* The list of mistakes in what a human wrote. Keeps the first FAULTS_MAX: the first one is usually
 * the cause of the others. */
#include "nudged/base/fault.h"

#include <string.h>

void faults_init(struct faults *faults, struct arena *arena)
{
    memset(faults, 0, sizeof *faults);
    faults->arena = arena;
}

void faults_add(struct faults *faults, struct fault fault)
{
    if (fault.severity == FAULT_WARNING) {
        faults->warnings++;
    } else {
        faults->errors++;
    }
    if (faults->count >= FAULTS_MAX)
        return;
    fault.file = str_copy(faults->arena, fault.file);
    fault.path = str_copy(faults->arena, fault.path);
    fault.sentence = str_copy(faults->arena, fault.sentence);
    fault.source = str_copy(faults->arena, fault.source);
    faults->items[faults->count++] = fault;
}

bool faults_have_errors(const struct faults *faults) { return faults->errors > 0; }
