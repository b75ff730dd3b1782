/* One person with a script: thousands of lines in a minute. The others must not wait for it, the
 * bot must not answer each, and nothing may grow.
 *
 *   COUNT lines (10000) */
#include <string.h>
#include <unistd.h>

#include "hostile/check.h"
#include "support/play.h"

enum { PATIENCE_MS = 5000, ANSWERS_MAX = 60, ROWS_MAX = 100 };

static int64_t resident_kib(void)
{
    long pages = 0, ignored = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file && fscanf(file, "%ld %ld", &ignored, &pages) == 2, "statm");
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Milliseconds of the simulated clock until Ben's newest message says so. */
static int64_t wait_for(struct play *play, const char *words, size_t shown)
{
    struct instant since = play_now(play);
    bool said = false;
    for (int i = 0; i < 400 && !said; i++) {
        said = play_shown(play, "UBEN") > shown || play_reads(play, "UBEN", words);
        play_for(play, (struct duration){ 50 });
    }
    return instant_since(play_now(play), since).ms;
}

static void say_as(struct play *play, const char *user, const char *text)
{
    CHECK(!human_say(play->workspace, str_from_z(user), str_from_z(text), NULL), "%s", text);
}

int main(void)
{
    const char *count = getenv("COUNT");
    int lines = count ? (int)strtol(count, NULL, 10) : 10000;
    struct play *play = play_new(&(struct play_setup){ .tiers = true });
    play_first_question(play, "UADA");
    play_first_question(play, "UBEN");
    int64_t before_kib = resident_kib(), rows_most = 0, click_ms = 0, line_ms = 0;
    size_t shown = play_shown(play, "UADA");
    for (int i = 0; i < lines; i++) {
        char line[40];
        snprintf(line, sizeof(line), "again and again %d", i);
        say_as(play, "UADA", line);
        play_for(play, (struct duration){ 60000 / lines });
        if (i == lines / 3) {
            size_t ben = play_shown(play, "UBEN");
            CHECK(!play_click(play, "UBEN", play_last_ts(play, "UBEN"), "the right one"), "click");
            click_ms = wait_for(play, "Your answer", ben + 1);
        }
        if (i == 2 * lines / 3) {
            size_t ben = play_shown(play, "UBEN");
            say_as(play, "UBEN", "next");
            line_ms = wait_for(play, "no such words", ben);
        }
        int64_t rows = i % 500 ? 0 : play_number(play, "SELECT count(*) FROM delivery");
        rows_most = rows > rows_most ? rows : rows_most;
    }
    play_for(play, MINUTES(10));
    size_t answers = play_shown(play, "UADA") - shown;
    int64_t grown_kib = resident_kib() - before_kib;
    printf("%d lines: %zu replies to who sent them; another's click was answered after %lld ms, "
           "another's line after %lld ms; at most %lld messages waited; %lld KiB more\n",
        lines, answers, (long long)click_ms, (long long)line_ms, (long long)rows_most,
        (long long)grown_kib);
    CHECK(click_ms <= PATIENCE_MS && line_ms <= PATIENCE_MS, "somebody else waited");
    CHECK(answers <= ANSWERS_MAX, "%zu answers", answers);
    CHECK(rows_most <= ROWS_MAX, "%lld rows", (long long)rows_most);
    CHECK(play->stops == 0 && play->deaths == 0, "it stopped");
    say_as(play, "UADA", "help");
    play_for(play, SECONDS(10));
    CHECK(play_reads(play, "UADA", "What you can say"), "who was patient again is not answered");
    play_free(play);
    printf("proved: %d lines of one person in a minute, %zu of them answered, others answered "
           "within %lld ms, at most %lld messages waiting\n",
        lines, answers, (long long)(click_ms > line_ms ? click_ms : line_ms),
        (long long)rows_most);
    return 0;
}
