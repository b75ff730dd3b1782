/* One thing going well, one thing to talk about, one question to ask, a line a person.
 *
 * Counts with their dates, never a bare score; topics before names; who did not answer is not there
 * at all. What is strong or weak needs at least two answers, or it is not said. What somebody has
 * demonstrated stands only in a line with their name: as a sum it would change with each one who
 * joins or leaves, and so tell of them. For the same reason a figure of people who are not named is
 * said about: the share right in tenths, without how many answers and without the latest day, which
 * is always one person's; and strong and weak are chosen by those tenths. */
#include "digest_card.h"

#include "card.h"
#include "nudged/base/text.h"
#include "nudged/core/standing.h"
#include "slots.h"

enum {
    ENOUGH = 2, /* answers below which a skill is not called strong or weak */
    STRONG_PERCENT = 60, /* below, nobody would call it going well */
    ASK_MAX = 90, /* code points of a question quoted */
    WEAK_PERCENT = 90, /* above, there is nothing to talk about */
    TENTHS = 10,
    PEOPLE_STEP = 5 /* the nearest so many */
};

struct sums { /* the figures that may be told; about: of people who are not named, in tenths */
    struct report_skill *items;
    size_t len;
    bool about;
};

static const struct report_skill *pick(const struct report_skill *skills, size_t len, bool best);
static double share(const struct report_skill *skill);
static int32_t least_people(const struct facts *facts, int32_t usual);
static struct sums sums_told(const struct report_skill *skills, size_t len, int32_t people,
    struct arena *arena);
static int32_t tenths(int32_t part, int32_t whole);
static void add_team_lines(const struct facts *facts, const struct report *report,
    struct arena *arena, struct message *card);
static void add_practised(
    const struct facts *facts, const struct sums *team, struct arena *arena, struct message *card);
static void add_missed(const struct facts *facts, const struct report *report,
    const struct report_skill *weak, struct arena *arena, struct message *card);
static void add_below(const struct facts *facts, const struct report *report, struct arena *arena,
    struct message *card);
static void add_question(const struct facts *facts, const struct report_skill *about,
    struct arena *arena, struct message *card);
static bool rest_is_enough(int32_t rest_people, int32_t people);
static struct str shortened(struct str ask, struct arena *arena);
static void add_people(const struct facts *facts, const struct report *report, bool details,
    struct arena *arena, struct message *card);
static struct str person_line(
    const struct facts *facts, const struct report_person *person, struct arena *arena);
static struct str evidence(
    const struct facts *facts, const struct sums *sums, struct arena *arena);
static const struct report_skill *pick_shown(
    const struct report_person *person, const struct report_skill *weak);
static int32_t shown_in(const struct report_person *person, struct str skill);
static struct str shown_text(const struct facts *facts, const struct report_person *person,
    const struct report_skill *skill, struct arena *arena);
static int32_t answers_of(const struct report_person *person);
static bool has_something(const struct report_person *person);
static size_t people_lines(const struct report *report, bool details, const struct message *card);
static struct str skill_name(const struct facts *facts, const struct report_skill *skill);
static struct str skill_text(const struct facts *facts, const struct report_skill *skill,
    bool about, struct arena *arena);
static struct str counts_text(const struct facts *facts, const struct report_skill *skill,
    bool about, struct arena *arena);
static struct str share_text(int32_t part, int32_t whole, bool about, struct arena *arena);
static struct str number(struct arena *arena, int32_t value);

struct message *digest_card(
    const struct facts *facts, const struct report *report, bool details, struct arena *arena)
{
    int32_t today = slot_today(facts);
    struct str title =
        say2(arena, SAY_DIGEST_TITLE, 0, "from", when_day(today, report->week_monday, arena), "to",
            when_day(today, report->week_monday + 6, arena));
    struct message *card = message_new(arena, title);
    message_add(arena, card, PART_HEADING, title);
    bool named = facts->settings->visibility != VISIBILITY_TEAM;
    if (named || !details)
        add_team_lines(facts, report, arena, card);
    if (!details)
        add_below(facts, report, arena, card);
    if (named)
        add_people(facts, report, details, arena, card);
    if (!card || card->parts_len == 1)
        return NULL;
    message_add(arena, card, PART_MUTED, say0(SAY_DIGEST_LIMITS, 0));
    return card;
}

struct message *digest_nothing(const struct facts *facts, struct arena *arena)
{
    bool named = facts->settings->visibility != VISIBILITY_TEAM;
    return card_text(say0(named ? SAY_DIGEST_NOTHING : SAY_DIGEST_ONCE, 0), arena);
}

