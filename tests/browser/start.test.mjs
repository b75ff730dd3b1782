/* How the demo starts and how a terminal speaks with it: no browser is needed for that. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { nudged, startDemo } from './stage.mjs';

let folder;

before(() => { folder = mkdtempSync(`${tmpdir()}/nudged-start-`); });
after(() => { rmSync(folder, { recursive: true, force: true }); });

function run(...words) {
  const { status, stdout, stderr } = spawnSync(nudged, words, { cwd: folder, encoding: 'utf8', timeout: 60000 });
  return { status, stdout, stderr };
}

/* The company is up when its people have been met and asked. */
async function untilSent(config) {
  for (let tries = 0; tries < 200; tries++) {
    const { stdout } = run('status', '-c', config);
    if (/people: \d+, of them [1-9]/.test(stdout) && /last answer: \d/.test(stdout)) return stdout;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return assert.fail(run('status', '-c', config).stdout);
}

test('what an option does not take is refused before anything is made', () => {
  for (const [option, value] of [['--port', 'abc'], ['--port', '80000'], ['--port', '-1'], ['--port', ''], ['--seed', 'x'], ['--dir', '']]) {
    const { status, stdout, stderr } = run('demo', option, value);
    assert.equal(status, 64, `${option} ${value}`);
    assert.match(stderr, new RegExp(`^nudged demo: ${option} takes a [^\n]+\n$`));
    assert.equal(stdout, '');
  }
});

test('a port in use is told, with the exit code of the operating system', async () => {
  const other = createServer();
  await new Promise((resolve) => { other.listen(0, '127.0.0.1', resolve); });
  const { port } = other.address();
  const { status, stderr } = run('demo', '--port', String(port));
  await new Promise((resolve) => { other.close(resolve); });
  assert.equal(status, 71);
  assert.match(stderr, new RegExp(`^nudged demo: port ${port} [^\n]*in use[^\n]*\n$`));
});

test('another terminal speaks with the demo, a second demo is refused', { timeout: 120000 }, async () => {
  const demo = await startDemo('--dir', `${folder}/company`);
  const config = `${folder}/company/nudged.yaml`;
  try {
    assert.ok((await demo.line(1)).endsWith(` status -c ${config}`), await demo.line(1));
    const status = await untilSent(config);
    assert.match(status, /link: slack connected/);
    assert.match(status, /sending: on/);
    assert.match(run('explain', 'chidi.moreau@example.com', '-c', config).stdout, /rule\n/);
    assert.match(run('digest', '--manager', 'ada.lindgren@example.com', '-c', config).stdout, /\S/);
    assert.equal(run('pause', '-c', config).status, 0);
    assert.match(run('status', '-c', config).stdout, /sending: off/);
    assert.equal(run('resume', '-c', config).status, 0);

    const second = run('demo', '--dir', `${folder}/company`);
    assert.equal(second.status, 75);
    assert.match(second.stderr, /^nudged demo: another demo is running on [^\n]+\n$/);
    assert.match(run('status', '-c', config).stdout, /link: slack connected/, 'the first is unharmed');
  } finally {
    assert.equal(await demo.stop(), 0);
  }
  assert.match(run('status', '-c', config).stdout, /no daemon is running/);
});

test('a second start is a fresh company with the files of the visitor', { timeout: 120000 }, async () => {
  const place = `${folder}/again`;
  const first = await startDemo('--dir', place);
  await untilSent(`${place}/nudged.yaml`);
  assert.equal(await first.stop(), 0);
  const edited = readFileSync(`${place}/people.csv`, 'utf8').replace('Chidi Moreau', 'Chidi Morel');
  writeFileSync(`${place}/people.csv`, edited);
  writeFileSync(`${place}/state/left-over`, 'from before');

  const second = await startDemo('--dir', place);
  try {
    assert.match(await demo3(second), /starts afresh: .* is removed/);
    await untilSent(`${place}/nudged.yaml`);
    assert.equal(existsSync(`${place}/state/left-over`), false);
    assert.equal(readFileSync(`${place}/people.csv`, 'utf8'), edited);
    assert.doesNotMatch(second.log(), /error|failed/);
  } finally {
    assert.equal(await second.stop(), 0);
  }
});

const demo3 = async (demo) => `${await demo.line(2)}\n${await demo.line(3)}`;

test('a state that no demo has made is not touched', () => {
  const place = `${folder}/service`;
  mkdirSync(`${place}/state`, { recursive: true });
  writeFileSync(`${place}/state/nudged.db`, 'precious');
  const { status, stdout, stderr } = run('demo', '--dir', place);
  assert.equal(status, 64);
  assert.match(stderr, /^nudged demo: [^\n]*no demo has made[^\n]*\n$/);
  assert.equal(stdout, '');
  assert.equal(readFileSync(`${place}/state/nudged.db`, 'utf8'), 'precious');
});

test('a temporary company leaves nothing behind', { timeout: 60000 }, async () => {
  const demo = await startDemo();
  const place = /-c (\S+)\/nudged\.yaml$/.exec(await demo.line(1))[1];
  assert.ok(existsSync(`${place}/state/control`));
  assert.equal(await demo.stop(), 0);
  assert.equal(existsSync(place), false);
});
