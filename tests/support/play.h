/* A company, its workspace and the bot, ready to be played with: what tests/flow and
 * tests/sim_weeks stand on. A play reads like a story; every verb runs the world as far as it needs
 * to.
 *
 * People are named by their Slack user id ("UADA"); texts are found by a part of them. What goes
 * wrong in the machinery itself aborts; what the story expects is asserted by the test. */
#ifndef SUPPORT_PLAY_H
#define SUPPORT_PLAY_H

#include <stdio.h>

#include "nudged/app/app.h"
#include "nudged/sim/human.h"
#include "nudged/sim/look.h"
#include "support/mem_vfs.h"
#include "support/sim_world.h"

/* Long enough to be known for what they are, wherever they turn up. */
#define PLAY_BOT_TOKEN "xoxb-play-0123456789"
#define PLAY_APP_TOKEN "xapp-play-0123456789"

struct play_person {
    const char *user; /* Slack id; NULL ends a list. Lower-case + "@example.com" is the e-mail */
    const char *name, *role, *cohort, *manager, *zone; /* manager: a user; NULL: none */
    const char *chat_zone; /* what Slack says; NULL: the same as zone */
    bool not_in_chat, not_in_people;
};

struct play_setup {
    uint64_t seed; /* 0: 1 */
    const char *start; /* instant; NULL: Monday 2031-03-03T06:00:00Z */
    const struct play_person *people; /* NULL: play_cast */
    const char *deck; /* YAML of decks/first.yaml; NULL: play_deck_choice */
    const char *holidays; /* YAML; NULL: none */
    const char *manifest_file; /* NULL: everything is granted */
    int32_t cap, new_per_week; /* 0: 1 and 5 */
    const char *only; /* a user; NULL: everybody */
    const char *admin; /* a user; NULL: UOLGA */
    bool not_live; /* the operator has not said resume */
    bool faults; /* faults may be set: play->faults */
    bool tiers; /* the workspace limits rates */
    bool quiet_start; /* do not open the app yet */
    bool on_disk; /* the database is a real file, so that it does not count as memory */
};

struct play {
    struct play_setup setup;
    struct sim_world *world;
    struct workspace *workspace;
    struct sim_faults faults;
    struct mem_disk *disk;
    struct app *app; /* NULL: not running */
    struct arena arena; /* of the play: configuration and what is looked at */
    struct config config;
    struct app_options options;
    char folder[64]; /* temporary; decks/, skills.yaml, people.csv */
    char disk_name[32];
    int exit_code; /* of the last stop by itself; -1: none */
    uint64_t stops, deaths;
    FILE *log; /* NULL: not kept */
    void *reading; /* the connection of play_number */
    uint64_t failed_events; /* turned away by a turn, for good or for now */
    bool verbose;
    bool supervised; /* play_run starts it again, as systemd does */
    struct instant start_again;
    bool stop_soon; /* a stop in good order behind the event at hand; supervised only */
};

extern const struct play_person
    play_cast[]; /* Ada, Ben; their manager Max; Olga owns decks, is admin */
extern const char play_deck_choice[]; /* one choice prompt after another, "right" is right */

struct play *play_new(const struct play_setup *setup);
struct play *play_free(struct play *play);

/* -- the program --------------------------------------------------------------------------- */

enum err play_open(struct play *play); /* starts it on what the disk holds */
void play_close(struct play *play); /* stops it in good order */
void play_die(void *play, enum mem_crash how); /* kill -9 or the power, at this very instant */
void play_kill(void *play); /* the two as functions of a trap */
void play_power_cut(void *play);
struct play_forced {
    struct play *play;
    enum sim_fault fault;
};
void play_force(void *forced); /* likewise: the next call meets this fault */
void play_bury(struct play *play); /* takes a dead program away; harmless on a living one */
void play_resume(struct play *play); /* the operator says resume */
/* A file of the prompts folder, as an editor saves it; hot reload follows. text NULL: deletes
 * it. */
void play_write(struct play *play, const char *name, const char *text);
void play_write_people(struct play *play, const struct play_person *people);

/* -- time ---------------------------------------------------------------------------------- */

/* All of these return early when the program stops or dies and nobody supervises it. */
void play_until(struct play *play, const char *instant); /* true time */
void play_run_to(struct play *play, struct instant at);
void play_for(struct play *play, struct duration span);
struct instant play_now(const struct play *play);
/* The notice, then the first question: until this person has it. */
void play_first_question(struct play *play, const char *user);
/* Runs until this person has `count` visible messages of the bot, at most two weeks; false:
 * never. */
bool play_until_shown(struct play *play, const char *user, size_t count);

#include "support/play_people.h"

#endif
