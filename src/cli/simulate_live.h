/* What `nudged simulate` takes from an organisation: its files, and its store read-only. */
#ifndef NUDGED_CLI_SIMULATE_LIVE_H
#define NUDGED_CLI_SIMULATE_LIVE_H

#include "simulate.h"

/* Fills people, items (what a person in the middle is given), cap, gap, fill and retention from the
 * configuration; weights, share of questions answered from the store where there is one. Prints
 * what was taken and which groups the cap cannot carry. An exit code. */
int simulate_live(
    const char *config_file, struct simulate_setup *setup, struct review_weights *weights);

#endif
