/* Recorded envelopes of an invented workspace against what they mean, and frames that want to harm.
 *
 * tests/codec/slack/frames/NAME.json is the frame, NAME.expect what decode makes of it, written out
 * below. With NUDGED_WRITE_EXPECTED=1 in the environment the .expect files are written anew: read
 * the difference before keeping it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <cjson/cJSON.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nudged/base/limits.h"
#include "nudged/platform/platform.h"
#include "platform/slack/json.h"

#define FRAMES SOURCE_DIR "/tests/codec/slack/frames"

static const struct platform *slack(void)
{
    return platform_named(STR("slack"));
}

static struct str read_file(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    struct buf buf = buf_in(arena, 1 << 20);
    char block[4096];
    size_t count;
    if (!file)
        return STR_EMPTY;
    while ((count = fread(block, 1, sizeof block, file)) > 0)
        buf_add(&buf, (struct str){ block, count });
    (void)fclose(file);
    return buf_str(&buf);
}

static void add_line(struct buf *out, const char *name, struct str value)
{
    if (value.len == 0)
        return;
    buf_addf(out, "%s ", name);
    buf_add_json_string(out, value);
    buf_add(out, STR("\n"));
}

static void describe_event(struct buf *out, const struct event *event)
{
    buf_addf(out, "kind %s\n", event_kind_name(event->kind));
    add_line(out, "platform", event->platform);
    add_line(out, "workspace", event->workspace);
    add_line(out, "actor", event->actor);
    add_line(out, "channel", event->channel);
    add_line(out, "message_id", event->message_id);
    add_line(out, "dedupe_key", event->dedupe_key);
    add_line(out, "trigger", event->trigger);
    if (event->verb)
        add_line(out, "verb", verb_info(event->verb)->word);
    if (event->ref.key)
        buf_addf(out, "ref nudge %" PRId64 " step %u attempt %u key %" PRIx64 "\n",
            event->ref.nudge_id, event->ref.step, event->ref.attempt, event->ref.key);
    for (size_t i = 0; i < event->values_len; i++)
        buf_addf(out, "value %u\n", event->values[i]);
    add_line(out, "text", event->text);
    if (event->files)
        buf_add(out, STR("files\n"));
    for (size_t i = 0; i < event->form_len; i++) {
        add_line(out, "form", event->form[i].name);
        add_line(out, "     ", event->form[i].value);
    }
    for (size_t i = 0; i < event->members_len; i++) {
        const struct member *member = &event->members[i];
        buf_addf(out, "member %.*s <%.*s> %.*s %.*s%s%s\n", STR_ARG(member->user),
            STR_ARG(member->email), STR_ARG(member->name), STR_ARG(member->zone),
            member->deleted ? " deleted" : "", member->bot ? " bot" : "");
    }
    if (event->members_complete)
        buf_add(out, STR("complete\n"));
}

static void describe(
    struct buf *out, enum err err, const struct event *event, const struct ack_token *ack)
{
    buf_addf(out, "%s\n", err_name(err));
    if (!err)
        describe_event(out, event);
    add_line(out, "ack", ack->envelope_id);
    if (ack->takes_payload)
        buf_add(out, STR("ack takes a payload\n"));
    add_line(out, "ack reply_path", ack->reply_path);
    add_line(out, "ack channel", ack->channel);
    add_line(out, "ack message_id", ack->message_id);
    add_line(out, "ack user", ack->user);
}

static bool check_frame(const char *name, size_t name_len)
{
    char path[512];
    struct arena arena;
    struct event event = { 0 };
    struct ack_token ack = { .socket = 7 };
    arena_init(&arena, TURN_ARENA_MAX);
    (void)snprintf(path, sizeof path, FRAMES "/%.*s.json", (int)name_len, name);
    struct str frame = read_file(&arena, path);
    assert_true(frame.len > 0);
    enum err err = slack()->decode(frame, &arena, &event, &ack);
    struct buf got = buf_in(&arena, 1 << 20);
    describe(&got, err, &event, &ack);
    assert_int_equal(ack.socket, 7);
    (void)snprintf(path, sizeof path, FRAMES "/%.*s.expect", (int)name_len, name);
    if (getenv("NUDGED_WRITE_EXPECTED")) {
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(got.ptr, 1, got.len, file), got.len);
        assert_int_equal(fclose(file), 0);
    }
    struct str expected = read_file(&arena, path);
    bool same = str_equal(buf_str(&got), expected);
    if (!same)
        print_error("%.*s:\n--- expected\n%.*s--- got\n%.*s", (int)name_len, name,
            STR_ARG(expected), STR_ARG(buf_str(&got)));
    arena_finish(&arena);
    return same;
}

static void test_recorded_frames(void **state)
{
    (void)state;
    DIR *folder = opendir(FRAMES);
    int count = 0, wrong = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        struct str name = str_from_z(entry->d_name);
        if (!str_ends_with(name, STR(".json")))
            continue;
        count++;
        wrong += !check_frame(name.ptr, name.len - strlen(".json"));
    }
    (void)closedir(folder);
    assert_int_equal(wrong, 0);
    assert_true(count >= 35);
}

/* Exact-size heap copies, so that reading one byte too far is seen. */
static enum err decode_copy(struct str frame, struct ack_token *ack, struct event *event)
{
    struct arena arena;
    char *copy = malloc(frame.len ? frame.len : 1);
    assert_non_null(copy);
    if (frame.len)
        memcpy(copy, frame.ptr, frame.len);
    arena_init(&arena, TURN_ARENA_MAX);
    enum err err = slack()->decode((struct str){ copy, frame.len }, &arena, event, ack);
    free(copy);
    arena_finish(&arena);
    return err;
}

