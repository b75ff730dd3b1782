/* The metrics page: Prometheus text format 0.0.4, and OpenMetrics 1.0.0, which differs in how
 * counters and info are named and ends with "# EOF".
 *
 * Owns the table and the two ways of writing it. No label ever names a person, a prompt or a place
 * in the chat: the values of every label are the words of an enum. Gauges are read when somebody
 * asks; counters and histograms are kept where things happen and cost an addition. */
#include "state.h"

#include <math.h>
#include <sys/stat.h>

#include "app/process.h"

enum metric_type { COUNTER, GAUGE, HISTOGRAM, INFO };

typedef const char *label_fn(const struct app *app, int series);
static label_fn label_fit;
static label_fn label_channel, label_grade, label_lane, label_end, label_condition, label_file,
    label_version;

static const double bounds[METRIC_BUCKETS] = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
};
_Static_assert(METRIC_BUCKETS + 1 <= METRIC_SERIES_MAX, "and one for what is above the last");

/* name: without _total and _info. Series from `first` to before `end`, one without a label. */
static const struct metric_row {
    const char *name;
    enum metric_type type;
    const char *unit;
    const char *help;
    const char *label;
    label_fn *value;
    int first, end;
} rows[] = {
    [METRIC_NUDGES_SENT] = { "nudged_nudges_sent", COUNTER, "", "Questions that reached the chat.",
        "channel", label_channel, 0, 1 },
    [METRIC_ANSWERS] = { "nudged_answers", COUNTER, "", "Answers stored, by how they were graded; "
        "reflections and what was not rated are none.", "outcome", label_grade,
        GRADE_NONE, GRADE_RIGHT + 1 },
    [METRIC_MESSAGES_SENT] = { "nudged_messages_sent", COUNTER, "",
        "Messages, updates and home pages the platform took.", "lane", label_lane,
        LANE_INTERACTIVE, LANE_END },
    [METRIC_SEND_ERRORS] = { "nudged_send_errors", COUNTER, "",
        "Requests that did not end with a message in the chat.", "reason", label_end,
        DELIVERY_END_RETRY, DELIVERY_END_EXPIRED + 1 },
    [METRIC_SEND_SECONDS] = { "nudged_send_seconds", HISTOGRAM, "seconds",
        "From claiming a message to the platform's reply.", NULL, NULL, 0, 1 },
    [METRIC_SCHEDULER_LAG] = { "nudged_scheduler_lag_seconds", GAUGE, "seconds",
        "How late the earliest person is whose slot has come and who was not seen to yet.", NULL,
        NULL, 0, 1 },
    [METRIC_DUE_NUDGES] = { "nudged_due_nudges", GAUGE, "",
        "People whose slot has come and who were not seen to yet.", NULL, NULL, 0, 1 },
    [METRIC_OUTBOX_ROWS] = { "nudged_outbox_rows", GAUGE, "",
        "Messages that wait, are under way or have an unknown outcome.", "lane", label_lane,
        LANE_INTERACTIVE, LANE_END },
    [METRIC_OUTBOX_OLDEST] = { "nudged_outbox_oldest_seconds", GAUGE, "seconds",
        "How long the message waits that waits longest.", NULL, NULL, 0, 1 },
    [METRIC_SOCKET_CONNECTED] = { "nudged_socket_connected", GAUGE, "",
        "1 when the platform has said hello on a socket.", "channel", label_channel, 0, 1 },
    [METRIC_DECK_LOAD_ERRORS] = { "nudged_deck_load_errors", GAUGE, "",
        "Errors of the newest prompt and people files; 0 when they are in force.", NULL, NULL,
        0, 1 },
    [METRIC_DB_BYTES] = { "nudged_db_bytes", GAUGE, "bytes", "Size of the database's files.",
        "file", label_file, 0, 2 },
    [METRIC_LOOP_SECONDS] = { "nudged_loop_busy_seconds", HISTOGRAM, "seconds",
        "How long each round of the loop kept everything else waiting.", NULL, NULL, 0, 1 },
    [METRIC_TURNS] = { "nudged_turns", COUNTER, "", "Batches of events taken.", NULL, NULL, 0, 1 },
    [METRIC_EVENTS] = { "nudged_events", COUNTER, "", "Events taken.", NULL, NULL, 0, 1 },
    [METRIC_EVENTS_FAILED] = { "nudged_events_failed", COUNTER, "",
        "Events that were refused or failed.", NULL, NULL, 0, 1 },
    [METRIC_FRAMES_NOT_UNDERSTOOD] = { "nudged_frames_not_understood", COUNTER, "",
        "Frames of the platform that are of no use to us.", NULL, NULL, 0, 1 },
    [METRIC_COMMIT_SECONDS] = { "nudged_commit_seconds", HISTOGRAM, "seconds",
        "How long a turn's commit took, with its sync.", NULL, NULL, 0, 1 },
    [METRIC_DEGRADED] = { "nudged_degraded", GAUGE, "",
        "1 while a condition holds that admins hear of.", "condition", label_condition,
        0, CONDITION_COUNT },
    [METRIC_LIVE] = { "nudged_live", GAUGE, "", "1 when the operator has said resume.", NULL, NULL,
        0, 1 },
    [METRIC_PEOPLE_UNMATCHED] = { "nudged_people_unmatched", GAUGE, "",
        "People of people.csv who cannot be reached in the workspace.", NULL, NULL, 0, 1 },
    [METRIC_FITS] = { "nudged_fits", COUNTER, "",
        "Times the memory model was fitted to the answers, by what became of it.", "outcome",
        label_fit, 0, 3 },
    [METRIC_FIT_ANSWERS] = { "nudged_fit_answers", GAUGE, "",
        "Answers the weights in force were learnt from; 0 for the published ones.", NULL, NULL,
        0, 1 },
    [METRIC_BUILD] = { "nudged_build", INFO, "", "The program.", "version", label_version, 0, 1 },
    [METRIC_CPU] = { "process_cpu_seconds", COUNTER, "seconds",
        "Total user and system CPU time spent.", NULL, NULL, 0, 1 },
    [METRIC_RESIDENT] = { "process_resident_memory_bytes", GAUGE, "bytes",
        "Resident memory size.", NULL, NULL, 0, 1 },
    [METRIC_VIRTUAL] = { "process_virtual_memory_bytes", GAUGE, "bytes", "Virtual memory size.",
        NULL, NULL, 0, 1 },
    [METRIC_OPEN_FDS] = { "process_open_fds", GAUGE, "", "Open file descriptors.", NULL, NULL,
        0, 1 },
    [METRIC_MAX_FDS] = { "process_max_fds", GAUGE, "", "Most file descriptors it may open.", NULL,
        NULL, 0, 1 },
    [METRIC_START_TIME] = { "process_start_time_seconds", GAUGE, "seconds",
        "When the process started, in seconds since 1970.", NULL, NULL, 0, 1 },
};
_Static_assert(COUNT(rows) == METRIC_COUNT, "one row a metric");
_Static_assert((int)CONDITION_COUNT <= (int)METRIC_SERIES_MAX, "a series a condition");

