import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isEmpty, readState, storeState, takeStored } from '../../../inject/page/state_storage.js';

/** A window whose storage takes no text longer than most. */
function makeWindow({ type = 'reload', most = Infinity, now = 0 } = {}) {
  const sessionStorage = new Proxy(/** @type {any} */ ({}), {
    set(target, name, value) {
      if (value.length > most) throw new Error('QuotaExceededError');
      target[name] = value;
      return true;
    },
  });
  const performance = { now: () => now, getEntriesByType: () => [{ type }] };
  return /** @type {any} */ ({ location: { pathname: '/a' }, sessionStorage, performance });
}

const origin = { state: 'e.1', epoch: 'e', alike: 1, restarts: 0, isLacking: false };
const EMPTY = { entries: [], before: [], scroll: [0, 0], focus: null, selection: null };
/** @returns {any} */
const stateOf = (...texts) => ({ ...EMPTY, entries: texts.map((text) => ['entered', {}, text]) });
/** @returns {any} */
const storedOf = (...texts) => ({ ...stateOf(...texts), origin });

test('a state is read by the load that it was stored for', () => {
  const window = makeWindow();
  storeState(window, stateOf('typed'), origin);
  const stored = takeStored(window);
  assert.equal(takeStored(window), undefined);
  assert.deepEqual(readState(window, stored), storedOf('typed'));
  assert.equal(readState(makeWindow({ type: 'navigate' }), stored), null);
  const late = JSON.stringify({ ...JSON.parse(stored), at: Date.now() - 60000 });
  assert.equal(readState(window, late), null);
  assert.deepEqual(readState(makeWindow({ now: 60000 }), late), storedOf('typed'), 'a slow load');
});

test('the order stays, whatever the lengths: what is opened last is on top', () => {
  const window = makeWindow();
  storeState(window, stateOf('the first', 'b', 'third'), origin);
  assert.deepEqual(readState(window, takeStored(window)), storedOf('the first', 'b', 'third'));
});

test('of too much, what is longest is left out', () => {
  const window = makeWindow({ most: 230 });
  storeState(window, stateOf('one', 'x'.repeat(200), 'two'), origin);
  const stored = takeStored(window);
  assert.deepEqual(readState(window, stored), storedOf('one', 'two'));
  assert.throws(() => storeState(makeWindow({ most: 1 }), stateOf('one'), origin), /Quota/);
});

test('a state in which there is nothing to restore says so, and is read all the same', () => {
  /** @type {any[][]} */
  const rows = [
    [{}, true],
    [{ entries: [['entered', {}, '']] }, false],
    [{ before: [0] }, false],
    [{ scroll: [0, 1] }, false],
    [{ scroll: [1, 0] }, false],
    [{ focus: [{}, []] }, false],
    [{ selection: {} }, false],
  ];
  for (const [given, expected] of rows) {
    const window = makeWindow();
    const state = /** @type {any} */ ({ ...EMPTY, ...given });
    storeState(window, state, origin);
    const stored = takeStored(window);
    assert.equal(isEmpty(stored), expected, JSON.stringify(given));
    assert.deepEqual(readState(window, stored), { ...state, origin });
  }
  assert.equal(isEmpty(undefined), false);
});
