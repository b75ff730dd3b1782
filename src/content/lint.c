/* Style of questions: what makes people guess by form instead of knowledge. Warnings, never errors,
 * and only in English decks, whose words it knows. */
#include <string.h>

#include "content/tables.h"
#include "nudged/base/text.h"

enum {
    ASK_WORDS_MAX = 60,                 /* read in about twenty seconds */
    LENGTH_GAP_MIN = 30                 /* code points; below that nobody notices */
};

static void lint_length(struct walk *walk, const struct yaml_node *node, const struct path *path,
                        const struct prompt *prompt);
static void lint_negative(struct walk *walk, const struct yaml_node *node, const struct path *path,
                          const struct prompt *prompt);
static void lint_options(struct walk *walk, const struct yaml_node *node, const struct path *path,
                         const struct prompt *prompt);
static void lint_option_lengths(struct walk *walk, const struct yaml_node *node,
                                const struct path *path, const struct prompt *prompt);
static size_t word_count(struct str text);
static bool has_word(struct str text, struct str word);
static struct str last_question(struct str text);
static struct str folded(char *buffer, size_t bytes, struct str text);

void prompt_lint(struct walk *walk, const struct yaml_node *node, const struct path *path,
                 const struct prompt *prompt)
{
    lint_length(walk, node, path, prompt);
    lint_negative(walk, node, path, prompt);
    if (prompt->kind == PROMPT_CHOICE || prompt->kind == PROMPT_MULTI) {
        lint_options(walk, node, path, prompt);
        lint_option_lengths(walk, node, path, prompt);
    }
}

static void lint_length(struct walk *walk, const struct yaml_node *node, const struct path *path,
                        const struct prompt *prompt)
{
    size_t words = word_count(prompt->ask);
    if (words > ASK_WORDS_MAX)
        walk_warning(walk, yaml_get(node, "ask")->at, &(struct path){ .up = path, .key = "ask" },
                     "this question has %zu words; people read %d at most between two tasks", words,
                     ASK_WORDS_MAX);
}

/* Small "not" in the question itself is overlooked; NOT is marked. */
static void lint_negative(struct walk *walk, const struct yaml_node *node, const struct path *path,
                          const struct prompt *prompt)
{
    static const struct str words[] = {
        { "not", 3 }, { "except", 6 }, { "isn't", 5 }, { "aren't", 6 }, { "don't", 5 },
        { "doesn't", 7 }, { "shouldn't", 9 }, { "never", 5 }, { "least", 5 },
    };
    struct str question = last_question(prompt->ask);
    bool picks = prompt->kind == PROMPT_CHOICE || prompt->kind == PROMPT_MULTI;
    for (size_t i = 0; picks && i < COUNT(words); i++) {
        if (str_equal(words[i], STR("least")) && str_contains(question, STR("at least")))
            continue;
        if (has_word(question, words[i])) {
            walk_warning(walk, yaml_get(node, "ask")->at,
                         &(struct path){ .up = path, .key = "ask" }, "the question turns on "
                             "'%.*s', "
                         "which is easily overlooked; ask for what is right, or write it in "
                         "capitals", STR_ARG(words[i]));
            return;
        }
    }
}

static void lint_options(struct walk *walk, const struct yaml_node *node, const struct path *path,
                         const struct prompt *prompt)
{
    static const struct str lazy[] = {
        { "all of the above", 16 }, { "none of the above", 17 }, { "all of these", 12 },
        { "none of these", 13 }, { "both of the above", 17 },
    };
    const struct yaml_node *item = yaml_get(node, "options")->items;
    struct path list = { .up = path, .key = "options" };
    for (size_t i = 0; i < prompt->options_len && item; i++, item = item->next) {
        char buffer[4 * PROMPT_OPTION_MAX + 1];
        struct path at = { .up = &list, .index = i };
        const struct prompt_option *option = &prompt->options[i];
        struct str text = folded(buffer, sizeof buffer, option->text);
        for (size_t j = 0; j < COUNT(lazy); j++)
            if (str_contains(text, lazy[j]))
                walk_warning(walk, item->at, &at, "'%.*s' tests the form of the question, and "
                             "options may be shown in another order", STR_ARG(lazy[j]));
        if (!option->correct && str_is_empty(option->why))
            walk_warning(walk, item->at, &at, "a wrong option without 'why' leaves whoever chose "
                "it "
                         "without an answer");
    }
}

static void lint_option_lengths(struct walk *walk, const struct yaml_node *node,
                                const struct path *path, const struct prompt *prompt)
{
    size_t shortest = SIZE_MAX, longest = 0;
    for (size_t i = 0; i < prompt->options_len; i++) {
        size_t length = text_length(prompt->options[i].text);
        shortest = length < shortest ? length : shortest;
        longest = length > longest ? length : longest;
    }
    if (longest > 2 * shortest && longest - shortest > LENGTH_GAP_MIN)
        walk_warning(walk, yaml_get(node, "options")->key_at,
                     &(struct path){ .up = path, .key = "options" }, "the options are of very "
                     "different length (%zu to %zu characters); people guess the longest", shortest,
                     longest);
}

static size_t word_count(struct str text)
{
    size_t count = 0;
    bool inside = false;
    for (size_t i = 0; i < text.len; i++) {
        bool blank = strchr(" \t\n\r", text.ptr[i]) != NULL;
        count += !blank && !inside;
        inside = !blank;
    }
    return count;
}

static bool has_word(struct str text, struct str word)
{
    for (size_t i = 0; i + word.len <= text.len; i++) {
        bool starts = i == 0 || strchr(" \n\t(\"'", text.ptr[i - 1]);
        size_t end = i + word.len;
        bool ends = end == text.len || strchr(" \n\t,;:?!.)\"'", text.ptr[end]);
        if (starts && ends && str_equal(str_slice(text, i, end), word))
            return true;
    }
    return false;
}

/* The sentence that ends in the last question mark; empty when nothing is asked. */
static struct str last_question(struct str text)
{
    size_t end = text.len;
    while (end > 0 && text.ptr[end - 1] != '?')
        end--;
    if (end == 0)
        return STR_EMPTY;
    size_t from = end - 1;
    while (from > 0 && !strchr(".!?:\n", text.ptr[from - 1]))
        from--;
    return str_trim(str_slice(text, from, end));
}

/* ASCII capitals made small; cut to the buffer. */
static struct str folded(char *buffer, size_t bytes, struct str text)
{
    size_t len = text.len < bytes ? text.len : bytes;
    for (size_t i = 0; i < len; i++)
        buffer[i] = (char)(text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? text.ptr[i] | 0x20
                                                                    : text.ptr[i]);
    return (struct str){ buffer, len };
}
