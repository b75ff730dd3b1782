/* Bytes that are not, or not quite, a TZif file: hand-made files, every prefix, every flipped
 * bit. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/calendar/zone.h"

enum { FILE_MAX = 8192 };

struct file { size_t len; char bytes[FILE_MAX]; };

static void put(struct file *file, const void *bytes, size_t len)
{
    assert_true(file->len + len <= FILE_MAX);
    memcpy(file->bytes + file->len, bytes, len);
    file->len += len;
}

static void put_number(struct file *file, int64_t number, size_t len)
{
    for (size_t i = len; i-- > 0;)
        put(file, &(char){ (char)(number >> (8 * i)) }, 1);
}

static void put_header(struct file *file, char version, const uint32_t counts[6])
{
    put(file, "TZif", 4);
    put(file, &version, 1);
    put(file, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 15);
    for (size_t i = 0; i < 6; i++)
        put_number(file, counts[i], 4);
}

/* counts: isut, isstd, leap, time, type, char */
static const uint32_t no_block[6] = { 0, 0, 0, 0, 1, 1 };

static void put_first_block(struct file *file, char version)
{
    put_header(file, version, no_block);
    put_number(file, 0, 4);
    put(file, "\0\0\0", 3);
}

/* A version 2+ file with two changes, types of +1 h and +2 h, and this footer. */
static struct file two_changes(int64_t first, int64_t second, const char *footer)
{
    struct file file = { 0 };
    put_first_block(&file, '3');
    put_header(&file, '3', (const uint32_t[6]){ 2, 2, 0, 2, 2, 8 });
    put_number(&file, first, 8);
    put_number(&file, second, 8);
    put(&file, "\1\0", 2);
    put_number(&file, 3600, 4);
    put(&file, "\0\0", 2);
    put_number(&file, 7200, 4);
    put(&file, "\1\4", 2);
    put(&file, "AAA\0BBB\0", 8);
    put(&file, "\0\0\0\0", 4);
    put(&file, footer, strlen(footer));
    return file;
}

/* From a block of exactly that size, so that one byte too far is seen. */
static enum err load(const char *bytes, size_t len, struct zone **out)
{
    char *exact = malloc(len ? len : 1);
    assert_non_null(exact);
    memcpy(exact, bytes, len);
    enum err err = zone_from_bytes(STR("Test/Zone"), (struct str){ exact, len }, out);
    free(exact);
    return err;
}

static int32_t offset_at(const struct zone *zone, int64_t t)
{
    return zone_offset_s(zone, (struct instant){ t * 1000 });
}

static void a_small_file_reads_as_written(void **state)
{
    (void)state;
    struct file file = two_changes(1000, 2000, "\n\n");
    struct zone *zone = NULL;
    assert_int_equal(load(file.bytes, file.len, &zone), OK);
    assert_true(str_equal(zone_name(zone), STR("Test/Zone")));
    assert_int_equal(offset_at(zone, 999), 3600);
    assert_int_equal(offset_at(zone, 1000), 7200);
    assert_int_equal(offset_at(zone, 1999), 7200);
    assert_int_equal(offset_at(zone, 2000), 3600);
    assert_int_equal(offset_at(zone, 99999999), 3600);      /* no footer: it stays */
    zone = zone_free(zone);

    struct file old = { 0 };                                /* version 1: 32 bits, no footer */
    put_header(&old, '\0', (const uint32_t[6]){ 0, 0, 0, 1, 2, 4 });
    put_number(&old, -5000, 4);
    put(&old, "\1", 1);
    put_number(&old, -3600, 4);
    put(&old, "\0\0", 2);
    put_number(&old, 1800, 4);
    put(&old, "\0\0AAA\0", 6);
    assert_int_equal(load(old.bytes, old.len, &zone), OK);
    assert_int_equal(offset_at(zone, -5001), -3600);
    assert_int_equal(offset_at(zone, -5000), 1800);
    (void)zone_free(zone);
}

