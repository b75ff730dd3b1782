/* Faults come from the seed, at their chance, and are counted. */
#include "rig.h"

static void the_seed_decides(void **state)
{
    struct sim_faults a, b, other;
    bool differs = false;
    (void)state;
    sim_faults_init(&a, 42);
    sim_faults_init(&b, 42);
    sim_faults_init(&other, 43);
    sim_faults_set_all(&a, 20000);
    sim_faults_set_all(&b, 20000);
    sim_faults_set_all(&other, 20000);
    for (int i = 0; i < 2000; i++) {
        struct sim_call_fault one = sim_faults_call(&a), two = sim_faults_call(&b);
        assert_true(
            one.kind == two.kind && one.delay_ms == two.delay_ms && one.process == two.process);
        differs = differs || one.kind != sim_faults_call(&other).kind;
    }
    assert_true(differs);
    assert_int_equal(sim_faults_total(&a), sim_faults_total(&b));
}

static void every_kind_is_drawn_in_its_own_group(void **state)
{
    struct sim_faults faults;
    (void)state;
    sim_faults_init(&faults, 1);
    sim_faults_set_all(&faults, 30000);
    for (int i = 0; i < 4000; i++) {
        for (enum sim_fault_group group = SIM_FAULT_CALL; group <= SIM_FAULT_LIFE; group++) {
            enum sim_fault kind = sim_faults_draw(&faults, group);
            if (kind != SIM_FAULT_NONE)
                assert_int_equal(sim_fault_group(kind), group);
        }
    }
    for (enum sim_fault kind = SIM_FAULT_NONE + 1; kind < SIM_FAULT_COUNT; kind++) {
        if (faults.counts[kind] < 60 || faults.counts[kind] > 180)      /* 120 expected */
            fail_msg("%s: %llu of about 120", sim_fault_name(kind),
                (unsigned long long)faults.counts[kind]);
    }
}

static void forced_faults_come_first_and_do_not_shift_the_seed(void **state)
{
    struct sim_faults plain, forced;
    (void)state;
    sim_faults_init(&plain, 5);
    sim_faults_init(&forced, 5);
    sim_faults_set_all(&plain, 10000);
    sim_faults_set_all(&forced, 10000);
    sim_faults_force(&forced, SIM_FAULT_DROPPED, 2);
    assert_int_equal(
        sim_faults_draw(&forced, SIM_FAULT_ACK), sim_faults_draw(&plain, SIM_FAULT_ACK));
    assert_int_equal(sim_faults_draw(&forced, SIM_FAULT_CALL), SIM_FAULT_DROPPED);
    assert_int_equal(sim_faults_draw(&forced, SIM_FAULT_CALL), SIM_FAULT_DROPPED);
    for (int i = 0; i < 500; i++)
        assert_int_equal(
            sim_faults_draw(&forced, SIM_FAULT_CALL), sim_faults_draw(&plain, SIM_FAULT_CALL));
}

static void what_a_fault_means(void **state)
{
    struct sim_faults faults;
    (void)state;
    sim_faults_init(&faults, 9);
    assert_true(sim_faults_call(&faults).process && sim_faults_call(NULL).process);
    sim_faults_force(&faults, SIM_FAULT_DROPPED, 1);
    struct sim_call_fault fault = sim_faults_call(&faults);
    assert_true(fault.process && fault.drop && !fault.replace);
    sim_faults_force(&faults, SIM_FAULT_NOT_REACHED, 1);
    fault = sim_faults_call(&faults);
    assert_true(fault.not_reached && !fault.process);
    sim_faults_force(&faults, SIM_FAULT_LIMITED_JUNK, 1);
    fault = sim_faults_call(&faults);
    assert_true(fault.replace && !fault.process && fault.status == 429);
    assert_true(str_equal(fault.retry_after, STR("soon")));
    assert_true(str_equal(fault.body, STR("{\"ok\":false,\"error\":\"ratelimited\"}")));
    assert_true(str_equal(fault.content_type, STR("application/json; charset=utf-8")));
    sim_faults_force(&faults, SIM_FAULT_LIMITED_NO_HEADER, 1);
    assert_true(str_is_empty(sim_faults_call(&faults).retry_after));
    sim_faults_force(&faults, SIM_FAULT_SLOW, 1);
    fault = sim_faults_call(&faults);
    assert_true(fault.process && fault.delay_ms >= 2000 && fault.delay_ms <= 20000);
    int processed = 0;
    sim_faults_force(&faults, SIM_FAULT_INTERNAL_ERROR, 100);
    for (int i = 0; i < 100; i++)
        processed += sim_faults_call(&faults).process;
    assert_true(processed > 20 && processed < 80);
}

static void envelopes_are_doubled_held_or_late(void **state)
{
    struct sim_faults faults;
    (void)state;
    sim_faults_init(&faults, 3);
    sim_faults_force(&faults, SIM_FAULT_DUPLICATE, 1);
    assert_true(sim_faults_envelope(&faults).twice);
    sim_faults_force(&faults, SIM_FAULT_REORDER, 1);
    assert_true(sim_faults_envelope(&faults).hold);
    sim_faults_force(&faults, SIM_FAULT_DELAY, 1);
    struct sim_envelope_fault fault = sim_faults_envelope(&faults);
    assert_true(fault.delay_ms >= 100 && fault.delay_ms <= 2500 && !fault.twice && !fault.hold);
    assert_int_equal(sim_faults_envelope(&faults).kind, SIM_FAULT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_decides),
        cmocka_unit_test(every_kind_is_drawn_in_its_own_group),
        cmocka_unit_test(forced_faults_come_first_and_do_not_shift_the_seed),
        cmocka_unit_test(what_a_fault_means),
        cmocka_unit_test(envelopes_are_doubled_held_or_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
