/* The bot's voice: a considerate colleague. No blame, no exclamation marks, no red pen.
 *
 * Wrong answers are never called wrong, absence is never mentioned, and nothing here hurries. */
#include "say.h"

#include "nudged/base/buf.h"
#include "nudged/base/limits.h"

enum { WORDINGS_MAX = 4 };

static struct str fill(
    struct arena *arena, struct str text, const struct filling *fillings, size_t count);
static const struct filling *filling_named(
    const struct filling *fillings, size_t count, struct str name);

static const struct str sentences[SENTENCE_COUNT][WORDINGS_MAX] = {
    [SAY_RIGHT] = { STR_INIT("That's it."), STR_INIT("Yes, exactly."),
        STR_INIT("Right, you have this one."), STR_INIT("Spot on.") },
    [SAY_PARTLY] = { STR_INIT("Nearly there: part of it fits."),
        STR_INIT("Some of it fits, some is missing.") },
    [SAY_WRONG] = { STR_INIT("Not quite. Here is the thinking:"),
        STR_INIT("Something else fits better here:"),
        STR_INIT("Not this time. It is worth a second look:") },
    [SAY_GAVE_UP] = { STR_INIT("Fair enough. Here is the answer:"),
        STR_INIT("Good to know. It goes like this:") },
    [SAY_THANKS_REFLECTION] = { STR_INIT("Thank you for taking the moment. It stays yours."),
        STR_INIT("Noted, for you alone. Thank you.") },
    [SAY_SEE_MODEL] = { STR_INIT("Compare yours with this one.") },
    [SAY_YOUR_ANSWER] = { STR_INIT("Your answer: {answer}") },
    [SAY_RIGHT_ANSWER] = { STR_INIT("The answer: {answer}") },
    [SAY_MODEL_ANSWER] = { STR_INIT("One good answer: {answer}") },
    [SAY_RATE_YOURSELF] = { STR_INIT(
        "How close were you? Press a button or type 1 to 4; it decides when I ask again.") },
    [SAY_RATED] = { STR_INIT("You rated it: {rating}.") },
    [SAY_HOW_SURE] = { STR_INIT(
        "How sure are you? Press a button, or type guess, fairly sure or sure. Then comes the "
        "answer.") },
    [SAY_SURE_FIRST] = { STR_INIT(
        "Your answer is noted. Only one thing is missing: guess, fairly sure, or sure?") },
    [SAY_DISCOVERY] = { STR_INIT("A discovery: it felt certain, and it works differently:"),
        STR_INIT("You were sure, so this is worth more than most. It goes another way:") },
    [SAY_HINT] = { STR_INIT("Hint: {hint}") },
    [SAY_NO_HINT] = { STR_INIT("There is no hint for this one.") },
    [SAY_HINT_LATE] = { STR_INIT("You have answered already; a hint would change nothing now.") },
    [SAY_COMES_BACK] = { STR_INIT("I will bring this back around {when}.") },
    [SAY_SOURCE] = { STR_INIT("Source: {source}") },
    [SAY_PRIVATE] = { STR_INIT(
        "What you wrote stays with you. Nobody else gets to read it here.") },
    [SAY_TYPE_NUMBER] = { STR_INIT("Just type the number.") },
    [SAY_TYPE_WORDS] = { STR_INIT("Just type your answer.") },
    [SAY_TYPE_RECALL] = { STR_INIT("Type what you remember, in your own words. Then compare.") },
    [SAY_TYPE_REFLECT] = { STR_INIT(
        "Two quiet minutes, if you have them. Type it here or use the button.") },
    [SAY_NOT_READ_OPTIONS] = { STR_INIT(
        "I could not read that as one of the choices. Type one letter, for "
        "example B, or press a button.") },
    [SAY_NOT_READ_MANY] = { STR_INIT(
        "I could not read that as choices. Type all the letters that fit, for "
        "example: A C") },
    [SAY_NOT_READ_ORDER] = { STR_INIT(
        "I could not read that as an order. Type each letter once, for "
        "example: B A C") },
    [SAY_NOT_READ_NUMBER] = { STR_INIT(
        "I could not read that as a number. Digits are enough, for example: 15") },
    [SAY_NOT_READ_EMPTY] = { STR_INIT(
        "There was nothing in that. Type a few words, or say skip.") },
    [SAY_HURRIED] = { STR_INIT("That is more than I can read. Please wait a minute, then say the "
                               "last one again.") },
    [SAY_NO_FILES] = { STR_INIT("Text or a button, please; I cannot read files.") },
    [SAY_TOO_LONG] = { STR_INIT(
        "That is more than I can keep (4,000 characters). A shorter version, please.") },
    [SAY_MARK_FIRST] = { STR_INIT("Mark what fits first, then press the button again.") },
    [SAY_PLACE_EACH] = { STR_INIT("Give each one its own place, then press the button again.") },
    [SAY_NOT_YOURS] = { STR_INIT("This question was for somebody else, so nothing was recorded.") },
    [SAY_ALREADY] = { STR_INIT("This one is already recorded: {answer}. Nothing has changed.") },
    [SAY_CLOSED_EXPIRED] = { STR_INIT(
        "This one is closed; it will come back another day. No harm done.") },
    [SAY_CLOSED_SKIPPED] = { STR_INIT("You skipped this one; it will come back another day.") },
    [SAY_CLOSED_CARD] = { STR_INIT("Closed. Nothing is needed from you.") },
    [SAY_SKIPPED] = { STR_INIT("Skipped. It counts as nothing.") },
    [SAY_SNOOZED] = { STR_INIT("Sure, later. I will come back {when}.") },
    [SAY_NO_OPEN] = { STR_INIT("There is no open question just now.") },
    [SAY_UNKNOWN_PERSON] = { STR_INIT(
        "I don't have you on my list, so I can't help here yet. Whoever looks "
        "after the training can add you.") },
    [SAY_LEFT] = { STR_INIT("You are no longer on the list, so I won't send anything.") },
    [SAY_PAUSED_UNTIL] = { STR_INIT(
        "Paused. I will be back {when}; nothing piles up meanwhile. Say resume "
        "to start earlier.") },
    [SAY_PAUSED] = { STR_INIT("Paused until you say resume. Nothing piles up meanwhile.") },
    [SAY_PAUSE_WHEN] = { STR_INIT(
        "I could not read until when. Try: pause until friday, pause until "
        "2031-05-02, or pause for 2 weeks.") },
    [SAY_RESUMED] = { STR_INIT("Good to have you back. The next question comes {when}.") },
    [SAY_STOPPED] = { STR_INIT(
        "Stopped. I won't send you questions any more. If you change your mind, say "
        "resume.") },
    [SAY_NEXT_AT] = { STR_INIT("Your next question comes {when} ({zone} time).") },
    [SAY_NEXT_OPEN] = { STR_INIT(
        "You have an open question in our messages. After that, the next one comes {when}.") },
    [SAY_NEXT_PAUSED] = { STR_INIT("You are paused, so nothing comes. Say resume to go on.") },
    [SAY_NEXT_NONE] = { STR_INIT("Nothing is planned for you just now.") },
    [SAY_NEXT_NOT_LIVE] = { STR_INIT("Questions have not started for your organisation yet.") },
    [SAY_NEXT_NOT_IN_PILOT] = { STR_INIT(
        "Only a first group gets questions for now, and you are not in it, so none comes.") },
    [SAY_NEXT_ENDED] = { STR_INIT(
        "By my list your last day comes before the next question, so none follows.") },
    [SAY_WHY_SKILL] = { STR_INIT("It trains: {skill}.") },
    [SAY_WHY_NEW] = { STR_INIT("It is new for you; it is next in \"{deck}\".") },
    [SAY_WHY_DUE] = { STR_INIT(
        "You met it before, {when}; this is about when it would start to fade.") },
    [SAY_WHY_HELD_OUT] = { STR_INIT(
        "It is asked {days} days after your first question of this skill, to see what is still "
        "there; it is not one of those you practise.") },
    [SAY_WHY_OWNER] = { STR_INIT("Written by {owner}. Source: {source}") },
    [SAY_NOTHING_TO_EXPLAIN] = { STR_INIT(
        "There is no question to explain just now. Say next to see when "
        "one comes.") },
    [SAY_HELP_TITLE] = { STR_INIT("What you can say") },
    [SAY_HELP_TAIL] = { STR_INIT("Type any of these here, or use /nudge with it.") },
    [SAY_NOT_UNDERSTOOD] = { STR_INIT("I did not understand that. Say help to see what I know.") },
    [SAY_NOTICE_HELLO] = { STR_INIT("Hello {name}, I am the practice bot of {organisation}.") },
    [SAY_NOTICE_WHAT] = { STR_INIT(
        "After a training, things fade. So I ask you short questions, at most {cap} on a "
        "workday, between {from} and {to} your time ({zone}). Each takes about two minutes, "
        "right here, no log-in.") },
    [SAY_NOTICE_STORED] = { STR_INIT(
        "What is stored: what the staff list says about you (name, e-mail, role, manager, time "
        "zone, working days), your chat account, the questions you got, your answers and when you "
        "gave them, whether you took a hint and how sure you said you were, to time the next "
        "question. When you answer within ten minutes, the seconds it took are kept for 90 days, "
        "to tell what was hard for you: nobody sees them, and they are in no export.") },
    [SAY_NOTICE_KEPT] = { STR_INIT(
        "How long: what you type is deleted after {texts} days, reflections too; your answers and "
        "the questions they belong to after {answers} days, and the record of who looked at your "
        "data after {access} days.") },
    [SAY_NOTICE_SEES_SKILLS] = { STR_INIT(
        "Who sees what: your manager {manager} sees, once a week, per skill "
        "how many answers you gave and how many were right, and how many of its questions you "
        "got right on several days. Never a single answer, never what you wrote, never when you "
        "did not answer. Managers above see rounded figures of at least five people together, "
        "nobody by name.") },
    [SAY_NOTICE_SEES_TEAM] = { STR_INIT(
        "Who sees what: your manager {manager} sees rounded figures of the whole team, "
        "and only when at least five people answered; so do managers above. Nothing about you by "
        "name, never a single answer, never what you wrote.") },
    [SAY_NOTICE_SEES_NOBODY] = { STR_INIT(
        "Who sees what: there is no manager for you on my list, so nobody gets a weekly summary "
        "with your answers in it.") },
    [SAY_NOTICE_NEVER] = { STR_INIT(
        "Those who run this bot can export answers. What you write in a reflection is left out "
        "of that too: it is yours alone. No score decides anything about you; only people do.") },
    [SAY_NOTICE_STOP] = { STR_INIT(
        "How to stop: say pause, skip or stop at any time. It has no consequence. "
        "Say privacy to read this again.") },
    [SAY_NOTICE_BASIS] = { STR_INIT("Basis: {basis}") },
    [SAY_NOTICE_TOMORROW] = { STR_INIT(
        "Nothing more today. The first question comes on your next workday.") },
    [SAY_SEES_SKILLS_SHORT] = { STR_INIT(
        "Your manager sees counts per skill once a week, never this answer.") },
    [SAY_SEES_TEAM_SHORT] = { STR_INIT(
        "Your manager sees team figures only (five people or more), never this "
        "answer.") },
    [SAY_SEES_REFLECTION] = { STR_INIT("Nobody but you sees this one.") },
    [SAY_HOME_TITLE] = { STR_INIT("Your practice") },
    [SAY_HOME_PRACTISING] = { STR_INIT("What you are practising") },
    [SAY_HOME_NOTHING_YET] = { STR_INIT("Nothing yet. It starts with your first question.") },
    [SAY_HOME_RECALL] = { STR_INIT("{dots} expected recall today: {recall}") },
    [SAY_HOME_FADING] = { STR_INIT("{dots} in {weeks} weeks without practice: {recall}") },
    [SAY_HOME_SHOWN] = { STR_INIT(
        "Demonstrated: {count} questions, {current} of them current. Right {hits} times, days "
        "apart ({formats}), the newest {when}.") },
    [SAY_HOME_MET] = { STR_INIT("{questions} met, the next is ready {when}.") },
    [SAY_HOME_MORE] = { STR_INIT("And {count} more.") },
    [SAY_HOME_LIMITS] = { STR_INIT(
        "Dots: expected recall, an estimate of how many of ten such questions you would get "
        "right. Demonstrated: right on several days, lucky guesses allowed for; current: still "
        "likely today. All of it is about these questions, not about your work.") },
    [SAY_DIGEST_TITLE] = { STR_INIT("Your team's week, {from} to {to}") },
    [SAY_DIGEST_WELL] = { STR_INIT(
        "Going well: {skill} ({counts}).") },
    [SAY_DIGEST_PRACTISED] = { STR_INIT(
        "Going well: {answers} questions answered, the latest {when}. No skill stands out yet.") },
    [SAY_DIGEST_PRACTISED_ABOUT] = { STR_INIT(
        "Going well: the team practised. No skill stands out yet.") },
    [SAY_DIGEST_TALK] = { STR_INIT("One thing to talk about: {skill} ({share} right).") },
    [SAY_DIGEST_TALK_PROMPT] = { STR_INIT("Most missed: \"{ask}\" ({share}).") },
    [SAY_DIGEST_ASK] = { STR_INIT(
        "A question to ask: \"When did you last need {skill}, and what would you do "
        "differently?\"") },
    [SAY_DIGEST_ASK_BEHAVIOUR] = { STR_INIT(
        "A question to ask: \"Tell me about the last time you did this: "
        "{behaviour}. What made it hard?\"") },
    [SAY_DIGEST_TALK_ALONE] = { STR_INIT(
        "One thing to talk about: \"{ask}\" ({share} missed it).") },
    [SAY_DIGEST_STRONG] = { STR_INIT("strong at {strong}") },
    [SAY_DIGEST_WEAK] = { STR_INIT("practise next: {weak}") },
    [SAY_DIGEST_EVIDENCE] = { STR_INIT("strong at {strong}; practise next: {weak}") },
    [SAY_DIGEST_SHOWN] = { STR_INIT(
        "{skill} demonstrated ({questions}, {current} current; right {hits} times, days apart: "
        "{formats}; latest {when})") },
    [SAY_DIGEST_SHOWN_WEAK] = { STR_INIT("{shown}; practise next: {weak}") },
    [SAY_DIGEST_MORE] = { STR_INIT("{count} more with answers this week: say details.") },
    [SAY_DIGEST_REST] = { STR_INIT(
        "{count} more with answers this week; there is no room for them here.") },
    [SAY_DIGEST_BELOW] = { STR_INIT("Below your direct reports (about {people} people): {what}.") },
    [SAY_DIGEST_LIMITS] = { STR_INIT(
        "Counts of practice answers, not a judgement of anybody's work. What "
        "they mean is yours to find out by asking.") },
    [SAY_DIGEST_NOTHING] = { STR_INIT("There is no digest for your team this week yet.") },
    [SAY_DIGEST_ONCE] = { STR_INIT(
        "There is nothing more to show: figures of your team come once a week, on Monday, and "
        "only when at least five people answered.") },
    [SAY_NOT_A_MANAGER] = { STR_INIT(
        "Details are for managers; you have no direct reports on my list.") },
    [SAY_FLAGGED] = { STR_INIT("The answers to {deck}/{name} are odd: please take a look.") },
    [SAY_FLAGGED_LIMITS] = { STR_INIT(
        "From the first answers of {people} people; it is about the question and about nobody. "
        "Once its text has changed, only new answers count.") },
    [SAY_ALERT_CONTENT] = { STR_INIT("A prompt file could not be used ({count} to mend):") },
    [SAY_ALERT_CONTENT_KEPT] = { STR_INIT(
        "The last good version stays in force. `nudged check` shows all of it.") },
    [SAY_ALERT_BEGAN] = { STR_INIT("This needs a look:") },
    [SAY_ALERT_OVER] = { STR_INIT("This is over:") },
    [SAY_ALERT_SINCE] = { STR_INIT(
        "Noticed {since}. `nudged status` says what is still so; I do not repeat myself.") },
    [SAY_ALERT_FROM_TO] = { STR_INIT("From {from} to {to}.") },
};

