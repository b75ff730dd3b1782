/* Owns how options become buttons, radio buttons, checkboxes or selects. */
#include "platform/slack/choices.h"

#include "platform/slack/blocks.h"
#include "platform/slack/markup.h"

enum {
    BUTTON_SHOWN_MAX = 30,      /* code points of a button's label that every client shows */
    OPTION_UNITS_MAX = 75,
    LETTER_UNITS = 3            /* "A. " */
};

static bool all_labels_fit(const struct part *part, size_t count, size_t units_max);
static void add_lettered(struct blocks *blocks, const struct part *part, size_t count);
static void add_choice_buttons(struct blocks *blocks, const struct part *part, size_t count,
    bool full);
static void add_marks(struct blocks *blocks, const struct part *part, size_t count, bool full);
static void add_places(struct blocks *blocks, const struct part *part, size_t count, bool full);
static void add_options(struct blocks *blocks, const struct part *part, size_t count, bool full);
static void add_submit(struct blocks *blocks, const struct part *part);
static struct str lettered(struct blocks *blocks, size_t index, struct str label);

void choices_add(struct blocks *blocks, const struct part *part)
{
    size_t count = part->choices_len < CHOICES_MAX ? part->choices_len : CHOICES_MAX;
    if (count == 0)
        return;
    bool buttons = part->mode == CHOICE_ONE && count <= BUTTONS_MAX;
    bool full = all_labels_fit(part, count,
        buttons ? BUTTON_SHOWN_MAX : OPTION_UNITS_MAX - LETTER_UNITS);
    if (!full)
        add_lettered(blocks, part, count);
    if (buttons) {
        add_choice_buttons(blocks, part, count, full);
    } else if (part->mode == CHOICE_ORDER) {
        add_places(blocks, part, count, full);
    } else {
        add_marks(blocks, part, count, full);
    }
}

static bool all_labels_fit(const struct part *part, size_t count, size_t units_max)
{
    for (size_t i = 0; i < count; i++)
        if (markup_units(part->choices[i].label) > units_max)
            return false;
    return true;
}

static void add_lettered(struct blocks *blocks, const struct part *part, size_t count)
{
    blocks_begin_rich(blocks);
    for (size_t i = 0; i < count; i++) {
        buf_add(blocks->out, i ? STR("," RICH_NEWLINE ",") : STR_EMPTY);
        blocks_add_rich_text(blocks, lettered(blocks, i, STR_EMPTY), true);
        buf_add(blocks->out, STR(","));
        blocks_add_rich_text(blocks, part->choices[i].label, false);
    }
    buf_add(blocks->out, STR("]}]}"));
}

static void add_choice_buttons(struct blocks *blocks, const struct part *part, size_t count,
    bool full)
{
    blocks_begin(blocks, STR("{\"type\":\"actions\",\"elements\":["));
    for (size_t i = 0; i < count; i++) {
        struct str whole = lettered(blocks, i, part->choices[i].label);
        buf_add(blocks->out, i ? STR(",") : STR_EMPTY);
        blocks_add_button(blocks, &(struct button_face){ .verb = VERB_CHOOSE,
            .value = part->choices[i].value, .label = full ? whole : str_slice(whole, 0, 1),
            .spoken = whole });
    }
    buf_add(blocks->out, STR("]}"));
}

/* One of many, or many of many, then submitted. */
static void add_marks(struct blocks *blocks, const struct part *part, size_t count, bool full)
{
    blocks_begin(blocks, part->mode == CHOICE_MANY
        ? STR("{\"type\":\"actions\",\"elements\":[{\"type\":\"checkboxes\"")
        : STR("{\"type\":\"actions\",\"elements\":[{\"type\":\"radio_buttons\""));
    blocks_add_id(blocks, VERB_IGNORE);
    add_options(blocks, part, count, full);
    buf_add(blocks->out, STR("},"));
    add_submit(blocks, part);
}

/* The places in order; the number in the action id tells them apart. */
static void add_places(struct blocks *blocks, const struct part *part, size_t count, bool full)
{
    blocks_begin(blocks, STR("{\"type\":\"actions\",\"elements\":["));
    for (size_t place = 0; place < count; place++) {
        buf_add(blocks->out, STR("{\"type\":\"static_select\",\"placeholder\":"));
        blocks_add_plain(blocks->out, blocks->arena,
            str_format(blocks->arena, "%u.", (unsigned)place + 1), OPTION_UNITS_MAX);
        blocks_add_id(blocks, VERB_IGNORE);
        add_options(blocks, part, count, full);
        buf_add(blocks->out, STR("},"));
    }
    add_submit(blocks, part);
}

static void add_options(struct blocks *blocks, const struct part *part, size_t count, bool full)
{
    buf_add(blocks->out, STR(",\"options\":["));
    for (size_t i = 0; i < count; i++) {
        struct str label = part->choices[i].label;
        if (!full || part->mode == CHOICE_ORDER || str_trim(label).len == 0)
            label = lettered(blocks, i, label);
        buf_add(blocks->out, i ? STR(",{\"text\":") : STR("{\"text\":"));
        blocks_add_plain(blocks->out, blocks->arena, label, OPTION_UNITS_MAX);
        buf_addf(blocks->out, ",\"value\":\"%u\"}", part->choices[i].value);
    }
    buf_add(blocks->out, STR("]"));
}

static void add_submit(struct blocks *blocks, const struct part *part)
{
    blocks_add_button(blocks, &(struct button_face){ .verb = VERB_SUBMIT,
        .value = CONTROL_NO_VALUE, .style = BUTTON_PRIMARY,
        .label = str_trim(part->label).len ? part->label : STR("OK") });
    buf_add(blocks->out, STR("]}"));
}

static struct str lettered(struct blocks *blocks, size_t index, struct str label)
{
    return str_format(blocks->arena, "%c. %.*s", (char)('A' + (int)index), STR_ARG(label));
}
