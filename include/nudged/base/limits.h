/* Every limit in one place, each with its reason. Sizes are bytes unless the name says
 * otherwise. */
#ifndef NUDGED_BASE_LIMITS_H
#define NUDGED_BASE_LIMITS_H

enum {
    YAML_BYTES_MAX = 1 << 20,           /* a deck this long is several books; bounds parse time */
    YAML_DEPTH_MAX = 12,           /* our deepest schema is 6; libyaml is quadratic in flow depth */
    YAML_NODES_MAX = 100000,            /* about 5,000 prompts in one file */
    FRAME_BYTES_MAX = 1 << 20,       /* one chat frame; Slack's largest seen is far below 256 KiB */
    JSON_DEPTH_MAX = 32,                /* cJSON would recurse 1,000 deep; Slack nests below 20 */
    HTTP_REPLY_BYTES_MAX = 4 << 20,     /* a page of 200 users is about 400 KiB */
    MESSAGE_BYTES_MAX = 64 << 10,       /* packed; the largest platform limit is 40,000 letters */
    ANSWER_POINTS_MAX = 4000,           /* code points a person may type; the bot says so */
    ANSWER_BYTES_MAX = 16 << 10,        /* more than that many have, at four bytes each */
    TURN_ARENA_MAX = 16 << 20,          /* one event's working memory */
    TURN_EVENTS_MAX = 256,              /* one transaction: keeps a turn under 50 ms */
    TEXT_DISTANCE_MAX = 256,            /* code points; longer answers are compared exactly */
    TOKEN_BYTES_MAX = 512,              /* Slack tokens are below 200 */
    URL_BYTES_MAX = 2048
};

#endif
