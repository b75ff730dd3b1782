/* Who is who: rows of people.csv and accounts of the workspace meet in one table.
 *
 * Owns matching. People are known by their id in the file, accounts by their id in the platform; an
 * e-mail only brings the two together once. Refuses to merge: an account that is matched stays with
 * its person whatever its e-mail says later, unless that person left. */
#include "store/inside.h"

/* The Monday after next, in any zone. */
#define DIGEST_AHEAD_MS ((int64_t)15 * 86400000)

static enum err free_email(const struct applying *applying, const struct people_row *row);
static enum err refresh(
    const struct applying *applying, const struct person *person, const struct member *member);
static enum err match(
    const struct applying *applying, const struct member *member, const struct person *holder);
static enum err run_for_person(const struct applying *applying, enum sql_id id, int64_t person_id);
static enum err run_in_range(
    const struct applying *applying, enum sql_id id, const struct effect *effect);

enum err apply_people_row(const struct applying *applying, const struct effect *effect)
{
    const struct people_row *row = &effect->row;
    enum err err = row->email.len ? free_email(applying, row) : OK;
    if (err)
        return err;
    struct query *query = sql_query(applying->sql, SQL_PEOPLE_PUT);
    query_set_text(query, NAME_EXTERNAL_ID, row->external_id);
    query_set_text_or_null(query, NAME_EMAIL, row->email);
    query_set_text(query, NAME_NAME, row->name);
    query_set_text(query, NAME_ROLE, row->role);
    query_set_text(query, NAME_COHORT, row->cohort);
    query_set_text(query, NAME_REGION, row->region);
    query_set_text(query, NAME_ZONE, row->zone);
    query_set_int(query, NAME_WORKDAYS, row->workdays & 127);
    query_set_int(query, NAME_START_DAY, row->start_day);
    query_set_int(query, NAME_END_DAY, row->end_day);
    query_set_text(query, NAME_MANAGER, row->manager);
    query_set_int(query, NAME_EMPLOYED, row->active);
    query_set_int(query, NAME_ROSTER_EPOCH, effect->epoch);
    applying->out->slots_changed = true;
    return query_run(query);
}

enum err apply_people_last(const struct applying *applying, const struct effect *effect)
{
    struct effect step = { .sweep = { SWEEP_LEFT, 0, INT64_MAX, effect->roster_epoch } };
    enum err err = OK;
    for (int what = SWEEP_LEFT; !err && what <= SWEEP_CLOSE; what++) {
        step.sweep.what = (enum people_sweep)what;
        err = apply_people_sweep(applying, &step);
    }
    return err;
}

enum err apply_people_sweep(const struct applying *applying, const struct effect *effect)
{
    applying->out->slots_changed = true;
    switch (effect->sweep.what) {
    case SWEEP_LEFT:
        return run_in_range(applying, SQL_PEOPLE_LEFT, effect);
    case SWEEP_MANAGERS:
        return run_in_range(applying, SQL_PEOPLE_MANAGERS, effect);
    case SWEEP_DIGESTS: {
        enum err err = run_in_range(applying, SQL_PEOPLE_DIGEST_START, effect);
        return err ? err : run_in_range(applying, SQL_PEOPLE_DIGEST_STOP, effect);
    }
    case SWEEP_CLOSE: {
        struct query *query = sql_query(applying->sql, SQL_STATE_SET_ROSTER);
        query_set_int(query, NAME_ROSTER_EPOCH, effect->sweep.roster_epoch);
        applying->store->whole_known = false;
        return query_run(query);
    }
    case SWEEP_WAKE:
        return wake_people(applying, effect->sweep.after_id, effect->sweep.until_id);
    }
    return ERR_INTERNAL;
}

enum err wake_people(const struct applying *applying, int64_t after_id, int64_t until_id)
{
    applying->out->slots_changed = true;
    struct query *query = sql_query(applying->sql, SQL_PERSON_WAKE_DIGESTS);
    query_set_int(query, NAME_UNTIL_MS, applying->event->at.utc_ms + DIGEST_AHEAD_MS);
    enum err err = query_run(query);
    if (err)
        return err;
    query = sql_query(applying->sql, SQL_PERSON_WAKE);
    query_set_int(query, NAME_AFTER_ID, after_id);
    query_set_int(query, NAME_UNTIL_ID, until_id);
    return query_run(query);
}

