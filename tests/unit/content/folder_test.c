/* A whole prompts folder: several files, links, things that are no files,
    and what crosses files. */
#include "help_folder.h"

#include <fcntl.h>

static const char skills[] = "skills:\n  - id: listening\n    name: Listening\n"
                             "    behaviours: [asks one open question]\n";
static const char deck_form[] = "id: %s\ntitle: T\nowner: kim@example.com\nskill: listening\n"
                                "prompts:\n  - id: p\n    kind: reflect\n    ask: q\n";

static void write_deck(struct help *help, const char *name, const char *id)
{
    char text[sizeof deck_form + 64];
    (void)snprintf(text, sizeof text, "id: %s\n%s", id, strchr(deck_form, '\n') + 1);
    help_write(help, name, text);
}

static struct help *folder_new(void)
{
    struct help *help = help_new();
    help_make_folder(help);
    help_make(help, "decks");
    help_write(help, "skills.yaml", skills);
    return help;
}

static void folder_free(struct help *help)
{
    help_remove_folder(help);
    help_free(help);
}

static enum err load(struct help *help, struct content *out)
{
    return content_load(str_from_z(help->folder), STR_EMPTY, NULL, &help->arena, &help->faults,
        out);
}

static void decks_come_sorted_by_id(void **state)
{
    struct help *help = folder_new();
    struct content content = { 0 };
    (void)state;
    write_deck(help, "decks/a.yaml", "zebra");
    write_deck(help, "decks/b.yml", "ant");
    help_write(help, "decks/notes.txt", "not: a deck");
    help_write(help, "decks/.a.yaml.swp", "not a deck");
    help_write(help, "decks/.hidden.yaml", "not a deck");
    enum err err = load(help, &content);
    assert_no_faults(help);
    assert_int_equal(err, OK);
    assert_int_equal(content.decks_len, 2);
    assert_true(str_equal(content.decks[0].id, STR("ant")));
    assert_true(str_equal(content.decks[0].prompts[0].deck, STR("ant")));
    assert_true(str_equal(content.decks[0].file, help_path(help, "decks/b.yml")));
    assert_int_equal(content.skills_len, 1);
    assert_int_equal(content.holidays->len, 0);
    folder_free(help);
}

static void all_files_are_reported_together(void **state)
{
    struct help *help = folder_new();
    struct content content = { 0 };
    (void)state;
    write_deck(help, "decks/a.yaml", "same");
    write_deck(help, "decks/b.yaml", "same");
    help_write(help, "decks/c.yaml", "");
    help_write(help, "decks/d.yaml", "id: d\ntitle: T\nowner: k@example.com\nskill: listenin\n"
                                     "prompts:\n  - id: p\n    kind: reflect\n    ask: q\n");
    struct str days = help_write(help, "holidays.yaml", "- date: 2031-13-01\n");
    enum err err = content_load(str_from_z(help->folder), days, NULL, &help->arena, &help->faults,
                                &content);
    assert_int_equal(err, ERR_INVALID);
    assert_fault(help, 1, 5, "id", "the id 'same' is taken by the deck in");
    assert_fault(help, 0, 0, "", "the file is empty");
    assert_fault(help, 4, 8, "skill",
        "there is no skill 'listenin' in skills.yaml; did you mean 'listening'?");
    assert_fault(help, 1, 9, "[0].date", "not a date");
    assert_int_equal(help->faults.errors, 4);
    assert_null(content.decks);
    folder_free(help);
}

static void owners_are_people(void **state)
{
    struct help *help = folder_new();
    struct content content = { 0 };
    struct people_row rows[] = {
        { .email = STR("kim@example.com"), .role = STR("Agent"), .active = false },
        { .email = STR("lee@example.com"), .role = STR("Lead"), .active = true },
    };
    struct people people = { .rows = rows, .rows_len = 2 };
    (void)state;
    help_write(help, "decks/a.yaml", "id: a\ntitle: T\nowner: kim@example.com\nskill: listening\n"
                                     "audience:\n  roles: [agent, Lead, Led]\n"
                                     "prompts:\n  - id: p\n    kind: reflect\n    ask: q\n");
    enum err err = content_load(str_from_z(help->folder), STR_EMPTY, &people, &help->arena,
                                &help->faults, &content);
    assert_int_equal(err, ERR_INVALID);
    assert_fault(help, 3, 8, "owner",
        "nobody active in the people file has the e-mail kim@example.com");
    assert_fault(help, 6, 24, "audience.roles[2]", "nobody in the people file has the role 'Led'");
    assert_int_equal(help->faults.warnings, 1);
    folder_free(help);
}

