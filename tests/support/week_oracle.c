/* Watches the week and knows what must never be: the invariants of the bot, asked of the wire
 * and of the database, never of the bot's own words about itself. */
#include "support/week.h"

#include <string.h>

#include "nudged/calendar/zone.h"

/* A question that waits while its person travels keeps the window it was planned for. */
enum { HOURS_OF_OLD_ZONE = 8 };
enum { LATE_MS = 60000 }; /* a request made in time may wait for another one first */

static void on_call(void *arg, struct str method, struct str body);
static void on_frame(void *arg, bool is_ack, struct str frame);
static void check_digest(struct week *week, struct str body);
static void check_question(struct week *week, int64_t nudge_id);
static void check_hours(struct week *week, int64_t person_id);
static void note_click(struct week *week, struct str frame);
static void check_ack(struct week *week, struct str frame);
static struct str quoted_after(struct str text, const char *key);
static struct str part_from(struct str text, const char *words);
static int64_t nudge_of_value(struct str value);
static size_t cards_with_buttons(struct week *week, const struct week_human *human);

void week_watch(struct week *week)
{
    sim_world_observe(week->play->world, on_call, week);
    sim_world_observe_frames(week->play->world, on_frame, week);
}

void week_check_store(struct week *week)
{
    static const struct {
        const char *what, *sql;
    } never[] = {
        { "two open questions for one person",
            "SELECT count(*) FROM (SELECT 1 FROM nudge WHERE state = 1 GROUP BY person_id "
            "HAVING count(*) > 1)" },
        { "an answer to nobody's question",
            "SELECT count(*) FROM answer a WHERE NOT EXISTS "
            "(SELECT 1 FROM nudge n WHERE n.nudge_id = a.nudge_id)" },
        { "an answered question without an answer",
            "SELECT count(*) FROM nudge n WHERE state = 2 AND NOT EXISTS "
            "(SELECT 1 FROM answer a WHERE a.nudge_id = n.nudge_id)" },
        { "an answer of somebody who never did anything",
            "SELECT count(*) FROM answer JOIN nudge USING (nudge_id) JOIN person USING (person_id) "
            "WHERE external_id IN ('U008', 'U014')" },
        { "a question before the notice",
            "SELECT count(*) FROM nudge JOIN person USING (person_id) WHERE notice_version = 0" },
        { "a question on a holiday", "SELECT count(*) FROM nudge WHERE day = 22349" },
        { "a rated answer counted twice",
            "SELECT count(*) FROM review r WHERE answers > (SELECT count(*) FROM answer JOIN nudge "
            "USING (nudge_id) WHERE person_id = r.person_id AND prompt_id = r.prompt_id AND "
            "rating > 0)" },
        { "a week told twice or to somebody without a team",
            "SELECT count(*) FROM digest WHERE manager_id NOT IN (1, 2, 3, 4)" },
    };
    struct play *play = week->play;
    for (size_t i = 0; i < COUNT(never); i++) {
        int64_t count = play_number(play, never[i].sql);
        if (count)
            week_fail(week, never[i].what, count);
    }
    int64_t most = play_number(play,
        "SELECT coalesce(max(c), 0) FROM (SELECT count(*) AS c FROM nudge "
        "GROUP BY person_id, day)");
    if (most > play->config.settings.cap)
        week_fail(week, "more questions a day than the cap", most);
    int64_t answers = play_number(play, "SELECT count(*) FROM answer");
    if (answers < week->answers_acked)
        week_fail(week, "an acknowledged answer was lost", answers - week->answers_acked);
    if (look_duplicate_posts(play->workspace))
        week_fail(
            week, "a message was posted twice", (int64_t)look_duplicate_posts(play->workspace));
}

