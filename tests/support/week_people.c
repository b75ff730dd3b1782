/* What the people of the week do, and what befalls them and the bot. */
#include "support/week.h"

#include <stdio.h>

enum { ELEMENTS_MAX = 64, LOOK_BACK = 6, FULL_MINUTES = 20, BROKEN_MINUTES = 40 };

typedef void act_fn(struct week *week, struct week_human *human);

static act_fn press, press_twice, fill_and_press, type_answer, type_command, slash_command,
    open_home, submit_form, forge;
static bool draw_message(struct week *week, const struct week_human *human, struct arena *arena,
    struct str *ts, struct look_element *elements, size_t *len);
static void press_one(struct week *week, struct week_human *human, int times);
static bool is_tempting(const struct look_element *element);
static bool is_final(const struct look_element *element);
static bool is_button(const struct look_element *element);
static struct str one_line(struct arena *arena, struct str lines, uint32_t number);

typedef void plot_fn(struct week *week);

static plot_fn be_killed, lose_power, die_writing, die_calling, restart, clock_forward, clock_back,
    fill_disk, break_disk, refuse_writes, break_deck, edit_deck, break_roster, change_roster,
    close_account, do_not_disturb, move, cut_soon;
static world_fn disk_is_free, deck_is_mended, roster_is_mended, account_is_open;
static void jump(struct week *week, int64_t by_ms);
static void save_deck(struct week *week, const char *text);

extern const char week_deck[];

static const struct {
    uint32_t weight;
    act_fn *act;
} acts[] = {
    { 40, press },
    { 12, press_twice },
    { 14, fill_and_press },
    { 12, type_answer },
    { 3, type_command },
    { 4, slash_command },
    { 3, open_home },
    { 10, submit_form },
    { 5, forge },
};

static const struct {
    uint32_t weight;
    plot_fn *run;
} plots[] = {
    [WEEK_KILLED] = { 6, be_killed },
    [WEEK_POWER_CUT] = { 5, lose_power },
    [WEEK_DIED_WRITING] = { 8, die_writing },
    [WEEK_DIED_CALLING] = { 8, die_calling },
    [WEEK_RESTARTED] = { 4, restart },
    [WEEK_CLOCK_FORWARD] = { 4, clock_forward },
    [WEEK_CLOCK_BACK] = { 4, clock_back },
    [WEEK_DISK_FULL] = { 4, fill_disk },
    [WEEK_DISK_BROKEN] = { 3, break_disk },
    [WEEK_DISK_REFUSES] = { 2, refuse_writes },
    [WEEK_DECK_BROKEN] = { 4, break_deck },
    [WEEK_DECK_EDITED] = { 5, edit_deck },
    [WEEK_ROSTER_BROKEN] = { 3, break_roster },
    [WEEK_ROSTER_CHANGED] = { 5, change_roster },
    [WEEK_ACCOUNT_CLOSED] = { 3, close_account },
    [WEEK_DO_NOT_DISTURB] = { 8, do_not_disturb },
    [WEEK_MOVED] = { 4, move },
    [WEEK_CUT_SOON] = { 8, cut_soon },
};

void week_human_wakes(void *arg)
{
    struct week_human *human = arg;
    struct week *week = human->week;
    uint32_t sum = 0;
    for (size_t i = 0; i < COUNT(acts); i++)
        sum += acts[i].weight;
    uint32_t drawn = week_draw(week, sum);
    size_t at = 0;
    while (drawn >= acts[at].weight)
        drawn -= acts[at++].weight;
    struct look_view view;
    bool writing = look_modal(week->play->workspace, str_from_z(human->user), &view);
    if (writing && week_chance(week, 60))
        submit_form(week, human);
    else
        acts[at].act(week, human);
    if (!week->calm)
        week_later(week, 20, 400, week_human_wakes, human);
}

void week_plot_wakes(void *arg)
{
    struct week *week = arg;
    uint32_t sum = 0;
    if (week->calm)
        return;
    week_later(week, 20, 140, week_plot_wakes, week);
    for (size_t i = 0; i < COUNT(plots); i++)
        sum += plots[i].weight;
    uint32_t drawn = week_draw(week, sum);
    size_t at = 0;
    while (drawn >= plots[at].weight)
        drawn -= plots[at++].weight;
    week->counts.misfortunes[at]++;
    plots[at].run(week);
}

/* -- what they do -------------------------------------------------------------------------- */

static void press(struct week *week, struct week_human *human)
{
    press_one(week, human, 1);
}

static void press_twice(struct week *week, struct week_human *human)
{
    press_one(week, human, 2);
}

