/* The neutral message: building it, keeping it packed, saying it as plain text.
 *
 * Knows nothing of any platform. The packed form starts with a version number, because rows written
 * by the previous release may still wait in the outbox. */
#include "nudged/core/message.h"

#include "nudged/base/limits.h"
#include "nudged/base/pack.h"
#include "nudged/base/text.h"

enum { PACK_VERSION = 1 };

static void pack_part(const struct part *part, struct buf *buf);
static void unpack_part(struct unpack *in, struct arena *arena, struct part *part);
static void unpack_choices(struct unpack *in, struct arena *arena, struct part *part);
static void unpack_buttons(struct unpack *in, struct arena *arena, struct part *part);
static void part_to_text(const struct part *part, struct buf *buf);
static void choices_to_text(const struct part *part, struct buf *buf);
static void buttons_to_text(const struct part *part, struct buf *buf);

struct message *message_new(struct arena *arena, struct str summary)
{
    struct message *message = arena_new(arena, struct message);
    if (!message)
        return NULL;
    message->summary = text_cut_bytes(summary, TEXT_BYTES_MAX);
    message->parts = arena_array(arena, struct part, MESSAGE_PARTS_MAX);
    return message;
}

struct part *message_add(
    struct arena *arena, struct message *message, enum part_kind kind, struct str text)
{
    if (!message || !message->parts || message->parts_len == MESSAGE_PARTS_MAX)
        return arena_new(arena, struct part); /* swallowed; the caller need not care */
    struct part *part = &message->parts[message->parts_len++];
    *part = (struct part){ .kind = kind, .text = text_cut_bytes(text, TEXT_BYTES_MAX) };
    return part;
}

void part_add_choice(struct arena *arena, struct part *part, uint8_t value, struct str label)
{
    if (!part || part->choices_len == CHOICES_MAX)
        return;
    if (!part->choices)
        part->choices = arena_array(arena, struct choice, CHOICES_MAX);
    if (part->choices)
        part->choices[part->choices_len++] = (struct choice){ .value = value, .label = label };
}

void part_add_field(struct arena *arena, struct part *part, struct str label, struct str text)
{
    size_t before = part ? part->choices_len : 0;
    part_add_choice(arena, part, 0, label);
    if (part && part->choices_len > before)
        part->choices[before].text = text;
}

void part_add_button(struct arena *arena, struct part *part, struct button button)
{
    if (!part || part->buttons_len == BUTTONS_MAX)
        return;
    if (!part->buttons)
        part->buttons = arena_array(arena, struct button, BUTTONS_MAX);
    if (part->buttons)
        part->buttons[part->buttons_len++] = button;
}

void message_pack(const struct message *message, struct buf *buf)
{
    pack_uint(buf, PACK_VERSION);
    pack_str(buf, message->summary);
    pack_int(buf, message->ref.nudge_id);
    pack_uint(buf, message->ref.step);
    pack_uint(buf, message->ref.attempt);
    pack_uint(buf, message->ref.key);
    pack_str(buf, message->title);
    pack_str(buf, message->submit);
    pack_uint(buf, message->parts_len);
    for (size_t i = 0; i < message->parts_len; i++)
        pack_part(&message->parts[i], buf);
}

enum err message_unpack(struct str bytes, struct arena *arena, struct message *out)
{
    struct unpack in = unpack_from(bytes);
    struct message message = { 0 };
    if (unpack_uint(&in) != PACK_VERSION)
        return ERR_SYNTAX;
    message.summary = unpack_str(&in);
    message.ref.nudge_id = unpack_int(&in);
    message.ref.step = (uint8_t)unpack_uint(&in);
    message.ref.attempt = (uint8_t)unpack_uint(&in);
    message.ref.key = unpack_uint(&in);
    message.title = unpack_str(&in);
    message.submit = unpack_str(&in);
    message.parts_len = unpack_count(&in, MESSAGE_PARTS_MAX);
    message.parts = arena_array(arena, struct part, message.parts_len);
    if (message.parts_len && !message.parts)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < message.parts_len; i++)
        unpack_part(&in, arena, &message.parts[i]);
    enum err err = unpack_finish(&in);
    if (arena_failed(arena))
        err = ERR_NO_MEMORY; /* and what it had no room for it did not read over either */
    if (!err)
        *out = message;
    return err;
}

void message_to_text(const struct message *message, struct buf *buf)
{
    if (message->title.len)
        buf_addf(buf, "%.*s\n\n", STR_ARG(message->title));
    if (!message->parts_len)
        buf_addf(buf, "%.*s\n", STR_ARG(message->summary));
    for (size_t i = 0; i < message->parts_len; i++)
        part_to_text(&message->parts[i], buf);
}

static void pack_part(const struct part *part, struct buf *buf)
{
    pack_uint(buf, part->kind);
    pack_uint(buf, part->mode);
    pack_str(buf, part->text);
    pack_str(buf, part->label);
    pack_uint(buf, part->choices_len);
    for (size_t i = 0; i < part->choices_len; i++) {
        pack_uint(buf, part->choices[i].value);
        pack_str(buf, part->choices[i].label);
        pack_str(buf, part->choices[i].text);
    }
    pack_uint(buf, part->buttons_len);
    for (size_t i = 0; i < part->buttons_len; i++) {
        pack_uint(buf, part->buttons[i].verb);
        pack_uint(buf, part->buttons[i].value);
        pack_uint(buf, part->buttons[i].style);
        pack_str(buf, part->buttons[i].label);
    }
    if (part->kind != PART_INPUT)
        return;
    pack_str(buf, part->input.name);
    pack_str(buf, part->input.label);
    pack_str(buf, part->input.hint);
    pack_uint(buf, part->input.length_max);
    pack_uint(buf, (part->input.multiline ? 1U : 0U) | (part->input.optional ? 2U : 0U));
}

