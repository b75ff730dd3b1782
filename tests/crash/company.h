/* The crash test's company: files for a daemon, and a workspace with the same people. */
#ifndef TESTS_CRASH_COMPANY_H
#define TESTS_CRASH_COMPANY_H

#include "nudged/sim/workspace.h"

enum { CRASH_PEOPLE = 6 }; /* the first one manages the others */

/* Writes configuration, people and a deck into the folder; origin: "http://127.0.0.1:PORT". */
void crash_write_company(const char *folder, struct str origin);
/* The files people edit while the daemon runs; each edition changes a role and a prompt. */
void crash_write_edition(const char *folder, unsigned long edition);
void crash_add_people(struct workspace *workspace, struct str ids[CRASH_PEOPLE]);

#endif
