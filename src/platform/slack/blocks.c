/* Owns the shape of each part in Block Kit. Knows neither requests nor tokens; controls get their
 * ids and values from control.c.
 *
 * One odd decision: a choice button shows at most 30 characters of its label although Slack accepts
 * 75, because clients cut it there, and half an option cannot be chosen. */
#include "platform/slack/blocks.h"

#include "nudged/base/world.h"
#include "platform/slack/choices.h"
#include "platform/slack/markup.h"

enum {
    HEADER_UNITS_MAX = 150, IMAGE_ALT_UNITS_MAX = 2000, LABEL_UNITS_MAX = 2000,
    BUTTON_UNITS_MAX = 75, BLOCKS_A_PART_MAX = 2,
    BLOCKS_MESSAGE_MAX = 50, BLOCKS_VIEW_MAX = 100
};

typedef void add_part_fn(struct blocks *blocks, const struct part *part);

static add_part_fn add_heading, add_text, add_strong, add_quote, add_muted, add_divider;
static add_part_fn add_buttons, add_input, add_fields, add_image;
static void add_rich(struct blocks *blocks, struct str container, struct str text, bool bold);

static add_part_fn *const adders[] = {
    [PART_HEADING] = add_heading, [PART_TEXT] = add_text,       [PART_STRONG] = add_strong,
    [PART_QUOTE] = add_quote,     [PART_MUTED] = add_muted,     [PART_DIVIDER] = add_divider,
    [PART_CHOICES] = choices_add, [PART_BUTTONS] = add_buttons, [PART_INPUT] = add_input,
    [PART_FIELDS] = add_fields,   [PART_IMAGE] = add_image,
};
_Static_assert(COUNT(adders) == PART_IMAGE + 1, "one for each part kind");

void blocks_add(struct buf *out, struct arena *arena, const struct message *message,
                enum surface surface)
{
    struct blocks blocks = { .out = out, .arena = arena, .ref = message->ref,
        .inputs = surface == SURFACE_MODAL };
    unsigned blocks_max = surface == SURFACE_MESSAGE ? BLOCKS_MESSAGE_MAX : BLOCKS_VIEW_MAX;
    buf_add(out, STR("["));
    for (size_t i = 0; i < message->parts_len; i++) {
        const struct part *part = &message->parts[i];
        bool last = i + 1 == message->parts_len;
        if (blocks.len + BLOCKS_A_PART_MAX + !last > blocks_max) {
            add_muted(&blocks, &(struct part){ .text = STR("…") });
            break;
        }
        if (part->kind >= PART_HEADING && part->kind < COUNT(adders))
            adders[part->kind](&blocks, part);
    }
    if (blocks.len == 0)
        add_text(&blocks, &(struct part){ .text = str_trim(message->summary).len ? message->summary
                                                                                 : STR("…") });
    buf_add(out, STR("]"));
}

void blocks_add_plain(struct buf *out, struct arena *arena, struct str text, size_t units_max)
{
    struct str clean = markup_clean(arena, text, units_max);
    buf_add(out, STR("{\"type\":\"plain_text\",\"text\":"));
    buf_add_json_string(out, str_trim(clean).len ? clean : STR("…"));
    buf_add(out, STR(",\"emoji\":false}"));
}

void blocks_begin(struct blocks *blocks, struct str opening)
{
    if (blocks->len++ > 0)
        buf_add(blocks->out, STR(","));
    buf_add(blocks->out, opening);
}

/* One section for all of it: whether Slack breaks the line between two is not written anywhere. */
void blocks_begin_rich(struct blocks *blocks)
{
    blocks_begin(blocks, STR("{\"type\":\"rich_text\",\"elements\":["
                             "{\"type\":\"rich_text_section\",\"elements\":["));
}

void blocks_add_rich_text(struct blocks *blocks, struct str text, bool bold)
{
    struct str clean = markup_clean(blocks->arena, text, TEXT_UNITS_MAX);
    buf_add(blocks->out, STR("{\"type\":\"text\",\"text\":"));
    buf_add_json_string(blocks->out, clean.len ? clean : STR(" "));
    buf_add(blocks->out, bold ? STR(",\"style\":{\"bold\":true}}") : STR("}"));
}

void blocks_add_button(struct blocks *blocks, const struct button_face *face)
{
    struct buf *out = blocks->out;
    struct buf value = buf_in(blocks->arena, 64);
    control_add_value(&value, blocks->ref, face->value);
    buf_add(out, STR("{\"type\":\"button\",\"text\":"));
    blocks_add_plain(out, blocks->arena, face->label, BUTTON_UNITS_MAX);
    blocks_add_id(blocks, face->verb);
    buf_add(out, STR(",\"value\":"));
    buf_add_json_string(out, buf_str(&value));
    if (face->style == BUTTON_PRIMARY)
        buf_add(out, STR(",\"style\":\"primary\""));
    if (face->style == BUTTON_DANGER)
        buf_add(out, STR(",\"style\":\"danger\""));
    if (str_trim(face->spoken).len) {
        buf_add(out, STR(",\"accessibility_label\":"));
        buf_add_json_string(out, markup_clean(blocks->arena, face->spoken, BUTTON_UNITS_MAX));
    }
    buf_add(out, STR("}"));
}

void blocks_add_id(struct blocks *blocks, enum verb verb)
{
    bool known = (unsigned)verb < VERB_END && verb_info(verb)->word.len > 0;
    buf_add(blocks->out, STR(",\"action_id\":\""));
    buf_add(blocks->out, verb_info(known ? verb : VERB_IGNORE)->word);
    buf_addf(blocks->out, ":%u\"", blocks->controls++);
}

