/* The crash test's company: files for a daemon, a workspace with the same people. */
#ifndef TESTS_CRASH_COMPANY_H
#define TESTS_CRASH_COMPANY_H

#include "nudged/sim/workspace.h"

enum { CRASH_PEOPLE = 6 };

/* Writes configuration, people and a deck into the folder; origin: "http://127.0.0.1:PORT". */
void crash_write_company(const char *folder, struct str origin);
void crash_add_people(struct workspace *workspace, struct str ids[CRASH_PEOPLE]);

#endif
