/* Watches the week and knows what must never be: the invariants of the bot, asked of the wire
 * and of the database, never of the bot's own words about itself.
 *
 *   an acknowledged answer is stored, after any death    check_ack, check_acked, play_die's disk
 *   one visible question a person, item and slot         week_check_store, cards_with_buttons,
 *                                                        look_duplicate_posts
 *   who acts is who the platform says                    forged clicks; the dummies never answer
 *   a manager reads only the present team                check_digest
 *   no secret in a log line, a request, the database     on_log of play.c, on_call, check_secrets
 *   the last good set of prompts and people stays        check_last_good
 *   no question outside the window or above the cap,     check_question, check_hours,
 *   into a pause or do-not-disturb, however long it      week_check_store
 *   waited and wherever its person moved
 *   same seed, same trace                                sim_weeks_test.c plays seeds twice
 *
 * That every degraded state reaches an admin, and that erasing leaves nothing, have programs of
 * their own. */
#include "support/week.h"

#include <string.h>

#include "nudged/calendar/zone.h"

enum { LATE_MS = 60000 }; /* a request made in time may wait for another one first */

static const char state_of_nudge[] = "SELECT state FROM nudge WHERE nudge_id = ?1";
/* Of one that waits to hear how sure somebody is it is 0: the answer is there. */
static const char state_but_for_sure[] =
    "SELECT CASE WHEN state = 1 AND step = 1 AND EXISTS (SELECT 1 FROM answer AS a "
    "WHERE a.nudge_id = nudge.nudge_id) THEN 0 ELSE state END FROM nudge WHERE nudge_id = ?1";
static const char answers_of[] = "SELECT count(*) FROM answer WHERE nudge_id = ?1";

static void on_call(void *arg, struct str method, struct str body);
static void on_frame(void *arg, bool is_ack, struct str frame);
static void check_digest(struct week *week, struct str body);
static void check_question(struct week *week, int64_t nudge_id);
static void check_hours(struct week *week, int64_t person_id);
static void note_click(struct week *week, struct str frame);
static void check_ack(struct week *week, struct str frame);
static void check_acked(struct week *week);
static void check_last_good(struct week *week);
static void check_secrets(struct week *week);
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
        { "a question answered and rated twice",
            "SELECT count(*) FROM (SELECT 1 FROM answer WHERE rating > 0 GROUP BY nudge_id "
            "HAVING count(*) > 1)" },
        { "an answer rated before it was said how sure",
            "SELECT count(*) FROM answer JOIN nudge USING (nudge_id) JOIN prompt USING (prompt_id) "
            "WHERE kind < 6 AND answer.step = 0 AND rating > 1" },
        { "a rated answer counted twice",
            "SELECT count(*) FROM review r WHERE answers > (SELECT count(*) FROM answer JOIN nudge "
            "USING (nudge_id) WHERE person_id = r.person_id AND prompt_id = r.prompt_id AND "
            "rating > 0)" },
        { "a week told twice or to somebody without a team",
            "SELECT count(*) FROM digest WHERE manager_id NOT IN (1, 2, 3, 4)" },
        { "a held-out question before its day, or not marked as one",
            "SELECT count(*) FROM nudge n JOIN prompt p USING (prompt_id) WHERE p.prompt = 'held' "
            "AND (held_out_days NOT IN (7, 30, 90) OR day - held_out_days < "
            "(SELECT min(born_day) FROM review r WHERE r.person_id = n.person_id))" },
        { "a fit without its weights",
            "SELECT count(*) FROM fit f WHERE cause <> 3 AND "
            "(SELECT count(*) FROM fit_weight w WHERE w.fit_id = f.fit_id) <> 21" },
        { "a memory computed with weights that never were in force",
            "SELECT count(*) FROM review WHERE fit_id <> 0 AND "
            "fit_id NOT IN (SELECT fit_id FROM fit WHERE adopted = 1)" },
        { "a lead who left with a broken people.csv",
            "SELECT count(*) FROM person WHERE employed = 0 AND external_id IN "
            "('U001', 'U002', 'U003', 'U004')" },
    };
    struct play *play = week->play;
    struct date holiday;
    REQUIRE(date_parse(str_from_z(week->holiday), &holiday));
    if (play_ask(play, "SELECT count(*) FROM nudge WHERE day = ?1", date_to_day(holiday),
            STR_EMPTY))
        week_fail(week, "a question on a holiday", 0);
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
    check_acked(week);
    check_last_good(week);
}

/* Each answer that was acknowledged, once in every life of the program. */
static void check_acked(struct week *week)
{
    uint64_t lives = week->play->deaths + week->play->stops;
    if (lives == week->lives_checked && !week->calm)
        return;
    week->lives_checked = lives;
    for (size_t i = 0; i < week->acked_len; i++)
        if (play_ask(week->play, answers_of, week->acked[i].nudge_id, STR_EMPTY) <
            week->acked[i].answers)
            week_fail(week, "an acknowledged answer is gone", week->acked[i].nudge_id);
}

/* Whatever was saved over the files: there are prompts to ask. */
static void check_last_good(struct week *week)
{
    enum { PROMPTS = 8 };
    const struct content *content = app_content(week->play->app);
    if (!sim_world_is_dead(week->play->world) && (!content || content->by_id_len < PROMPTS))
        week_fail(week, "the last good prompts are gone",
            content ? (int64_t)content->by_id_len : -1);
}

