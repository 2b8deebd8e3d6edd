import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createRefresh } from '../../../inject/page/refresh.js';
import { FakeClock, settle } from '../fakes.js';

/** @type {any} */
const THERE = [true, 0, 'next'];
/** @type {any} */
const REFUSED = [false, 1];
/** @type {any} */
const AWAY = [false, 0];

/**
 * A page that gets these answers, one after the other, the last one for ever; patching says patches.
 *
 * @param {{answers?: any[], patches?: boolean | Error, canPatch?: boolean}} [given]
 * @returns {any}
 */
function makePage({ answers = [THERE], patches = true, canPatch = true } = {}) {
  const clock = new FakeClock();
  const page = { clock, done: [] };
  const patch = async (next) => {
    page.done.push(`patch ${next}`);
    if (patches instanceof Error) throw patches;
    return patches;
  };
  Object.assign(
    page,
    createRefresh({
      findSnapshot: () => canPatch,
      patch,
      ask: async (method) => {
        page.done.push(method);
        return answers.length > 1 ? answers.shift() : answers[0];
      },
      reload: () => page.done.push('reload'),
      done: () => page.done.push('done'),
      later: clock.later,
    }),
  );
  return page;
}

test('what is done', async () => {
  /** @type {any[][]} */
  const rows = [
    ['a page that can be patched', {}, false, 'GET, patch next, done'],
    ['one that can not', { canPatch: false }, false, 'HEAD, reload'],
    ['one that can, but something else needs a reload', {}, true, 'HEAD, reload'],
    [
      'a new document that cannot be shown in place',
      { patches: false },
      false,
      'GET, patch next, reload',
    ],
    ['a patch that fails', { patches: new Error('x') }, false, 'GET, patch next, reload'],
    [
      'the server is away',
      { answers: [AWAY, AWAY, THERE] },
      false,
      'GET, GET, GET, patch next, done',
    ],
    ['the file is away', { answers: [REFUSED, THERE] }, true, 'HEAD, HEAD, reload'],
  ];
  for (const [what, given, mustReload, expected] of rows) {
    const page = makePage(given);
    page.refresh(mustReload);
    await page.clock.pass(5000);
    assert.equal(page.done.join(', '), expected, what);
    assert.equal(page.isCurrent(), !expected.endsWith('reload'), what);
  }
});

test('while the server is away it is asked for less and less often, and never given up', async () => {
  const page = makePage({ answers: [AWAY] });
  page.refresh();
  await page.clock.pass(1000);
  const first = page.done.length;
  assert.ok(first >= 4 && first <= 8, String(first));
  await page.clock.pass(60000);
  assert.ok(page.done.length <= first + 60);
  assert.ok(!page.isCurrent());
});

test('when the server goes on refusing, that is what there is to see', async () => {
  const page = makePage({ answers: [REFUSED] });
  page.refresh();
  await page.clock.pass(10000);
  assert.equal(page.done.at(-1), 'reload');
});

test('what comes while it is at work is followed, too', async () => {
  const page = makePage();
  page.refresh();
  page.refresh();
  await settle();
  assert.equal(page.done.join(', '), 'GET, patch next, GET, patch next, done');
  page.refresh();
  page.refresh(true);
  await settle();
  assert.equal(page.done.slice(5).join(', '), 'GET, reload');
});

test('what is answered when the document is known to be gone is not it', async () => {
  const page = makePage({ answers: [THERE] });
  page.refresh(true);
  page.stop();
  await page.clock.pass(10000);
  assert.equal(page.done.join(), 'HEAD');
  page.refresh();
  await page.clock.pass(10000);
  assert.equal(page.done.join(), 'HEAD,HEAD,reload');
});

test('a document that is gone is waited for', async () => {
  const page = makePage({ answers: [REFUSED, REFUSED, THERE] });
  page.refresh();
  await settle();
  page.stop();
  await page.clock.pass(10000);
  assert.equal(page.done.join(), 'GET');
  page.refresh();
  await page.clock.pass(10000);
  assert.equal(page.done.join(', '), 'GET, GET, GET, patch next, done');
  assert.ok(page.isCurrent());
});

test('a document that the server has just told of is loaded without a question', async () => {
  const page = makePage({ canPatch: false, answers: [REFUSED, THERE] });
  page.refresh(false, true);
  await settle();
  assert.equal(page.done.join(', '), 'reload');
  page.refresh(true);
  await page.clock.pass(1000);
  assert.equal(page.done.join(', '), 'reload, HEAD, HEAD, reload', 'it was told of once');
});

test('what can be shown in place is asked for all the same', async () => {
  const page = makePage();
  page.refresh(false, true);
  await settle();
  assert.equal(page.done.join(', '), 'GET, patch next, done');
});
