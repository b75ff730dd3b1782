/* Longer texts: the privacy notice, help, and the person's home page. */
#include "bar.h"
#include "card.h"
#include "page_skills.h"
#include "slots.h"

static void add_notice_lines(const struct facts *facts, struct arena *arena, struct message *card);
static struct str clock_text(int16_t minute, struct arena *arena);
static enum sentence next_sentence(const struct facts *facts, struct instant at);
static struct str how_long(const struct settings *settings, struct arena *arena);
static enum sentence who_sees(const struct facts *facts);

struct message *card_notice(const struct facts *facts, bool first_contact, struct arena *arena)
{
    struct str hello = say2(arena, SAY_NOTICE_HELLO, 0, "name", facts->person.name, "organisation",
        facts->settings->organisation);
    struct message *card = message_new(arena, hello);
    message_add(arena, card, PART_STRONG, hello);
    add_notice_lines(facts, arena, card);
    if (first_contact)
        message_add(arena, card, PART_MUTED, say0(SAY_NOTICE_TOMORROW, 0));
    struct part *buttons = message_add(arena, card, PART_BUTTONS, STR_EMPTY);
    part_add_button(arena, buttons, (struct button){ VERB_PAUSE, 0, BUTTON_PLAIN, STR("Pause") });
    part_add_button(arena, buttons, (struct button){ VERB_STOP, 0, BUTTON_PLAIN, STR("Stop") });
    part_add_button(arena, buttons, (struct button){ VERB_HELP, 0, BUTTON_PLAIN, STR("Help") });
    return card;
}

struct message *card_help(struct arena *arena)
{
    struct message *card = message_new(arena, say0(SAY_HELP_TITLE, 0));
    message_add(arena, card, PART_HEADING, say0(SAY_HELP_TITLE, 0));
    struct buf lines = buf_in(arena, TEXT_BYTES_MAX);
    for (int verb = VERB_NONE + 1; verb < VERB_END; verb++) {
        const struct verb_info *info = verb_info((enum verb)verb);
        if (info->typed && info->help.len)
            buf_addf(&lines, "%s%.*s%s%.*s: %.*s", lines.len ? "\n" : "", STR_ARG(info->word),
                info->argument.len ? " " : "", STR_ARG(info->argument), STR_ARG(info->help));
    }
    message_add(arena, card, PART_TEXT, buf_str(&lines));
    message_add(arena, card, PART_MUTED, say0(SAY_HELP_TAIL, 0));
    return card;
}

struct message *card_home(const struct facts *facts, struct arena *arena)
{
    struct message *card = message_new(arena, say0(SAY_HOME_TITLE, 0));
    message_add(arena, card, PART_HEADING, say0(SAY_HOME_TITLE, 0));
    message_add(arena, card, PART_TEXT, next_text(facts, arena));
    struct part *buttons = message_add(arena, card, PART_BUTTONS, STR_EMPTY);
    bool away = facts->person.state == PERSON_PAUSED || facts->person.state == PERSON_STOPPED;
    part_add_button(arena, buttons,
        away ? (struct button){ VERB_RESUME, 0, BUTTON_PRIMARY, STR("Resume") }
             : (struct button){ VERB_PAUSE, 0, BUTTON_PLAIN, STR("Pause") });
    if (facts->person.state != PERSON_STOPPED)
        part_add_button(arena, buttons, (struct button){ VERB_STOP, 0, BUTTON_PLAIN, STR("Stop") });
    part_add_button(arena, buttons, (struct button){ VERB_HELP, 0, BUTTON_PLAIN, STR("Help") });
    message_add(arena, card, PART_DIVIDER, STR_EMPTY);
    page_add_skills(facts, arena, card);
    message_add(arena, card, PART_DIVIDER, STR_EMPTY);
    message_add(arena, card, PART_HEADING, STR("Privacy"));
    add_notice_lines(facts, arena, card);
    return card;
}

