/* The one list of things a person can say to the bot.
 *
 * Help, decoding, buttons and the deck checker read the table; nobody else knows a command word. */
#include "nudged/core/verb.h"

#include "when.h"

static bool word_matches(const struct verb_info *info, struct str word);
static bool is_when(struct str argument);
static struct str without_end_marks(struct str text);

static const struct verb_info verbs[] = {
    [VERB_NONE] = { .verb = VERB_NONE },
    [VERB_CHOOSE] = { .verb = VERB_CHOOSE, .word = STR_INIT("choose") },
    [VERB_SUBMIT] = { .verb = VERB_SUBMIT, .word = STR_INIT("submit") },
    [VERB_RATE] = { .verb = VERB_RATE, .word = STR_INIT("rate") },
    [VERB_WRITE] = { .verb = VERB_WRITE, .word = STR_INIT("write") },
    [VERB_DONT_KNOW] = { .verb = VERB_DONT_KNOW,
        .word = STR_INIT("pass"),
        .typed = true,
        .aliases = { STR_INIT("i don't know"), STR_INIT("i don\xE2\x80\x99t know"),
            STR_INIT("dont know"), STR_INIT("i do not know"), STR_INIT("no idea"),
            STR_INIT("not sure"), STR_INIT("i'm not sure"), STR_INIT("idk") },
        .help = STR_INIT("I don't know this one; show me") },
    [VERB_SKIP] = { .verb = VERB_SKIP,
        .word = STR_INIT("skip"),
        .typed = true,
        .help = STR_INIT("leave out this question; it counts as nothing") },
    [VERB_SNOOZE] = { .verb = VERB_SNOOZE,
        .word = STR_INIT("snooze"),
        .typed = true,
        .aliases = { STR_INIT("later"), STR_INIT("not now") },
        .help = STR_INIT("not now; ask me again at my next free moment") },
    [VERB_WHY] = { .verb = VERB_WHY,
        .word = STR_INIT("why"),
        .typed = true,
        .help = STR_INIT("why I get this, and who sees my answer") },
    [VERB_HELP] = { .verb = VERB_HELP,
        .word = STR_INIT("help"),
        .typed = true,
        .aliases = { STR_INIT("?"), STR_INIT("commands") },
        .help = STR_INIT("this list") },
    [VERB_PAUSE] = { .verb = VERB_PAUSE,
        .word = STR_INIT("pause"),
        .typed = true,
        .takes_argument = true,
        .argument = STR_INIT("[until friday | for 2 weeks]"),
        .help = STR_INIT("no questions for a while") },
    [VERB_RESUME] = { .verb = VERB_RESUME,
        .word = STR_INIT("resume"),
        .typed = true,
        .aliases = { STR_INIT("start"), STR_INIT("unpause") },
        .help = STR_INIT("go on with questions") },
    [VERB_STOP] = { .verb = VERB_STOP,
        .word = STR_INIT("stop"),
        .typed = true,
        .aliases = { STR_INIT("unsubscribe") },
        .help = STR_INIT("no more questions until I say resume") },
    [VERB_PRIVACY] = { .verb = VERB_PRIVACY,
        .word = STR_INIT("privacy"),
        .typed = true,
        .help = STR_INIT("what is stored and who sees what") },
    [VERB_NEXT] = { .verb = VERB_NEXT,
        .word = STR_INIT("next"),
        .typed = true,
        .aliases = { STR_INIT("status") },
        .help = STR_INIT("when the next question comes") },
    [VERB_DETAILS] = { .verb = VERB_DETAILS,
        .word = STR_INIT("details"),
        .typed = true,
        .help = STR_INIT("for managers: the rest of this week's digest") },
    [VERB_HINT] = { .verb = VERB_HINT,
        .word = STR_INIT("hint"),
        .typed = true,
        .aliases = { STR_INIT("a hint"), STR_INIT("give me a hint") },
        .help = STR_INIT("where to look, when the open question has a hint") },
    [VERB_IGNORE] = { .verb = VERB_IGNORE, .word = STR_INIT("mark") },
};
_Static_assert(COUNT(verbs) == VERB_END, "one row per verb");

const struct verb_info *verb_info(enum verb verb)
{
    REQUIRE((unsigned)verb < VERB_END);
    return &verbs[verb];
}

enum verb verb_parse(struct str line, struct str *argument)
{
    struct str text = without_end_marks(str_trim(line));
    if (text.len && text.ptr[0] == '/')
        text = str_slice(text, 1, text.len);
    for (size_t i = 1; i < COUNT(verbs); i++)
        if (verbs[i].typed && word_matches(&verbs[i], text)) {
            *argument = STR_EMPTY;
            return verbs[i].verb;
        }
    size_t space = str_find(text, ' ');
    struct str word = str_slice(text, 0, space);
    struct str rest = str_trim(str_slice(text, space, text.len));
    for (size_t i = 1; i < COUNT(verbs); i++)
        if (verbs[i].takes_argument && word_matches(&verbs[i], word) && is_when(rest)) {
            *argument = rest;
            return verbs[i].verb;
        }
    return VERB_NONE;
}

enum verb verb_from_word(struct str word)
{
    for (size_t i = 1; i < COUNT(verbs); i++)
        if (str_equal(verbs[i].word, word))
            return verbs[i].verb;
    return VERB_NONE;
}

static bool word_matches(const struct verb_info *info, struct str word)
{
    if (str_equal_nocase(info->word, word))
        return true;
    for (size_t i = 0; i < COUNT(info->aliases); i++)
        if (info->aliases[i].len && str_equal_nocase(info->aliases[i], word))
            return true;
    return false;
}

/* "pause the deployment" is an answer, "pause until friday" a command; so is one that was misspelt,
 * "pause until fryday", lest it be graded. */
static bool is_when(struct str argument)
{
    size_t space = str_find(argument, ' ');
    struct str first = str_slice(argument, 0, space);
    struct str rest = str_trim(str_slice(argument, space, argument.len));
    int32_t day = 0;
    if (!rest.len ||
        !(str_equal_nocase(first, STR("until")) || str_equal_nocase(first, STR("till")) ||
            str_equal_nocase(first, STR("for"))))
        return false;
    bool starts_with_digit = rest.ptr[0] >= '0' && rest.ptr[0] <= '9';
    bool one_word = str_find(rest, ' ') == rest.len;
    return starts_with_digit || one_word || when_parse(argument, 0, &day);
}

/* People end a line with a full stop, or an angry mark, without meaning another word by it. */
static struct str without_end_marks(struct str text)
{
    while (text.len > 1 && str_find(STR(".!?"), text.ptr[text.len - 1]) < 3)
        text = str_trim(str_slice(text, 0, text.len - 1));
    return text;
}
