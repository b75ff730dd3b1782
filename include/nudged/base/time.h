/* Time types that cannot be mixed.
 *
 * instant   a point in time, UTC milliseconds since 1970; what is stored and compared
 * duration  a span in milliseconds
 * mono      a reading of the monotonic clock; only for deadlines and pings inside net and platform
 * local     a wall-clock time in some zone; exists only between `calendar` and a decision */
#ifndef NUDGED_BASE_TIME_H
#define NUDGED_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/buf.h"
#include "nudged/base/str.h"

struct instant  { int64_t utc_ms; };
struct duration { int64_t ms; };
struct mono     { int64_t ms; };
struct local    { int32_t day; int16_t minute; };   /* days since 1970-01-01; minute 0–1439 */

#define INSTANT_NEVER ((struct instant){ INT64_MAX })
#define SECONDS(n) ((struct duration){ (int64_t)(n) * 1000 })
#define MINUTES(n) ((struct duration){ (int64_t)(n) * 60000 })
#define HOURS(n)   ((struct duration){ (int64_t)(n) * 3600000 })

struct instant instant_add(struct instant at, struct duration span);    /* saturates at NEVER */
struct duration instant_since(struct instant later, struct instant earlier);
bool instant_before(struct instant a, struct instant b);
bool instant_is_never(struct instant at);

struct date { int32_t year; int8_t month, day; };       /* month 1–12, day 1–31 */
int32_t date_to_day(struct date date);              /* days since 1970-01-01, proleptic Gregorian */
struct date date_from_day(int32_t day);
bool date_is_valid(struct date date);                   /* years 1900–2199 */
int weekday_of(int32_t day);                         /* 0 Monday … 6 Sunday (ISO 8601 less one) */

struct iso_week { int32_t year; int8_t week; };      /* ISO 8601: week 1 holds the first Thursday */
struct iso_week iso_week_of(int32_t day);
int32_t iso_week_monday(struct iso_week week);          /* the day of its Monday */

/* "2031-03-04T09:30:00Z", with milliseconds only when there are any; reads the same, also with a
 * numeric offset. The whole slice must match. */
void buf_add_instant(struct buf *buf, struct instant at);
MUST_USE bool instant_parse(struct str s, struct instant *out);
MUST_USE bool date_parse(struct str s, struct date *out);       /* YYYY-MM-DD */
void buf_add_date(struct buf *buf, int32_t day);

#endif