void week_check_end(struct week *week)
{
    struct play *play = week->play;
    struct look_envelopes all = look_envelopes(play->workspace, STR_EMPTY);
    if (!play->app || sim_world_links(play->world) != 1)
        week_fail(week, "not connected after the storm", (int64_t)sim_world_links(play->world));
    if (all.astray)
        week_fail(week, "an ack on another link than the one that delivered", (int64_t)all.astray);
    if (look_unacked(play->workspace) || all.made != all.acked + all.failed)
        week_fail(week, "an envelope without an ack or an error mark",
            (int64_t)look_unacked(play->workspace));
    int64_t left =
        play_number(play, "SELECT count(*) FROM delivery WHERE due_ms IS NULL OR lane < 5");
    if (left)
        week_fail(week, "deliveries left over after hours of calm", left);
    for (size_t i = 0; i < WEEK_PEOPLE; i++) {
        const struct week_human *human = &week->humans[i];
        int64_t open = play_numberf(play,
            "SELECT count(*) FROM nudge JOIN person USING (person_id) WHERE "
            "nudge.state = 1 AND message_id IS NOT NULL AND external_id = '%s'",
            human->user);
        size_t shown = cards_with_buttons(week, human);
        /* Nobody can tidy up in a closed account; such a card is refused kindly when pressed. */
        if ((int64_t)shown > open && !human->was_closed)
            week_fail(
                week, "a card that still invites to answer a closed question", (int64_t)i + 1);
        if (play_count(play, human->user, "Nothing more today") > 1)
            week_fail(week, "a notice too many", (int64_t)i + 1);
    }
}

/* -- what the bot sends -------------------------------------------------------------------- */

static void on_call(void *arg, struct str method, struct str body)
{
    struct week *week = arg;
    if (!str_equal(method, STR("chat.postMessage")))
        return;
    if (play_number(week->play, "SELECT live FROM state") != 1)
        week_fail(week, "a message before the operator said resume", 0);
    if (str_contains(body, STR("Your team's week")))
        check_digest(week, body);
    if (str_contains(body, STR("\"snooze:")))
        check_question(
            week, nudge_of_value(quoted_after(part_from(body, "\"snooze:"), "\"value\":\"")));
}

/* Names only people who report to whoever reads it. */
static void check_digest(struct week *week, struct str body)
{
    struct str channel = quoted_after(body, "\"channel\":\""), rest = body;
    week->counts.digests++;
    while ((rest = part_from(rest, "Person ")).len) {
        rest = str_slice(rest, strlen("Person "), rest.len);
        size_t digits = 0;
        while (digits < rest.len && rest.ptr[digits] >= '0' && rest.ptr[digits] <= '9')
            digits++;
        int64_t found = play_numberf(week->play,
            "SELECT count(*) FROM person p JOIN person m ON m.person_id = p.manager_id WHERE "
            "p.name = 'Person %.*s' AND p.employed = 1 AND m.chat_channel = '%.*s'",
            (int)digits, rest.ptr, STR_ARG(channel));
        if (found != 1)
            week_fail(week, "a digest names somebody of another team", found);
    }
}

/* A question, in the instant its request is made. */
static void check_question(struct week *week, int64_t nudge_id)
{
    struct play *play = week->play;
    week->counts.questions++;
    int64_t person_id = play_numberf(play,
        "SELECT coalesce((SELECT person_id FROM nudge WHERE nudge_id = "
        "%lld), 0)",
        (long long)nudge_id);
    if (!person_id)
        week_fail(week, "a question that is not stored", nudge_id);
    if (play_numberf(play, "SELECT state FROM nudge WHERE nudge_id = %lld", (long long)nudge_id) !=
        NUDGE_OPEN)
        week_fail(week, "a question that is closed already", nudge_id);
    if (play_numberf(play,
            "SELECT state <> 1 OR employed = 0 OR notice_version = 0 FROM person WHERE "
            "person_id = %lld",
            (long long)person_id))
        week_fail(week, "a question to somebody who paused, left or was not told", person_id);
    if (play_numberf(play, "SELECT count(*) FROM delivery WHERE nudge_id = %lld AND state = 2",
            (long long)nudge_id) != 1)
        week_fail(week, "a question that was not claimed first", nudge_id);
    check_hours(week, person_id);
}

static void check_hours(struct week *week, int64_t person_id)
{
    static const char *const zones[] = { "Europe/Berlin", "America/New_York", "Asia/Kolkata",
        "Australia/Lord_Howe", "America/Los_Angeles", "Asia/Tokyo", "Pacific/Apia" };
    struct instant now = world_now(sim_world_outside(week->play->world));
    struct instant moved = week->humans[person_id - 1].moved;
    if (instant_since(play_now(week->play), moved).ms < HOURS_OF_OLD_ZONE * 3600000)
        return;
    const char *named = "Europe/Berlin";
    for (size_t i = 0; i < COUNT(zones); i++)
        if (play_numberf(week->play,
                "SELECT CASE WHEN own_zone <> '' THEN own_zone WHEN chat_zone <> '' "
                "THEN chat_zone ELSE zone END = '%s' FROM person WHERE person_id = %lld",
                zones[i], (long long)person_id))
            named = zones[i];
    struct zone *zone = NULL;
    REQUIRE(!zone_load(STR("/usr/share/zoneinfo"), str_from_z(named), &zone));
    struct local local = zone_local(zone, now);
    struct local late = zone_local(zone, instant_add(now, (struct duration){ -LATE_MS }));
    zone_free(zone);
    if (local.minute < HOURS_DEFAULT_FROM_MINUTE || late.minute >= HOURS_DEFAULT_TO_MINUTE ||
        weekday_of(local.day) > 4)
        week_fail(week, "a question outside of working hours", local.minute);
}