static void gather(struct app *app);
static void gather_outbox(struct app *app);
static void gather_process(struct app *app);
static void print_metric(struct app *app, enum metric metric, bool openmetrics, struct buf *out);
static void print_head(const struct metric_row *row, bool openmetrics, struct buf *out);
static void print_histogram(struct app *app, enum metric metric, struct buf *out);
static void print_number(double value, struct buf *out);

void metric_add(struct app *app, enum metric metric, int series, double n)
{
    REQUIRE((unsigned)series < METRIC_SERIES_MAX);
    app->metrics.values[metric][series] += n;
}

void metric_set(struct app *app, enum metric metric, int series, double value)
{
    REQUIRE((unsigned)series < METRIC_SERIES_MAX);
    app->metrics.values[metric][series] = value;
}

void metric_observe(struct app *app, enum metric metric, int64_t span_us)
{
    double seconds = (double)(span_us > 0 ? span_us : 0) / 1e6;
    int bucket = 0;
    while (bucket < METRIC_BUCKETS && seconds > bounds[bucket])
        bucket++;
    app->metrics.values[metric][bucket]++;
    app->metrics.sums[metric] += seconds;
}

int64_t metric_now_us(struct app *app)
{
    return app->options.now_us ? app->options.now_us(app->options.arg)
                               : world_mono(app->world).ms * 1000;
}

