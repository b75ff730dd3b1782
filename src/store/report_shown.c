/* Reads what was demonstrated. Refuses to judge: the rule is core/evidence.c's. */
#include "store/report_shown.h"

enum {
    MS_PER_DAY = 86400000,
    DAY_AHEAD_MS = 14 * 3600000, /* nowhere does a local day begin earlier before its UTC day */
    SHOWN_MAX = 5000 /* questions of one person; more would be a damaged file */
};

static enum err add(struct query *query, struct arena *arena, struct report_shown **items,
    size_t *len, size_t *room);

enum err report_read_shown(struct reader *reader, int64_t person_id, struct instant since,
    struct arena *arena, struct report_shown **out, size_t *len)
{
    struct query *query = sql_query(reader->sql, SQL_REPORT_SHOWN);
    struct report_shown *items = NULL;
    size_t items_len = 0, room = 0;
    int64_t after_day = since.utc_ms ? (since.utc_ms + DAY_AHEAD_MS) / MS_PER_DAY : 0;
    query_set_int(query, NAME_PERSON_ID, person_id);
    query_set_int(query, NAME_AFTER_DAY, after_day);
    /* As the rule has it, which is asked as well: most rows need not be read whole. */
    query_set_real(query, NAME_LOG_ODDS, EVIDENCE_DEMONSTRATED);
    query_set_int(query, NAME_HITS, EVIDENCE_DAYS_MIN);
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        err = add(query, arena, &items, &items_len, &room);
        if (err) {
            (void)!query_end(query);
            return err;
        }
    }
    if (err)
        return err;
    *out = items;
    *len = items_len;
    return OK;
}

static enum err add(struct query *query, struct arena *arena, struct report_shown **items,
    size_t *len, size_t *room)
{
    struct report_shown shown;
    row_review(query, &shown.review);
    if (!evidence_demonstrated(&shown.review.evidence))
        return OK;
    shown.review.prompt_id = query_int(query, NAME_PROMPT_ID);
    shown.skill = query_copy(query, NAME_SKILL, arena);
    if (*len == SHOWN_MAX)
        return ERR_NO_MEMORY;
    if (*len == *room) {
        size_t more = *room ? 2 * *room : 8;
        *items = arena_grow(arena, *items, *room * sizeof(**items), more * sizeof(**items));
        *room = *items ? more : 0;
    }
    if (!*items)
        return ERR_NO_MEMORY;
    (*items)[(*len)++] = shown;
    return OK;
}
