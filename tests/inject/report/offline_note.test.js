import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createOfflineNote } from '../../../inject/report/offline_note.js';
import { FakeClock } from '../fakes.js';

function open() {
  const clock = new FakeClock();
  const notes = [];
  const offline = createOfflineNote(clock.later, (about, text) => notes.push([about, text]));
  return { clock, notes, offline };
}

const SHOWN = [['', 'connecting …']];
const GONE = [['', undefined]];

test('a connection that is missing for a second is noted, and no longer when it is back', async () => {
  const { clock, notes, offline } = open();
  offline(false);
  offline(true);
  await clock.pass(999);
  assert.deepEqual(notes, []);
  offline(true);
  await clock.pass(1);
  assert.deepEqual(notes.splice(0), SHOWN, 'counted from the first time');
  offline(true);
  await clock.pass(5000);
  assert.deepEqual(notes, []);
  offline(false);
  offline(false);
  assert.deepEqual(notes, GONE);
});

test('a connection that is soon back is not noted, however often that happens', async () => {
  const { clock, notes, offline } = open();
  for (let i = 0; i < 5; i++) {
    offline(true);
    await clock.pass(400);
    offline(false);
    await clock.pass(400);
  }
  assert.ok(notes.every(([, text]) => !text));
  offline(true);
  await clock.pass(1000);
  assert.deepEqual(notes.slice(-1), SHOWN);
});
