/* The one list of errors: what went wrong, what the caller should do about it, and a short text.
 *
 * Every fallible function returns `enum err`; OK is zero. Out-parameters are untouched on failure.
 * Where a human wrote the input, the loader adds a `struct fault` with place and sentence. */
#ifndef NUDGED_BASE_ERR_H
#define NUDGED_BASE_ERR_H

#include "nudged/base/macros.h"

/* NONE    nothing to do
 * RETRY   may succeed later without anybody acting
 * GIVE_UP will not succeed until something changes; keep what we have
 * STOP    the process (or the link) cannot go on */
enum err_policy { ERR_POLICY_NONE, ERR_POLICY_RETRY, ERR_POLICY_GIVE_UP, ERR_POLICY_STOP };

#define ERR_MAP(XX)                                                            \
    XX(OK, NONE, "ok")                                                         \
    XX(NO_MEMORY, RETRY, "out of memory for this turn")                        \
    XX(TOO_BIG, GIVE_UP, "larger than its limit")                              \
    XX(SYNTAX, GIVE_UP, "the bytes do not have the expected form")             \
    XX(UNKNOWN_FORM, GIVE_UP, "well-formed, but of no kind we act on")         \
    XX(INVALID, GIVE_UP, "a value is outside what is allowed")                 \
    XX(NOT_FOUND, GIVE_UP, "there is no such thing")                           \
    XX(EXISTS, GIVE_UP, "it is there already")                                 \
    XX(REFUSED, GIVE_UP, "not allowed")                                        \
    XX(TIMEOUT, RETRY, "no reply before the deadline")                         \
    XX(RATE_LIMITED, RETRY, "the platform asked us to wait")                   \
    XX(NOT_SENT, RETRY, "the request never left")                              \
    XX(OUTCOME_UNKNOWN, RETRY, "the request left, its outcome is not known")   \
    XX(CLOSED, RETRY, "the connection is closed")                              \
    XX(FORBIDDEN, STOP, "the token is refused or lacks a permission")          \
    XX(BUSY, RETRY, "somebody else holds it")                                  \
    XX(DB_FULL, RETRY, "the disk or the database is full")                     \
    XX(DB_BUSY, RETRY, "the database is locked by another process")            \
    XX(DB_IO, STOP, "the database could not be read or written")               \
    XX(DB_CORRUPT, STOP, "the database file is damaged")                       \
    XX(DB_NEWER, STOP, "the database was written by a newer version")          \
    XX(DB_MISUSE, STOP, "a statement was used wrongly (our mistake)")          \
    XX(IO, RETRY, "a file could not be read or written")                       \
    XX(INTERNAL, STOP, "an invariant does not hold (our mistake)")

enum err {
#define XX(name, policy, text) ERR_##name,
    ERR_MAP(XX)
#undef XX
    ERR_COUNT
};
#define OK ERR_OK

const char *err_name(enum err err);             /* "RATE_LIMITED"; for logs */
const char *err_text(enum err err);             /* a short English clause; for people */
enum err_policy err_policy_of(enum err err);

#endif