/* What a start compares, to know whether anything is new. */
static void every_file_is_in_the_hash(void **state)
{
    static const char *const names[] = { "decks/a.yaml", "skills.yaml", "holidays.yaml" };
    struct content before = { 0 }, after = { 0 };
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct help *help = folder_new();
        write_deck(help, "decks/a.yaml", "a");
        struct str days = help_write(help, "holidays.yaml", "- date: 2031-12-24\n"), text;
        struct str file = str_format(&help->arena, "%s/%s", help->folder, names[i]);
        for (int again = 0; again < 2; again++) {
            assert_int_equal(content_load(str_from_z(help->folder), days, NULL, &help->arena,
                                 &help->faults, &before), OK);
            assert_true(!again || hash_equal(&before.hash, &after.hash));
            after = before;
        }
        assert_int_equal(file_read(file, 1 << 20, &help->arena, &help->faults, &text), OK);
        help_write(help, names[i], str_z(&help->arena, str_format(&help->arena, "%.*s# new\n",
                                                           STR_ARG(text))));
        assert_int_equal(content_load(str_from_z(help->folder), days, NULL, &help->arena,
                             &help->faults, &after), OK);
        assert_false(hash_equal(&before.hash, &after.hash));
        folder_free(help);
    }
}

static void broken_skills_do_not_hide_decks(void **state)
{
    struct help *help = folder_new();
    struct content content = { 0 };
    (void)state;
    help_write(help, "skills.yaml", "skills:\n  - id: a\n    name: A\n    behaviours: [x]\n"
                                    "  - id: a\n    name: B\n    behaviours: [y]\n");
    help_write(help, "decks/a.yaml", "id: a\ntitle: T\nowner: kim\nskill: unknown\n"
                                     "prompts:\n  - id: p\n    kind: reflect\n    ask: q\n");
    assert_int_equal(load(help, &content), ERR_INVALID);
    assert_fault(help, 5, 9, "skills[1].id", "the id 'a' is taken by the skill in line 2");
    assert_fault(help, 3, 8, "owner", "not an e-mail address");
    assert_int_equal(help->faults.errors, 2);
    folder_free(help);
}

static void missing_things_are_named(void **state)
{
    struct help *help = help_new();
    struct content content = { 0 };
    (void)state;
    help_make_folder(help);
    assert_int_equal(load(help, &content), ERR_NOT_FOUND);
    assert_fault(help, 0, 0, "", "there is no such file");
    assert_fault(help, 0, 0, "", "there is no such folder");
    help_make(help, "decks");
    help->faults.count = 0;
    assert_int_equal(load(help, &content), ERR_NOT_FOUND);
    assert_fault(help, 0, 0, "", "there is no *.yaml file here");
    folder_free(help);
}

/* As Kubernetes mounts a config map: each file a link to a link inside the folder. */
static void links_inside_are_followed(void **state)
{
    struct help *help = folder_new();
    struct content content = { 0 };
    (void)state;
    help_make(help, "decks/..2031_03_04");
    write_deck(help, "decks/..2031_03_04/a.yaml", "a");
    assert_int_equal(symlink("..2031_03_04", str_z(&help->arena, help_path(help, "decks/..data"))),
        0);
    assert_int_equal(symlink("..data/a.yaml", str_z(&help->arena, help_path(help, "decks/a.yaml"))),
        0);
    assert_int_equal(load(help, &content), OK);
    assert_no_faults(help);
    assert_int_equal(content.decks_len, 1);
    folder_free(help);
}

static void links_outside_and_devices_are_left_out(void **state)
{
    struct help *help = folder_new(), *other = help_new();
    struct content content = { 0 };
    (void)state;
    help_make_folder(other);
    struct str outside = help_write(other, "x.yaml", "id: x");
    write_deck(help, "decks/a.yaml", "a");
    assert_int_equal(symlink(str_z(&help->arena, outside),
                             str_z(&help->arena, help_path(help, "decks/b.yaml"))), 0);
    assert_int_equal(symlink("/dev/zero", str_z(&help->arena, help_path(help, "decks/c.yaml"))), 0);
    assert_int_equal(symlink("nowhere", str_z(&help->arena, help_path(help, "decks/d.yaml"))), 0);
    assert_int_equal(symlink("e.yaml", str_z(&help->arena, help_path(help, "decks/e.yaml"))), 0);
    assert_int_equal(mkfifo(str_z(&help->arena, help_path(help, "decks/f.yaml")), 0600), 0);
    help_make(help, "decks/g.yaml");
    assert_int_equal(load(help, &content), OK);
    assert_int_equal(content.decks_len, 1);
    assert_int_equal(help->faults.warnings, 6);
    assert_fault(help, 0, 0, "", "this link leads out of the prompts folder");
    assert_fault(help, 0, 0, "", "this link leads nowhere");
    assert_fault(help, 0, 0, "", "this is not a regular file");
    folder_free(other);
    folder_free(help);
}

