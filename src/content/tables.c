/* Every key of every file: name, type, limits, help. Nothing here runs. */
#include "content/tables.h"

enum {
    NAME_MAX_POINTS = 120,              /* fits one line of a chat card */
    ROLE_MAX_POINTS = 80,
    BEHAVIOUR_MAX_POINTS = 200,
    SOURCE_MAX_POINTS = 300,
    ACCEPT_MAX_POINTS = 80,             /* "a few typed words" */
    DECK_PROMPTS_MAX = 1000             /* years of one a day; bounds memory before the file does */
};

#define OF_CHOICES (KIND(CHOICE) | KIND(MULTI))
#define OF_SCORED \
    (KIND(CHOICE) | KIND(MULTI) | KIND(ORDER) | KIND(NUMBER) | KIND(SHORT) | KIND(RECALL))
#define OF_OPTIONS (KIND(CHOICE) | KIND(MULTI) | KIND(ORDER))

const struct schema_word prompt_kinds[] = {
    { "choice", PROMPT_CHOICE, "one right option of several" },
    { "multi", PROMPT_MULTI, "every right option of several" },
    { "order", PROMPT_ORDER, "put steps into the right order" },
    { "number", PROMPT_NUMBER, "a number, within a tolerance" },
    { "short", PROMPT_SHORT, "a few typed words" },
    { "recall", PROMPT_RECALL, "say it in your own words, compare, rate yourself" },
    { "reflect", PROMPT_REFLECT, "look back on one's own work; never scored" },
    { 0 },
};

static const struct schema_row option_rows[] = {
    { .key = "text", .type = VALUE_TEXT, .required = true, .max = PROMPT_OPTION_MAX,
      SCHEMA_FIELD(struct prompt_option, text), .help = "what the button or line says" },
    { .key = "correct", .type = VALUE_BOOL, .kinds = OF_CHOICES, .fallback = "false",
      SCHEMA_FIELD(struct prompt_option, correct), .help = "whether this option is right" },
    { .key = "why", .type = VALUE_TEXT, .max = PROMPT_WHY_MAX,
      SCHEMA_FIELD(struct prompt_option, why),
      .help = "why it is right or wrong, shown to whoever chose it; say what the thought behind "
        "it misses" },
};
const struct schema option_schema = {
    .name = "option", .shorthand = "text", .bytes = sizeof(struct prompt_option),
    .rows = option_rows, .rows_len = COUNT(option_rows),
};