static void press_one(struct week *week, struct week_human *human, int times)
{
    struct arena arena;
    struct look_element elements[ELEMENTS_MAX];
    struct str ts;
    size_t len = 0;
    arena_init(&arena, 16 << 20);
    if (draw_message(week, human, &arena, &ts, elements, &len)) {
        for (int i = 0; i < times; i++) {
            const struct look_element *element = &elements[week_draw(week, (uint32_t)len)];
            for (int tries = 0; tries < 5 && !is_tempting(element); tries++)
                element = &elements[week_draw(week, (uint32_t)len)];
            if (is_final(element) && week_chance(week, 90))
                continue;
            if (is_button(element) &&
                !human_click(week->play->workspace, str_from_z(human->user), ts, element->block_id,
                    element->action_id))
                week->counts.clicks++;
        }
    }
    arena_finish(&arena);
}

static void fill_and_press(struct week *week, struct week_human *human)
{
    struct arena arena;
    struct look_element elements[ELEMENTS_MAX];
    struct str ts;
    size_t len = 0;
    arena_init(&arena, 16 << 20);
    bool found = draw_message(week, human, &arena, &ts, elements, &len);
    uint32_t place = week_draw(week, 3);
    for (size_t i = 0; found && i < len; i++) {
        if (is_button(&elements[i]))
            continue;
        struct human_value value = { elements[i].block_id, elements[i].action_id,
            one_line(&arena, elements[i].options, place++) };
        (void)!human_fill(week->play->workspace, str_from_z(human->user), ts, &value);
    }
    for (size_t i = 0; found && i < len; i++)
        if (str_starts_with(elements[i].action_id, STR("submit")) &&
            !human_click(week->play->workspace, str_from_z(human->user), ts, elements[i].block_id,
                elements[i].action_id))
            week->counts.clicks++;
    arena_finish(&arena);
}

static void type_answer(struct week *week, struct week_human *human)
{
    static const char *const lines[] = { "A", "b", "A C", "B A C", "15", "escalatoin", "3",
        "once is luck", "sure", "fairly sure", "guess",
        "I called first and it went fast", "<!channel> & <@U001>",
        "pause the deployment" };
    const char *line = lines[week_draw(week, COUNT(lines))];
    if (!human_say(week->play->workspace, str_from_z(human->user), str_from_z(line), NULL))
        week->counts.lines++;
}

static void type_command(struct week *week, struct week_human *human)
{
    static const char *const lines[] = { "help", "why", "next", "skip", "snooze", "privacy",
        "resume", "pause until tomorrow", "resume", "pause", "resume", "resume", "stop", "resume",
        "pass", "hint" };
    const char *line = lines[week_draw(week, COUNT(lines))];
    if (!human_say(week->play->workspace, str_from_z(human->user), str_from_z(line), NULL))
        week->counts.commands++;
}

static void slash_command(struct week *week, struct week_human *human)
{
    static const char *const lines[] = { "/nudge", "/nudge next", "/nudge pause until friday",
        "/nudge resume", "/nudge fly", "/nudge skip", "/nudge resume", "/nudge why" };
    const char *line = lines[week_draw(week, COUNT(lines))];
    if (!human_say(week->play->workspace, str_from_z(human->user), str_from_z(line), NULL))
        week->counts.commands++;
}

static void open_home(struct week *week, struct week_human *human)
{
    (void)!human_open_home(week->play->workspace, str_from_z(human->user));
}

static void submit_form(struct week *week, struct week_human *human)
{
    struct arena arena;
    struct look_view view;
    struct look_element elements[ELEMENTS_MAX];
    struct human_value values[ELEMENTS_MAX];
    struct str user = str_from_z(human->user);
    if (!look_modal(week->play->workspace, user, &view)) {
        press_one(week, human, 1);
        return;
    }
    if (view.errors.len) { /* told why not, and gives up */
        (void)!human_close(week->play->workspace, user, true);
        return;
    }
    arena_init(&arena, 16 << 20);
    size_t len =
        look_elements(week->play->workspace, &arena, user, view.id, elements, ELEMENTS_MAX);
    for (size_t i = 0; i < len; i++)
        values[i] =
            (struct human_value){ elements[i].block_id, elements[i].action_id, STR("As agreed.") };
    if (!human_submit(week->play->workspace, user, values, len, NULL))
        week->counts.forms++;
    arena_finish(&arena);
}

/* A click with the value of a dummy's card, or in a dummy's name: neither may ever count. */
static void forge(struct week *week, struct week_human *human)
{
    struct play *play = week->play;
    const struct week_human *dummy = &week->humans[week_chance(week, 50) ? 7 : 13];
    struct str ts = play_last_ts(play, human->user), dummy_ts = play_last_ts(play, dummy->user);
    struct str own = play_value(play, human->user, ts, "A");
    struct str other = play_value(play, dummy->user, dummy_ts, "A");
    if (!own.len)
        return;
    week->counts.misfortunes[WEEK_FORGED]++;
    if (other.len && week_chance(week, 50))
        sim_world_tamper(play->world, own, other);
    else
        sim_world_tamper(play->world, str_from_z(human->user), str_from_z(dummy->user));
    (void)!play_click(play, human->user, ts, "A");
}

