/* The functions of facts_builder.h, which includes them: each test program has its own. */
static inline struct instant builder_local(const struct builder *b, int year, int month, int day,
    int hour, int minute)
{
    struct date date = { year, (int8_t)month, (int8_t)day };
    return zone_instant(b->zone,
        (struct local){ date_to_day(date), (int16_t)(60 * hour + minute) });
}

static inline void builder_prompts(struct builder *b)
{
    static const char *const asks[] = { "Which source comes first?", "Which checks belong to it?",
        "What is the order of a hand-off?", "How many minutes until you escalate?",
        "Who owns the next step?", "What makes a good summary?",
        "When did you last check a source?", "What do leads check?" };
    static const char *const ids[] = { "first", "checks", "steps", "minutes", "owner", "summary",
        "moment", "lead" };
    b->options[0] = (struct prompt_option){ STR("The document"), STR("It is closest."), true };
    b->options[1] = (struct prompt_option){ STR("A colleague"), STR("They may be wrong."), false };
    b->options[2] = (struct prompt_option){ STR("A guess"), STR_EMPTY, false };
    b->options[3] = (struct prompt_option){ STR("Dates"), STR("They go stale."), true };
    b->options[4] = (struct prompt_option){ STR("Names"), STR_EMPTY, true };
    b->options[5] = (struct prompt_option){ STR("Fonts"), STR("Nobody minds."), false };
    b->words[0] = STR("receiver");
    b->words[1] = STR("the receiver");
    for (int i = 0; i < BUILDER_PROMPTS; i++) {
        b->prompts[i] = (struct prompt){ .prompt_id = i + 1, .revision_id = 100 + i,
            .deck = i == 7 ? STR("leading") : STR("basics"), .id = str_from_z(ids[i]),
            .kind = i == 7 ? PROMPT_CHOICE : (enum prompt_kind)(i + 1),
            .skill = i % 2 ? STR("handing-over") : STR("checking"), .ask = str_from_z(asks[i]),
            .why = STR("Because work goes on without you."), .source = STR("Handbook, page 4") };
        b->by_id[i] = &b->prompts[i];
    }
    for (int i = 0; i < BUILDER_PROMPTS; i++)
        if (i == 0 || i == 7)
            b->prompts[i].options = b->options, b->prompts[i].options_len = 3;
    b->prompts[1].options = b->options + 3, b->prompts[1].options_len = 3;
    b->prompts[2].options = b->options, b->prompts[2].options_len = 3;
    b->prompts[3].number = 15, b->prompts[3].tolerance = 0, b->prompts[3].unit = STR("minutes");
    b->prompts[4].accept = b->words, b->prompts[4].accept_len = 2;
    b->prompts[5].answer = STR("State, next step, owner.");
}

static inline void builder_content(struct builder *b)
{
    static struct str leads[] = { STR_INIT("lead") };
    static struct str behaviours[] = { STR_INIT("says who owns the next step") };
    builder_prompts(b);
    b->holidays = holidays_in(&b->arena);
    b->skills[0] = (struct skill){ .id = STR("checking"), .name = STR("Checking sources") };
    b->skills[1] = (struct skill){ .id = STR("handing-over"), .name = STR("Handing over"),
        .behaviours = behaviours, .behaviours_len = 1 };
    b->decks[0] = (struct deck){ .id = STR("basics"), .title = STR("The basics"),
        .owner = STR("owner@example.com"), .source = STR("Handbook"), .language = STR("en"),
        .desired_retention = 0.9, .min_gap_days = -1, .prompts = b->prompts, .prompts_len = 7 };
    b->decks[1] = b->decks[0];
    b->decks[1].id = STR("leading");
    b->decks[1].audience = (struct audience){ .roles = leads, .roles_len = 1 };
    b->decks[1].prompts = b->prompts + 7;
    b->decks[1].prompts_len = 1;
    b->content = (struct content){ .decks = b->decks, .decks_len = 2, .skills = b->skills,
        .skills_len = 2, .holidays = &b->holidays, .version = 1, .by_id = b->by_id,
        .by_id_len = BUILDER_PROMPTS };
}

static inline struct builder *builder_new(const char *zone)
{
    struct builder *b = calloc(1, sizeof *b);
    assert_non_null(b);
    arena_init(&b->arena, BUILDER_ARENA_BYTES);
    assert_int_equal(zone_load(STR("/usr/share/zoneinfo"), str_from_z(zone), &b->zone), OK);
    b->settings = (struct settings){ .organisation = STR("Example Ltd"), .zone = STR("UTC"),
        .hours = HOURS_DEFAULT, .cap = 1, .new_per_week = 3, .min_gap_days = 7,
        .visibility = VISIBILITY_SKILLS, .legal_basis = STR("works agreement"),
        .digest_weekday = 0, .digest_minute = 8 * 60 + 30 };
    builder_content(b);
    b->facts = (struct facts){ .now = builder_local(b, 2031, 3, 4, 11, 0),
        .settings = &b->settings, .content = &b->content, .weights = &review_weights_default,
        .zone = b->zone, .live = true,
        .workspace = STR("T1"), .has_person = true, .manager_name = STR("Mia Example"),
        .random = { BUILDER_KEY << 1, 77, 78, 79 } };
    b->facts.person = (struct person){ .person_id = 1, .external_id = STR("e1"),
        .email = STR("ada@example.com"), .name = STR("Ada Example"), .role = STR("agent"),
        .manager_id = 2, .state = PERSON_ACTIVE, .paused_until = INSTANT_NEVER,
        .chat_state = CHAT_MATCHED, .chat_user = STR("U1"), .chat_channel = STR("D1"),
        .notice_version = NOTICE_VERSION, .enrolled_day = 1, .next_slot = b->facts.now,
        .next_digest = INSTANT_NEVER };
    b->facts.reviews = b->reviews;
    plan_init(&b->plan);
    return b;
}

