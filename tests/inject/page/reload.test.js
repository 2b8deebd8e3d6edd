import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createReload } from '../../../inject/page/reload.js';
import { FakeClock } from '../fakes.js';

/** Loads a page in a tab whose storage is notes. */
function load(notes, state, clock = new FakeClock()) {
  const page = { reloads: 0, said: [] };
  const storage = () => {
    if (!notes) throw new Error('SecurityError');
    return notes;
  };
  page.reload = createReload({
    reload: () => page.reloads++,
    storage,
    key: 'liveserve /',
    state,
    later: clock.later,
    console: /** @type {any} */ ({ debug: (text) => page.said.push(text) }),
  });
  return page;
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
