/* people.csv as some personnel system exported it. */
#include "fuzz.h"

#include "nudged/base/text.h"
#include "nudged/content/content.h"

static const struct people_row *find(const struct people *people, struct str external_id)
{
    for (size_t i = 0; i < people->rows_len; i++)
        if (str_equal(people->rows[i].external_id, external_id))
            return &people->rows[i];
    return NULL;
}

static void check_row(const struct people *people, const struct people_row *row)
{
    REQUIRE(row->external_id.len && find(people, row->external_id) == row);
    REQUIRE(row->email.len || !row->active);
    REQUIRE(str_find(row->email, '\n') == row->email.len && text_is_utf8(row->name));
    REQUIRE(row->workdays < 128 && row->start_day >= 0);
    for (size_t i = 0; i < row->email.len; i++)
        REQUIRE(row->email.ptr[i] < 'A' || row->email.ptr[i] > 'Z');
    const struct people_row *manager = row;
    for (size_t steps = 0; manager && manager->manager.len; steps++) {
        REQUIRE(steps <= people->rows_len); /* nobody manages in a circle */
        struct str wanted = manager->manager;
        manager = find(people, wanted);
        REQUIRE(manager);
    }
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct faults faults;
    struct people people = { 0 };
    struct str path = fuzz_path("people.csv");
    arena_init(&arena, 16 << 20);
    faults_init(&faults, &arena);
    fuzz_write(path, take_rest(&feed));
    enum err err = people_load(path, &arena, &faults, &people);
    REQUIRE(err != ERR_NO_MEMORY && (err == OK) == (faults.errors == 0));
    for (size_t i = 0; !err && i < people.rows_len; i++)
        check_row(&people, &people.rows[i]);
    arena_finish(&arena);
    return 0;
}