static const struct schema_row prompt_rows[] = {
    { .key = "id", .type = VALUE_ID, .required = true, SCHEMA_FIELD(struct prompt, id),
      .help = "its name for ever, unique in the deck; the text may change, the id may not" },
    { .key = "kind", .type = VALUE_WORD, .required = true, .words = prompt_kinds,
      SCHEMA_FIELD(struct prompt, kind), .help = "what sort of question it is" },
    { .key = "skill", .type = VALUE_ID, SCHEMA_FIELD(struct prompt, skill),
      .help = "the skill it trains, an id of skills.yaml; without it the deck's" },
    { .key = "ask", .type = VALUE_TEXT, .required = true, .max = PROMPT_ASK_MAX,
      SCHEMA_FIELD(struct prompt, ask), .help = "the situation and one question" },
    { .key = "options", .type = VALUE_MAPS, .of = &option_schema, .kinds = OF_OPTIONS,
      .needed_by = OF_OPTIONS, .min = 2, .max = PROMPT_OPTIONS_MAX,
      SCHEMA_LIST(struct prompt, options),
      .help = "what can be chosen; for order the 3 to 6 steps, written in the right order" },
    { .key = "accept", .type = VALUE_TEXTS, .kinds = KIND(SHORT), .needed_by = KIND(SHORT),
      .min = 1, .max = PROMPT_ACCEPT_MAX, .item_max = ACCEPT_MAX_POINTS,
      SCHEMA_LIST(struct prompt, accept),
      .help = "every answer that counts as right; case, accents and small misspellings do not "
        "matter" },
    { .key = "exact", .type = VALUE_BOOL, .kinds = KIND(SHORT), .fallback = "false",
      SCHEMA_FIELD(struct prompt, exact), .help = "true: no misspelling is forgiven" },
    { .key = "number", .type = VALUE_NUMBER, .kinds = KIND(NUMBER), .needed_by = KIND(NUMBER),
      SCHEMA_FIELD(struct prompt, number), .help = "the right number" },
    { .key = "tolerance", .type = VALUE_NUMBER, .kinds = KIND(NUMBER), .min = 0,
      .max = SCHEMA_NUMBER_MAX, .fallback = "0", SCHEMA_FIELD(struct prompt, tolerance),
      .help = "how far off still counts as right" },
    { .key = "unit", .type = VALUE_TEXT, .kinds = KIND(NUMBER), .max = 20,
      SCHEMA_FIELD(struct prompt, unit),
      .help = "shown behind the input; people may type it or leave it out" },
    { .key = "answer", .type = VALUE_TEXT, .kinds = KIND(RECALL), .needed_by = KIND(RECALL),
      .max = PROMPT_WHY_MAX, SCHEMA_FIELD(struct prompt, answer),
      .help = "the model answer to compare with" },
    { .key = "why", .type = VALUE_TEXT, .max = PROMPT_WHY_MAX, SCHEMA_FIELD(struct prompt, why),
      .help = "shown with every feedback: the one thing to take away" },
    { .key = "source", .type = VALUE_TEXT, .max = SOURCE_MAX_POINTS,
      SCHEMA_FIELD(struct prompt, source), .help = "where it comes from; without it the deck's" },
    { .key = "held_out", .type = VALUE_BOOL, .fallback = "false",
      SCHEMA_FIELD(struct prompt, held_out),
      .help = "true: asked to measure, 7, 30 and 90 days after the skill was begun, and never "
        "practised" },
    { .key = "hint", .type = VALUE_TEXT, .kinds = OF_SCORED, .max = PROMPT_HINT_MAX,
      SCHEMA_FIELD(struct prompt, hint),
      .help = "a pointer where to look, shown when somebody asks for it; the answer then counts "
        "less" },
    { .key = "hint_gives_away", .type = VALUE_BOOL, .kinds = OF_SCORED, .fallback = "false",
      SCHEMA_FIELD(struct prompt, hint_gives_away),
      .help = "true: the hint says part of the answer, so whoever took it has not remembered it" },
};
const struct schema prompt_schema = {
    .name = "prompt", .bytes = sizeof(struct prompt), .rows = prompt_rows,
    .rows_len = COUNT(prompt_rows), .check = prompt_check,
};

static const struct schema_row audience_rows[] = {
    { .key = "roles", .type = VALUE_TEXTS, .min = 1, .max = 100, .item_max = ROLE_MAX_POINTS,
      SCHEMA_LIST(struct deck, audience.roles), .help = "only people with one of these roles" },
    { .key = "cohorts", .type = VALUE_TEXTS, .min = 1, .max = 100, .item_max = ROLE_MAX_POINTS,
      SCHEMA_LIST(struct deck, audience.cohorts), .help = "only people in one of these cohorts" },
};
const struct schema audience_schema = {
    .name = "audience", .rows = audience_rows, .rows_len = COUNT(audience_rows),
};

