/* Text that means harm, through every renderer of the road: what comes out is parsed by somebody
 * else's parser and searched for anything active that no author of ours wrote.
 *
 * Slack: no object that pings, links or styles; the bare `text` has no bracket that Slack would
 * read. Exports: cells and fields come back as they went in, and no cell starts a formula. */
#include <cjson/cJSON.h>

#include "core/digest_card.h"
#include "hostile/check.h"
#include "hostile/payloads.h"
#include "nudged/base/text.h"
#include "platform/slack/encode.h"
#include "platform/slack/verdict.h"
#include "unit/core/digest_week.h"

static uint64_t bodies, texts, cards;

/* -- what Slack would read -- */

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

static void check_string(const char *key, const char *value)
{
    struct str text = str_from_z(value);
    CHECK(!payload_hides(text, true) || strstr(value, "\xE2\x80\x8F"), "%s: %s", key, value);
    texts++;
}

/* The only place where Slack reads markup: the fallback of a message. */
static void check_fallback(const char *value)
{
    static const char *const entities[] = { "&amp;", "&lt;", "&gt;", NULL };
    for (const char *c = value; *c; c++) {
        bool entity = false;
        CHECK(*c != '<' && *c != '>', "a bracket in: %s", value);
        for (size_t i = 0; *c == '&' && entities[i]; i++)
            entity = entity || strncmp(c, entities[i], strlen(entities[i])) == 0;
        CHECK(*c != '&' || entity, "a bare ampersand in: %s", value);
    }
}

static void check_object(const cJSON *object, const char *within)
{
    static const char *const types[] = { "header", "section", "rich_text", "rich_text_section",
        "rich_text_quote", "text", "context", "divider", "actions", "button", "radio_buttons",
        "checkboxes", "static_select", "input", "plain_text_input", "image", "plain_text", "modal",
        "home", NULL };
    static const char *const keys[] = { "type", "text", "blocks", "elements", "element", "emoji",
        "style", "bold", "value", "action_id", "block_id", "options", "option", "label", "hint",
        "placeholder", "multiline", "optional", "max_length", "min_length", "alt_text",
        "image_url", "accessibility_label", "title", "submit", "close", "view", "channel", "ts",
        "user", "user_id", "trigger_id", "metadata", "event_type", "event_payload", "key",
        "private_metadata", "callback_id", "unfurl_links", "unfurl_media", "replace_original",
        "response_type", "envelope_id", "payload", "response_action", "errors", "did", "hash",
        "external_id", "initial_option", "initial_options", "dispatch_action",
        "notify_on_close", "delete_original", "thread_ts", "client_msg_id", NULL };
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(object, "type"), *item;
    if (cJSON_IsString(type))
        CHECK(is_one_of(type->valuestring, types), "an object of type %s", type->valuestring);
    cJSON_ArrayForEach(item, object)
    {
        if (item->string)
            CHECK(is_one_of(item->string, keys), "a key %s in %s", item->string, within);
        if (cJSON_IsString(item)) {
            check_string(item->string ? item->string : within, item->valuestring);
            bool bare = item->string && strcmp(item->string, "text") == 0 && !cJSON_IsString(type);
            if (bare)
                check_fallback(item->valuestring);
        }
        if (item->string && strcmp(item->string, "emoji") == 0)
            CHECK(cJSON_IsFalse(item), "emoji are read");
        if (item->string && strncmp(item->string, "unfurl_", 7) == 0)
            CHECK(cJSON_IsFalse(item), "%s", item->string);
        if (cJSON_IsObject(item) || cJSON_IsArray(item))
            check_object(item, item->string ? item->string : within);
    }
}

static void check_json(struct str body)
{
    cJSON *tree = cJSON_ParseWithLength(body.ptr, body.len);
    CHECK(tree, "no JSON: %.*s", STR_ARG(body));
    check_object(tree, "body");
    cJSON_Delete(tree);
    bodies++;
}

