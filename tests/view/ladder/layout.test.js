import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PACKETS_MAX, createLayout, ladderItems } from '../../../view/ladder/layout.js';
import { visit } from '../server.js';

const row = (n, t, more = {}) => ({
  n,
  t: String(t),
  src: '',
  dst: '',
  proto: 'TCP',
  len: 66,
  info: '',
  stream: 0,
  side: 0,
  flags: 16,
  ...more,
});
const mark = { after: 2, t: '0.5', text: 'saved a.css' };

test('arrows, silences and marks, each as high as it needs', () => {
  const layout = createLayout();
  layout.append([
    row(1, 0, { flags: 2, step: 'handshake 1' }),
    row(2, 0.1),
    mark,
    row(3, 3.1, { flags: 16, step: 'handshake 3' }),
    row(4, 3.2, { side: -1 }),
  ]);
  assert.deepEqual(
    layout.rungs().map(({ kind }) => kind),
    ['arrow', 'small arrow', 'mark', 'silence', 'arrow'],
  );
  assert.deepEqual(layout.tops(), [0, 34, 52, 78, 114, 148]);
  assert.deepEqual([1, 2, 3, 4].map(layout.find), [0, 1, 4, undefined]);
  const silence = layout.rungs()[3];
  assert.ok(silence.kind === 'silence' && silence.seconds === 3.1 - 0.5);
});

test('a silence before a mark is drawn before it', () => {
  const layout = createLayout();
  const idle = { after: 1, t: '5.1', text: 'closed: idle' };
  const late = { after: 1, t: '4', text: 'late' };
  layout.append([row(1, 0), idle, late, row(2, 5.2)]);
  assert.deepEqual(
    layout.rungs().map(({ kind }) => kind),
    ['small arrow', 'silence', 'mark', 'mark', 'small arrow'],
  );
});

test('what comes later is appended as if it had come at once', () => {
  const whole = createLayout();
  whole.append(visit.rows);
  const pieces = createLayout();
  for (const one of visit.rows) pieces.append([one]);
  assert.deepEqual(pieces.rungs(), whole.rungs());
  assert.deepEqual(pieces.tops(), whole.tops());
  assert.ok(whole.rungs().some(({ kind }) => kind === 'silence'));
  whole.clear();
  assert.deepEqual([whole.rungs(), whole.tops(), whole.find(1)], [[], [0], undefined]);
});

test('too many packets are shown by connection', () => {
  const few = [row(1, 0), row(2, 0, { stream: 1 }), mark];
  assert.equal(ladderItems(few, 2, undefined, false), few);
  assert.equal(ladderItems(few, 2, 1, false), few);
  assert.equal(ladderItems(few, 2, undefined, true), few);
  assert.deepEqual(ladderItems(few, 2, 1, true), [few[1], mark]);
  assert.deepEqual(ladderItems(few, PACKETS_MAX + 1, 0, false), [few[0], mark]);
  assert.deepEqual(ladderItems(few, PACKETS_MAX + 1, undefined, false), []);
});
