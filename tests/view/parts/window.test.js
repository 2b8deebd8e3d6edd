import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  evenRows,
  isAtEnd,
  scrollFor,
  unevenRows,
  visibleRows,
} from '../../../view/parts/window.js';

const even = (height, count) =>
  evenRows(
    () => height,
    () => count,
  );

test('only the rows in view are drawn, and a few around them', () => {
  assert.deepEqual(visibleRows(even(20, 50000), 0, 400), { first: 0, end: 29 });
  assert.deepEqual(visibleRows(even(20, 50000), 500000, 400), { first: 24992, end: 25029 });
  assert.deepEqual(visibleRows(even(20, 50000), 999600, 400), { first: 49972, end: 50000 });
  assert.deepEqual(visibleRows(even(20, 0), 0, 400), { first: 0, end: 0 });
  // The list has become shorter, and the browser has not scrolled back yet.
  assert.deepEqual(visibleRows(even(20, 3), 5000, 400), { first: 3, end: 3 });
  assert.deepEqual(visibleRows(even(20, 3), -30, 400), { first: 0, end: 3 });
});

test('rows of different heights', () => {
  const rows = unevenRows(() => [0, 34, 52, 90]);
  assert.equal(rows.count(), 3);
  assert.deepEqual([0, 33, 34, 51, 52, 89, 90, 500].map(rows.at), [0, 0, 1, 1, 2, 2, 3, 3]);
  assert.deepEqual(visibleRows(rows, 40, 20), { first: 0, end: 3 });
  assert.deepEqual(
    visibleRows(
      unevenRows(() => [0]),
      0,
      100,
    ),
    { first: 0, end: 0 },
  );
});

test('a row is put into view, with a little around it', () => {
  const rows = even(20, 1000);
  assert.equal(scrollFor(rows, 20, 300, 400), 300);
  assert.equal(scrollFor(rows, 10, 300, 400), 152);
  assert.equal(scrollFor(rows, 0, 300, 400), 0);
  assert.equal(scrollFor(rows, 50, 300, 400), 50 * 20 + 20 + 48 - 400);
});

test('whether the end is in view', () => {
  const box = { clientHeight: 400, scrollHeight: 1000 };
  assert.equal(isAtEnd({ ...box, scrollTop: 600 }), true);
  assert.equal(isAtEnd({ ...box, scrollTop: 595.5 }), true);
  assert.equal(isAtEnd({ ...box, scrollTop: 580 }), false);
});
