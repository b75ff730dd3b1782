/* The names, texts and policies of the one list of errors; a number outside it is INTERNAL. */
#include "nudged/base/err.h"

static const struct {
    const char *name, *text;
    enum err_policy policy;
} errs[] = {
#define XX(name, policy, text) { #name, text, ERR_POLICY_##policy },
    ERR_MAP(XX)
#undef XX
};
_Static_assert(COUNT(errs) == ERR_COUNT, "one row per error");

static size_t row_of(enum err err);

const char *err_name(enum err err) { return errs[row_of(err)].name; }

const char *err_text(enum err err) { return errs[row_of(err)].text; }

enum err_policy err_policy_of(enum err err) { return errs[row_of(err)].policy; }

static size_t row_of(enum err err)
{
    return (size_t)err < COUNT(errs) ? (size_t)err : (size_t)ERR_INTERNAL;
}
