import assert from 'node:assert/strict';
import { test } from 'node:test';

import { capture } from '../../../inject/report/capture.js';

/**
 * A page with a console; what is captured is in captured.
 *
 * @returns {any}
 */
function open(levels = ['error']) {
  const page = { window: new EventTarget(), said: [], captured: [] };
  const method = (level) => [level, (...values) => page.said.push([level, ...values])];
  page.console = Object.fromEntries(['error', 'warn', 'log'].map(method));
  page.real = { ...page.console };
  const report = (one) => page.captured.push(one);
  capture({ window: page.window, console: page.console, levels, report });
  page.fire = (type, target) => {
    const event = Object.defineProperty(new Event(type), 'target', { value: target });
    page.window.dispatchEvent(event);
    return event;
  };
  return page;
}

test('errors and rejections are captured, with the event', () => {
  const page = open();
  const events = ['error', 'unhandledrejection'].map((type) => page.fire(type, page.window));
  page.fire('message', page.window);
  assert.deepEqual(
    page.captured.map(({ event }) => event),
    events,
  );
});

test('the URL of what an element did not get is captured at once', () => {
  const rows = [
    [{ currentSrc: 'now.png', src: 'a.png' }, 'now.png'],
    [{ currentSrc: '', src: 'a.png' }, 'a.png'],
    [{ href: 'a.css' }, 'a.css'],
    [{ data: 'a.pdf' }, 'a.pdf'],
    [{}, undefined],
  ];
  for (const [target, url] of rows) {
    const page = open();
    page.fire('error', target);
    Object.assign(target, { currentSrc: 'later.png', src: 'later.png' });
    assert.equal(page.captured[0].url, url);
  }
});

test('a call of the console does what it always did, and is captured with its place', () => {
  const page = open(['error', 'log']);
  page.console.error('%s', 'a');
  page.console.warn('b');
  page.console.log('c');
  assert.deepEqual(page.said, [
    ['error', '%s', 'a'],
    ['warn', 'b'],
    ['log', 'c'],
  ]);
  const words = page.captured.map(({ level, values }) => [level, ...values]);
  assert.deepEqual(words, [
    ['error', '%s', 'a'],
    ['log', 'c'],
  ]);
  assert.match(page.captured[0].stack, /capture\.test\.js/);
});

test('without levels the console is left alone', () => {
  const { console, real } = open([]);
  assert.deepEqual(console, real);
});

test('the wrapped method looks like the real one, the others are the real ones', () => {
  const { console, real } = open();
  assert.notEqual(console.error, real.error);
  assert.equal(console.warn, real.warn);
  assert.equal(console.error.name, real.error.name);
  assert.equal(console.error.length, real.error.length);
  assert.match(Function.prototype.toString.call(console.error), /native code/);
  assert.throws(() => new console.error('x'), TypeError);
});

test('what the method returns and throws is its own affair, and so is "this"', () => {
  const page = open([]);
  let self;
  page.console.error = function () {
    self = this;
    throw new RangeError('mine');
  };
  capture({ ...page, levels: ['error'], report() {} });
  assert.throws(() => page.console.error('x'), { message: 'mine' });
  assert.equal(self, page.console);
  page.console.error = () => 'value';
  capture({ ...page, levels: ['error'], report() {} });
  assert.equal(page.console.error('x'), 'value');
});

test('events are captured before the page sees them: errors of elements do not bubble', () => {
  const added = [];
  /** @type {any} */
  const window = { addEventListener: (type, act, isCapture) => added.push([type, isCapture]) };
  capture({ window, console: {}, levels: [], report() {} });
  assert.deepEqual(added, [
    ['error', true],
    ['unhandledrejection', true],
  ]);
});
