/* What the browser tests stand on: one demo process, one Chromium, and the few things a visitor
 * does, found by role and name as a screen reader would find them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { parse } from 'yaml';

const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url));
export const nudged = process.env.NUDGED ?? fromHere('../../build/release/nudged');
const pictures = process.env.NUDGED_SCREENSHOTS ?? fromHere('../../build/browser');
const axe = readFileSync(fromHere('node_modules/axe-core/axe.min.js'), 'utf8');

const decks = fromHere('../../prompts/decks/');
const prompts = readdirSync(decks).flatMap((file) => parse(readFileSync(decks + file, 'utf8')).prompts);

/* Chromium looks up hosts of its maker at every start unless told not to. */
const quietBrowser = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
  '--disable-background-networking', '--disable-component-update', '--force-prefers-reduced-motion'];

/* Starts the demo; the first line it prints is the address of its page. */
export async function startDemo(...options) {
  const child = spawn(nudged, ['demo', '--port', '0', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const said = [];
  const lines = createInterface({ input: child.stdout });
  child.stderr.on('data', (bytes) => { log = (log + bytes).slice(-20000); });
  lines.on('line', (line) => { said.push(line); });
  /* The index-th line it says, as soon as it is there. */
  const line = async (index) => {
    for (let waited = 0; said.length <= index; waited += 20) {
      const end = child.exitCode ?? child.signalCode;
      assert.ok(end === null && waited < 30000, `the demo ${end === null ? 'said too little' : `ended with ${end}`}:\n${log}`);
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
    return said[index];
  };
  child.once('error', (error) => { log += error.message; });
  const first = await line(0);
  assert.match(first, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  return {
    address: first,
    line,
    log: () => log,
    /* Ends it as a terminal would and gives back its exit code. */
    stop: () => new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode);
      child.once('exit', (code, signal) => resolve(code ?? signal));
      child.kill('SIGTERM');
      return setTimeout(() => child.kill('SIGKILL'), 10000).unref();
    }),
  };
}

export async function startBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quietBrowser });
}

/* A page that keeps what went wrong in it: errors, and requests to anywhere but the demo. */
export async function openPage(browser, address) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, bypassCSP: false, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  page.wrong = [];
  page.on('pageerror', (error) => page.wrong.push(`error: ${error.message}`));
  page.on('console', (message) => { if (message.type() === 'error') page.wrong.push(`console: ${message.text()}`); });
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith('data:')) page.wrong.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  await people(page).first().waitFor();
  await resting(page);
  return page;
}

/* -- what there is on the page ------------------------------------------------------------------- */

export const people = (page) => page.getByRole('navigation', { name: 'People' }).getByRole('button');
export const messages = (page) => page.getByRole('log').getByRole('article');
export const dialog = (page) => page.getByRole('dialog');
/* The question that waits for an answer: only an open one can be skipped. */
export const openQuestion = (page) => messages(page).filter({ has: page.getByRole('button', { name: 'Skip', exact: true }) }).last();
export const messageBox = (page) => page.getByRole('textbox', { name: 'Message nudged' });

/* -- what a visitor does --------------------------------------------------------------------------- */

export async function lookAs(page, who) {
  await who.click();
  const name = await who.locator('.person-name').innerText();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.getByRole('log', { name: `Messages of ${name} with nudged` }).waitFor();
  return name;
}

export const clock = (page) => page.getByRole('region', { name: 'Clock of the workspace' });

/* A jump is over when the clock's buttons can be pressed again. */
export async function resting(page) {
  await page.waitForFunction(() => [...document.querySelectorAll('[aria-label="Clock of the workspace"] button')]
    .every((button) => !button.disabled), null, { timeout: 120000 });
}

/* Presses one of the clock's buttons, or has it pressed; done when the clock shows another time and rests. */
export async function advance(page, name, press = (button) => button.click()) {
  await resting(page);
  const face = clock(page).getByRole('status');
  const before = await face.innerText();
  await press(clock(page).getByRole('button', { name }));
  await page.waitForFunction(([node, old]) => node.textContent !== old, [await face.elementHandle(), before]);
  await resting(page);
}

