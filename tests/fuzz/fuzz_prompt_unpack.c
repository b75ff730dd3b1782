/* A packed prompt out of a damaged database. What unpacks can be asked and answered, however odd
 * it is, and packs again. */
#include "patch.h"

#include "core/kinds/kind.h"
#include "nudged/core/plan.h"

static struct str whole_prompt(uint8_t kind, struct arena *arena)
{
    struct prompt_option options[3] = { { STR("The document"), STR("It is closest."), true },
        { STR("A colleague"), STR("They may be wrong."), false },
        { STR("A guess"), STR_EMPTY, false } };
    struct str accept[2] = { STR("receiver"), STR("the receiver") };
    struct prompt prompt = { .deck = STR("basics"),
        .id = STR("first"),
        .skill = STR("checking"),
        .kind = (enum prompt_kind)(1 + kind % (PROMPT_KIND_END - 1)),
        .ask = STR("What now?"),
        .options = options,
        .options_len = 3,
        .accept = accept,
        .accept_len = 2,
        .number = 15,
        .tolerance = 2,
        .unit = STR("minutes"),
        .answer = STR("State, next step, owner."),
        .why = STR("Because."),
        .source = STR("Handbook") };
    struct buf packed = buf_in(arena, 1 << 16);
    prompt_pack(&prompt, &packed);
    REQUIRE(!packed.failed);
    return buf_str(&packed);
}

static void check_answers(const struct prompt *prompt, struct arena *arena)
{
    static const uint8_t values[] = { 0, 2, 1, 9, 255, 31, 32, 7, 4, 5 };
    static const enum verb verbs[] = { VERB_NONE, VERB_CHOOSE, VERB_SUBMIT, VERB_RATE };
    for (size_t i = 0; i < COUNT(verbs); i++)
        for (uint8_t step = 0; step < 3; step++) {
            struct given given = { .verb = verbs[i],
                .values = values + step,
                .step = step,
                .values_len = COUNT(values) - 3 * (size_t)step,
                .text = STR("b a c 15"),
                .key = 77 };
            struct graded graded = { 0 };
            struct message *card = message_new(arena, STR("card"));
            kind_of(prompt->kind)->grade(prompt, &given, arena, &graded);
            REQUIRE(graded.grade <= GRADE_RIGHT && graded.self_rating <= 4);
            if (graded.understood && !graded.more)
                kind_of(prompt->kind)->reveal(prompt, &graded, arena, card);
            struct answer answer = { .step = step, .chosen = graded.chosen, .text = graded.text };
            (void)kind_answer_text(prompt, &answer, arena);
        }
}

static void check_prompt(struct prompt *prompt, struct arena *arena)
{
    struct content content = { 0 };
    struct nudge nudge = { .nudge_id = 7, .key = UINT64_MAX };
    struct buf packed = buf_in(arena, 1 << 20);
    struct prompt again;
    REQUIRE(prompt->kind >= PROMPT_CHOICE && prompt->kind < PROMPT_KIND_END);
    REQUIRE(prompt->options_len <= PROMPT_OPTIONS_MAX && prompt->accept_len <= PROMPT_ACCEPT_MAX);
    prompt_pack(prompt, &packed);
    REQUIRE(!packed.failed && !prompt_unpack(buf_str(&packed), arena, &again));
    for (nudge.step = 0; nudge.step < 3; nudge.step++)
        REQUIRE(prompt_card(&content, prompt, &nudge, arena));
    check_answers(prompt, arena);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct prompt prompt;
    arena_init(&arena, 16 << 20);
    uint8_t how = take_byte(&feed);
    struct str bytes = how & 128 ? take_rest(&feed) : whole_prompt(how, &arena);
    if (!(how & 128)) {
        char *damaged = arena_copy(&arena, bytes.ptr, bytes.len);
        bytes = (struct str){ damaged, patch_bytes(&feed, damaged, bytes.len) };
    }
    enum err err = prompt_unpack(bytes, &arena, &prompt);
    REQUIRE(err == OK || err == ERR_SYNTAX);
    if (!err)
        check_prompt(&prompt, &arena);
    REQUIRE(!arena_failed(&arena));
    arena_finish(&arena);
    return 0;
}
