/* Who may include whom: dependencies point down, third-party headers stay in their folder, and
 * every public header has a reader. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tidy/tree.h"

/* A folder may always use itself. `core_only`: of core no more than these headers. */
static const struct folder {
    const char *name;
    const char *below[8];
    const char *core_only[6];
} folders[] = {
    { "base", { NULL }, { NULL } },
    { "calendar", { "base" }, { NULL } },
    { "core", { "base", "calendar" }, { NULL } },
    { "content", { "base", "calendar", "core" }, { NULL } },
    { "store", { "base", "core" }, { NULL } },
    { "net", { "base" }, { NULL } },
    { "platform", { "base", "core", "net" },
      { "event.h", "message.h", "delivery.h", "verb.h" } },
    { "sim", { "base", "net" }, { NULL } },
    { "app", { "base", "calendar", "core", "content", "store", "net", "platform" }, { NULL } },
    { "cli", { "base", "calendar", "core", "content", "store", "net", "platform", "app" },
      { NULL } },
};

/* The demo runs a workspace of its own; nothing else in the product knows the simulator. */
static const char *const sim_users[] = {
    "src/cli/demo.c", "src/cli/demo.h", "src/cli/demo_clock.c", "src/cli/demo_company.c",
    "src/cli/demo_hint.c", "src/cli/demo_road.c",
};

static const struct library {
    const char *prefix;
    const char *users[4];               /* folders, or files, below src/ */
} libraries[] = {
    { "utf8proc.h", { "base/text.c" } },
    { "openssl/", { "base/hash.c" } },
    { "yaml.h", { "content/" } },
    { "sqlite3.h", { "store/" } },
    { "uv.h", { "net/" } },
    { "curl/", { "net/" } },
    { "libwebsockets.h", { "net/" } },
    { "microhttpd.h", { "net/" } },
    { "cjson/", { "platform/", "sim/", "app/", "cli/" } },
};

/* Without clock, files, locale or heap. */
static const char *const pure_headers[] = {
    "assert.h", "float.h", "inttypes.h", "limits.h", "math.h", "stdalign.h", "stdarg.h",
    "stdbool.h", "stddef.h", "stdint.h", "string.h",
};

static const char *const system_headers[] = {
    "arpa/inet.h", "ctype.h", "dirent.h", "endian.h", "errno.h", "fcntl.h", "getopt.h", "grp.h",
    "libgen.h", "locale.h", "netdb.h", "netinet/in.h", "netinet/tcp.h", "poll.h", "pthread.h",
    "pwd.h", "signal.h", "stdatomic.h", "stdio.h", "stdlib.h", "strings.h", "sys/file.h",
    "sys/ioctl.h", "sys/mman.h", "sys/prctl.h", "sys/random.h", "sys/resource.h", "sys/socket.h",
    "sys/stat.h", "sys/statvfs.h", "sys/time.h", "sys/types.h", "sys/uio.h", "sys/un.h",
    "sys/utsname.h", "sys/wait.h", "ftw.h", "sysexits.h", "syslog.h", "termios.h", "time.h",
    "unistd.h",
    "malloc.h", "sanitizer/asan_interface.h",
};

/* -- reading -- */

static bool is_one_of(struct str name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count && list[i]; i++)
        if (str_equal(name, str_from_z(list[i])))
            return true;
    return false;
}

/* The name in an #include line and whether it stands in quotes; false for other lines. */
static bool include_of(struct str line, struct str *name, bool *quoted)
{
    line = str_trim(line);
    if (!str_starts_with(line, STR("#")))
        return false;
    line = str_trim(str_slice(line, 1, line.len));
    if (!str_starts_with(line, STR("include")))
        return false;
    line = str_trim(str_slice(line, strlen("include"), line.len));
    if (line.len < 2 || (line.ptr[0] != '"' && line.ptr[0] != '<'))
        return false;
    *quoted = line.ptr[0] == '"';
    line = str_slice(line, 1, line.len);
    *name = str_slice(line, 0, str_find(line, *quoted ? '"' : '>'));
    return true;
}

