/* What leaves after the commit: acks and their payloads, forms, lines for one pair of eyes, questions
 * to the platform, reports to be read. Nothing here can change what was decided. */
#include "state.h"

static void send_ack(struct app *app, const struct turn_item *item, const struct ack_reply *reply);
static void put_back(struct app *app, struct turn_item *item);

void after_commit(struct app *app, struct turn_item *item)
{
    const struct plan *plan = &item->plan;
    app_step(app, item, "committed");
    struct ack_reply reply = { plan->ack, plan->form_error_input, plan->form_error };
    send_ack(app, item, &reply);
    if (item->skipped)
        return;
    if (plan->form)
        (void)sender_ephemeral(app, item, DELIVERY_FORM, plan->form);
    if (plan->whisper && !item->applied.duplicate)
        (void)sender_ephemeral(app, item, DELIVERY_WHISPER, plan->whisper);
    if (item->event.kind == EVENT_CONTENT)
        loader_swap(app);
    if (plan->query)
        ask_platform(app, plan->query);
    if (plan->digest_person_id)
        digest_read(app, plan->digest_person_id, plan->digest_week_monday, plan->digest_details);
    if (item->event.kind == EVENT_DELIVERY)
        app_step(app, item, item->event.result.end == DELIVERY_END_SENT ? "sent" : "failed");
    if (plan->stop)
        app_stop(app, EXIT_CONFIG, str_from_z(plan->stop));
}

void after_failure(struct app *app, struct turn_item *item)
{
    app->failures++;
    app_step(app, item, "failed");
    log_note(app, "event_failed", "event=%llu err=%s", (unsigned long long)item->item->id,
             err_name(item->err));
    bool storage = item->err == ERR_DB_FULL || item->err == ERR_DB_BUSY ||
                   err_policy_of(item->err) == ERR_POLICY_STOP;
    if (storage) {
        put_back(app, item);        /* never ack what was not stored */
        return;
    }
    struct str sorry = STR("Something went wrong on my side and this was not recorded. "
                           "It has been noted; please try again later.");
    struct message message = { .summary = sorry };
    struct ack_reply reply = { .message = item->event.kind == EVENT_COMMAND ? &message : NULL };
    send_ack(app, item, &reply);
}

static void send_ack(struct app *app, const struct turn_item *item, const struct ack_reply *reply)
{
    if (!item->item->is_frame || !item->ack.envelope_id.len || !app->link)
        return;
    app->platform->ack(app->link, &item->ack, reply);
    app_step(app, item, "acked");
}

/* A frame comes again by itself or the person presses again, and what is due stays due; the rest only
 * we can repeat. Rows of people.csv borrow from a set that may be swapped meanwhile: they are read
 * from the set in force when storing works again. */
static void put_back(struct app *app, struct turn_item *item)
{
    static const bool repeatable[EVENT_KIND_COUNT] = {
        [EVENT_MEMBERS] = true, [EVENT_UNINSTALLED] = true, [EVENT_LINK] = true, [EVENT_DND] = true,
        [EVENT_DELIVERY] = true, [EVENT_CONTROL] = true,
    };
    const struct event *event = &item->item->event;
    bool own = !item->item->is_frame;
    app->people_again = app->people_again || (own && event->kind == EVENT_PEOPLE);
    bool again = own && (repeatable[event->kind] || (event->kind == EVENT_CONTENT && !event->faults));
    if (again && inbox_put_event(&app->inbox, event))
        log_note(app, "event_dropped", "event=%llu", (unsigned long long)item->item->id);
    app->world->ops->timer_after(app->turn_timer, SECONDS(1));
}
