/* Colleagues who answer by themselves: what each has seen, when each will act, what each does.
 *
 * Refuses to know what a question means. Odd decision: a colleague decides when a message
 * arrives and acts when the time has come, on whatever the message shows by then: the app may
 * have changed it. */
#include "sim/inside.h"
#include "nudged/sim/script.h"

enum { ELEMENTS_MAX = 64, SCRIPT_ARENA_MAX = 1 << 20, PATIENCE_MS = 40 * 60 * 1000,
       TRIES_MAX = 40 };

/* At most one thing in mind per person: the newest message that asks for something. */
struct plan { char ts[SIM_TS_BYTES]; struct instant at; bool modal; bool set; };

struct colleague {
    char *user_id;
    uint32_t right_percent, ignore_percent;
    int64_t patience_ms;
    size_t seen;                        /* messages looked at */
    char acted_ts[SIM_TS_BYTES];        /* the message last acted on, and its edits by then */
    uint32_t acted_edits;
    bool left;
    struct plan plan;
};

struct sim_script {
    struct workspace *ws;
    uint64_t state;
    sim_script_hint_fn *hint;
    void *hint_arg;
    const struct str *asides;
    size_t asides_len;
    struct colleague *items;
    size_t len, cap;
};

static const char *const happened[] = {
    "Asked for the source before I forwarded the figures, and one of them was out of date.",
    "Wrote the hand-over note before the call ended instead of after lunch.",
    "Opened the meeting with the decision we needed and closed it ten minutes early.",
    "Told the customer what I did not know yet and when I would know it.",
    "Let two people finish who usually get interrupted; one of them had the answer.",
};

static uint32_t below(struct sim_script *script, uint32_t bound);
static void notice(struct sim_script *script, struct colleague *person);
static void act(struct sim_script *script, struct colleague *person);
struct choice;
static void press(struct sim_script *script, struct arena *arena, struct colleague *person);
static bool is_offered(const struct choice *choice);
static void press_one(struct sim_script *script, const struct choice *choice);
static void fill_and_press(struct sim_script *script, struct arena *arena,
                           const struct choice *choice);
static struct str field_text(struct sim_script *script, struct arena *arena,
                             const struct choice *choice, const struct look_element *element,
                             size_t nth, size_t shift);
static void fill_modal(struct sim_script *script, struct arena *arena, struct colleague *person);
static void notice_next_step(struct sim_script *script, struct colleague *person);
static size_t gather(struct sim_script *script, struct arena *arena, struct str user_id,
                     struct str surface, struct look_element *elements);
static bool asks(struct sim_script *script, const struct colleague *person, struct str surface);
static bool has_line(struct str lines, struct str wanted);
static struct str line_at(struct str lines, size_t index);
static size_t line_count(struct str lines);

enum err sim_script_new(const struct sim_script_options *options, struct sim_script **out)
{
    struct sim_script *script = sim_alloc(sizeof *script);
    script->ws = options->workspace;
    script->state = options->seed;
    script->hint = options->hint;
    script->hint_arg = options->hint_arg;
    script->asides = options->asides;
    script->asides_len = options->asides_len;
    *out = script;
    return OK;
}

struct sim_script *sim_script_free(struct sim_script *script)
{
    for (size_t i = 0; script && i < script->len; i++)
        free(script->items[i].user_id);
    if (script)
        free(script->items);
    free(script);
    return NULL;
}

enum err sim_script_add(struct sim_script *script, const struct sim_colleague *colleague)
{
    if (!sim_user(script->ws, colleague->user_id))
        return ERR_NOT_FOUND;
    struct colleague *person = SIM_PUSH(script->items, script->len, script->cap);
    person->user_id = sim_dup(colleague->user_id);
    person->right_percent = colleague->right_percent;
    person->ignore_percent = colleague->ignore_percent;
    person->patience_ms = colleague->patience.ms > 0 ? colleague->patience.ms : PATIENCE_MS;
    return OK;
}

void sim_script_leave(struct sim_script *script, struct str user_id, bool leave)
{
    for (size_t i = 0; i < script->len; i++) {
        if (str_equal(str_from_z(script->items[i].user_id), user_id)) {
            script->items[i].left = leave;
            script->items[i].plan.set = false;
            script->items[i].seen = look_messages(script->ws, user_id);
        }
    }
}

void sim_script_tick(struct sim_script *script)
{
    struct instant now = sim_now(script->ws).now;
    for (size_t i = 0; i < script->len; i++) {
        struct colleague *person = &script->items[i];
        if (person->left)
            continue;
        notice(script, person);
        if (person->plan.set && !instant_before(now, person->plan.at))
            act(script, person);
    }
}

bool sim_script_next_due(const struct sim_script *script, struct instant *at)
{
    bool any = false;
    for (size_t i = 0; i < script->len; i++) {
        const struct plan *plan = &script->items[i].plan;
        if (!plan->set || script->items[i].left || (any && !instant_before(plan->at, *at)))
            continue;
        *at = plan->at;
        any = true;
    }
    return any;
}

