/* The keys of the configuration file; deploy/nudged.yaml explains each. */
#include "content/tables.h"

#define SETTING(member) SCHEMA_FIELD(struct config_file, config.settings.member)
#define SETTING_LIST(member) SCHEMA_LIST(struct config_file, config.settings.member)

enum { EMAILS_MAX = 10000 };

static const struct schema_word weekdays[] = {
    { "mon", 0, NULL }, { "tue", 1, NULL }, { "wed", 2, NULL }, { "thu", 3, NULL },
    { "fri", 4, NULL }, { "sat", 5, NULL }, { "sun", 6, NULL }, { 0 },
};
static const struct schema_word visibilities[] = {
    { "skills", VISIBILITY_SKILLS, "one line a person" },
    { "team", VISIBILITY_TEAM, "figures of the whole team only" },
    { 0 },
};
static const struct schema_word fit_words[] = {
    { "off", FIT_WHEN_OFF, "only by hand, `nudged fit`" },
    { "nightly", FIT_WHEN_NIGHTLY, "when enough is new" },
    { 0 },
};
static const struct schema_word languages[] = { { "en", 0, NULL }, { 0 } };
const struct schema_word config_log_formats[] = {
    { "auto", 0, NULL }, { "logfmt", 1, NULL }, { "json", 2, NULL }, { 0 },
};

static const struct schema_row hours_rows[] = {
    { .key = "from", .type = VALUE_TIME, .fallback = "09:30", SETTING(hours.from_minute),
      .help = "nobody is asked before" },
    { .key = "to", .type = VALUE_TIME, .fallback = "16:30", SETTING(hours.to_minute),
      .help = "nobody is asked after" },
    { .key = "days", .type = VALUE_DAYS, .fallback = "mon-fri", SETTING(hours.workdays),
      .help = "weekdays" },
};
static const struct schema hours_schema = {
    .name = "hours", .rows = hours_rows, .rows_len = COUNT(hours_rows),
};

static const struct schema_row digest_rows[] = {
    { .key = "weekday", .type = VALUE_WORD, .words = weekdays, .fallback = "mon",
      SETTING(digest_weekday), .help = "day of the weekly message" },
    { .key = "time", .type = VALUE_TIME, .fallback = "08:30", SETTING(digest_minute),
      .help = "in the manager's time zone" },
};
static const struct schema digest_schema = {
    .name = "digest", .rows = digest_rows, .rows_len = COUNT(digest_rows),
};

static const struct schema_row slack_rows[] = {
    { .key = "api_url", .type = VALUE_TEXT, .max = 500, .fallback = "https://slack.com/api/",
      SCHEMA_FIELD(struct config_file, config.slack_api_url), .help = "where Slack's Web API is" },
    { .key = "posts_per_second", .type = VALUE_NUMBER, .min = 0, .max = 100, .fallback = "1",
      SCHEMA_FIELD(struct config_file, config.slack_posts_per_second),
      .help = "messages a second into the workspace; 0 is no limit" },
};
static const struct schema slack_schema = {
    .name = "slack", .rows = slack_rows, .rows_len = COUNT(slack_rows),
};

static const struct schema_row retention_rows[] = {
    { .key = "texts", .type = VALUE_INT, .min = 1, .max = 3650, .fallback = "90",
      SETTING(retention.texts), .help = "days until typed words are deleted, reflections too" },
    { .key = "answers", .type = VALUE_INT, .min = 60, .max = 3650, .fallback = "730",
      SETTING(retention.answers), .help = "days until answers and their questions are deleted" },
    { .key = "access_log", .type = VALUE_INT, .min = 60, .max = 3650, .fallback = "730",
      SETTING(retention.access_log), .help = "days until it is forgotten who read whose data" },
    { .key = "copies", .type = VALUE_INT, .min = 1, .max = 365, .fallback = "30",
      SETTING(retention.copies),
      .help = "days until copies made before an upgrade or a restore are deleted" },
};
static const struct schema retention_schema = {
    .name = "retention", .rows = retention_rows, .rows_len = COUNT(retention_rows),
};

static const struct schema_row backup_rows[] = {
    { .key = "folder", .type = VALUE_TEXT, .max = 1000,
      SCHEMA_FIELD(struct config_file, backup), .help = "where a backup is put every night" },
    { .key = "keep", .type = VALUE_INT, .min = 1, .max = 365, .fallback = "14",
      SCHEMA_FIELD(struct config_file, config.backup_keep), .help = "nights that are kept" },
};
static const struct schema backup_schema = {
    .name = "backup", .rows = backup_rows, .rows_len = COUNT(backup_rows),
};

