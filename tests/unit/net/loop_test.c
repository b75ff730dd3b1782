#include "net_test.h"

#include <signal.h>
#include <sys/stat.h>

static void count_up(void *arg)
{
    int *count = arg;
    (*count)++;
}

static void a_timer_fires_once_and_not_at_once(void **state)
{
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    int fired = 0, never = 0;
    (void)state;
    struct timer *timer = world->ops->timer_new(world, count_up, &fired);
    struct timer *stopped = world->ops->timer_new(world, count_up, &never);
    int64_t start_ms = world_mono(world).ms;
    world->ops->timer_after(timer, (struct duration){ 40 });
    world->ops->timer_after(stopped, (struct duration){ 1 });
    world->ops->timer_stop(stopped);
    assert_int_equal(fired, 0);
    assert_true(spin(loop, &fired, 1, 2000));
    assert_true(world_mono(world).ms - start_ms >= 39);
    spin_for(loop, 60);
    assert_int_equal(fired, 1);
    assert_int_equal(never, 0);
    world->ops->timer_after(timer, (struct duration){ 0 });
    world->ops->timer_free(timer);
    world->ops->timer_free(stopped);
    world->ops->timer_free(NULL);
    spin_for(loop, 20);
    assert_int_equal(fired, 1);
    assert_null(loop_free(loop));
}

static void a_timer_follows_the_real_wall_clock(void **state)
{
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    int fired = 0;
    (void)state;
    struct timer *timer = world->ops->timer_new(world, count_up, &fired);
    struct instant due = instant_add(world_now(world), (struct duration){ 50 });
    world->ops->timer_at(timer, due);
    assert_true(spin(loop, &fired, 1, 2000));
    assert_false(instant_before(world_now(world), due));
    world->ops->timer_at(timer, (struct instant){ 5 });     /* long past: the next round */
    assert_int_equal(fired, 1);
    assert_true(spin(loop, &fired, 2, 200));
    world->ops->timer_free(timer);
    loop_free(loop);
}

struct noted { struct world *world; struct timer *timer; char *log; char name; };

static void note(void *arg)
{
    struct noted *noted = arg;
    size_t len = strlen(noted->log);
    noted->log[len] = noted->name;
    noted->log[len + 1] = '\0';
}

static void a_jump_fires_what_came_due_in_the_order_of_instants(void **state)
{
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    struct instant start = { INT64_C(1930000000000) };
    char log[8] = "";
    struct noted noted[4];
    static const int64_t due_hours[] = { 3, 1, 2, 9 };
    (void)state;
    loop_set_clock(loop, start, 0);
    assert_int_equal(world_now(world).utc_ms, start.utc_ms);
    for (size_t i = 0; i < 4; i++) {
        noted[i] = (struct noted){ world, NULL, log, (char)('a' + i) };
        noted[i].timer = world->ops->timer_new(world, note, &noted[i]);
        world->ops->timer_at(noted[i].timer, instant_add(start, HOURS(due_hours[i])));
    }
    spin_for(loop, 30);
    assert_string_equal(log, "");
    loop_jump_clock(loop, instant_add(start, HOURS(5)));
    assert_string_equal(log, "");
    spin_for(loop, 30);
    assert_string_equal(log, "bca");
    assert_int_equal(world_now(world).utc_ms, instant_add(start, HOURS(5)).utc_ms);
    loop_jump_clock(loop, start);                           /* backwards: nothing */
    assert_int_equal(world_now(world).utc_ms, instant_add(start, HOURS(5)).utc_ms);
    for (size_t i = 0; i < 4; i++)
        world->ops->timer_free(noted[i].timer);
    loop_free(loop);
}

static void a_fast_clock_brings_instants_sooner(void **state)
{
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    struct instant start = { INT64_C(1930000000000) };
    int fired = 0;
    (void)state;
    struct timer *timer = world->ops->timer_new(world, count_up, &fired);
    loop_set_clock(loop, start, 3600);                      /* an hour a second */
    int64_t mono_ms = world_mono(world).ms;
    world->ops->timer_at(timer, instant_add(start, MINUTES(6)));
    assert_true(spin(loop, &fired, 1, 2000));
    int64_t took_ms = world_mono(world).ms - mono_ms;
    assert_in_range(took_ms, 99, 400);
    assert_false(instant_before(world_now(world), instant_add(start, MINUTES(6))));
    world->ops->timer_free(timer);
    loop_free(loop);
}

struct job { int worked; int done; };

static void job_work(void *arg)
{
    struct job *job = arg;
    job->worked++;
}

static void job_done(void *arg)
{
    struct job *job = arg;
    job->done += job->worked;
}

static void a_job_works_then_reports_on_the_loop(void **state)
{
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    struct job job = { 0, 0 }, late = { 0, 0 };
    (void)state;
    assert_int_equal(world->ops->job(world, job_work, job_done, &job), OK);
    assert_int_equal(job.done, 0);
    assert_true(spin(loop, &job.done, 1, 2000));
    assert_int_equal(world->ops->job(world, job_work, job_done, &late), OK);
    loop_free(loop);
    assert_int_equal(late.done, 1);                         /* awaited by loop_free */
}

