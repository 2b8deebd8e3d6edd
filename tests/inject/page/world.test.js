import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createWorld, listen } from '../../../inject/page/world.js';

test('the world is that of the window, as it is when it is used', () => {
  const timers = [];
  /** @type {any} */
  const window = { document: {}, console: {} };
  const world = createWorld(window);
  assert.equal(world.window, window);
  assert.equal(world.document, window.document);
  assert.equal(world.console, window.console);
  // A page may put its own setTimeout in place of the real one.
  window.setTimeout = (callback, ms) => timers.push([callback, ms]);
  const act = () => {};
  world.later(act, 5);
  assert.deepEqual(timers, [[act, 5]]);
});

test('no two stamps are alike, and all of them can stand in a URL', () => {
  /** @type {any} */
  const window = {};
  const { stamp } = createWorld(window);
  const stamps = Array.from({ length: 100 }, stamp);
  assert.equal(new Set(stamps).size, 100);
  for (const one of stamps) assert.match(one, /^[0-9a-z]+$/);
});

test('a listener hears its type, in the capture phase only when that is wanted', () => {
  const added = [];
  /** @type {any} */
  const target = { addEventListener: (...values) => added.push(values) };
  const act = () => {};
  listen(target, 'load', act);
  listen(target, 'error', act, true);
  assert.deepEqual(added, [
    ['load', act, undefined],
    ['error', act, true],
  ]);
});
