/* A manager's digest over any report: names and skills with any words, any counts. It is made of
 * inactive text within Slack's limits, has few lines, and under the setting `team` holds no name.
 *
 * * The oracle of the bodies is the one of the codec test, included with its main renamed. */
#include "fuzz.h"

int codec_main(void);
#define main codec_main
#include "codec/slack_encode_test.c"
#undef main

#include "core/digest_card.h"
#include "platform/slack/encode.h"
#include "unit/core/facts_builder.h"

enum { PEOPLE = 12, SKILLS = 3 };

#define MARK "Zuzanna" /* in every name, in nothing else */

static struct str take_name(struct feed *feed, struct arena *arena)
{
    uint8_t how = take_byte(feed);
    struct str piece = how < 64 ? take_bytes(feed, how % 24)
                                : str_from_z(corpus[how % COUNT(corpus)]);
    return str_format(arena, "%.*s" MARK "%.*s", STR_ARG(piece), STR_ARG(piece));
}

static struct report_skill take_skill(struct feed *feed)
{
    static const struct str ids[] = { STR_INIT("checking"), STR_INIT("handing-over"),
        STR_INIT("gone"), STR_INIT("<!here>") };
    uint8_t how = take_byte(feed);
    struct report_skill skill = { .skill = ids[how % COUNT(ids)], .answers = 1 + (how >> 2) % 16 };
    skill.right = take_byte(feed) % (skill.answers + 1);
    skill.people = 1 + take_byte(feed) % 8;
    skill.last_day = 22340 + how % 7;
    return skill;
}

static struct report take_report(struct feed *feed, struct arena *arena)
{
    static struct report_person people[PEOPLE];
    static struct report_skill skills[PEOPLE][SKILLS], team[SKILLS], below[SKILLS];
    static struct report_prompt missed[3];
    struct report report = { .week_monday = 22340, .people = people, .team = team,
        .missed = missed, .below = below };
    uint8_t how = take_byte(feed);
    report.team_len = how % (SKILLS + 1);
    report.below_len = (how >> 2) % (SKILLS + 1);
    report.missed_len = (how >> 4) % 4;
    report.below_people = take_byte(feed) % 20;
    report.people_len = take_byte(feed) % (PEOPLE + 1);
    for (size_t i = 0; i < SKILLS; i++) {
        team[i] = take_skill(feed);
        below[i] = take_skill(feed);
        missed[i] = (struct report_prompt){ .prompt_id = take_byte(feed) % 10, .answers = 9,
            .wrong = take_byte(feed) % 10, .people = 1 + take_byte(feed) % 9 };
    }
    for (size_t i = 0; i < report.people_len; i++) {
        people[i] = (struct report_person){ .person_id = 10 + (int64_t)i, .skills = skills[i],
            .name = take_name(feed, arena), .skills_len = take_byte(feed) % (SKILLS + 1) };
        for (size_t j = 0; j < SKILLS; j++)
            skills[i][j] = take_skill(feed);
    }
    return report;
}

static void check_card(const struct message *card, bool details, bool named, struct arena *arena)
{
    static const struct target target = { STR_INIT("D1"), STR_INIT("1.000100"), STR_INIT("U1"),
        STR_INIT("t"), 77 };
    struct buf body = buf_heap(BODY_BYTES_MAX), packed = buf_heap(1 << 20);
    struct buf text = buf_heap(1 << 20);
    REQUIRE(card->parts_len <= MESSAGE_PARTS_MAX);
    REQUIRE(details || card->parts_len <= DIGEST_LINES_MAX + 6); /* heading, dividers, buttons */
    message_pack(card, &packed);
    REQUIRE(!packed.failed);
    REQUIRE(!encode_body(card, DELIVERY_POST, &target, arena, &body));
    cJSON *tree = cJSON_ParseWithLength(body.ptr, body.len);
    REQUIRE(tree);
    check_body(tree, DELIVERY_POST);
    check_inactive(tree, true);
    cJSON_Delete(tree);
    message_to_text(card, &text);
    REQUIRE(!text.failed);
    REQUIRE(named || !str_contains(buf_str(&text), STR(MARK)));
    REQUIRE(named || !str_contains(buf_str(&body), STR(MARK)));
    buf_free(&body);
    buf_free(&packed);
    buf_free(&text);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static struct builder *b;
    static struct arena arena;
    struct feed feed = feed_of(data, size);
    if (!b) {
        b = builder_new("Europe/Berlin");
        b->facts.person.name = STR("Mia Example");
        arena_init(&arena, 8 << 20);
    }
    uint8_t how = take_byte(&feed);
    b->settings.visibility = how & 1 ? VISIBILITY_TEAM : VISIBILITY_SKILLS;
    struct report report = take_report(&feed, &arena);
    b->facts.reports_count = (int32_t)report.people_len;
    struct message *card = digest_card(&b->facts, &report, how & 2, &arena);
    if (card)
        check_card(card, how & 2, b->settings.visibility == VISIBILITY_SKILLS, &arena);
    REQUIRE(!arena_failed(&arena));
    arena_reset(&arena);
    return 0;
}
