/* skills.yaml: what is accepted has ids and names, each id once. */
#include "fuzz.h"

#include "content/parts.h"
#include "nudged/base/text.h"

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct faults faults;
    struct content content = { .skills_len = 0 };
    struct str path = fuzz_path("skills.yaml");
    arena_init(&arena, 32 << 20);
    faults_init(&faults, &arena);
    fuzz_write(path, take_rest(&feed));
    enum err err = skills_load(path, &arena, &faults, &content);
    REQUIRE(err != ERR_NO_MEMORY && (err == OK) == (faults.errors == 0));
    REQUIRE(!err || content.skills_len == 0);
    for (size_t i = 0; i < content.skills_len; i++) {
        const struct skill *skill = &content.skills[i];
        REQUIRE(skill->id.len && skill->name.len && text_is_utf8(skill->name));
        REQUIRE(str_find(skill->id, ' ') == skill->id.len);
        for (size_t j = 0; j < i; j++)
            REQUIRE(!str_equal(content.skills[j].id, skill->id));
        for (size_t j = 0; j < skill->behaviours_len; j++)
            REQUIRE(skill->behaviours[j].len);
    }
    arena_finish(&arena);
    return 0;
}
