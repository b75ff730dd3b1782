/* Memory, ids, time and JSON for the files of the simulated workspace. Private to this folder.
 *
 * Memory running out ends the process (sim_alloc): half a workspace would be a wrong oracle. */
#ifndef SIM_TOOLS_H
#define SIM_TOOLS_H

#include "nudged/base/buf.h"
#include "sim/objects.h"

/* -- memory, ids, time (workspace.c) ----------------------------------------------------------- */

void *sim_alloc(size_t bytes);                          /* zeroed */
char *sim_dup(struct str s);                            /* never NULL */
char *sim_dup_z(const char *z);
void sim_set(char **field, struct str s);               /* frees the old */
#define SIM_PUSH(items, len, cap) \
    ((items) = sim_grow((items), (len), &(cap), sizeof *(items)), &(items)[(len)++])
void *sim_grow(void *items, size_t len, size_t *cap, size_t item_bytes);
uint64_t sim_random(struct workspace *ws);
uint32_t sim_below(struct workspace *ws, uint32_t bound);
void sim_id(struct workspace *ws, const char *prefix, size_t random_chars, char out[SIM_ID_BYTES]);
void sim_uuid(struct workspace *ws, char out[SIM_ID_BYTES]);
void sim_ts(struct workspace *ws, char out[SIM_TS_BYTES]);
struct sim_time sim_now(const struct workspace *ws);
void sim_changed(struct workspace *ws, const struct sim_user *user);
struct sim_count *sim_count(struct sim_counts *counts, struct str name);    /* made when missing */
const struct sim_count *sim_count_find(const struct sim_counts *counts, struct str name);

struct sim_user *sim_user(const struct workspace *ws, struct str id);
struct sim_user *sim_user_of_channel(const struct workspace *ws, struct str channel);
const char *sim_open_channel(struct workspace *ws, struct sim_user *user);
struct sim_message *sim_message(const struct sim_user *user, struct str ts); /* also deleted ones */
struct sim_message *sim_message_new(struct workspace *ws, struct sim_user *user);
void sim_message_forget_text(struct sim_message *message);
struct sim_view *sim_view_free(struct sim_view *view);
struct sim_view *sim_view_find(const struct workspace *ws, struct str id, struct sim_user **owner);

/* -- JSON (json.c) ----------------------------------------------------------------------------- */

struct str sim_json_str(const cJSON *object, const char *key); /* empty when not a string there */
const char *sim_json_z(const cJSON *object, const char *key);       /* "" likewise */
bool sim_json_true(const cJSON *object, const char *key);
bool sim_json_truthy(const cJSON *object, const char *key);         /* also "true" and "1": forms */
const cJSON *sim_json_get(const cJSON *object, const char *key);
cJSON *sim_json_parse(struct str text);                             /* the whole text; NULL */
char *sim_json_print(const cJSON *json);                            /* heap; by free() */
void sim_json_put(cJSON *object, const char *key, cJSON *value);    /* replaces; takes value */
void sim_json_put_str(cJSON *object, const char *key, struct str value);
void sim_json_put_z(cJSON *object, const char *key, const char *value);
cJSON *sim_json_copy(const cJSON *json);                            /* NULL gives null */
cJSON *sim_form_parse(struct str form);                             /* object of strings; NULL */

/* -- manifest.c: enough of YAML and JSON to find lists of words and switches ------------------- */

bool sim_manifest_lists(struct str manifest, struct str key, struct str word);
/* True when the key is missing or true. */
bool sim_manifest_allows(struct str manifest, struct str key);
bool sim_manifest_has_command(struct str manifest, struct str command);
void sim_manifest_scopes(struct str manifest, struct buf *out);     /* comma separated */

#endif
