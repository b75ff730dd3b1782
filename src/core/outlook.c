/* The operator's view of a person's day. Decides nothing. */
#include "nudged/core/outlook.h"

#include <string.h>

#include "choose.h"
#include "slots.h"

static void add_due(struct outlook *out, const struct review *review, const struct prompt *prompt);

/* Every word that bar.c, due.c and choose.c may give as a reason. */
static const struct {
    const char *why, *sentence;
} sentences[] = {
    { "left", "is no longer in people.csv" },
    { "stopped", "has said stop" },
    { "paused", "has said pause" },
    { "not_live", "sending is off until `nudged resume`" },
    { "not_reachable", "there is no chat account we can write to" },
    { "not_in_pilot", "is not one of those in `only`" },
    { "ended", "the last day of employment is over" },
    { "not_started", "the first day of employment has not come yet" },
    { "planned", "was woken, which plans a slot and sends nothing" },
    { "not_yet", "the planned slot has not come yet" },
    { "cap", "the slots of this day are used up" },
    { "outside_window", "outside the working time: other hours, no workday, or a holiday" },
    { "too_soon", "the last question, for another day, is less than a night ago" },
    { "dnd", "does not want to be disturbed just now" },
    { "notice", "the privacy notice comes first, and alone" },
    { "held_out", "a question held out to measure has its day, and comes before what is due" },
    { "due", "of the questions due again, this one comes first" },
    { "new", "nothing is due, so the next new question comes" },
    { "early", "nothing is due, so the one that has rested longest comes before its day" },
    { "nothing_due", "nothing is due, and the new questions of this week have been met" },
    { "nothing_left", "nothing is due, and there is no new question left" },
};

void outlook_of(const struct facts *facts, struct outlook *out)
{
    int32_t today = slot_today(facts);
    *out = (struct outlook){
        .workday = slot_workday_on_or_after(facts, today) == today,
        .from = slot_window_start(facts),
        .to = slot_window_end(facts),
        .new_this_week = choose_new_this_week(facts, today),
    };
    if (facts->content->holidays)
        out->holiday = holidays_name(facts->content->holidays, today, facts->person.region);
    for (size_t i = 0; i < facts->reviews_len; i++) {
        const struct prompt *prompt = NULL;
        if (choose_is_due(facts, &facts->reviews[i], today, &prompt))
            add_due(out, &facts->reviews[i], prompt);
    }
}

const char *outlook_sentence(const char *why)
{
    for (size_t i = 0; why && i < COUNT(sentences); i++)
        if (strcmp(sentences[i].why, why) == 0)
            return sentences[i].sentence;
    return NULL;
}

/* Into its place by day; the last one falls off when there are more than fit. */
static void add_due(struct outlook *out, const struct review *review, const struct prompt *prompt)
{
    size_t at = out->due_len;
    out->due_all++;
    if (at == OUTLOOK_DUE_MAX && out->due[--at].day <= review->due_day)
        return;
    for (; at > 0 && out->due[at - 1].day > review->due_day; at--)
        out->due[at] = out->due[at - 1];
    out->due[at] = (struct outlook_due){ prompt, review->due_day };
    if (out->due_len < OUTLOOK_DUE_MAX)
        out->due_len++;
}
