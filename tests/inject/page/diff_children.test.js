import assert from 'node:assert/strict';
import { test } from 'node:test';

import { diffChildren } from '../../../inject/page/diff_children.js';

/** @type {(olds: any[], news: any[]) => any[]} the partner of each new node */
function diff(olds, news) {
  const { last, olds: differing, partners } = diffChildren(olds, news);
  const start = olds.indexOf(last) + 1;
  return [...olds.slice(0, start), ...partners, ...olds.slice(start + differing.length)];
}

/**
 * Nodes from a line: 'p:text' is an element with that in it, 'p#a:text' one with an id, 'text' a text.
 *
 * @returns {any[]}
 */
const nodes = (line) =>
  line
    .split(' ')
    .filter(Boolean)
    .map((word) => {
      const [, name, id = '', content] = /^(?:(\w+)(?:#(\w+))?:)?(.*)$/.exec(word);
      const isEqualNode = (other) => other.word === word;
      if (!name) return { word, nodeName: '#text', nodeType: 3, data: content, isEqualNode };
      const matches = (selector) => selector.split(', ').includes(name);
      return { word, nodeName: name.toUpperCase(), id, outerHTML: word, isEqualNode, matches };
    });

/** @type {(before: string, after: string) => string} */
const partners = (before, after) =>
  diff(nodes(before), nodes(after))
    .map((node) => node?.word ?? '-')
    .join(' ');

test('each new node gets the old one that becomes it, or none', () => {
  const rows = [
    ['nothing', '', '', ''],
    ['all new', '', 'p:a p:b', '- -'],
    ['all gone', 'p:a p:b', '', ''],
    ['all the same', 'p:a x p:b', 'p:a x p:b', 'p:a x p:b'],
    ['one changed', 'p:a p:b p:c', 'p:a p:x p:c', 'p:a p:b p:c'],
    ['one added in front', 'p:a p:b', 'p:x p:a p:b', '- p:a p:b'],
    ['one added behind', 'p:a p:b', 'p:a p:b p:x', 'p:a p:b -'],
    ['one added between equal ones', 'p:a p:a', 'p:a p:a p:a', 'p:a p:a -'],
    ['one gone', 'p:a p:b p:c', 'p:a p:c', 'p:a p:c'],
    ['one moved to the end', 'p:a p:b p:c', 'p:b p:c p:a', 'p:b p:c -'],
    ['two changed around one that stays', 'p:a h1:long p:c', 'p:x h1:long p:y', 'p:a h1:long p:c'],
    ['one added and one changed', 'p:a h1:long p:c', 'p:n p:x h1:long p:y', 'p:a - h1:long p:c'],
    ['the long one stays, not the line breaks', '/ p:long / x', 'p:long y /', 'p:long - /'],
    ['another kind', 'p:a', 'div:a', '-'],
    ['another id', 'p#a:x', 'p#b:x', '-'],
    ['the same id further on', 'p#a:x p#b:y', 'p#b:z', 'p#b:y'],
    ['a text', 'a', 'b', 'a'],
    ['a frame is never changed', 'iframe:a', 'iframe:b', '-'],
    ['nor a sheet', 'link:a style:b', 'link:c style:d', '- -'],
    [
      'but both stay when they are equal',
      'link:a p:x iframe:b',
      'link:a p:y iframe:b',
      'link:a p:x iframe:b',
    ],
  ];
  for (const [what, before, after, expected] of rows)
    assert.equal(partners(before, after), expected, what);
});

test('old nodes stay in their order', () => {
  const word = (i) => `p#n${(i * 7919) % 100}:text${i}`;
  const before = Array.from({ length: 60 }, (_, i) => word(i));
  const after = [...before].sort().concat(word(70));
  const found = diff(nodes(before.join(' ')), nodes(after.join(' '))).filter(Boolean);
  const places = found.map((node) => before.indexOf(node.word));
  assert.deepEqual(
    places,
    [...new Set(places)].sort((a, b) => a - b),
  );
  assert.ok(places.length > 1);
});

test('very long lists still end up complete', () => {
  const list = (letter) => Array.from({ length: 1500 }, (_, i) => `p:${letter}${i}`).join(' ');
  const found = diff(nodes(list('a')), nodes(list('b')));
  assert.equal(found.length, 1500);
  assert.ok(found.every((node, i) => node.word === `p:a${i}`));
});
