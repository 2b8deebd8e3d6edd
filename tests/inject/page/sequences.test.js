import assert from 'node:assert/strict';
import { test } from 'node:test';

import { heaviestPairs, longestRise } from '../../../inject/page/sequences.js';

const byLength = (one, other) => (one === other ? one.length : 0);

test('the heaviest pairs keep the order of both lists', () => {
  const rows = [
    ['a b c d', 'b x d', '1-0 3-2'],
    ['paragraph a b', 'a b paragraph', '0-2'], // worth more than two light ones
    ['a b', 'c d', ''],
    ['', 'a', ''],
  ];
  for (const [a, b, pairs] of rows) {
    const found = heaviestPairs(a.split(' '), b.split(' '), byLength);
    assert.equal(found.map((pair) => pair.join('-')).join(' '), pairs, a);
  }
});

test('members of a pair need not be equal', () => {
  const near = (one, other) => (Math.abs(one - other) < 2 ? 1 : 0);
  assert.equal(heaviestPairs([1, 10, 20], [11, 21], near).join(' '), '1,0 2,1');
});

test('the longest rise leaves out what goes back', () => {
  const pairs = [3, 0, 1, 4, 2].map((second, first) => [first, second]);
  assert.equal(longestRise(pairs).join(' '), '1,0 2,1 4,2');
  assert.deepEqual(longestRise([]), []);
});
