import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addMarks } from '../../../inject/points/source_marks.js';

test('each tag gets a mark that the parser gives to its element', () => {
  /** @type {[string, string][]} */
  const rows = [
    ['text < 3 <! <? </ >', 'text < 3 <! <? </ >'],
    ['<p>', '<p K=0 >'],
    ['a<br/>', 'a<br K=1 />'],
    ['<DIV\nid=x>', '<DIV K=0 \nid=x>'],
    ['<p>x</p>', '<p K=0 >x</p><!K/8>'],
    // Formatting elements have a comment, which is their first child.
    ['<b>x</b>', '<b><!K 0>x</b><!K/8>'],
    ['<a title="x > y" href=z>', '<a title="x > y" href=z><!K 0>'],
    ["<a b = 'x>y' c>", "<a b = 'x>y' c><!K 0>"],
    ['<a href=x"y>z', '<a href=x"y><!K 0>z'],
    ['<a href=?a="b>c', '<a href=?a="b><!K 0>c'],
    // A "/" at the end counts in SVG, where such an element is closed at once.
    ['<a/>', '<a K=0 />'],
    // What has no end has nothing to be marked.
    ['<b title="x', '<b K=0  title="x'],
    // What stands in a comment, a script or a value is marked, too, and does no harm there.
    ['<!-- <b> -->', '<!-- <b><!K 5> -->'],
    ['<p title="<i>">', '<p K=0  title="<i K=10 >">'.replace('<i K=10 >', '<i><!K 10>')],
    // Read as text, as in a page with scripts.
    ['<noscript>', '<noframes K=0 >'],
    ['</head><noscript></noscript>', '</head><!K/7><noembed K=7 ></noembed><!K/28>'],
    ['<bold>', '<bold K=0 >'],
  ];
  for (const [text, expected] of rows) assert.equal(addMarks(text, 'K'), expected, text);
});

test('many tags without an end are no work without an end', () => {
  const text = '<b title="x '.repeat(20000);
  assert.ok(addMarks(text, 'K').length > text.length);
});