static const struct schema_row deck_rows[] = {
    { .key = "id", .type = VALUE_ID, .required = true, SCHEMA_FIELD(struct deck, id),
      .help = "its name for ever, unique among all decks" },
    { .key = "title", .type = VALUE_TEXT, .required = true, .max = NAME_MAX_POINTS,
      SCHEMA_FIELD(struct deck, title), .help = "what people see above each question" },
    { .key = "owner", .type = VALUE_EMAIL, .required = true, SCHEMA_FIELD(struct deck, owner),
      .help = "e-mail of the person who keeps it right; hears when the file has a mistake" },
    { .key = "skill", .type = VALUE_ID, SCHEMA_FIELD(struct deck, skill),
      .help = "the skill its prompts train unless they name their own; an id of skills.yaml" },
    { .key = "audience", .type = VALUE_MAP, .of = &audience_schema,
      .help = "who gets it; without it everybody, with roles and cohorts only people who match "
        "both" },
    { .key = "source", .type = VALUE_TEXT, .max = SOURCE_MAX_POINTS,
      SCHEMA_FIELD(struct deck, source), .help = "where its content comes from" },
    { .key = "review_by", .type = VALUE_DATE, SCHEMA_FIELD(struct deck, review_by_day),
      .help = "the day by which the owner looks whether it still holds" },
    { .key = "language", .type = VALUE_TEXT, .max = 20, .fallback = "en",
      SCHEMA_FIELD(struct deck, language), .help = "language tag of its text, such as en or "
          "de-CH" },
    { .key = "desired_retention", .type = VALUE_NUMBER, .min = 0.70, .max = 0.97,
      .fallback = "0.90", SCHEMA_FIELD(struct deck, desired_retention),
      .help = "how surely it should be remembered when asked again; more means more questions" },
    { .key = "min_gap_days", .type = VALUE_INT, .min = 0, .max = 60,
      SCHEMA_FIELD(struct deck, min_gap_days),
      .help = "least days between two sendings of a prompt; without it the organisation's" },
    { .key = "confidence", .type = VALUE_BOOL, .fallback = "false",
      SCHEMA_FIELD(struct deck, confidence),
      .help = "true: before the answer is shown people say how sure they are; who was sure and "
        "wrong is asked again within a week" },
    { .key = "prompts", .type = VALUE_MAPS, .required = true, .of = &prompt_schema, .min = 1,
      .max = DECK_PROMPTS_MAX, SCHEMA_LIST(struct deck, prompts),
      .help = "the questions, in teaching order: new ones are asked from the top" },
};
const struct schema deck_schema = {
    .name = "deck", .bytes = sizeof(struct deck), .rows = deck_rows, .rows_len = COUNT(deck_rows),
    .check = deck_check,
};

static const struct schema_row skill_rows[] = {
    { .key = "id", .type = VALUE_ID, .required = true, SCHEMA_FIELD(struct skill, id),
      .help = "what decks and prompts call it" },
    { .key = "name", .type = VALUE_TEXT, .required = true, .max = NAME_MAX_POINTS,
      SCHEMA_FIELD(struct skill, name), .help = "what people and managers read" },
    { .key = "roles", .type = VALUE_TEXTS, .min = 1, .max = 100, .item_max = ROLE_MAX_POINTS,
      SCHEMA_LIST(struct skill, roles), .help = "the roles of people.csv that need it" },
    { .key = "behaviours", .type = VALUE_TEXTS, .required = true, .min = 1, .max = 20,
      .item_max = BEHAVIOUR_MAX_POINTS, SCHEMA_LIST(struct skill, behaviours),
      .help = "what one can see somebody do who has it" },
};
const struct schema skill_schema = {
    .name = "skill", .bytes = sizeof(struct skill), .rows = skill_rows,
    .rows_len = COUNT(skill_rows),
};

static const struct schema_row skills_file_rows[] = {
    { .key = "skills", .type = VALUE_MAPS, .required = true, .of = &skill_schema, .min = 1,
      .max = 500, SCHEMA_LIST(struct skills_file, skills), .help = "every skill there is" },
};
const struct schema skills_file_schema = {
    .name = "skills file", .bytes = sizeof(struct skills_file), .rows = skills_file_rows,
    .rows_len = COUNT(skills_file_rows), .check = skills_check,
};

static const struct schema_row holiday_rows[] = {
    { .key = "date", .type = VALUE_DATE, .required = true, SCHEMA_FIELD(struct holiday_entry, day),
      .help = "the day nobody is asked anything" },
    { .key = "until", .type = VALUE_DATE, SCHEMA_FIELD(struct holiday_entry, until_day),
      .help = "the last day when there are several, itself included" },
    { .key = "name", .type = VALUE_TEXT, .max = NAME_MAX_POINTS,
      SCHEMA_FIELD(struct holiday_entry, name), .help = "what the day is called" },
    { .key = "region", .type = VALUE_TEXT, .max = ROLE_MAX_POINTS,
      SCHEMA_FIELD(struct holiday_entry, region),
      .help = "only for people whose region in people.csv is this; without it for everybody" },
};
const struct schema holiday_schema = {
    .name = "holiday", .bytes = sizeof(struct holiday_entry), .rows = holiday_rows,
    .rows_len = COUNT(holiday_rows), .check = holiday_check,
};
