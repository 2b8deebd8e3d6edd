import assert from 'node:assert/strict';
import { test } from 'node:test';

import { refetch, refetchScript } from '../../../inject/page/refetch.js';

const ORIGIN = 'http://localhost:9000';

/** @param {string[]} names of what the page has asked for @param {string[]} changed */
async function run(
  names,
  changed,
  { isSlow = false, initiatorType = 'img', ...more } = /** @type {any} */ ({}),
) {
  /** @type {string[]} */
  const asked = [];
  const waits = [];
  const window = /** @type {any} */ ({
    WritableStream,
    location: { href: `${ORIGIN}/page.html?a#b` },
    performance: {
      getEntriesByType: () => names.map((name) => ({ name: ORIGIN + name, initiatorType })),
    },
    ...more,
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
  const waiting = refetch({ window, origin: ORIGIN, changed: new Set(changed), later });
  await waiting;
  assert.deepEqual(waits, waiting ? [500] : []);
  assert.equal(!!waiting, asked.length > 0);
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

test('the document is left to the load, which asks for it anyway', async () => {
  const names = ['/page.html?a', '/page.html'];
  assert.deepEqual(await run(names, ['/page.html']), ['reload /page.html#liveserve=']);
});

test('what a worker may have asked for is fetched, too, unless it is much', async () => {
  assert.deepEqual(await run([], ['/part.js', '/a.css']), ['reload /part.js#liveserve=']);
  const many = Array.from({ length: 4000 }, (_, i) => `/${i}.js`);
  assert.equal((await run([], many)).length, 50);
});

test('a reload does not wait long', async () => {
  assert.equal((await run(['/a.svg'], ['/a.svg'], { isSlow: true })).length, 1);
});

test('what Firefox has in its memory of pictures is left to it', async () => {
  const firefox = { mozInnerScreenX: 0 };
  assert.deepEqual(await run(['/a.svg'], ['/a.svg'], firefox), []);
  assert.equal(
    (await run(['/a.svg'], ['/a.svg'], { ...firefox, initiatorType: 'fetch' })).length,
    1,
  );
});

test('our own script is fetched, too, and waited for; Firefox loads past its memory', async () => {
  for (const [what, expected] of [
    [{}, [`${ORIGIN}/__liveserve/client.js#liveserve=`]],
    [{ mozInnerScreenX: 0 }, []],
  ]) {
    /** @type {string[]} */
    const asked = [];
    /** @type {(ignored?: any) => void} */
    let fail = () => {};
    const fetch = (/** @type {string} */ url) => {
      asked.push(url);
      return new Promise((_, reject) => (fail = reject));
    };
    const performance = { getEntriesByType: () => [] };
    const location = { href: ORIGIN };
    const window = /** @type {any} */ ({ fetch, performance, location, ...what });
    const script = refetchScript({ window, source: `${ORIGIN}/__liveserve/client.js` });
    const given = { window, origin: ORIGIN, changed: new Set(), later: () => {} };
    const waiting = refetch(given, script);
    assert.deepEqual(asked, expected);
    assert.equal(!!waiting, expected.length > 0);
    fail(new TypeError('no network'));
    await waiting;
  }
});