static struct str first_part(struct str path)
{
    return str_slice(path, 0, str_find(path, '/'));
}

static const struct folder *folder_named(struct str name)
{
    for (size_t i = 0; i < COUNT(folders); i++)
        if (str_equal(name, str_from_z(folders[i].name)))
            return &folders[i];
    return NULL;
}

/* "src/core/x.c", "include/nudged/core/x.h" give "core/x.c", "core/x.h"; others the empty slice. */
static struct str place_of(const struct tree_file *file)
{
    static const char *const roots[] = { "src/", "include/nudged/" };
    struct str path = str_from_z(file->path);
    for (size_t i = 0; i < COUNT(roots); i++)
        if (str_starts_with(path, str_from_z(roots[i])))
            return str_slice(path, strlen(roots[i]), path.len);
    return STR_EMPTY;
}

/* -- the checks of one file -- */

static bool may_use_sim(const struct tree_file *file)
{
    return is_one_of(str_from_z(file->path), sim_users, COUNT(sim_users));
}

/* NULL when the public header `name` ("core/event.h") may be included from `own`. */
static const char *why_not_public(const struct tree_file *file, const struct folder *own,
                                  struct str name)
{
    struct str target = first_part(name);
    struct str header = str_slice(name, target.len + 1, name.len);
    if (!folder_named(target))
        return "there is no such folder";
    if (str_equal(target, str_from_z(own->name)))
        return NULL;
    if (str_equal(target, STR("sim")) && may_use_sim(file))
        return NULL;
    if (!is_one_of(target, own->below, COUNT(own->below)))
        return "the folder may not be used from here";
    if (str_equal(target, STR("core")) && own->core_only[0]
        && !is_one_of(header, own->core_only, COUNT(own->core_only)))
        return "of core only the words of the road may be used from here";
    return NULL;
}

/* Private headers are found below src/; "x.h" alone lies beside its reader. */
static const char *why_not_private(struct str place, const struct folder *own, struct str name)
{
    struct str first = first_part(name);
    if (first.len == name.len)
        return NULL;
    if (folder_named(first) && !str_equal(first, str_from_z(own->name)))
        return "a private header of another folder";
    struct str below = str_slice(place, strlen(own->name) + 1, place.len);
    struct str name_below = folder_named(first) ? str_slice(name, first.len + 1, name.len) : name;
    struct str own_adapter = first_part(below), adapter = first_part(name_below);
    bool in_adapter = own_adapter.len < below.len && adapter.len < name_below.len;
    if (str_equal(str_from_z(own->name), STR("platform")) && in_adapter
        && !str_equal(own_adapter, adapter))
        return "a private header of another platform";
    return NULL;
}

static const char *why_not_library(const struct tree_file *file, struct str place, struct str name)
{
    bool pure = str_starts_with(place, STR("core/"));
    for (size_t i = 0; i < COUNT(libraries); i++) {
        if (!str_starts_with(name, str_from_z(libraries[i].prefix)))
            continue;
        if (path_is(file->path, "include/", ""))
            return "a third-party header in a public one";
        for (size_t j = 0; j < COUNT(libraries[i].users) && libraries[i].users[j]; j++)
            if (str_starts_with(place, str_from_z(libraries[i].users[j])))
                return NULL;
        return "this library may not be used from here";
    }
    if (is_one_of(name, pure_headers, COUNT(pure_headers)))
        return NULL;
    if (!is_one_of(name, system_headers, COUNT(system_headers)))
        return "neither the C library nor a library of ours";
    return pure ? "core is pure" : NULL;
}

