import assert from 'node:assert/strict';
import { test } from 'node:test';

import { filePlaceOf, readSource, textPlacesOf } from '../../../inject/points/source_text.js';

/** @param {string} text */
const bytes = (text) => Uint8Array.from(Buffer.from(text)).buffer;

/** @param {string} field @param {string} text @returns {any} */
const read = (field, text) => readSource(field, bytes(text), 'utf-8');

test('a document of one file', () => {
  const text = 'one\r\ntw\u{1f600}o\rthree\n\n<b>';
  const source = read(`/a.html 0 ${Buffer.byteLength(text)} 0 1 1`, text);
  assert.equal(source.text, text);
  /** @type {[string, number, number][]} */
  const rows = [
    ['one', 1, 1],
    ['tw', 2, 1],
    ['o\r', 2, 5],
    ['three', 3, 1],
    ['<b>', 5, 1],
  ];
  for (const [what, line, column] of rows) {
    const place = filePlaceOf(source, text.indexOf(what, line > 1 ? 4 : 0));
    assert.deepEqual(place, { url: '/a.html', line, column }, what);
  }
  assert.equal(filePlaceOf(source, text.length), null);
});

test('a byte order mark is no text', () => {
  const source = read('/a.html 0 6 0 1 1', '\ufeff<b>');
  assert.equal(source.text, '<b>');
  assert.deepEqual(filePlaceOf(source, 0), { url: '/a.html', line: 1, column: 1 });
});

test('a document of several files', () => {
  const text = '<p>ä<nav>made</p>';
  const source = read('/a.shtml 0 5 0 1 1 /nav.html 5 5 0 1 1 /a.shtml 14 4 40 7 9', text);
  assert.equal(source.text, text);
  assert.deepEqual(filePlaceOf(source, 0), { url: '/a.shtml', line: 1, column: 1 });
  assert.deepEqual(filePlaceOf(source, 4), { url: '/nav.html', line: 1, column: 1 });
  assert.equal(filePlaceOf(source, 9), null, 'what a directive has made');
  assert.deepEqual(filePlaceOf(source, 14), { url: '/a.shtml', line: 7, column: 10 });
  assert.deepEqual(textPlacesOf(source, '/a.shtml', 42), [15]);
  assert.deepEqual(textPlacesOf(source, '/a.shtml', 20), [], 'the directive itself');
  assert.deepEqual(textPlacesOf(source, '/none.html', 0), []);
});

test('the place of a byte is counted in UTF-8', () => {
  const text = 'aä€\u{1f600}b';
  const source = read(`/a.html 0 ${Buffer.byteLength(text)} 0 1 1`, text);
  for (const [what, at] of /** @type {[string, number][]} */ ([
    ['a', 0],
    ['ä', 1],
    ['€', 2],
    ['\u{1f600}', 3],
    ['b', 5],
  ]))
    assert.deepEqual(
      textPlacesOf(source, '/a.html', Buffer.byteLength(text.slice(0, text.indexOf(what)))),
      [at],
      what,
    );
  assert.deepEqual(textPlacesOf(source, '/a.html', 1000), []);
});

test('a file that is included twice has two places', () => {
  const source = read('/n.html 0 3 0 1 1 /n.html 3 3 0 1 1', '<b><b>');
  assert.deepEqual(textPlacesOf(source, '/n.html', 1), [1, 4]);
});

test('a field that does not fit is not used', () => {
  for (const field of [
    '',
    '/a.html',
    '/a.html 0 9 0 1 1',
    '/a.html 2 1 0 1 1 /a.html 0 1 0 1 1',
    '/a.html x 3 0 1 1',
    '/a.html 0 3 0 0 1',
  ])
    assert.equal(read(field, '<b>'), null, field);
  assert.equal(readSource(null, bytes('<b>'), 'utf-8'), null);
});