static struct instant later(struct sim_script *script, int64_t patience_ms)
{
    int64_t percent = 2 + below(script, 99);
    return instant_add(sim_now(script->ws).now, (struct duration){ patience_ms * percent / 100 });
}

/* Looks at messages that are new, and at a modal that has opened. */
static void notice(struct sim_script *script, struct colleague *person)
{
    struct str id = str_from_z(person->user_id);
    size_t count = look_messages(script->ws, id);
    struct look_message message;
    struct look_view modal;
    for (; person->seen < count; person->seen++) {
        if (!look_message_at(script->ws, id, person->seen, &message) || !message.from_app ||
            message.deleted || !asks(script, person, message.ts) ||
            below(script, 100) < person->ignore_percent)
            continue;
        person->plan = (struct plan){ .at = later(script, person->patience_ms), .set = true };
        snprintf(person->plan.ts, sizeof person->plan.ts, "%.*s", STR_ARG(message.ts));
    }
    if (!person->plan.set)
        notice_next_step(script, person);
    if (!person->plan.modal && look_modal(script->ws, id, &modal))
        person->plan =
            (struct plan){ .at = later(script, 5 * 60 * 1000), .set = true, .modal = true };
}

/* A question may go on in the same message (see the answer, then rate yourself); only the host can
 * tell that from buttons one may leave alone. */
static void notice_next_step(struct sim_script *script, struct colleague *person)
{
    struct str id = str_from_z(person->user_id), right;
    struct look_message message;
    struct look_element elements[ELEMENTS_MAX];
    struct arena arena;
    if (!script->hint || !look_message(script->ws, id, str_from_z(person->acted_ts), &message) ||
        message.deleted || message.edits <= person->acted_edits)
        return;
    person->acted_edits = message.edits;
    arena_init(&arena, SCRIPT_ARENA_MAX);
    if (gather(script, &arena, id, message.ts, elements) > 0 &&
        script->hint(script->hint_arg, &arena, id, message.blocks, &right)) {
        person->plan = (struct plan){ .at = later(script, 3 * 60 * 1000), .set = true };
        memcpy(person->plan.ts, person->acted_ts, sizeof person->plan.ts);
    }
    arena_finish(&arena);
}

static bool asks(struct sim_script *script, const struct colleague *person, struct str surface)
{
    struct arena arena;
    struct look_element elements[ELEMENTS_MAX];
    struct look_message message;
    struct str id = str_from_z(person->user_id), right;
    arena_init(&arena, SCRIPT_ARENA_MAX);
    bool asked = gather(script, &arena, id, surface, elements) > 0;
    if (!asked && script->hint && look_message(script->ws, id, surface, &message))
        asked = script->hint(script->hint_arg, &arena, id, message.blocks, &right);
    arena_finish(&arena);
    return asked;
}

/* What there is to press, without the asides. */
static size_t gather(struct sim_script *script, struct arena *arena, struct str user_id,
                     struct str surface, struct look_element *elements)
{
    size_t count = look_elements(script->ws, arena, user_id, surface, elements, ELEMENTS_MAX);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct str action = elements[i].action_id;
        action = str_slice(action, 0, str_find(action, ':'));
        bool aside = false;
        for (size_t a = 0; a < script->asides_len; a++)
            aside = aside || str_equal(action, script->asides[a]);
        if (!aside)
            elements[kept++] = elements[i];
    }
    return kept;
}

static void act(struct sim_script *script, struct colleague *person)
{
    struct arena arena;
    struct plan plan = person->plan;
    arena_init(&arena, SCRIPT_ARENA_MAX);
    human_read(script->ws, str_from_z(person->user_id));
    if (plan.modal)
        fill_modal(script, &arena, person);
    else
        press(script, &arena, person);
    person->plan.set = false;
    person->plan.modal = false;
    arena_finish(&arena);
}

/* What is in the way of a person who presses: what there is, what would be right, and the wish. */
struct choice {
    struct str user_id, ts, right;
    struct look_element elements[ELEMENTS_MAX];
    size_t count;
    bool told, want_right;
};

static void press(struct sim_script *script, struct arena *arena, struct colleague *person)
{
    struct choice choice = { .user_id = str_from_z(person->user_id),
                             .ts = str_from_z(person->plan.ts) };
    struct look_message message;
    if (!look_message(script->ws, choice.user_id, choice.ts, &message))
        return;
    choice.count = gather(script, arena, choice.user_id, choice.ts, choice.elements);
    memcpy(person->acted_ts, person->plan.ts, sizeof person->acted_ts);
    person->acted_edits = message.edits;
    choice.told = script->hint && script->hint(script->hint_arg, arena, choice.user_id,
                                               message.blocks, &choice.right);
    choice.want_right = below(script, 100) < person->right_percent;
    bool fields = false;
    for (size_t i = 0; i < choice.count; i++)
        fields = fields || !str_equal(choice.elements[i].type, STR("button"));
    if (fields)
        fill_and_press(script, arena, &choice);
    else if (choice.told && !is_offered(&choice))       /* an answer to type */
        (void)!human_say(script->ws, choice.user_id,
                         choice.want_right ? choice.right : STR("not sure"), NULL);
    else if (choice.count > 0)
        press_one(script, &choice);
}

