/* The week's frame: the company, its files, the run. */
#include "support/week.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/calendar/zone.h"
#include "support/past.h"

enum {
    CALL_PPM = 4000,
    ENVELOPE_PPM = 15000,
    ACK_PPM = 20000,
    REDELIVERY_PPM = 300000,
    OPEN_PPM = 60000,
    LIFE_PPM = 350,
    CALM_HOURS = 5,
    PAST_HISTORIES = 40,
    PAST_WEEKS = 8, /* two weeks of so many begin with a past to learn from */
    NOBODY_ID = 100000
};

static void choose_calendar(struct week *week);
static void make_people(struct week *week);
static void put_past(struct week *week);
static void note_calendar(struct week *week);
static void set_faults(struct week *week, bool on);
static void run(struct week *week, struct instant until);

static const char *const misfortune_names[] = {
#define XX(name) #name,
    WEEK_MISFORTUNE_MAP(XX)
#undef XX
};

const char week_deck[] =
    "id: first\ntitle: First steps\nowner: u003@example.com\nskill: care\n"
    "min_gap_days: 1\nconfidence: true\nprompts:\n"
    "  - id: pick\n    kind: choice\n    ask: Which one?\n    options:\n      - text: alpha\n"
    "        correct: true\n        why: it holds\n      - text: beta\n"
    "    hint: It comes first.\n"
    "  - id: think\n    kind: reflect\n    ask: Think of your last hand-off.\n"
    "  - id: marks\n    kind: multi\n    ask: Which of these?\n    options:\n      - text: alpha\n"
    "        correct: true\n      - text: beta\n      - text: gamma\n        correct: true\n"
    "  - id: steps\n    kind: order\n    ask: In which order?\n    options:\n      - text: look\n"
    "      - text: think\n      - text: leap\n"
    "  - id: hours\n    kind: number\n    ask: How many hours?\n    number: 15\n    tolerance: 1\n"
    "  - id: word\n    kind: short\n    ask: What is it called?\n    accept: [escalation]\n"
    "    hint: It begins with e.\n    hint_gives_away: true\n"
    "  - id: say\n    kind: recall\n    ask: Why twice?\n    answer: Because once is luck.\n"
    "  - id: more\n    kind: choice\n    ask: Which one next?\n    options:\n      - text: alpha\n"
    "        correct: true\n      - text: beta\n      - text: gamma\n"
    "  - id: held\n    kind: number\n    ask: How many then?\n    number: 3\n"
    "    held_out: true\n";

/* Wednesdays, and the Tuesday after each. */
static const struct {
    const char *start, *holiday;
} calendar[] = {
    { "2031-03-05T02:00:00Z", "2031-03-11" }, /* clocks change in North America */
    { "2031-06-04T02:00:00Z", "2031-06-10" }, /* nothing happens */
    { "2031-03-26T02:00:00Z", "2031-04-01" }, /* Europe */
    { "2031-10-22T02:00:00Z", "2031-10-28" },
    { "2031-04-02T02:00:00Z", "2031-04-08" }, /* Lord Howe by half an hour; Chatham, Santiago */
    { "2031-10-01T02:00:00Z", "2031-10-07" },
    { "2031-10-29T02:00:00Z", "2031-11-04" }, /* North America back; Cairo the day after */
    { "2031-12-31T02:00:00Z", "2032-01-06" }, /* a year ends */
    { "2032-02-25T02:00:00Z", "2032-03-02" }, /* a leap day */
    { "2032-12-29T02:00:00Z", "2033-01-04" }, /* ISO week 53 */
    { "2026-12-30T02:00:00Z", "2027-01-05" }, /* the same again */
    { "2030-09-04T02:00:00Z", "2030-09-10" }, /* Santiago */
};

/* The first four belong to the people of every third seed. */
static const char *const zone_names[] = { "Europe/Berlin", "America/New_York", "Asia/Kolkata",
    "Australia/Lord_Howe", "America/St_Johns", "Pacific/Chatham", "Africa/Casablanca",
    "Asia/Kathmandu", "America/Santiago", "Pacific/Kiritimati", "Africa/Cairo", "Europe/London",
    "America/Los_Angeles" };

