/* From files to decided things: decks, skills, holidays, people and the configuration.
 *
 * Everything is read whole, checked whole and reported whole: every mistake of every file in one
 * `struct faults`. Nothing here touches the store; loading can run on another thread. */
#ifndef NUDGED_CONTENT_CONTENT_H
#define NUDGED_CONTENT_CONTENT_H

#include "nudged/base/fault.h"
#include "nudged/base/hash.h"
#include "nudged/core/event.h"
#include "nudged/core/facts.h"

/* In the arena of people_load, in the order of the file. hash: of the file and of this program's
 * version, which may read it in another way. */
struct people { struct people_row *rows; size_t rows_len; struct hash256 hash; };

/* prompts_folder holds decks/ and skills.yaml; owners and roles are checked against people when
 * people is not NULL. Fills *out (in the arena) only when there is no error. Decks come sorted by
 * id; numbers and `by_id` are left to whoever stores them.
 * Errors: ERR_INVALID, ERR_SYNTAX, ERR_TOO_BIG, ERR_NOT_FOUND, ERR_REFUSED, ERR_IO (each with
 * faults), ERR_NO_MEMORY (without). */
MUST_USE enum err content_load(struct str prompts_folder,
                               struct str holidays_file,        /* .yaml or .ics; may be empty */
                               const struct people *people, struct arena *arena,
                               struct faults *faults, struct content *out);
/* Every manager is given by external id; e-mails are in small letters. On leave counts as not
 * active; people who are not active and have no e-mail of their own are left out. */
MUST_USE enum err people_load(struct str csv_file, struct arena *arena, struct faults *faults,
                              struct people *out);

/* The configuration file: settings for core plus what the app needs. Relative paths in it are taken
 * from the folder of the file; given back joined. */
struct config {
    struct settings settings;
    struct str state_folder;        /* database, lock, control socket */
    struct str prompts_folder, people_file;
    struct str holidays_file;       /* .yaml or .ics; may be empty */
    struct str slack_api_url;
    double slack_posts_per_second;
    struct str log_format;          /* "auto", "json", "logfmt" */
    struct str backup_folder;       /* of nightly backups; empty: none */
    int32_t backup_keep;            /* so many of them */
    struct str health_listen;       /* "127.0.0.1:9464"; empty: no pages for machines */
    bool health_beyond;             /* it need not be a loopback address */
    struct hash256 hash;            /* of the file; zeros: it is from none */
};
MUST_USE enum err config_load(struct str file, struct arena *arena, struct faults *faults,
                              struct config *out);

/* Only the paths, also of a configuration with mistakes elsewhere, so that `check` can go on to
 * what they name. False when the file or the two paths it needs cannot be read. Adds no faults. */
bool config_paths(struct str file, struct arena *arena, struct config *out);

/* After people_load: an error, with its place, for every e-mail of `admins` and `only` that people
 * do not have. Reads the file again. ERR_INVALID when there was one. */
MUST_USE enum err config_check_people(struct str file, const struct people *people,
                                      struct arena *arena, struct faults *faults);

/* file:line:col: error: path: sentence, the line, a caret; or one JSON object to a line. */
void faults_print_text(const struct faults *faults, struct buf *out);
void faults_print_json(const struct faults *faults, struct buf *out);

/* From the schema tables. */
void content_print_schema(struct buf *out);             /* deck.schema.json, draft-07 */
void content_print_format(struct buf *out);             /* FORMAT.md */

/* Text of a whole regular file; refuses FIFOs, devices, more than bytes_max. Adds a fault when it
 * fails. Errors: ERR_NOT_FOUND, ERR_REFUSED, ERR_TOO_BIG, ERR_IO, ERR_NO_MEMORY (no fault). */
MUST_USE enum err file_read(struct str path, size_t bytes_max, struct arena *arena,
                            struct faults *faults, struct str *out);

#endif