static void test_every_prefix_is_refused(void **state)
{
    (void)state;
    DIR *folder = opendir(FRAMES);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[512];
        struct arena arena;
        if (!str_ends_with(str_from_z(entry->d_name), STR(".json")))
            continue;
        arena_init(&arena, 1 << 20);
        (void)snprintf(path, sizeof path, FRAMES "/%s", entry->d_name);
        struct str frame = str_trim(read_file(&arena, path));
        for (size_t len = 0; len < frame.len; len++) {
            struct event event = { 0 };
            struct ack_token ack = { 0 };
            assert_int_equal(decode_copy(str_slice(frame, 0, len), &ack, &event), ERR_SYNTAX);
            assert_int_equal(ack.envelope_id.len, 0);
            assert_int_equal(event.kind, 0);
        }
        arena_finish(&arena);
    }
    (void)closedir(folder);
}

static void test_every_changed_byte_is_survived(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4 << 20);
    struct str frame = read_file(&arena, FRAMES "/submit_order.json");
    static const char bytes[] = { '\0', '"', '{', '}', '[', ']', '\\', ',', (char)0xFF, '9', ' ' };
    for (size_t at = 0; at < frame.len; at++)
        for (size_t i = 0; i < sizeof bytes; i++) {
            struct event event = { 0 };
            struct ack_token ack = { 0 };
            char *copy = arena_copy(&arena, frame.ptr, frame.len);
            if (!copy) {
                arena_reset(&arena);
                frame = read_file(&arena, FRAMES "/submit_order.json");
                copy = arena_copy(&arena, frame.ptr, frame.len);
            }
            copy[at] = bytes[i];
            enum err err = decode_copy((struct str){ copy, frame.len }, &ack, &event);
            assert_true(
                err == OK || err == ERR_SYNTAX || err == ERR_UNKNOWN_FORM || err == ERR_INVALID);
        }
    arena_finish(&arena);
}

#define COMMAND(members)                                                                      \
    "{\"envelope_id\":\"e-1\",\"type\":\"slash_commands\",\"accepts_response_payload\":true," \
    "\"payload\":{" members "}}"
#define TWENTY "12345678901234567890"
#define WHO    "\"team_id\":\"T0NORTH\",\"user_id\":\"U0ADA\""

