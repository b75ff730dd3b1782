/* Every allocation of the program fails in turn: once; once more when the same thing is tried
 * again; and with the thirty behind it. In a start, a question on its way, a click, a line, a
 * command, a form, a digest, a reload, the operator's requests; and in decoding each frame those
 * bring. Nothing may be acknowledged that is not stored, unless the person is told so; nothing
 * crashes, leaks or stays half-done; and when memory is there again the same deed succeeds.
 *
 * Libraries that take no allocator of ours (libyaml, libutf8proc) are not made to fail.
 *
 * COUNT (2000) tries, spread evenly over all allocations; SEED (1) moves them.
 * NUDGED_SCENE, NUDGED_AT, NUDGED_HOW: only this try. Ends with "proved: ...". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash/day.h"
#include "crash/memory.h"

enum { FRAMES_MAX = 64, LASTING_MORE = 30 };

enum how { ONCE, TWICE, LASTING, HOWS };

#define SORRY "Something went wrong on my side"

struct scene {
    const char *name, *deck, *until; /* until NULL: Ada has her first question */
    void (*prepare)(struct play *play);
    void (*act)(struct play *play);
    void (*check)(struct play *play);
    bool has_answer; /* act is an answer of Ada's */
};

struct told {
    unsigned long taken, refused;
    size_t live; /* blocks of the program when it was closed */
    bool sorry;
};

static struct {
    char *bytes[FRAMES_MAX];
    size_t len[FRAMES_MAX], count;
} frames;

static char where[128]; /* the try at hand, for messages */

static _Noreturn void broken(const char *what, int64_t number)
{
    printf("BROKEN: %s (%lld) in %s\n", what, (long long)number, where);
    fflush(stdout);
    _exit(1);
}

static unsigned long number_of(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text && text[0] ? strtoul(text, NULL, 10) : otherwise;
}

/* -- deeds --------------------------------------------------------------------------------- */

/* The newest card that can be answered; an apology may stand below it. */
static struct str card_ts(struct play *play)
{
    struct look_message message;
    for (size_t at = look_messages(play->workspace, STR("UADA")); at-- > 0;)
        if (look_message_at(play->workspace, STR("UADA"), at, &message) && !message.ephemeral &&
            !message.deleted && str_contains(message.blocks, STR("choose:")))
            return str_copy(&play->arena, message.ts);
    return STR_EMPTY;
}

static void click(struct play *play)
{
    if (play_click(play, "UADA", card_ts(play), "the right one"))
        broken("there is nothing to click", 0);
    play_for(play, SECONDS(2));
}

static void line(struct play *play)
{
    if (human_say(play->workspace, STR("UADA"), STR("A"), NULL))
        broken("nothing can be typed", 0);
    play_for(play, SECONDS(2));
}

static void command(struct play *play)
{
    if (human_say(play->workspace, STR("UADA"), STR("/nudge pause for 3 days"), NULL))
        broken("nothing can be commanded", 0);
    play_for(play, SECONDS(2));
}

static void open_form(struct play *play)
{
    (void)play_press(play, "UADA", "Write it down");
}

static void form(struct play *play)
{
    struct look_view view;
    struct look_element elements[16];
    struct human_value values[3];
    if (!look_modal(play->workspace, STR("UADA"), &view)) {
        open_form(play);
        if (!look_modal(play->workspace, STR("UADA"), &view))
            return;
    }
    size_t len = look_elements(play->workspace, &play->arena, STR("UADA"), view.id, elements, 16);
    for (size_t i = 0; i < len && i < COUNT(values); i++)
        values[i] = (struct human_value){ str_copy(&play->arena, elements[i].block_id),
            str_copy(&play->arena, elements[i].action_id), STR("I called first.") };
    (void)!human_submit(play->workspace, STR("UADA"), values, len < 3 ? len : 3, NULL);
    play_for(play, SECONDS(2));
}

static void wait_an_hour(struct play *play)
{
    play_for(play, HOURS(1));
}

static void wait_a_day(struct play *play)
{
    play_for(play, HOURS(8));
}

static void stop(struct play *play)
{
    play_close(play);
}

static void start(struct play *play)
{
    memory_enter();
    (void)!play_open(play);
    memory_leave();
    play_for(play, SECONDS(30));
}