struct str next_text(const struct facts *facts, struct arena *arena)
{
    struct instant at = bar_next(facts);
    enum sentence sentence = next_sentence(facts, at);
    struct str when =
        instant_is_never(at) ? STR("later") : when_instant(facts->zone, facts->now, at, arena);
    if (sentence == SAY_PAUSED_UNTIL)
        when = when_on_day(
            slot_today(facts), zone_local(facts->zone, facts->person.paused_until).day, arena);
    return say2(arena, sentence, 0, "when", when, "zone", zone_name(facts->zone));
}

static enum sentence next_sentence(const struct facts *facts, struct instant at)
{
    static const enum sentence by_bar[BAR_COUNT] = {
        [BAR_LEFT] = SAY_LEFT,
        [BAR_STOPPED] = SAY_STOPPED,
        [BAR_PAUSED] = SAY_NEXT_PAUSED,
        [BAR_NOT_LIVE] = SAY_NEXT_NOT_LIVE,
        [BAR_NOT_REACHABLE] = SAY_NEXT_NONE,
        [BAR_NOT_IN_PILOT] = SAY_NEXT_NOT_IN_PILOT,
        [BAR_ENDED] = SAY_NEXT_ENDED,
    };
    struct instant until;
    enum bar bar = bar_of(facts, &until);
    if (bar == BAR_PAUSED && !instant_is_never(facts->person.paused_until))
        return SAY_PAUSED_UNTIL;
    if (bar != BAR_NONE && bar != BAR_NOT_STARTED)
        return by_bar[bar];
    if (instant_is_never(at) && facts->person.end_day)
        return SAY_NEXT_ENDED;
    if (facts->has_nudge && facts->nudge.state == NUDGE_OPEN)
        return SAY_NEXT_OPEN;
    return instant_is_never(at) ? SAY_NEXT_NONE : SAY_NEXT_AT;
}

static void add_notice_lines(const struct facts *facts, struct arena *arena, struct message *card)
{
    const struct settings *settings = facts->settings;
    struct filling what[] = {
        { "cap", settings->cap == 1 ? STR("one") : str_format(arena, "%d", (int)settings->cap) },
        { "from", clock_text(settings->hours.from_minute, arena) },
        { "to", clock_text(settings->hours.to_minute, arena) },
        { "zone", zone_name(facts->zone) },
    };
    message_add(arena, card, PART_TEXT, say(arena, SAY_NOTICE_WHAT, 0, what, COUNT(what)));
    message_add(arena, card, PART_TEXT, say0(SAY_NOTICE_STORED, 0));
    if (settings->retention.texts)
        message_add(arena, card, PART_TEXT, how_long(settings, arena));
    message_add(
        arena, card, PART_TEXT, say1(arena, who_sees(facts), 0, "manager", facts->manager_name));
    message_add(arena, card, PART_TEXT, say0(SAY_NOTICE_NEVER, 0));
    message_add(arena, card, PART_TEXT, say0(SAY_NOTICE_STOP, 0));
    message_add(
        arena, card, PART_MUTED, say1(arena, SAY_NOTICE_BASIS, 0, "basis", settings->legal_basis));
}

static struct str how_long(const struct settings *settings, struct arena *arena)
{
    return say3(arena, SAY_NOTICE_KEPT, 0, "texts",
        str_format(arena, "%d", (int)settings->retention.texts), "answers",
        str_format(arena, "%d", (int)settings->retention.answers), "access",
        str_format(arena, "%d", (int)settings->retention.access_log));
}

static enum sentence who_sees(const struct facts *facts)
{
    if (!facts->manager_name.len)
        return SAY_NOTICE_SEES_NOBODY;
    return facts->settings->visibility == VISIBILITY_TEAM ? SAY_NOTICE_SEES_TEAM
                                                          : SAY_NOTICE_SEES_SKILLS;
}

static struct str clock_text(int16_t minute, struct arena *arena)
{
    return str_format(arena, "%02d:%02d", minute / 60, minute % 60);
}