void week_play(uint64_t seed, bool verbose, struct week_counts *counts, uint64_t *hash)
{
    struct week *week = calloc(1, sizeof(*week));
    REQUIRE(week);
    week->seed = seed;
    week->zones = zones_new(STR("/usr/share/zoneinfo"));
    REQUIRE(week->zones);
    choose_calendar(week);
    make_people(week);
    week->play = play_new(&(struct play_setup){ .seed = seed,
        .people = week->people,
        .deck = week_deck,
        .start = week->start,
        .cap = 1 + (int32_t)(seed % 2),
        .new_per_week = 15,
        .tiers = true,
        .faults = true,
        .quiet_start = true,
        .admin = "U003",
        .holidays = week->holidays });
    struct play *play = week->play;
    if (week->seed % PAST_WEEKS < 2) /* each costs as much as another half week */
        put_past(week);
    play->verbose = play->verbose || verbose;
    sim_world_verbose(play->world, play->verbose);
    play->supervised = true;
    week_watch(week);
    REQUIRE(!play_open(play));
    play_for(play, SECONDS(20));
    play_resume(play);
    play_for(play, SECONDS(10));
    set_faults(week, true);
    week->ends = instant_add(play_now(play), HOURS(24 * WEEK_DAYS));
    for (size_t i = 0; i < WEEK_PEOPLE; i++)
        if (!week->humans[i].is_dummy)
            week_later(week, 1, 600, week_human_wakes, &week->humans[i]);
    week_later(week, 10, 60, week_plot_wakes, week);
    run(week, week->ends);
    week->calm = true;
    set_faults(week, false);
    run(week, instant_add(week->ends, HOURS(CALM_HOURS)));
    week_check_store(week);
    week_check_end(week);
    note_calendar(week);
    memcpy(week->counts.faults, play->faults.counts, sizeof(week->counts.faults));
    week->counts.steps = sim_world_steps(play->world);
    week->counts.fits = (uint64_t)play_number(play, "SELECT count(*) FROM fit");
    week->counts.answers = (uint64_t)play_number(play, "SELECT count(*) FROM answer");
    for (enum sim_link_state state = 0; state < SIM_LINK_STATES; state++)
        week->counts.cuts[state] = sim_world_cuts(play->world, state);
    *counts = week->counts;
    *hash = sim_world_hash(play->world);
    play_free(play);
    zones_free(week->zones);
    free(week);
}

/* Answers of people who have left, so that on some of the nights there is something to learn. */
static void put_past(struct week *week)
{
    struct play *play = week->play;
    struct store_options options = { .path = STR("/disk/nudged.db"), .vfs = play->disk_name };
    struct store *store = NULL;
    struct str detail;
    struct instant start;
    REQUIRE(instant_parse(str_from_z(week->start), &start));
    REQUIRE(!store_open(&options, &play->arena, &store, &detail));
    store_close(store);
    past_put(&(struct past){ .path = "/disk/nudged.db", .vfs = play->disk_name,
        .last_day = (int32_t)(start.utc_ms / 86400000) - 7, .histories = PAST_HISTORIES,
        .person_id = NOBODY_ID, .coins = week->seed % PAST_WEEKS == 0 });
    play->config.settings.fit = FIT_WHEN_NIGHTLY;
    play->config.settings.fit_answers_min = 100;
}

const char *week_misfortune_name(enum week_misfortune misfortune)
{
    REQUIRE((unsigned)misfortune < WEEK_MISFORTUNES);
    return misfortune_names[misfortune];
}

uint32_t week_draw(struct week *week, uint32_t bound)
{
    return (uint32_t)sim_world_random(week->play->world, bound);
}

bool week_chance(struct week *week, uint32_t percent)
{
    return week_draw(week, 100) < percent;
}

void week_fail(struct week *week, const char *what, int64_t number)
{
    struct buf at = buf_heap(100);
    buf_add_instant(&at, play_now(week->play));
    fprintf(stderr,
        "seed %llu, %.*s: %s (%lld)\n  again: NUDGED_SIM_SEED=%llu ./dev test -R sim_weeks\n",
        (unsigned long long)week->seed, STR_ARG(buf_str(&at)), what, (long long)number,
        (unsigned long long)week->seed);
    abort();
}

