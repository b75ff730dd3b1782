/* Three worlds, each with its own law of forgetting, none of them the one nudged believes in.
 *
 *   ACT-R   activation m = 0.25 + offset + ln sum b_i age_i^-d_i, recall logistic(m / 0.40). What
 *           happened i-th leaves b = 1.0 (studied), 0.9 (missed, then told), 1.25 (recalled) and
 *           fades with d = 0.217 e^m + 0.19, m being the activation when it happened. After
 *           Pavlik & Anderson 2005.
 *   MCM     twelve leaky stores, time constants 0.2 * 2.3^i days; s_i is the mean of the first i
 *           with weights 0.93^i. Recall is the last s, seen through a Hill curve (0.45, power 1.6);
 *           offset moves its logit by 1.6 offset. What happens adds e (1 - Hill(s_i)) to store i,
 *           e = 1.0, 1.4, 2.2. After Mozer et al. 2009.
 *   DSR     recall e^-(age/tau)^0.35. Studied: tau = 11 e^offset. Recalled with chance p:
 *           tau *= 1 + 4 (1-p)^0.7 e^(offset/2) (tau/11)^-0.15. Missed: tau = 11 e^offset
 *           (tau/11)^0.5. Studied once more: only the age begins anew.
 *
 * The constants are assumptions that give, after one study, about 65 % at a day, 43 to 50 at 7, 24
 * to 35 at 30 and 12 to 23 at 90; they are fitted to no data. Days are real numbers. */
#ifndef WORLDS_WORLD_H
#define WORLDS_WORLD_H

#include <stddef.h>

enum happening { STUDIED, MISSED, RECALLED, HAPPENING_COUNT };

enum { TRACES_MAX = 640, STORES = 12, WORLD_COUNT = 3 };

/* One learner's memory of one item; zeroed but for offset, it was never met. */
struct memory {
    double offset; /* ability and ease together, 0 in the middle */
    double last_day;
    double tau; /* DSR; 0: never met */
    double stores[STORES]; /* MCM, as of last_day */
    size_t traces_len; /* ACT-R */
    struct trace {
        double day, strength, decay;
    } traces[TRACES_MAX];
};

struct world {
    const char *name;
    double (*recall)(const struct memory *memory, double day); /* 0 … 1; 0 when never met */
    void (*happen)(struct memory *memory, enum happening what, double day);
};

extern const struct world worlds[WORLD_COUNT];

#endif
