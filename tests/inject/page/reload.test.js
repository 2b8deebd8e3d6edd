import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createReload } from '../../../inject/page/reload.js';
import { FakeClock, settle } from '../fakes.js';

/** Loads a page in a tab; notes.origin is what the page before has stored. */
function load(notes, state, clock = new FakeClock(), given = {}) {
  const page = Object.assign(new EventTarget(), {
    reloads: 0,
    gaveUp: 0,
    stays: 0,
    said: [],
    reload: async () => {},
    document: { readyState: 'complete' },
    navigator: {},
    navigation: { loadEventStart: 1 },
    performance: { now: () => clock.now, getEntriesByType: () => [page.navigation] },
    location: { reload: () => page.reloads++ },
    frameElement: /** @type {any} */ (null),
    prepare: () => /** @type {any} */ (undefined),
    lostAt: Infinity,
    ...given,
  });
  const { reload, comesFrom, isLacking } = createReload({
    window: /** @type {any} */ (page),
    giveUp: () => page.gaveUp++,
    stay: () => page.stays++,
    prepare: () => page.prepare(),
    store(origin) {
      if (!notes) throw new Error('SecurityError');
      notes.origin = origin;
    },
    state,
    epoch: state.split('.')[0],
    lostAt: page.lostAt,
    later: clock.later,
    console: /** @type {any} */ ({ debug: (text) => page.said.push(text) }),
  });
  if (notes?.origin) comesFrom(notes.origin);
  return Object.assign(page, {
    async reload() {
      reload();
      await settle();
    },
    isLacking,
  });
}

test('a page reloads once, and may be asked again when it still lives', async () => {
  const clock = new FakeClock();
  const page = load({}, 'e.1', clock);
  await page.reload();
  await page.reload();
  assert.equal(page.reloads, 1);
  await clock.pass(1999);
  await page.reload();
  assert.equal(page.reloads, 1);
  await clock.pass(1);
  await page.reload();
  assert.equal(page.reloads, 2);
});

test('an old copy that comes back every time is reloaded three times', async () => {
  const notes = {};
  for (let i = 0; i < 3; i++) {
    const page = load(notes, 'e.1');
    await page.reload();
    assert.equal(page.reloads, 1);
    assert.deepEqual(page.said, []);
  }
  const page = load(notes, 'e.1');
  await page.reload();
  await page.reload();
  assert.equal(page.reloads, 0);
  assert.equal(page.said.length, 1);
});

test('any number of loads with another state each may follow one another', async () => {
  const notes = {};
  for (let i = 1; i < 20; i++) {
    const page = load(notes, `e.${i}`);
    await page.reload();
    assert.equal(page.reloads, 1);
  }
});

test('what each page lacks is known to the next one, unless the server was started again', async () => {
  const notes = {};
  const answers = [];
  for (const state of ['e.1', 'e.2', 'e.3', 'f.1']) {
    const page = load(notes, state);
    answers.push(page.isLacking());
    await page.reload();
  }
  assert.deepEqual(answers, [false, true, true, false]);
  await load(notes, 'f.2').reload();
  assert.equal(load(notes, 'f.3').isLacking(), false);
});

test('a page without the script knows at once that it lacks something: a change may come before the answer', async () => {
  const notes = {};
  await load(notes, 'e.1', undefined, { lostAt: 0 }).reload();
  assert.equal(load(notes, 'e.2').isLacking(), true);
});

test('a server that was started again after each load is asked six times, then after a change', async () => {
  const notes = {};
  for (let i = 0; i < 6; i++) {
    const page = load(notes, `e${i}.1`);
    await page.reload();
    assert.equal(page.reloads, 1, String(i));
  }
  const page = load(notes, 'last.1');
  await page.reload();
  assert.deepEqual([page.reloads, page.stays, page.said.length], [0, 1, 1]);
  await page.reload();
  assert.equal(page.reloads, 1);
});

test('a page that has lived for some time may reload after any number of restarts', async () => {
  const notes = {};
  for (let i = 0; i < 20; i++) {
    const clock = new FakeClock();
    const page = load(notes, `e${i}.1`, clock);
    await clock.pass(10000);
    await page.reload();
    assert.equal(page.reloads, 1);
  }
});

test('no storage is no hindrance', async () => {
  const page = load(null, 'e.1');
  await page.reload();
  assert.equal(page.reloads, 1);
});

test('a page that still lives some time after it was to load says so, later at each try', async () => {
  const clock = new FakeClock();
  const page = load({}, 'e.1', clock);
  await page.reload();
  await clock.pass(1999);
  assert.equal(page.gaveUp, 0);
  await clock.pass(1);
  assert.equal(page.gaveUp, 1);
  await page.reload();
  await clock.pass(3999);
  assert.equal(page.gaveUp, 1);
  await clock.pass(1);
  assert.equal(page.gaveUp, 2);
});

