/* Slack's own clients against the simulated workspace: what they understand, we may rely on.
 *
 *   node run.mjs          prints one line per check and "N passed, N failed"
 *
 * CONTRACT_HOST names the program that serves the workspace (default: the asan build's contract_host). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LogLevel, WebClient } from '@slack/web-api';
import { SocketModeClient } from '@slack/socket-mode';
import { WebSocket } from 'undici';

const here = path.dirname(fileURLToPath(import.meta.url));
const program = process.env.CONTRACT_HOST || path.join(here, '../../build/asan/contract_host');
const folder = mkdtempSync(path.join(tmpdir(), 'contract-'));
const control = path.join(folder, 'control');

const checks = [];
const check = (name, run) => checks.push({ name, run });

function assert(condition, what) {
  if (!condition) throw new Error(what);
}

function same(actual, expected, what) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  assert(a === b, `${what}: ${a} instead of ${b}`);
}

function within(promise, ms, what) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`no ${what} within ${ms} ms`)), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function until(condition, ms, what) {
  const end = Date.now() + ms;
  while (!(await condition())) {
    assert(Date.now() < end, `no ${what} within ${ms} ms`);
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
}

/* One line to the host; its answer is the envelope counts. */
function tell(line) {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect(control, () => socket.write(`${line}\n`));
    socket.on('data', (piece) => { text += piece; });
    socket.on('end', () => resolve(JSON.parse(text)));
    socket.on('error', reject);
  });
}

/* Plays a person through the page's socket, as a browser would. */
class Page {
  constructor(origin) {
    this.dm = null;
    this.socket = new WebSocket(`${origin.replace('http', 'ws')}/page-socket`);
    this.socket.addEventListener('message', (event) => {
      const message = JSON.parse(event.data);
      if (message.t === 'dm') this.dm = message;
    });
  }

  async open(user) {
    if (this.socket.readyState !== 1) await within(once(this.socket, 'open'), 3000, 'page socket');
    this.do({ do: 'select', user });
    await until(() => this.dm && this.dm.user === user, 3000, 'direct messages');
  }

  do(act) { this.socket.send(JSON.stringify(act)); }
}

const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => LogLevel.ERROR, setName() {} };
const question = [{
  type: 'actions', block_id: 'answers',
  elements: [{ type: 'button', action_id: 'pick', value: '17.1.1.key', text: { type: 'plain_text', text: 'Pick me' } }],
}];
const form = {
  type: 'modal', callback_id: 'reflect', title: { type: 'plain_text', text: 'Reflect' }, submit: { type: 'plain_text', text: 'Save' },
  blocks: [{ type: 'input', block_id: 'did', label: { type: 'plain_text', text: 'What did I do?' }, element: { type: 'plain_text_input', action_id: 'text' } }],
};

async function codeOf(promise) {
  try {
    await promise;
    return 'ok';
  } catch (error) {
    return error.data ? error.data.error : error.code;
  }
}

/* The next event of that name that a person caused; they carry { ack, body, event, … }. The app's own
 * messages come back as events too: those are acked and passed over. */
function next(app, name, ms = 5000) {
  return within(new Promise((resolve) => {
    const listen = (event) => {
      const own = event && event.event && (event.event.bot_id || event.event.subtype);
      if (own) return void event.ack();
      app.off(name, listen);
      return resolve(event);
    };
    app.on(name, listen);
  }), ms, name);
}

check('auth.test knows team and bot', async ({ web }) => {
  const reply = await web.auth.test();
  assert(reply.ok && reply.team_id.startsWith('T') && reply.bot_id.startsWith('B'), 'ids are missing');
});

check('connects and says hello', async ({ app }) => {
  const hello = next(app, 'connected');
  await app.start();
  await hello;
  same((await tell('counts')).links, 1, 'links');
});

check('people can be paged and found by e-mail', async ({ web }) => {
  const names = [];
  for await (const page of web.paginate('users.list', { limit: 2 })) names.push(...page.members.map((member) => member.name));
  assert(['ada', 'bo', 'cleo', 'dev'].every((name) => names.includes(name)), `members ${names}`);
  same((await web.users.lookupByEmail({ email: 'bo@example.com' })).user.id, 'U0BO', 'user');
  same((await web.users.info({ user: 'U0BO' })).user.tz, 'Europe/Berlin', 'zone');
  const dnd = await web.dnd.teamInfo({ users: 'U0ADA,U0BO' });
  same(Object.keys(dnd.users).sort(), ['U0ADA', 'U0BO'], 'dnd users');
});

check('posts, updates, finds by metadata', async ({ web }) => {
  const { channel } = await web.conversations.open({ users: 'U0BO' });
  const metadata = { event_type: 'nudge', event_payload: { key: 'contract-1' } };
  const posted = await web.chat.postMessage({ channel: channel.id, text: 'Hello', blocks: question, metadata });
  const updated = await web.chat.update({ channel: channel.id, ts: posted.ts, text: 'Done', blocks: [] });
  same(updated.text, 'Done', 'text');
  const history = await web.conversations.history({ channel: channel.id, include_all_metadata: true, limit: 10 });
  same(history.messages[0].metadata.event_payload.key, 'contract-1', 'key');
  await web.chat.delete({ channel: channel.id, ts: posted.ts });
  same(await codeOf(web.chat.update({ channel: channel.id, ts: posted.ts, text: 'again' })), 'message_not_found', 'code');
});

