/* What leaves after the commit: acks and their payloads, forms, lines for one pair of eyes,
 * questions to the platform, reports to be read. Nothing here can change what was decided. */
#include "state.h"

static void apologise(struct app *app, struct turn_item *item);
static void send_ack(struct app *app, const struct turn_item *item, const struct ack_reply *reply);
static void after_delivery(struct app *app, const struct turn_item *item);
static void put_back(struct app *app, const struct turn_item *item);

void after_commit(struct app *app, struct turn_item *item)
{
    const struct plan *plan = &item->plan;
    app_step(app, item, "committed");
    struct ack_reply reply = { plan->ack, plan->form_error_input, plan->form_error };
    send_ack(app, item, &reply);
    if (item->skipped)
        return;
    app->ticker.stale = app->ticker.stale || item->applied.slots_changed;
    if (plan->form)
        (void)sender_ephemeral(app, item, DELIVERY_FORM, plan->form);
    if (plan->whisper && !item->applied.duplicate)
        (void)sender_ephemeral(app, item, DELIVERY_WHISPER, plan->whisper);
    if (item->event.kind == EVENT_CONTENT && !item->event.faults)
        loader_swap(app);
    if (item->event.kind == EVENT_MEMBERS || item->event.kind == EVENT_DND)
        watch_platform_answered(app, &item->event);
    if (item->event.members_complete)
        app->watch.count_people = true;
    if (item->event.kind == EVENT_LINK)
        app->bound = item->event.up && !plan->stop;
    if (plan->query == QUERY_ROSTER && app->roster.at_work)
        app->roster.ask = true;         /* whoever is not in yet would not be found in it */
    else if (plan->query)
        ask_platform(app, plan->query, item->event.actor);
    if (item->event.kind == EVENT_PEOPLE)
        roster_slice_stored(app, &item->event);
    if (plan->digest)
        digest_read(app, plan->digest, plan->digest_week_monday);
    if (item->event.kind == EVENT_DELIVERY)
        after_delivery(app, item);
    if (item->event.kind == EVENT_REPLAY)
        replay_after(app, plan);
    if (item->event.kind == EVENT_UPKEEP)
        upkeep_after(app, &item->applied);
    if (plan->stop)
        app_stop(app, EXIT_CONFIG, str_from_z(plan->stop));
}

void after_failure(struct app *app, struct turn_item *item)
{
    const struct event *event = &item->item->event;
    app->failures++;
    app_step(app, item, "failed");
    if (event->kind == EVENT_PEOPLE)
        roster_slice_failed(app, event, turn_is_refusal(item->err));
    if (turn_is_refusal(item->err)) {
        put_back(app, item);        /* never ack what was not stored */
        return;
    }
    log_note(app, "event_failed", "event=%llu err=%s", (unsigned long long)item->item->id,
             err_name(item->err));
    bool own = !item->item->is_frame;
    if (own && (event->kind == EVENT_PERSON_DUE || event->kind == EVENT_DIGEST_DUE))
        ticker_hold(app);
    if (own && event->kind == EVENT_CONTENT && !event->faults)
        loader_give_up(app);
    if (own && event->kind == EVENT_DELIVERY) {
        (void)sender_done(app, &event->result);
        app->sender.lost = true;    /* what was sent is still claimed: the sender looks it up */
    }
    if (!own && item->event.kind == EVENT_TEXT && err_policy_of(item->err) == ERR_POLICY_RETRY)
        return;         /* not acked: a line comes again by itself, a few times, and may fit then */
    if (!own)
        apologise(app, item);
}

/* Whoever cannot be told sees the platform's own mark, because nothing is acked then. */
static void apologise(struct app *app, struct turn_item *item)
{
    struct str sorry = STR("Something went wrong on my side and this was not recorded. "
                           "It has been noted; please try again later.");
    struct message message = { .summary = sorry };
    struct ack_reply reply = { .message = item->event.kind == EVENT_COMMAND ? &message : NULL };
    if (item->event.kind == EVENT_FORM && item->event.form_len) {
        reply.form_error_input = item->event.form[0].name;
        reply.form_error = sorry;
    }
    bool whispers = item->event.kind == EVENT_ACTION;
    if (!item->event.workspace.len || (whispers && !item->ack.reply_path.len))
        return;         /* not even decoding found memory, or there is no way back */
    send_ack(app, item, &reply);
    if (whispers)
        (void)sender_ephemeral(app, item, DELIVERY_WHISPER, &message);
}

static void send_ack(struct app *app, const struct turn_item *item, const struct ack_reply *reply)
{
    if (!item->item->is_frame || !item->ack.envelope_id.len || !app->link)
        return;
    app->platform->ack(app->link, &item->ack, reply);
    app_step(app, item, "acked");
}

/* What is to be tried or asked again has not failed, and an update that a newer one replaced has
 * nothing left to say. */
static void after_delivery(struct app *app, const struct turn_item *item)
{
    static const char *const steps[] = {
        [DELIVERY_END_SENT] = "sent",
        [DELIVERY_END_GONE] = "failed",
        [DELIVERY_END_PERSON] = "failed",
        [DELIVERY_END_CONTENT] = "failed",
        [DELIVERY_END_WORKSPACE] = "failed",
        [DELIVERY_END_EXPIRED] = "failed",
    };
    const struct delivery_result *result = &item->event.result;
    bool replaced = sender_done(app, result) && result->end == DELIVERY_END_EXPIRED;
    metric_add(app, METRIC_SEND_ERRORS, (int)result->end, replaced ? 0 : 1);
    if (result->end == DELIVERY_END_SENT) {
        app->watch.sent = world_mono(app->world);
        metric_add(app, METRIC_MESSAGES_SENT, (int)result->lane, 1);
        metric_add(app, METRIC_NUDGES_SENT, 0,
            result->lane == LANE_NUDGE && result->kind == DELIVERY_POST);
    }
    if (result->end != DELIVERY_END_SENT && !replaced)
        log_note(app, "delivery", "lane=%s person=%lld end=%s code=%.*s", lane_name(result->lane),
            (long long)result->person_id, delivery_end_name(result->end), STR_ARG(result->code));
    if ((size_t)result->end < COUNT(steps) && steps[result->end] && !replaced)
        app_step(app, item, steps[result->end]);
}

/* A frame comes again by itself or the person presses again, and what is due stays due; an operator
 * who was told "nothing has changed" must find it so. The rest only we can repeat; rows of
 * people.csv are roster.c's. */
static void put_back(struct app *app, const struct turn_item *item)
{
    static const bool repeatable[EVENT_KIND_COUNT] = {
        [EVENT_MEMBERS] = true, [EVENT_UNINSTALLED] = true, [EVENT_LINK] = true, [EVENT_DND] = true,
        [EVENT_DELIVERY] = true, [EVENT_CONTENT] = true, [EVENT_DIGEST_READY] = true,
    };
    const struct event *event = &item->item->event;
    bool own = !item->item->is_frame;
    if (own && repeatable[event->kind] && inbox_put_event(&app->inbox, event))
        log_note(app, "event_dropped", "event=%llu", (unsigned long long)item->item->id);
}
