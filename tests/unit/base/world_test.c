/* Which addresses we talk to, and fair dice. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "nudged/base/world.h"

struct dice { struct world world; uint64_t next, step; int asked; };

static void throw_dice(struct world *world, void *out, size_t bytes)
{
    struct dice *dice = (struct dice *)world;
    assert_int_equal(bytes, sizeof dice->next);
    memcpy(out, &dice->next, bytes);
    dice->next += dice->step;
    dice->asked++;
}

static const struct world_ops dice_ops = { .random = throw_dice };

static void random_numbers_are_below_their_bound(void **state)
{
    (void)state;
    struct dice dice = { .world = { &dice_ops }, .next = 1, .step = UINT64_C(0x9E3779B97F4A7C15) };
    unsigned seen[6] = { 0 };
    for (int i = 0; i < 6000; i++)
        seen[world_random_below(&dice.world, 6)]++;
    for (size_t i = 0; i < COUNT(seen); i++)
        assert_true(seen[i] > 900 && seen[i] < 1100);
    assert_int_equal(world_random_below(&dice.world, 1), 0);
}

static void the_unfair_rest_is_thrown_again(void **state)
{
    (void)state;
    /* 2^64 = 3 * k + 1: only the largest number of all has to be thrown again */
    struct dice dice = { .world = { &dice_ops }, .next = UINT64_MAX, .step = 6 };
    assert_int_equal(world_random_below(&dice.world, 3), 5 % 3);
    assert_int_equal(dice.asked, 2);
    dice = (struct dice){ .world = { &dice_ops }, .next = UINT64_MAX - 1, .step = 6 };
    assert_int_equal(world_random_below(&dice.world, 3), 2);
    assert_int_equal(dice.asked, 1);
    dice = (struct dice){ .world = { &dice_ops }, .next = UINT64_MAX, .step = 1 };
    assert_int_equal(world_random_below(&dice.world, 1u << 31), (1u << 31) - 1);
    assert_int_equal(dice.asked, 1);
    assert_true(world_random_u64(&dice.world) == 0);
}

static void loopback_hosts(void **state)
{
    (void)state;
    static const char *const good[] = {
        "127.0.0.1", "127.255.255.255", "127.1.2.3", "::1", "[::1]", "localhost", "LocalHost",
    };
    static const char *const bad[] = {
        "", "127.0.0", "127.0.0.1.", "127.0.0.1.5", "127.0.0.256", "127.0.0.01", "128.0.0.1",
        "0127.0.0.1", "127.0.0.1.example.com", "localhost.example.com", "localhost.",
        "127.0.0.-1", "127..0.1", "::",
        "[::2]", "0:0:0:0:0:0:0:1", "127.0.0.1 ", "x127.0.0.1", "2130706433", "127.1", "0x7f.0.0.1",
        ".127.0.0.1", "127.0.0.1000",
    };
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(host_is_loopback(str_from_z(good[i])));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(host_is_loopback(str_from_z(bad[i])));
}

static void urls_are_split(void **state)
{
    (void)state;
    static const struct { const char *url, *scheme, *host, *path; int port; } rows[] = {
        { "https://example.com", "https", "example.com", "/", 443 },
        { "https://example.com/", "https", "example.com", "/", 443 },
        { "https://example.com:8443/a/b?c=d&e=%20", "https", "example.com", "/a/b?c=d&e=%20",
          8443 },
        { "wss://chat.example.com/link/?ticket=1:2@3", "wss", "chat.example.com",
          "/link/?ticket=1:2@3", 443 },
        { "http://[::1]:8080/x", "http", "[::1]", "/x", 8080 },
        { "ws://127.0.0.1", "ws", "127.0.0.1", "/", 80 },
        { "HTTPS://Example.com/A", "https", "Example.com", "/A", 443 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct url_parts parts;
        assert_true(url_split(str_from_z(rows[i].url), &parts));
        assert_true(str_equal(parts.scheme, str_from_z(rows[i].scheme)));
        assert_true(str_equal(parts.host, str_from_z(rows[i].host)));
        assert_true(str_equal(parts.path, str_from_z(rows[i].path)));
        assert_int_equal(parts.port, rows[i].port);
    }
}

static void malformed_urls_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "https", "https://", "https:///path", "https:/example.com", "ftp://example.com/",
        "file:///etc/passwd", "https://user@example.com/", "https://user:pw@example.com/",
        "http://127.0.0.1@example.com/", "http://127.0.0.1\\@example.com/", "https://example.com:/",
        "https://example.com:0/", "https://example.com:65536/", "https://example.com:999999/",
        "https://example.com:80x/", "https://example.com?x", "https://example.com#x",
        "https://example.com/#x", "https://exa mple.com/", "https://example.com/a b",
        "https://example.com/\n", "https://ex\xc3\xa4mple.com/", "https://example.com/\xc3\xa4",
        "https://example.com/a\\b",
        "http://[::1/", "http://::1/", "http://[]/", "http://[::1]x/", "http://[::1%25eth0]/",
        "https://example%2ecom/", "https://.example.com/", "http://[localhost]/", "https://a:b:c/",
        "xhttps://example.com/",
    };
    struct url_parts parts = { .port = 4711 };
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(url_split(str_from_z(bad[i]), &parts));
        assert_false(url_is_allowed(str_from_z(bad[i])));
    }
    assert_int_equal(parts.port, 4711);
    static char path[3000], url[3100] = "https://example.com/";
    memset(path, 'a', sizeof path - 1);
    (void)strcat(url, path);
    assert_false(url_split(str_from_z(url), &parts));
    url[2048] = '\0';
    assert_true(url_split(str_from_z(url), &parts));
}

static void plain_text_only_to_loopback(void **state)
{
    (void)state;
    assert_true(url_is_allowed(STR("https://example.com/api/")));
    assert_true(url_is_allowed(STR("wss://example.com/")));
    assert_true(url_is_allowed(STR("http://127.0.0.1:8080/api/")));
    assert_true(url_is_allowed(STR("ws://[::1]:8080/")));
    assert_true(url_is_allowed(STR("http://localhost/")));
    assert_false(url_is_allowed(STR("http://example.com/")));
    assert_false(url_is_allowed(STR("HTTP://example.com/")));
    assert_false(url_is_allowed(STR("ws://127.0.0.1.example.com/")));
    assert_false(url_is_allowed(STR("http://10.0.0.1/")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_numbers_are_below_their_bound),
        cmocka_unit_test(the_unfair_rest_is_thrown_again),
        cmocka_unit_test(loopback_hosts),
        cmocka_unit_test(urls_are_split),
        cmocka_unit_test(malformed_urls_are_refused),
        cmocka_unit_test(plain_text_only_to_loopback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