test('a user who was asked and has stayed is not asked again without a change', async () => {
  const clock = new FakeClock();
  const page = load({}, 'e.1', clock);
  await page.reload();
  const event = new Event('beforeunload', { cancelable: true });
  event.preventDefault();
  page.dispatchEvent(event);
  await clock.pass(60000);
  assert.deepEqual([page.gaveUp, page.stays], [0, 1]);
  await page.reload();
  assert.equal(page.reloads, 2);
});

test('who has not used the page was not asked: the reload was stopped', async () => {
  const clock = new FakeClock();
  const page = load({}, 'e.1', clock);
  page.navigator = { userActivation: { hasBeenActive: false } };
  await page.reload();
  const event = new Event('beforeunload', { cancelable: true });
  event.preventDefault();
  page.dispatchEvent(event);
  await clock.pass(2000);
  assert.deepEqual([page.gaveUp, page.stays], [1, 0]);
});

test('a click that has called the reload off has time to lead elsewhere', async () => {
  const clock = new FakeClock();
  const page = load({}, 'e.1', clock);
  await page.reload();
  for (let i = 0; i < 2; i++) {
    const event = new Event('beforeunload', { cancelable: true });
    // As that of a BeforeUnloadEvent.
    page.dispatchEvent(Object.defineProperty(event, 'returnValue', { value: '' }));
  }
  await clock.pass(31999);
  assert.equal(page.gaveUp, 0);
  await clock.pass(1);
  assert.equal(page.gaveUp, 1);
});

test('a page that comes back from the back/forward cache may reload at once', async () => {
  const page = load({}, 'e.1');
  await page.reload();
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
  await page.reload();
  assert.equal(page.reloads, 1);
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await page.reload();
  assert.equal(page.reloads, 2);
});

test('a load after a reload that was stopped half way is tried again once', async () => {
  const clock = new FakeClock();
  const stopped = load(
    { origin: { state: 'e.1', epoch: 'e', alike: 1, restarts: 0, isLacking: false } },
    'e.2',
    clock,
  );
  stopped.navigation.loadEventStart = 0;
  stopped.document.readyState = 'interactive';
  await clock.pass(1500);
  assert.equal(stopped.gaveUp, 0);
  stopped.document.readyState = 'complete';
  await clock.pass(1000);
  assert.equal(stopped.gaveUp, 1);
  const again = load(
    { origin: { state: 'e.2', epoch: 'e', alike: 1, restarts: 0, isLacking: false } },
    'e.2',
    clock,
  );
  again.navigation.loadEventStart = 0;
  await clock.pass(5000);
  assert.equal(again.gaveUp, 0);
});

test('reloads that were stopped do not count as old copies', async () => {
  const clock = new FakeClock();
  const notes = {};
  const page = load(notes, 'e.1', clock);
  for (let i = 0; i < 5; i++) {
    await page.reload();
    await clock.pass(2000 * 2 ** i);
  }
  assert.equal(page.reloads, 5);
  assert.equal(notes.origin.alike, 1);
});

test('the load begins before the state is read, unless it may end the page at once', async () => {
  /** @type {any[][]} */
  const rows = [
    [null, ['load', 'store']],
    [{ localName: 'iframe' }, ['store', 'load']],
  ];
  for (const [frameElement, expected] of rows) {
    /** @type {string[]} */
    const done = [];
    const notes = {
      set origin(_) {
        done.push('store');
      },
    };
    const location = { reload: () => done.push('load') };
    await load(notes, 'e.1', new FakeClock(), { frameElement, location }).reload();
    assert.deepEqual(done, expected);
  }
});

test('what the load could take from the memory of the browser is fetched first', async () => {
  /** @type {(ignored?: any) => void} */
  let fetched = () => {};
  const notes = /** @type {any} */ ({});
  const prepare = () => new Promise((resolve) => (fetched = resolve));
  const page = load(notes, 'e.1', new FakeClock(), { prepare });
  await page.reload();
  assert.deepEqual([page.reloads, notes.origin], [0, undefined]);
  fetched();
  await settle();
  assert.deepEqual([page.reloads, notes.origin.state], [1, 'e.1']);
});

test('what goes wrong on the way does not keep the page from loading again', async () => {
  const fail = () => {
    throw new TypeError('performance is not what it was');
  };
  for (const prepare of [fail, async () => fail()]) {
    const page = load({}, 'e.1', new FakeClock(), { prepare });
    await page.reload();
    assert.equal(page.reloads, 1);
  }
});
