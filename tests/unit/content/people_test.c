/* people.csv as personnel systems write it, and every mistake with its line and column. */
#include "help_folder.h"

static enum err load(struct help *help, const char *text, struct people *out)
{
    help_make_folder(help);
    struct str path = help_write(help, "people.csv", text);
    enum err err = people_load(path, &help->arena, &help->faults, out);
    help_remove_folder(help);
    return err;
}

static void plain_file(void **state)
{
    struct help *help = help_new();
    struct people people = { 0 };
    (void)state;
    enum err err = load(help,
        "id,email,name,role,manager,cohort,timezone,region,start_date,end_date,status,workdays\n"
        "1,Ada@Example.com,Ada,Lead,,Support,Europe/Berlin,DE,2031-01-06,2031-12-31,active,"
        "Mon-Thu\n"
        "2,ben@example.com,\"Ben \"\"B\"\" Sample, Dr.\",Agent,1,Support,,,,,,\"Mon,Wed,Fri\"\n"
        "\n"
        "3,cem@example.com,Cem,Agent,ADA@example.com,Support,,,,,,Sun-Tue\n", &people);
    assert_no_faults(help);
    assert_int_equal(err, OK);
    assert_int_equal(people.rows_len, 3);
    const struct people_row *ada = &people.rows[0], *ben = &people.rows[1], *cem = &people.rows[2];
    assert_true(str_equal(ada->external_id, STR("1")) && str_equal(ada->email,
        STR("ada@example.com")));
    assert_true(str_equal(ada->zone, STR("Europe/Berlin")) && str_equal(ada->region, STR("DE")));
    assert_true(str_equal(ada->role, STR("Lead")) && str_equal(ada->cohort, STR("Support")));
    assert_int_equal(ada->start_day, date_to_day((struct date){ 2031, 1, 6 }));
    assert_int_equal(ada->end_day, date_to_day((struct date){ 2031, 12, 31 }));
    assert_int_equal(ada->workdays, 0x0F);
    assert_true(ada->active && ada->manager.len == 0);
    assert_true(str_equal(ben->name, STR("Ben \"B\" Sample, Dr.")));
    assert_int_equal(ben->workdays, 0x15);
    assert_int_equal(ben->start_day, 0);
    assert_true(str_equal(ben->manager, STR("1")));
    assert_true(str_equal(cem->manager, STR("1")));     /* an e-mail becomes the id */
    assert_int_equal(cem->workdays, 0x43);
    help_free(help);
}

/* Semicolons, byte order mark, Windows lines, other headers in another order,
    names in two columns. */
static void exported_file(void **state)
{
    struct help *help = help_new();
    struct people people = { 0 };
    (void)state;
    enum err err = load(help,
        "\xEF\xBB\xBFLast Name;Salary;First_Name;Work E-Mail;Employee Number;Job Title;Supervisor "
        "ID;"
        "Team;Location Country;Hire Date;Employment Status\r\n"
        "Sample;1;Ada;ada@example.com;0007;\"Lead;Support\";;Blue;DE;2031-01-06;Active\r\n"
        "M\xC3\xBCller;2;Ben;ben@example.com;0008;Agent;0007;Blue;DE;;On Leave\r\n"
        "Gone;3;Cem;none;0009;Agent;0007;Blue;DE;;Terminated\r\n"
        ";;;;;;;;;;\r\n", &people);
    assert_no_faults(help);
    assert_int_equal(err, OK);
    assert_int_equal(people.rows_len,
        2);               /* who left and has no e-mail is not needed */
    assert_true(str_equal(people.rows[0].name, STR("Ada Sample")));
    assert_true(str_equal(people.rows[0].external_id, STR("0007")));
    assert_true(str_equal(people.rows[0].role, STR("Lead;Support")));
    assert_true(str_equal(people.rows[1].name, STR("Ben M\xC3\xBCller")));
    assert_false(people.rows[1].active);
    help_free(help);
}

