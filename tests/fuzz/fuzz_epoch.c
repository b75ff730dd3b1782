/* The file that says whether the database is the newest copy of itself: what is written is read,
 * and a line from nowhere is refused or means one thing alone.
 *
 * * The reading is private to its file, which is therefore included. */
#include "fuzz.h"

#include "app/epoch.c"

static struct str write_and_take(struct app *app, const struct epoch *epoch, char *line, size_t max)
{
    REQUIRE(!write_file(app, epoch));
    FILE *file = fopen(fuzz_path("epoch").ptr, "rb");
    REQUIRE(file);
    struct str text = { line, fread(line, 1, max, file) };
    REQUIRE(fclose(file) == 0);
    return text;
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static struct config config;
    static struct app app = { .config = &config };
    struct feed feed = feed_of(data, size);
    struct epoch read = { 0 }, again = { 0 };
    char line[LINE_BYTES_MAX];
    config.state_folder = str_from_z(fuzz_folder());
    uint8_t how = take_byte(&feed);
    struct epoch given = { ((uint64_t)take_number(&feed, 4) << 32 | take_number(&feed, 4)) >> 1,
        (int64_t)take_number(&feed, how % 5), { INT64_C(1900000000000) + take_number(&feed, 4) } };
    if (how & 128) {
        struct str text = write_and_take(&app, &given, line, sizeof line);
        REQUIRE(text.len && text.len < sizeof line && read_file(&app, &read));
        REQUIRE(read.key == given.key && read.number == given.number);
        REQUIRE(read.at.utc_ms == given.at.utc_ms);
        fuzz_write(fuzz_path("epoch"), str_slice(text, 0, take_byte(&feed) % text.len));
        (void)read_file(&app, &read); /* cut off anywhere */
    } else {
        fuzz_write(fuzz_path("epoch"), take_rest(&feed));
    }
    read = (struct epoch){ 0 };
    if (!read_file(&app, &read))
        return 0;
    REQUIRE(read.number >= 0);
    (void)write_and_take(&app, &read, line, sizeof line);
    REQUIRE(read_file(&app, &again) && again.key == read.key && again.number == read.number);
    REQUIRE(again.at.utc_ms == read.at.utc_ms);
    return 0;
}
