/* What the benchmarks measure with: clocks, CPU seconds, memory of a process, medians. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int64_t now_ns(void); /* monotonic */
double cpu_seconds(void); /* of this process, user and system */
int64_t cpu_ns_of(pid_t pid); /* from schedstat; -1: cannot be read */
/* A line of /proc/<pid>/<file> such as "Anonymous:", in KiB; -1 when it is not there. pid 0: us. */
long memory_kib(pid_t pid, const char *file, const char *name);
double median(double *values, size_t len); /* sorts them; 0 for none */
/* part: 0 to 1; nearest rank, of sorted values; 0 for none */
uint32_t percentile(const uint32_t *sorted, size_t len, double part);
int compare_u32(const void *a, const void *b);
void print_commit(void); /* "commit abc1234" of the sources, if known */

#endif
