/* Cards about a prompt: the question, the feedback in its place, the closed one, the form. */
#include "card.h"

#include "nudged/base/text.h"
#include "nudged/core/rating.h"

static struct str where_from(
    const struct facts *facts, const struct prompt *prompt, struct arena *arena);
static struct message *question_new(const struct facts *facts, const struct prompt *prompt,
    const struct nudge *nudge, struct arena *arena);
static void add_small_buttons(const struct prompt *prompt, const struct nudge *nudge,
    struct arena *arena, struct message *message);
static enum sentence verdict_of(const struct graded *graded);
static void add_input(
    struct arena *arena, struct message *form, struct str name, struct str label, struct str hint);

struct message *card_question(const struct facts *facts, const struct prompt *prompt,
    const struct nudge *nudge, struct arena *arena)
{
    struct message *card = question_new(facts, prompt, nudge, arena);
    if (!card)
        return NULL;
    bool hinted = nudge->circumstances & ANSWER_POINTER;
    if (hinted && nudge->step == 0)
        message_add(arena, card, PART_QUOTE, say1(arena, SAY_HINT, 0, "hint", prompt->hint));
    kind_of(prompt->kind)->ask(prompt, nudge, arena, card);
    if (nudge->step == 0)
        add_small_buttons(prompt, nudge, arena, card);
    return card;
}

struct message *card_confidence(const struct facts *facts, const struct prompt *prompt,
    const struct nudge *nudge, const struct graded *graded, struct arena *arena)
{
    struct message *card = question_new(facts, prompt, nudge, arena);
    if (card)
        confidence_ask(prompt, graded, arena, card);
    return card;
}

struct message *prompt_card(const struct content *content, const struct prompt *prompt,
    const struct nudge *nudge, struct arena *arena)
{
    struct facts facts = { .content = content, .weights = &review_weights_default };
    return card_question(&facts, prompt, nudge, arena);
}

struct message *card_feedback(const struct facts *facts, const struct prompt *prompt,
    const struct graded *graded, int32_t due_day, uint64_t turn, struct arena *arena)
{
    struct str verdict = say0(verdict_of(graded), turn);
    struct message *card = message_new(arena, verdict);
    message_add(arena, card, PART_MUTED, prompt->ask);
    message_add(arena, card, PART_STRONG, verdict);
    kind_of(prompt->kind)->reveal(prompt, graded, arena, card);
    if (prompt->why.len)
        message_add(arena, card, PART_TEXT, prompt->why);
    int32_t today = zone_local(facts->zone, facts->now).day;
    if (due_day)
        message_add(arena, card, PART_MUTED,
            say1(arena, SAY_COMES_BACK, 0, "when", when_day(today, due_day, arena)));
    if (prompt->source.len)
        message_add(arena, card, PART_MUTED, say1(arena, SAY_SOURCE, 0, "source", prompt->source));
    return card;
}

struct message *card_closed(const struct prompt *prompt, enum sentence why, struct arena *arena)
{
    struct message *card = message_new(arena, say0(why, 0));
    message_add(arena, card, PART_MUTED, prompt->ask);
    message_add(arena, card, PART_MUTED, say0(why, 0));
    return card;
}

struct message *card_form(
    const struct prompt *prompt, const struct nudge *nudge, struct arena *arena)
{
    struct message *form = message_new(arena, prompt->ask);
    if (!form)
        return NULL;
    form->ref = (struct action_ref){ nudge->nudge_id, nudge->step, 0, nudge->key };
    form->title = STR("A moment to reflect");
    form->submit = STR("Keep it");
    message_add(arena, form, PART_TEXT, prompt->ask);
    add_input(arena, form, STR("did"), STR("What did I do?"), STR("One situation is enough."));
    add_input(arena, form, STR("happened"), STR("What happened?"), STR_EMPTY);
    add_input(arena, form, STR("next"), STR("What will I do differently?"), STR_EMPTY);
    message_add(arena, form, PART_MUTED, say0(SAY_SEES_REFLECTION, 0));
    return form;
}

