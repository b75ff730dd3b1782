/* The configuration file. What is accepted is within every limit the rest of the program relies
 * on; what looks like a token is repeated nowhere. */
#include "fuzz.h"

#include "nudged/base/world.h"
#include "nudged/content/content.h"

static void check_settings(const struct config *config)
{
    const struct settings *settings = &config->settings;
    REQUIRE(hours_are_valid(settings->hours));
    REQUIRE(settings->cap >= 1 && settings->cap <= 3);
    REQUIRE(settings->new_per_week >= 0 && settings->new_per_week <= 15);
    REQUIRE(settings->min_gap_days >= 0 && settings->min_gap_days <= 60);
    REQUIRE(settings->digest_weekday >= 0 && settings->digest_weekday <= 6);
    REQUIRE(settings->digest_minute >= 0 && settings->digest_minute < 24 * 60);
    REQUIRE(settings->visibility == VISIBILITY_TEAM || settings->visibility == VISIBILITY_SKILLS);
    REQUIRE(settings->zone.len && url_is_allowed(config->slack_api_url));
    REQUIRE(config->state_folder.len && config->prompts_folder.len && config->people_file.len);
    REQUIRE(config->slack_posts_per_second >= 0 && config->log_format.len);
}

/* Where it listens is this machine, unless it says twice that it is not. */
static void check_health(const struct config *config)
{
    struct str host = STR_EMPTY;
    uint16_t port = 0;
    if (!config->health_listen.len)
        return;
    REQUIRE(address_split(config->health_listen, &host, &port));
    REQUIRE(host_is_loopback(host) || config->health_beyond);
}

/* The short way to the paths gives those of the whole reading. */
static void check_paths(struct str path, const struct config *config, struct arena *arena)
{
    struct config short_way = { .state_folder = STR("untouched") };
    if (!config_paths(path, arena, &short_way)) {
        REQUIRE(!config && str_equal(short_way.state_folder, STR("untouched")));
        return;
    }
    REQUIRE(!config || str_equal(short_way.prompts_folder, config->prompts_folder));
    REQUIRE(!config || str_equal(short_way.people_file, config->people_file));
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct faults faults;
    struct config config;
    struct people people = { 0 };
    struct str path = fuzz_path("nudged.yaml"), bytes = take_rest(&feed);
    arena_init(&arena, 8 << 20);
    faults_init(&faults, &arena);
    fuzz_write(path, bytes);
    enum err err = config_load(path, &arena, &faults, &config);
    REQUIRE(err != ERR_NO_MEMORY && (err == OK) == (faults.errors == 0));
    if (!err)
        check_settings(&config);
    if (!err)
        check_health(&config);
    check_paths(path, err ? NULL : &config, &arena);
    for (int i = 0; i < faults.count; i++)
        REQUIRE(err != ERR_REFUSED || !faults.items[i].source.len);
    if (!err && config_check_people(path, &people, &arena, &faults))
        REQUIRE(config.settings.admins_len + config.settings.only_len > 0);
    REQUIRE(!arena_failed(&arena));
    arena_finish(&arena);
    return 0;
}