struct str say0(enum sentence sentence, uint64_t turn)
{
    REQUIRE((unsigned)sentence < SENTENCE_COUNT);
    size_t wordings = 1;
    while (wordings < WORDINGS_MAX && sentences[sentence][wordings].len)
        wordings++;
    return sentences[sentence][turn % wordings];
}

struct str say(struct arena *arena, enum sentence sentence, uint64_t turn,
    const struct filling *fillings, size_t count)
{
    return fill(arena, say0(sentence, turn), fillings, count);
}

struct str say1(
    struct arena *arena, enum sentence sentence, uint64_t turn, const char *name, struct str value)
{
    struct filling fillings[] = { { name, value } };
    return fill(arena, say0(sentence, turn), fillings, COUNT(fillings));
}

struct str say2(struct arena *arena, enum sentence sentence, uint64_t turn, const char *name,
    struct str value, const char *name2, struct str value2)
{
    struct filling fillings[] = { { name, value }, { name2, value2 } };
    return fill(arena, say0(sentence, turn), fillings, COUNT(fillings));
}

struct str say3(struct arena *arena, enum sentence sentence, uint64_t turn, const char *name,
    struct str value, const char *name2, struct str value2, const char *name3, struct str value3)
{
    struct filling fillings[] = { { name, value }, { name2, value2 }, { name3, value3 } };
    return fill(arena, say0(sentence, turn), fillings, COUNT(fillings));
}

static struct str fill(
    struct arena *arena, struct str text, const struct filling *fillings, size_t count)
{
    struct buf buf = buf_in(arena, MESSAGE_BYTES_MAX);
    while (text.len) {
        size_t open = str_find(text, '{');
        buf_add(&buf, str_slice(text, 0, open));
        text = str_slice(text, open, text.len);
        size_t close = str_find(text, '}');
        if (close == text.len)
            break;
        const struct filling *filling = filling_named(fillings, count, str_slice(text, 1, close));
        buf_add(&buf, filling ? filling->value : str_slice(text, 0, close + 1));
        text = str_slice(text, close + 1, text.len);
    }
    buf_add(&buf, text);
    return buf_str(&buf);
}

static const struct filling *filling_named(
    const struct filling *fillings, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(str_from_z(fillings[i].name), name))
            return &fillings[i];
    return NULL;
}
