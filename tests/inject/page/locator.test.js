import assert from 'node:assert/strict';
import { test } from 'node:test';

import { describe, find } from '../../../inject/page/locator.js';
import { element, page } from '../fake_dom.js';

globalThis.CSS ??= /** @type {any} */ ({ escape: (text) => text });

/** Where the element that is called x before is found after; its class there, or null. */
function follow(before, after) {
  page({ body: before });
  const [target] = before.filter((one) => one.getAttribute('class') === 'x');
  const found = find(page({ body: after }), describe(target));
  return found && found.getAttribute('class');
}

const field = (attributes) => Object.assign(element('input', attributes), { type: 'text' });

test('an element is found again', () => {
  /** @type {any[][]} */
  const rows = [
    [
      'by its id, wherever it is',
      [field({ id: 'a', class: 'x' }), field({ id: 'b' })],
      [field({ id: 'b' }), element('p'), field({ id: 'a', class: 'x' })],
    ],
    [
      'by its name',
      [field({ name: 'a', class: 'x' }), field({ name: 'b' })],
      [field({ name: 'new' }), field({ name: 'a', class: 'x' }), field({ name: 'b' })],
    ],
    [
      'by its text',
      [element('div', { class: 'x' }, 'one'), element('div', {}, 'two')],
      [element('div', {}, 'new'), element('div', { class: 'x' }, 'one'), element('div', {}, 'two')],
    ],
    [
      'by its place, when there are as many as before',
      [field({}), field({ class: 'x' })],
      [field({}), field({ class: 'x' })],
    ],
  ];
  for (const [what, before, after] of rows) assert.equal(follow(before, after), 'x', what);
});

test('where that is not certain, nothing is found', () => {
  /** @type {any[][]} */
  const rows = [
    ['one more in front', [field({}), field({ class: 'x' })], [field({}), field({}), field({})]],
    [
      'one of the same name that stays when another goes',
      [field({ name: 'a', class: 'x' }), field({ name: 'a', title: 'other' })],
      [field({ name: 'a', title: 'other' })],
    ],
    [
      'an id that is there twice',
      [field({ id: 'a', class: 'x' })],
      [field({ id: 'a' }), field({ id: 'a' })],
    ],
    ['another name', [field({ name: 'a', class: 'x' })], [field({ name: 'b' })]],
    ['another id', [element('div', { id: 'a', class: 'x' })], [element('div', { id: 'b' })]],
    [
      'only one that is unlike it',
      [element('div', {}, 'tall'), element('div', { class: 'x' })],
      [element('div', {}, 'tall')],
    ],
    ['another element', [field({ class: 'x' })], [element('p', { class: 'x' })]],
  ];
  for (const [what, before, after] of rows) assert.equal(follow(before, after), null, what);
});
