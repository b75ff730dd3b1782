/* A year of answers of people who forget by known weights, put into a store nobody has open: what
 * there is to learn from when a test needs weights to be learnt. */
#ifndef SUPPORT_PAST_H
#define SUPPORT_PAST_H

#include <stdbool.h>
#include <stdint.h>

struct past {
    const char *path, *vfs;     /* of the database; vfs NULL: the default */
    int32_t last_day;           /* the newest answers lie before it */
    int histories;              /* about seven answers each */
    int64_t person_id;          /* of the first history, and so on; nobody need have them */
    bool coins;                 /* right or wrong by chance: nothing can be learnt */
};

/* Gives how many answers there are. Ends the process with a sentence when it cannot. */
int64_t past_put(const struct past *past);

#endif
