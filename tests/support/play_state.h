/* A play whose database and everything beside it are real files, for what is about files. In memory
 * where the system has such a folder: thousands of syncs say nothing more on a disk. */
#ifndef SUPPORT_PLAY_STATE_H
#define SUPPORT_PLAY_STATE_H

#include "support/play.h"

/* The setup's quiet_start and not_live are its own business: the program runs and is resumed. */
struct play *play_state_new(const struct play_setup *setup);
struct play *play_state_free(struct play *play);        /* with the folder */
const char *play_state_path(struct play *play, const char *name);     /* of the play's arena */
void play_state_copy(const char *from, const char *to); /* as cp does */
/* One number from a database file that nobody writes just now. */
int64_t play_state_number(const char *path, const char *sql);
/* A request of the control socket, run until it is answered; the text lives in the arena. */
struct str play_control(struct play *play, const char *line);

#endif
