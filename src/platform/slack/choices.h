/* The options of a prompt as controls, and the writing of single elements they share with the other
 * parts. Only blocks.c and choices.c include this. */
#ifndef SLACK_CHOICES_H
#define SLACK_CHOICES_H

#include "platform/slack/control.h"

/* One array of blocks being written. */
struct blocks {
    struct buf *out;
    struct arena *arena;
    struct action_ref ref;
    bool inputs;                /* the surface takes them */
    unsigned len;               /* blocks so far */
    unsigned controls;          /* numbers the action ids */
};

struct button_face {
    enum verb verb;
    int value;                  /* or CONTROL_NO_VALUE */
    enum button_style style;
    struct str label;
    struct str spoken;          /* read out instead of the label; empty: the label */
};

#define RICH_NEWLINE "{\"type\":\"text\",\"text\":\"\\n\"}"

/* Up to two blocks. */
void choices_add(struct blocks *blocks, const struct part *part);

void blocks_begin(struct blocks *blocks, struct str opening);   /* with a comma when needed */
void blocks_begin_rich(struct blocks *blocks);          /* to be closed with "]}]}" */
/* One text element. */
void blocks_add_rich_text(struct blocks *blocks, struct str text, bool bold);
void blocks_add_button(struct blocks *blocks, const struct button_face *face);
void blocks_add_id(struct blocks *blocks, enum verb verb);      /* ,"action_id":"word:n" */

#endif
