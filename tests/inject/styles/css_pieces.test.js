import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cutRules, importedUrl } from '../../../inject/styles/css_pieces.js';

test('a text is cut into its rules', () => {
  /** @type {[string, string[]][]} */
  const rows = [
    ['', []],
    [' /* p {} */ ', []],
    ['p {} b {}', ['p {}', 'b {}']],
    ['@charset "x";@import "a;b";p{}', ['@import "a;b";', 'p{}']],
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

test('the URL of an import is found, however it is written', () => {
  /** @type {[string, string | undefined][]} */
  const rows = [
    ['@import "a.css";', 'a.css'],
    ["@IMPORT'a.css'screen;", 'a.css'],
    ['@import url(a.css) layer(b);', 'a.css'],
    ['@import url( "a b)c.css" ) print;', 'a b)c.css'],
    ['@import/* "x" */ url( a.css );', 'a.css'],
    ['@import "\\61.css";', undefined],
    ['@import url(\\61.css);', undefined],
    ['@layer a;', undefined],
  ];
  for (const [text, url] of rows) assert.equal(importedUrl(text), url, text);
});