check('a click arrives, is acked, opens a modal whose submission is answered', async ({ web, app, page }) => {
  await page.open('U0ADA');
  const posted = await web.chat.postMessage({ channel: 'U0ADA', text: 'Question', blocks: question });
  const clicked = next(app, 'interactive');
  page.do({ do: 'click', surface: posted.ts, block: 'answers', action: 'pick' });
  const click = await clicked;
  await click.ack();
  same(click.body.type, 'block_actions', 'type');
  same(click.body.actions[0].value, '17.1.1.key', 'value');
  same(click.body.user.id, 'U0ADA', 'user');
  const opened = await web.views.open({ trigger_id: click.body.trigger_id, view: form });
  same(await codeOf(web.views.open({ trigger_id: click.body.trigger_id, view: form })), 'exchanged_trigger_id', 'code');
  await until(() => page.dm.modal, 3000, 'modal on the page');
  const submitted = next(app, 'interactive');
  page.do({ do: 'submit', values: [{ block: 'did', action: 'text', text: 'Asked first' }] });
  const submission = await submitted;
  same(submission.body.type, 'view_submission', 'type');
  same(submission.body.view.id, opened.view.id, 'view');
  same(submission.body.view.state.values.did.text.value, 'Asked first', 'typed');
  await submission.ack({ response_action: 'errors', errors: { did: 'Say a little more' } });
  await until(() => page.dm.modal && page.dm.modal.errors.did === 'Say a little more', 3000, 'error under the field');
  const again = next(app, 'interactive');
  page.do({ do: 'submit', values: [] });
  await (await again).ack();
  await until(() => !page.dm.modal, 3000, 'closed modal');
});

check('a typed line and a command arrive; the command is answered', async ({ app, page }) => {
  const typed = next(app, 'message');
  page.do({ do: 'say', text: 'fish & chips' });
  const line = await typed;
  await line.ack();
  same(line.event.text, 'fish &amp; chips', 'text');
  same(line.event.channel_type, 'im', 'channel type');
  const sent = next(app, 'slash_commands');
  page.do({ do: 'say', text: '/nudge help' });
  const command = await sent;
  same([command.body.command, command.body.text], ['/nudge', 'help'], 'command');
  await command.ack({ text: 'Here is what I understand' });
  await until(() => page.dm.messages.some((message) => message.ephemeral && message.text.startsWith('Here is')), 3000, 'ephemeral reply');
  const reply = await fetch(command.body.response_url, { method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'And later', response_type: 'ephemeral' }) });
  same(reply.status, 200, 'response_url');
});

check('Home is published and opened', async ({ web, app, page }) => {
  await web.views.publish({ user_id: 'U0ADA', view: { type: 'home', blocks: [{ type: 'divider' }] } });
  const opened = next(app, 'app_home_opened');
  page.do({ do: 'home' });
  const event = await opened;
  await event.ack();
  same([event.event.tab, event.event.view.type], ['home', 'home'], 'tab');
});

check('refusals carry codes and reasons', async ({ web, origin }) => {
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '' } }];
  const wrong = web.chat.postMessage({ channel: 'U0ADA', text: 'x', blocks });
  const error = await wrong.then(() => null, (reason) => reason);
  same(error.data.error, 'invalid_blocks', 'code');
  assert(/json-pointer:\/blocks\/0\/text\/text/.test(error.data.response_metadata.messages[0]), 'no pointer');
  same(await codeOf(web.chat.postMessage({ channel: 'D0NOWHERE', text: 'x' })), 'channel_not_found', 'channel');
  same(await codeOf(web.users.lookupByEmail({ email: 'nobody@example.com' })), 'users_not_found', 'e-mail');
  const stranger = new WebClient('xoxb-wrong', { slackApiUrl: `${origin}/api/`, logger: quiet });
  same(await codeOf(stranger.auth.test()), 'invalid_auth', 'token');
});

check('429 is waited out by the client', async ({ web }) => {
  await tell('fault LIMITED 1');
  const started = Date.now();
  assert((await web.auth.test()).ok, 'not ok');
  assert(Date.now() - started >= 900, 'did not wait');
});

check('refresh_requested moves to a new socket and nothing is lost', async ({ app, page }) => {
  const again = next(app, 'connected', 15000);
  await tell('disconnect refresh_requested');
  await again;
  const before = await tell('counts');
  const typed = next(app, 'message');
  page.do({ do: 'say', text: 'still there?' });
  await (await typed).ack();
  await until(async () => (await tell('counts')).acked === before.acked + 1, 3000, 'ack');
});

check('a missed ack is redelivered with the same event_id', async ({ app, page }) => {
  await tell('fault ACK_LOST 1');
  const first = next(app, 'message');
  page.do({ do: 'say', text: 'twice' });
  const one = await first;
  await one.ack();
  const two = await next(app, 'message');
  await two.ack();
  same(two.body.event_id, one.body.event_id, 'event_id');
  same([one.retry_num, two.retry_num], [0, 1], 'retry_num');
});

export async function run() {
  const child = spawn(program, [control], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [origin] = await within(once(createInterface({ input: child.stdout }), 'line'), 10000, 'first line of the host');
  const web = new WebClient('xoxb-sim', { slackApiUrl: `${origin}/api/`, logger: quiet });
  const app = new SocketModeClient({ appToken: 'xapp-sim', clientOptions: { slackApiUrl: `${origin}/api/` }, logger: quiet });
  const page = new Page(origin);
  let passed = 0;
  let failed = 0;
  for (const { name, run: play } of checks) {
    try {
      await play({ web, app, page, origin });
      passed++;
      console.log(`ok      ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${name}: ${error.message}`);
    }
  }
  page.socket.close();
  await within(app.disconnect(), 3000, 'goodbye').catch(() => {});
  const [code] = await within(Promise.all([once(child, 'exit'), tell('stop')]).then(([exit]) => exit), 5000, 'end of the host');
  if (code !== 0) failed++;
  rmSync(folder, { recursive: true, force: true });
  console.log(`${passed} passed, ${failed} failed`);
  return { passed, failed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit((await run()).failed ? 1 : 0);