/* Answers the open question of whoever is shown, whatever its kind, and rightly. */
export async function answer(page) {
  const open = openQuestion(page);
  const stamp = await open.getAttribute('data-ts');
  const card = page.locator(`article[data-ts="${stamp}"]`);
  const kind = await kindOf(card);
  await answers[kind](page, card);
  await card.getByRole('button', { name: 'Skip', exact: true }).waitFor({ state: 'detached' });
  const sure = card.getByRole('button', { name: 'Sure', exact: true });
  if (await sure.count()) {                           /* a deck that asks before it shows the answer */
    await press(sure);
    await sure.waitFor({ state: 'detached' });
  }
  return { kind, card };
}

/* The lettered buttons of a question with few options. */
export const lettered = (card) => card.getByRole('button', { name: /^[A-E]\. / });

export async function kindOf(card) {
  for (const [kind, found] of [['reflection', card.getByRole('button', { name: 'Write it down' })], ['choice', lettered(card)],
    ['radio', card.getByRole('radio')], ['several', card.getByRole('checkbox')], ['order', card.getByRole('combobox')]]) {
    if (await found.count()) return kind;
  }
  return 'typed';
}

export const reflection = {
  'What did I do?': 'I read the summary against the source before I sent it.',
  'What happened?': 'Two figures had no source at all, so I took them out.',
  'What will I do differently?': 'Ask for the source first, then for the summary.',
};

const tidy = (text) => text.replace(/\s+/g, ' ').trim();

/* The prompt this card asks, as its author wrote it. */
async function written(card) {
  const words = tidy(await card.innerText());
  const found = prompts.find((prompt) => words.includes(tidy(prompt.ask)));
  assert.ok(found, `no deck asks: ${words}`);
  return found;
}

/* Is this label, lettered and perhaps cut short, one of these texts? */
const isOne = (label, texts) => texts.some((text) => tidy(text).startsWith(tidy(label).replace(/^[A-J]\. /, '').replace(/…$/, '')));
const right = (prompt) => prompt.options.filter((option) => option.correct).map((option) => option.text);

async function mark(page, card, role) {
  const texts = right(await written(card));
  for (const box of await card.getByRole(role).all()) {
    if (isOne(await box.evaluate((node) => node.labels[0].innerText), texts)) await box.check();
  }
  await card.getByRole('button', { name: 'Answer' }).click();
}

const answers = {
  async choice(page, card) {
    const texts = right(await written(card));
    for (const button of await lettered(card).all()) {
      if (isOne(await button.getAttribute('aria-label') ?? await button.innerText(), texts)) return button.click();
    }
    return assert.fail('the right answer is not among the buttons');
  },
  async radio(page, card) { await mark(page, card, 'radio'); },
  async several(page, card) { await mark(page, card, 'checkbox'); },
  async order(page, card) {
    const steps = (await written(card)).options.map((option) => option.text ?? option);
    const places = await card.getByRole('combobox').all();
    for (const [place, step] of steps.entries()) {
      const labels = await places[place].getByRole('option').allInnerTexts();
      await places[place].selectOption({ label: labels.find((label) => isOne(label, [step])) });
    }
    await card.getByRole('button', { name: 'Answer' }).click();
  },
  async typed(page, card) {
    const prompt = await written(card);
    await messageBox(page).fill(String(prompt.number ?? prompt.accept?.[0] ?? prompt.answer));
    await messageBox(page).press('Enter');
    if (prompt.kind === 'recall') await card.getByRole('button', { name: 'Got it' }).click();
  },
  async reflection(page, card) {
    await card.getByRole('button', { name: 'Write it down' }).click();
    await dialog(page).waitFor();
    for (const [question, words] of Object.entries(reflection)) {
      await dialog(page).getByRole('textbox', { name: question }).fill(words);
    }
    await dialog(page).getByRole('button', { name: 'Keep it' }).click();
    await dialog(page).waitFor({ state: 'hidden' });
  },
};

/* -- what is checked ------------------------------------------------------------------------------ */

/* axe-core finds nothing, in the light and in the dark. */
export async function isAccessible(page, where) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(150);
    const found = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations
      .flatMap((violation) => violation.nodes.map((node) => `${violation.id} at ${node.target.join(' ')}: ${node.failureSummary}`)));
    assert.deepEqual(found, [], `axe-core, ${where}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

export async function picture(page, name) {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png` });
}
