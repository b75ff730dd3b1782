/* Sending under the platform's limits: COUNT questions that all become due at 09:30, each of use
 * until its own window closes, through one post a second and random 429s, on the virtual clock.
 *
 *   COUNT   questions (default 2000)      SEED
 *
 * Promised: the workspace itself, which enforces the rates, never has to refuse one; none is posted
 * twice or after its window; of those that can go, the ones whose window closes first go first;
 * what cannot make its window expires; and at least 95 of 100 of the posts the limits allow are
 * made: one a second while no Retry-After runs. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "endure/endure.h"
#include "nudged/core/delivery.h"
#include "nudged/core/message.h"
#include "support/play.h"

enum {
    COUNT_MAX = 20000,
    WINDOWS = 6,
    OPEN_AT_ONCE = 40, /* conversations a minute */
    LIMITED_PPM = 10000, /* one call in a hundred is answered with 429 */
    RETRIES_MAX = 40 /* refused and not due again yet: others may overtake them */
};

/* Parts of COUNT seconds: the first window has twice as many questions as seconds. */
static const double closes_after[WINDOWS] = { 0.1, 0.4, 0.7, 1.0, 1.5, 2.5 };
static const double share[WINDOWS] = { 0.2, 0.15, 0.15, 0.15, 0.15, 0.2 };

struct question {
    char user[12], channel[16];
    struct instant not_after;
    struct instant asked; /* when its newest request left */
    bool waits; /* refused with 429, not posted since */
    uint32_t times;
};

struct sending {
    struct play *play;
    struct question *questions, **by_channel;
    uint32_t count, posted, late, doubled, overtaken;
    struct instant start, last;
    int64_t frozen_ms;
    struct instant frozen_until;
    struct world_ops ops;
    const struct world_ops *inner;
};

struct pending {
    http_done_fn *fn;
    void *arg;
    struct question *question; /* NULL: not a post */
};

static struct sending sending; /* the world's table of functions has no argument of ours */

static void make_company(struct play_person *people, char (*users)[12], uint32_t count);
static void open_conversations(void);
static void plan_questions(uint64_t seed);
static void add_row(sqlite3_stmt *rows[3], uint32_t i, struct str payload);
static enum err request(struct world *world, const struct http_request *request, http_done_fn *fn,
    void *arg, uint64_t *id);
static void answered(void *arg, const struct http_reply *reply);
static struct question *question_of(struct str body);
static void note_post(struct question *question);
static int compare_channels(const void *a, const void *b);
static void check(void);

int main(void)
{
    sending.count = (uint32_t)endure_number("COUNT", 2000);
    uint64_t seed = endure_number("SEED", 1);
    if (sending.count < 100 || sending.count > COUNT_MAX)
        endure_broken("COUNT is 100 to %d", COUNT_MAX);
    uint32_t count = sending.count;
    struct play_person *people = calloc(count + 2, sizeof(*people));
    char(*users)[12] = calloc(count, sizeof(*users));
    sending.questions = calloc(count, sizeof(*sending.questions));
    sending.by_channel = calloc(count, sizeof(struct question *));
    REQUIRE(people && users && sending.questions && sending.by_channel);
    make_company(people, users, count);
    struct play_setup setup = { .seed = seed, .people = people, .not_live = true, .faults = true,
        .tiers = true };
    sending.play = play_new(&setup);
    while (play_number(sending.play, "SELECT count(*) FROM person WHERE chat_state = 1") <
        (int64_t)count + 1)
        play_for(sending.play, MINUTES(5));
    play_close(sending.play);
    open_conversations();
    sim_world_rest(sending.play->world, (struct instant){ sending.start.utc_ms - 60000 });
    plan_questions(seed);
    struct world *outside = sim_world_outside(sending.play->world);
    sending.inner = outside->ops;
    sending.ops = *outside->ops;
    sending.ops.http_request = request;
    outside->ops = &sending.ops;
    sending.play->faults.chance_ppm[SIM_FAULT_LIMITED] = LIMITED_PPM;
    REQUIRE(!play_open(sending.play));
    for (double hours = 0; hours * 3600 < 3.0 * count; hours += 0.25)
        play_for(sending.play, MINUTES(15));
    check();
    play_free(sending.play);
    free(sending.by_channel);
    free(sending.questions);
    free(users);
    free(people);
    return EXIT_SUCCESS;
}

static void make_company(struct play_person *people, char (*users)[12], uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        (void)snprintf(users[i], sizeof(users[i]), "UP%06u", (unsigned)i);
        memcpy(sending.questions[i].user, users[i], sizeof(users[i]));
        people[i] = (struct play_person){ .user = users[i], .name = "Somebody", .role = "Agent",
            .cohort = "Support", .zone = "Europe/Berlin" };
    }
    people[count] = (struct play_person){ .user = "UOLGA", .name = "Olga Owner",
        .role = "Trainer", .zone = "Europe/Berlin" };
}

