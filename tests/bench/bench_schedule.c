/* The commands that play: how many lines a second `nudged schedule` answers, and how long
 * `nudged simulate` takes for a thousand people. Processor time of the program alone.
 *
 * Usage: bench_schedule [LEARNERS] (200) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "nudged/base/macros.h"

enum { ITEMS = 72, CAP = 3, DAYS = 182 };

static char lines_path[] = "/tmp/nudged-bench-lines-XXXXXX";

struct took { double wall_s, cpu_s; };

/* Half a year each; every question is answered, three of four right. Which items are chosen is not
 * known here: an answer to what was not asked costs the same. */
static long write_lines(FILE *file, int learners)
{
    long lines = 0;
    for (int learner = 0; learner < learners; learner++) {
        unsigned luck = (unsigned)learner * 7919 + 1;
        lines += 1 + ITEMS;
        fprintf(file, "{\"op\":\"reset\",\"learner\":%d,\"items\":%d,\"cap\":%d,\"start\":"
            "\"2031-03-03\",\"weeks\":26}\n", learner, ITEMS, CAP);
        for (int item = 0; item < ITEMS; item++)
            fprintf(file, "{\"op\":\"expose\",\"item\":%d,\"day\":%d,\"format\":\"choice4\"}\n",
                item, item / 6);
        for (int day = 1; day < DAYS; day++) {
            lines += 1 + CAP;
            fprintf(file, "{\"op\":\"choose\",\"day\":%d,\"cap\":%d}\n", day, CAP);
            for (int i = 0; i < CAP; i++) {
                luck = luck * 1664525 + 1013904223;
                fprintf(file, "{\"op\":\"answer\",\"item\":%d,\"day\":%d,\"answered\":true,"
                    "\"correct\":%s,\"format\":\"choice4\",\"guess\":0.25,\"seconds\":%u.5}\n",
                    (day * CAP + i) % ITEMS, day, luck >> 30 ? "true" : "false", luck >> 28);
            }
        }
    }
    return lines;
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static struct took run(const char *words, const char *from)
{
    struct timespec begin, end;
    struct rusage usage;
    int status = 0;
    char command[600];
    snprintf(command, sizeof(command), "exec \"" BUILD_DIR "/nudged\" %s <%s >/dev/null", words,
        from);
    fflush(stdout);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(1);
    }
    REQUIRE(child > 0 && wait4(child, &status, 0, &usage) == child && status == 0);
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (struct took){
        (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
        seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime) };
}

int main(int argc, char **argv)
{
    int learners = argc > 1 ? atoi(argv[1]) : 200;
    int descriptor = mkstemp(lines_path);
    REQUIRE(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    REQUIRE(file);
    long lines = write_lines(file, learners);
    REQUIRE(fclose(file) == 0);
    struct took fitting = run("schedule --stdio", lines_path),
        kept = run("schedule --stdio --keep-weights", lines_path);
    unlink(lines_path);
    printf("nudged schedule, %d learners, %ld lines, %d items, cap %d\n", learners, lines,
        (int)ITEMS, (int)CAP);
    printf("  %-34s %9.0f lines/s of one core, %.2f s in all\n", "weights as delivered",
        (double)lines / kept.cpu_s, kept.wall_s);
    printf("  %-34s %9.0f lines/s of one core, %.2f s in all (bar: 20,000)\n",
        "weights fitted as learners pass", (double)lines / fitting.cpu_s, fitting.wall_s);
    struct took one = run("simulate --people 1000 --policy fsrs --world dsr", "/dev/null"),
        twelve = run("simulate --people 1000", "/dev/null");
    printf("nudged simulate, 1,000 people, 26 weeks\n");
    printf("  %-34s %6.2f s of one core, %.2f s in all (bar: 10)\n", "one policy, one world",
        one.cpu_s, one.wall_s);
    printf("  %-34s %6.2f s of one core, %.2f s in all\n", "four policies, three worlds",
        twelve.cpu_s, twelve.wall_s);
    return (double)lines / fitting.cpu_s >= 20000 && one.cpu_s < 10 ? EXIT_SUCCESS : EXIT_FAILURE;
}
