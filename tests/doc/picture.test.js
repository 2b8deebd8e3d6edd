/**
 * The moving picture of the README: how it is made of what a terminal shows, and that the one in doc/ can be shown
 * anywhere.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { draw } from '../browser/picture/drawing.js';
import { linesOf, textOf } from '../browser/picture/screen.js';

describe('what a terminal shows', () => {
  /** @type {[string, string, string[]][]} */
  const rows = [
    ['lines', 'one\r\ntwo\n', ['one', 'two', '']],
    ['a line that was erased', 'a\n  1 page\r\x1b[Kb\n  2 pages', ['a', 'b', '  2 pages']],
    [
      'a line longer than the terminal',
      '12345678901234567890123',
      ['1234567890', '1234567890', '123'],
    ],
    ['one that just fits', '1234567890\n', ['1234567890', '']],
    ['colours, which have no width', '\x1b[31m12345\x1b[0m\x1b[1m67890\x1b[0m', ['1234567890']],
  ];
  for (const [name, output, expected] of rows)
    test(name, () => assert.deepEqual(linesOf(output, 10).map(textOf), expected));

  test('styles are those that were set, until they are taken back', () => {
    assert.deepEqual(linesOf('a\x1b[1;31mb\x1b[0mc', 80), [
      [
        { text: 'a', styles: [] },
        { text: 'b', styles: ['bold', 'red'] },
        { text: 'c', styles: [] },
      ],
    ]);
    assert.throws(() => linesOf('\x1b[35mx', 80), /does not know the colour 35/);
  });
});

describe('a drawing', () => {
  const words = { title: 'a & b', description: '<d>', address: 'localhost:9000' };
  const line = (text) => [[{ text, styles: [] }]];

  test('shows each moment in its time, and the last one where nothing moves', () => {
    const svg = draw(
      [
        { seconds: 1, lines: line('one'), shot: 'AAAA' },
        { seconds: 3, lines: line('two'), shot: 'AAAA' },
      ],
      words,
    );
    assert.match(svg, /@keyframes t0\{0%\{visibility:visible\}25%\{visibility:hidden\}\}/);
    assert.match(svg, /\.t0\{visibility:hidden;animation:t0 4s step-end infinite\}/);
    assert.match(svg, /@keyframes t1\{0%\{visibility:hidden\}25%\{visibility:visible\}\}/);
    assert.match(svg, /\.t1\{visibility:visible;/);
    assert.equal(svg.match(/AAAA/g).length, 1, 'what stays the same is there once');
  });

  test('takes no text for markup', () => {
    const svg = draw([{ seconds: 1, lines: line('<b> & "c"') }], words);
    assert.match(svg, />&lt;b&gt; &amp; &quot;c&quot;<\/text>/);
    assert.match(svg, /<title id="title">a &amp; b<\/title>\n<desc id="desc">&lt;d&gt;<\/desc>/);
  });
});

describe('doc/readme.svg', () => {
  const svg = readFileSync(new URL('../../doc/readme.svg', import.meta.url), 'utf8');

  test('is small, needs nothing from elsewhere, and stands still for those who want that', () => {
    assert.ok(svg.length < 300_000, `${svg.length} bytes`);
    assert.match(
      svg,
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+" role="img"/,
    );
    for (const [, target] of svg.matchAll(/href="([^"]*)"/g))
      assert.match(target, /^data:image\/webp;base64,/);
    assert.doesNotMatch(svg, /<script|<foreignObject|@import|\bon\w+=|url\((?!#)/);
    assert.match(svg, /@media \(prefers-reduced-motion:reduce\)/);
    assert.match(svg, /<title id="title">[^<]+<\/title>/);
  });

  test('shows what the program writes: the start, saves, an error with its code', () => {
    const shown = svg.replace(/<\/text>/g, ' ').replace(/<[^>]*>/g, '');
    for (const what of [
      /Watching +every folder in it/,
      /changed +style\.css/,
      /> \d+ \|/,
      /1 page open/,
    ])
      assert.match(shown.replaceAll('&gt;', '>'), what);
  });
});