static void check_includes(const struct tree_file *file, struct offences *offences)
{
    struct str place = place_of(file), rest = file->text, line, name;
    bool quoted = false;
    bool code = path_is(file->path, "", ".c") || path_is(file->path, "", ".h");
    const struct folder *own = folder_named(first_part(place));
    if (place.len == 0 || !code)
        return;
    if (!own) {
        offence(offences, file->path, 1, "lies in no known folder");
        return;
    }
    for (size_t number = 1; str_next_part(&rest, '\n', &line); number++) {
        if (!include_of(line, &name, &quoted))
            continue;
        const char *why;
        if (!quoted)
            why = why_not_library(file, place, name);
        else if (str_starts_with(name, STR("nudged/")))
            why = why_not_public(file, own, str_slice(name, strlen("nudged/"), name.len));
        else
            why = why_not_private(place, own, name);
        if (why)
            offence(offences, file->path, number, "includes %.*s: %s", STR_ARG(name), why);
    }
}

/* -- the check of the tree -- */

/* `name` as written in an #include: public headers by path, private ones by their last part. */
static bool is_included(const struct tree *tree, struct str name)
{
    for (size_t i = 0; i < tree->len; i++) {
        struct str rest = tree->files[i].text, line, found;
        bool quoted = false;
        while (str_next_part(&rest, '\n', &line))
            if (include_of(line, &found, &quoted) && quoted && str_ends_with(found, name))
                return true;
    }
    return false;
}

static void check_readers(const struct tree *tree, struct offences *offences)
{
    for (size_t i = 0; i < tree->len; i++) {
        const char *path = tree->files[i].path;
        if (!path_is(path, "", ".h") || path_is(path, "tests/", ""))
            continue;
        struct str name = str_from_z(strncmp(path, "include/", 8) == 0 ? path + 8
                                                                       : strrchr(path, '/') + 1);
        /* put before every file by the build */
        if (str_equal(name, STR("nudged/base/banned.h")))
            continue;
        if (!is_included(tree, name))
            offence(offences, path, 1, "nobody includes it");
    }
}

static void includes_point_down(void **state)
{
    (void)state;
    struct tree tree = tree_read();
    struct offences offences = { 0 };
    assert_true(tree.len > 20);
    for (size_t i = 0; i < tree.len; i++)
        check_includes(&tree.files[i], &offences);
    tree_free(&tree);
    assert_int_equal(offences.count, 0);
}

static void every_header_has_a_reader(void **state)
{
    (void)state;
    struct tree tree = tree_read();
    struct offences offences = { 0 };
    check_readers(&tree, &offences);
    tree_free(&tree);
    assert_int_equal(offences.count, 0);
}

/* -- the checks find what they look for -- */

