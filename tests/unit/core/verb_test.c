/* A typed line is a command only when the whole line is one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "nudged/core/verb.h"

static const struct sample {
    const char *line;
    enum verb verb;
    const char *argument;
} samples[] = {
    { "help", VERB_HELP, "" },
    { "  Help \t", VERB_HELP, "" },
    { "HELP", VERB_HELP, "" },
    { "/help", VERB_HELP, "" },
    { "?", VERB_HELP, "" },
    { "??", VERB_HELP, "" },
    { "commands", VERB_HELP, "" },
    { "skip", VERB_SKIP, "" },
    { "skip.", VERB_SKIP, "" },
    { "skip this one", VERB_NONE, "" },
    { "later", VERB_SNOOZE, "" },
    { "not now", VERB_SNOOZE, "" },
    { "Snooze!", VERB_SNOOZE, "" },
    { "later we talked", VERB_NONE, "" },
    { "why", VERB_WHY, "" },
    { "Why?", VERB_WHY, "" },
    { "why not", VERB_NONE, "" },
    { "pass", VERB_DONT_KNOW, "" },
    { "I don't know", VERB_DONT_KNOW, "" },
    { "I don\xE2\x80\x99t know.", VERB_DONT_KNOW, "" },
    { "dont know", VERB_DONT_KNOW, "" },
    { "no idea", VERB_DONT_KNOW, "" },
    { "Not sure.", VERB_DONT_KNOW, "" },
    { "not sure it fits", VERB_NONE, "" },
    { "no idea who owns it", VERB_NONE, "" },
    { "pause", VERB_PAUSE, "" },
    { "pause until friday", VERB_PAUSE, "until friday" },
    { "Pause until Friday.", VERB_PAUSE, "until Friday" },
    { "pause till tomorrow", VERB_PAUSE, "till tomorrow" },
    { "pause for 2 weeks", VERB_PAUSE, "for 2 weeks" },
    { "pause for a week", VERB_PAUSE, "for a week" },
    { "pause until 2031-05-02", VERB_PAUSE, "until 2031-05-02" },
    { "pause until next friday", VERB_PAUSE, "until next friday" },
    { "pause until fryday", VERB_PAUSE, "until fryday" },
    { "pause the deploy", VERB_NONE, "" },
    { "pause the deployment and tell the owner", VERB_NONE, "" },
    { "pause for a moment and ask", VERB_NONE, "" },
    { "pause until the build is green", VERB_NONE, "" },
    { "pause until", VERB_NONE, "" },
    { "pause for", VERB_NONE, "" },
    { "pause tomorrow", VERB_NONE, "" },
    { "paused", VERB_NONE, "" },
    { "resume", VERB_RESUME, "" },
    { "start", VERB_RESUME, "" },
    { "unpause", VERB_RESUME, "" },
    { "resume until friday", VERB_NONE, "" },
    { "stop", VERB_STOP, "" },
    { "STOP!!!", VERB_STOP, "" },
    { "unsubscribe", VERB_STOP, "" },
    { "stop the rollout", VERB_NONE, "" },
    { "privacy", VERB_PRIVACY, "" },
    { "next", VERB_NEXT, "" },
    { "status", VERB_NEXT, "" },
    { "next step", VERB_NONE, "" },
    { "details", VERB_DETAILS, "" },
    { "", VERB_NONE, "" },
    { "   ", VERB_NONE, "" },
    { "/", VERB_NONE, "" },
    { ".", VERB_NONE, "" },
    { "!", VERB_NONE, "" },
    { "b", VERB_NONE, "" },
    { "choose", VERB_NONE, "" },
    { "submit", VERB_NONE, "" },
    { "rate", VERB_NONE, "" },
    { "write", VERB_NONE, "" },
    { "mark", VERB_NONE, "" },
};

static void lines_are_commands_as_a_whole_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct str argument = STR("untouched");
        enum verb verb = verb_parse(str_from_z(samples[i].line), &argument);
        if (verb != samples[i].verb)
            fail_msg("\"%s\" is verb %d", samples[i].line, (int)verb);
        if (verb != VERB_NONE && !str_equal(argument, str_from_z(samples[i].argument)))
            fail_msg("\"%s\": argument \"%.*s\"", samples[i].line, STR_ARG(argument));
    }
}

static void bytes_that_are_no_text_are_no_command(void **state)
{
    (void)state;
    struct str argument;
    assert_int_equal(verb_parse((struct str){ "help\0me", 7 }, &argument), VERB_NONE);
    assert_int_equal(verb_parse(STR("\xFF\xFE"), &argument), VERB_NONE);
    assert_int_equal(verb_parse(STR_EMPTY, &argument), VERB_NONE);
}

/* Ids of buttons on old messages: exact, and every verb has one of its own. */
static void each_word_names_its_verb(void **state)
{
    (void)state;
    for (int verb = VERB_NONE + 1; verb < VERB_END; verb++) {
        const struct verb_info *info = verb_info((enum verb)verb);
        assert_int_equal(info->verb, verb);
        assert_true(info->word.len > 0);
        assert_int_equal(verb_from_word(info->word), verb);
    }
    assert_int_equal(verb_from_word(STR("later")), VERB_NONE);
    assert_int_equal(verb_from_word(STR("Help")), VERB_NONE);
    assert_int_equal(verb_from_word(STR_EMPTY), VERB_NONE);
}

static void no_word_means_two_things(void **state)
{
    (void)state;
    for (int verb = VERB_NONE + 1; verb < VERB_END; verb++) {
        const struct verb_info *info = verb_info((enum verb)verb);
        struct str argument;
        if (!info->typed)
            continue;
        assert_true(info->help.len > 0);
        assert_int_equal(verb_parse(info->word, &argument), verb);
        for (size_t i = 0; i < COUNT(info->aliases); i++)
            if (info->aliases[i].len)
                assert_int_equal(verb_parse(info->aliases[i], &argument), verb);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_commands_as_a_whole_only),
        cmocka_unit_test(bytes_that_are_no_text_are_no_command),
        cmocka_unit_test(each_word_names_its_verb),
        cmocka_unit_test(no_word_means_two_things),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