static void test_hostile_json(void **state)
{
    (void)state;
    static const struct {
        const char *frame;
        enum err err;
    } cases[] = {
        { COMMAND(WHO ",\"text\":\"help\""), OK },
        { COMMAND(WHO ",\"text\":\"help\"") " ", OK },
        { "\xEF\xBB\xBF" COMMAND(WHO), ERR_SYNTAX },
        { COMMAND(WHO) "x", ERR_SYNTAX },
        { COMMAND(WHO) COMMAND(WHO), ERR_SYNTAX },
        { COMMAND(WHO ",\"user_id\":\"U0EVE\""), ERR_SYNTAX },
        { COMMAND("\"us\\u0065r_id\":\"U0EVE\"," WHO), ERR_SYNTAX },
        { COMMAND(WHO ",\"text\":\"a\\u0000b\""), ERR_SYNTAX },
        { COMMAND(WHO ",\"text\":\"a\nb\""), ERR_SYNTAX },
        { COMMAND(WHO ",\"text\":\"\xC0\xAF\""), ERR_SYNTAX },
        { COMMAND(WHO ",\"text\":\"\xED\xA0\x80\""), ERR_SYNTAX },
        { COMMAND(WHO ",\"text\":\"\\ud83d\""), ERR_SYNTAX },
        { COMMAND(WHO ",\"text\":\"\\udc00\""), ERR_SYNTAX },
        { COMMAND(WHO ",\"text\":\"\\ud83d\\ude42\""), OK },
        { COMMAND(WHO ",\"text\":\"\\x41\""), ERR_SYNTAX },
        { COMMAND(WHO ",\"n\":01"), ERR_SYNTAX },
        { COMMAND(WHO ",\"n\":1."), ERR_SYNTAX },
        { COMMAND(WHO ",\"n\":-"), ERR_SYNTAX },
        { COMMAND(WHO ",\"n\":NaN"), ERR_SYNTAX },
        { COMMAND(WHO ",\"n\":+1"), ERR_SYNTAX },
        { COMMAND(WHO ",\"n\":1e99999"), OK },
        { COMMAND(WHO ",\"n\":9007199254740993"), OK },
        { COMMAND(WHO ",\"n\":" TWENTY TWENTY TWENTY "1"), ERR_SYNTAX },
        { COMMAND(WHO ",\"n\":[1,]"), ERR_SYNTAX },
        { COMMAND(WHO ",\"n\":[1}"), ERR_SYNTAX },
        { COMMAND(WHO ","), ERR_SYNTAX },
        { COMMAND(WHO ",\"a\":tru"), ERR_SYNTAX },
        { COMMAND(WHO ",'a':1"), ERR_SYNTAX },
        /* the member that is not built is checked all the same */
        { COMMAND("\"message\":{\"a\":[{}]}," WHO), OK },
        { COMMAND(WHO ",\"message\": [ ] "), OK },
        { COMMAND(WHO ",\"message\":{\"a\":}"), ERR_SYNTAX },
        { COMMAND(WHO ",\"message\":\"\\q\""), ERR_SYNTAX },
        { COMMAND("\"message\":1," WHO ",\"message\":{}"), ERR_SYNTAX },
        { COMMAND("\"message\":1," WHO ",\"mess\\u0061ge\":{}"), ERR_SYNTAX },
        { "null", ERR_UNKNOWN_FORM },
        { "[]", ERR_UNKNOWN_FORM },
        { "\"x\"", ERR_UNKNOWN_FORM },
        { "", ERR_SYNTAX },
        { "   ", ERR_SYNTAX },
        /* ids are strings, and only those Slack makes */
        { COMMAND("\"team_id\":\"T0NORTH\",\"user_id\":9007199254740993"), ERR_INVALID },
        { COMMAND("\"team_id\":\"T0NORTH\",\"user_id\":\"\""), ERR_INVALID },
        { COMMAND("\"team_id\":\"T0NORTH\",\"user_id\":\"U0ADA\\nturn=1\""), ERR_INVALID },
        { COMMAND("\"team_id\":null,\"user_id\":\"U0ADA\""), ERR_INVALID },
        { COMMAND("\"TEAM_ID\":\"T0NORTH\",\"USER_ID\":\"U0ADA\""), ERR_INVALID },
        { "{\"type\":\"slash_commands\",\"payload\":[]}", ERR_UNKNOWN_FORM },
        { "{\"type\":\"interactive\",\"payload\":{\"type\":\"shortcut\"}}", ERR_UNKNOWN_FORM },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct event event = { 0 };
        struct ack_token ack = { 0 };
        enum err err = decode_copy(str_from_z(cases[i].frame), &ack, &event);
        if (err != cases[i].err)
            print_error("case %zu: %s\n", i, cases[i].frame);
        assert_int_equal(err, cases[i].err);
        if (err)
            assert_int_equal(event.kind, 0);
    }
}