static void add_team_lines(const struct facts *facts, const struct report *report,
    struct arena *arena, struct message *card)
{
    struct sums team =
        sums_told(report->team, report->team_len, least_people(facts, 1), arena);
    const struct report_skill *best = pick(team.items, team.len, true);
    const struct report_skill *weak = pick(team.items, team.len, false);
    if (best)
        message_add(arena, card, PART_TEXT,
            say2(arena, SAY_DIGEST_WELL, 0, "skill", skill_name(facts, best), "counts",
                counts_text(facts, best, team.about, arena)));
    if (weak && !best)
        add_practised(facts, &team, arena, card);
    if (weak && weak != best)
        message_add(arena, card, PART_STRONG,
            say2(arena, SAY_DIGEST_TALK, 0, "skill", skill_name(facts, weak), "share",
                share_text(weak->right, weak->answers, team.about, arena)));
    add_missed(facts, report, weak != best ? weak : NULL, arena, card);
    add_question(facts, weak ? weak : best, arena, card);
}

/* Calling a weak skill strong would be flattery; that people practised is true. */
static void add_practised(
    const struct facts *facts, const struct sums *team, struct arena *arena, struct message *card)
{
    int32_t answers = 0, last_day = 0;
    for (size_t i = 0; i < team->len; i++) {
        answers += team->items[i].answers;
        last_day = team->items[i].last_day > last_day ? team->items[i].last_day : last_day;
    }
    message_add(arena, card, PART_TEXT,
        team->about ? say0(SAY_DIGEST_PRACTISED_ABOUT, 0)
                    : say2(arena, SAY_DIGEST_PRACTISED, 0, "answers", number(arena, answers),
                          "when", when_day(slot_today(facts), last_day, arena)));
}

/* A prompt most people missed: the example for the weak skill, or what there is to talk about. */
static void add_missed(const struct facts *facts, const struct report *report,
    const struct report_skill *weak, struct arena *arena, struct message *card)
{
    for (size_t i = 0; i < report->missed_len; i++) {
        const struct report_prompt *missed = &report->missed[i];
        const struct prompt *prompt = content_prompt(facts->content, missed->prompt_id);
        if (!prompt || missed->people < least_people(facts, ENOUGH) ||
            !rest_is_enough(missed->rest_people, least_people(facts, 0)) ||
            (weak && !str_equal(prompt->skill, weak->skill)))
            continue;
        message_add(arena, card, weak ? PART_MUTED : PART_STRONG,
            say2(arena, weak ? SAY_DIGEST_TALK_PROMPT : SAY_DIGEST_TALK_ALONE, 0, "ask",
                shortened(prompt->ask, arena), "share",
                share_text(missed->wrong, missed->answers, least_people(facts, 0) > 0, arena)));
        return;
    }
}

/* Nobody below the direct reports is this reader's to name, whatever the setting. */
static void add_below(const struct facts *facts, const struct report *report, struct arena *arena,
    struct message *card)
{
    struct sums sums = sums_told(report->below, report->below_len, DIGEST_GROUP_MIN, arena);
    struct str what = evidence(facts, &sums, arena);
    int32_t people = (report->below_people + PEOPLE_STEP / 2) / PEOPLE_STEP * PEOPLE_STEP;
    if (what.len)
        message_add(arena, card, PART_TEXT,
            say2(arena, SAY_DIGEST_BELOW, 0, "people", number(arena, people), "what", what));
}

/* Under `team` a figure of few people would speak of them: each needs its own group. */
static int32_t least_people(const struct facts *facts, int32_t usual)
{
    return facts->settings->visibility == VISIBILITY_TEAM ? DIGEST_GROUP_MIN : usual;
}

/* people: how many must stand behind each; from DIGEST_GROUP_MIN on they are not named. */
static struct sums sums_told(const struct report_skill *skills, size_t len, int32_t people,
    struct arena *arena)
{
    struct sums sums = { arena_array(arena, struct report_skill, len), 0,
        people >= DIGEST_GROUP_MIN };
    for (size_t i = 0; sums.items && i < len; i++) {
        if (skills[i].people < people || !rest_is_enough(skills[i].rest_people, people))
            continue;
        struct report_skill *told = &sums.items[sums.len++];
        *told = skills[i];
        if (!sums.about)
            continue;
        told->right = tenths(told->right, told->answers);
        told->answers = TENTHS;
    }
    return sums;
}

/* Never none and never all: that would be so for each of them. */
static int32_t tenths(int32_t part, int32_t whole)
{
    int32_t nearest = (2 * TENTHS * part + whole) / (2 * whole);
    return nearest < 1 ? 1 : nearest >= TENTHS ? TENTHS - 1 : nearest;
}

/* Nobody, or so many that nothing is told of one of them. */
static bool rest_is_enough(int32_t rest_people, int32_t people)
{
    return rest_people == 0 || rest_people >= people;
}