static void check_secrets(struct week *week)
{
    static const char *const secrets[] = { "xoxb-play", "xapp-play", "ticket=" };
    for (size_t i = 0; i < COUNT(secrets); i++)
        if (mem_disk_holds(week->play->disk, secrets[i]))
            week_fail(week, "a secret is in the database", (int64_t)i);
}

void week_check_end(struct week *week)
{
    struct play *play = week->play;
    struct look_envelopes all = look_envelopes(play->workspace, STR_EMPTY);
    check_secrets(week);
    if (play->app && sim_world_links(play->world) == 2)
        play_for(play, SECONDS(15));    /* a refresh at this very moment: the old one goes first */
    if (!play->app || sim_world_links(play->world) != 1)
        week_fail(week, "not connected after the storm", (int64_t)sim_world_links(play->world));
    if (all.astray)
        week_fail(week, "an ack on another link than the one that delivered", (int64_t)all.astray);
    if (look_unacked(play->workspace) || all.made != all.acked + all.failed)
        week_fail(week, "an envelope without an ack or an error mark",
            (int64_t)look_unacked(play->workspace));
    /* one post a second: what came due in the last minute may still be waiting its turn */
    int64_t left = play_numberf(play,
        "SELECT count(*) FROM delivery WHERE (due_ms IS NULL OR lane < 5) AND made_ms < %lld",
        (long long)(play_now(play).utc_ms - MINUTES(1).ms));
    if (left)
        week_fail(week, "deliveries left over after hours of calm", left);
    for (size_t i = 0; i < WEEK_PEOPLE; i++) {
        const struct week_human *human = &week->humans[i];
        int64_t open = play_ask(play,
            "SELECT ?1 + count(*) FROM nudge JOIN person USING (person_id) WHERE "
            "nudge.state = 1 AND message_id IS NOT NULL AND external_id = ?2",
            0, str_from_z(human->user));
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
    if (str_contains(body, STR("xoxb-")) || str_contains(body, STR("xapp-")))
        week_fail(week, "a secret in a request's body", 0);
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
        int64_t number = 0;
        REQUIRE(str_to_int64(str_slice(rest, 0, digits), &number));
        int64_t found = play_ask(week->play,
            "SELECT count(*) FROM person p JOIN person m ON m.person_id = p.manager_id WHERE "
            "p.name = 'Person ' || ?1 AND p.employed = 1 AND m.chat_channel = ?2",
            number, channel);
        if (found != 1)
            week_fail(week, "a digest names somebody of another team", found);
    }
}

/* A question, in the instant its request is made. */
static void check_question(struct week *week, int64_t nudge_id)
{
    struct play *play = week->play;
    week->counts.questions++;
    int64_t person_id = play_ask(play,
        "SELECT coalesce((SELECT person_id FROM nudge WHERE nudge_id = ?1), 0)", nudge_id,
        STR_EMPTY);
    if (!person_id)
        week_fail(week, "a question that is not stored", nudge_id);
    if (play_ask(play, state_of_nudge, nudge_id, STR_EMPTY) != NUDGE_OPEN)
        week_fail(week, "a question that is closed already", nudge_id);
    if (play_ask(play,
            "SELECT state <> 1 OR employed = 0 OR notice_version = 0 FROM person WHERE "
            "person_id = ?1",
            person_id, STR_EMPTY))
        week_fail(week, "a question to somebody who paused, left or was not told", person_id);
    if (play_ask(play, "SELECT count(*) FROM delivery WHERE nudge_id = ?1 AND state = 2", nudge_id,
            STR_EMPTY) != 1)
        week_fail(week, "a question that was not claimed first", nudge_id);
    check_hours(week, person_id);
}

static void check_hours(struct week *week, int64_t person_id)
{
    struct instant now = world_now(sim_world_outside(week->play->world));
    if (play_ask(week->play,
            "SELECT coalesce(dnd_until_ms, 0) FROM person WHERE person_id = ?1", person_id,
            STR_EMPTY) >= now.utc_ms)
        week_fail(week, "a question to somebody who is not to be disturbed", person_id);
    char name[ZONE_NAME_BYTES_MAX];
    play_ask_text(week->play,
        "SELECT CASE WHEN own_zone <> '' THEN own_zone WHEN chat_zone <> '' THEN chat_zone "
        "ELSE zone END FROM person WHERE person_id = ?1",
        person_id, name, sizeof(name));
    const struct zone *zone = zones_get(week->zones, str_from_z(name));
    if (!zone)
        zone = zones_get(week->zones, STR("Europe/Berlin"));
    struct local local = zone_local(zone, now);
    struct local late = zone_local(zone, instant_add(now, (struct duration){ -LATE_MS }));
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
        play_ask(week->play,
            "SELECT count(*) FROM nudge JOIN person USING (person_id) WHERE nudge_id = ?1 AND "
            "external_id = ?2",
            nudge_id, user) == 1;
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
        if (play_ask(week->play, state_but_for_sure, ear->nudge_id, STR_EMPTY) == NUDGE_OPEN)
            week_fail(week, "an acknowledged click left its question open", ear->nudge_id);
        int64_t of_this = play_ask(week->play, answers_of, ear->nudge_id, STR_EMPTY);
        if (of_this && week->acked_len < WEEK_ACKED_MAX)
            week->acked[week->acked_len++] = (struct week_acked){ ear->nudge_id, of_this };
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
