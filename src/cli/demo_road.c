/* The strip under the conversation: what became of each event, step by step.
 *
 * A delivery is an event of its own; the page shows it as the last step of what caused it. */
#include "demo.h"

static struct demo_person *person_by_id(struct demo *demo, int64_t person_id);
static struct demo_person *person_by_user(struct demo *demo, struct str user_id);

void demo_step(void *arg, const struct app_step *step)
{
    struct demo *demo = arg;
    struct str kind = str_from_z(step->kind);
    struct demo_person *person = person_by_id(demo, step->person_id);
    if (!person && step->actor.len)
        person = person_by_user(demo, step->actor);
    if (person && step->person_id)
        person->person_id = step->person_id;
    bool delivery = str_equal(kind, STR("delivery"));
    bool sent = delivery && str_equal(str_from_z(step->step), STR("sent"));
    if (sent && person == &demo->people[demo->hero])
        demo->hero_asked = true;
    bool received = str_equal(str_from_z(step->step), STR("received"));
    bool marked = step->why && str_equal(str_from_z(step->why), STR("marked"));
    if (!demo->server || !person || (delivery && !sent) || marked || received)
        return;                 /* received is told with decided: only then is it known why */
    if (!delivery)
        person->last_event = step->event_id;
    struct sim_road road = {
        .id = delivery ? person->last_event : step->event_id, .person = person->name,
        .kind = delivery ? STR_EMPTY : kind, .step = str_from_z(step->step),
        .text = delivery ? STR_EMPTY : str_from_z(step->why),
    };
    if (!road.id)
        return;
    if (str_equal(road.step, STR("decided"))) {
        struct sim_road first = road;
        first.step = STR("received");
        sim_server_road(demo->server, &first);
    }
    sim_server_road(demo->server, &road);
}

static struct demo_person *person_by_id(struct demo *demo, int64_t person_id)
{
    for (size_t i = 0; person_id && i < demo->people_len; i++)
        if (demo->people[i].person_id == person_id)
            return &demo->people[i];
    return NULL;
}

static struct demo_person *person_by_user(struct demo *demo, struct str user_id)
{
    for (size_t i = 0; i < demo->people_len; i++)
        if (str_equal(demo->people[i].user_id, user_id))
            return &demo->people[i];
    return NULL;
}