void app_metrics(struct app *app, bool openmetrics, struct buf *out)
{
    gather(app);
    for (int metric = 0; metric < METRIC_COUNT; metric++)
        print_metric(app, (enum metric)metric, openmetrics, out);
    if (openmetrics)
        buf_add(out, STR("# EOF\n"));
}

static void gather(struct app *app)
{
    struct instant now = world_now(app->world), first = INSTANT_NEVER;
    struct arena arena;
    struct stat file;
    int64_t people = 0;
    gather_outbox(app);
    gather_process(app);
    if (store_due_count(app->store, now, &people, &first))
        people = 0;
    metric_set(app, METRIC_DUE_NUDGES, 0, (double)people);
    metric_set(app, METRIC_SCHEDULER_LAG, 0,
        people ? (double)instant_since(now, first).ms / 1000 : 0);
    metric_set(app, METRIC_SOCKET_CONNECTED, 0, app->link && app->platform->is_up(app->link));
    metric_set(app, METRIC_DECK_LOAD_ERRORS, 0, app->loader.refused_errors);
    metric_set(app, METRIC_TURNS, 0, (double)app->turns);
    metric_set(app, METRIC_EVENTS, 0, (double)app->events);
    metric_set(app, METRIC_EVENTS_FAILED, 0, (double)app->failures);
    metric_set(app, METRIC_FRAMES_NOT_UNDERSTOOD, 0, (double)app->undecoded);
    metric_set(app, METRIC_LIVE, 0, app->state.live);
    metric_set(app, METRIC_PEOPLE_UNMATCHED, 0, (double)watch_unmatched(app));
    metric_set(app, METRIC_FIT_ANSWERS, 0, (double)app->in_force.answers);
    metric_set(app, METRIC_BUILD, 0, 1);
    for (int i = 0; i < CONDITION_COUNT; i++)
        metric_set(app, METRIC_DEGRADED, i, degraded_holds(app, (enum condition)i));
    arena_init(&arena, 1 << 16);
    for (int i = 0; i < 2; i++) {
        struct str path = str_format(&arena, "%.*s%s", STR_ARG(store_path(app, &arena)),
            i ? "-wal" : "");
        metric_set(app, METRIC_DB_BYTES, i,
            stat(str_z(&arena, path), &file) ? 0 : (double)file.st_size);
    }
    arena_finish(&arena);
}

static void gather_outbox(struct app *app)
{
    struct lane_waits lanes[LANE_END] = { 0 };
    struct instant now = world_now(app->world), oldest = now;
    bool read = !store_outbox_lanes(app->store, now, lanes);
    for (int lane = LANE_INTERACTIVE; lane < LANE_END; lane++) {
        metric_set(app, METRIC_OUTBOX_ROWS, lane, (double)lanes[lane].rows);
        if (read && instant_before(lanes[lane].oldest, oldest))
            oldest = lanes[lane].oldest;
    }
    metric_set(app, METRIC_OUTBOX_OLDEST, 0, (double)instant_since(now, oldest).ms / 1000);
}