static void reload(struct play *play)
{
    struct play_person people[8];
    for (size_t i = 0; i < COUNT(people) && (i == 0 || people[i - 1].user); i++)
        people[i] = play_cast[i];
    people[1].role = "senior agent";
    play_write_people(play, people);
    play_for(play, SECONDS(30));
}

static void swallow(void *arg, struct str piece)
{
    (void)arg;
    (void)piece;
}

static void nothing(void *arg)
{
    (void)arg;
}

static void requests(struct play *play)
{
    static const char *const lines[] = { "{\"do\":\"status\"}",
        "{\"do\":\"explain\",\"person\":\"uada@example.com\"}",
        "{\"do\":\"digest\",\"manager\":\"umax@example.com\"}", "{\"do\":\"export\"}",
        "{\"do\":\"backup\",\"file\":\"/tmp/nudged-memory-backup.db\"}", "{\"do\":\"pause\"}",
        "{\"do\":\"resume\"}" };
    for (size_t i = 0; i < COUNT(lines); i++) {
        memory_enter();
        app_control(play->app, str_from_z(lines[i]), swallow, nothing, NULL);
        memory_leave();
        play_for(play, SECONDS(5));
    }
    (void)unlink("/tmp/nudged-memory-backup.db");
}

/* -- what must be true --------------------------------------------------------------------- */

static int64_t answers(struct play *play)
{
    return play_number(
        play, "SELECT count(*) FROM answer JOIN nudge USING (nudge_id) WHERE person_id = 1");
}

static void digest_came(struct play *play)
{
    if (play_count(play, "UMAX", "Your team's week") != 1)
        broken("digests", (int64_t)play_count(play, "UMAX", "Your team's week"));
}

static void question_came(struct play *play)
{
    if (play_shown(play, "UADA") != 2)
        broken("messages for Ada", (int64_t)play_shown(play, "UADA"));
}

static void is_paused(struct play *play)
{
    if (play_number(play, "SELECT state FROM person WHERE person_id = 1") != 2)
        broken("a command without effect", 0);
}

static void role_changed(struct play *play)
{
    if (play_number(play, "SELECT count(*) FROM person WHERE role = 'senior agent'") != 1)
        broken("the new people.csv is not in force", 0);
}

static void is_live(struct play *play)
{
    if (!play->app || play_number(play, "SELECT live FROM state") != 1)
        broken("not running and live", 0);
}

static bool is_sorry(struct play *play)
{
    struct look_view view;
    struct look_message message;
    bool found =
        look_modal(play->workspace, STR("UADA"), &view) && str_contains(view.errors, STR(SORRY));
    size_t count = look_messages(play->workspace, STR("UADA"));
    for (size_t i = 0; i < count; i++)
        found = found ||
            (look_message_at(play->workspace, STR("UADA"), i, &message) && message.ephemeral &&
                str_contains(message.text, STR(SORRY)));
    return found;
}

/* Stored, or said that it is not, or not acknowledged at all. */
static bool check_answer(struct play *play, const struct look_envelopes *before)
{
    struct look_envelopes now = look_envelopes(play->workspace, STR_EMPTY);
    bool stored = answers(play) > 0, sorry = is_sorry(play);
    if (stored && sorry)
        broken("told that it was not recorded, but it was", 0);
    if (!stored && !sorry && now.failed == before->failed)
        broken("acknowledged, not stored, and nobody says so", (int64_t)now.acked);
    return sorry;
}

static void check_all(const struct scene *scene, struct play *play)
{
    if (play->exit_code >= 0)
        broken("the program ended by itself", play->exit_code);
    if (look_duplicate_posts(play->workspace))
        broken("a message was posted twice", 0);
    if (scene->has_answer && answers(play) != 1)
        broken("answers of Ada's", answers(play));
    if (scene->check)
        scene->check(play);
    if (play_number(play, "SELECT count(*) FROM delivery WHERE state = 2"))
        broken("a claimed delivery was left behind", 0);
    if (look_unacked(play->workspace))
        broken("envelopes without an ack", (int64_t)look_unacked(play->workspace));
    play_stop_reading(play);
    play_close(play);
    if (!day_is_sound(play->disk_name))
        broken("the database is damaged", 0);
}

