import assert from 'node:assert/strict';
import { test } from 'node:test';

import { keyOf, lineName, linesAbout, shownLines } from '../../../view/packet/tree_lines.js';

const line = (text, from, to, ...children) => ({ text, from, to, children });
const tree = [
  line('Frame 3: 60 bytes', 0, 60),
  line('Ethernet II, Src: a', 0, 14, line('Type: IPv4 (0x0800)', 12, 14)),
  line(
    'Internet Protocol Version 4, Src: 127.0.0.1',
    14,
    34,
    line('0100 .... = Version: 4', 14, 15),
    line('Flags: 0x40', 20, 21, line('.1.. .... = Do not fragment: Set', 20, 21)),
  ),
];

test('a line is known by its first words', () => {
  assert.equal(lineName('Frame 3: 60 bytes'), 'Frame');
  assert.equal(lineName('Internet Protocol Version 4, Src'), 'Internet Protocol Version');
  assert.equal(lineName('0100 .... = Version: 4'), 'Version');
  assert.equal(lineName('[4 Reassembled TCP Segments (9 bytes)]'), 'Reassembled TCP Segments');
});

test('lines below an open line are shown', () => {
  const texts = (open) => shownLines(tree, new Set(open)).map((one) => [one.level, one.parent]);
  assert.deepEqual(texts([]), [
    [1, -1],
    [1, -1],
    [1, -1],
  ]);
  assert.deepEqual(texts(['Internet Protocol Version', 'Flags']), [
    [1, -1],
    [1, -1],
    [1, -1],
    [2, 2],
    [2, 2],
  ]);
  assert.deepEqual(
    texts(['Internet Protocol Version', 'Internet Protocol Version/Flags']).at(-1),
    [3, 4],
  );
});

test('the innermost line that is about a byte', () => {
  const names = (at) => linesAbout(tree, at).map(({ text }) => lineName(text));
  assert.deepEqual(names(13), ['Ethernet II', 'Type']);
  assert.deepEqual(names(20), ['Internet Protocol Version', 'Flags', 'Do not fragment']);
  assert.deepEqual(names(30), ['Internet Protocol Version']);
  assert.deepEqual(names(50), ['Frame']);
  assert.deepEqual(names(99), []);
  assert.equal(keyOf(linesAbout(tree, 20)), 'Internet Protocol Version/Flags/Do not fragment');
});