static const struct { const char *text; int line, column; const char *path, *words; } mistakes[] = {
    { "", 0, 0, "", "the file is empty" },
    { "id,emial,name\n", 1, 1, "", "there is no column 'email'; did you mean it by 'emial'?" },
    { "email,name\n", 1, 1, "", "there is no column 'id'" },
    { "id,email,first_name\n", 1, 1, "",
      "no column 'name', and no 'first_name' with a 'last_name'" },
    { "id,email,name,role,Job Title\n", 1, 20, "", "'role' and 'Job Title' mean the same (role)" },
    { "id,email,name\n1,,Ada\n", 2, 3, "email", "the e-mail is missing" },
    { "id,Work_Email,name\n1,ada,Ada\n", 2, 3, "Work_Email", "'ada' is not an e-mail address" },
    { "id,email,name\n,a@example.com,Ada\n", 2, 1, "id", "the id is missing" },
    { "id,email,name\n1,a@example.com,\n", 2, 17, "name", "the name is missing" },
    { "id,email,name\n1,a@example.com,A\n1,b@example.com,B\n", 3, 1, "id",
      "'1' is here twice; it is already in line 2" },
    { "id,email,name\n1,a@example.com,A\n2,A@EXAMPLE.com,B\n", 3, 3, "email",
      "'a@example.com' is here twice; it is already in line 2" },
    { "id,email,name,manager\n1,a@example.com,A,9\n", 2, 19, "manager",
      "nobody in this file has the id or e-mail '9'" },
    { "id,email,name,manager email\n1,a@example.com,A,x@example.com\n", 2, 19, "manager email",
      "e-mail 'x@example.com'" },
    { "id,email,name,manager\n1,a@example.com,A,1\n", 2, 19, "manager",
      "nobody is their own manager" },
    { "id,email,name,manager\n1,a@example.com,A,3\n2,b@example.com,B,1\n3,c@example.com,C,2\n", 2,
      19, "manager", "in a circle: 1 \xE2\x86\x92 3 \xE2\x86\x92 2 \xE2\x86\x92 1" },
    { "id,email,name,start_date\n1,a@example.com,A,01/06/2031\n", 2, 19, "start_date",
      "write it as 2031-12-24" },
    { "id,email,name,start_date,end_date\n1,a@example.com,A,2031-02-01,2031-01-01\n", 2, 30,
      "end_date", "before the start" },
    { "id,email,name,timezone\n1,a@example.com,A,Berlin (CET)\n", 2, 19, "timezone",
      "write it as Europe/Berlin" },
    { "id,email,name,timezone\n1,a@example.com,A,../../etc/passwd\n", 2, 19, "timezone",
      "not the name of a time zone" },
    { "id,email,name,status\n1,a@example.com,A,activ\n", 2, 19, "status",
      "'activ' is not one of active" },
    { "id,email,name,workdays\n1,a@example.com,A,Mon-Fry\n", 2, 19, "workdays", "Mon,Wed,Fri" },
    { "id,email,name\n1,a@example.com,Sample, Ada\n", 2, 25, "",
      "this row has 4 columns, the first line names 3" },
    { "id,email,name\n1,a@example.com,\"Ada\n2,b@example.com,Ben\n", 2, 17, "", "never closed" },
    { "id,email,name\n1,a@example.com,\"Ada\" Sample\n", 2, 23, "", "goes on after its closing" },
    { "id,email,name\n1,a@example.com,M\xFCller\n", 2, 18, "", "save the file as UTF-8" },
    { "id,email,name\n1,a@example.com,\"A\nB\"\n2,,\xC3\x9C\n", 4, 3, "email", "missing" },
};

static void each_mistake_has_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        struct help *help = help_new();
        struct people people = { 0 };
        if (load(help, mistakes[i].text, &people) == OK)
            fail_msg("accepted:\n%s", mistakes[i].text);
        assert_fault(help, mistakes[i].line, mistakes[i].column, mistakes[i].path,
                     mistakes[i].words);
        assert_int_equal(help->faults.errors, 1);       /* each mistake is said once */
        assert_null(people.rows);
        help_free(help);
    }
}

static void all_mistakes_at_once(void **state)
{
    struct help *help = help_new();
    struct people people = { 0 };
    (void)state;
    assert_int_equal(load(help,
        "id,email,name,manager\n1,a,A,7\n2,b@example.com,,8\n2,c@example.com,C,\n",
                          &people), ERR_INVALID);
    assert_fault(help, 2, 3, "email", "not an e-mail");
    assert_fault(help, 3, 17, "name", "missing");
    help_free(help);
}