/* -- a try --------------------------------------------------------------------------------- */

static struct told try_here(
    const struct scene *scene, struct play *play, unsigned long at, enum how how)
{
    struct look_envelopes before = look_envelopes(play->workspace, STR_EMPTY);
    struct told told = { 0 };
    memory_fail(at, how == LASTING ? LASTING_MORE : 0, how == TWICE);
    scene->act(play);
    told.taken = memory_taken();
    told.refused = memory_refused();
    memory_fail(0, 0, false);
    if (!play->app)
        start(play);
    play_for(play, MINUTES(10));
    if (scene->has_answer || scene->act == command)
        told.sorry = is_sorry(play);
    if (scene->has_answer) {
        (void)check_answer(play, &before);
        if (!answers(play))
            scene->act(play);
    }
    if (scene->act == command || scene->act == reload || scene->act == requests)
        scene->act(play);
    play_for(play, MINUTES(3));
    check_all(scene, play);
    told.live = memory_live();
    return told;
}

static void name_try(const struct scene *scene, unsigned long at, enum how how)
{
    snprintf(where, sizeof(where), "%s: NUDGED_SCENE=%s NUDGED_AT=%lu NUDGED_HOW=%d", scene->name,
        scene->name, at, how);
}

static struct told try(const struct scene *scene, struct play *play, unsigned long at, enum how how)
{
    struct told told = { 0 };
    int ends[2], status = 1;
    REQUIRE(pipe(ends) == 0);
    name_try(scene, at, how);
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        told = try_here(scene, play, at, how);
        _exit(write(ends[1], &told, sizeof(told)) != sizeof(told));
    }
    (void)close(ends[1]);
    bool heard = read(ends[0], &told, sizeof(told)) == sizeof(told);
    (void)close(ends[0]);
    if (waitpid(child, &status, 0) != child || status || !heard) {
        printf("BROKEN: status %d; again: NUDGED_SCENE=%s NUDGED_AT=%lu NUDGED_HOW=%d and the "
               "command of the goal\n",
            status, scene->name, at, how);
        exit(1);
    }
    return told;
}

/* -- scenes -------------------------------------------------------------------------------- */

static const char reflect[] = "id: first\ntitle: First steps\nowner: uolga@example.com\n"
                              "skill: care\nprompts:\n  - id: one\n    kind: reflect\n"
                              "    ask: Think of your last hand-off.\n";

static void answer_for_a_week(struct play *play)
{
    static const char *const evenings[] = { "2031-03-04T15:31:00Z", "2031-03-05T15:31:00Z",
        "2031-03-06T15:31:00Z", "2031-03-07T15:31:00Z" };
    for (size_t i = 0; i < COUNT(evenings); i++) {
        play_until(play, evenings[i]);
        (void)!play_press(play, "UADA", "the right one");
        (void)!play_press(play, "UBEN", "the right one");
    }
    play_until(play, "2031-03-10T07:00:00Z");
}

static const struct scene scenes[] = {
    { "start", NULL, NULL, stop, start, is_live, false },
    { "question", NULL, "2031-03-04T08:00:00Z", NULL, wait_a_day, question_came, false },
    { "click", NULL, NULL, NULL, click, NULL, true },
    { "line", NULL, NULL, NULL, line, NULL, true },
    { "command", NULL, NULL, NULL, command, is_paused, false },
    { "form", reflect, NULL, open_form, form, NULL, true },
    { "digest", NULL, "2031-03-03T07:00:00Z", answer_for_a_week, wait_an_hour, digest_came, false },
    { "reload", NULL, NULL, NULL, reload, role_changed, false },
    { "requests", NULL, NULL, NULL, requests, is_live, false },
};

static void keep_frame(void *arg, bool is_ack, struct str frame)
{
    (void)arg;
    if (is_ack || frames.count == FRAMES_MAX)
        return;
    frames.bytes[frames.count] = malloc(frame.len);
    REQUIRE(frames.bytes[frames.count]);
    memcpy(frames.bytes[frames.count], frame.ptr, frame.len);
    frames.len[frames.count++] = frame.len;
}