static void test_whole_numbers_are_exact_or_none(void **state)
{
    static const struct { const char *text; int64_t number; } rows[] = {
        { "9007199254740991", INT64_C(9007199254740991) },
        { "-9007199254740991", INT64_C(-9007199254740991) },
        { "9007199254740992", 0 }, { "9007199254740993", 0 }, { "-9007199254740993", 0 },
        { "1e300", 0 }, { "1.5", 0 }, { "\"7\"", 0 }, { "7", 7 }, { "7e2", 700 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[60];
        struct json *root = NULL;
        int64_t number = 0;
        int len = snprintf(text, sizeof text, "{\"n\":%s}", rows[i].text);
        assert_int_equal(json_parse((struct str){ text, (size_t)len }, 100, &root), OK);
        assert_int_equal(json_get_integer(root, "n", &number), rows[i].number != 0);
        assert_true(number == rows[i].number);
        json_free(root);
    }
}

static void test_depth_and_size(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 16 << 20);
    for (size_t depth = 1; depth <= 100000; depth = depth < 40 ? depth + 1 : depth * 10) {
        struct buf buf = buf_in(&arena, 4 << 20);
        struct event event = { 0 };
        struct ack_token ack = { 0 };
        for (size_t i = 0; i < depth; i++)
            buf_add(&buf, i % 2 ? STR("{\"a\":") : STR("["));
        buf_add(&buf, STR("1"));
        for (size_t i = depth; i-- > 0;)
            buf_add(&buf, i % 2 ? STR("}") : STR("]"));
        assert_int_equal(decode_copy(buf_str(&buf), &ack, &event),
            depth <= JSON_DEPTH_MAX ? ERR_UNKNOWN_FORM : ERR_SYNTAX);
    }
    struct buf big = buf_in(&arena, 4 << 20);
    buf_add(&big, STR("{\"a\":\""));
    while (big.len < FRAME_BYTES_MAX)
        buf_add(&big, STR("0123456789"));
    buf_add(&big, STR("\"}"));
    struct event event = { 0 };
    struct ack_token ack = { 0 };
    assert_int_equal(decode_copy(buf_str(&big), &ack, &event), ERR_TOO_BIG);
    arena_finish(&arena);
}

/* The widest objects: 512 members are read, one more and any twin among them are refused. */
static void test_wide_objects(void **state)
{
    (void)state;
    for (int twin = 0; twin < 2; twin++)
        for (int members = 510; members <= 513; members++) {
            struct arena arena;
            struct event event = { 0 };
            struct ack_token ack = { 0 };
            arena_init(&arena, 1 << 20);
            struct buf buf = buf_in(&arena, 1 << 19);
            buf_add(&buf, STR("{"));
            for (int i = 0; i < members; i++)
                buf_addf(&buf, "%s\"k%d\":%d", i ? "," : "", twin && i == members - 1 ? 3 : i, i);
            buf_add(&buf, STR("}"));
            assert_int_equal(decode_copy(buf_str(&buf), &ack, &event),
                twin || members > 512 ? ERR_SYNTAX : ERR_UNKNOWN_FORM);
            arena_finish(&arena);
        }
}

static void test_no_memory_is_not_poison(void **state)
{
    (void)state;
    struct arena files, small;
    arena_init(&files, 1 << 20);
    struct str frame = read_file(&files, FRAMES "/click_choice.json");
    int short_of = 0;
    enum err err = ERR_NO_MEMORY;
    for (size_t bytes = 0; err; bytes += 16) {
        struct event event = { 0 };
        struct ack_token ack = { 0 };
        arena_init(&small, bytes);
        err = slack()->decode(frame, &small, &event, &ack);
        assert_true(err == OK || err == ERR_NO_MEMORY);
        short_of += err == ERR_NO_MEMORY;
        if (err)
            assert_int_equal(ack.envelope_id.len, 0); /* not acked: it will come again */
        arena_finish(&small);
    }
    assert_true(short_of > 5);
    arena_finish(&files);
}

#define KEY ".00c0ffee5eed1234"

static void test_values_of_buttons(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        enum err err;
    } cases[] = {
        { "7041.1.2" KEY, OK },
        { "0.0.0.0000000000000000", OK },
        { "9223372036854775807.255.255" KEY ".255", OK },
        { "9223372036854775808.1.2" KEY, ERR_UNKNOWN_FORM },
        { "-1.1.2" KEY, ERR_UNKNOWN_FORM },
        { "7041.256.2" KEY, ERR_UNKNOWN_FORM },
        { "7041.1.256" KEY, ERR_UNKNOWN_FORM },
        { "7041.1.2" KEY ".256", ERR_UNKNOWN_FORM },
        { "7041.1.2" KEY ".-1", ERR_UNKNOWN_FORM },
        { "7041.1.2" KEY ".", ERR_UNKNOWN_FORM },
        { "7041.1.2" KEY ".1.1", ERR_UNKNOWN_FORM },
        { "7041.1.2" KEY "0", ERR_UNKNOWN_FORM },
        { "7041.1.2.c0ffee5eed1234", ERR_UNKNOWN_FORM },
        { "7041.1.2.00C0FFEE5EED1234", ERR_UNKNOWN_FORM },
        { "7041..2" KEY, ERR_UNKNOWN_FORM },
        { "7041.1.2", ERR_UNKNOWN_FORM },
        { " 7041.1.2" KEY, ERR_UNKNOWN_FORM },
        { "", ERR_UNKNOWN_FORM },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char frame[512];
        struct event event = { 0 };
        struct ack_token ack = { 0 };
        (void)snprintf(frame, sizeof frame,
            "{\"type\":\"interactive\",\"payload\":{\"type\":\"block_actions\","
            "\"user\":{\"id\":\"U0ADA\"},\"team\":{\"id\":\"T0NORTH\"},"
            "\"actions\":[{\"action_id\":\"snooze:1\",\"value\":\"%s\"}]}}",
            cases[i].value);
        enum err err = decode_copy(str_from_z(frame), &ack, &event);
        if (err != cases[i].err)
            print_error("%s\n", cases[i].value);
        assert_int_equal(err, cases[i].err);
    }
}