struct message *card_why(const struct facts *facts, struct arena *arena)
{
    const struct prompt *prompt = &facts->prompt;
    const struct deck *deck = content_deck(facts->content, prompt->deck);
    const struct skill *skill = content_skill(facts->content, prompt->skill);
    struct str skill_name = skill ? skill->name : prompt->skill;
    int32_t today = zone_local(facts->zone, facts->now).day;
    struct message *card = message_new(arena, say1(arena, SAY_WHY_SKILL, 0, "skill", skill_name));
    message_add(arena, card, PART_TEXT, say1(arena, SAY_WHY_SKILL, 0, "skill", skill_name));
    bool known = facts->has_review && facts->review.last_day;
    int days = (int)facts->nudge.held_out_days;
    message_add(arena, card, PART_TEXT,
        days        ? say1(arena, SAY_WHY_HELD_OUT, 0, "days", str_format(arena, "%d", days))
            : known ? say1(arena, SAY_WHY_DUE, 0, "when",
                          when_on_day(today, facts->review.last_day, arena))
                    : say1(arena, SAY_WHY_NEW, 0, "deck", deck ? deck->title : prompt->deck));
    enum sentence sees = prompt->kind == PROMPT_REFLECT  ? SAY_SEES_REFLECTION
        : facts->settings->visibility == VISIBILITY_TEAM ? SAY_SEES_TEAM_SHORT
                                                         : SAY_SEES_SKILLS_SHORT;
    message_add(arena, card, PART_TEXT, say0(sees, 0));
    if (deck)
        message_add(arena, card, PART_MUTED,
            say2(arena, SAY_WHY_OWNER, 0, "owner", deck->owner, "source",
                prompt->source.len ? prompt->source : deck->source));
    return card;
}

struct message *card_text(struct str text, struct arena *arena)
{
    struct message *card = message_new(arena, text);
    message_add(arena, card, PART_TEXT, text);
    return card;
}

static struct str where_from(
    const struct facts *facts, const struct prompt *prompt, struct arena *arena)
{
    const struct deck *deck = content_deck(facts->content, prompt->deck);
    const struct skill *skill = content_skill(facts->content, prompt->skill);
    struct str title = deck ? deck->title : prompt->deck;
    struct str name = skill ? skill->name : prompt->skill;
    return str_format(arena, "%.*s · %.*s", STR_ARG(title), STR_ARG(name));
}

static struct message *question_new(const struct facts *facts, const struct prompt *prompt,
    const struct nudge *nudge, struct arena *arena)
{
    struct message *card = message_new(arena, prompt->ask);
    if (!card)
        return NULL;
    card->ref = (struct action_ref){ nudge->nudge_id, nudge->step, 0, nudge->key };
    message_add(arena, card, PART_MUTED, where_from(facts, prompt, arena));
    message_add(arena, card, PART_STRONG, prompt->ask);
    return card;
}

static void add_small_buttons(const struct prompt *prompt, const struct nudge *nudge,
    struct arena *arena, struct message *message)
{
    struct part *part = message_add(arena, message, PART_BUTTONS, STR_EMPTY);
    if (kind_of(prompt->kind)->scored)
        part_add_button(
            arena, part, (struct button){ VERB_DONT_KNOW, 0, BUTTON_PLAIN, STR("I don't know") });
    if (prompt->hint.len && !(nudge->circumstances & ANSWER_POINTER))
        part_add_button(arena, part, (struct button){ VERB_HINT, 0, BUTTON_PLAIN, STR("Hint") });
    part_add_button(arena, part, (struct button){ VERB_SNOOZE, 0, BUTTON_PLAIN, STR("Later") });
    part_add_button(arena, part, (struct button){ VERB_SKIP, 0, BUTTON_PLAIN, STR("Skip") });
    part_add_button(arena, part, (struct button){ VERB_WHY, 0, BUTTON_PLAIN, STR("Why this?") });
}

static enum sentence verdict_of(const struct graded *graded)
{
    bool missed = graded->grade == GRADE_WRONG || graded->grade == GRADE_PARTLY;
    if (graded->gave_up)
        return SAY_GAVE_UP;
    if (missed && (graded->circumstances & ANSWER_SURE))
        return SAY_DISCOVERY;
    switch (graded->grade) {
    case GRADE_NONE: return SAY_THANKS_REFLECTION;
    case GRADE_WRONG: return graded->self_rating ? SAY_SEE_MODEL : SAY_WRONG;
    case GRADE_PARTLY: return graded->self_rating ? SAY_SEE_MODEL : SAY_PARTLY;
    case GRADE_RIGHT: return SAY_RIGHT;
    }
    UNREACHABLE("grade");
}

static void add_input(
    struct arena *arena, struct message *form, struct str name, struct str label, struct str hint)
{
    struct part *part = message_add(arena, form, PART_INPUT, STR_EMPTY);
    if (part)
        part->input = (struct input){
            .name = name, .label = label, .hint = hint, .length_max = 1000, .multiline = true
        };
}
