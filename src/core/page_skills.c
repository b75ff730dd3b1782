/* What somebody practises: expected recall today and how it would fade, and what they have shown.
 *
 * Owns the lines of one skill. Refuses to count (standing.c). Odd: the dots say nothing that the
 * words beside them do not, so whoever hears the page read aloud misses nothing. */
#include "page_skills.h"

#include "card.h"
#include "nudged/core/standing.h"
#include "slots.h"

static void add_skill(const struct skill *skill, const struct standing *standing, int32_t today,
    struct arena *arena, struct message *card);
static struct str curve(const struct standing *standing, struct arena *arena);
static struct str shown(const struct standing *standing, int32_t today, struct arena *arena);

void page_add_skills(const struct facts *facts, struct arena *arena, struct message *card)
{
    int32_t today = slot_today(facts);
    int met = 0;
    bool estimated = false;
    message_add(arena, card, PART_HEADING, say0(SAY_HOME_PRACTISING, 0));
    for (size_t i = 0; i < facts->content->skills_len; i++) {
        const struct skill *skill = &facts->content->skills[i];
        struct standing standing;
        standing_of(facts->content, facts->reviews, facts->reviews_len, skill->id, facts->weights,
            today, &standing);
        if (!standing.met || ++met > PAGE_SKILLS_MAX)
            continue;
        add_skill(skill, &standing, today, arena, card);
        estimated = estimated || standing.answered;
    }
    if (met > PAGE_SKILLS_MAX)
        message_add(arena, card, PART_MUTED,
            say1(arena, SAY_HOME_MORE, 0, "count",
                str_format(arena, "%d", met - PAGE_SKILLS_MAX)));
    if (!met)
        message_add(arena, card, PART_TEXT, say0(SAY_HOME_NOTHING_YET, 0));
    if (estimated)
        message_add(arena, card, PART_MUTED, say0(SAY_HOME_LIMITS, 0));
}

static void add_skill(const struct skill *skill, const struct standing *standing, int32_t today,
    struct arena *arena, struct message *card)
{
    struct buf lines = buf_in(arena, TEXT_BYTES_MAX);
    bool planned = standing->soonest > today && standing->soonest < INT32_MAX;
    int32_t soonest = planned ? standing->soonest : today;
    message_add(arena, card, PART_STRONG, skill->name);
    if (standing->answered)
        message_add(arena, card, PART_TEXT, curve(standing, arena));
    if (standing->demonstrated)
        buf_addf(&lines, "%.*s\n", STR_ARG(shown(standing, today, arena)));
    buf_add(&lines,
        say2(arena, SAY_HOME_MET, 0, "questions",
            str_format(arena, "%d question%s", (int)standing->met, standing->met == 1 ? "" : "s"),
            "when", when_on_day(today, soonest, arena)));
    message_add(arena, card, PART_MUTED, buf_str(&lines));
}

/* A row of dots for today and for each time that follows. */
static struct str curve(const struct standing *standing, struct arena *arena)
{
    static const struct str weeks[STANDING_POINTS] = { STR_INIT("no"), STR_INIT("two"),
        STR_INIT("four") };
    struct buf lines = buf_in(arena, TEXT_BYTES_MAX);
    buf_add(&lines,
        say2(arena, SAY_HOME_RECALL, 0, "dots", standing_dots(standing->recall, arena), "recall",
            standing_recall_text(standing, arena)));
    for (int i = 1; i < STANDING_POINTS; i++)
        buf_addf(&lines, "\n%.*s",
            STR_ARG(say3(arena, SAY_HOME_FADING, 0, "dots",
                standing_dots(standing->ahead[i], arena), "weeks", weeks[i], "recall",
                standing_share_text(standing->ahead[i], arena))));
    return buf_str(&lines);
}

static struct str shown(const struct standing *standing, int32_t today, struct arena *arena)
{
    struct filling fillings[] = {
        { "count", str_format(arena, "%d of %d", (int)standing->demonstrated, (int)standing->met) },
        { "current", str_format(arena, "%d", (int)standing->current) },
        { "hits", str_format(arena, "%d", (int)standing->hits) },
        { "formats", evidence_formats_text(standing->formats, arena) },
        { "when", when_on_day(today, standing->last_day, arena) },
    };
    return say(arena, SAY_HOME_SHOWN, 0, fillings, COUNT(fillings));
}
