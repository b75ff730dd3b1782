/* Reads from the app's manifest the few things Slack enforces: bot scopes, subscribed events, slash
 * commands, which tabs exist.
 *
 * Refuses to be a YAML parser: it finds a key and then either a [flow, list], the "- item" lines
 * below it, or one word. Odd decision: an empty manifest grants everything, so that a test about
 * something else need not carry one. */
#include "sim/inside.h"

static bool find_key(struct str manifest, struct str key, struct str *behind, size_t *indent);
static bool next_word(struct str *rest, struct str *word);
static struct str list_behind(struct str behind, size_t indent);
static bool is_word_byte(char c);

bool sim_manifest_lists(struct str manifest, struct str key, struct str word)
{
    struct str behind, found;
    size_t indent;
    if (str_is_empty(str_trim(manifest)))
        return true;
    if (!find_key(manifest, key, &behind, &indent))
        return false;
    struct str list = list_behind(behind, indent);
    while (next_word(&list, &found)) {
        if (str_equal(found, word))
            return true;
    }
    return false;
}

bool sim_manifest_allows(struct str manifest, struct str key)
{
    struct str behind, word;
    size_t indent;
    if (!find_key(manifest, key, &behind, &indent))
        return true;
    return !next_word(&behind, &word) || !str_equal(word, STR("false"));
}

bool sim_manifest_has_command(struct str manifest, struct str command)
{
    if (str_is_empty(str_trim(manifest)))
        return true;
    struct str rest = manifest, behind, word;
    size_t indent;
    while (find_key(rest, STR("command"), &behind, &indent)) {
        rest = behind;
        if (next_word(&behind, &word) && str_equal(word, command))
            return true;
    }
    return false;
}

void sim_manifest_scopes(struct str manifest, struct buf *out)
{
    struct str behind, word;
    size_t indent;
    if (!find_key(manifest, STR("bot"), &behind, &indent))
        return;
    struct str list = list_behind(behind, indent);
    for (bool first = true; next_word(&list, &word); first = false) {
        if (!first)
            buf_add_byte(out, ',');
        buf_add(out, word);
    }
}

/* The text behind `key:` and the column the key stands in. Comment lines do not count. */
static bool find_key(struct str manifest, struct str key, struct str *behind, size_t *indent)
{
    size_t line_start = 0;
    bool comment = false;
    for (size_t i = 0; i + key.len < manifest.len; i++) {
        char c = manifest.ptr[i];
        if (c == '\n') {
            line_start = i + 1;
            comment = false;
        } else if (c == '#') {
            comment = true;
        }
        bool starts = i == 0 || !is_word_byte(manifest.ptr[i - 1]);
        if (comment || !starts || !str_equal(str_slice(manifest, i, i + key.len), key))
            continue;
        size_t at = i + key.len;
        if (at < manifest.len && manifest.ptr[at] == '"')
            at++;
        if (at < manifest.len && manifest.ptr[at] == ':') {
            *behind = str_slice(manifest, at + 1, manifest.len);
            *indent = i - line_start;
            return true;
        }
    }
    return false;
}

/* Either what stands in [ ], or the lines below that start with "-". */
static struct str list_behind(struct str behind, size_t indent)
{
    struct str line, rest = behind, head = str_trim(str_slice(behind, 0, 1));
    while (str_is_empty(head) && behind.len > 0 && behind.ptr[0] != '\n') {
        behind = str_slice(behind, 1, behind.len);
        head = str_trim(str_slice(behind, 0, 1));
    }
    if (str_equal(head, STR("[")))
        return str_slice(behind, 1, str_find(behind, ']'));
    size_t end = 0;
    str_next_part(&rest, '\n', &line);
    while (str_next_part(&rest, '\n', &line)) {
        size_t column = (size_t)(str_trim(line).ptr - line.ptr);
        bool item = str_starts_with(str_trim(line), STR("-")) && column >= indent;
        bool comment = str_starts_with(str_trim(line), STR("#")) || str_is_empty(str_trim(line));
        if (!item && !comment)
            break;
        end = (size_t)(line.ptr + line.len - behind.ptr);
    }
    return str_slice(behind, 0, end);
}

static bool next_word(struct str *rest, struct str *word)
{
    size_t from = 0;
    while (from < rest->len) {
        if (rest->ptr[from] == '#')
            from += str_find(str_slice(*rest, from, rest->len), '\n');
        else if (is_word_byte(rest->ptr[from]) && rest->ptr[from] != '-')
            break;
        else
            from++;
    }
    size_t to = from;
    while (to < rest->len && is_word_byte(rest->ptr[to]))
        to++;
    *word = str_slice(*rest, from, to);
    *rest = str_slice(*rest, to, rest->len);
    return word->len > 0;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == ':' || c == '/' || c == '-';
}