/* Every way a message leaves, and the way it is read on a terminal. */
static void render(const struct message *message, struct arena *arena)
{
    const struct target target = { STR("D1"), STR("1.000100"), STR("U1"), STR("t"), 77 };
    struct buf out = buf_in(arena, BODY_BYTES_MAX);
    for (int kind = DELIVERY_POST; kind <= DELIVERY_WHISPER; kind++) {
        buf_reset(&out);
        CHECK(!encode_body(message, (enum delivery_kind)kind, &target, arena, &out), "%d", kind);
        check_json(buf_str(&out));
    }
    buf_reset(&out);
    CHECK(!encode_response(message, true, arena, &out), "response");
    check_json(buf_str(&out));
    buf_reset(&out);
    CHECK(!encode_ack(STR("e"), message, STR_EMPTY, STR_EMPTY, arena, &out), "ack");
    check_json(buf_str(&out));
    buf_reset(&out);
    CHECK(!encode_ack(STR("e"), NULL, STR("did"), message->summary, arena, &out), "form error");
    check_json(buf_str(&out));
    struct buf text = buf_in(arena, 1 << 20), visible = buf_in(arena, 1 << 20);
    message_to_text(message, &text);
    text_add_visible(&visible, buf_str(&text), true);
    CHECK(!payload_hides(buf_str(&visible), true), "on a terminal");
    cards++;
}

/* -- a message that is nothing else -- */

static void every_slot(struct str text, struct arena *arena)
{
    struct message *message = message_new(arena, text);
    message->ref = (struct action_ref){ .nudge_id = 7, .key = 9 };
    message->title = message->submit = text;
    for (int kind = PART_HEADING; kind <= PART_MUTED; kind++)
        message_add(arena, message, (enum part_kind)kind, text);
    for (int mode = CHOICE_ONE; mode <= CHOICE_ORDER; mode++) {
        struct part *part = message_add(arena, message, PART_CHOICES, text);
        part->mode = (enum choice_mode)mode;
        part->label = text;
        for (uint8_t i = 0; i < 4; i++)
            part_add_choice(arena, part, i, text);
    }
    struct part *buttons = message_add(arena, message, PART_BUTTONS, text);
    part_add_button(arena, buttons, (struct button){ VERB_SNOOZE, 0, BUTTON_PLAIN, text });
    struct part *fields = message_add(arena, message, PART_FIELDS, text);
    part_add_field(arena, fields, text, text);
    struct part *image = message_add(arena, message, PART_IMAGE, text);
    image->label = STR("https://example.com/a.png");
    struct part *input = message_add(arena, message, PART_INPUT, text);
    input->input = (struct input){ .name = STR("did"), .label = text, .hint = text };
    render(message, arena);
}

/* -- the road's own cards -- */

static void render_plan(struct builder *b)
{
    const struct plan *plan = &b->plan;
    for (size_t i = 0; i < plan->effects_len; i++)
        if (plan->effects[i].kind == EFFECT_DELIVER && plan->effects[i].deliver.message)
            render(plan->effects[i].deliver.message, &b->arena);
    if (plan->ack)
        render(plan->ack, &b->arena);
    if (plan->form)
        render(plan->form, &b->arena);
    if (plan->whisper)
        render(plan->whisper, &b->arena);
}

/* Everything an author, an organisation, a colleague or the roster could be called. */
static void rename_all(struct builder *b, struct str text)
{
    for (int i = 0; i < BUILDER_PROMPTS; i++) {
        struct prompt *prompt = &b->prompts[i];
        prompt->ask = prompt->why = prompt->source = prompt->answer = prompt->unit = text;
    }
    for (size_t i = 0; i < COUNT(b->options); i++)
        b->options[i].text = b->options[i].why = text;
    for (size_t i = 0; i < COUNT(b->decks); i++)
        b->decks[i].title = b->decks[i].owner = b->decks[i].source = text;
    for (size_t i = 0; i < COUNT(b->skills); i++) {
        b->skills[i].name = text;
        for (size_t k = 0; k < b->skills[i].behaviours_len; k++)
            b->skills[i].behaviours[k] = text;
    }
    b->settings.organisation = b->settings.legal_basis = text;
    b->facts.person.name = b->facts.person.role = b->facts.manager_name = text;
}

