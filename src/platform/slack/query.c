/* Owns what is asked page by page or name by name: the roster, e-mails, profiles, who is in "do not
 * disturb". Each answer becomes an event; one query of a kind at a time, which for profiles goes on
 * as long as somebody waits in the link's `asked`. What cannot be had is noted and
 * left: the app asks again when it needs it. */
#include "platform/slack/inside.h"

#include <stdlib.h>

#include "platform/slack/members.h"

enum {
    PAGE_MEMBERS = 200, DND_BATCH = 50, CURSOR_ROOM = 512, BODY_ROOM = 16 << 10,
    FAILURES_MAX = 10, WAIT_MS_FIRST = 1000, WAIT_MS_MAX = 60 * 1000
};

struct query {
    struct link *link;
    enum query_kind kind;
    struct timer *timer;
    struct str *users;          /* copies, in the same block as the query */
    size_t users_len, at;
    size_t batch;               /* of them in the request on its way */
    char cursor[CURSOR_ROOM];
    int failures;
};

typedef enum err ask_fn(struct query *query, struct call *call);
/* False: that was the last answer. */
typedef bool read_fn(struct query *query, const struct json *root);

static ask_fn ask_roster, ask_email, ask_dnd, ask_user;
static read_fn read_roster, read_email, read_dnd, read_user;
static struct query *query_new(struct link *link, enum query_kind kind, const struct str *users,
    size_t users_len);
static struct query *query_free(struct query *query);
static world_fn query_step;
static call_done_fn query_answered;
static void query_retry(struct query *query, const struct verdict *verdict);
static void read_dnd_state(struct query *query, const struct json *users, struct dnd_state *out);

static const struct { enum method method; ask_fn *ask; read_fn *read; } kinds[] = {
    [QUERY_ROSTER] = { METHOD_USERS_LIST, ask_roster, read_roster },
    [QUERY_DND] = { METHOD_DND_TEAM, ask_dnd, read_dnd },
    [QUERY_EMAILS] = { METHOD_USERS_BY_EMAIL, ask_email, read_email },
    [QUERY_USER] = { METHOD_USERS_INFO, ask_user, read_user },
};
_Static_assert(COUNT(kinds) == QUERY_USER + 1, "one row a query kind");

enum err slack_query(struct link *link, enum query_kind kind, const struct str *users,
    size_t users_len)
{
    if (link->workspace[0] == '\0')
        return ERR_CLOSED;
    if (kind < QUERY_ROSTER || kind >= COUNT(kinds))
        return ERR_INVALID;
    for (size_t i = 0; kind == QUERY_USER && i < users_len; i++)
        if (is_slack_id(users[i]))
            asked_add(&link->asked, users[i], world_mono(link->world));
    if (kind == QUERY_USER && (link->queries[kind] || asked_first(&link->asked).len == 0))
        return OK;
    if (link->queries[kind])
        return ERR_BUSY;
    if (kind != QUERY_ROSTER && users_len == 0)
        return OK;
    struct query *query = query_new(link, kind, users, users_len);
    if (!query)
        return ERR_NO_MEMORY;
    link->queries[kind] = query;
    link->world->ops->timer_after(query->timer, (struct duration){ 0 });
    return OK;
}

void queries_free(struct link *link)
{
    for (size_t i = 0; i < COUNT(link->queries); i++)
        query_free(link->queries[i]);
}

static struct query *query_new(struct link *link, enum query_kind kind, const struct str *users,
    size_t users_len)
{
    size_t bytes = sizeof(struct query) + users_len * sizeof(struct str);
    for (size_t i = 0; i < users_len; i++)
        bytes += users[i].len;
    struct query *query = calloc(1, bytes);
    if (!query)
        return NULL;
    *query = (struct query){ .link = link, .kind = kind, .users_len = users_len };
    query->users = (struct str *)(query + 1);
    char *text = (char *)(query->users + users_len);
    for (size_t i = 0; i < users_len; i++) {
        if (users[i].len)
            memcpy(text, users[i].ptr, users[i].len);
        query->users[i] = (struct str){ text, users[i].len };
        text += users[i].len;
    }
    query->timer = link->world->ops->timer_new(link->world, query_step, query);
    if (!query->timer) {
        free(query);
        return NULL;
    }
    return query;
}