/* As on any day but the first: everybody has a conversation with the bot. */
static void open_conversations(void)
{
    struct play *play = sending.play;
    REQUIRE(instant_parse(STR("2031-03-05T08:30:00Z"), &sending.start));
    for (uint32_t i = 0; i < sending.count; i++) {
        struct question *question = &sending.questions[i];
        struct look_user user;
        struct arena arena;
        arena_init(&arena, 1 << 20);
        struct workspace_reply reply;
        struct workspace_request open = { STR("conversations.open"), STR("Bearer " PLAY_BOT_TOKEN),
            STR("application/x-www-form-urlencoded"),
            str_format(&arena, "users=%s", question->user) };
        if (i % OPEN_AT_ONCE == 0)
            sim_world_rest(play->world,
                instant_add(sim_world_now(play->world), (struct duration){ 61000 }));
        workspace_call(play->workspace, &arena, &open, &reply);
        REQUIRE(look_user(play->workspace, str_from_z(question->user), &user) &&
            user.channel.len);
        (void)snprintf(question->channel, sizeof(question->channel), "%.*s",
            STR_ARG(user.channel));
        sending.by_channel[i] = question;
        arena_finish(&arena);
    }
    qsort(sending.by_channel, sending.count, sizeof(struct question *), compare_channels);
}

