// App A: one row per answer, commit, ack, then the message update.
import { openDatabase, run } from './common.mjs';

const database = openDatabase();
database.exec(`
  CREATE TABLE IF NOT EXISTS answer (
    id INTEGER PRIMARY KEY, learner TEXT NOT NULL, channel TEXT NOT NULL, message_ts TEXT NOT NULL,
    action_ts TEXT NOT NULL, choice TEXT NOT NULL, at INTEGER NOT NULL,
    UNIQUE (channel, message_ts, action_ts));
  CREATE INDEX IF NOT EXISTS answer_learner ON answer (learner, at)`);
const insert = database.prepare(
  'INSERT INTO answer (learner, channel, message_ts, action_ts, choice, at)'
  + ' VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');

await run({
  record: (body, action) => insert.run(body.user.id, body.container.channel_id,
    body.container.message_ts, action.action_ts, action.value, Date.now()),
});
