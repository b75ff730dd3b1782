#include "bench/figures.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static int compare_doubles(const void *a, const void *b);

int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
        (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int64_t cpu_ns_of(pid_t pid)
{
    char path[64];
    long long ns = -1;
    (void)snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%lld", &ns) != 1)
        ns = -1;
    if (file)
        (void)fclose(file);
    return ns;
}

long memory_kib(pid_t pid, const char *file, const char *name)
{
    char path[64], line[256];
    long kib = -1;
    if (pid)
        (void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
    else
        (void)snprintf(path, sizeof(path), "/proc/self/%s", file);
    FILE *in = fopen(path, "r");
    while (in && kib < 0 && fgets(line, sizeof(line), in))
        if (!strncmp(line, name, strlen(name)))
            kib = strtol(line + strlen(name), NULL, 10);
    if (in)
        (void)fclose(in);
    return kib;
}

double median(double *values, size_t len)
{
    if (!len)
        return 0;
    qsort(values, len, sizeof(*values), compare_doubles);
    return len % 2 ? values[len / 2] : (values[len / 2 - 1] + values[len / 2]) / 2;
}

uint32_t percentile(const uint32_t *sorted, size_t len, double part)
{
    if (!len)
        return 0;
    size_t at = (size_t)(part * (double)len);
    return sorted[at < len ? at : len - 1];
}

int compare_u32(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

void print_commit(void)
{
    char commit[64] = "";
    FILE *git =
        popen("git -C '" SOURCE_DIR "' describe --always --dirty --abbrev=7 2>/dev/null", "r");
    if (git && fgets(commit, sizeof(commit), git))
        commit[strcspn(commit, "\n")] = '\0';
    if (git)
        (void)pclose(git);
    printf("commit %s", commit[0] ? commit : "unknown");
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}
