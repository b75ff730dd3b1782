/* Colleagues who answer by themselves: what each has seen, when each will act, what each does.
 *
 * Refuses to know what a question means. Odd decision: a colleague decides when a message
 * arrives and acts when the time has come, on whatever the message shows by then: the app may
 * have changed it. */
#include "sim/inside.h"
#include "nudged/sim/script.h"

enum { ELEMENTS_MAX = 64, SCRIPT_ARENA_MAX = 1 << 20, PATIENCE_MS = 40 * 60 * 1000 };

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
static void press(struct sim_script *script, struct arena *arena, struct colleague *person);
static void fill_modal(struct sim_script *script, struct arena *arena, struct colleague *person);
static void notice_next_step(struct sim_script *script, struct colleague *person);
static size_t gather(struct sim_script *script, struct arena *arena, struct str user_id,
                     struct str surface, struct look_element *elements);
static bool asks(struct sim_script *script, const struct colleague *person, struct str surface);
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
    struct arena arena;
    if (!script->hint || !look_message(script->ws, id, str_from_z(person->acted_ts), &message) ||
        message.deleted || message.edits <= person->acted_edits)
        return;
    person->acted_edits = message.edits;
    arena_init(&arena, SCRIPT_ARENA_MAX);
    if (script->hint(script->hint_arg, &arena, id, message.blocks, &right)) {
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

/* The index of the element to press, or of the one that holds the right option. */
static size_t choose(struct sim_script *script, const struct look_element *elements, size_t count,
                     struct str right, bool want_right, struct str *option)
{
    size_t tries = 40;
    while (tries-- > 0) {
        size_t index = below(script, (uint32_t)count);
        const struct look_element *element = &elements[index];
        size_t options = line_count(element->options);
        struct str chosen =
            options > 0 ? line_at(element->options, below(script, (uint32_t)options)) : STR_EMPTY;
        bool is_right =
            str_equal(element->action_id, right) || (options > 0 && str_equal(chosen, right));
        if (str_is_empty(right) || is_right == want_right) {
            *option = chosen;
            return index;
        }
    }
    *option = line_at(elements[0].options, 0);
    return 0;
}

static void press(struct sim_script *script, struct arena *arena, struct colleague *person)
{
    struct str id = str_from_z(person->user_id), ts = str_from_z(person->plan.ts),
               right = STR_EMPTY, option;
    struct look_element elements[ELEMENTS_MAX];
    struct look_message message;
    size_t count = gather(script, arena, id, ts, elements);
    if (!look_message(script->ws, id, ts, &message))
        return;
    memcpy(person->acted_ts, person->plan.ts, sizeof person->acted_ts);
    person->acted_edits = message.edits;
    bool told = script->hint && script->hint(script->hint_arg, arena, id, message.blocks, &right);
    bool want_right = below(script, 100) < person->right_percent;
    bool matches = false;
    for (size_t i = 0; i < count && told; i++) {
        struct str lines = elements[i].options, line;
        matches = matches || str_equal(elements[i].action_id, right);
        while (str_next_part(&lines, '\n', &line))
            matches = matches || str_equal(line, right);
    }
    if (told && !matches && !str_is_empty(right)) {     /* an answer to type */
        struct str words = want_right ? right : STR("not sure");
        (void)!human_say(script->ws, id, words, NULL);
        return;
    }
    if (count == 0)
        return;
    const struct look_element *element =
        &elements[choose(script, elements, count, told ? right : STR_EMPTY, want_right, &option)];
    struct human_value value = { element->block_id, element->action_id, option };
    if (!str_is_empty(element->options))
        (void)!human_fill(script->ws, id, ts, &value);
    for (size_t i = 0; i < count && !str_is_empty(element->options); i++) {
        if (str_equal(elements[i].type, STR("button"))) {
            element = &elements[i];
            break;
        }
    }
    if (str_equal(element->type, STR("button")))
        (void)!human_click(script->ws, id, ts, element->block_id, element->action_id);
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
