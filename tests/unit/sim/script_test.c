/* Colleagues answer in their own time, as right as they are said to be, and stop when a human takes
 * over. */
#include "nudged/sim/script.h"
#include "rig_calls.h"

#define ADA STR("U0ADA")

static bool knows_b(void *arg, struct arena *arena, struct str user_id, struct str blocks,
                    struct str *right)
{
    (void)arg;
    (void)arena;
    (void)user_id;
    *right = STR("b");
    return str_contains(blocks, STR("\"action_id\":\"b\""));
}

static bool knows_word(void *arg, struct arena *arena, struct str user_id, struct str blocks,
                       struct str *right)
{
    (void)arg;
    (void)arena;
    (void)user_id;
    (void)blocks;
    *right = STR("rollback");
    return true;
}

static struct sim_script *script_with(struct rig *rig, sim_script_hint_fn *hint, uint32_t right,
                                      uint32_t ignore)
{
    struct sim_script *script;
    struct sim_script_options options = { .workspace = rig->ws, .seed = 4, .hint = hint };
    struct sim_colleague colleague = {
        .user_id = ADA, .right_percent = right, .ignore_percent = ignore
    };
    assert_int_equal(sim_script_new(&options, &script), OK);
    assert_int_equal(sim_script_add(script, &colleague), OK);
    return script;
}

static void ask(struct rig *rig)
{
    assert_string_equal(
        rig_call(rig, "chat.postMessage",
            "{\"channel\":\"U0ADA\",\"text\":\"q\",\"blocks\":[{\"type\":\"actions\",\"elements\":["
            "{\"type\":\"button\",\"action_id\":\"a\",\"text\":{\"type\":\"plain_text\","
            "\"text\":\"A\"}},"
            "{\"type\":\"button\",\"action_id\":\"b\",\"text\":{\"type\":\"plain_text\","
            "\"text\":\"B\"}}]}]}"),
        "");
}

/* Lets the colleague act on what was asked; the number of frames sent for it. */
static size_t wait_for_answer(struct rig *rig, struct sim_script *script, struct instant *at)
{
    size_t before = rig->frames_len;
    sim_script_tick(script);
    if (!sim_script_next_due(script, at))
        return 0;
    rig->time.now = *at;
    sim_script_tick(script);
    return rig->frames_len - before;
}

static void a_colleague_answers_in_plausible_time(void **state)
{
    struct rig rig;
    struct instant at;
    (void)state;
    rig_up(&rig);
    struct sim_script *script = script_with(&rig, knows_b, 100, 0);
    struct instant asked = rig.time.now;
    ask(&rig);
    assert_int_equal(wait_for_answer(&rig, script, &at), 1);
    assert_string_equal(rig_text(rig.frames[0].json, "payload.actions.0.action_id"), "b");
    struct look_user seen;
    assert_true(look_user(rig.ws, ADA, &seen) && seen.unread == 0);
    int64_t waited = instant_since(at, asked).ms;
    assert_true(waited >= 40 * 60 * 10 && waited <= 41 * 60 * 1000);
    assert_false(sim_script_next_due(script, &at));
    script = sim_script_free(script);
    rig_stop(&rig);
}

static void right_as_often_as_said(void **state)
{
    struct rig rig;
    struct instant at;
    int right = 0;
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    rig_link(&rig);
    struct sim_script *script = script_with(&rig, knows_b, 30, 0);
    for (int i = 0; i < 200; i++) {
        rig_clear(&rig);
        arena_reset(&rig.arena);
        ask(&rig);
        assert_int_equal(wait_for_answer(&rig, script, &at), 1);
        right += strcmp(rig_text(rig.frames[0].json, "payload.actions.0.action_id"), "b") == 0;
    }
    assert_true(right > 40 && right < 80);
    script = sim_script_free(script);
    rig_stop(&rig);
}

static void words_are_typed(void **state)
{
    struct rig rig;
    struct instant at;
    (void)state;
    rig_up(&rig);
    struct sim_script *script = script_with(&rig, knows_word, 100, 0);
    ask(&rig);
    assert_int_equal(wait_for_answer(&rig, script, &at), 1);
    assert_string_equal(rig_text(rig.frames[0].json, "payload.event.text"), "rollback");
    script = sim_script_free(script);
    rig_stop(&rig);
}

