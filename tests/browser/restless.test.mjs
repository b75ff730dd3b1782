/* A visitor without patience: presses everything at once, jumps from every weekday, looks on a phone. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { advance, answer, clock, dialog, isAccessible, kindOf, lettered, lookAs, messages, openPage, openQuestion, people, picture, resting,
  startBrowser, startDemo } from './stage.mjs';

let browser;
let demo;

before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

async function withDemo(play) {
  demo = await startDemo('--seed', '7');
  try {
    const page = await openPage(browser, demo.address);
    await play(page);
    assert.deepEqual(page.wrong, []);
    await page.context().close();
  } finally {
    assert.equal(await demo.stop(), 0);
  }
}

/* Presses as fast as a script can, which is faster than the page can redraw. */
const hammer = (locator) => locator.evaluate((node) => { for (let times = 0; times < 8; times++) node.click(); });
const shown = async (page) => ({ toast: await page.locator('#toast').innerText(), trouble: await page.locator('#trouble').innerText() });

test('the first question is there within seconds of the start', { timeout: 60000 }, async (t) => {
  const from = performance.now();
  await withDemo(async (page) => {
    await openQuestion(page).waitFor();
    const ms = Math.round(performance.now() - from);
    t.diagnostic(`from the start of the process to the first question: ${ms} ms`);
    assert.ok(ms < 5000, `${ms} ms`);
  });
});

test('pressing fast counts once, and nothing complains', { timeout: 120000 }, async () => {
  await withDemo(async (page) => {
    let pressed = 0;
    for (let morning = 0; morning < 12 && pressed < 3; morning++) {
      if (await openQuestion(page).count()) {
        const stamp = await openQuestion(page).getAttribute('data-ts');
        const card = page.locator(`article[data-ts="${stamp}"]`);
        if (await kindOf(card) === 'choice') {
          const before = await messages(page).count();
          await hammer(lettered(card).first());
          await card.getByRole('button', { name: 'Skip', exact: true }).waitFor({ state: 'detached' });
          assert.equal((await card.innerText()).match(/Your answer:|The answer:/g).length >= 1, true);
          assert.equal(await messages(page).count(), before, 'one answer, told in its own message');
          pressed++;
        } else {
          await answer(page);
        }
      }
      await hammer(clock(page).getByRole('button', { name: 'Next morning' }));
      for (const somebody of (await people(page).all()).slice(0, 4)) await somebody.click();     /* while it jumps */
      await resting(page);
      await lookAs(page, people(page).filter({ hasText: 'Chidi' }));
    }
    assert.equal(pressed, 3);
    assert.deepEqual(await shown(page), { toast: '', trouble: '' });
  });
});

test('Next Monday is the Monday after, from every day of the week', { timeout: 120000 }, async () => {
  const at = async (page) => {
    const [, name, day, month] = /^(\w+) (\d+) (\w+) 2031, \d\d:\d\d$/.exec(await clock(page).getByRole('status').innerText());
    return { name, days: Date.parse(`${day} ${month} 2031 00:00 UTC`) / 86400000 };
  };
  await withDemo(async (page) => {
    const weekdays = new Set();
    for (let mornings = 0; mornings < 6; mornings++) {
      for (let i = 0; i < mornings; i++) await advance(page, 'Next morning');
      const from = await at(page);
      weekdays.add(from.name);
      await advance(page, 'Next Monday');
      const to = await at(page);
      assert.equal(to.name, 'Monday');
      assert.ok(to.days - from.days >= 1 && to.days - from.days <= 7, `${from.name}: ${to.days - from.days} days`);
    }
    assert.equal(weekdays.size, 5, [...weekdays].join());
  });
});

test('a form that somebody has open is not in the way of who only looks on', { timeout: 120000 }, async () => {
  await withDemo(async (page) => {
    for (let morning = 0; morning < 30; morning++) {
      if (await openQuestion(page).count() && await kindOf(openQuestion(page)) === 'reflection') break;
      if (await openQuestion(page).count()) await answer(page);
      await advance(page, 'Next morning');
    }
    await openQuestion(page).getByRole('button', { name: 'Write it down' }).click();
    await dialog(page).waitFor();
    const other = await openPage(browser, demo.address);
    await openQuestion(other).waitFor();
    assert.equal(await dialog(other).count(), 0);
    assert.equal(await dialog(page).count(), 1);
    assert.deepEqual(other.wrong, []);
    await other.context().close();
  });
});

test('on a phone the open question is on the first screen', { timeout: 60000 }, async () => {
  await withDemo(async (page) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openQuestion(page).getByRole('button', { name: 'Skip', exact: true }).waitFor();
    await page.waitForTimeout(200);
    await picture(page, 'phone');
    const box = await openQuestion(page).getByRole('button', { name: 'Skip', exact: true }).boundingBox();
    assert.ok(box.y > 0 && box.y + box.height < 844, JSON.stringify(box));
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 390), 'nothing sticks out on the side');
    await isAccessible(page, 'a phone');
  });
});
