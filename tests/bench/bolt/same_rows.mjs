// App B: reads and writes what nudged does for an answer, in nudged's own schema and with nudged's
// own statements: answer, review, nudge, outbox row and counts in one transaction; ack; the update;
// the outbox row goes. It computes no memory model and checks fewer things than nudged.
import { feedback, openDatabase, readQueries, run } from './common.mjs';

const MS_PER_DAY = 86400000;
const database = openDatabase();
const queries = readQueries(process.env.BENCH_QUERIES);
const statement = (name) => database.prepare(queries[name]);
const personByUser = statement('person_by_user');
const nudgeById = statement('nudge_by_id').safeIntegers();
const reviewByKey = statement('review_by_key');
const answerOfNudge = statement('answer_of_nudge');
const answerNew = statement('answer_new');
const reviewPut = statement('review_put');
const nudgeSetState = statement('nudge_set_state');
const deliveryReplace = statement('delivery_replace');
const deliveryNew = statement('delivery_new');
const deliveryDone = statement('delivery_done');
const setCounts = statement('state_set_counts');
let deliveries = database.prepare('SELECT delivery_count AS n FROM state').get().n;

const store = database.transaction((body, action) => {
  const [nudgeId, step, attempt, key, option] = action.value.split('.');
  const now = Date.now(), today = Math.floor(now / MS_PER_DAY);
  const person = personByUser.get({ chat_user: body.user.id });
  const nudge = nudgeById.get({ nudge_id: nudgeId });
  const shownKey = BigInt.asUintN(64, nudge.nudge_key).toString(16).padStart(16, '0');
  if (BigInt(person.person_id) !== nudge.person_id || shownKey !== key || nudge.state !== 1n)
    throw new Error('not this person\'s open question');
  const review = reviewByKey.get({ person_id: person.person_id, prompt_id: nudge.prompt_id });
  if (answerOfNudge.get({ nudge_id: nudge.nudge_id })) throw new Error('answered before');
  const grade = option === '1' ? 3 : 1;
  answerNew.run({ ...review, nudge_id: nudge.nudge_id, step: Number(step), attempt: Number(attempt),
    day: today, answered_ms: now, grade, rating: grade, chosen: 1 << Number(option), text: null,
    seconds: 5, circumstances: 0, before: Buffer.alloc(24) });
  reviewPut.run({ ...review, person_id: person.person_id, prompt_id: nudge.prompt_id,
    stability: 5, difficulty: 5, memory_state: 2, last_day: today, due_day: today + 5,
    answers: review.answers + 1 });
  nudgeSetState.run({ nudge_id: nudge.nudge_id, state: 2, step: Number(step), closed_ms: now,
    circumstances: 0, message_id: body.container.message_ts });
  const row = { person_id: person.person_id, nudge_id: nudge.nudge_id, kind: 2,
    message_id: body.container.message_ts };
  deliveryReplace.run(row);
  deliveryNew.run({ ...row, delivery_id: ++deliveries, lane: 1, order_ms: now, delivery_key: 0,
    now_ms: now, due_ms: null, not_after_ms: null,
    payload: Buffer.from(JSON.stringify(feedback(body.message, action.text.text))) });
  setCounts.run({ delivery_count: deliveries, answers: 1, answered_ms: now });
  return deliveries;
}).immediate;

await run({ record: store, finish: (deliveryId) => deliveryDone.run({ delivery_id: deliveryId }) });