/* One of the newest few messages with something to press, mostly the newest. */
static bool draw_message(struct week *week, const struct week_human *human, struct arena *arena,
    struct str *ts, struct look_element *elements, size_t *len)
{
    struct workspace *workspace = week->play->workspace;
    struct str user = str_from_z(human->user);
    struct look_message message;
    size_t count = look_messages(workspace, user),
           wanted = week_chance(week, 75) ? 0 : week_draw(week, 3);
    for (size_t back = 0; back < LOOK_BACK && back < count; back++) {
        if (!look_message_at(workspace, user, count - 1 - back, &message) || message.deleted)
            continue;
        *ts = str_copy(arena, message.ts);
        *len = look_elements(workspace, arena, user, *ts, elements, ELEMENTS_MAX);
        if (*len && wanted-- == 0)
            return true;
    }
    return false;
}

static bool is_tempting(const struct look_element *element)
{
    static const struct str words[] = { { "choose", 6 }, { "write", 5 }, { "rate", 4 },
        { "submit", 6 }, { "hint", 4 } };
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_starts_with(element->action_id, words[i]))
            return true;
    return false;
}

/* Whoever stops has a dull week. */
static bool is_final(const struct look_element *element)
{
    return str_starts_with(element->action_id, STR("stop")) ||
        str_starts_with(element->action_id, STR("pause"));
}

static bool is_button(const struct look_element *element)
{
    return str_equal(element->type, STR("button"));
}

static struct str one_line(struct arena *arena, struct str lines, uint32_t number)
{
    struct str line = STR_EMPTY, first = STR_EMPTY;
    for (uint32_t i = 0; str_next_part(&lines, '\n', &line); i++) {
        if (i == 0)
            first = line;
        if (i == number)
            return str_copy(arena, line);
    }
    return str_copy(arena, first);
}

/* -- what befalls them --------------------------------------------------------------------- */

static void be_killed(struct week *week)
{
    play_die(week->play, MEM_CRASH_PROCESS);
}

static void lose_power(struct week *week)
{
    play_die(week->play, MEM_CRASH_POWER);
}

static void die_writing(struct week *week)
{
    mem_disk_trap(week->play->disk, 1 + week_draw(week, 40),
        week_chance(week, 50) ? play_kill : play_power_cut, week->play);
}

static void die_calling(struct week *week)
{
    static const char *const calls[] = { "chat.postMessage", "chat.update", "ack",
        "conversations.open", "response", "conversations.history", "users.list" };
    sim_world_trap(week->play->world, calls[week_draw(week, COUNT(calls))], 1 + week_draw(week, 3),
        week_chance(week, 50) ? SIM_BEFORE : SIM_AFTER,
        week_chance(week, 50) ? play_kill : play_power_cut, week->play);
}

static void restart(struct week *week)
{
    week->play->stop_soon = true;
}

static void clock_forward(struct week *week)
{
    jump(week, 1 + (int64_t)week_draw(week, 4 * 3600 * 1000));
}

static void clock_back(struct week *week)
{
    jump(week, -1 - (int64_t)week_draw(week, 4 * 3600 * 1000));
}

static void jump(struct week *week, int64_t by_ms)
{
    int64_t off_ms = sim_world_jumped(week->play->world).ms;
    bool too_far = off_ms + by_ms > 8 * 3600000 || off_ms + by_ms < -8 * 3600000;
    sim_world_jump(week->play->world, (struct duration){ too_far ? -off_ms : by_ms });
}

static void fill_disk(struct week *week)
{
    mem_disk_set_full(week->play->disk, true);
    week_later(week, 1, FULL_MINUTES, disk_is_free, week);
}

static void disk_is_free(void *week)
{
    mem_disk_set_full(((struct week *)week)->play->disk, false);
}

static void break_disk(struct week *week)
{
    mem_disk_break_syncs(week->play->disk, 1 + week_draw(week, 2));
}

static void refuse_writes(struct week *week)
{
    mem_disk_break_writes(week->play->disk, 1 + week_draw(week, 2));
}

static void break_deck(struct week *week)
{
    save_deck(week, "id: first\ntitle: [\n");
    week_later(week, 1, BROKEN_MINUTES, deck_is_mended, week);
}

static void edit_deck(struct week *week)
{
    struct buf text = buf_heap(1 << 16);
    buf_addf(&text, "%s  - id: extra\n    kind: number\n    ask: How many of %u?\n    number: %u\n",
        week_deck, week_draw(week, 1000), week_draw(week, 50));
    buf_add_byte(&text, '\0');
    save_deck(week, text.ptr);
    buf_free(&text);
}

