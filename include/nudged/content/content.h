/* From files to decided things: decks, skills, holidays, people and the configuration.
 *
 * Everything is read whole, checked whole and reported whole: every mistake of every file in one
 * `struct faults`. Nothing here touches the store; loading can run on another thread. */
#ifndef NUDGED_CONTENT_CONTENT_H
#define NUDGED_CONTENT_CONTENT_H

#include "nudged/base/fault.h"
#include "nudged/core/event.h"
#include "nudged/core/facts.h"

/* prompts_folder holds decks and skills.yaml (folders decks/, files skills.yaml); owners are checked
 * against people when people is not NULL. Fills *out (in the arena) only when there is no error. */
struct people { struct people_row *rows; size_t rows_len; };

MUST_USE enum err content_load(struct str prompts_folder, struct str holidays_file, /* may be empty */
                               const struct people *people, struct arena *arena,
                               struct faults *faults, struct content *out);
MUST_USE enum err people_load(struct str csv_file, struct arena *arena, struct faults *faults,
                              struct people *out);

/* The configuration file: settings for core plus what the app needs. Relative paths in it are taken
 * from the folder of the file; given back joined. */
struct config {
    struct settings settings;
    struct str state_folder;        /* database, lock, control socket */
    struct str prompts_folder, people_file, holidays_file;      /* holidays: .yaml or .ics; may be empty */
    struct str slack_api_url;
    double slack_posts_per_second;
    struct str log_format;          /* "auto", "json", "logfmt" */
};
MUST_USE enum err config_load(struct str file, struct arena *arena, struct faults *faults,
                              struct config *out);

/* file:line:col: error: path: sentence, the line, a caret; or one JSON object per fault and line. */
void faults_print_text(const struct faults *faults, struct buf *out);
void faults_print_json(const struct faults *faults, struct buf *out);

/* From the schema tables. */
void content_print_schema(struct buf *out);             /* deck.schema.json, draft-07 */
void content_print_format(struct buf *out);             /* FORMAT.md */

/* Text of a whole regular file; refuses FIFOs, devices, more than bytes_max; adds a fault when it fails. */
MUST_USE enum err file_read(struct str path, size_t bytes_max, struct arena *arena,
                            struct faults *faults, struct str *out);

#endif
