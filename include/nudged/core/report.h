/* What a manager's week looks like, as numbers; core/digest turns it into sentences.
 *
 * Read by store/report.c on its own read-only connection. Only rated answers count as evidence: not
 * reflections, not answers changed after their feedback was shown. Names are there because the
 * reader is the direct manager; what of them is said depends on the visibility setting. Of those
 * further down there are sums only. */
#ifndef NUDGED_CORE_REPORT_H
#define NUDGED_CORE_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "nudged/core/facts.h"

struct report_skill { /* only skills with an answer in the week */
    struct str skill; /* id in skills.yaml */
    int32_t answers, right;
    int32_t people; /* different people among the answers */
    int32_t last_day; /* local day of the latest answer */
    /* In `below`: the fewest people the sum would tell of when somebody among them who manages
     * takes their own team's away, or when all teams of a telling size are; 0: nobody is left. */
    int32_t rest_people;
};

struct report_shown { /* a question that somebody has demonstrated (core/evidence.h) */
    struct str skill;
    struct review review;
};

struct report_person {
    int64_t person_id;
    struct instant since; /* in this team; what was answered before is not counted */
    struct str name;
    struct report_skill *skills;
    size_t skills_len;
    /* Of now, not of the week; only what rests wholly on answers given in this team. */
    struct report_shown *shown;
    size_t shown_len;
};

struct report_prompt { /* the prompt the team missed most in the week */
    int64_t prompt_id;
    int32_t answers, wrong;
    int32_t people; /* different people among the answers */
    int32_t rest_people; /* who answered other prompts of the same skill */
};

/* A figure of people who are not named is told only when so many different ones stand behind it,
 * and as many or none behind what is left when others' known figures are taken away from it; and
 * only about, so that the difference of two weeks does not tell of who joined or left. */
enum { DIGEST_GROUP_MIN = 5 };

struct report {
    int32_t week_monday; /* the reported week: Monday to Sunday */
    int64_t roster_epoch; /* the people.csv in force when it was read */
    struct report_person *people; /* direct reports, by name */
    size_t people_len;
    struct report_skill *team; /* the same, summed */
    size_t team_len;
    struct report_prompt *missed; /* by the team; most wrong first, at most 3 */
    size_t missed_len;
    struct report_skill *below; /* everybody below the direct reports, summed */
    size_t below_len;
    int32_t below_people; /* how many of them answered */
};

#endif