static void add_heading(struct blocks *blocks, const struct part *part)
{
    if (str_trim(part->text).len == 0)
        return;
    if (markup_units(part->text) > HEADER_UNITS_MAX) {
        add_rich(blocks, STR("rich_text_section"), part->text, true);
        return;
    }
    blocks_begin(blocks, STR("{\"type\":\"header\",\"text\":"));
    blocks_add_plain(blocks->out, blocks->arena, part->text, HEADER_UNITS_MAX);
    buf_add(blocks->out, STR("}"));
}

static void add_text(struct blocks *blocks, const struct part *part)
{
    if (str_trim(part->text).len == 0)
        return;
    blocks_begin(blocks, STR("{\"type\":\"section\",\"text\":"));
    blocks_add_plain(blocks->out, blocks->arena, part->text, TEXT_UNITS_MAX);
    buf_add(blocks->out, STR("}"));
}

static void add_strong(struct blocks *blocks, const struct part *part)
{
    add_rich(blocks, STR("rich_text_section"), part->text, true);
}

static void add_quote(struct blocks *blocks, const struct part *part)
{
    add_rich(blocks, STR("rich_text_quote"), part->text, false);
}

static void add_muted(struct blocks *blocks, const struct part *part)
{
    if (str_trim(part->text).len == 0)
        return;
    blocks_begin(blocks, STR("{\"type\":\"context\",\"elements\":["));
    blocks_add_plain(blocks->out, blocks->arena, part->text, TEXT_UNITS_MAX);
    buf_add(blocks->out, STR("]}"));
}

static void add_divider(struct blocks *blocks, const struct part *part)
{
    (void)part;
    blocks_begin(blocks, STR("{\"type\":\"divider\"}"));
}

static void add_buttons(struct blocks *blocks, const struct part *part)
{
    size_t count = part->buttons_len < BUTTONS_MAX ? part->buttons_len : BUTTONS_MAX;
    if (count == 0)
        return;
    blocks_begin(blocks, STR("{\"type\":\"actions\",\"elements\":["));
    for (size_t i = 0; i < count; i++) {
        const struct button *button = &part->buttons[i];
        if (i > 0)
            buf_add(blocks->out, STR(","));
        blocks_add_button(blocks, &(struct button_face){ .verb = button->verb,
            .value = button->value ? button->value : CONTROL_NO_VALUE, .style = button->style,
            .label = button->label });
    }
    buf_add(blocks->out, STR("]}"));
}

/* block_id and action_id are the input's name: the values and the errors of a form go by it. */
static void add_input(struct blocks *blocks, const struct part *part)
{
    const struct input *input = &part->input;
    if (input->name.len == 0 || !blocks->inputs) {
        add_text(blocks, &(struct part){ .text = input->label });
        return;
    }
    bool limited = input->length_max > 0 && input->length_max < TEXT_UNITS_MAX;
    unsigned length_max = limited ? input->length_max : TEXT_UNITS_MAX;
    struct buf *out = blocks->out;
    blocks_begin(blocks, STR("{\"type\":\"input\",\"block_id\":"));
    buf_add_json_string(out, str_slice(input->name, 0, 255));
    buf_add(out, STR(",\"label\":"));
    blocks_add_plain(out, blocks->arena, str_trim(input->label).len ? input->label : input->name,
        LABEL_UNITS_MAX);
    if (str_trim(input->hint).len) {
        buf_add(out, STR(",\"hint\":"));
        blocks_add_plain(out, blocks->arena, input->hint, LABEL_UNITS_MAX);
    }
    buf_add(out, STR(",\"element\":{\"type\":\"plain_text_input\",\"action_id\":"));
    buf_add_json_string(out, str_slice(input->name, 0, 255));
    buf_addf(out, ",\"multiline\":%s,\"max_length\":%u},\"optional\":%s}",
        input->multiline ? "true" : "false", length_max, input->optional ? "true" : "false");
}

static void add_fields(struct blocks *blocks, const struct part *part)
{
    size_t count = part->choices_len < CHOICES_MAX ? part->choices_len : CHOICES_MAX;
    if (count == 0)
        return;
    blocks_begin_rich(blocks);
    for (size_t i = 0; i < count; i++) {
        const struct choice *field = &part->choices[i];
        buf_add(blocks->out, i ? STR("," RICH_NEWLINE ",") : STR_EMPTY);
        blocks_add_rich_text(blocks, field->label, true);
        buf_add(blocks->out, STR(",{\"type\":\"text\",\"text\":\": \"},"));
        blocks_add_rich_text(blocks, field->text, false);
    }
    buf_add(blocks->out, STR("]}]}"));
}

static void add_image(struct blocks *blocks, const struct part *part)
{
    struct url_parts url;
    if (!str_starts_with(part->label, STR("https://")) || !url_split(part->label, &url)) {
        add_muted(blocks, part);
        return;
    }
    struct str alt = markup_clean(blocks->arena, part->text, IMAGE_ALT_UNITS_MAX);
    blocks_begin(blocks, STR("{\"type\":\"image\",\"image_url\":"));
    buf_add_json_string(blocks->out, part->label);
    buf_add(blocks->out, STR(",\"alt_text\":"));
    buf_add_json_string(blocks->out, str_trim(alt).len ? alt : STR("…"));
    buf_add(blocks->out, STR("}"));
}

static void add_rich(struct blocks *blocks, struct str container, struct str text, bool bold)
{
    if (str_trim(text).len == 0)
        return;
    blocks_begin(blocks, STR("{\"type\":\"rich_text\",\"elements\":[{\"type\":\""));
    buf_add(blocks->out, container);
    buf_add(blocks->out, STR("\",\"elements\":["));
    blocks_add_rich_text(blocks, text, bold);
    buf_add(blocks->out, STR("]}]}"));
}
