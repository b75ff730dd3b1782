/* Slack's row in the table of platforms.
 *
 *   decode.c decode_action.c   frame → event          link.c    sockets, and who reconnects
 *   encode.c blocks.c choices.c message → body        call.c    requests in flight
 *   json.c markup.c control.c members.c               sender.c  deliveries     query.c  rosters
 *   method.c verdict.c reply_path.c asked.c           all pure: pace, error codes, ways back, who
 *                                                     was asked about */
#include "platform/slack/decode.h"
#include "platform/slack/encode.h"
#include "platform/slack/inside.h"

static enum err slack_encode(const struct message *message, enum delivery_kind kind,
    struct arena *arena, struct buf *out);

extern const struct platform slack_platform;
const struct platform slack_platform = {
    .name = "slack",
    .limits = { .text_max = 3000, .buttons_max = 5, .ack_deadline_ms = 3000,
        .buttons = true, .forms = true, .lookup = true },
    .decode = slack_decode,
    .encode = slack_encode,
    .open = slack_open,
    .close = slack_close,
    .ack = slack_ack,
    .ready = slack_ready,
    .send = slack_send,
    .lookup = slack_lookup,
    .query = slack_query,
    .is_up = slack_is_up,
};

/* Placeholders of the right shape: only a delivery knows whom, where and which. */
static enum err slack_encode(const struct message *message, enum delivery_kind kind,
    struct arena *arena, struct buf *out)
{
    struct target nobody = { .channel = STR("D0000000000"), .message_id = STR("0000000000.000000"),
        .user = STR("U0000000000"), .trigger = STR("0000000000.0000000000.0"), .key = 1 };
    return encode_body(message, kind, &nobody, arena, out);
}
