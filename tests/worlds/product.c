#include "worlds/product.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "nudged/base/macros.h"

static const time_t first_day = 1767571200; /* 2026-01-05, a Monday */

struct product {
    pid_t child;
    FILE *to, *from;
    int32_t replies_owed;
    uint32_t learner;
    uint64_t lines;
    char *line;
    size_t room;
};

static void product_start(void *data, const struct programme *programme);
static void product_expose(void *data, int32_t item, int32_t day, enum format format);
static int32_t product_choose(void *data, int32_t day, int32_t cap, int32_t items[CAP_MAX]);
static void product_answer(void *data, const struct response *answer);
static void say(struct product *product, const char *format, ...) PRINTF_LIKE(2, 3);
static void hear(struct product *product);
static void instant_text(int32_t day, int32_t minute, char text[32]);
static _Noreturn void broken(const char *what, const char *line);

struct product *product_open(const char *binary, bool fill)
{
    struct product *product = calloc(1, sizeof(*product));
    int down[2], up[2];
    REQUIRE(product && !pipe(down) && !pipe(up));
    fflush(NULL);
    product->child = fork();
    if (product->child == 0) {
        dup2(down[0], STDIN_FILENO);
        dup2(up[1], STDOUT_FILENO);
        close(down[0]);
        close(down[1]);
        close(up[0]);
        close(up[1]);
        execl(binary, binary, "schedule", "--stdio", fill ? "--fill" : (char *)NULL, (char *)NULL);
        _exit(127);
    }
    REQUIRE(product->child > 0);
    close(down[0]);
    close(up[1]);
    product->to = fdopen(down[1], "w");
    product->from = fdopen(up[0], "r");
    REQUIRE(product->to && product->from);
    return product;
}

struct product *product_close(struct product *product)
{
    int status = 0;
    if (!product)
        return NULL;
    fclose(product->to);
    while (product->replies_owed > 0)
        hear(product);
    fclose(product->from);
    waitpid(product->child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        broken("it did not end well after its last line", "");
    free(product->line);
    free(product);
    return NULL;
}

struct policy product_policy(const char *name, struct product *product)
{
    return (struct policy){ name, product, product_start, product_expose, product_choose,
        product_answer };
}

uint64_t product_lines(const struct product *product)
{
    return product->lines;
}

static void product_start(void *data, const struct programme *programme)
{
    struct product *product = data;
    say(product,
        "{\"op\":\"reset\",\"learner\":%u,\"items\":%d,\"cap\":%d,\"start\":\"2026-01-05\","
        "\"weeks\":%d}",
        (unsigned)product->learner++, (int)programme->items, (int)programme->cap, WEEKS);
}

static void product_expose(void *data, int32_t item, int32_t day, enum format format)
{
    char at[32];
    instant_text(day, 15 * 60, at);
    say(data, "{\"op\":\"expose\",\"item\":%d,\"day\":%d,\"at\":\"%s\",\"format\":\"%s\"}",
        (int)item, (int)day, at, formats[format].name);
}

static int32_t product_choose(void *data, int32_t day, int32_t cap, int32_t items[CAP_MAX])
{
    struct product *product = data;
    char at[32];
    int32_t len = 0;
    instant_text(day, 9 * 60, at);
    say(product, "{\"op\":\"choose\",\"day\":%d,\"cap\":%d,\"at\":\"%s\"}", (int)day, (int)cap, at);
    fflush(product->to);
    while (product->replies_owed > 0)
        hear(product);
    char *rest = strstr(product->line, "\"items\"");
    rest = rest ? strchr(rest, '[') : NULL;
    if (!rest)
        broken("no list of items", product->line);
    rest++;
    for (char *end; strtol(rest, &end, 10), end != rest; rest = end + (*end == ',')) {
        if (len == cap)
            broken("more items than the cap", product->line);
        items[len++] = (int32_t)strtol(rest, NULL, 10);
    }
    if (*rest != ']')
        broken("not a list of numbers", product->line);
    return len;
}

static void product_answer(void *data, const struct response *answer)
{
    char at[32], result[64] = "";
    instant_text(answer->day, answer->minute, at);
    if (answer->answered)
        snprintf(result, sizeof(result), ",\"correct\":%s,\"seconds\":%.1f",
            answer->correct ? "true" : "false", answer->seconds);
    say(data,
        "{\"op\":\"answer\",\"item\":%d,\"day\":%d,\"at\":\"%s\",\"answered\":%s,"
        "\"format\":\"%s\",\"guess\":%g%s}",
        (int)answer->item, (int)answer->day, at, answer->answered ? "true" : "false",
        formats[answer->format].name, formats[answer->format].guess, result);
}

static void say(struct product *product, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(product->to, format, arguments);
    va_end(arguments);
    fputc('\n', product->to);
    product->replies_owed++;
    product->lines++;
}

static void hear(struct product *product)
{
    ssize_t len = getline(&product->line, &product->room, product->from);
    if (len <= 0)
        broken("nudged schedule --stdio gave no answer", "");
    if (product->line[0] != '{' || strstr(product->line, "\"error\""))
        broken("it refused a line", product->line);
    product->replies_owed--;
}

static void instant_text(int32_t day, int32_t minute, char text[32])
{
    time_t seconds = first_day + (time_t)day * 86400 + (time_t)minute * 60;
    struct tm parts;
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &parts));
}

static void broken(const char *what, const char *line)
{
    fflush(stdout);
    printf("BROKEN: %s: %s\n", what, line);
    exit(EXIT_FAILURE);
}
