/* Reading for people: digests, status, exports. A reader is its own read-only connection
 * (SQLITE_OPEN_READONLY), usable on another thread; it never blocks the writer for long: every call
 * is one short read transaction or a slice of one.
 *
 * What tells about other people than the reader takes a pass (core/access.h) and reads what that is
 * for; only counts need none. */
#ifndef NUDGED_STORE_REPORT_H
#define NUDGED_STORE_REPORT_H

#include "nudged/core/outcome.h"
#include "nudged/core/report.h"
#include "nudged/store/store.h"

struct reader;

/* The caller ends it with reader_close; one thread at a time. Errors: ERR_NOT_FOUND (no such file),
 * ERR_DB_BUSY, ERR_DB_IO, ERR_DB_CORRUPT, ERR_DB_NEWER, ERR_NO_MEMORY. */
MUST_USE enum err reader_open(struct str path, const char *vfs, struct reader **out);
struct reader *reader_close(struct reader *reader);

/* ACCESS_WEEK, ACCESS_DETAILS: the report of one manager's direct reports, and the sums of those
 * below them, for the week that starts on week_monday; cut by answered local day, as stored.
 * Strings in the arena. Empty for who manages nobody. */
MUST_USE enum err report_digest(struct reader *reader, const struct access *access,
    int32_t week_monday, struct arena *arena, struct report *out);

/* ACCESS_LIST: a person by e-mail, external id or exact name (in that order); ERR_NOT_FOUND,
 * ERR_INVALID (several). */
MUST_USE enum err report_find_person(struct reader *reader, const struct access *access,
    struct str who, struct arena *arena, struct person *out);

struct report_status {
    int64_t people, matched, unmatched, paused, stopped, left;
    int64_t answers, nudges_open;
    struct instant next_slot, next_digest, last_digest, last_answer;
    int64_t file_bytes;
};
/* Counts of now; instants NEVER (next) or 0 (last) when there is none. Errors: those of the store.
 * */
MUST_USE enum err report_status(struct reader *reader, struct report_status *out);

/* ACCESS_LIST: calls row() for each person people.csv names, by name. Stops at the first error of
 * row(). */
typedef enum err report_person_fn(void *arg, const struct person *person);
MUST_USE enum err report_people(struct reader *reader, const struct access *access,
    struct arena *arena, report_person_fn *row, void *arg);

/* Every rated answer, by person and prompt and then in time, in slices of 5,000 rows, each a read
 * of its own. Nobody is named in it, so it takes no pass. From an answer whose earlier ones are
 * gone nothing can be learnt: it is left out. The caller frees log->answers.
 * Errors: those of the store, ERR_TOO_BIG (more than 16 million). */
MUST_USE enum err report_fit_log(struct reader *reader, struct fit_log *log);
/* Every scored answer in the order the questions were sent, likewise; prompts sorted by prompt_id.
 * The caller frees log->answers. */
MUST_USE enum err report_difficulty_log(struct reader *reader,
    const struct difficulty_prompt *prompts, size_t prompts_len, struct difficulty_log *log);
/* The estimates stored last, in the arena. */
MUST_USE enum err report_difficulties(struct reader *reader, struct arena *arena,
    struct difficulty_row **rows, size_t *len);
/* Prompts that rest on that day for at least LEECH_PEOPLE people. */
MUST_USE enum err report_leeches(struct reader *reader, int32_t today, struct leeches *out);
/* Of the questions that are over, skipped ones included, how many were answered. */
struct report_answering { int64_t asked, answered; };
MUST_USE enum err report_answering(struct reader *reader, struct report_answering *out);
/* The weights in force. */
MUST_USE enum err report_weights(struct reader *reader, struct fit_set *out);
/* The history of the weights, oldest first; result.weights only of a fit. Stops at the first error
 * of row(). */
typedef enum err report_fit_fn(void *arg, const struct fit_record *record);
MUST_USE enum err report_fits(struct reader *reader, report_fit_fn *row, void *arg);

/* One exported answer; text fields borrowed until row() returns. */
struct report_answer {
    struct str person, email, deck, prompt, skill, kind, grade;
    int32_t rating; /* 0: none */
    struct str text; /* typed words; empty for reflections: the person's own */
    struct str chosen; /* option numbers from 1, comma-separated */
    struct instant at;
    int32_t day;
};
typedef enum err report_answer_fn(void *arg, const struct report_answer *answer);
/* ACCESS_ANSWERS: streams all answers in the order their prompts were sent, in slices of 1,000
 * rows, each a read of its own. Stops at the first error of row() and gives it back. */
MUST_USE enum err report_answers(
    struct reader *reader, const struct access *access, report_answer_fn *row, void *arg);

/* A person and a question that was sent to them; text fields borrowed until row() returns. */
struct report_evidence {
    struct str person, email, deck, prompt, skill, kind, formats;
    struct review review;
};
typedef enum err report_evidence_fn(void *arg, const struct report_evidence *row);
/* ACCESS_EVIDENCE: likewise, all of them, in slices of 1,000 rows. */
MUST_USE enum err report_evidence(
    struct reader *reader, const struct access *access, report_evidence_fn *row, void *arg);

/* ACCESS_OUTCOMES: delayed recall by skill and delay; the skill is borrowed until row() returns.
 * One read over all sendings: by hand, and on a thread that nobody waits for. */
typedef enum err report_outcome_fn(void *arg, const struct skill_outcome *outcome);
MUST_USE enum err report_outcomes(
    struct reader *reader, const struct access *access, report_outcome_fn *row, void *arg);

#endif