/* Who comes back has an old row with the same e-mail: only the present one is given. */
static void people_who_came_back(void **state)
{
    struct help *help = help_new();
    struct people people = { 0 };
    (void)state;
    enum err err = load(help, "id,email,name,status\n1,a@example.com,A,terminated\n"
                              "9,a@example.com,A,active\n", &people);
    assert_no_faults(help);
    assert_int_equal(err, OK);
    assert_int_equal(people.rows_len, 1);
    assert_true(str_equal(people.rows[0].external_id, STR("9")));
    help_free(help);
}

static void a_manager_who_left_is_a_warning(void **state)
{
    struct help *help = help_new();
    struct people people = { 0 };
    (void)state;
    enum err err = load(help, "id,email,name,status,manager\n1,a@example.com,A,terminated,\n"
                              "2,b@example.com,B,active,1\n", &people);
    assert_int_equal(err, OK);
    assert_int_equal(help->faults.warnings, 1);
    assert_fault(help, 3, 26, "manager", "(line 2) is not active");
    help_free(help);
}

static void a_large_company(void **state)
{
    struct help *help = help_new();
    struct people people = { 0 };
    struct buf text = buf_in(&help->arena, 16 << 20);
    (void)state;
    buf_add(&text, STR("id,email,name,manager\n"));
    for (int i = 0; i < 20000; i++)         /* one long chain of managers */
        buf_addf(&text, "%d,p%d@example.com,P%d,%.*s\n", i + 1, i, i,
                 STR_ARG(i ? str_format(&help->arena, "%d", i) : STR_EMPTY));
    assert_false(text.failed);
    help_make_folder(help);
    struct str path = help_write_bytes(help, "people.csv", buf_str(&text));
    enum err err = people_load(path, &help->arena, &help->faults, &people);
    help_remove_folder(help);
    assert_no_faults(help);
    assert_int_equal(err, OK);
    assert_int_equal(people.rows_len, 20000);
    assert_true(str_equal(people.rows[19999].manager, STR("19999")));
    help_free(help);
}

static void no_prefix_crashes(void **state)
{
    struct help *help = help_new();
    struct str text = STR_EMPTY;
    (void)state;
    assert_int_equal(file_read(STR(SOURCE_DIR "/prompts/sample/people.csv"), 1 << 20, &help->arena,
                               &help->faults, &text), OK);
    help_make_folder(help);
    for (size_t len = 0; len < text.len; len++) {
        struct help *part = help_new();
        struct people people = { 0 };
        struct str path = help_write_bytes(help, "people.csv", str_slice(text, 0, len));
        enum err err = people_load(path, &part->arena, &part->faults, &people);
        assert_int_equal(err != OK, part->faults.errors > 0);
        help_free(part);
    }
    help_remove_folder(help);
    help_free(help);
}

/* What a start compares, to know that a file was taken in before. */
static void a_file_is_known_by_its_hash(void **state)
{
    static const char *const texts[] = {
        "id,email,name\n1,a@example.com,A\n", "\xEF\xBB\xBFid,email,name\n1,a@example.com,A\n",
        "id,email,name\n1,a@example.com,B\n",
    };
    struct hash256 seen[COUNT(texts)];
    (void)state;
    struct help *help = help_new();
    help_make_folder(help);
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct people people = { 0 };
        struct str path = help_write(help, "people.csv", texts[i]);
        assert_int_equal(people_load(path, &help->arena, &help->faults, &people), OK);
        seen[i] = people.hash;
        assert_false(hash_is_none(&seen[i]));
        for (size_t j = 0; j < i; j++)
            assert_false(hash_equal(&seen[i], &seen[j]));
    }
    help_remove_folder(help);
    help_free(help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_file),
        cmocka_unit_test(exported_file),
        cmocka_unit_test(each_mistake_has_its_place),
        cmocka_unit_test(all_mistakes_at_once),
        cmocka_unit_test(people_who_came_back),
        cmocka_unit_test(a_manager_who_left_is_a_warning),
        cmocka_unit_test(a_large_company),
        cmocka_unit_test(no_prefix_crashes),
        cmocka_unit_test(a_file_is_known_by_its_hash),
    };
    return cmocka_run_group_tests_name("content/people", tests, NULL, NULL);
}
