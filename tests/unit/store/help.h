/* What the store's tests share: a store in a folder of its own, turns, people and prompts. */
#ifndef TESTS_UNIT_STORE_HELP_H
#define TESTS_UNIT_STORE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nudged/core/plan.h"
#include "nudged/store/outbox.h"
#include "nudged/store/report.h"
#include "nudged/store/store.h"

#define MONDAY 22340 /* 2031-03-03, a Monday */
#define NOON   ((int64_t)MONDAY * 86400000 + 43200000) /* of that day, in UTC ms */

struct play {
    char folder[64];
    char path[96];
    struct store *store;
    struct arena arena;
    struct instant now;
    struct prompt prompts[4];
    struct deck deck;
    struct applied applied; /* of the last turn */
};

static inline struct str play_path(const struct play *play)
{
    return str_from_z(play->path);
}

static inline enum err play_try_open(struct play *play, struct str *detail)
{
    struct store_options options = { .path = play_path(play) };
    return store_open(&options, &play->arena, &play->store, detail);
}

static inline void play_open(struct play *play)
{
    struct str detail = STR_EMPTY;
    enum err err = play_try_open(play, &detail);
    if (err)
        print_message("%.*s\n", STR_ARG(detail));
    assert_int_equal(err, OK);
}

static inline struct play *play_start(void)
{
    struct play *play = calloc(1, sizeof(*play));
    assert_non_null(play);
    const char *base = getenv("TMPDIR");
    int len = snprintf(
        play->folder, sizeof(play->folder), "%s/nudged-store-XXXXXX", base ? base : "/tmp");
    assert_in_range(len, 1, sizeof(play->folder) - 1);
    assert_non_null(mkdtemp(play->folder));
    snprintf(play->path, sizeof(play->path), "%s/nudged.db", play->folder);
    arena_init(&play->arena, 64 << 20);
    play->now.utc_ms = NOON;
    play_open(play);
    return play;
}

static inline int play_setup(void **state)
{
    *state = play_start();
    return 0;
}

static inline int play_teardown(void **state)
{
    struct play *play = *state;
    char command[128];
    store_close(play->store);
    arena_finish(&play->arena);
    snprintf(command, sizeof(command), "rm -rf '%s'", play->folder);
    assert_int_equal(system(command), 0);
    free(play);
    return 0;
}

static inline struct event play_event(const struct play *play, enum event_kind kind)
{
    return (struct event){ .kind = kind, .at = play->now };
}

/* One turn with these effects. */
static inline enum err play_try(
    struct play *play, const struct event *event, const struct effect *effects, size_t len)
{
    struct effect *copy = arena_copy(&play->arena, effects, len * sizeof(*effects));
    struct plan plan = { .effects = copy, .effects_len = len };
    enum err err = store_begin(play->store);
    if (!err)
        err = store_apply(play->store, event, &plan, &play->arena, &play->applied);
    if (!err)
        err = store_commit(play->store);
    if (err)
        store_rollback(play->store);
    return err;
}

static inline void play_effects(struct play *play, const struct effect *effects, size_t len)
{
    struct event event = play_event(play, EVENT_CONTROL);
    assert_int_equal(play_try(play, &event, effects, len), OK);
}

static inline void play_effect(struct play *play, struct effect effect)
{
    play_effects(play, &effect, 1);
}

static inline struct facts play_facts(struct play *play, unsigned needs, struct event event)
{
    struct facts facts = { .now = play->now };
    assert_int_equal(store_begin(play->store), OK);
    assert_int_equal(store_facts(play->store, needs, &event, &play->arena, &facts), OK);
    store_rollback(play->store);
    return facts;
}

static inline struct person play_person(struct play *play, int64_t person_id)
{
    struct event event = { .kind = EVENT_PERSON_DUE, .person_id = person_id };
    struct facts facts = play_facts(play, NEED_PERSON, event);
    assert_true(facts.has_person);
    return facts.person;
}

static inline struct people_row play_row(struct play *play, int number)
{
    struct arena *arena = &play->arena;
    return (struct people_row){
        .external_id = str_format(arena, "p%d", number),
        .email = str_format(arena, "p%d@example.com", number),
        .name = str_format(arena, "Person %04d", number),
        .role = STR("support"),
        .cohort = STR("spring"),
        .zone = STR("Europe/Berlin"),
        .region = STR("DE-BE"),
        .workdays = 31,
        .start_day = MONDAY - 100,
        .active = true,
    };
}

/* People 1 to count; the first one manages the others. Numbers are their person_id. */
static inline void play_people(struct play *play, int count, int64_t epoch)
{
    struct effect *effects = calloc((size_t)count + 1, sizeof(*effects));
    assert_non_null(effects);
    for (int i = 1; i <= count; i++) {
        struct effect *effect = &effects[i - 1];
        effect->kind = EFFECT_PEOPLE_ROW;
        effect->epoch = epoch;
        effect->row = play_row(play, i);
        if (i > 1)
            effect->row.manager = STR("p1");
    }
    effects[count].kind = EFFECT_PEOPLE_LAST;
    effects[count].roster_epoch = epoch;
    play_effects(play, effects, (size_t)count + 1);
    free(effects);
}

