/* What a long-running process owes its machine: secrets from files, one daemon per state folder,
 * word to the supervisor. */
#ifndef NUDGED_APP_SERVICE_H
#define NUDGED_APP_SERVICE_H

#include "nudged/base/buf.h"

/* A secret by name ("slack_app_token"), in this order: the file $CREDENTIALS_DIRECTORY/<name>, the
 * file named by $SLACK_APP_TOKEN_FILE (upper case name + _FILE), the variable itself (with a
 * warning in *note, since other processes may read it). Trailing line end dropped; ≤
 * TOKEN_BYTES_MAX. Errors: ERR_NOT_FOUND, ERR_REFUSED (file readable by others), ERR_INVALID
 * (empty, or bytes that no token has), ERR_TOO_BIG, ERR_IO; *note says it. */
MUST_USE enum err secret_read(const char *name, struct arena *arena, struct str *out,
                              struct str *note);

/* Takes <folder>/lock for the life of the process, making the folder (mode 0700) when it is
 * missing. *fd is to be closed by lock_release. Errors: ERR_BUSY (another daemon has it),
 * ERR_NOT_FOUND (the folder above), ERR_REFUSED (not ours to write, or read-only), ERR_EXISTS (not
 * a folder), ERR_DB_FULL, ERR_IO. */
MUST_USE enum err lock_take(struct str folder, struct arena *arena, int *fd);
void lock_release(int fd);

/* One datagram to $NOTIFY_SOCKET, e.g. "READY=1"; silent without one. */
void notify_supervisor(const char *state);
/* $WATCHDOG_USEC in milliseconds; 0: no watchdog. */
uint32_t notify_watchdog_ms(void);

#endif
