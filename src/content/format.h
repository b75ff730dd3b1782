/* The parts of FORMAT.md that a test reads back. */
#ifndef CONTENT_FORMAT_H
#define CONTENT_FORMAT_H

#include "nudged/core/prompt.h"

/* The example of a kind: a deck's prompt list of one, as it stands in FORMAT.md. */
const char *format_example(enum prompt_kind kind);
extern const char format_held_out_text[];
extern const char format_deck_head[];       /* a deck up to and with the line "prompts:" */
extern const char format_skills_example[];
extern const char format_holidays_example[];
extern const char format_people_example[];

#endif