static void deck_is_mended(void *week)
{
    save_deck(week, week_deck);
}

static void save_deck(struct week *week, const char *text)
{
    play_write(week->play, "decks/first.yaml", text);
}

/* As an editor that died half-way leaves it, or one that saved nothing at all. */
static void break_roster(struct week *week)
{
    static const char *const texts[] = { "id,email,name,role,cohort,manager,timezone\nU001,u0",
        "id,email,name\n\"", "", "id;email;name;role\nU001;u001@example.com;Person 1;lead\n" };
    play_write(week->play, "people.csv", texts[week_draw(week, COUNT(texts))]);
    week_later(week, 1, BROKEN_MINUTES, roster_is_mended, week);
    if (week->play->app && !sim_world_is_dead(week->play->world))
        app_reload(week->play->app);
}

static void roster_is_mended(void *arg)
{
    struct week *week = arg;
    play_write_people(week->play, week->people);
    if (week->play->app && !sim_world_is_dead(week->play->world))
        app_reload(week->play->app);
}

/* Somebody leaves or comes back, or gets another manager; never those who are needed to tell it
 * to. */
static void change_roster(struct week *week)
{
    struct play_person *person = &week->people[4 + week_draw(week, WEEK_PEOPLE - 4)];
    if (week_chance(week, 50))
        person->not_in_people = !person->not_in_people;
    else
        person->manager = week->humans[week_draw(week, 4)].user;
    play_write_people(week->play, week->people);
    if (week->play->app && !sim_world_is_dead(week->play->world))
        app_reload(week->play->app);
}

static void close_account(struct week *week)
{
    struct week_human *human = &week->humans[4 + week_draw(week, WEEK_PEOPLE - 4)];
    struct look_user user;
    REQUIRE(look_user(week->play->workspace, str_from_z(human->user), &user));
    struct arena arena;
    arena_init(&arena, 1 << 16);
    struct workspace_user changed = { .id = str_from_z(human->user),
        .name = str_copy(&arena, user.user.name),
        .real_name = str_copy(&arena, user.user.real_name),
        .email = str_copy(&arena, user.user.email),
        .tz = str_copy(&arena, user.user.tz),
        .deleted = true };
    REQUIRE(!workspace_change_user(week->play->workspace, &changed));
    arena_finish(&arena);
    human->was_closed = true;
    week_later(week, 30, 600, account_is_open, human);
}

static void account_is_open(void *arg)
{
    struct week_human *human = arg;
    struct arena arena;
    struct look_user user;
    REQUIRE(look_user(human->week->play->workspace, str_from_z(human->user), &user));
    arena_init(&arena, 1 << 16);
    struct workspace_user changed = { .id = str_from_z(human->user),
        .name = str_copy(&arena, user.user.name),
        .real_name = str_copy(&arena, user.user.real_name),
        .email = str_copy(&arena, user.user.email),
        .tz = str_copy(&arena, user.user.tz) };
    REQUIRE(!workspace_change_user(human->week->play->workspace, &changed));
    arena_finish(&arena);
}

static void do_not_disturb(struct week *week)
{
    struct week_human *human = &week->humans[week_draw(week, WEEK_PEOPLE)];
    struct instant from = play_now(week->play);
    struct instant until = instant_add(from, MINUTES(30 + week_draw(week, 600)));
    REQUIRE(!workspace_set_dnd(week->play->workspace, str_from_z(human->user), from, until));
}

static void move(struct week *week)
{
    static const char *const zones[] = { "Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo",
        "Pacific/Apia", "Nowhere/Else" };
    struct week_human *human = &week->humans[week_draw(week, WEEK_PEOPLE)];
    struct look_user user;
    struct arena arena;
    REQUIRE(look_user(week->play->workspace, str_from_z(human->user), &user));
    arena_init(&arena, 1 << 16);
    struct workspace_user changed = { .id = str_from_z(human->user),
        .name = str_copy(&arena, user.user.name),
        .real_name = str_copy(&arena, user.user.real_name),
        .email = str_copy(&arena, user.user.email),
        .tz = str_from_z(zones[week_draw(week, COUNT(zones))]),
        .deleted = user.user.deleted };
    REQUIRE(!workspace_change_user(week->play->workspace, &changed));
    arena_finish(&arena);
}

/* Half of the time beside a socket that goes on: a refresh is asked for, and its new one is cut. */
static void cut_soon(struct week *week)
{
    sim_world_cut_soon(week->play->world, week_draw(week, 250), week_chance(week, 40));
    if (week_chance(week, 70))
        workspace_disconnect(week->play->workspace, 0, STR("refresh_requested"));
}