static void only_regular_files_are_read(void **state)
{
    struct help *help = help_new();
    struct str text = STR("untouched");
    (void)state;
    help_make_folder(help);
    struct str fifo = help_path(help, "fifo"), large = help_write(help, "large", "12345678901");
    assert_int_equal(mkfifo(str_z(&help->arena, fifo), 0600), 0);
    assert_int_equal(file_read(fifo, 10, &help->arena, &help->faults, &text), ERR_REFUSED);
    assert_int_equal(file_read(STR("/dev/zero"), 10, &help->arena, &help->faults, &text),
        ERR_REFUSED);
    assert_int_equal(file_read(str_from_z(help->folder), 10, &help->arena, &help->faults, &text),
                     ERR_REFUSED);
    assert_int_equal(file_read(large, 10, &help->arena, &help->faults, &text), ERR_TOO_BIG);
    assert_int_equal(file_read(help_path(help, "none"), 10, &help->arena, &help->faults, &text),
                     ERR_NOT_FOUND);
    assert_int_equal(help->faults.errors, 5);
    assert_true(str_equal(text, STR("untouched")));
    assert_int_equal(file_read(large, 11, &help->arena, &help->faults, &text), OK);
    assert_int_equal(text.len, 11);
    assert_int_equal(file_read(STR("/proc/self/cmdline"), 4096, &help->arena, &help->faults, &text),
        OK);
    assert_true(text.len > 0);                          /* its size is given as 0 */
    folder_free(help);
}

static void holidays_from_both_kinds_of_file(void **state)
{
    struct help *help = folder_new();
    struct content content = { 0 };
    (void)state;
    write_deck(help, "decks/a.yaml", "a");
    struct str ics = help_write(help, "days.ics",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20311224\r\n"
        "SUMMARY:Closed\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    assert_int_equal(content_load(str_from_z(help->folder), ics, NULL, &help->arena, &help->faults,
                                  &content), OK);
    assert_true(holidays_has(content.holidays, date_to_day((struct date){ 2031, 12, 24 }),
        STR("")));
    struct str yaml = help_write(help, "days.yaml",
        "- date: 2031-12-30\n  until: 2032-01-02\n  name: Closed\n  region: DE\n");
    assert_int_equal(content_load(str_from_z(help->folder), yaml, NULL, &help->arena, &help->faults,
                                  &content), OK);
    assert_int_equal(content.holidays->len, 4);
    assert_true(holidays_has(content.holidays, date_to_day((struct date){ 2032, 1, 1 }),
        STR("DE")));
    assert_false(holidays_has(content.holidays, date_to_day((struct date){ 2032, 1, 1 }),
        STR("US")));
    assert_no_faults(help);
    yaml = help_write(help, "wrong.yaml", "- date: 2031-12-30\n  until: 2031-12-29\n");
    assert_int_equal(content_load(str_from_z(help->folder), yaml, NULL, &help->arena, &help->faults,
                                  &content), ERR_INVALID);
    assert_fault(help, 2, 10, "[0].until", "before the first");
    folder_free(help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decks_come_sorted_by_id),
        cmocka_unit_test(all_files_are_reported_together),
        cmocka_unit_test(owners_are_people),
        cmocka_unit_test(every_file_is_in_the_hash),
        cmocka_unit_test(broken_skills_do_not_hide_decks),
        cmocka_unit_test(missing_things_are_named),
        cmocka_unit_test(links_inside_are_followed),
        cmocka_unit_test(links_outside_and_devices_are_left_out),
        cmocka_unit_test(only_regular_files_are_read),
        cmocka_unit_test(holidays_from_both_kinds_of_file),
    };
    return cmocka_run_group_tests_name("content/folder", tests, NULL, NULL);
}