static const struct schema_row log_rows[] = {
    { .key = "format", .type = VALUE_WORD, .words = config_log_formats, .fallback = "auto",
      SCHEMA_FIELD(struct config_file, log_format), .help = "how log lines look" },
};
static const struct schema log_schema = {
    .name = "log", .rows = log_rows, .rows_len = COUNT(log_rows),
};

static const struct schema_row health_rows[] = {
    { .key = "listen", .type = VALUE_TEXT, .max = 60,
      SCHEMA_FIELD(struct config_file, config.health_listen),
      .help = "address and port of /healthz, /readyz and /metrics; without it there are none" },
    { .key = "beyond_this_machine", .type = VALUE_BOOL, .fallback = "false",
      SCHEMA_FIELD(struct config_file, config.health_beyond),
      .help = "true: listen may be an address that others reach, as in a container" },
};
static const struct schema health_schema = {
    .name = "health", .rows = health_rows, .rows_len = COUNT(health_rows),
};

static const struct schema_row config_rows[] = {
    { .key = "organisation", .type = VALUE_TEXT, .required = true, .max = 120,
      SETTING(organisation),
      .help = "the name people read in the privacy notice" },
    { .key = "legal_basis", .type = VALUE_TEXT, .required = true, .max = 600, SETTING(legal_basis),
      .help = "why you may process the answers, in a sentence for the people concerned" },
    { .key = "state_dir", .type = VALUE_TEXT, .max = 1000, .fallback = "/var/lib/nudged",
      SCHEMA_FIELD(struct config_file, state), .help = "folder of the database" },
    { .key = "content", .type = VALUE_TEXT, .required = true, .max = 1000,
      SCHEMA_FIELD(struct config_file, content), .help = "folder with decks/ and skills.yaml" },
    { .key = "people", .type = VALUE_TEXT, .required = true, .max = 1000,
      SCHEMA_FIELD(struct config_file, people), .help = "the people file, CSV" },
    { .key = "holidays", .type = VALUE_TEXT, .max = 1000,
      SCHEMA_FIELD(struct config_file, holidays), .help = "holidays, .yaml or .ics" },
    { .key = "timezone", .type = VALUE_TEXT, .required = true, .max = 64, SETTING(zone),
      .help = "the organisation's own time zone, such as Europe/Berlin" },
    { .key = "language", .type = VALUE_WORD, .words = languages, .fallback = "en",
      SCHEMA_FIELD(struct config_file, language), .help = "language of what nudged itself says" },
    { .key = "admins", .type = VALUE_EMAILS, .required = true, .min = 1, .max = 50, .item_max = 254,
      SETTING_LIST(admins), .help = "e-mails of who may run it and hears when it needs a human" },
    { .key = "only", .type = VALUE_EMAILS, .min = 1, .max = EMAILS_MAX, .item_max = 254,
      SETTING_LIST(only), .help = "a pilot: only these e-mails are ever contacted" },
    { .key = "hours", .type = VALUE_MAP, .of = &hours_schema, .help = "when people may be asked" },
    { .key = "cap", .type = VALUE_INT, .min = 1, .max = 3, .fallback = "1", SETTING(cap),
      .help = "questions a person a day at most" },
    { .key = "new_per_week", .type = VALUE_INT, .min = 0, .max = 15, .fallback = "3",
      SETTING(new_per_week), .help = "prompts a week at most that the person has not seen before" },
    { .key = "min_gap_days", .type = VALUE_INT, .min = 0, .max = 60, .fallback = "7",
      SETTING(min_gap_days),
      .help = "days at least before a prompt comes back, from its second answer on" },
    { .key = "fill", .type = VALUE_BOOL, .fallback = "false", SETTING(fill),
      .help = "ask also when nothing is due, up to the cap: what has rested longest" },
    { .key = "fit", .type = VALUE_WORD, .words = fit_words, .fallback = "nightly", SETTING(fit),
      .help = "when the memory model's weights are learnt from your own answers" },
    { .key = "visibility", .type = VALUE_WORD, .words = visibilities, .fallback = "skills",
      SETTING(visibility), .help = "what a manager sees of direct reports" },
    { .key = "digest", .type = VALUE_MAP, .of = &digest_schema, .help = "the weekly message" },
    { .key = "retention", .type = VALUE_MAP, .of = &retention_schema,
      .help = "how long what people did is kept, in days" },
    { .key = "backup", .type = VALUE_MAP, .of = &backup_schema, .help = "nightly backups" },
    { .key = "slack", .type = VALUE_MAP, .of = &slack_schema, .help = "Slack" },
    { .key = "log", .type = VALUE_MAP, .of = &log_schema, .help = "the log" },
    { .key = "health", .type = VALUE_MAP, .of = &health_schema, .help = "pages for machines" },
};
const struct schema config_schema = {
    .name = "configuration", .bytes = sizeof(struct config_file), .rows = config_rows,
    .rows_len = COUNT(config_rows), .check = config_check,
};