static void gather_process(struct app *app)
{
    struct process_facts facts;
    process_look(&facts);
    metric_set(app, METRIC_CPU, 0, facts.cpu_s);
    metric_set(app, METRIC_RESIDENT, 0, facts.resident_bytes);
    metric_set(app, METRIC_VIRTUAL, 0, facts.virtual_bytes);
    metric_set(app, METRIC_OPEN_FDS, 0, facts.open_fds);
    metric_set(app, METRIC_MAX_FDS, 0, facts.max_fds);
    metric_set(app, METRIC_START_TIME, 0, facts.start_s);
}

static void print_metric(struct app *app, enum metric metric, bool openmetrics, struct buf *out)
{
    const struct metric_row *row = &rows[metric];
    print_head(row, openmetrics, out);
    if (row->type == HISTOGRAM) {
        print_histogram(app, metric, out);
        return;
    }
    for (int series = row->first; series < row->end; series++) {
        buf_addf(out, "%s%s", row->name,
            row->type == COUNTER ? "_total" : row->type == INFO ? "_info" : "");
        if (row->label)
            buf_addf(out, "{%s=\"%s\"}", row->label, row->value(app, series));
        buf_add_byte(out, ' ');
        print_number(app->metrics.values[metric][series], out);
        buf_add_byte(out, '\n');
    }
}

/* OpenMetrics speaks of the family, the older format of the sample. A unit must end the name. */
static void print_head(const struct metric_row *row, bool openmetrics, struct buf *out)
{
    static const char *const types[] = { "counter", "gauge", "histogram", "info" };
    static const char *const endings[] = { "_total", "", "", "_info" };
    const char *ending = openmetrics ? "" : endings[row->type];
    bool plain_info = row->type == INFO && !openmetrics;
    buf_addf(out, "# HELP %s%s %s\n", row->name, ending, row->help);
    buf_addf(out, "# TYPE %s%s %s\n", row->name, ending, plain_info ? "gauge" : types[row->type]);
    if (openmetrics && row->unit[0])
        buf_addf(out, "# UNIT %s %s\n", row->name, row->unit);
}

static void print_histogram(struct app *app, enum metric metric, struct buf *out)
{
    const struct metric_row *row = &rows[metric];
    double count = 0;
    for (int i = 0; i <= METRIC_BUCKETS; i++) {
        count += app->metrics.values[metric][i];
        buf_addf(out, "%s_bucket{le=\"", row->name);
        if (i == METRIC_BUCKETS)
            buf_add(out, STR("+Inf"));
        else
            buf_addf(out, bounds[i] < 1 || bounds[i] == 2.5 ? "%g" : "%.1f", bounds[i]);
        buf_addf(out, "\"} %.0f\n", count);
    }
    buf_addf(out, "%s_count %.0f\n%s_sum %.6f\n", row->name, count, row->name,
        app->metrics.sums[metric]);
}

static void print_number(double value, struct buf *out)
{
    buf_addf(out, value == floor(value) ? "%.0f" : "%.3f", value);
}

static const char *label_fit(const struct app *app UNUSED, int series)
{
    static const char *const words[] = { "adopted", "not_better", "failed" };
    return words[series];
}

static const char *label_channel(const struct app *app, int series UNUSED)
{
    return app->platform->name;
}

static const char *label_grade(const struct app *app UNUSED, int series)
{
    static const char *const words[] = {
        [GRADE_NONE] = "none", [GRADE_WRONG] = "wrong", [GRADE_PARTLY] = "partly",
        [GRADE_RIGHT] = "right",
    };
    return words[series];
}

static const char *label_lane(const struct app *app UNUSED, int series)
{
    return lane_name((enum lane)series);
}

static const char *label_end(const struct app *app UNUSED, int series)
{
    return delivery_end_name((enum delivery_end)series);
}

static const char *label_condition(const struct app *app UNUSED, int series)
{
    return condition_row((enum condition)series)->name;
}

static const char *label_file(const struct app *app UNUSED, int series)
{
    return series ? "wal" : "database";
}

static const char *label_version(const struct app *app UNUSED, int series UNUSED)
{
    return NUDGED_VERSION;
}
