/* A deck as an author may have left it. Whatever is accepted can be asked, packed, sent and
 * answered with its own accepted words; whatever is refused names at least one mistake. */
#include "fuzz.h"

#include <cjson/cJSON.h>

#include "content/deck.h"
#include "content/tables.h"
#include "core/kinds/kind.h"
#include "nudged/base/limits.h"
#include "nudged/core/plan.h"
#include "nudged/platform/platform.h"
#include "platform/slack/json.h"

static void check_revision(const struct prompt *prompt, struct arena *arena)
{
    struct buf first = buf_in(arena, 256 << 10), second = buf_in(arena, 256 << 10);
    struct prompt again;
    prompt_pack(prompt, &first);
    REQUIRE(!first.failed && !prompt_unpack(buf_str(&first), arena, &again));
    prompt_pack(&again, &second);
    REQUIRE(str_equal(buf_str(&first), buf_str(&second)));
}

static void check_card(const struct deck *deck, struct prompt *prompt, struct arena *arena)
{
    struct content content = { .decks = arena_copy(arena, deck, sizeof *deck), .decks_len = 1 };
    struct nudge nudge = { .nudge_id = 7, .prompt_id = 1, .key = UINT64_MAX };
    struct message *card = prompt_card(&content, prompt, &nudge, arena);
    struct buf packed = buf_in(arena, MESSAGE_BYTES_MAX), body = buf_in(arena, 1 << 20);
    struct json *root = NULL;
    message_pack(card, &packed);
    REQUIRE(!packed.failed);
    REQUIRE(!platform_named(STR("slack"))->encode(card, DELIVERY_POST, arena, &body));
    REQUIRE(!json_parse(buf_str(&body), 1 << 20, &root));
    json_free(root);
}

static void check_accepted_words(const struct prompt *prompt, struct arena *arena)
{
    for (size_t i = 0; i < prompt->accept_len; i++) {
        struct given given = { .verb = VERB_NONE, .text = prompt->accept[i] };
        struct graded graded = { 0 };
        kind_of(prompt->kind)->grade(prompt, &given, arena, &graded);
        REQUIRE(graded.understood && graded.grade == GRADE_RIGHT && !graded.close);
    }
}

static void check_deck(struct deck *deck, struct arena *arena)
{
    REQUIRE(deck->id.len && deck->prompts_len);
    REQUIRE(deck->desired_retention >= 0.7 && deck->desired_retention <= 0.97);
    for (size_t i = 0; i < deck->prompts_len && i < 20; i++) {
        struct prompt *prompt = &deck->prompts[i];
        REQUIRE(prompt->kind >= PROMPT_CHOICE && prompt->kind < PROMPT_KIND_END);
        REQUIRE(prompt->options_len <= PROMPT_OPTIONS_MAX && prompt->ask.len);
        check_revision(prompt, arena);
        check_card(deck, prompt, arena);
        if (prompt->kind == PROMPT_SHORT)
            check_accepted_words(prompt, arena);
    }
}

static void check_faults(const struct faults *faults, struct arena *arena)
{
    struct buf text = buf_in(arena, 4 << 20);
    struct str line, rest;
    faults_print_text(faults, &text);
    buf_reset(&text);
    faults_print_json(faults, &text);
    REQUIRE(!text.failed);
    rest = buf_str(&text);
    while (str_next_part(&rest, '\n', &line)) {
        cJSON *root = cJSON_ParseWithLength(line.ptr, line.len);
        REQUIRE(!line.len || root);
        cJSON_Delete(root);
    }
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena, scratch;
    struct faults faults;
    struct yaml_node *root = NULL;
    struct deck deck = { 0 };
    arena_init(&arena, 64 << 20);
    arena_init(&scratch, 64 << 20);
    faults_init(&faults, &arena);
    struct source source = source_of(STR("deck.yaml"), take_rest(&feed), &faults);
    struct deck_context context = { .scratch = &scratch };
    struct walk walk = { .source = &source, .arena = &arena, .context = &context };
    enum err err = yaml_read(&source, &scratch, &root);
    REQUIRE(err == OK || ((err == ERR_SYNTAX || err == ERR_TOO_BIG) && source.errors > 0));
    if (!err)
        deck_read(&walk, root, &deck);
    if (!err && !source.errors)
        check_deck(&deck, &arena);
    check_faults(&faults, &arena);
    REQUIRE(!arena_failed(&arena) && !arena_failed(&scratch));
    arena_finish(&arena);
    arena_finish(&scratch);
    return 0;
}
