import assert from 'node:assert/strict';
import test from 'node:test';
import { run } from './run.mjs';

test("Slack's own clients understand the simulated workspace", { timeout: 120000 }, async () => {
  const { passed, failed } = await run();
  assert.equal(failed, 0);
  assert.ok(passed >= 11);
});