static struct str shortened(struct str ask, struct arena *arena)
{
    if (text_length(ask) <= ASK_MAX)
        return ask;
    struct str cut = text_cut(ask, ASK_MAX);
    size_t end = cut.len;
    while (end > 0 && cut.ptr[end - 1] != ' ')
        end--;
    return str_format(arena, "%.*s…", STR_ARG(end ? str_slice(cut, 0, end - 1) : cut));
}

static void add_question(const struct facts *facts, const struct report_skill *about,
    struct arena *arena, struct message *card)
{
    const struct skill *skill = about ? content_skill(facts->content, about->skill) : NULL;
    if (skill && skill->behaviours_len) {
        size_t which = (size_t)(slot_today(facts) / 7) % skill->behaviours_len;
        message_add(arena, card, PART_TEXT,
            say1(arena, SAY_DIGEST_ASK_BEHAVIOUR, 0, "behaviour", skill->behaviours[which]));
    } else if (about) {
        message_add(arena, card, PART_TEXT,
            say1(arena, SAY_DIGEST_ASK, 0, "skill", skill_name(facts, about)));
    }
}

/* Those with most to say first; by name among equals, as the report has them. */
static void add_people(const struct facts *facts, const struct report *report, bool details,
    struct arena *arena, struct message *card)
{
    size_t shown = 0, left = 0, most = people_lines(report, details, card);
    int32_t top = 0;
    for (size_t i = 0; i < report->people_len; i++)
        if (answers_of(&report->people[i]) > top)
            top = answers_of(&report->people[i]);
    for (int32_t answers = top; answers > 0; answers--)
        for (size_t i = 0; i < report->people_len; i++) {
            if (answers_of(&report->people[i]) != answers || !has_something(&report->people[i]))
                continue;
            if (shown++ < most)
                message_add(arena, card, PART_TEXT, person_line(facts, &report->people[i], arena));
            else
                left++;
        }
    if (!left)
        return;
    message_add(arena, card, PART_MUTED,
        say1(arena, details ? SAY_DIGEST_REST : SAY_DIGEST_MORE, 0, "count",
            number(arena, (int32_t)left)));
    if (details)
        return;
    struct part *buttons = message_add(arena, card, PART_BUTTONS, STR_EMPTY);
    part_add_button(
        arena, buttons, (struct button){ VERB_DETAILS, 0, BUTTON_PLAIN, STR("Details") });
}

/* How many people fit, with the line that counts the others when not all do, and the last line. */
static size_t people_lines(const struct report *report, bool details, const struct message *card)
{
    size_t lines = details ? MESSAGE_PARTS_MAX : DIGEST_LINES_MAX, with_something = 0;
    size_t room = card && card->parts_len + 2 < lines ? lines - card->parts_len - 1 : 1;
    for (size_t i = 0; i < report->people_len; i++)
        with_something += has_something(&report->people[i]);
    if (!details && with_something > DIGEST_PEOPLE_MAX)
        return room - 1 < DIGEST_PEOPLE_MAX ? room - 1 : DIGEST_PEOPLE_MAX;
    return with_something > room ? room - 1 : room;
}

static bool has_something(const struct report_person *person)
{
    return pick(person->skills, person->skills_len, true) ||
        pick(person->skills, person->skills_len, false) || pick_shown(person, NULL);
}

/* What was demonstrated takes the place of a week's count: it says more, and it can lapse. */
static struct str person_line(
    const struct facts *facts, const struct report_person *person, struct arena *arena)
{
    const struct report_skill *weak = pick(person->skills, person->skills_len, false);
    const struct report_skill *shown = pick_shown(person, weak);
    struct sums sums = { person->skills, person->skills_len, false };
    struct str what = evidence(facts, &sums, arena);
    if (shown)
        what = shown_text(facts, person, shown, arena);
    if (shown && weak)
        what = say2(arena, SAY_DIGEST_SHOWN_WEAK, 0, "shown", what, "weak",
            skill_text(facts, weak, false, arena));
    return str_format(arena, "%.*s: %.*s", STR_ARG(person->name), STR_ARG(what));
}

/* Of the skills practised in the week the one with most questions demonstrated; not the one to be
 * practised next. NULL: none. */
static const struct report_skill *pick_shown(
    const struct report_person *person, const struct report_skill *weak)
{
    const struct report_skill *found = NULL;
    int32_t most = 0;
    for (size_t i = 0; i < person->skills_len; i++) {
        int32_t count = shown_in(person, person->skills[i].skill);
        if (&person->skills[i] == weak || count <= most)
            continue;
        found = &person->skills[i];
        most = count;
    }
    return found;
}