static void stop_loop(void *arg)
{
    loop_stop(arg);
}

static void a_signal_reaches_its_function_and_stops_the_run(void **state)
{
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    int hups = 0;
    (void)state;
    assert_int_equal(loop_on_signal(loop, SIGHUP, count_up, &hups), OK);
    assert_int_equal(loop_on_signal(loop, SIGUSR1, stop_loop, loop), OK);
    kill(getpid(), SIGHUP);
    assert_true(spin(loop, &hups, 1, 2000));
    kill(getpid(), SIGUSR1);
    assert_int_equal(loop_run(loop), OK);
    struct timer *timer = world->ops->timer_new(world, stop_loop, loop);
    world->ops->timer_after(timer, (struct duration){ 10 });
    assert_int_equal(loop_run(loop), OK);
    world->ops->timer_free(timer);
    loop_free(loop);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[300];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void a_rename_over_is_seen_each_time_and_once(void **state)
{
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    char folder[] = "/tmp/nudged-watch-XXXXXX", from[300], to[300];
    int seen = 0;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(from, sizeof(from), "%s/.deck.tmp", folder);
    snprintf(to, sizeof(to), "%s/deck.yaml", folder);
    write_file(folder, "deck.yaml", "a");
    struct watch *watch = world->ops->watch_new(world, str_from_z(folder), count_up, &seen);
    assert_non_null(watch);
    for (int round = 1; round <= 2; round++) {
        write_file(folder, ".deck.tmp", "b");
        int64_t start_ms = world_mono(world).ms;
        assert_int_equal(rename(from, to), 0);
        assert_true(spin(loop, &seen, round, 3000));
        assert_true(world_mono(world).ms - start_ms >= 490);
        spin_for(loop, 700);
        assert_int_equal(seen, round);                      /* the changes of one save are one */
    }
    write_file(folder, "late", "x");
    world->ops->watch_free(watch);
    spin_for(loop, 600);
    assert_int_equal(seen, 2);
    assert_null(world->ops->watch_new(world, STR("/no/such/folder"), count_up, &seen));
    loop_free(loop);
    unlink(to);
    snprintf(to, sizeof(to), "%s/late", folder);
    unlink(to);
    assert_int_equal(rmdir(folder), 0);
}

static void randomness_differs(void **state)
{
    struct loop *loop = new_loop();
    char a[600] = { 0 }, b[600] = { 0 };
    (void)state;
    loop_world(loop)->ops->random(loop_world(loop), a, sizeof(a));
    loop_world(loop)->ops->random(loop_world(loop), b, sizeof(b));
    assert_memory_not_equal(a, b, sizeof(a));
    assert_memory_not_equal(a + 300, b + 300, 300);
    loop_free(loop);
}

static void a_missing_certificate_file_is_refused(void **state)
{
    struct loop *loop = new_loop();
    (void)state;
    assert_int_equal(loop_set_ca_file(loop, STR("/no/such.pem")), ERR_NOT_FOUND);
    assert_int_equal(loop_set_ca_file(loop, STR_EMPTY), OK);
    loop_free(loop);
    assert_null(loop_free(NULL));
}

static void work_hard(void *arg)
{
    struct loop *loop = arg;
    int64_t start_ms = world_mono(loop_world(loop)).ms;
    while (world_mono(loop_world(loop)).ms - start_ms < 40)
        continue;
}

struct rounds { int64_t busy_us, longest_us; unsigned count; };

static void note_round(void *arg, int64_t busy_us)
{
    struct rounds *rounds = arg;
    rounds->count++;
    rounds->busy_us += busy_us;
    rounds->longest_us = busy_us > rounds->longest_us ? busy_us : rounds->longest_us;
}

static void a_round_is_work_and_not_waiting(void **state)
{
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    struct rounds rounds = { 0 };
    (void)state;
    assert_int_equal(loop_on_round(loop, note_round, &rounds), OK);
    struct timer *timer = world->ops->timer_new(world, work_hard, loop);
    spin_for(loop, 60);
    int64_t idle_us = rounds.busy_us;
    assert_true(rounds.count > 0);
    assert_true(idle_us < 40000);                       /* it waited for most of 60 ms */
    world->ops->timer_after(timer, (struct duration){ 5 });
    spin_for(loop, 80);
    assert_true(rounds.longest_us >= 39000);
    assert_true(rounds.busy_us - idle_us >= 39000);
    world->ops->timer_free(timer);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_round_is_work_and_not_waiting),
        cmocka_unit_test(a_timer_fires_once_and_not_at_once),
        cmocka_unit_test(a_timer_follows_the_real_wall_clock),
        cmocka_unit_test(a_jump_fires_what_came_due_in_the_order_of_instants),
        cmocka_unit_test(a_fast_clock_brings_instants_sooner),
        cmocka_unit_test(a_job_works_then_reports_on_the_loop),
        cmocka_unit_test(a_signal_reaches_its_function_and_stops_the_run),
        cmocka_unit_test(a_rename_over_is_seen_each_time_and_once),
        cmocka_unit_test(randomness_differs),
        cmocka_unit_test(a_missing_certificate_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
