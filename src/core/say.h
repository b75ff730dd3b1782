/* Every sentence the bot can say, by name, with placeholders in braces; only say.c has words for
 * people. Of several wordings `turn` picks one: the same moment always reads the same. */
#ifndef NUDGED_CORE_SAY_H
#define NUDGED_CORE_SAY_H

#include <stdint.h>
#include "nudged/base/str.h"

enum sentence {
    SAY_RIGHT,
    SAY_PARTLY,
    SAY_WRONG,
    SAY_GAVE_UP,
    SAY_THANKS_REFLECTION,
    SAY_SEE_MODEL,
    SAY_YOUR_ANSWER,
    SAY_RIGHT_ANSWER,
    SAY_MODEL_ANSWER,
    SAY_RATE_YOURSELF, SAY_RATED,
    SAY_HOW_SURE, SAY_SURE_FIRST, SAY_DISCOVERY,
    SAY_HINT, SAY_NO_HINT, SAY_HINT_LATE,
    SAY_COMES_BACK,
    SAY_SOURCE,
    SAY_PRIVATE,
    SAY_TYPE_NUMBER,
    SAY_TYPE_WORDS,
    SAY_TYPE_RECALL,
    SAY_TYPE_REFLECT,
    SAY_NOT_READ_OPTIONS,
    SAY_NOT_READ_MANY,
    SAY_NOT_READ_ORDER,
    SAY_NOT_READ_NUMBER,
    SAY_NOT_READ_EMPTY,
    SAY_NO_FILES, SAY_HURRIED,
    SAY_TOO_LONG,
    SAY_MARK_FIRST,
    SAY_PLACE_EACH,
    SAY_NOT_YOURS,
    SAY_ALREADY,
    SAY_CLOSED_EXPIRED,
    SAY_CLOSED_SKIPPED,
    SAY_CLOSED_CARD,
    SAY_SKIPPED,
    SAY_SNOOZED,
    SAY_NO_OPEN,
    SAY_UNKNOWN_PERSON,
    SAY_LEFT,
    SAY_PAUSED_UNTIL,
    SAY_PAUSED,
    SAY_PAUSE_WHEN,
    SAY_RESUMED,
    SAY_STOPPED,
    SAY_NEXT_AT,
    SAY_NEXT_OPEN,
    SAY_NEXT_PAUSED,
    SAY_NEXT_NONE,
    SAY_NEXT_NOT_LIVE,
    SAY_NEXT_NOT_IN_PILOT,
    SAY_NEXT_ENDED,
    SAY_WHY_SKILL,
    SAY_WHY_NEW,
    SAY_WHY_DUE, SAY_WHY_HELD_OUT,
    SAY_WHY_OWNER,
    SAY_NOTHING_TO_EXPLAIN,
    SAY_HELP_TITLE,
    SAY_HELP_TAIL,
    SAY_NOT_UNDERSTOOD,
    SAY_NOTICE_HELLO,
    SAY_NOTICE_WHAT,
    SAY_NOTICE_STORED, SAY_NOTICE_KEPT,
    SAY_NOTICE_SEES_SKILLS, SAY_NOTICE_SEES_TEAM,
    SAY_NOTICE_SEES_NOBODY,
    SAY_NOTICE_NEVER,
    SAY_NOTICE_STOP,
    SAY_NOTICE_BASIS,
    SAY_NOTICE_TOMORROW,
    SAY_SEES_SKILLS_SHORT,
    SAY_SEES_TEAM_SHORT,
    SAY_SEES_REFLECTION,
    SAY_HOME_TITLE,
    SAY_HOME_PRACTISING,
    SAY_HOME_NOTHING_YET,
    SAY_HOME_RECALL, SAY_HOME_FADING, SAY_HOME_SHOWN, SAY_HOME_MET, SAY_HOME_MORE, SAY_HOME_LIMITS,
    SAY_DIGEST_TITLE,
    SAY_DIGEST_WELL,
    SAY_DIGEST_PRACTISED, SAY_DIGEST_PRACTISED_ABOUT,
    SAY_DIGEST_TALK,
    SAY_DIGEST_TALK_PROMPT,
    SAY_DIGEST_TALK_ALONE,
    SAY_DIGEST_ASK,
    SAY_DIGEST_ASK_BEHAVIOUR,
    SAY_DIGEST_EVIDENCE, SAY_DIGEST_STRONG, SAY_DIGEST_WEAK,
    SAY_DIGEST_SHOWN, SAY_DIGEST_SHOWN_WEAK, SAY_DIGEST_MORE, SAY_DIGEST_REST,
    SAY_DIGEST_LIMITS,
    SAY_DIGEST_BELOW,
    SAY_DIGEST_NOTHING, SAY_DIGEST_ONCE,
    SAY_NOT_A_MANAGER,
    SAY_ALERT_CONTENT, SAY_ALERT_CONTENT_KEPT, SAY_FLAGGED, SAY_FLAGGED_LIMITS,
    SAY_ALERT_BEGAN, SAY_ALERT_OVER, SAY_ALERT_SINCE, SAY_ALERT_FROM_TO,
    SENTENCE_COUNT
};

/* The sentence as it stands / with one, two, three placeholders filled; unknown names stay. */
struct str say0(enum sentence sentence, uint64_t turn);
struct filling {
    const char *name;
    struct str value;
};
struct str say(struct arena *arena, enum sentence sentence, uint64_t turn,
    const struct filling *fillings, size_t count);
struct str say1(
    struct arena *arena, enum sentence sentence, uint64_t turn, const char *name, struct str value);
struct str say2(struct arena *arena, enum sentence sentence, uint64_t turn, const char *name,
    struct str value, const char *name2, struct str value2);
struct str say3(struct arena *arena, enum sentence sentence, uint64_t turn, const char *name,
    struct str value, const char *name2, struct str value2, const char *name3, struct str value3);

#endif
