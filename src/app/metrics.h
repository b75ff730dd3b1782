/* What is counted and measured: one row a metric in metrics.c, one name here. A new metric is a row
 * there, a name here and a call where it happens. */
#ifndef NUDGED_APP_METRICS_H
#define NUDGED_APP_METRICS_H

#include <stdint.h>

enum metric {
    METRIC_NUDGES_SENT, METRIC_ANSWERS, METRIC_MESSAGES_SENT, METRIC_SEND_ERRORS,
    METRIC_SEND_SECONDS, METRIC_SCHEDULER_LAG, METRIC_DUE_NUDGES, METRIC_OUTBOX_ROWS,
    METRIC_OUTBOX_OLDEST, METRIC_SOCKET_CONNECTED, METRIC_DECK_LOAD_ERRORS, METRIC_DB_BYTES,
    METRIC_LOOP_SECONDS, METRIC_TURNS, METRIC_EVENTS, METRIC_EVENTS_FAILED,
    METRIC_FRAMES_NOT_UNDERSTOOD, METRIC_COMMIT_SECONDS, METRIC_DEGRADED, METRIC_LIVE,
    METRIC_PEOPLE_UNMATCHED, METRIC_FITS, METRIC_FIT_ANSWERS, METRIC_BUILD, METRIC_CPU,
    METRIC_RESIDENT, METRIC_VIRTUAL, METRIC_OPEN_FDS, METRIC_MAX_FDS, METRIC_START_TIME,
    METRIC_COUNT
};

enum { METRIC_SERIES_MAX = 16, METRIC_BUCKETS = 13 };

/* A histogram's values are its buckets, each alone, and behind them those above the last bound. */
struct metrics {
    double values[METRIC_COUNT][METRIC_SERIES_MAX];
    double sums[METRIC_COUNT];          /* seconds; histograms only */
};

#endif
