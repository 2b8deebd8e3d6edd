import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createBusy, createSettle } from '../../../inject/page/settle.js';
import { faultsOf } from '../../../inject/report/page_faults.js';
import { FakeClock, FakeDocument, settle } from '../fakes.js';

const ORIGIN = 'http://localhost:9000';

function open({ images = [], frames = [], entries = [], status = 200, named = [] } = {}) {
  const clock = new FakeClock();
  const document = Object.assign(new FakeDocument((one, selector) => one.kind === selector), {
    readyState: 'complete',
    fonts: { ready: Promise.resolve() },
  });
  document.elements = [
    ...images.map((one) => Object.assign(new EventTarget(), one, { kind: 'img' })),
    ...frames.map((src) => ({ src, kind: 'iframe, frame, object, embed' })),
  ];
  const page = { clock, document, sent: [], isCurrent: true, isLeft: false, isGone: false };
  const busy = createBusy();
  const window = {
    location: { href: `${ORIGIN}/` },
    requestAnimationFrame: (callback) => callback(),
    performance: {
      getEntriesByType: (type) => (type === 'navigation' ? [{ responseStatus: status }] : entries),
    },
  };
  const run = createSettle({
    window: /** @type {any} */ (window),
    document: /** @type {any} */ (document),
    origin: ORIGIN,
    later: clock.later,
    isCurrent: () => page.isCurrent,
    isLeft: () => page.isLeft,
    isGone: () => page.isGone,
    send: (message) => page.sent.push(message),
    busy,
    named: () => new Set(named),
  });
  return Object.assign(page, { window, busy, run });
}

const answer = (more = {}) => ({ type: 'settled', round: 3, errors: [], failed: [], ...more });

test('a page to which nothing happens answers at once', async () => {
  const page = open();
  await page.run(3);
  assert.deepEqual(page.sent, [answer()]);
});

test('a page that is loading does not answer: it takes the question again', async () => {
  const page = open();
  page.document.readyState = 'interactive';
  await page.run(3);
  assert.deepEqual(page.sent, []);
});

test('it waits for the document, for what is exchanged, and for pictures', async () => {
  const coming = { complete: false, loading: 'eager' };
  const page = open({ images: [coming, { complete: false, loading: 'lazy' }, { complete: true }] });
  page.isCurrent = false;
  /** @type {() => void} */
  let end;
  page.busy.during(new Promise((resolve) => (end = () => resolve(undefined))));
  page.run(3);
  const steps = [
    () => (page.isCurrent = true),
    () => end(),
    () => page.document.elements[0].dispatchEvent(new Event('load')),
  ];
  for (const step of steps) {
    await page.clock.pass(1000);
    assert.deepEqual(page.sent, []);
    step();
  }
  await page.clock.pass(1000);
  assert.deepEqual(page.sent, [answer()]);
});

test('work that fails has ended, too', async () => {
  const page = open();
  page.busy.during(Promise.reject(new Error('no'))).catch(() => {});
  await page.run(3);
  assert.equal(page.sent.length, 1);
});

test('a page that is to load again leaves the answer to the next', async () => {
  const page = open();
  page.isCurrent = false;
  const run = page.run(3);
  page.isLeft = true;
  await page.clock.pass(1000);
  await run;
  assert.deepEqual(page.sent, []);
});

test('a window that is not painted answers, too', async () => {
  const page = open();
  page.window.requestAnimationFrame = () => {};
  page.run(3);
  await settle();
  assert.deepEqual(page.sent, []);
  await page.clock.pass(100);
  assert.equal(page.sent.length, 1);
});

test('what is wrong: errors, elements, style sheets, frames, and the document', async () => {
  const entry = (name, initiatorType, responseStatus) => ({
    name: `${ORIGIN}${name}`,
    initiatorType,
    responseStatus,
  });
  const page = open({
    entries: [
      entry('/b.png', 'css', 404),
      entry('/mended.png', 'css', 404),
      entry('/mended.png?liveserve=1', 'css', 200),
      entry('/unused.png', 'css', 404),
      entry('/data.json', 'fetch', 404),
      entry('/frame.html', 'iframe', 500),
      entry('/old.html', 'iframe', 404),
    ],
    frames: [`${ORIGIN}/frame.html`],
    named: ['/b.png', '/mended.png'],
  });
  faultsOf(page.window).noteError('x', '/a.js:1:2');
  page.isGone = true;
  await page.run(3);
  assert.deepEqual(page.sent, [
    answer({
      errors: [{ text: 'x', source: '/a.js:1:2' }],
      failed: ['/', '/b.png', '/frame.html'],
    }),
  ]);
});

test('a document that is an error page is not what was asked for', async () => {
  const page = open({ status: 404 });
  await page.run(3);
  assert.deepEqual(page.sent[0].failed, ['/']);
});
