import assert from 'node:assert/strict';
import { test } from 'node:test';

import { drawingsIn, renewDrawings } from '../../../inject/page/kept_drawings.js';

const ORIGIN = 'http://localhost:9000';

/**
 * @param {string[]} uses what the use elements name
 * @param {string[]} names of what the page has asked for
 * @param {string[]} [drawings]
 * @param {object} [more] of the window
 */
function run(uses, names, drawings = [], more) {
  const found = uses.map((baseVal) => ({ href: { baseVal }, baseURI: `${ORIGIN}/folder/` }));
  const document = {
    readyState: 'complete',
    querySelectorAll: (/** @type {string} */ selector) => (selector === 'svg use' ? found : []),
  };
  const window = {
    performance: { getEntriesByType: () => names.map((name) => ({ name: ORIGIN + name })) },
    ...more,
  };
  const options = /** @type {any} */ ({
    window,
    document,
    origin: ORIGIN,
    stamp: () => 'x',
  });
  renewDrawings(options, drawings);
  return found.map(({ href }) => href.baseVal);
}

test('the drawings among what has changed', () => {
  const changed = ['/a.svg', '/a.png', '/b.SVG', '/c.svg/', '/a.svg'];
  assert.deepEqual(drawingsIn(changed), ['/a.svg', '/b.SVG']);
});

test('a changed drawing that was not asked for is asked for', () => {
  const uses = ['a.svg#a', 'b.svg#a', '#a', 'http://other/folder/a.svg#a', '//['];
  assert.deepEqual(run(uses, ['/folder/a.svg'], ['/folder/a.svg']), [
    'a.svg?liveserve=x#a',
    ...uses.slice(1),
  ]);
});

test('one that was asked for is new', () => {
  assert.deepEqual(run(['a.svg#b'], ['/folder/a.svg#a'], ['/folder/a.svg']), ['a.svg#b']);
});

test('nothing is done when no drawing has changed, and in Firefox', () => {
  assert.deepEqual(run(['a.svg#a'], []), ['a.svg#a']);
  const firefox = { mozInnerScreenX: 0 };
  assert.deepEqual(run(['a.svg#a'], [], ['/folder/a.svg'], firefox), ['a.svg#a']);
});
