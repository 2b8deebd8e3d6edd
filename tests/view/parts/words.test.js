import assert from 'node:assert/strict';
import { test } from 'node:test';

import { shortTime } from '../../../view/list/columns.js';
import { bytesPerLine, hexText, letterText, offsetText } from '../../../view/packet/bytes_lines.js';
import { splitSentence } from '../../../view/packet/sentence.js';
import { captureAddress } from '../../../view/parts/menus.js';
import {
  captureText,
  connectionText,
  countTexts,
  emptyText,
} from '../../../view/parts/state_line.js';

const state = {
  site: 'site',
  port: 9000,
  by: 'dumpcap',
  how: '',
  lost: 0,
  gone: 0,
  first: 1,
  last: 9,
  ended: false,
};

test('counts', () => {
  const texts = (counts, more) => countTexts(counts, more).map(({ text }) => text);
  assert.deepEqual(texts({ known: 0, shown: 0 }, null), [
    'Packets: 0',
    'Displayed: 0 (100.0%)',
    'Lost: 0',
  ]);
  const parts = countTexts({ known: 60, shown: 20 }, { ...state, lost: 3, gone: 40 });
  assert.deepEqual(parts, [
    { text: 'Packets: 60', isBad: false },
    { text: 'Displayed: 20 (33.3%)', isBad: false },
    { text: 'Lost: 3', isBad: true },
    { text: 'Gone: 40', isBad: true },
  ]);
});

test('the connection', () => {
  const now = { isConnected: true, isPaused: false, waiting: 0, state };
  const text = (more) => connectionText({ ...now, ...more }).text;
  assert.equal(text({}), 'Live');
  assert.equal(text({ isConnected: null }), 'Connecting');
  assert.equal(text({ isConnected: false, isPaused: true }), 'Connection lost, trying again');
  assert.equal(text({ isPaused: true }), 'Paused');
  assert.equal(text({ isPaused: true, waiting: 7 }), 'Paused · 7 new');
  assert.equal(text({ state: { ...state, ended: true } }), 'The capture has ended');
});

test('how it is captured, and why a list is empty', () => {
  assert.equal(captureText(null), '');
  assert.equal(captureText(state), 'Captured by dumpcap');
  assert.equal(
    captureText({ ...state, how: 'In a network of its own.' }),
    'In a network of its own.',
  );
  assert.equal(emptyText(3, state), 'No packet passes this filter.');
  assert.match(emptyText(0, state), /^No packets yet\. Open the site on port 9000 /);
  assert.match(emptyText(0, { ...state, ended: true }), /has ended/);
});

test('packets that a sentence names', () => {
  assert.deepEqual(
    splitSentence('The answer to packet 14, put together from packets 16, 18 and 20.'),
    ['The answer to packet ', 14, ', put together from packets ', 16, ', ', 18, ' and ', 20, '.'],
  );
  assert.deepEqual(splitSentence('Piece 2 of 4: 32768 bytes.'), ['Piece 2 of 4: 32768 bytes.']);
  assert.deepEqual(splitSentence(''), []);
});

test('bytes, times and the address of the file', () => {
  assert.equal(offsetText(16), '0010');
  assert.equal(offsetText(0x12345), '12345');
  assert.equal(hexText(7), '07');
  assert.equal([0x1f, 0x20, 0x7e, 0x7f, 0xff].map(letterText).join(''), '· ~··');
  assert.deepEqual([90, 75, 74, 50, 43, 42, 10].map(bytesPerLine), [16, 16, 8, 8, 8, 4, 4]);
  assert.equal(shortTime('1.234567890'), '1.234567');
  assert.equal(shortTime('0'), '0');
  const form = (...names) => {
    const data = new FormData();
    for (const name of names) data.set(name, 'on');
    return captureAddress(data);
  };
  assert.equal(form(), 'capture.pcapng');
  assert.equal(form('keys'), 'capture.pcapng?keys=1');
  assert.equal(form('comments', 'keys'), 'capture.pcapng?keys=1&comments=1');
});
