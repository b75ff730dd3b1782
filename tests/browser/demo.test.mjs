/* Plays the demo as a visitor would: once with the mouse for a week, once with the keyboard alone. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { advance, answer, dialog, isAccessible, kindOf, lettered, lookAs, messageBox, messages, openPage, openQuestion, people, picture,
  reflection, startBrowser, startDemo } from './stage.mjs';

const MORNINGS_MAX = 60;    /* twelve working weeks: longer than any deck takes */
let browser;

before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

async function withDemo(play) {
  const demo = await startDemo('--seed', '7');
  let page;
  try {
    page = await openPage(browser, demo.address);
    await play(page);
    assert.deepEqual(page.wrong, []);
  } catch (error) {
    if (page) await picture(page, 'failed');
    throw new Error(`${error.stack}\n--- the demo's log ends with:\n${demo.log().slice(-3000)}`, { cause: error });
  } finally {
    await page?.context().close();
    assert.equal(await demo.stop(), 0, 'the demo ends well when told to');
  }
}

/* Goes on to the next morning until the person shown has an open question that fits. */
async function untilQuestion(page, fits) {
  for (let morning = 0; morning < MORNINGS_MAX; morning++) {
    if (await openQuestion(page).count() && await fits(openQuestion(page))) return;
    if (await openQuestion(page).count()) await answer(page);
    await advance(page, 'Next morning');
  }
  assert.fail(`no such question in ${MORNINGS_MAX} mornings`);
}


const isChoice = async (card) => await kindOf(card) === 'choice';
const isReflection = async (card) => await kindOf(card) === 'reflection';

test('a question, a reflection, and what the manager reads on Monday', { timeout: 240000 }, async () => {
  await withDemo(async (page) => {
    await isAccessible(page, 'at the start');
    const myself = await page.getByRole('heading', { level: 1 }).innerText();

    await untilQuestion(page, isChoice);
    assert.match(await messages(page).first().innerText(), /What is stored/, 'the privacy notice came first');
    await picture(page, 'question');
    await isAccessible(page, 'a question');
    const { card } = await answer(page);
    assert.equal(await lettered(card).count(), 0);
    assert.match(await card.innerText(), /I will bring this back/);
    await page.getByRole('list', { name: 'The road of each event' }).getByRole('img', { name: 'reached: sent' }).first().waitFor();
    await picture(page, 'feedback');
    await isAccessible(page, 'feedback');

    await untilQuestion(page, isReflection);
    await openQuestion(page).getByRole('button', { name: 'Write it down' }).click();
    await dialog(page).waitFor();
    await isAccessible(page, 'the form');
    await dialog(page).getByRole('textbox').first().fill('Half a thought');
    await picture(page, 'reflection');
    await dialog(page).getByRole('button', { name: 'Close' }).click();
    await dialog(page).waitFor({ state: 'hidden' });
    assert.equal((await answer(page)).kind, 'reflection');

    await page.getByRole('tab', { name: 'Home' }).click();
    await page.getByRole('tabpanel', { name: 'Home' }).getByRole('heading').first().waitFor();
    await isAccessible(page, 'the Home tab');
    await picture(page, 'home');
    await page.getByRole('tab', { name: 'Messages' }).click();

    await advance(page, 'Next Monday');
    const digest = await findDigest(page, myself);
    const words = await digest.innerText();
    assert.match(words, /Going well:|One thing to talk about:/);
    assert.match(words, /\d+ of \d+ right/);
    assert.match(words, /A question to ask:/);
    const everything = (await messages(page).allInnerTexts()).join('\n');
    for (const line of Object.values(reflection)) assert.ok(!everything.includes(line), 'a reflection stays private');
    await digest.scrollIntoViewIfNeeded();
    await picture(page, 'digest');
    await isAccessible(page, 'the digest');
  });
});

/* The manager is whoever got one that speaks of this person. */
async function findDigest(page, name) {
  const digests = messages(page).filter({ hasText: "Your team's week" }).filter({ hasText: name });
  for (const somebody of await people(page).all()) {
    await lookAs(page, somebody);
    if (await digests.count()) return digests.last();
  }
  return assert.fail(`no digest speaks of ${name}`);
}

test('a question answered with the keyboard alone', { timeout: 120000 }, async () => {
  await withDemo(async (page) => {
    for (let i = 0; i < MORNINGS_MAX && !(await openQuestion(page).count() && await isChoice(openQuestion(page))); i++) {
      if (await openQuestion(page).count()) {         /* another kind: put it aside, by typing */
        await tabTo(page, messageBox(page));
        await page.keyboard.type('skip');
        await page.keyboard.press('Enter');
        await openQuestion(page).waitFor({ state: 'detached' });
      }
      await advance(page, 'Next morning', async (button) => {
        await tabTo(page, button);
        await page.keyboard.press('Enter');
      });
    }
    const stamp = await openQuestion(page).getAttribute('data-ts');
    const card = page.locator(`article[data-ts="${stamp}"]`);
    await tabTo(page, lettered(card).nth(1));
    await page.keyboard.press('Enter');
    await card.getByRole('button', { name: 'Skip', exact: true }).waitFor({ state: 'detached' });
    assert.match(await card.innerText(), /I will bring this back/);
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY', 'the focus is not lost');
  });
});

/* Presses Tab until this element has the focus, as somebody without a mouse must. */
async function tabTo(page, locator) {
  const wanted = await locator.elementHandle();
  for (let presses = 0; presses < 200; presses++) {
    if (await page.evaluate((node) => document.activeElement === node, wanted)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not reach ${locator}`);
}
