import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cutRules, importsOf } from '../../../inject/styles/css_pieces.js';

test('a text is cut into its rules', () => {
  /** @type {[string, string[]][]} */
  const rows = [
    ['', []],
    [' /* p {} */ ', []],
    ['p {} b {}', ['p {}', 'b {}']],
    ['@charset "x";@import "a;b";p{}', ['@charset "x";', '@import "a;b";', 'p{}']],
    ['<!-- p {} --> b {}', ['p {}', 'b {}']],
    ['p { content: "}" } b {}', ['p { content: "}" }', 'b {}']],
    ['p { content: "\\"}" } b {}', ['p { content: "\\"}" }', 'b {}']],
    ["p { content: 'a\n} b {}", ["p { content: 'a\n}", 'b {}']],
    ['p { a: url(}{) } b {}', ['p { a: url(}{) }', 'b {}']],
    ['p { a: url( "}" ) } b {}', ['p { a: url( "}" ) }', 'b {}']],
    ['p { a: (} } ) } b {}', ['p { a: (} } ) }', 'b {}']],
    ['p { /* } */ } b {}', ['p { /* } */ }', 'b {}']],
    ['@media x { p {} b {} } i {}', ['@media x { p {} b {} }', 'i {}']],
    ['@layer a; p; b {} } i {}', ['@layer a;', 'p; b {}', '} i {}']],
    ['p\\{ {} b {}', ['p\\{ {}', 'b {}']],
    ['[a="{"] {} b {', ['[a="{"] {}', 'b {']],
    ['p { a: "x', ['p { a: "x']],
    ['u {} U {} url {}', ['u {}', 'U {}', 'url {}']],
  ];
  for (const [text, pieces] of rows) assert.deepEqual(cutRules(text), pieces, text);
});

test('imports count only before other rules', () => {
  const text = '@charset "x"; @layer a; @IMPORT "1"; @import "2"; p {} @import "3";';
  assert.deepEqual(importsOf(cutRules(text)), ['@IMPORT "1";', '@import "2";']);
  assert.deepEqual(importsOf(cutRules('@layer a {} @import "1";')), []);
  assert.deepEqual(importsOf([]), []);
});