enum err apply_member(const struct applying *applying, const struct effect *effect)
{
    const struct member *member = &effect->member;
    struct person holder = { 0 };
    bool found = false;
    struct query *query = sql_query(applying->sql, SQL_PERSON_BY_USER);
    query_set_text(query, NAME_CHAT_USER, member->user);
    enum err err = read_person(query, applying->arena, &found, &holder);
    if (err)
        return err;
    if (found && (holder.state != PERSON_LEFT || member->deleted))
        return refresh(applying, &holder, member);
    if (member->deleted || member->bot || !member->email.len)
        return OK;
    return match(applying, member, found ? &holder : NULL);
}

enum err apply_members_last(const struct applying *applying, const struct effect *effect UNUSED)
{
    return sql_run(applying->sql, SQL_MEMBERS_UNMATCHED);
}

enum err apply_dnd(const struct applying *applying, const struct effect *effect)
{
    struct query *query = sql_query(applying->sql, SQL_DND_SET);
    query_set_text(query, NAME_CHAT_USER, effect->dnd.user);
    query_set_int(query, NAME_DND_UNTIL_MS, effect->dnd.until.utc_ms);
    return query_run(query);
}

/* Two people may change e-mails with each other in one file; row by row one of them has none
 * between. */
static enum err free_email(const struct applying *applying, const struct people_row *row)
{
    struct query *query = sql_query(applying->sql, SQL_PEOPLE_FREE_EMAIL);
    query_set_text(query, NAME_EMAIL, row->email);
    query_set_text(query, NAME_EXTERNAL_ID, row->external_id);
    return query_run(query);
}

/* Writes only what changed: a page of the roster is mostly old news. */
static enum err refresh(
    const struct applying *applying, const struct person *person, const struct member *member)
{
    bool back = !member->deleted && person->chat_state == CHAT_DEACTIVATED;
    bool moved = member->zone.len && !str_equal(member->zone, person->chat_zone);
    if (member->deleted)
        return person->chat_state == CHAT_DEACTIVATED
            ? OK
            : run_for_person(applying, SQL_MEMBER_DEACTIVATE, person->person_id);
    if (!back && !moved)
        return OK;
    struct query *query = sql_query(applying->sql, SQL_MEMBER_REFRESH);
    query_set_text(query, NAME_CHAT_ZONE, member->zone.len ? member->zone : person->chat_zone);
    query_set_int(query, NAME_CHAT_STATE, back ? CHAT_MATCHED : person->chat_state);
    query_set_int(query, NAME_PERSON_ID, person->person_id);
    applying->out->slots_changed = true;
    return query_run(query);
}

/* holder: somebody who left and still has this account; NULL: nobody. */
static enum err match(
    const struct applying *applying, const struct member *member, const struct person *holder)
{
    struct query *query = sql_query(applying->sql, SQL_PERSON_BY_EMAIL);
    query_set_text(query, NAME_EMAIL, member->email);
    bool found = false;
    enum err err = query_row(query, &found);
    if (err || !found)
        return err;
    int64_t person_id = query_int(query, NAME_PERSON_ID);
    int64_t chat_state = query_int(query, NAME_CHAT_STATE);
    err = query_end(query);
    if (err || chat_state == CHAT_MATCHED)
        return err;
    if (holder)
        err = run_for_person(applying, SQL_MEMBER_RELEASE, holder->person_id);
    if (err)
        return err;
    query = sql_query(applying->sql, SQL_MEMBER_MATCH);
    query_set_text(query, NAME_CHAT_USER, member->user);
    query_set_text(query, NAME_CHAT_ZONE, member->zone);
    query_set_int(query, NAME_PERSON_ID, person_id);
    applying->out->slots_changed = true;
    return query_run(query);
}

static enum err run_for_person(const struct applying *applying, enum sql_id id, int64_t person_id)
{
    struct query *query = sql_query(applying->sql, id);
    query_set_int(query, NAME_PERSON_ID, person_id);
    return query_run(query);
}

static enum err run_in_range(
    const struct applying *applying, enum sql_id id, const struct effect *effect)
{
    struct query *query = sql_query(applying->sql, id);
    query_set_int(query, NAME_AFTER_ID, effect->sweep.after_id);
    query_set_int(query, NAME_UNTIL_ID, effect->sweep.until_id);
    if (id == SQL_PEOPLE_LEFT)
        query_set_int(query, NAME_ROSTER_EPOCH, effect->sweep.roster_epoch);
    if (id == SQL_PEOPLE_MANAGERS)
        query_set_int(query, NAME_NOW_MS, applying->event->at.utc_ms);
    return query_run(query);
}
