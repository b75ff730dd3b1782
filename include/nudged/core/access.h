/* Who may read another person's data: the one place that says so.
 *
 * Whoever wants to read asks here first and gets a pass, or none. The readers of the store take
 * nothing but a pass and read exactly what it is for, so no row about another person is reached
 * around this question; access.c alone makes passes. What a pass opened is written into the access
 * log (EFFECT_ACCESS, store_note_access) in its own words.
 *
 * The operator of the machine may read all of it: the file is theirs anyway, and the log says that
 * they looked. A person in chat may read one thing about others: the week of the people who report
 * to them now. Who asks for anything else gets no pass, whatever the reason and whether or not
 * there is such a person: a refusal must not tell. Being an admin of the bot opens nothing. */
#ifndef NUDGED_CORE_ACCESS_H
#define NUDGED_CORE_ACCESS_H

#include <stdint.h>

#include "nudged/base/macros.h"
#include "nudged/base/str.h"

struct access;                  /* a pass; lives in the arena it was made in */
struct arena;
struct facts;

enum access_reader { ACCESS_OPERATOR = 1, ACCESS_PERSON = 2 };

enum access_what {
    ACCESS_WEEK = 1,            /* the digest of the team of `about` */
    ACCESS_DETAILS = 2,         /* the same, all lines, asked for by the manager */
    ACCESS_ONE = 3,             /* everything about the next question of `about` */
    ACCESS_LIST = 4,            /* everybody's name, e-mail and whether chat reaches them */
    ACCESS_ANSWERS = 5,         /* all answers of everybody */
    ACCESS_EVIDENCE = 6,        /* what everybody has demonstrated, a row a person and question */
    ACCESS_OUTCOMES = 7         /* delayed recall of a skill, sums of many */
};

struct access_request {
    enum access_reader reader;
    enum access_what what;
    int64_t about;              /* a person_id; 0: everybody (LIST and what follows it) */
};

/* facts: of the reader, as the store knows them now (NEED_PERSON | NEED_MANAGER); NULL for the
 * operator. NULL: refused, or no memory (the arena remembers). */
const struct access *access_ask(
    const struct access_request *request, const struct facts *facts, struct arena *arena);
/* The same pass in another arena, for a job that outlives the turn. NULL: no memory. */
const struct access *access_copy(const struct access *access, struct arena *arena);

enum access_what access_what(const struct access *access);
int64_t access_about(const struct access *access);
/* For the access log: the e-mail of the reader or "operator"; "digest", "details", "explain" … */
struct str access_by(const struct access *access);
struct str access_word(const struct access *access);

#endif
