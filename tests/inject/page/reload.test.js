import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createReload } from '../../../inject/page/reload.js';
import { FakeClock } from '../fakes.js';

/** Loads a page in a tab whose storage is notes. */
function load(notes, state, clock = new FakeClock()) {
  const page = Object.assign(new EventTarget(), { reloads: 0, stays: 0, said: [], reload() {} });
  const storage = () => {
    if (!notes) throw new Error('SecurityError');
    return notes;
  };
  const reload = createReload({
    window: page,
    again: () => page.stays++,
    reload: () => page.reloads++,
    storage,
    key: 'liveserve /',
    state,
    later: clock.later,
    console: /** @type {any} */ ({ debug: (text) => page.said.push(text) }),
  });
  return Object.assign(page, { reload });
}

test('a page reloads once, and may be asked again when the user has stayed', async () => {
  const clock = new FakeClock();
  const page = load({}, 'e.1', clock);
  page.reload();
  page.reload();
  assert.equal(page.reloads, 1);
  await clock.pass(4999);
  page.reload();
  assert.equal(page.reloads, 1);
  await clock.pass(1);
  page.reload();
  assert.equal(page.reloads, 2);
});

test('an old copy that comes back every time is reloaded three times', () => {
  const notes = {};
  for (let i = 0; i < 3; i++) {
    const page = load(notes, 'e.1');
    page.reload();
    assert.equal(page.reloads, 1);
    assert.deepEqual(page.said, []);
  }
  const page = load(notes, 'e.1');
  page.reload();
  page.reload();
  assert.equal(page.reloads, 0);
  assert.equal(page.said.length, 1);
});

test('a page that is new clears the note', () => {
  const notes = { mine: 'stays' };
  load(notes, 'e.1').reload();
  assert.equal(Object.keys(notes).length, 2);
  load(notes, 'e.2');
  assert.deepEqual(notes, { mine: 'stays' });
});

test('no storage is no hindrance', () => {
  const page = load(null, 'e.1');
  page.reload();
  assert.equal(page.reloads, 1);
});

test('a page that still lives some time after it was to load says so, later at each try', async () => {
  const clock = new FakeClock();
  const page = load({}, 'e.1', clock);
  page.reload();
  await clock.pass(4999);
  assert.equal(page.stays, 0);
  await clock.pass(1);
  assert.equal(page.stays, 1);
  page.reload();
  await clock.pass(9999);
  assert.equal(page.stays, 1);
  await clock.pass(1);
  assert.equal(page.stays, 2);
});

test('a user who was asked and has stayed is not asked again without a change', async () => {
  const clock = new FakeClock();
  const page = load({}, 'e.1', clock);
  page.reload();
  const event = new Event('beforeunload', { cancelable: true });
  event.preventDefault();
  page.dispatchEvent(event);
  await clock.pass(60000);
  assert.equal(page.stays, 0);
  page.reload();
  assert.equal(page.reloads, 2);
});

test('a page that comes back from the back/forward cache may reload at once', () => {
  const page = load({}, 'e.1');
  page.reload();
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
  page.reload();
  assert.equal(page.reloads, 1);
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  page.reload();
  assert.equal(page.reloads, 2);
});

test('reloads that were stopped do not count as old copies', async () => {
  const clock = new FakeClock();
  const notes = {};
  const page = load(notes, 'e.1', clock);
  for (let i = 0; i < 5; i++) {
    page.reload();
    await clock.pass(5000 * 2 ** i);
  }
  assert.equal(page.reloads, 5);
  assert.deepEqual(Object.values(notes), ['e.1 1']);
});
