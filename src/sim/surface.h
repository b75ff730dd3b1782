/* Blocks and what people fill in on them. Private to this folder. */
#ifndef SIM_SURFACE_H
#define SIM_SURFACE_H

#include "sim/objects.h"

/* -- blocks.c ---------------------------------------------------------------------------------- */

enum sim_surface { SIM_MESSAGE = 1, SIM_MODAL = 2, SIM_HOME = 4 };
/* Adds one sentence per mistake to messages, as Slack words them. True when there was none. */
bool sim_blocks_check(const cJSON *blocks, enum sim_surface surface, cJSON *messages);
bool sim_view_check(const cJSON *view, cJSON *messages);
/* Gives ids to blocks and elements that came without. */
void sim_blocks_complete(struct workspace *ws, cJSON *blocks);
void sim_complain(cJSON *messages, const char *sentence, const char *pointer);

/* -- surface.c: elements and their state ------------------------------------------------------- */

struct sim_element { const cJSON *block; cJSON *element; bool in_input; };
/* Calls fn for every interactive element in reading order until it returns true. */
typedef bool sim_element_fn(void *arg, const struct sim_element *element);
bool sim_elements(cJSON *blocks, sim_element_fn *fn, void *arg);
bool sim_element_find(
    cJSON *blocks, struct str block_id, struct str action_id, struct sim_element *out);
bool sim_element_has_state(const char *type);
/* state.values with initial values; keeps those of `old` where block_id and action_id still
 * exist. */
cJSON *sim_values_for(cJSON *blocks, const cJSON *old);
/* Sets one value as typed or chosen; false when the client would not accept it. */
bool sim_values_fill(cJSON *values, const struct sim_element *element, struct str text);

#endif