static inline void builder_free(struct builder *b)
{
    assert_false(arena_failed(&b->arena));
    zone_free(b->zone);
    arena_finish(&b->arena);
    free(b);
}

static inline int32_t builder_today(const struct builder *b)
{
    return slot_today(&b->facts);
}

/* The person met the prompt and it is due `due_in` days from now. */
static inline struct review *builder_review(struct builder *b, int64_t prompt_id, int due_in)
{
    assert_true(b->facts.reviews_len < BUILDER_REVIEWS_MAX);
    struct review *review = &b->reviews[b->facts.reviews_len++];
    *review = (struct review){ .prompt_id = prompt_id, .born_day = builder_today(b) - 30,
        .sent_day = builder_today(b) - 3, .due_day = builder_today(b) + due_in };
    return review;
}

/* A nudge about the prompt, sent an hour ago. */
static inline void builder_nudge(struct builder *b, int64_t prompt_id, enum nudge_state state)
{
    b->facts.has_nudge = true;
    b->facts.nudge = (struct nudge){ .nudge_id = 50, .person_id = 1, .prompt_id = prompt_id,
        .revision_id = 99 + prompt_id, .key = BUILDER_KEY, .state = state, .day = builder_today(b),
        .planned = instant_add(b->facts.now, HOURS(-1)), .message_id = STR("m50") };
    b->facts.prompt = b->prompts[prompt_id - 1];
    b->facts.person.last_nudge_id = 50;
    b->facts.has_review = true;
    b->facts.review = (struct review){ .prompt_id = prompt_id, .born_day = builder_today(b),
        .sent_day = builder_today(b), .due_day = builder_today(b) + 3 };
}

/* An event of the person, as a platform would decode it. */
static inline void builder_event(struct builder *b, enum event_kind kind)
{
    b->event = (struct event){ .kind = kind, .at = b->facts.now, .platform = STR("slack"),
        .workspace = STR("T1"), .actor = STR("U1") };
    if (kind == EVENT_ACTION || kind == EVENT_FORM) {
        b->event.ref = (struct action_ref){ .nudge_id = 50, .key = BUILDER_KEY };
        b->event.message_id = kind == EVENT_ACTION ? STR("m50") : STR_EMPTY;
    }
}

static inline enum err builder_decide(struct builder *b)
{
    plan_init(&b->plan);
    return rule_of(b->event.kind)->decide(&b->facts, &b->event, &b->arena, &b->plan);
}

static inline void builder_click(struct builder *b, enum verb verb, const uint8_t *values,
    size_t values_len)
{
    builder_event(b, EVENT_ACTION);
    b->event.verb = verb;
    b->event.values_len = values_len;
    if (values_len)
        memcpy(b->event.values, values, values_len);
    assert_int_equal(builder_decide(b), OK);
}

static inline void builder_type(struct builder *b, const char *line)
{
    builder_event(b, EVENT_TEXT);
    b->event.text = str_from_z(line);
    assert_int_equal(builder_decide(b), OK);
}

static inline void builder_command(struct builder *b, const char *line)
{
    builder_event(b, EVENT_COMMAND);
    b->event.text = str_from_z(line);
    assert_int_equal(builder_decide(b), OK);
}

/* The first effect of the kind; NULL when there is none. */
static inline const struct effect *builder_effect(const struct builder *b, enum effect_kind kind)
{
    for (size_t i = 0; i < b->plan.effects_len; i++)
        if (b->plan.effects[i].kind == kind)
            return &b->plan.effects[i];
    return NULL;
}

static inline int builder_count(const struct builder *b, enum effect_kind kind)
{
    int count = 0;
    for (size_t i = 0; i < b->plan.effects_len; i++)
        count += b->plan.effects[i].kind == kind;
    return count;
}

/* The kinds of all effects are exactly these, in this order. */
static inline void builder_assert_order(const struct builder *b, const enum effect_kind *kinds,
    size_t len)
{
    assert_int_equal(b->plan.effects_len, len);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(b->plan.effects[i].kind, kinds[i]);
}

static inline struct str builder_text(struct builder *b, const struct message *message)
{
    struct buf buf = buf_in(&b->arena, 1 << 18);
    assert_non_null(message);
    message_to_text(message, &buf);
    assert_false(buf.failed);
    return buf_str(&buf);
}

static inline void assert_text_has(struct str text, const char *words)
{
    if (!str_contains(text, str_from_z(words)))
        fail_msg("\"%s\" is not in:\n%.*s", words, STR_ARG(text));
}

static inline void assert_text_lacks(struct str text, const char *words)
{
    if (str_contains(text, str_from_z(words)))
        fail_msg("\"%s\" is in:\n%.*s", words, STR_ARG(text));
}

static inline void assert_why(const struct builder *b, const char *why)
{
    assert_string_equal(b->plan.why, why);
}
