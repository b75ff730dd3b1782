/* Owns the answer to "may they read this?" and the only struct that stands for a yes. Refuses to
 * read anything itself. */
#include "nudged/core/access.h"

#include "nudged/base/arena.h"
#include "nudged/core/facts.h"

struct access {
    enum access_what what;
    int64_t about;
    struct str by;
};

static bool reads_own_team(const struct access_request *request, const struct facts *facts);

/* persons: whether somebody in chat may ever read it, and who that is. */
static const struct {
    struct str word;
    bool about_one;
    bool (*persons)(const struct access_request *request, const struct facts *facts);
} rows[] = {
    [ACCESS_WEEK] = { STR_INIT("digest"), true, reads_own_team },
    [ACCESS_DETAILS] = { STR_INIT("details"), true, reads_own_team },
    [ACCESS_ONE] = { STR_INIT("explain"), true, NULL },
    [ACCESS_LIST] = { STR_INIT("status"), false, NULL },
    [ACCESS_ANSWERS] = { STR_INIT("export answers"), false, NULL },
    [ACCESS_EVIDENCE] = { STR_INIT("export evidence"), false, NULL },
    [ACCESS_OUTCOMES] = { STR_INIT("outcomes"), false, NULL },
};

const struct access *access_ask(
    const struct access_request *request, const struct facts *facts, struct arena *arena)
{
    REQUIRE((unsigned)request->what < COUNT(rows) && rows[request->what].word.len);
    bool operator = request->reader == ACCESS_OPERATOR;
    bool sensible = rows[request->what].about_one ? request->about > 0 : request->about == 0;
    bool (*persons)(const struct access_request *, const struct facts *) =
        rows[request->what].persons;
    bool allowed = operator || (facts && persons && persons(request, facts));
    struct access *access = allowed && sensible ? arena_new(arena, struct access) : NULL;
    if (access)
        *access = (struct access){ request->what, request->about,
            operator ? STR("operator") : str_copy(arena, facts->person.email) };
    return access;
}

const struct access *access_copy(const struct access *access, struct arena *arena)
{
    struct access *copy = arena_new(arena, struct access);
    if (copy)
        *copy = (struct access){ access->what, access->about, str_copy(arena, access->by) };
    return copy;
}

enum access_what access_what(const struct access *access)
{
    return access->what;
}

int64_t access_about(const struct access *access)
{
    return access->about;
}

struct str access_by(const struct access *access)
{
    return access->by;
}

struct str access_word(const struct access *access)
{
    return rows[access->what].word;
}

/* Only their own, only while they are here, only while somebody reports to them. */
static bool reads_own_team(const struct access_request *request, const struct facts *facts)
{
    return facts->has_person && facts->person.state != PERSON_LEFT &&
        facts->person.person_id == request->about && facts->reports_count > 0;
}