/* -- what the workspace hears -------------------------------------------------------------- */

static void on_frame(void *arg, bool is_ack, struct str frame)
{
    struct week *week = arg;
    if (is_ack)
        check_ack(week, frame);
    else if (str_contains(frame, STR("\"block_actions\"")))
        note_click(week, frame);
}

/* Choosing an option of one's own card. */
static void note_click(struct week *week, struct str frame)
{
    struct str envelope = quoted_after(frame, "\"envelope_id\":\"");
    struct str actions = part_from(frame, "\"actions\":["), later;
    while ((later = part_from(str_slice(actions, 1, actions.len), "\"actions\":[")).len)
        actions = later; /* the last one: the message's own blocks come before */
    if (!str_starts_with(quoted_after(actions, "\"action_id\":\""), STR("choose")) ||
        envelope.len >= sizeof(week->ears[0].envelope))
        return;
    int64_t nudge_id = nudge_of_value(quoted_after(actions, "\"value\":\""));
    struct str user = quoted_after(frame, "\"user\":{\"id\":\"");
    struct week_ear *ear = &week->ears[week->ears_len++ % WEEK_EARS_MAX];
    *ear = (struct week_ear){ .nudge_id = nudge_id };
    memcpy(ear->envelope, envelope.ptr, envelope.len);
    ear->honest = user.len == 4 && nudge_id &&
        play_numberf(week->play,
            "SELECT count(*) FROM nudge JOIN "
            "person USING (person_id) WHERE nudge_id = %lld AND external_id = '%.*s'",
            (long long)nudge_id, STR_ARG(user)) == 1;
}

/* What was acknowledged is in the store, now and after anything that may still happen. */
static void check_ack(struct week *week, struct str frame)
{
    struct str envelope = quoted_after(frame, "\"envelope_id\":\"");
    int64_t answers = play_number(week->play, "SELECT count(*) FROM answer");
    if (answers > week->answers_acked)
        week->answers_acked = answers;
    for (size_t i = 0; i < WEEK_EARS_MAX && i < week->ears_len; i++) {
        struct week_ear *ear = &week->ears[i];
        if (!ear->honest || !str_equal(envelope, str_from_z(ear->envelope)))
            continue;
        if (play_numberf(week->play, "SELECT state FROM nudge WHERE nudge_id = %lld",
                (long long)ear->nudge_id) == NUDGE_OPEN)
            week_fail(week, "an acknowledged click left its question open", ear->nudge_id);
    }
}

/* -- helpers ------------------------------------------------------------------------------- */

static struct str quoted_after(struct str text, const char *key)
{
    struct str rest = part_from(text, key);
    rest = str_slice(rest, strlen(key), rest.len);
    return str_slice(rest, 0, str_find(rest, '"'));
}

/* From the first place that reads so; empty when there is none. */
static struct str part_from(struct str text, const char *words)
{
    const char *at = text.len ? memmem(text.ptr, text.len, words, strlen(words)) : NULL;
    return at ? (struct str){ at, text.len - (size_t)(at - text.ptr) } : STR_EMPTY;
}

static int64_t nudge_of_value(struct str value)
{
    int64_t nudge_id = 0;
    bool read = str_to_int64(str_slice(value, 0, str_find(value, '.')), &nudge_id);
    return read ? nudge_id : 0;
}

static size_t cards_with_buttons(struct week *week, const struct week_human *human)
{
    struct look_message message;
    struct str user = str_from_z(human->user);
    size_t count = look_messages(week->play->workspace, user), found = 0;
    for (size_t i = 0; i < count; i++)
        found += look_message_at(week->play->workspace, user, i, &message) && !message.deleted &&
            str_contains(message.blocks, STR("\"snooze:"));
    return found;
}