static int allocations_left;

static void *failing_malloc(size_t bytes)
{
    return allocations_left-- > 0 ? malloc(bytes) : NULL;
}

static void test_every_failing_allocation(void **state)
{
    (void)state;
    cJSON_Hooks hooks = { failing_malloc, free };
    struct arena files;
    arena_init(&files, 1 << 20);
    struct str frame = read_file(&files, FRAMES "/form_submitted.json");
    enum err err = ERR_NO_MEMORY;
    int failing = 0;
    cJSON_InitHooks(&hooks);
    for (; err == ERR_NO_MEMORY; failing++) {
        struct event event = { 0 };
        struct ack_token ack = { 0 };
        allocations_left = failing;
        err = decode_copy(frame, &ack, &event);
    }
    cJSON_InitHooks(NULL);
    assert_int_equal(err, OK);
    assert_true(failing > 50);
    arena_finish(&files);
}

/* How much is too much is the rules' to say: a text cut here would look like a shorter one. */
static void test_long_answers_are_not_cut(void **state)
{
    (void)state;
    struct arena arena;
    struct event event = { 0 };
    struct ack_token ack = { 0 };
    arena_init(&arena, 4 << 20);
    struct buf buf = buf_in(&arena, 1 << 20);
    buf_add(&buf, STR("{\"type\":\"slash_commands\",\"payload\":{" WHO ",\"text\":\""));
    for (int i = 0; i < 9000; i++)
        buf_add(&buf, STR("€"));
    buf_add(&buf, STR(" end\"}}"));
    assert_int_equal(slack()->decode(buf_str(&buf), &arena, &event, &ack), OK);
    assert_int_equal(event.text.len, 9000 * 3 + 4);
    assert_true(str_ends_with(event.text, STR("€ end")));
    arena_finish(&arena);
}

/* Looking for the end at every '<' would mean to read half a million million bytes. */
static void test_brackets_that_never_close(void **state)
{
    (void)state;
    struct arena arena;
    struct event event = { 0 };
    struct ack_token ack = { 0 };
    arena_init(&arena, 16 << 20);
    struct buf buf = buf_in(&arena, FRAME_BYTES_MAX);
    buf_add(&buf, STR("{\"type\":\"slash_commands\",\"payload\":{" WHO ",\"text\":\""));
    size_t brackets = FRAME_BYTES_MAX - buf.len - 16;
    for (size_t i = 0; i < brackets; i++)
        buf_add_byte(&buf, '<');
    buf_add(&buf, STR("\"}}"));
    clock_t start = clock();
    assert_int_equal(slack()->decode(buf_str(&buf), &arena, &event, &ack), OK);
    assert_int_equal(event.text.len, brackets);
    assert_true(clock() - start < CLOCKS_PER_SEC);      /* with sanitizers; a hundredth without */
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recorded_frames),
        cmocka_unit_test(test_every_prefix_is_refused),
        cmocka_unit_test(test_every_changed_byte_is_survived),
        cmocka_unit_test(test_hostile_json),
        cmocka_unit_test(test_whole_numbers_are_exact_or_none),
        cmocka_unit_test(test_depth_and_size),
        cmocka_unit_test(test_wide_objects),
        cmocka_unit_test(test_no_memory_is_not_poison),
        cmocka_unit_test(test_values_of_buttons),
        cmocka_unit_test(test_every_failing_allocation),
        cmocka_unit_test(test_long_answers_are_not_cut),
        cmocka_unit_test(test_brackets_that_never_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
