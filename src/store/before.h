/* The review as it was before an answer, as it is kept with the answer: small, and exactly what it
 * was.
 *
 * A varint whose bits say which fields are there, in the order of enum before_field, then each of
 * them; what is not there is 0. Stability and difficulty are doubles, days zigzag varints of how
 * long before the day of the answer, the rest zigzag varints. Log odds that are a whole number of
 * millionths, as all of core/evidence.h are, are kept as that number, others as a double. The
 * count of answers is a column of its own, because statements read it. */
#ifndef STORE_BEFORE_H
#define STORE_BEFORE_H

#include "nudged/base/buf.h"
#include "nudged/core/question.h"

enum { BEFORE_BYTES_MAX = 256 };

void before_pack(struct buf *buf, int32_t day, const struct review *review);
/* All but prompt_id and answers. ERR_DB_CORRUPT: not what before_pack makes; *out untouched. */
MUST_USE enum err before_unpack(struct str bytes, int32_t day, struct review *out);

#endif
