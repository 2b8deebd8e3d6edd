import assert from 'node:assert/strict';
import { test } from 'node:test';

import { stepFrom } from '../../../view/parts/steps.js';

const row = (n) => ({ n, t: '0', src: '', dst: '', proto: '', len: 1, info: '' });
const mark = { after: 1, t: '0', text: '' };
const items = [mark, row(1), mark, mark, row(2), row(3), mark];

test('steps pass over marks and stop at the ends', () => {
  const table = [
    [1, 1, 4],
    [4, -1, 1],
    [1, -1, 1],
    [5, 1, 5],
    [1, 9, 5],
    [5, -9, 1],
    [-1, 1, 1],
    [-1, -1, -1],
    [items.length, -1, 5],
  ];
  for (const [from, step, expected] of table)
    assert.equal(stepFrom(items, from, step), expected, `${from} ${step}`);
  assert.equal(stepFrom([], -1, 1), -1);
  assert.equal(stepFrom([mark], -1, 1), -1);
});
