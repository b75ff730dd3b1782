/* Colleagues who answer by themselves: seeded, driven by the workspace's wall clock.
 *
 * Each reads new messages in the own DM that have something to press, waits a plausible time within
 * the own patience, then presses or fills (a modal gets canned fictional sentences), or leaves it.
 * Knows nothing of what a question means; who is right is told by the host. */
#ifndef NUDGED_SIM_SCRIPT_H
#define NUDGED_SIM_SCRIPT_H

#include "nudged/sim/workspace.h"

struct sim_script;

/* What a person who knows would do with this message: the action_id of the button, the value of
 * the option (of several, or one per field: one per line), or the words to type, in the arena;
 * false when the host cannot tell (then chance decides). */
typedef bool sim_script_hint_fn(
    void *arg, struct arena *arena, struct str user_id, struct str blocks, struct str *right);

struct sim_script_options {
    struct workspace *workspace;        /* borrowed */
    uint64_t seed;
    sim_script_hint_fn *hint;           /* may be NULL */
    void *hint_arg;
    const struct str *asides;           /* action ids, up to a ':', nobody presses by themselves: */
    size_t asides_len;                  /* "pause", "help"; borrowed */
};

struct sim_colleague {
    struct str user_id;
    uint32_t right_percent;             /* how often right, when the host can tell */
    uint32_t ignore_percent;            /* how often a message is left alone */
    struct duration patience;           /* answers after 2 % to 100 % of it; 0: 40 minutes */
};

MUST_USE enum err sim_script_new(const struct sim_script_options *options, struct sim_script **out);
struct sim_script *sim_script_free(struct sim_script *script);
MUST_USE enum err sim_script_add(struct sim_script *script, const struct sim_colleague *colleague);
/* A human plays this person from now on (or no longer). */
void sim_script_leave(struct sim_script *script, struct str user_id, bool leave);

/* Does what is due. Call it after every change and whenever sim_script_next_due has come. */
void sim_script_tick(struct sim_script *script);
bool sim_script_next_due(const struct sim_script *script, struct instant *at);

#endif