static const struct sample {
    const char *path, *text;
    size_t expected;
} samples[] = {
    { "src/core/x.c", "#include \"nudged/base/str.h\"\n#include <math.h>\n", 0 },
    { "src/core/x.c", "#include \"nudged/calendar/zone.h\"\n", 0 },
    { "src/core/x.c", "  #  include \"nudged/store/store.h\"\n", 1 },
    { "src/core/x.c", "#include <time.h>\n", 1 },
    { "src/core/x.c", "#include <stdio.h>\n", 1 },
    { "src/core/x.c", "#include <cjson/cJSON.h>\n", 1 },
    { "src/core/x.c", "#include \"core/x.h\"\n#include \"x.h\"\n#include \"core/kinds/y.h\"\n", 0 },
    { "src/core/x.c", "#include \"base/utf8.h\"\n", 1 },
    { "src/core/x.c", "/* #include <time.h> */\n", 0 },
    { "src/base/x.c", "#include \"nudged/core/event.h\"\n", 1 },
    { "src/base/x.c", "#include <utf8proc.h>\n", 1 },
    { "src/base/text.c", "#include <utf8proc.h>\n", 0 },
    { "src/base/hash.c", "#include <openssl/sha.h>\n", 0 },
    { "src/calendar/x.c", "#include \"nudged/core/event.h\"\n", 1 },
    { "src/content/x.c", "#include <yaml.h>\n#include \"nudged/core/prompt.h\"\n", 0 },
    { "src/content/x.c", "#include \"nudged/store/store.h\"\n", 1 },
    { "src/store/x.c", "#include <sqlite3.h>\n#include \"nudged/core/plan.h\"\n", 0 },
    { "src/store/x.c", "#include \"nudged/net/loop.h\"\n", 1 },
    { "src/app/x.c", "#include <sqlite3.h>\n", 1 },
    { "src/net/x.c", "#include <uv.h>\n#include <curl/curl.h>\n#include <libwebsockets.h>\n", 0 },
    { "src/net/x.c", "#include \"nudged/core/event.h\"\n", 1 },
    { "src/platform/slack/x.c", "#include \"nudged/core/event.h\"\n", 0 },
    { "src/platform/slack/x.c", "#include \"nudged/core/facts.h\"\n", 1 },
    { "src/platform/slack/x.c", "#include \"platform/slack/json.h\"\n#include \"json.h\"\n", 0 },
    { "src/platform/slack/x.c", "#include \"platform/teams/json.h\"\n", 1 },
    { "src/platform/registry.c", "#include \"platform/teams/teams.h\"\n", 0 },
    { "src/platform/slack/x.c", "#include \"nudged/store/store.h\"\n", 1 },
    { "src/sim/x.c", "#include <cjson/cJSON.h>\n#include \"nudged/net/listen.h\"\n", 0 },
    { "src/sim/x.c", "#include \"nudged/core/message.h\"\n", 1 },
    { "src/sim/x.c", "#include \"nudged/platform/platform.h\"\n", 1 },
    { "src/app/x.c", "#include \"nudged/sim/sim.h\"\n", 1 },
    { "src/cli/run.c", "#include \"nudged/sim/sim.h\"\n", 1 },
    { "src/cli/demo.c", "#include \"nudged/sim/sim.h\"\n#include \"nudged/app/app.h\"\n", 0 },
    { "src/app/x.c", "#include \"nudged/cli/main.h\"\n", 1 },
    { "src/app/x.c", "#include <jansson.h>\n", 1 },
    { "src/app/x.c", "#include \"nudged/elsewhere/x.h\"\n", 1 },
    { "src/elsewhere/x.c", "int x;\n", 1 },
    { "include/nudged/net/x.h", "#include <uv.h>\n", 1 },
    { "include/nudged/net/x.h", "#include <stdint.h>\n#include \"nudged/base/str.h\"\n", 0 },
    { "include/nudged/base/x.h", "#include \"nudged/net/loop.h\"\n", 1 },
    { "tests/flow/x_test.c", "#include <uv.h>\n", 0 },
};

static void checks_of_includes_can_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct tree_file file = { .text = str_from_z(samples[i].text) };
        struct offences offences = { .quiet = true };
        snprintf(file.path, sizeof file.path, "%s", samples[i].path);
        check_includes(&file, &offences);
        if (offences.count != samples[i].expected)
            fail_msg("%s with %s: %zu offences, expected %zu", samples[i].path, samples[i].text,
                     offences.count, samples[i].expected);
    }
}

static void checks_of_readers_can_fail(void **state)
{
    (void)state;
    struct tree_file files[] = {
        { "include/nudged/base/x.h", STR("int x;\n") },
        { "src/net/y.h", STR("int y;\n") },
        { "src/net/a.c", STR("#include \"nudged/base/x.h\"\n#include \"net/y.h\"\n") },
    };
    struct tree tree = { files, COUNT(files) };
    struct offences offences = { .quiet = true };
    check_readers(&tree, &offences);
    assert_int_equal(offences.count, 0);
    files[2].text = STR("/* \"nudged/base/x.h\" */\n");
    check_readers(&tree, &offences);
    assert_int_equal(offences.count, 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_of_includes_can_fail),
        cmocka_unit_test(checks_of_readers_can_fail),
        cmocka_unit_test(includes_point_down),
        cmocka_unit_test(every_header_has_a_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
