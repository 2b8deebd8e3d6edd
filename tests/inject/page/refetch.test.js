import assert from 'node:assert/strict';
import { test } from 'node:test';

import { refetch } from '../../../inject/page/refetch.js';

const ORIGIN = 'http://localhost:9000';

/** @param {string[]} names of what the page has asked for @param {string[]} changed */
async function run(names, changed, { isSlow = false, more = {} } = {}) {
  /** @type {string[]} */
  const asked = [];
  const waits = [];
  const window = /** @type {any} */ ({
    WritableStream,
    ...more,
    performance: {
      getEntriesByType: () =>
        names.map((name) => ({
          name: ORIGIN + name,
          initiatorType: name.endsWith('.svg') ? 'img' : 'fetch',
        })),
    },
    async fetch(url, { cache }) {
      asked.push(`${cache} ${url.replace(ORIGIN, '')}`);
      if (isSlow) return new Promise(() => {});
      if (url.includes('gone')) throw new TypeError('no network');
      return new Response('text');
    },
  });
  const later = (act, ms) => {
    waits.push(ms);
    if (isSlow) act();
  };
  await refetch({ window, origin: ORIGIN, changed: new Set(changed), later });
  assert.deepEqual(waits, [500]);
  return asked.sort();
}

test('what has changed is fetched past the memory of the browser, at each of its addresses', async () => {
  const names = ['/a.svg?v=1', '/a.svg', '/b.svg', '/gone.js', '/a.svg?liveserve=1'];
  assert.deepEqual(await run(names, ['/a.svg', '/gone.js', '/c.svg']), [
    'reload /a.svg#liveserve=',
    'reload /a.svg?v=1#liveserve=',
    'reload /gone.js#liveserve=',
  ]);
});

test('what a worker may have asked for is fetched, too, unless it is much', async () => {
  assert.deepEqual(await run([], ['/part.js', '/a.css']), ['reload /part.js#liveserve=']);
  const many = Array.from({ length: 4000 }, (_, i) => `/${i}.js`);
  assert.equal((await run([], many)).length, 50);
});

test('Firefox itself asks for pictures at a reload', async () => {
  const more = { mozInnerScreenX: 0 };
  const files = ['/a.svg', '/b.txt'];
  assert.deepEqual(await run(files, files, { more }), ['reload /b.txt#liveserve=']);
});

test('a reload does not wait long', async () => {
  assert.equal((await run(['/a.svg'], ['/a.svg'], { isSlow: true })).length, 1);
});