static bool knows_order(void *arg, struct arena *arena, struct str user_id, struct str blocks,
                        struct str *right)
{
    (void)arg;
    (void)arena;
    (void)user_id;
    (void)blocks;
    *right = STR("y\nx");
    return true;
}

#define OPTIONS                                                                      \
    "\"options\":[{\"text\":{\"type\":\"plain_text\",\"text\":\"X\"},\"value\":\"x\"}," \
    "{\"text\":{\"type\":\"plain_text\",\"text\":\"Y\"},\"value\":\"y\"}]"

static void every_field_is_filled_before_the_button(void **state)
{
    struct rig rig;
    struct instant at;
    (void)state;
    rig_up(&rig);
    struct sim_script *script = script_with(&rig, knows_order, 100, 0);
    assert_string_equal(rig_call(&rig, "chat.postMessage",
        "{\"channel\":\"U0ADA\",\"text\":\"q\",\"blocks\":[{\"type\":\"actions\","
        "\"block_id\":\"b\","
        "\"elements\":[{\"type\":\"static_select\",\"action_id\":\"first\"," OPTIONS "},"
        "{\"type\":\"static_select\",\"action_id\":\"second\"," OPTIONS "},"
        "{\"type\":\"button\",\"action_id\":\"done\",\"text\":{\"type\":\"plain_text\","
        "\"text\":\"D\"}}"
        "]}]}"), "");
    assert_int_equal(wait_for_answer(&rig, script, &at), 3);
    const cJSON *last = rig.frames[2].json;
    assert_string_equal(rig_text(last, "payload.actions.0.action_id"), "done");
    assert_string_equal(rig_text(last, "payload.state.values.b.first.selected_option.value"), "y");
    assert_string_equal(rig_text(last, "payload.state.values.b.second.selected_option.value"), "x");
    script = sim_script_free(script);
    rig_stop(&rig);
}

static void some_leave_it_and_some_are_played_by_a_human(void **state)
{
    struct rig rig;
    struct instant at;
    (void)state;
    rig_up(&rig);
    struct sim_script *lazy = script_with(&rig, knows_b, 100, 100);
    struct sim_script *played = script_with(&rig, knows_b, 100, 0);
    ask(&rig);
    assert_int_equal(wait_for_answer(&rig, lazy, &at), 0);
    sim_script_tick(played);
    assert_true(sim_script_next_due(played, &at));
    sim_script_leave(played, ADA, true);
    assert_int_equal(wait_for_answer(&rig, played, &at), 0);
    sim_script_free(lazy);
    sim_script_free(played);
    rig_stop(&rig);
}

static void a_form_is_filled_with_sentences(void **state)
{
    struct rig rig;
    struct instant at;
    char body[1500];
    (void)state;
    rig_up(&rig);
    struct sim_script *script = script_with(&rig, knows_b, 100, 0);
    ask(&rig);
    assert_int_equal(wait_for_answer(&rig, script, &at), 1);
    snprintf(body, sizeof body,
        "{\"trigger_id\":\"%s\",\"view\":{\"type\":\"modal\",\"title\":"
        "{\"type\":\"plain_text\",\"text\":\"R\"},\"submit\":{\"type\":\"plain_text\","
        "\"text\":\"Save\"},"
        "\"blocks\":[{\"type\":\"input\",\"block_id\":\"d\",\"label\":{\"type\":\"plain_text\","
        "\"text\":\"?\"},"
        "\"element\":{\"type\":\"plain_text_input\",\"action_id\":\"t\"}}]}}",
        rig_text(rig.frames[0].json, "payload.trigger_id"));
    assert_string_equal(rig_call(&rig, "views.open", body), "");
    assert_int_equal(wait_for_answer(&rig, script, &at), 1);
    assert_string_equal(rig_text(rig.frames[1].json, "payload.type"), "view_submission");
    assert_true(strlen(rig_text(rig.frames[1].json, "payload.view.state.values.d.t.value")) > 20);
    script = sim_script_free(script);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_colleague_answers_in_plausible_time),
        cmocka_unit_test(right_as_often_as_said),
        cmocka_unit_test(words_are_typed),
        cmocka_unit_test(every_field_is_filled_before_the_button),
        cmocka_unit_test(some_leave_it_and_some_are_played_by_a_human),
        cmocka_unit_test(a_form_is_filled_with_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
