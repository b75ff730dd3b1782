/* Draws misfortunes from a seed.
 *
 * Refuses to carry them out. Odd decision: a forced fault is answered before anything is drawn, so
 * forcing one does not shift what the seed gives afterwards. */
#include "nudged/sim/fault.h"

#include "nudged/base/macros.h"

static const struct { const char *name; enum sim_fault_group group; } kinds[SIM_FAULT_COUNT] = {
    [SIM_FAULT_NONE] = { "NONE", SIM_FAULT_CALL },
#define XX(group, name) [SIM_FAULT_##name] = { #name, SIM_FAULT_##group },
    SIM_FAULT_MAP(XX)
#undef XX
};

static uint64_t next(struct sim_faults *faults);
static uint32_t between(struct sim_faults *faults, uint32_t from, uint32_t to);

/* How a call fares; what is not drawn here is in sim_faults_call. */
static const struct sim_call_fault call_faults[SIM_FAULT_COUNT] = {
    [SIM_FAULT_NONE] = { .process = true },
#define LIMITED(header) { .replace = true, .status = 429, .retry_after = header, \
        .content_type = { "application/json; charset=utf-8", 31 }, \
        .body = { "{\"ok\":false,\"error\":\"ratelimited\"}", 34 } }
#define TEXT(literal) { literal, sizeof(literal) - 1 }
    [SIM_FAULT_LIMITED] = LIMITED(TEXT("")),
    [SIM_FAULT_LIMITED_NO_HEADER] = LIMITED(TEXT("")),
    [SIM_FAULT_LIMITED_ZERO] = LIMITED(TEXT("0")),
    [SIM_FAULT_LIMITED_JUNK] = LIMITED(TEXT("soon")),
    [SIM_FAULT_LIMITED_HUGE] = LIMITED(TEXT("86400")),
    [SIM_FAULT_LIMITED_DATE] = LIMITED(TEXT("Wed, 05 Mar 2031 07:28:00 GMT")),
    [SIM_FAULT_RATELIMITED_BODY] = { .replace = true, .status = 200,
        .content_type = TEXT("application/json; charset=utf-8"),
        .body = TEXT("{\"ok\":false,\"error\":\"ratelimited\"}") },
    [SIM_FAULT_STATUS_500] = { .replace = true, .status = 500, .content_type = TEXT("text/plain"),
        .body = TEXT("Internal Server Error") },
    [SIM_FAULT_STATUS_503] = { .replace = true, .status = 503, .content_type = TEXT("text/plain"),
        .body = TEXT("upstream connect error or disconnect/reset before headers") },
    [SIM_FAULT_HTML] = { .replace = true, .status = 200, .content_type = TEXT("text/html"),
        .body = TEXT("<!DOCTYPE html><title>Proxy</title><p>Please sign in to the network.</p>") },
    [SIM_FAULT_TRUNCATED] = { .process = true, .truncate = true },
    [SIM_FAULT_INTERNAL_ERROR] = { .replace = true, .status = 200,
        .content_type = TEXT("application/json; charset=utf-8"),
        .body = TEXT("{\"ok\":false,\"error\":\"internal_error\"}") },
    [SIM_FAULT_DROPPED] = { .process = true, .drop = true },
    [SIM_FAULT_NOT_REACHED] = { .not_reached = true },
    [SIM_FAULT_SLOW] = { .process = true },
};

void sim_faults_init(struct sim_faults *faults, uint64_t seed)
{
    *faults = (struct sim_faults){ .state = seed };
}

void sim_faults_set(struct sim_faults *faults, enum sim_fault kind, uint32_t chance_ppm)
{
    REQUIRE(kind > SIM_FAULT_NONE && kind < SIM_FAULT_COUNT && chance_ppm <= 1000000);
    faults->chance_ppm[kind] = chance_ppm;
}

void sim_faults_set_all(struct sim_faults *faults, uint32_t chance_ppm)
{
    for (enum sim_fault kind = SIM_FAULT_NONE + 1; kind < SIM_FAULT_COUNT; kind++)
        sim_faults_set(faults, kind, chance_ppm);
}

void sim_faults_force(struct sim_faults *faults, enum sim_fault kind, uint32_t times)
{
    REQUIRE(kind > SIM_FAULT_NONE && kind < SIM_FAULT_COUNT);
    faults->forced[kind] = times;
}

enum sim_fault sim_faults_draw(struct sim_faults *faults, enum sim_fault_group group)
{
    if (!faults)
        return SIM_FAULT_NONE;
    for (enum sim_fault kind = SIM_FAULT_NONE + 1; kind < SIM_FAULT_COUNT; kind++) {
        if (kinds[kind].group == group && faults->forced[kind] > 0) {
            faults->forced[kind]--;
            faults->counts[kind]++;
            return kind;
        }
    }
    uint32_t drawn = sim_faults_below(faults, 1000000), sum = 0;
    for (enum sim_fault kind = SIM_FAULT_NONE + 1; kind < SIM_FAULT_COUNT; kind++) {
        if (kinds[kind].group != group)
            continue;
        sum += faults->chance_ppm[kind];
        if (drawn < sum) {
            faults->counts[kind]++;
            return kind;
        }
    }
    return SIM_FAULT_NONE;
}

uint32_t sim_faults_below(struct sim_faults *faults, uint32_t bound)
{
    REQUIRE(bound > 0);
    return (uint32_t)((next(faults) >> 32) * bound >> 32);
}

uint64_t sim_faults_total(const struct sim_faults *faults)
{
    uint64_t total = 0;
    for (size_t i = 0; i < SIM_FAULT_COUNT; i++)
        total += faults->counts[i];
    return total;
}

const char *sim_fault_name(enum sim_fault kind)
{
    REQUIRE(kind >= SIM_FAULT_NONE && kind < SIM_FAULT_COUNT);
    return kinds[kind].name;
}

enum sim_fault_group sim_fault_group(enum sim_fault kind)
{
    REQUIRE(kind > SIM_FAULT_NONE && kind < SIM_FAULT_COUNT);
    return kinds[kind].group;
}

struct sim_call_fault sim_faults_call(struct sim_faults *faults)
{
    static const struct str seconds[] = { TEXT("1"), TEXT("2"), TEXT("3"), TEXT("4"), TEXT("5") };
    enum sim_fault kind = sim_faults_draw(faults, SIM_FAULT_CALL);
    struct sim_call_fault fault = call_faults[kind];
    fault.kind = kind;
    if (kind == SIM_FAULT_LIMITED)
        fault.retry_after = seconds[sim_faults_below(faults, COUNT(seconds))];
    if (kind == SIM_FAULT_STATUS_500 || kind == SIM_FAULT_INTERNAL_ERROR)
        fault.process = sim_faults_below(faults, 2) == 1;
    if (kind == SIM_FAULT_SLOW)
        fault.delay_ms = between(faults, 2000, 20000);
    return fault;
}

struct sim_envelope_fault sim_faults_envelope(struct sim_faults *faults)
{
    struct sim_envelope_fault fault = { .kind = sim_faults_draw(faults, SIM_FAULT_ENVELOPE) };
    fault.twice = fault.kind == SIM_FAULT_DUPLICATE;
    fault.hold = fault.kind == SIM_FAULT_REORDER;
    if (fault.kind == SIM_FAULT_DELAY)
        fault.delay_ms = between(faults, 100, 2500);
    return fault;
}

static uint32_t between(struct sim_faults *faults, uint32_t from, uint32_t to)
{
    return from + sim_faults_below(faults, to - from + 1);
}

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next(struct sim_faults *faults)
{
    uint64_t z = (faults->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}
