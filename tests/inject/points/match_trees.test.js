import assert from 'node:assert/strict';
import { test } from 'node:test';

import { matchTrees } from '../../../inject/points/match_trees.js';
import { element } from '../fake_dom.js';

/** @param {any} root @returns {any[]} */
const all = (root) => [root, ...root.children.flatMap(all)];

/**
 * @param {any} source
 * @param {any} live
 * @returns {string[]} for each element of live the name and text of its partner
 */
function partnersOf(source, live) {
  const partners = matchTrees({ root: source }, { root: live });
  return all(live).map((one) => {
    const found = /** @type {any} */ (partners.get(one));
    return found ? `${found.localName} ${found.textContent}` : '';
  });
}

/** @param {any[]} children */
const body = (...children) => element('body', {}, ...children);

/** @param {string} text @param {object} [attributes] */
const p = (text, attributes = {}) => element('p', attributes, text);

test('trees of one shape', () => {
  const make = () =>
    body(p('a'), p('b', { class: 'x' }), element('ul', {}, element('li', {}, 'c')));
  assert.deepEqual(partnersOf(make(), make()), ['body abc', 'p a', 'p b', 'ul c', 'li c']);
});

test('what a script has put between others has no partner', () => {
  const source = body(p('a'), p('b'), p('c'));
  const live = body(p('new'), p('a'), p('b'), element('div', {}, 'made'), p('c'), p('more'));
  assert.deepEqual(partnersOf(source, live), ['body abc', '', 'p a', 'p b', '', 'p c', '']);
});

test('what a script has taken away leaves the others', () => {
  const source = body(p('a'), p('b'), p('c'));
  assert.deepEqual(partnersOf(source, body(p('a'), p('c'))), ['body abc', 'p a', 'p c']);
});

test('an element whose attributes or content a script has changed is still the one', () => {
  const source = body(p('a', { id: 'x' }), element('div', { class: 'box' }, p('in')), p('c'));
  const live = body(
    p('changed', { id: 'x', style: 'color: red' }),
    element('div', { class: 'box open' }, p('in'), element('b', {}, 'new')),
    p('c'),
  );
  assert.deepEqual(partnersOf(source, live), ['body ainc', 'p a', 'div in', 'p in', '', 'p c']);
});

test('an element that was moved is found by what is in it, or by its id', () => {
  const source = body(element('div', { id: 'home' }, p('text'), p('', { id: 'n' })), p('z'));
  const live = body(
    element('div', { id: 'home' }),
    p('z'),
    element('section', {}, p('text'), p('other', { id: 'n' })),
  );
  assert.deepEqual(partnersOf(source, live).slice(2), ['p z', '', 'p text', 'p ']);
});

test('another element of the same id elsewhere is not the one', () => {
  const source = body(p('a', { id: 'x' }));
  assert.deepEqual(partnersOf(source, body(p('a', { id: 'y' }))), ['body a', '']);
});

test('elements that are like others and equal to none have no partner', () => {
  const source = body(element('i', {}, 'a'), element('i', {}, 'b'));
  const live = body(element('i', {}, 'x'), element('i', {}, 'y'), element('i', {}, 'z'));
  assert.deepEqual(partnersOf(source, live), ['body ab', '', '', '']);
});

test('many elements', () => {
  const list = (/** @type {number} */ from) =>
    body(...Array.from({ length: 2000 }, (_, i) => p(`text ${i + from}`)));
  const partners = partnersOf(list(0), list(500));
  assert.deepEqual(partners.slice(1, 3), ['p text 500', 'p text 501']);
  assert.deepEqual(partners.slice(-1), ['']);
});