static struct play *prepare(const struct scene *scene)
{
    struct play_setup setup = { .deck = scene->deck, .quiet_start = true };
    struct play *play = play_new(&setup);
    memory_watch_world(sim_world_outside(play->world));
    sim_world_observe_frames(play->world, keep_frame, NULL);
    start(play);
    memory_enter();
    play_resume(play);
    memory_leave();
    play_for(play, SECONDS(10));
    if (scene->until)
        play_until(play, scene->until);
    else
        play_first_question(play, "UADA");
    if (scene->prepare)
        scene->prepare(play);
    return play;
}

/* Its share of the tries, spread evenly over the allocations of the scene. */
static void torture(const struct scene *scene, unsigned long share, unsigned long seed,
    unsigned long *tries, unsigned long *refused, unsigned long *sorry)
{
    struct play *play = prepare(scene);
    struct told whole = try(scene, play, 0, ONCE); /* SQLite keeps a block for its first file */
    unsigned long taken = whole.taken, told_sorry = 0, before = *tries;
    unsigned long step = taken * HOWS / share ? taken * HOWS / share : 1;
    step += step % HOWS == 0; /* or it would always fail in the same way */
    for (unsigned long i = seed % step; i < taken * HOWS; i += step) {
        struct told told = try(scene, play, 1 + i / HOWS, (enum how)(i % HOWS));
        if (told.live > whole.live || whole.live > 1)
            broken("blocks that were never freed", (int64_t)told.live);
        *tries += told.refused > 0;
        *refused += told.refused;
        told_sorry += told.sorry;
    }
    printf("%-9s %5lu allocations, %5lu tries, %4lu apologies\n", scene->name, taken,
        *tries - before, told_sorry);
    *sorry += told_sorry;
    play_free(play);
}

/* Each frame by itself, with every allocation of its decoding failing. */
static unsigned long torture_decoding(void)
{
    const struct platform *platform = platform_named(STR("slack"));
    unsigned long tries = 0;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < frames.count; i++) {
        struct str frame = { frames.bytes[i], frames.len[i] };
        enum err whole = OK;
        for (unsigned long at = 0, taken = 1; at <= taken; at++) {
            struct event event = { 0 };
            struct ack_token ack = { 0 };
            arena_reset(&arena);
            memory_fail(at, 0, false);
            memory_enter();
            enum err err = platform->decode(frame, &arena, &event, &ack);
            memory_leave();
            taken = at ? taken : memory_taken();
            whole = at ? whole : err;
            tries += memory_refused();
            if (memory_refused() && err != ERR_NO_MEMORY && err != whole)
                broken("decoding says something else without memory", err);
            if (memory_refused() && !err && arena_failed(&arena))
                continue; /* the turn looks at the arena itself */
            if (memory_refused() && !err)
                broken("decoded without memory", (int64_t)at);
        }
        free(frames.bytes[i]);
    }
    memory_fail(0, 0, false);
    arena_finish(&arena);
    return tries;
}

int main(void)
{
    unsigned long count = number_of("COUNT", 2000), seed = number_of("SEED", 1);
    unsigned long tries = 0, refused = 0, sorry = 0;
    const char *only = getenv("NUDGED_SCENE");
    setvbuf(stdout, NULL, _IOLBF, 0);
    memory_init();
    for (size_t i = 0; only && i < COUNT(scenes); i++) { /* all, so that it is the same try */
        struct play *play = prepare(&scenes[i]);
        unsigned long at = number_of("NUDGED_AT", 0);
        enum how how = (enum how)(number_of("NUDGED_HOW", 0) % HOWS);
        name_try(&scenes[i], at, how);
        if (strcmp(only, scenes[i].name) == 0)
            (void)try_here(&scenes[i], play, at, how);
        play_free(play);
    }
    if (only)
        return 0;
    for (size_t i = 0; i < COUNT(scenes); i++)
        torture(&scenes[i], count / COUNT(scenes), seed, &tries, &refused, &sorry);
    printf("%lu times somebody was told that it was not recorded\n", sorry);
    unsigned long decoded = torture_decoding();
    printf("decoding  %5zu frames, %5lu tries\n", frames.count, decoded);
    printf("proved: %lu allocations failed in %lu tries, 0 crashes, 0 leaks, 0 acks without a row "
           "or an apology\n",
        refused + decoded, tries + decoded);
    return 0;
}