static struct query *query_free(struct query *query)
{
    if (!query)
        return NULL;
    query->link->queries[query->kind] = NULL;
    query->link->world->ops->timer_free(query->timer);
    free(query);
    return NULL;
}

/* Sends the next request, or comes back when its bucket has a token. */
static void query_step(void *arg)
{
    struct query *query = arg;
    struct link *link = query->link;
    struct mono now = world_mono(link->world);
    struct mono ready = pacing_ready_at(&link->pacing, kinds[query->kind].method, now);
    struct call *call = ready.ms > now.ms ? NULL : call_new(link);
    struct verdict verdict = { .class = VERDICT_TRANSIENT, .code = STR("not_started") };
    if (ready.ms > now.ms) {
        link->world->ops->timer_after(query->timer, (struct duration){ ready.ms - now.ms });
    } else if (!call) {
        link->world->ops->timer_after(query->timer, (struct duration){ WAIT_MS_FIRST });
    } else {
        call->query = query;
        if (kinds[query->kind].ask(query, call)) {
            call_free(call);
            query_retry(query, &verdict);
        }
    }
}

static void query_answered(struct call *call, const struct verdict *verdict)
{
    struct query *query = call->query;
    call_free(call);
    bool one_by_one = query->kind == QUERY_EMAILS || query->kind == QUERY_USER;
    bool absent = one_by_one && verdict->class == VERDICT_PERSON;
    if (verdict->class != VERDICT_OK && !absent) {
        query_retry(query, verdict);
        return;
    }
    query->failures = 0;
    if (kinds[query->kind].read(query, verdict->root)) {
        query->link->world->ops->timer_after(query->timer, (struct duration){ 0 });
    } else {
        query_free(query);
    }
}

static void query_retry(struct query *query, const struct verdict *verdict)
{
    struct link *link = query->link;
    int64_t wait_ms = (int64_t)WAIT_MS_FIRST << query->failures;
    bool again = verdict_end(verdict->class, false) == DELIVERY_END_RETRY;
    if (!again || ++query->failures > FAILURES_MAX) {
        link_note(link, str_from_z(method_info(kinds[query->kind].method)->name), verdict->code);
        if (query->kind == QUERY_USER)
            asked_done(&link->asked);       /* whoever waits behind is asked for with the next */
        query_free(query);
        return;
    }
    if (wait_ms > WAIT_MS_MAX)
        wait_ms = WAIT_MS_MAX;
    wait_ms += world_random_below(link->world, WAIT_MS_FIRST);
    link->world->ops->timer_after(query->timer, (struct duration){ wait_ms });
}

static enum err ask_roster(struct query *query, struct call *call)
{
    struct buf body = buf_in(link_scratch(query->link), BODY_ROOM);
    struct str bytes;
    form_add(&body, "limit", str_format(&query->link->scratch, "%d", PAGE_MEMBERS));
    if (query->cursor[0])
        form_add(&body, "cursor", str_from_z(query->cursor));
    enum err err = buf_finish(&body, &bytes);
    return err ? err : call_start(call, METHOD_USERS_LIST, STR_EMPTY, bytes, query_answered);
}

static bool read_roster(struct query *query, const struct json *root)
{
    struct arena *scratch = link_scratch(query->link);
    const struct json *members = json_get(root, "members");
    struct str cursor = json_get_text(json_get(root, "response_metadata"), "next_cursor");
    struct event event = { .kind = EVENT_MEMBERS, .answers = QUERY_ROSTER };
    size_t count = 0;
    for (const struct json *it = json_first(members); it; it = json_next(it))
        count++;
    event.members = arena_array(scratch, struct member, count);
    event.members_complete = cursor.len == 0;
    const struct json *each = event.members ? json_first(members) : NULL;
    for (; each; each = json_next(each))
        event.members_len += member_read(each, scratch, &event.members[event.members_len]);
    if (arena_failed(scratch) || cursor.len >= sizeof query->cursor) {
        link_note(query->link, STR("users.list"), STR("page_too_big"));
        return false;
    }
    (void)snprintf(query->cursor, sizeof query->cursor, "%.*s", STR_ARG(cursor));
    link_emit(query->link, &event);
    return cursor.len > 0;
}

