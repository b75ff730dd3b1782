/* A seeded week of the whole bot: twenty people, more than a hundred misfortunes, an oracle that
 * watches. The seed also chooses when it happens and where people live: ordinary weeks, changes of
 * the clock, a leap day, a year's end, week 53.
 *
 * The same seed gives the same week, to the byte. What breaks an invariant ends the process,
 * after the seed and the command that plays it again were printed. */
#ifndef SUPPORT_WEEK_H
#define SUPPORT_WEEK_H

#include "support/play.h"

enum { WEEK_PEOPLE = 20, WEEK_DAYS = 7, WEEK_EARS_MAX = 4096, WEEK_ACKED_MAX = 1024 };

/* What the plot itself does to the bot, besides sim/fault.h. */
#define WEEK_MISFORTUNE_MAP(XX)                                                    \
    XX(KILLED) /* kill -9 between two events */                                    \
    XX(POWER_CUT) /* likewise, and the disk loses what was not synced */           \
    XX(DIED_WRITING) /* one of the two inside a write or sync */                   \
    XX(DIED_CALLING) /* kill -9 just before or after a request or an ack leaves */ \
    XX(RESTARTED) /* in good order */                                              \
    XX(CLOCK_FORWARD)                                                              \
    XX(CLOCK_BACK)                                                                 \
    XX(DISK_FULL)                                                                  \
    XX(DISK_BROKEN) /* a sync fails */                                             \
    XX(DISK_REFUSES) /* a write fails with EIO */                                  \
    XX(DECK_BROKEN)                                                                \
    XX(DECK_EDITED)                                                                \
    XX(ROSTER_BROKEN)                                                              \
    XX(ROSTER_CHANGED)                                                             \
    XX(ACCOUNT_CLOSED) /* in Slack; opened again later */                          \
    XX(DO_NOT_DISTURB)                                                             \
    XX(MOVED) /* a person's zone in Slack */                                       \
    XX(CUT_SOON) /* the next socket, in the first moments of its life */           \
    XX(FORGED) /* a click with another person's card or name */

enum week_misfortune {
#define XX(name) WEEK_##name,
    WEEK_MISFORTUNE_MAP(XX)
#undef XX
        WEEK_MISFORTUNES
};

struct week_counts {
    uint64_t misfortunes[WEEK_MISFORTUNES], faults[SIM_FAULT_COUNT];
    uint64_t cuts[SIM_LINK_STATES]; /* connections that broke, by what they were just doing */
    uint64_t clicks, lines, commands, forms, answers, questions, digests, steps;
    uint64_t people_with_clock_change, year_ends, weeks_53, leap_days, fits;
};

struct week;
/* was_closed: the account was, for a while. */
struct week_human {
    struct week *week;
    size_t number;
    char user[8];
    bool is_dummy, was_closed;
};
/* An envelope on its way: a click that answers, until its ack. */
struct week_ear {
    char envelope[40];
    int64_t nudge_id;
    bool honest;
};

/* An answer that was acknowledged: the store must hold as many of this question for ever. */
struct week_acked {
    int64_t nudge_id, answers;
};

struct week {
    uint64_t seed;
    const char *start, *holiday; /* the holiday: the Tuesday in the middle of the week */
    char holidays[64];
    struct zones *zones;
    struct play *play;
    struct play_person people[WEEK_PEOPLE + 1];
    struct week_human humans[WEEK_PEOPLE];
    char names[WEEK_PEOPLE][24];
    struct week_counts counts;
    struct week_ear ears[WEEK_EARS_MAX];
    size_t ears_len;
    int64_t answers_acked; /* answers in the store when an ack last left */
    struct week_acked acked[WEEK_ACKED_MAX];
    size_t acked_len;
    uint64_t lives_checked; /* deaths and stops when acknowledged answers were last looked for */
    struct instant ends;
    bool calm; /* no more misfortunes */
};

/* Plays the week; *hash is its trace. verbose: every event to standard error. */
void week_play(uint64_t seed, bool verbose, struct week_counts *counts, uint64_t *hash);
const char *week_misfortune_name(enum week_misfortune misfortune);

/* -- between the files of the week --------------------------------------------------------- */

uint32_t week_draw(struct week *week, uint32_t bound);
bool week_chance(struct week *week, uint32_t percent);
_Noreturn void week_fail(struct week *week, const char *what, int64_t number);
void week_later(
    struct week *week, int64_t from_minutes, int64_t to_minutes, world_fn *fn, void *arg);
world_fn week_human_wakes, week_plot_wakes;
/* week_oracle.c */
void week_watch(struct week *week);
void week_check_store(struct week *week); /* whatever is true at every moment */
void week_check_end(struct week *week); /* and when everything has settled */

#endif