static void footers(void **state)
{
    (void)state;
    static const struct { const char *footer; bool good; int64_t at; int32_t offset_s; } rows[] = {
        { "\nCET-1CEST,M3.5.0,M10.5.0/3\n", true, 1774746000, 7200 },        /* 2026-03-29T01:00Z */
        { "\nCET-1CEST,M3.5.0,M10.5.0/3\n", true, 1774745999, 3600 },
        { "\nCET-1CEST,M3.5.0,M10.5.0/3\n", true, 1792890000, 3600 },        /* 2026-10-25T01:00Z */
        { "\nCET-1CEST,M3.5.0,M10.5.0/3\n", true, 1792889999, 7200 },
        { "\nIST-1GMT0,M10.5.0,M3.5.0/1\n", true, 1774745999, 0 },        /* negative summer time */
        { "\nIST-1GMT0,M10.5.0,M3.5.0/1\n", true, 1774746000, 3600 },
        { "\n<-02>2<-01>,M3.5.0/-1,M10.5.0/0\n", true, 1774745999, -7200 },   /* hours below zero */
        { "\n<-02>2<-01>,M3.5.0/-1,M10.5.0/0\n", true, 1774746000, -3600 },
        { "\nEST5EDT,0/0,J365/25\n", true, 1767243600, -14400 },             /* summer all year */
        { "\nEST5EDT,0/0,J365/25\n", true, 1767243599, -14400 },
        { "\nXXX3EDT4,0/0,J365/23\n", true, 1767236400, -14400 },
        { "\nXXX3EDT4,0/0,J365/23\n", true, 1782864000, -14400 },
        { "\nAAA0BBB,J60,J300\n", true, 1709259600, 3600 },    /* J60 is 1 March, also in 2024 */
        { "\nAAA0BBB,J60,J300\n", true, 1709258399, 0 },
        { "\nAAA0BBB,59,300\n", true, 1709172000, 3600 },      /* day 59 of 2024 is 29 February */
        { "\nAAA0BBB,59,300\n", true, 1709171999, 0 },
        { "\nAAA-5:30:15\n", true, 0x7fffffff, 19815 },
        { "\n<+0330>-3:30\n", true, 0x7fffffff, 12600 },
        { "\nAAA24:59:59\n", true, 0x7fffffff, -89999 },
        { "\nAAA-24:59:59BBB,0,J365\n", true, 1782864000, 93599 },
        { "\nAAA25\n", false, 0, 0 }, { "\nAAA\n", false, 0, 0 }, { "\nAA0\n", false, 0, 0 },
        { "\n<AAA0\n", false, 0, 0 }, { "\n<>0\n", false, 0, 0 }, { "\nAAA0BBB\n", false, 0, 0 },
        { "\nAAA0BBB,M3.5.0\n", false, 0, 0 }, { "\nAAA0BBB,M13.5.0,M1.1.1\n", false, 0, 0 },
        { "\nAAA0BBB,M3.6.0,M1.1.1\n", false, 0, 0 }, { "\nAAA0BBB,M3.5.7,M1.1.1\n", false, 0, 0 },
        { "\nAAA0BBB,M3.0.0,M1.1.1\n", false, 0, 0 }, { "\nAAA0BBB,J0,J1\n", false, 0, 0 },
        { "\nAAA0BBB,J366,J1\n", false, 0, 0 }, { "\nAAA0BBB,366,1\n", false, 0, 0 },
        { "\nAAA0BBB,1/168,2\n", false, 0, 0 },
        { "\nAAA0BBB,1/167:59:59,20\n", true, 1768200000, 3600 },
        { "\nAAA0BBB,1/-167,20/1:60\n", false, 0, 0 }, { "\nAAA0BBB,1,20,\n", false, 0, 0 },
        { "\nAAA0BBB,1,20 \n", false, 0, 0 }, { "\nAAA0:\n", false, 0, 0 },
        { "\nAAA9999\n", false, 0, 0 },
        { "\nAAA0", false, 0, 0 }, { "AAA0\n", false, 0, 0 }, { "\n", false, 0, 0 },
        { "", false, 0, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct file file = two_changes(1000, 2000, rows[i].footer);
        struct zone *zone = NULL;
        enum err err = load(file.bytes, file.len, &zone);
        if (err != (rows[i].good ? OK : ERR_SYNTAX))
            fail_msg("row %zu: %s", i, err_name(err));
        if (rows[i].good && offset_at(zone, rows[i].at) != rows[i].offset_s)
            fail_msg("row %zu: offset %d", i, (int)offset_at(zone, rows[i].at));
        (void)zone_free(zone);
    }
}

static void a_change_a_week_outside_its_year(void **state)
{
    (void)state;
    /* Summer from 1 January less 167 hours: 25 December 01:00 of the year before. */
    struct file file = two_changes(1000, 2000, "\nAAA0BBB,0/-167,J10\n");
    struct zone *zone = NULL;
    assert_int_equal(load(file.bytes, file.len, &zone), OK);
    assert_int_equal(offset_at(zone, 1766624399), 0);           /* 2025-12-25T00:59:59Z */
    assert_int_equal(offset_at(zone, 1766624400), 3600);
    assert_int_equal(offset_at(zone, 1768006799), 3600);        /* 2026-01-10T00:59:59Z */
    assert_int_equal(offset_at(zone, 1768006800), 0);
    (void)zone_free(zone);
}

static void a_gap_soon_after_another_change(void **state)
{
    (void)state;
    /* On 1 January 1970: +2 h, from 00:33:20Z +1 h, from 09:00Z +3 h: a gap from 10:00 to 12:00. */
    struct file file = two_changes(-172800, 2000, "\nAAA-1BBB-3,J1/10,J200\n");
    struct zone *zone = NULL;
    assert_int_equal(load(file.bytes, file.len, &zone), OK);
    assert_true(zone_instant(zone, (struct local){ 0, 660 }).utc_ms == 36000000);
    assert_int_equal(zone_local(zone, (struct instant){ 36000000 }).minute, 780);
    assert_true(zone_instant(zone, (struct local){ 0, 599 }).utc_ms == 32340000);
    assert_true(zone_instant(zone, (struct local){ 0, 720 }).utc_ms == 32400000);
    (void)zone_free(zone);
}

static void unsound_files_are_refused(void **state)
{
    (void)state;
    struct zone *zone = NULL;
    struct file file = two_changes(2000, 2000, "\n\n");                     /* not ascending */
    assert_int_equal(load(file.bytes, file.len, &zone), ERR_SYNTAX);
    file = two_changes(1000, 2000, "\n\n");
    size_t second = 44 + 7 + 44;
    static const struct { size_t at; char byte; } rows[] = {
        { 0, 'X' }, { 4, '1' },
        { 44 + 7, 'X' },                    /* second magic */
        { 44 + 7 + 23, 1 },                 /* isut count neither 0 nor that of the types */
        { 44 + 7 + 20, 127 },               /* a huge count */
        { 44 + 7 + 32, 127 },
        { 44 + 7 + 31, 1 },                 /* leap seconds */
        { 44 + 7 + 39, 0 },                 /* no types */
        { 44 + 7 + 43, 0 },                 /* no names */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct file bad = file;
        bad.bytes[rows[i].at] = rows[i].byte;
        assert_int_equal(load(bad.bytes, bad.len, &zone), ERR_SYNTAX);
    }
    static const struct { size_t at; char byte; } inside[] = {
        { 16, 2 },                          /* a kind that is no type */
        { 18, 127 },                        /* an offset of years */
        { 22, 2 },                          /* summer is 0 or 1 */
        { 23, 8 },                          /* a name outside the names */
    };
    for (size_t i = 0; i < COUNT(inside); i++) {
        struct file bad = file;
        bad.bytes[second + inside[i].at] = inside[i].byte;
        assert_int_equal(load(bad.bytes, bad.len, &zone), ERR_SYNTAX);
    }
    assert_null(zone);
    assert_int_equal(load(file.bytes, file.len, &zone), OK);
    zone = zone_free(zone);

    size_t leap_at = second + 16 + 2 + 12 + 8;      /* well-formed, but with a leap second */
    memmove(file.bytes + leap_at + 12, file.bytes + leap_at, file.len - leap_at);
    memset(file.bytes + leap_at, 0, 12);
    file.len += 12;
    file.bytes[44 + 7 + 31] = 1;
    assert_int_equal(load(file.bytes, file.len, &zone), ERR_SYNTAX);
}

static struct file real_file(const char *path)
{
    struct file file = { 0 };
    FILE *from = fopen(path, "rb");
    assert_non_null(from);
    file.len = fread(file.bytes, 1, sizeof file.bytes, from);
    (void)fclose(from);
    assert_true(file.len > 100 && file.len < sizeof file.bytes);
    return file;
}

static void use(const struct zone *zone)
{
    static const int64_t times[] = { INT64_MIN, -4e12, 0, 1774746000000, 3e12, 4e12, INT64_MAX };
    for (size_t i = 0; i < COUNT(times); i++) {
        struct local local = zone_local(zone, (struct instant){ times[i] });
        assert_in_range(local.minute, 0, 1439);
        struct instant back = zone_instant(zone, local);
        struct local again = zone_local(zone, back);
        /* A local time that exists comes back; not at the clamped ends of time, and not where a
         * damaged offset has seconds, which a local time cannot carry. */
        bool whole_minutes = zone_offset_s(zone, (struct instant){ times[i] }) % 60 == 0;
        if (whole_minutes && times[i] != INT64_MIN && times[i] != INT64_MAX) {
            assert_int_equal(again.day, local.day);
            assert_int_equal(again.minute, local.minute);
        }
    }
}

static void every_prefix_of_a_real_file_is_refused(void **state)
{
    (void)state;
    static const char *const paths[] = { "/usr/share/zoneinfo/Europe/Berlin",
                                         "/usr/share/zoneinfo/Africa/Casablanca" };
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct file file = real_file(paths[i]);
        struct zone *zone = NULL;
        for (size_t len = 0; len < file.len; len++)
            assert_int_equal(load(file.bytes, len, &zone), ERR_SYNTAX);
        assert_int_equal(load(file.bytes, file.len, &zone), OK);
        (void)zone_free(zone);
    }
}

