/* The other side: the smallest Slack a daemon can work with, in a process of its own, which then
 * presses buttons and counts what comes back.
 *
 * It answers the Web API from fixed strings, keeps of every card the values of its buttons, and
 * sends block_actions envelopes of realistic size over the socket. An ack or an update it did not
 * expect is counted, never ignored. Talks with the benchmark through shared memory. */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct peer_phase {
    uint32_t answers; /* how many, each of a person with an open card */
    uint32_t window; /* closed loop: so many outstanding; 0: open loop */
    uint32_t per_second; /* open loop: acks are measured from the intended instant */
    bool reopen; /* first of all every card that was ever posted is open again */
    bool hold; /* updates are not answered until the next phase, which then waits for them all */
};

struct peer_result {
    double acked_seconds, done_seconds; /* from the first press to the last ack, the last update */
    uint32_t acked, done;
    uint32_t ack_us_p50, ack_us_p99, ack_us_p999, ack_us_max;
    double cpu_seconds; /* of the peer itself */
    uint32_t envelope_bytes; /* of the last one */
};

/* Shared by both processes. Plain members are written by one side before the atomic that tells. */
struct peer_board {
    _Atomic uint32_t port; /* 0: not listening yet */
    _Atomic uint32_t asked, answered; /* phases; equal: nothing under way */
    _Atomic uint32_t cards, notices; /* messages posted with and without answers to choose */
    _Atomic uint32_t hellos; /* sockets greeted */
    _Atomic int64_t hello_ns; /* monotonic instant of the last one */
    _Atomic uint32_t doubled; /* acks or updates that came twice, or that nobody waits for */
    _Atomic uint32_t roster_reads; /* times the last page of users.list was read */
    struct peer_phase phase;
    struct peer_result result;
};

/* Forks. The child ends when its parent does. Ends the program with a sentence when it cannot. */
struct peer_board *peer_start(uint32_t people, pid_t *pid);
void peer_stop(pid_t pid);

#endif
