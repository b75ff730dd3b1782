/* The part of a person's own page that says what they practise, skill by skill. */
#ifndef NUDGED_CORE_PAGE_SKILLS_H
#define NUDGED_CORE_PAGE_SKILLS_H

#include "nudged/core/plan.h"

enum { PAGE_SKILLS_MAX = 7 }; /* in full, three parts each; of the others there is one line */

void page_add_skills(const struct facts *facts, struct arena *arena, struct message *card);

#endif