static void questions_and_answers(struct builder *b, struct str text)
{
    for (int64_t id = 1; id <= BUILDER_PROMPTS; id++) {
        builder_nudge(b, id, NUDGE_OPEN);
        render(prompt_card(&b->content, &b->prompts[id - 1], &b->facts.nudge, &b->arena),
            &b->arena);
        builder_event(b, EVENT_TEXT);
        b->event.text = text;
        CHECK(!builder_decide(b), "an answer");
        render_plan(b);
        b->facts.has_answer = true;
        b->facts.answer = (struct answer){ .grade = GRADE_WRONG, .text = text };
        builder_nudge(b, id, NUDGE_ANSWERED);
        builder_click(b, VERB_DONT_KNOW, NULL, 0);
        render_plan(b);
        b->facts.has_answer = false;
    }
}

static void commands(struct builder *b, struct str text)
{
    static const char *const words[] = { "help", "why", "privacy", "next", "pause", "resume" };
    for (size_t i = 0; i < COUNT(words); i++) {
        builder_nudge(b, ID_CHOICE, NUDGE_OPEN);
        builder_command(b, words[i]);
        render_plan(b);
    }
    builder_event(b, EVENT_COMMAND);
    b->event.text = text;
    CHECK(!builder_decide(b), "a command");
    render_plan(b);
    builder_event(b, EVENT_HOME_OPENED);
    CHECK(!builder_decide(b), "home");
    render_plan(b);
    b->facts.person.notice_version = 0;
    builder_event(b, EVENT_PERSON_DUE);
    CHECK(!builder_decide(b), "the notice");
    render_plan(b);
}

static void digest(struct builder *b, struct str text)
{
    struct week *week = usual_week();
    for (size_t i = 0; i < week->report.people_len; i++)
        week->people[i].name = text;
    b->facts.reports_count = 3;
    b->facts.now = builder_local(b, 2031, 3, 10, 8, 30);
    b->facts.person.state = PERSON_ACTIVE;
    for (int details = 0; details < 2; details++) {
        ready(b, week, details);
        render_plan(b);
    }
    struct str card = builder_text(b, digest_card(&b->facts, &week->report, true, &b->arena));
    struct str brace = STR("{skill} {right} of {answers}");
    CHECK(!str_contains(text, brace) || str_contains(card, brace), "braces were filled in");
    free(week);
}

static void through_the_road(struct str text)
{
    struct builder *b = builder_new("Europe/Berlin");
    rename_all(b, text);
    questions_and_answers(b, text);
    commands(b, text);
    digest(b, text);
    builder_free(b);
}

/* A workspace's own words about a failure go to the log: only words of its kind do. */
static void as_an_error(struct str text, struct arena *arena)
{
    struct buf body = buf_in(arena, 8192);
    buf_add(&body, STR("{\"ok\":false,\"error\":"));
    buf_add_json_string(&body, text);
    buf_add(&body, STR("}"));
    struct http_reply reply = { .outcome = HTTP_REPLIED, .status = 200, .body = buf_str(&body) };
    struct verdict verdict;
    verdict_of(&reply, &verdict);
    for (size_t i = 0; i < verdict.code.len; i++) {
        char c = verdict.code.ptr[i];
        CHECK((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_', "code %.*s",
            STR_ARG(verdict.code));
    }
    json_free(verdict.root);
}

int main(void)
{
    struct arena kept, arena;
    arena_init(&kept, 16 << 20);
    arena_init(&arena, 64 << 20);
    struct payloads payloads = payloads_make(&kept);
    const char *count = getenv("COUNT");
    size_t most = count ? strtoull(count, NULL, 10) : payloads.len, tried = 0;
    size_t step = most && most < payloads.len ? payloads.len / most : 1;
    for (size_t i = 0; i < payloads.len; i += step) {
        arena_reset(&arena);
        every_slot(payloads.items[i], &arena);
        as_an_error(payloads.items[i], &arena);
        through_the_road(payloads.items[i]);
        tried++;
    }
    printf("proved: %zu payloads as names, questions, answers, titles, skills and errors: %llu "
           "messages in %llu bodies, %llu texts, 0 active\n",
        tried, (unsigned long long)cards, (unsigned long long)bodies, (unsigned long long)texts);
    arena_finish(&arena);
    arena_finish(&kept);
    return 0;
}
