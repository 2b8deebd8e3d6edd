import assert from 'node:assert/strict';
import { test } from 'node:test';

import { quietly } from '../../../inject/page/quietly.js';

test('the act is done at once, and its end can be awaited', async () => {
  const done = [];
  const end = quietly(async () => {
    done.push('begun');
    await null;
    done.push('ended');
  });
  assert.deepEqual(done, ['begun']);
  await end;
  assert.deepEqual(done, ['begun', 'ended']);
});

test('what fails is over, whether it throws or rejects', async () => {
  const fail = () => {
    throw new Error('SecurityError');
  };
  assert.equal(await quietly(fail), undefined);
  assert.equal(await quietly(async () => fail()), undefined);
});
