import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PacketRows, indexFrom } from '../../../view/packets/packet_rows.js';
import { isMark } from '../../../view/packets/row.js';

const row = (n, more = {}) => ({
  n,
  t: `${n}.0`,
  src: '',
  dst: '',
  proto: 'TCP',
  len: 66,
  info: '',
  ...more,
});
const rows = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => row(from + i));
const mark = (after, text = 'saved a.css') => ({ after, t: `${after}.5`, text });

/** What is shown, in short. @param {PacketRows} packets */
const shown = (packets) =>
  packets.shown.map((item) => (isMark(item) ? `after ${item.after}` : item.n));

function create() {
  /** @type {any[]} */
  const changes = [];
  return { changes, packets: new PacketRows((change) => changes.push(change)) };
}

test('rows are added at the end, each number once', () => {
  const { packets, changes } = create();
  packets.add(rows(1, 3));
  packets.add(rows(2, 4));
  packets.add(rows(2, 4));
  assert.deepEqual(shown(packets), [1, 2, 3, 4]);
  assert.equal(packets.last, 4);
  assert.deepEqual(packets.counts(), { known: 4, shown: 4, waiting: 0 });
  assert.deepEqual(changes, Array(2).fill({ isNew: false, gone: 0 }));
});

test('marks are between the rows, whenever they come, and once', () => {
  const { packets } = create();
  packets.addMarks([mark(2)]);
  packets.add(rows(1, 3));
  assert.deepEqual(shown(packets), [1, 2, 'after 2', 3]);
  packets.addMarks([mark(3), mark(1)]);
  packets.addMarks([mark(2), mark(3)]);
  assert.deepEqual(shown(packets), [1, 'after 1', 2, 'after 2', 3, 'after 3']);
  packets.addMarks([mark(3, 'closed: idle')]);
  packets.add(rows(4, 5));
  assert.deepEqual(shown(packets).slice(-4), ['after 3', 'after 3', 4, 5]);
  assert.deepEqual(packets.counts(), { known: 5, shown: 5, waiting: 0 });
});

test('the filter hides rows, and no marks', () => {
  const { packets } = create();
  packets.add(rows(1, 4));
  packets.addMarks([mark(2)]);
  packets.filter(({ n }) => n % 2 === 0);
  packets.add(rows(5, 6));
  assert.deepEqual(shown(packets), [2, 'after 2', 4, 6]);
  assert.deepEqual(packets.counts(), { known: 6, shown: 3, waiting: 0 });
  assert.equal(packets.indexOf(4), 2);
  assert.equal(packets.indexOf(3), -1);
  assert.equal(packets.find(3)?.n, 3);
  assert.equal(packets.find(9), undefined);
});

test('a pause hides what comes after it', () => {
  const { packets } = create();
  packets.add(rows(1, 2));
  packets.pause(true);
  packets.add(rows(3, 5));
  packets.addMarks([mark(4)]);
  assert.deepEqual(shown(packets), [1, 2]);
  assert.equal(packets.counts().waiting, 3);
  packets.filter(({ n }) => n > 1);
  assert.deepEqual(shown(packets), [2]);
  packets.pause(false);
  assert.deepEqual(shown(packets), [2, 3, 4, 'after 4', 5]);
  assert.equal(packets.isPaused, false);
});

test('what the server has dropped goes at the front', () => {
  const { packets, changes } = create();
  packets.add(rows(1, 6));
  packets.addMarks([mark(2)]);
  packets.filter(({ n }) => n !== 1);
  changes.length = 0;
  packets.forget(4);
  packets.forget(4);
  assert.deepEqual(shown(packets), [4, 5, 6]);
  assert.deepEqual(packets.counts(), { known: 3, shown: 3, waiting: 0 });
  assert.deepEqual(changes, [{ isNew: false, gone: 3 }]);
});

test('after a clear the numbers go on; after a reset they may begin again', () => {
  const { packets } = create();
  packets.add(rows(1, 3));
  packets.clear();
  packets.add(rows(3, 5));
  assert.deepEqual(shown(packets), [4, 5]);
  packets.reset();
  packets.add(rows(1, 2));
  assert.deepEqual(shown(packets), [1, 2]);
});

test('there is an end to what is kept', () => {
  const { packets } = create();
  for (let from = 1; from <= 100500; from += 500) packets.add(rows(from, from + 499));
  assert.equal(packets.shown.length, 100000);
  assert.equal(packets.counts().known, 100000);
  assert.equal(packets.shown[0], packets.find(501));
});

test('the first item that is not before a place', () => {
  const items = [row(2), mark(2), row(5)];
  const places = [1, 2, 2.5, 3, 5, 6].map((place) => indexFrom(items, place));
  assert.deepEqual(places, [0, 0, 1, 2, 2, 3]);
});
