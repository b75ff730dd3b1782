/* The configuration file: what arrives, what is refused, and that no token is ever repeated. */
#include "help_folder.h"

#include <unistd.h>

static const char good[] =
    "organisation: Example Bikes\n"                         /* 1 */
    "legal_basis: Our legitimate interest\n"
    "state_dir: state\n"
    "content: ../prompts\n"
    "people: people.csv\n"                                  /* 5 */
    "holidays: /srv/holidays.ics\n"
    "timezone: Europe/Berlin\n"
    "admins: [Robin@Example.com]\n"
    "hours:\n"
    "  from: \"08:00\"\n"                                  /* 10 */
    "  to: 17:15\n"
    "  days: [mon, tue, sat]\n"
    "cap: 2\n"
    "visibility: team\n"
    "digest:\n"                                             /* 15 */
    "  weekday: tue\n"
    "  time: \"07:45\"\n"
    "slack:\n"
    "  api_url: http://127.0.0.1:8080/api/\n"
    "  posts_per_second: 0.5\n"                             /* 20 */
    "log:\n"
    "  format: json\n";

static enum err load(struct help *help, const char *text, struct config *out)
{
    help_make_folder(help);
    struct str path = help_write(help, "nudged.yaml", text);
    enum err err = config_load(path, &help->arena, &help->faults, out);
    help_remove_folder(help);
    return err;
}

/* "nudged -c ./nudged.yaml": a folder of one character is a folder all the same. */
static void a_short_folder_is_a_folder(void **state)
{
    struct help *help = help_new();
    struct config config = { 0 };
    char old[4096];
    (void)state;
    help_make_folder(help);
    (void)help_write(help, "nudged.yaml", good);
    assert_non_null(getcwd(old, sizeof(old)));
    assert_int_equal(chdir(help->folder), 0);
    enum err err = config_load(STR("./nudged.yaml"), &help->arena, &help->faults, &config);
    assert_int_equal(chdir(old), 0);
    help_remove_folder(help);
    assert_int_equal(err, OK);
    assert_true(str_equal(config.people_file, STR("./people.csv")));
    help_free(help);
}

static void every_setting_arrives(void **state)
{
    struct help *help = help_new();
    struct config config = { 0 };
    (void)state;
    enum err err = load(help, good, &config);
    assert_no_faults(help);
    assert_int_equal(err, OK);
    const struct settings *settings = &config.settings;
    assert_true(str_equal(settings->organisation, STR("Example Bikes")));
    assert_true(str_equal(settings->legal_basis, STR("Our legitimate interest")));
    assert_true(str_equal(settings->zone, STR("Europe/Berlin")));
    assert_int_equal(settings->hours.from_minute, 480);
    assert_int_equal(settings->hours.to_minute, 17 * 60 + 15);
    assert_int_equal(settings->hours.workdays, 0x23);
    assert_int_equal(settings->cap, 2);
    assert_int_equal(settings->new_per_week, 3);
    assert_int_equal(settings->min_gap_days, 7);
    assert_int_equal(settings->visibility, VISIBILITY_TEAM);
    assert_int_equal(settings->digest_weekday, 1);
    assert_int_equal(settings->digest_minute, 7 * 60 + 45);
    assert_int_equal(settings->admins_len, 1);
    assert_true(str_equal(settings->admins[0], STR("robin@example.com")));
    assert_int_equal(settings->only_len, 0);
    assert_true(str_equal(config.state_folder, help_path(help, "state")));
    assert_true(str_equal(config.prompts_folder, help_path(help, "../prompts")));
    assert_true(str_equal(config.people_file, help_path(help, "people.csv")));
    assert_true(str_equal(config.holidays_file, STR("/srv/holidays.ics")));
    assert_true(str_equal(config.slack_api_url, STR("http://127.0.0.1:8080/api/")));
    assert_true(config.slack_posts_per_second > 0.49 && config.slack_posts_per_second < 0.51);
    assert_true(str_equal(config.log_format, STR("json")));
    help_free(help);
}

static void what_is_left_out_has_a_default(void **state)
{
    struct help *help = help_new();
    struct config config = { 0 };
    (void)state;
    enum err err = load(help, "organisation: E\nlegal_basis: L\ncontent: c\npeople: p\n"
                              "timezone: Asia/Kolkata\nadmins:\n  - a@example.com\n", &config);
    assert_no_faults(help);
    assert_int_equal(err, OK);
    assert_int_equal(config.settings.hours.from_minute, HOURS_DEFAULT_FROM_MINUTE);
    assert_int_equal(config.settings.hours.to_minute, HOURS_DEFAULT_TO_MINUTE);
    assert_int_equal(config.settings.hours.workdays, HOURS_DEFAULT_WORKDAYS);
    assert_int_equal(config.settings.cap, 1);
    assert_int_equal(config.settings.visibility, VISIBILITY_SKILLS);
    assert_int_equal(config.settings.digest_weekday, 0);
    assert_int_equal(config.settings.digest_minute, 510);
    assert_true(str_equal(config.slack_api_url, STR("https://slack.com/api/")));
    assert_true(config.slack_posts_per_second > 0.99 && config.slack_posts_per_second < 1.01);
    assert_true(str_equal(config.state_folder, STR("/var/lib/nudged")));
    assert_int_equal(config.holidays_file.len, 0);
    assert_true(str_equal(config.log_format, STR("auto")));
    help_free(help);
}