static int32_t shown_in(const struct report_person *person, struct str skill)
{
    int32_t count = 0;
    for (size_t i = 0; i < person->shown_len; i++)
        count += str_equal(person->shown[i].skill, skill);
    return count;
}

/* "Checking sources demonstrated (2 questions, 1 current; right 6 times, days apart: typed; latest
 * Thursday 6 March)" */
static struct str shown_text(const struct facts *facts, const struct report_person *person,
    const struct report_skill *skill, struct arena *arena)
{
    int32_t today = slot_today(facts);
    struct standing standing = { .soonest = INT32_MAX };
    for (size_t i = 0; i < person->shown_len; i++)
        if (str_equal(person->shown[i].skill, skill->skill))
            standing_add(&standing, &person->shown[i].review, facts->weights, today);
    struct filling fillings[] = {
        { "skill", skill_name(facts, skill) },
        { "questions", str_format(arena, "%d question%s", (int)standing.demonstrated,
                           standing.demonstrated == 1 ? "" : "s") },
        { "current", number(arena, standing.current) },
        { "hits", number(arena, standing.hits) },
        { "formats", evidence_formats_text(standing.formats, arena) },
        { "when", when_day(today, standing.last_day, arena) },
    };
    return say(arena, SAY_DIGEST_SHOWN, 0, fillings, COUNT(fillings));
}

/* "strong at …; practise next: …"; empty when neither can be said. */
static struct str evidence(
    const struct facts *facts, const struct sums *sums, struct arena *arena)
{
    const struct report_skill *best = pick(sums->items, sums->len, true);
    const struct report_skill *weak = pick(sums->items, sums->len, false);
    struct str strong = best ? skill_text(facts, best, sums->about, arena) : STR_EMPTY;
    if (best && weak && weak != best)
        return say2(arena, SAY_DIGEST_EVIDENCE, 0, "strong", strong, "weak",
            skill_text(facts, weak, sums->about, arena));
    if (best)
        return say1(arena, SAY_DIGEST_STRONG, 0, "strong", strong);
    if (weak)
        return say1(arena, SAY_DIGEST_WEAK, 0, "weak",
            skill_text(facts, weak, sums->about, arena));
    return STR_EMPTY;
}

/* The best that deserves the name, or the weakest that does; NULL when none. */
static const struct report_skill *pick(const struct report_skill *skills, size_t len, bool best)
{
    const struct report_skill *found = NULL;
    for (size_t i = 0; i < len; i++) {
        double percent = 100 * share(&skills[i]);
        bool named = best ? percent >= STRONG_PERCENT : percent < WEAK_PERCENT;
        if (skills[i].answers < ENOUGH || !named)
            continue;
        double difference = found ? share(&skills[i]) - share(found) : 0;
        if (!found || (best ? difference > 0 : difference < 0))
            found = &skills[i];
    }
    return found;
}

static double share(const struct report_skill *skill)
{
    return skill->answers ? (double)skill->right / (double)skill->answers : 0;
}

static int32_t answers_of(const struct report_person *person)
{
    int32_t answers = 0;
    for (size_t i = 0; i < person->skills_len; i++)
        answers += person->skills[i].answers;
    return answers;
}

static struct str skill_name(const struct facts *facts, const struct report_skill *skill)
{
    const struct skill *known = content_skill(facts->content, skill->skill);
    return known ? known->name : skill->skill;
}

static struct str skill_text(const struct facts *facts, const struct report_skill *skill,
    bool about, struct arena *arena)
{
    struct str counts = counts_text(facts, skill, about, arena);
    return str_format(
        arena, "%.*s (%.*s)", STR_ARG(skill_name(facts, skill)), STR_ARG(counts));
}

static struct str counts_text(const struct facts *facts, const struct report_skill *skill,
    bool about, struct arena *arena)
{
    struct str share = share_text(skill->right, skill->answers, about, arena);
    if (about)
        return str_format(arena, "%.*s right", STR_ARG(share));
    struct str when = when_day(slot_today(facts), skill->last_day, arena);
    return str_format(arena, "%.*s right, latest %.*s", STR_ARG(share), STR_ARG(when));
}

static struct str share_text(int32_t part, int32_t whole, bool about, struct arena *arena)
{
    if (!about)
        return str_format(arena, "%d of %d", (int)part, (int)whole);
    int32_t about_tenths = tenths(part, whole);
    const char *open = about_tenths == 1 ? " or fewer" : "";
    if (about_tenths == TENTHS - 1)
        open = " or more";
    return str_format(arena, "about %d of %d%s", (int)about_tenths, TENTHS, open);
}

static struct str number(struct arena *arena, int32_t value)
{
    return str_format(arena, "%d", (int)value);
}