static void flipped_bits_never_crash(void **state)
{
    (void)state;
    struct file file = real_file("/usr/share/zoneinfo/Europe/Berlin");
    unsigned refused = 0, read = 0;
    for (size_t i = 0; i < file.len * 8; i++) {
        struct zone *zone = NULL;
        file.bytes[i / 8] = (char)(file.bytes[i / 8] ^ (char)(1u << i % 8));
        if (load(file.bytes, file.len, &zone) == OK) {
            use(zone);
            read++;
        } else {
            assert_null(zone);
            refused++;
        }
        (void)zone_free(zone);
        file.bytes[i / 8] = (char)(file.bytes[i / 8] ^ (char)(1u << i % 8));
    }
    assert_true(refused > 1000 && read > 1000);
}

static void random_bytes_never_crash(void **state)
{
    (void)state;
    struct file file = real_file("/usr/share/zoneinfo/Europe/Dublin");
    uint32_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        struct file broken = file;
        for (int k = 0; k < 12; k++) {
            seed = seed * 1664525 + 1013904223;
            size_t where = (seed >> 8) % (k < 6 ? broken.len : 200);
            seed = seed * 1664525 + 1013904223;
            broken.bytes[where] = (char)(seed >> 24);
        }
        struct zone *zone = NULL;
        if (load(broken.bytes, broken.len, &zone) == OK)
            use(zone);
        (void)zone_free(zone);
    }
    struct zone *zone = NULL;
    assert_int_equal(load(file.bytes, file.len, &zone), OK);
    use(zone);
    (void)zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_file_reads_as_written),
        cmocka_unit_test(footers),
        cmocka_unit_test(a_change_a_week_outside_its_year),
        cmocka_unit_test(a_gap_soon_after_another_change),
        cmocka_unit_test(unsound_files_are_refused),
        cmocka_unit_test(every_prefix_of_a_real_file_is_refused),
        cmocka_unit_test(flipped_bits_never_crash),
        cmocka_unit_test(random_bytes_never_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
