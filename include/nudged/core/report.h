/* What a manager's week looks like, as numbers; core/digest turns it into sentences.
 *
 * Read by store/report.c on its own read-only connection. Only rated first attempts count as
 * evidence: not reflections, not answers changed after their feedback was shown. Names are there
 * because the reader is the direct manager; what of them is said depends on the visibility setting.
 * */
#ifndef NUDGED_CORE_REPORT_H
#define NUDGED_CORE_REPORT_H

#include <stdint.h>

#include "nudged/base/str.h"

struct report_skill {
    struct str skill;               /* id in skills.yaml */
    int32_t answers, right;         /* in the week */
    int32_t answers_before, right_before;   /* in the four weeks before it */
    int32_t last_day;               /* local day of the latest answer in the week; 0: none */
};

struct report_person {
    int64_t person_id;
    struct str name;
    struct report_skill *skills;    /* only those with an answer in the five weeks */
    size_t skills_len;
    int32_t reflections;            /* in the week: how many, never what */
};

struct report_prompt {              /* the prompt the team missed most in the week */
    int64_t prompt_id;
    int32_t answers, wrong;
    int32_t people;                 /* different people among the answers */
};

struct report {
    int64_t manager_id;
    struct str manager_name;
    int32_t week_monday;            /* the reported week: Monday to Sunday */
    struct report_person *people;   /* direct reports, by name */
    size_t people_len;
    struct report_skill *team;      /* the same, summed */
    size_t team_len;
    struct report_prompt *missed;   /* most wrong first, at most 3 */
    size_t missed_len;
    int32_t indirect_people;        /* below the direct reports: counted only */
};

#endif
