import assert from 'node:assert/strict';
import { test } from 'node:test';

import { capture } from '../../../inject/report/capture.js';
import { createErrorReport } from '../../../inject/report/error_report.js';
import { FakeClock } from '../fakes.js';

const ORIGIN = 'http://localhost:9000';

/** A page that reports what was captured; sent as "level text source". */
function open({ levels = ['error'], origin = ORIGIN } = {}) {
  const clock = new FakeClock();
  const page = { clock, window: new EventTarget(), said: [], sent: [], shown: [], isOpen: true };
  page.console = Object.fromEntries(
    ['error', 'warn', 'log'].map((level) => [
      level,
      (...values) => page.said.push([level, ...values]),
    ]),
  );
  page.real = { ...page.console };
  const { add, flush } = createErrorReport({
    window: /** @type {any} */ (page.window),
    origin,
    later: clock.later,
    send: (message) => page.isOpen && page.sent.push(message) > 0,
    note: (about, text) => page.shown.push(text),
  });
  Object.assign(page, { add, flush });
  capture({ window: page.window, console: page.console, levels, report: add });
  page.fire = async (type, more, target = page.window) => {
    const event = new Event(type, { cancelable: true });
    for (const [key, value] of Object.entries({ target, ...more })) {
      Object.defineProperty(event, key, { value });
    }
    page.window.dispatchEvent(event);
    await clock.pass(0);
  };
  page.told = () =>
    page.sent.splice(0).map(({ level, text, source }) => [level, text, source].join(' ').trim());
  return page;
}

const uncaught = (stack, more = {}) => ({
  message: 'Uncaught TypeError: x is not a function',
  error: { stack },
  filename: `${ORIGIN}/app.js`,
  lineno: 12,
  colno: 3,
  ...more,
});

test('an uncaught error is told with its place, and shown', async () => {
  const page = open();
  await page.fire(
    'error',
    uncaught(`TypeError: x is not a function\n    at ${ORIGIN}/app.js:12:3`),
  );
  assert.deepEqual(page.sent, [
    { type: 'log', level: 'error', text: 'TypeError: x is not a function', source: '/app.js:12:3' },
  ]);
  assert.deepEqual(page.shown, ['TypeError: x is not a function\n/app.js:12:3']);
});

test('the place is the first of the own origin', async () => {
  const rows = [
    [`E\n    at f (${ORIGIN}/a.js?v=1#x:1:2)\n    at ${ORIGIN}/b.js:3:4`, '/a.js:1:2'],
    [`f@${ORIGIN}/a/b.js:1:2\n@${ORIGIN}/:5:6\n`, '/a/b.js:1:2'],
    [`@${ORIGIN}/:5:6\n`, '/:5:6'],
    [`E\n at https://cdn.example/l.js:1:1\n at async ${ORIGIN}/a%20b.js:1:2`, '/a%20b.js:1:2'],
    [`E\n at ${ORIGIN}/__liveserve/client.js:2:9\n at ${ORIGIN}/a.js:1:2`, '/a.js:1:2'],
    [`E\n at http://localhost:90001/a.js:1:2\n at ${ORIGIN}/b.js:1:2`, '/b.js:1:2'],
    [`f@${ORIGIN}/ line 3 > eval:1:1\n@${ORIGIN}/c.js:1:2`, '/c.js:1:2'],
    // Without such a frame: where the event says.
    [undefined, '/app.js:12:3'],
    ['SyntaxError: Unexpected token', '/app.js:12:3'],
  ];
  for (const [stack, source] of rows) {
    const page = open();
    await page.fire('error', uncaught(stack));
    assert.equal(page.sent[0].source, source, stack);
  }
});

test('an origin is not a pattern', async () => {
  const page = open({ origin: 'http://[::1]:9000' });
  await page.fire('error', uncaught('E\n at http://[::1]:9000/a.js:1:2'));
  assert.equal(page.sent[0].source, '/a.js:1:2');
});

test('an error of another origin is told with its place there', async () => {
  const page = open();
  await page.fire('error', uncaught('E', { filename: 'https://cdn.example/l.js' }));
  assert.equal(page.sent[0].source, 'https://cdn.example/l.js:12:3');
});

test('a notice without an error is told, not shown', async () => {
  const page = open();
  await page.fire(
    'error',
    uncaught('', { message: 'ResizeObserver loop limit exceeded', error: null }),
  );
  assert.equal(page.sent.length, 1);
  assert.deepEqual(page.shown, []);
});

test('a rejection that nobody handles', async () => {
  const page = open();
  const reason = Object.assign(new RangeError('too far'), { stack: `E\n at ${ORIGIN}/a.js:1:2` });
  await page.fire('unhandledrejection', { reason });
  await page.fire('unhandledrejection', { reason: undefined });
  await page.fire('unhandledrejection', { reason: { status: 500 } });
  assert.deepEqual(page.told(), [
    'error unhandled rejection: RangeError: too far /a.js:1:2',
    'error unhandled rejection: undefined',
    'error unhandled rejection: {"status":500}',
  ]);
  assert.equal(page.shown[0], 'unhandled rejection: RangeError: too far\n/a.js:1:2');
});

test('what somebody deals with is not told, also when that comes later in the dispatch', async () => {
  const page = open();
  page.window.addEventListener('error', (event) => event.preventDefault());
  await page.fire('error', uncaught('E'));
  assert.deepEqual([page.sent, page.shown], [[], []]);
});