void week_later(
    struct week *week, int64_t from_minutes, int64_t to_minutes, world_fn *fn, void *arg)
{
    int64_t span_ms = (to_minutes - from_minutes) * 60000;
    int64_t after_ms = from_minutes * 60000 + (int64_t)week_draw(week, (uint32_t)span_ms + 1);
    sim_world_at(week->play->world,
        instant_add(play_now(week->play), (struct duration){ after_ms }), fn, arg);
}

static void choose_calendar(struct week *week)
{
    size_t at = week->seed % COUNT(calendar);
    week->start = calendar[at].start;
    week->holiday = calendar[at].holiday;
    snprintf(week->holidays, sizeof(week->holidays), "- date: %s\n  name: Founders' Day\n",
        week->holiday);
}

/* Four teams of four below leads, three of whom a head leads; two dummies never do anything. */
static void make_people(struct week *week)
{
    uint64_t zone_seed = week->seed % 3 ? week->seed : 0;
    for (size_t i = 0; i < WEEK_PEOPLE; i++) {
        struct week_human *human = &week->humans[i];
        *human = (struct week_human){ .week = week, .number = i, .is_dummy = i == 7 || i == 13 };
        snprintf(human->user, sizeof(human->user), "U%03u", (unsigned)i + 1);
        snprintf(week->names[i], sizeof(week->names[i]), "Person %u", (unsigned)i + 1);
        week->people[i] = (struct play_person){ .user = human->user,
            .name = week->names[i],
            .role = i < 4 ? "lead" : "agent",
            .cohort = i % 2 ? "spring" : "autumn",
            .manager = i == 3 ? NULL
                : i < 3       ? week->humans[3].user
                              : week->humans[i % 4].user,
            .zone = zone_names[(i % 4 + zone_seed * 4) % COUNT(zone_names)] };
    }
}

/* What was special about these days, for the report. */
static void note_calendar(struct week *week)
{
    struct instant from = instant_add(week->ends, HOURS(-24 * WEEK_DAYS));
    int32_t first = (int32_t)(from.utc_ms / 86400000);
    for (size_t i = 0; i < WEEK_PEOPLE; i++) {
        const struct zone *zone = zones_get(week->zones, str_from_z(week->people[i].zone));
        week->counts.people_with_clock_change +=
            zone && zone_offset_s(zone, from) != zone_offset_s(zone, week->ends);
    }
    bool year_ends = false, week_53 = false, leap_day = false;
    for (int32_t day = first; day < first + WEEK_DAYS; day++) {
        struct date date = date_from_day(day);
        year_ends = year_ends || (date.month == 12 && date.day == 31);
        week_53 = week_53 || iso_week_of(day).week == 53;
        leap_day = leap_day || (date.month == 2 && date.day == 29);
    }
    week->counts.year_ends += year_ends;
    week->counts.weeks_53 += week_53;
    week->counts.leap_days += leap_day;
}

static void set_faults(struct week *week, bool on)
{
    static const uint32_t ppm[] = {
        [SIM_FAULT_CALL] = CALL_PPM,
        [SIM_FAULT_ENVELOPE] = ENVELOPE_PPM,
        [SIM_FAULT_ACK] = ACK_PPM,
        [SIM_FAULT_REDELIVERY] = REDELIVERY_PPM,
        [SIM_FAULT_OPEN] = OPEN_PPM,
        [SIM_FAULT_LIFE] = LIFE_PPM,
    };
    for (enum sim_fault kind = SIM_FAULT_NONE + 1; kind < SIM_FAULT_COUNT; kind++)
        sim_faults_set(&week->play->faults, kind, on ? ppm[sim_fault_group(kind)] : 0);
}

static void run(struct week *week, struct instant until)
{
    while (instant_before(play_now(week->play), until)) {
        struct instant hour = instant_add(play_now(week->play), HOURS(1));
        play_run_to(week->play, instant_before(hour, until) ? hour : until);
        if (week->play->app)
            week_check_store(week);
    }
}