/* Whether the right thing is one of the buttons. */
static bool is_offered(const struct choice *choice)
{
    for (size_t i = 0; i < choice->count; i++) {
        if (str_equal(choice->elements[i].action_id, choice->right))
            return true;
    }
    return false;
}

static void press_one(struct sim_script *script, const struct choice *choice)
{
    size_t index = 0;
    for (size_t tries = 0; tries < TRIES_MAX; tries++) {
        index = below(script, (uint32_t)choice->count);
        bool is_right = str_equal(choice->elements[index].action_id, choice->right);
        if (!choice->told || is_right == choice->want_right)
            break;
    }
    (void)!human_click(script->ws, choice->user_id, choice->ts, choice->elements[index].block_id,
                       choice->elements[index].action_id);
}

/* Fills every field, then presses the first button that is left. Several selects get different
 * options, as for putting things in order. */
static void fill_and_press(struct sim_script *script, struct arena *arena,
                           const struct choice *choice)
{
    size_t shift = below(script, 97), nth = 0;
    const struct look_element *button = NULL;
    for (size_t i = 0; i < choice->count; i++) {
        const struct look_element *element = &choice->elements[i];
        if (str_equal(element->type, STR("button"))) {
            button = button ? button : element;
            continue;
        }
        struct human_value value = { element->block_id, element->action_id,
                                     field_text(script, arena, choice, element, nth, shift) };
        (void)!human_fill(script->ws, choice->user_id, choice->ts, &value);
        nth++;
    }
    if (button)
        (void)!human_click(script->ws, choice->user_id, choice->ts, button->block_id,
                           button->action_id);
}

static struct str field_text(struct sim_script *script, struct arena *arena,
                             const struct choice *choice, const struct look_element *element,
                             size_t nth, size_t shift)
{
    size_t options = line_count(element->options), lines = line_count(choice->right);
    bool several = str_equal(element->type, STR("checkboxes")) ||
                   str_equal(element->type, STR("multi_static_select"));
    if (options == 0)
        return choice->told && choice->want_right ? choice->right : STR("not sure");
    bool told = choice->told && has_line(element->options, line_at(choice->right, 0));
    if (told && choice->want_right)
        return several || lines <= 1 ? choice->right : line_at(choice->right, nth);
    struct str one = line_at(element->options, (shift + nth) % options);
    for (size_t i = 1; told && lines <= 1 && i < options && str_equal(one, choice->right); i++)
        one = line_at(element->options, (shift + nth + i) % options);
    struct str other = line_at(element->options, (shift + nth + 1) % options);
    bool two = several && options > 1 && below(script, 2) == 1;
    return two ? str_format(arena, "%.*s\n%.*s", STR_ARG(one), STR_ARG(other)) : one;
}

static void fill_modal(struct sim_script *script, struct arena *arena, struct colleague *person)
{
    struct str id = str_from_z(person->user_id);
    struct look_view modal;
    struct look_element elements[ELEMENTS_MAX];
    struct human_value values[ELEMENTS_MAX];
    size_t filled = 0;
    if (!look_modal(script->ws, id, &modal))
        return;
    size_t count = look_elements(script->ws, arena, id, modal.id, elements, ELEMENTS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct str options = elements[i].options, text;
        if (str_equal(elements[i].type, STR("button")))
            continue;
        if (str_is_empty(options))
            text = str_from_z(happened[below(script, COUNT(happened))]);
        else
            text = line_at(options, below(script, (uint32_t)line_count(options)));
        values[filled++] =
            (struct human_value){ elements[i].block_id, elements[i].action_id, text };
    }
    (void)!human_submit(script->ws, id, values, filled, NULL);
}

static bool has_line(struct str lines, struct str wanted)
{
    struct str line;
    while (str_next_part(&lines, '\n', &line)) {
        if (str_equal(line, wanted))
            return true;
    }
    return false;
}

static size_t line_count(struct str lines)
{
    size_t count = 0;
    struct str line;
    while (str_next_part(&lines, '\n', &line))
        count++;
    return count;
}

static struct str line_at(struct str lines, size_t index)
{
    struct str line = STR_EMPTY;
    for (size_t i = 0; i <= index && str_next_part(&lines, '\n', &line); i++)
        continue;
    return line;
}

/* splitmix64, as elsewhere here; a stream of its own so that colleagues do not disturb ids. */
static uint32_t below(struct sim_script *script, uint32_t bound)
{
    uint64_t z = (script->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)(((z ^ (z >> 31)) >> 32) * bound >> 32);
}
