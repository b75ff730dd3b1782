/* Addresses: taking them apart, and which of them may be spoken to. Secrets travel only over TLS,
 * so plain http and ws are for this machine alone. */
#ifndef NUDGED_BASE_URL_H
#define NUDGED_BASE_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/str.h"

/* True for "127.x.x.x", "[::1]", "::1" and "localhost", and nothing else. */
bool host_is_loopback(struct str host);
/* Splits scheme://host[:port]/path; no user part allowed. False when malformed. */
struct url_parts { struct str scheme, host, path; uint16_t port; };     /* path starts with '/' */
MUST_USE bool url_split(struct str url, struct url_parts *out);
/* Splits a place to listen at: "127.0.0.1:9464", "[::1]:9464"; the host is numeric, without
 * brackets, the port not left out (0: any free one). False when malformed. */
MUST_USE bool address_split(struct str text, struct str *host, uint16_t *port);
/* https or wss anywhere; http or ws only to a loopback host. */
bool url_is_allowed(struct str url);

#endif
