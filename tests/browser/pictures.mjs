/* Takes the pictures of README.md from the demo as it is: node pictures.mjs [FOLDER]. */
import { statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fewerColours } from './png.mjs';
import { advance, answer, kindOf, lookAs, messages, openPage, openQuestion, people, startBrowser, startDemo } from './stage.mjs';

const folder = process.argv[2] ?? fileURLToPath(new URL('../../deploy/pictures', import.meta.url));

async function take(page, name) {
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.activeElement.blur());
  const file = `${folder}/${name}.png`;
  writeFileSync(file, fewerColours(await page.screenshot({ animations: 'disabled', caret: 'hide' })));
  console.log(`${file}: ${statSync(file).size} bytes`);
}

/* The learner: what was answered above, the question of the day below. */
async function untilChoice(page) {
  for (let answered = 0, morning = 0; morning < 60; morning++) {
    const open = await openQuestion(page).count();
    if (open && answered > 2 && await kindOf(openQuestion(page)) === 'choice') return;
    if (open) answered++, await answer(page);
    await advance(page, 'Next morning');
  }
  throw new Error('no question with a choice in 60 mornings');
}

const demo = await startDemo('--seed', '7');
const browser = await startBrowser();
try {
  const page = await openPage(browser, demo.address);
  await untilChoice(page);
  await take(page, 'demo');
  await answer(page);
  await advance(page, 'Next Monday');
  await lookAs(page, people(page).filter({ hasText: 'Ada Lindgren' }));
  await messages(page).filter({ hasText: "Your team's week" }).last().waitFor();
  await take(page, 'digest');
  await lookAs(page, people(page).filter({ hasText: 'Chidi Moreau' }));
  await page.getByRole('tab', { name: 'Home' }).click();
  await page.getByText('expected recall today').first().waitFor();
  await take(page, 'home');
} finally {
  await browser.close();
  await demo.stop();
}
