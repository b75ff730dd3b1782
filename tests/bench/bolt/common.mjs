// What both apps share: the settings of the database, the message, the Bolt app itself.
import { readdirSync, readFileSync } from 'node:fs';
import bolt from '@slack/bolt';
import Database from 'better-sqlite3';

const environment = process.env;
export const wantsUpdates = environment.BENCH_UPDATES !== '0';

export function openDatabase() {
  const database = new Database(environment.BENCH_DATABASE);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  return database;
}

/** nudged's own statements, by the names of their files. */
export function readQueries(folder) {
  const queries = {};
  for (const name of readdirSync(folder))
    if (name.endsWith('.sql'))
      queries[name.slice(0, -4)] = readFileSync(`${folder}/${name}`, 'utf8');
  return queries;
}

/** The card after the answer: as long as nudged's. */
export function feedback(message, chosen) {
  const [header, question] = message.blocks;
  return {
    text: message.text,
    blocks: [
      header,
      question,
      { type: 'section', text: { type: 'plain_text', text: `You chose: ${chosen}`, emoji: false } },
      {
        type: 'section',
        text: {
          type: 'plain_text',
          text: 'This is the place where the author says why that way is as it is, in the length in'
            + ' which authors say so.',
          emoji: false,
        },
      },
      {
        type: 'context',
        elements: [
          { type: 'plain_text', text: 'You will meet this again in five days.', emoji: false },
        ],
      },
    ],
  };
}

/**
 * record(body, action): stores and commits, before the ack; returns what `finish` needs.
 * finish(kept): after the message was updated.
 */
export async function run({ record, finish = () => {} }) {
  const clientOptions = { slackApiUrl: environment.BENCH_API_URL };
  const app = new bolt.App({
    token: 'xoxb-bench',
    appToken: 'xapp-bench',
    socketMode: true,
    logLevel: bolt.LogLevel.ERROR,
    clientOptions,
    installerOptions: { clientOptions },
  });
  app.action(/^choose:/, async ({ ack, body, action, client }) => {
    const kept = record(body, action);
    await ack();
    if (!wantsUpdates) return;
    await client.chat.update({
      channel: body.container.channel_id,
      ts: body.container.message_ts,
      ...feedback(body.message, action.text.text),
    });
    finish(kept);
  });
  await app.start();
}