/* Open questions and their rows of the outbox, as a turn leaves them, in no order of windows. */
static void plan_questions(uint64_t seed)
{
    static char packed[4096];
    sqlite3 *db = NULL;
    sqlite3_stmt *rows[3] = { NULL };
    struct arena arena;
    struct message *message;
    struct buf buf = buf_heap(sizeof(packed));
    arena_init(&arena, 1 << 20);
    message = message_new(&arena, STR("A question for today"));
    message_add(&arena, message, PART_TEXT, STR("What do you do first?"));
    message_pack(message, &buf);
    REQUIRE(!buf.failed);
    REQUIRE(!sqlite3_open_v2("/disk/nudged.db", &db, SQLITE_OPEN_READWRITE,
        sending.play->disk_name));
    REQUIRE(!sqlite3_prepare_v2(db,
        "INSERT INTO nudge (nudge_id, person_id, prompt_id, revision_id, nudge_key, state, step,"
        " day, planned_ms) SELECT ?1, person_id, 1, 1, ?1, 1, 0, 22343, ?2 FROM person"
        " WHERE chat_user = ?3", -1, &rows[0], NULL));
    REQUIRE(!sqlite3_prepare_v2(db,
        "INSERT INTO delivery (delivery_id, lane, order_ms, kind, state, person_id, nudge_id,"
        " delivery_key, made_ms, due_ms, not_after_ms, attempts, payload) SELECT ?1, 4, ?2, 1, 1,"
        " person_id, ?1, ?1, ?4, ?4, ?2, 0, ?5 FROM person WHERE chat_user = ?3", -1, &rows[1],
        NULL));
    REQUIRE(!sqlite3_prepare_v2(db, "UPDATE person SET chat_channel = ?1 WHERE chat_user = ?3", -1,
        &rows[2], NULL));
    for (uint32_t i = 0; i < sending.count; i++) {
        double part = (double)(endure_draw(&seed) % 1000) / 1000;
        int window = 0;
        while (window < WINDOWS - 1 && part >= share[window])
            part -= share[window++];
        sending.questions[i].not_after.utc_ms = sending.start.utc_ms +
            (int64_t)(closes_after[window] * sending.count * 1000);
    }
    REQUIRE(!sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
    for (uint32_t i = 0; i < sending.count; i++)
        add_row(rows, i, buf_str(&buf));
    char text[200];
    (void)snprintf(text, sizeof(text),
        "UPDATE state SET live = 1, delivery_count = %u; "
        "UPDATE person SET slot_day = 22343, slot_count = 1; COMMIT", /* today's is on its way */
        (unsigned)sending.count);
    REQUIRE(!sqlite3_exec(db, text, NULL, NULL, NULL));
    for (size_t i = 0; i < COUNT(rows); i++)
        sqlite3_finalize(rows[i]);
    REQUIRE(!sqlite3_close(db));
    buf_free(&buf);
    arena_finish(&arena);
}

static void add_row(sqlite3_stmt *rows[3], uint32_t i, struct str payload)
{
    const struct question *question = &sending.questions[i];
    sqlite3_bind_int64(rows[0], 1, i + 1);
    sqlite3_bind_int64(rows[0], 2, sending.start.utc_ms);
    sqlite3_bind_int64(rows[1], 1, i + 1);
    sqlite3_bind_int64(rows[1], 2, question->not_after.utc_ms);
    sqlite3_bind_int64(rows[1], 4, sending.start.utc_ms);
    sqlite3_bind_blob(rows[1], 5, payload.ptr, (int)payload.len, SQLITE_STATIC);
    sqlite3_bind_text(rows[2], 1, question->channel, -1, SQLITE_STATIC);
    for (size_t j = 0; j < 3; j++) {
        sqlite3_bind_text(rows[j], 3, question->user, -1, SQLITE_STATIC);
        REQUIRE(sqlite3_step(rows[j]) == SQLITE_DONE);
        sqlite3_reset(rows[j]);
    }
}

/* Between the program and the world: every call passes, its answer is looked at. */
static enum err request(struct world *world, const struct http_request *request, http_done_fn *fn,
    void *arg, uint64_t *id)
{
    bool is_post = str_ends_with(request->url, STR("/chat.postMessage"));
    struct pending *pending = calloc(1, sizeof(*pending));
    REQUIRE(pending);
    *pending = (struct pending){ fn, arg, is_post ? question_of(request->body) : NULL };
    REQUIRE(!is_post || pending->question);
    if (is_post)
        pending->question->asked = sim_world_now(sending.play->world);
    return sending.inner->http_request(world, request, answered, pending, id);
}

static void answered(void *arg, const struct http_reply *reply)
{
    struct pending pending = *(struct pending *)arg;
    struct instant now = sim_world_now(sending.play->world);
    uint64_t seconds = 0;
    free(arg);
    if (pending.question && reply->status == 429) {
        pending.question->waits = true;
        REQUIRE(str_to_uint64(reply->retry_after, &seconds));
        struct instant until = instant_add(now, SECONDS((int64_t)seconds));
        struct instant from =
            instant_before(now, sending.frozen_until) ? sending.frozen_until : now;
        if (instant_before(from, until))
            sending.frozen_ms += until.utc_ms - from.utc_ms;
        if (instant_before(sending.frozen_until, until))
            sending.frozen_until = until;
    } else if (pending.question && reply->status == 200) {
        note_post(pending.question);
    }
    pending.fn(pending.arg, reply);
}

static struct question *question_of(struct str body)
{
    static const char before[] = "\"channel\":\"";
    struct question key = { .user = "" }, *wanted = &key, **found;
    const char *at = memmem(body.ptr, body.len, before, sizeof(before) - 1);
    if (!at)
        return NULL;
    at += sizeof(before) - 1;
    size_t len = strcspn(at, "\"");
    if (len >= sizeof(key.channel))
        return NULL;
    memcpy(key.channel, at, len);
    found = bsearch(&wanted, sending.by_channel, sending.count, sizeof(struct question *),
        compare_channels);
    return found ? *found : NULL;
}

static void note_post(struct question *question)
{
    struct instant now = sim_world_now(sending.play->world);
    uint32_t earlier = 0;
    question->times++;
    question->waits = false;
    sending.posted++;
    sending.last = now;
    sending.late += instant_before(question->not_after, question->asked);
    for (uint32_t i = 0; i < sending.count; i++) {
        const struct question *other = &sending.questions[i];
        earlier += !other->times && !other->waits &&
            instant_before(other->not_after, question->not_after) &&
            instant_before(instant_add(now, SECONDS(30)), other->not_after);
    }
    sending.overtaken += earlier > RETRIES_MAX;
}

static int compare_channels(const void *a, const void *b)
{
    return strcmp((*(struct question *const *)a)->channel, (*(struct question *const *)b)->channel);
}

static void check(void)
{
    uint32_t expired = 0, waiting = 0;
    struct look_calls calls = look_calls(sending.play->workspace, STR("chat.postMessage"));
    for (uint32_t i = 0; i < sending.count; i++) {
        const struct question *question = &sending.questions[i];
        sending.doubled += question->times > 1 ||
            look_messages(sending.play->workspace, str_from_z(question->user)) > 1;
        expired += !question->times;
        waiting += !question->times && question->not_after.utc_ms > sending.last.utc_ms;
    }
    double open_s = (double)(sending.last.utc_ms - sending.start.utc_ms - sending.frozen_ms) / 1e3;
    double part = sending.posted / (open_s + 1);
    int64_t left = play_number(sending.play, "SELECT count(*) FROM delivery");
    printf("%u posted, %u expired, %u late, %u doubled, %u overtaken, %llu refused for their rate, "
           "%.0f s of Retry-After, %.1f %% of what the limits allow\n",
        sending.posted, expired, sending.late, sending.doubled, sending.overtaken,
        (unsigned long long)calls.limited, (double)sending.frozen_ms / 1e3, part * 100);
    if (calls.limited || sending.late || sending.doubled || sending.overtaken || waiting || left)
        endure_broken("a limit, a window or an order (%u still wait, %lld rows are left)", waiting,
            (long long)left);
    if (part < 0.95)
        endure_broken("less than 95 %% of what the limits allow");
    printf("proved: %u questions, %u posted in time, %u expired, 0 doubled, 0 refused for their "
           "rate; %.1f %% of what the limits allow\n",
        sending.count, sending.posted, expired, part * 100);
}