test('a resource that failed is told, not shown', async () => {
  const page = open();
  const rows = [
    [{ localName: 'img', currentSrc: `${ORIGIN}/a.png?x#y` }, 'img did not load: /a.png'],
    [{ localName: 'img', currentSrc: '', src: `${ORIGIN}/a.png` }, 'img did not load: /a.png'],
    [{ localName: 'link', href: `${ORIGIN}/s.css?liveserve=1` }, 'link did not load: /s.css'],
    [{ localName: 'object', data: `${ORIGIN}/o.svg` }, 'object did not load: /o.svg'],
    [
      { localName: 'script', src: 'https://cdn.example/l.js' },
      'script did not load: https://cdn.example/l.js',
    ],
  ];
  for (const [target, text] of rows) {
    await page.fire('error', {}, target);
    assert.deepEqual(page.told(), [`error ${text}`]);
  }
  assert.deepEqual(page.shown, []);
});

test('what is wrong in the page while it is told does no harm', async () => {
  const page = open();
  const error = Object.defineProperty({}, 'stack', { get: () => assert.fail() });
  await page.fire('error', uncaught('', { error }));
  await page.fire('unhandledrejection', {
    reason: Object.setPrototypeOf({}, new Proxy({}, { get: assert.fail })),
  });
  page.console.error(new Proxy({}, { ownKeys: () => assert.fail() }));
  page.console.error('next');
  assert.equal(page.said.length, 2);
  assert.deepEqual(
    page.told().filter((line) => !line.endsWith('next')),
    [],
  );
});

test('console.error says what it always said, and tells it', () => {
  const page = open();
  const values = ['%d of %s', 1, 'two', { three: 3 }];
  page.console.error(...values);
  page.console.warn('not wanted');
  assert.deepEqual(page.said, [
    ['error', ...values],
    ['warn', 'not wanted'],
  ]);
  assert.deepEqual(page.told(), ['error 1 of two {"three":3}']);
  assert.deepEqual(page.shown, []);
});

test('all levels that are wanted', () => {
  const page = open({ levels: ['error', 'warn', 'log'] });
  for (const level of ['log', 'warn', 'error']) page.console[level](level);
  assert.deepEqual(page.told(), ['log log', 'warn warn', 'error error']);
});

test('values in few words', () => {
  const never = {
    get getter() {
      return assert.fail();
    },
    toJSON: assert.fail,
    toString: assert.fail,
  };
  class Thing {}
  const rows = [
    [['a', 1, null, undefined, true, 10n, Symbol('s')], 'a 1 null undefined true 10 Symbol(s)'],
    [['a\n  b\tc'], 'a b c'],
    [[new TypeError('no')], 'TypeError: no'],
    [[{ a: 1, b: 'x', c: {}, d: [] }], '{"a":1,"b":"x","c":"…","d":"…"}'],
    [[[1, 'x', [2]]], '[1,"x","…"]'],
    [[[1, 2, 3, 4, 5, 6, 7, 8, 9]], '[1,2,3,4,5,6,7,8,…]'],
    [[never], '{"toJSON":"…","toString":"…"}'],
    [[new Thing(), new Map(), () => 1], '[object Object] [object Map] [object Function]'],
    [['%s is %o', 'a'], 'a is %o'],
    [['%s', 'a', 'b'], 'a b'],
    [['%cbig%c', 'color: red', ''], 'big'],
    [['100%', 1], '100% 1'],
    [[new Error('%s'), 'x'], 'Error: %s x'],
    [['x'.repeat(2000)], 'x'.repeat(1000)],
  ];
  for (const [values, text] of rows) {
    const page = open();
    page.console.error(...values);
    assert.equal(page.sent[0]?.text, text);
  }
});

test('what comes while there is no connection waits for it, in order, but not without end', () => {
  const page = open();
  page.isOpen = false;
  for (let i = 0; i < 3; i++) page.console.error(i);
  page.isOpen = true;
  page.flush();
  page.console.error('last');
  assert.deepEqual(page.told(), ['error 0', 'error 1', 'error 2', 'error last']);
});

test('more than twenty do not wait', async () => {
  const page = open();
  page.isOpen = false;
  for (let second = 0; second < 100; second++) {
    for (let i = 0; i < 5; i++) page.console.error(i);
    await page.clock.pass(1000);
  }
  page.isOpen = true;
  page.flush();
  assert.equal(page.told().length, 20);
});

test('of too many only the first ten of a second are told, and how many more there were', async () => {
  const page = open();
  for (let i = 0; i < 25; i++) page.console.error(i);
  assert.equal(page.told().length, 10);
  await page.clock.pass(1000);
  assert.deepEqual(page.told(), ['error … and 15 more']);
  await page.clock.pass(10000);
  assert.deepEqual(page.told(), []);
  assert.equal(page.said.length, 25);
});

test('what nobody could remember is counted, after the events before it', async () => {
  const page = open();
  for (let i = 0; i < 12; i++) page.fire('error', uncaught('E'));
  for (let i = 0; i < 5; i++) page.add(false);
  await page.clock.pass(1000);
  const told = page.told();
  assert.equal(told.length, 11);
  assert.equal(told.at(-1), 'error … and 7 more');
});

test('as long as there is too much, it is one line a second', async () => {
  const page = open();
  const counts = [];
  for (let second = 0; second < 60; second++) {
    for (let i = 0; i < 100; i++) page.console.error(i);
    await page.clock.pass(1000);
    counts.push(page.told().length);
  }
  assert.ok(Math.max(...counts) <= 11);
  const whole = counts.reduce((sum, count) => sum + count);
  assert.equal(whole, 10 + 60);
});