static enum err ask_email(struct query *query, struct call *call)
{
    struct buf body = buf_in(link_scratch(query->link), BODY_ROOM);
    struct str bytes;
    form_add(&body, "email", query->users[query->at]);
    enum err err = buf_finish(&body, &bytes);
    return err ? err : call_start(call, METHOD_USERS_BY_EMAIL, STR_EMPTY, bytes, query_answered);
}

/* The last one says that all were asked, also when nobody has that address. */
static bool read_email(struct query *query, const struct json *root)
{
    struct arena *scratch = link_scratch(query->link);
    struct member member = { 0 };
    struct event event = { .kind = EVENT_MEMBERS, .answers = QUERY_EMAILS, .members = &member };
    event.members_complete = ++query->at == query->users_len;
    event.members_len =
        member_read(json_get(root, "user"), scratch, &member) && !arena_failed(scratch);
    if (event.members_len || event.members_complete)
        link_emit(query->link, &event);
    return !event.members_complete;
}

static enum err ask_user(struct query *query, struct call *call)
{
    struct buf body = buf_in(link_scratch(query->link), BODY_ROOM);
    struct str bytes;
    form_add(&body, "user", asked_first(&query->link->asked));
    enum err err = buf_finish(&body, &bytes);
    return err ? err : call_start(call, METHOD_USERS_INFO, STR_EMPTY, bytes, query_answered);
}

static bool read_user(struct query *query, const struct json *root)
{
    struct link *link = query->link;
    struct arena *scratch = link_scratch(link);
    struct member member = { 0 };
    struct event event = { .kind = EVENT_MEMBERS, .answers = QUERY_USER, .members = &member };
    event.members_len =
        member_read(json_get(root, "user"), scratch, &member) && !arena_failed(scratch);
    asked_done(&link->asked);
    if (event.members_len)
        link_emit(link, &event);
    return asked_first(&link->asked).len > 0;
}

static enum err ask_dnd(struct query *query, struct call *call)
{
    struct arena *scratch = link_scratch(query->link);
    struct buf list = buf_in(scratch, BODY_ROOM), body = buf_in(scratch, BODY_ROOM);
    struct str bytes;
    size_t left = query->users_len - query->at;
    query->batch = left < DND_BATCH ? left : DND_BATCH;
    for (size_t i = 0; i < query->batch; i++) {
        if (i > 0)
            buf_add_byte(&list, ',');
        buf_add(&list, query->users[query->at + i]);
    }
    form_add(&body, "users", buf_str(&list));
    enum err err = buf_finish(&list, &bytes);
    if (!err)
        err = buf_finish(&body, &bytes);
    return err ? err : call_start(call, METHOD_DND_TEAM, STR_EMPTY, bytes, query_answered);
}

/* Whom Slack leaves out is not known to be in DND. */
static bool read_dnd(struct query *query, const struct json *root)
{
    struct arena *scratch = link_scratch(query->link);
    const struct json *users = json_get(root, "users");
    struct event event = { .kind = EVENT_DND };
    event.dnd = arena_array(scratch, struct dnd_state, query->batch);
    for (size_t i = 0; i < query->batch && event.dnd; i++) {
        struct dnd_state *state = &event.dnd[event.dnd_len++];
        state->user = query->users[query->at + i];
        read_dnd_state(query, users, state);
    }
    if (event.dnd)
        link_emit(query->link, &event);
    query->at += query->batch;
    return query->at < query->users_len;
}

static void read_dnd_state(struct query *query, const struct json *users, struct dnd_state *out)
{
    char id[ID_ROOM];
    int64_t start_s = 0, end_s = 0;
    int64_t now_s = world_now(query->link->world).utc_ms / 1000;
    (void)snprintf(id, sizeof id, "%.*s", STR_ARG(out->user));
    const struct json *user = json_get(users, id);
    if (json_get_true(user, "dnd_enabled") && json_get_integer(user, "next_dnd_start_ts", &start_s)
        && json_get_integer(user, "next_dnd_end_ts", &end_s) && start_s <= now_s && now_s < end_s)
        out->until.utc_ms = end_s * 1000;
}
