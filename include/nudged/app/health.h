/* The pages for machines: /healthz, /readyz and /metrics over plain HTTP.
 *
 *   /healthz   200 while the loop turns and the store takes turns, else 503 and one line
 *   /readyz    200 when also connected and the newest files are in force, else 503 and one line
 *   /metrics   Prometheus text 0.0.4; OpenMetrics 1.0.0 for who accepts that rather
 *
 * GET and HEAD only (else 405), anything else 404. No names, e-mails, prompts or secrets. */
#ifndef NUDGED_APP_HEALTH_H
#define NUDGED_APP_HEALTH_H

#include "nudged/app/app.h"
#include "nudged/net/loop.h"

struct health;

/* listen: "127.0.0.1:9464", "[::1]:9464", checked by the configuration. The app outlives it.
 * Errors: ERR_BUSY (the port is taken), ERR_REFUSED (not allowed), ERR_INVALID, ERR_NO_MEMORY. */
MUST_USE enum err health_open(struct loop *loop, struct app *app, struct str listen,
                              struct health **out);
struct health *health_close(struct health *health);     /* accepts NULL */
uint16_t health_port(const struct health *health);

#endif