static void the_file_we_ship_is_good(void **state)
{
    struct help *help = help_new();
    struct config config = { 0 };
    (void)state;
    enum err err = config_load(STR(SOURCE_DIR "/deploy/nudged.yaml"), &help->arena, &help->faults,
                               &config);
    assert_no_faults(help);
    assert_int_equal(err, OK);
    assert_true(str_equal(config.people_file, STR(SOURCE_DIR "/deploy/people.csv")));
    help_free(help);
}

static const struct { const char *from, *to; int line, column; const char *path, *words; }
mistakes[] = {
    { "legal_basis: Our legitimate interest\n", "", 1, 1, "", "'legal_basis' is missing" },
    { "organisation:", "organization:", 1, 1, "", "did you mean 'organisation'?" },
    { "cap: 2", "cap: 4", 13, 6, "cap", "'4' is not a whole number from 1 to 3" },
    { "cap: 2", "cap: two", 13, 6, "cap", "'two' is not a whole number" },
    { "from: \"08:00\"", "from: 8 am", 10, 9, "hours.from", "write it as \"09:30\"" },
    { "to: 17:15", "to: 07:15", 10, 3, "hours", "'to' must be later than 'from'" },
    { "to: 17:15", "too: 17:15", 11, 3, "hours", "unknown key 'too'; did you mean 'to'?" },
    { "sat]", "satt]", 12, 20, "hours.days", "'satt' is not a weekday" },
    { "weekday: tue", "weekday: tues", 16, 12, "digest.weekday", "did you mean 'tue'?" },
    { "time: \"07:45\"", "time: \"24:00\"", 17, 9, "digest.time", "not a time of day" },
    { "visibility: team", "visibility: all", 14, 13, "visibility", "not one of skills, team" },
    { "http://127.0.0.1:8080", "http://slack.example.com", 19, 12, "slack.api_url",
      "not an https address" },
    { "Europe/Berlin", "Berlin time", 7, 11, "timezone", "write it as Europe/Berlin" },
    { "[Robin@Example.com]", "[]", 8, 9, "admins", "there are 0 of these" },
    { "[Robin@Example.com]", "Robin@Example.com", 8, 9, "admins", "a list belongs here" },
    { "[Robin@Example.com]", "[robin]", 8, 10, "admins[0]", "not an e-mail address" },
    { "log:\n  format: json\n", "log: json\n", 21, 6, "log", "'key: value' lines belong here" },
};

static char *changed(struct help *help, const char *from, const char *to)
{
    const char *at = strstr(good, from);
    assert_non_null(at);
    return str_z(&help->arena, str_format(&help->arena, "%.*s%s%s", (int)(at - good), good, to,
                                          at + strlen(from)));
}

static void each_mistake_has_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        struct help *help = help_new();
        struct config config = { 0 };
        enum err err = load(help, changed(help, mistakes[i].from, mistakes[i].to), &config);
        if (err != ERR_INVALID)
            fail_msg("accepted: %s", mistakes[i].to);
        assert_fault(help, mistakes[i].line, mistakes[i].column, mistakes[i].path,
                     mistakes[i].words);
        assert_int_equal(config.settings.cap, 0);       /* untouched */
        help_free(help);
    }
}

static void tokens_are_refused_and_never_repeated(void **state)
{
    static const char *const lines[] = {
        "  bot_token: xo" "xb-1234-example\n", "  token: \"xo" "xp-1234-example\"\n",
            "# xa" "pp-1-A1234-example\n",
        "  xo" "xe.xo" "xb-1234-example: 1\n",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct help *help = help_new();
        struct config config = { 0 };
        char *text = str_z(&help->arena, str_format(&help->arena, "%s%s", good, lines[i]));
        assert_int_equal(load(help, text, &config), ERR_REFUSED);
        assert_int_equal(help->faults.errors, 1);
        assert_int_equal(help->faults.items[0].line, 23);
        struct str printed = str_from_z(help_print(help));
        assert_true(str_contains(printed, STR("looks like a token")));
        assert_false(str_contains(printed, STR("1234")));
        help_free(help);
    }
}

static void admins_must_be_people(void **state)
{
    struct help *help = help_new();
    struct people_row rows[] = { { .email = STR("robin@example.com") } };
    struct people people = { .rows = rows, .rows_len = 1 };
    (void)state;
    help_make_folder(help);
    struct str path = help_write(help, "nudged.yaml", changed(help, "cap: 2\n",
                                 "cap: 2\nonly:\n  - robin@example.com\n  - eve@example.com\n"));
    assert_int_equal(config_check_people(path, &people, &help->arena, &help->faults), ERR_INVALID);
    assert_int_equal(help->faults.errors, 1);
    assert_fault(help, 16, 5, "only[1]",
        "nobody in the people file has the e-mail 'eve@example.com'");
    help_write(help, "nudged.yaml", good);
    assert_int_equal(config_check_people(path, &people, &help->arena, &help->faults), OK);
    help_remove_folder(help);
    help_free(help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_setting_arrives),
        cmocka_unit_test(a_short_folder_is_a_folder),
        cmocka_unit_test(what_is_left_out_has_a_default),
        cmocka_unit_test(the_file_we_ship_is_good),
        cmocka_unit_test(each_mistake_has_its_place),
        cmocka_unit_test(tokens_are_refused_and_never_repeated),
        cmocka_unit_test(admins_must_be_people),
    };
    return cmocka_run_group_tests_name("content/config", tests, NULL, NULL);
}
