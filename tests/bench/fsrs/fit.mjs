// The npm package's fit of the answers it is given: read from a file of lines "day rating starts",
// learnt from the targets before a day. Prints milliseconds, CPU milliseconds, peak KiB, weights.
import { readFileSync } from 'node:fs';
import {
  computeParameters, FSRSBindingItem, FSRSBindingReview,
} from '@open-spaced-repetition/binding';

const [file, heldOutDay] = process.argv.slice(2);
const targets = [];
let history = [];
let last = 0;
for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
  const [day, rating, starts] = line.split(' ').map(Number);
  if (starts) history = [];
  history.push({ rating, gap: starts ? 0 : day - last });
  if (!starts && day > last && day < Number(heldOutDay))
    targets.push({ day, reviews: history.slice() });
  last = day;
}
// In the order of time, from which it counts newer answers for more.
targets.sort((a, b) => a.day - b.day);
const items = targets.map(({ reviews }) => new FSRSBindingItem(
  reviews.map(({ rating, gap }) => new FSRSBindingReview(rating, gap)),
));
const cpu = process.cpuUsage();
const start = process.hrtime.bigint();
// Without a timeout its promise looks every 500 ms whether it is done.
const weights = await computeParameters(items, { enableShortTerm: true, timeout: 10 });
const ms = Number(process.hrtime.bigint() - start) / 1e6;
const used = process.cpuUsage(cpu);
console.log([ms, (used.user + used.system) / 1000, process.resourceUsage().maxRSS, ...weights]
  .join(' '));
process.exit(0);