static void unpack_part(struct unpack *in, struct arena *arena, struct part *part)
{
    uint64_t kind = unpack_uint(in), mode = unpack_uint(in);
    if (kind < PART_HEADING || kind > PART_IMAGE || mode > CHOICE_ORDER)
        in->failed = true;
    if (in->failed)
        return;
    part->kind = (enum part_kind)kind;
    part->mode = (enum choice_mode)mode;
    part->text = unpack_str(in);
    part->label = unpack_str(in);
    unpack_choices(in, arena, part);
    unpack_buttons(in, arena, part);
    if (part->kind != PART_INPUT)
        return;
    part->input.name = unpack_str(in);
    part->input.label = unpack_str(in);
    part->input.hint = unpack_str(in);
    part->input.length_max = (uint16_t)unpack_uint(in);
    uint64_t flags = unpack_uint(in);
    part->input.multiline = flags & 1;
    part->input.optional = flags & 2;
}

static void unpack_choices(struct unpack *in, struct arena *arena, struct part *part)
{
    size_t len = unpack_count(in, CHOICES_MAX);
    part->choices = arena_array(arena, struct choice, len);
    for (size_t i = 0; part->choices && i < len; i++) {
        part->choices[i].value = (uint8_t)unpack_uint(in);
        part->choices[i].label = unpack_str(in);
        part->choices[i].text = unpack_str(in);
        part->choices_len = i + 1;
    }
}

static void unpack_buttons(struct unpack *in, struct arena *arena, struct part *part)
{
    size_t len = unpack_count(in, BUTTONS_MAX);
    part->buttons = arena_array(arena, struct button, len);
    for (size_t i = 0; part->buttons && i < len; i++) {
        uint64_t verb = unpack_uint(in), value = unpack_uint(in), style = unpack_uint(in);
        if (verb >= VERB_END || value > UINT8_MAX || style > BUTTON_DANGER) {
            in->failed = true;
            return;
        }
        part->buttons[i] = (struct button){
            .verb = (enum verb)verb, .value = (uint8_t)value, .style = (enum button_style)style
        };
        part->buttons[i].label = unpack_str(in);
        part->buttons_len = i + 1;
    }
}

static void part_to_text(const struct part *part, struct buf *buf)
{
    switch (part->kind) {
    case PART_HEADING: buf_addf(buf, "%.*s\n\n", STR_ARG(part->text)); return;
    case PART_TEXT:
    case PART_STRONG: buf_addf(buf, "%.*s\n", STR_ARG(part->text)); return;
    case PART_MUTED: buf_addf(buf, "  %.*s\n", STR_ARG(part->text)); return;
    case PART_QUOTE: buf_addf(buf, "> %.*s\n", STR_ARG(part->text)); return;
    case PART_DIVIDER: buf_add(buf, STR("\n")); return;
    case PART_CHOICES: choices_to_text(part, buf); return;
    case PART_BUTTONS: buttons_to_text(part, buf); return;
    case PART_INPUT:
        buf_addf(
            buf, "%.*s%s\n", STR_ARG(part->input.label), part->input.optional ? " (optional)" : "");
        return;
    case PART_FIELDS:
        for (size_t i = 0; i < part->choices_len; i++)
            buf_addf(buf, "%.*s: %.*s\n", STR_ARG(part->choices[i].label),
                STR_ARG(part->choices[i].text));
        return;
    case PART_IMAGE: buf_addf(buf, "[picture: %.*s]\n", STR_ARG(part->text)); return;
    }
}

static void choices_to_text(const struct part *part, struct buf *buf)
{
    static const char *const how[] = {
        [CHOICE_ONE] = "Type the letter of your choice.",
        [CHOICE_MANY] = "Type all the letters that fit, like \"A C\".",
        [CHOICE_ORDER] = "Type the letters in the right order, like \"B A C\".",
    };
    for (size_t i = 0; i < part->choices_len; i++)
        buf_addf(buf, "  %c) %.*s\n", (char)('A' + i), STR_ARG(part->choices[i].label));
    if (part->mode >= CHOICE_ONE && part->mode <= CHOICE_ORDER)
        buf_addf(buf, "%s\n", how[part->mode]);
}

static void buttons_to_text(const struct part *part, struct buf *buf)
{
    for (size_t i = 0; i < part->buttons_len; i++) {
        const struct button *button = &part->buttons[i];
        const struct verb_info *info = verb_info(button->verb);
        if (button->verb == VERB_RATE)
            buf_addf(
                buf, "%s%d: %.*s", i ? "   " : "  ", (int)button->value, STR_ARG(button->label));
        else if (info->typed)
            buf_addf(buf, "%s%.*s: type \"%.*s\"", i ? "   " : "  ", STR_ARG(button->label),
                STR_ARG(info->word));
        else
            buf_addf(buf, "%s%.*s: just type it", i ? "   " : "  ", STR_ARG(button->label));
    }
    buf_add(buf, STR("\n"));
}