/* Gives people 1 to count the chat accounts U1 … */
static inline void play_match(struct play *play, int count)
{
    struct effect *effects = calloc((size_t)count, sizeof(*effects));
    assert_non_null(effects);
    for (int i = 1; i <= count; i++) {
        effects[i - 1].kind = EFFECT_MEMBER;
        effects[i - 1].member = (struct member){
            .user = str_format(&play->arena, "U%d", i),
            .email = str_format(&play->arena, "P%d@Example.com", i),
            .zone = STR("Europe/Paris"),
        };
    }
    play_effects(play, effects, (size_t)count);
    free(effects);
}

/* Two choices, one order, one reflection. */
static inline void play_prompts(struct play *play)
{
    static struct prompt_option options[3] = { { .text = { "Ask", 3 }, .correct = true },
        { .text = { "Wait", 4 } }, { .text = { "Guess", 5 } } };
    static const enum prompt_kind kinds[] = { PROMPT_CHOICE, PROMPT_CHOICE, PROMPT_ORDER,
        PROMPT_REFLECT };
    static const char *const ids[] = { "first", "second", "third", "fourth" };
    for (size_t i = 0; i < COUNT(kinds); i++)
        play->prompts[i] = (struct prompt){
            .deck = STR("handoff"),
            .id = str_from_z(ids[i]),
            .kind = kinds[i],
            .skill = i == 1 ? STR("listening") : STR("escalation"),
            .ask = STR("What now?"),
            .options = kinds[i] == PROMPT_REFLECT ? NULL : options,
            .options_len = kinds[i] == PROMPT_REFLECT ? 0 : COUNT(options),
        };
    play->deck = (struct deck){
        .id = STR("handoff"), .prompts = play->prompts, .prompts_len = COUNT(kinds)
    };
    assert_int_equal(store_begin(play->store), OK);
    assert_int_equal(store_number_prompts(play->store, &play->deck, 1), OK);
    assert_int_equal(store_commit(play->store), OK);
}

static inline const struct message *play_message(
    struct play *play, int64_t nudge_id, const char *text)
{
    struct message *message = message_new(&play->arena, str_from_z(text));
    message->ref = (struct action_ref){ .nudge_id = nudge_id, .key = 77 };
    message_add(&play->arena, message, PART_STRONG, str_from_z(text));
    return message;
}

/* Sends a prompt: nudge, review, outbox row. Gives the nudge's number. */
static inline int64_t play_nudge(
    struct play *play, int64_t person_id, const struct prompt *prompt, int32_t day)
{
    struct effect effects[3] = { { .kind = EFFECT_NUDGE_NEW }, { .kind = EFFECT_REVIEW },
        { .kind = EFFECT_DELIVER } };
    effects[0].nudge = (struct nudge){
        .person_id = person_id,
        .prompt_id = prompt->prompt_id,
        .revision_id = prompt->revision_id,
        .key = UINT64_MAX - 5,
        .state = NUDGE_OPEN,
        .day = day,
        .planned = play->now,
    };
    effects[1].person_id = person_id;
    effects[1].review = (struct review){
        .prompt_id = prompt->prompt_id, .born_day = day, .sent_day = day, .due_day = day + 3
    };
    effects[2].person_id = person_id;
    effects[2].nudge_id = -1;
    effects[2].deliver.lane = LANE_NUDGE;
    effects[2].deliver.kind = DELIVERY_POST;
    effects[2].deliver.due = play->now;
    effects[2].deliver.not_after = instant_add(play->now, HOURS(4));
    effects[2].deliver.key = UINT64_MAX - 9;
    effects[2].deliver.message = play_message(play, -1, "A question");
    play_effects(play, effects, COUNT(effects));
    assert_true(play->applied.nudge_id > 0);
    return play->applied.nudge_id;
}

static inline void play_answer(
    struct play *play, int64_t nudge_id, int32_t day, enum grade grade, enum rating rating)
{
    struct effect effects[2] = { { .kind = EFFECT_ANSWER, .nudge_id = nudge_id },
        { .kind = EFFECT_NUDGE_STATE, .nudge_id = nudge_id } };
    effects[0].answer = (struct answer){
        .grade = grade, .rating = rating, .chosen = 1, .at = play->now, .day = day
    };
    effects[1].nudge.state = NUDGE_ANSWERED;
    effects[1].nudge.closed = play->now;
    play_effects(play, effects, COUNT(effects));
}

static inline size_t play_ready(struct play *play, enum lane lane, struct delivery *out, size_t max)
{
    size_t len = 0;
    assert_int_equal(
        outbox_ready(play->store, lane, play->now, NULL, &play->arena, out, max, &len), OK);
    return len;
}

/* How a request ended, as a turn of its own. */
static inline void play_ended(
    struct play *play, const struct delivery *delivery, enum delivery_end end)
{
    struct effect effect = { .kind = EFFECT_DELIVERED };
    effect.result = (struct delivery_result){
        .delivery_id = delivery->delivery_id,
        .lane = delivery->lane,
        .order_ms = delivery->order_ms,
        .kind = delivery->kind,
        .person_id = delivery->person_id,
        .nudge_id = delivery->nudge_id,
        .end = end,
        .channel = STR("D1"),
        .message_id = STR("1.000100"),
        .again = instant_add(play->now, SECONDS(10)),
    };
    play_effect(play, effect);
}

/* One number from the file, read by a connection of the test's own. */
static inline int64_t play_number(const struct play *play, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open_v2(play->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL))
        print_message("%s\n", sqlite3_errmsg(db));
    assert_non_null(statement);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

#endif
