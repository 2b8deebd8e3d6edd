import assert from 'node:assert/strict';
import { test } from 'node:test';

import { faultsOf } from '../../../inject/report/page_faults.js';

const ORIGIN = 'http://localhost:9000';

test('each window has its own', () => {
  const [one, other] = [{}, {}];
  faultsOf(one).noteError('a', '/a.js:1:2');
  assert.deepEqual(faultsOf(one).errors(), [{ text: 'a', source: '/a.js:1:2' }]);
  assert.deepEqual(faultsOf(other).errors(), []);
});

test('the first twenty errors say enough, each in one short line', () => {
  const faults = faultsOf({});
  faults.noteError('');
  faults.noteError(`a\n  b${'c'.repeat(2000)}`);
  for (let i = 0; i < 30; i++) faults.noteError(String(i));
  assert.equal(faults.errors().length, 20);
  assert.match(faults.errors()[0].text, /^a bc{995}$/);
  assert.equal(faults.errors()[19].text, '18');
});

test('missing is what an element still lacks', () => {
  const faults = faultsOf({});
  const src = `${ORIGIN}/a.png?x`;
  const rows = [
    [{ localName: 'img', src, naturalWidth: 0, isConnected: true }, ['/a.png']],
    [{ localName: 'img', src, naturalWidth: 4, isConnected: true }, []],
    [{ localName: 'img', src, naturalWidth: 0, isConnected: false }, []],
    [{ localName: 'img', src: `${ORIGIN}/b.png`, naturalWidth: 0, isConnected: true }, []],
    [{ localName: 'link', href: src, sheet: null, isConnected: true }, ['/a.png']],
    [{ localName: 'link', href: src, sheet: {}, isConnected: true }, []],
    [{ localName: 'script', src, isConnected: true }, ['/a.png']],
  ];
  let expected = [];
  for (const [target, missing] of rows) {
    faults.noteFailure({ event: { target }, url: src });
    expected = [...expected, .../** @type {string[]} */ (missing)];
    assert.deepEqual(faults.missing(ORIGIN), expected);
  }
  faults.noteFailure({
    event: { target: { src: 'https://cdn.example/l.js', isConnected: true } },
    url: 'https://cdn.example/l.js',
  });
  assert.equal(faults.missing(ORIGIN).at(-1), 'https://cdn.example/l.js');
});

test('what has happened is noted before somebody is told', async () => {
  const faults = faultsOf({});
  const ends = [];
  for (const text of ['a', 'b'])
    faults.await((end) => ends.push(() => end(faults.noteError(text))));
  let isNoted = false;
  const noted = faults.noted().then(() => (isNoted = true));
  ends[1]();
  await new Promise(setImmediate);
  assert.equal(isNoted, false);
  ends[0]();
  await noted;
  assert.equal(faults.errors().length, 2);
});
