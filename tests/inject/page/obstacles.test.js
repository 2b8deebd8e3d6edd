import assert from 'node:assert/strict';
import { test } from 'node:test';

import { findObstacle } from '../../../inject/page/obstacles.js';
import { element, page } from '../fake_dom.js';

/** @param {any} [given] @returns {any} */
const state = ({ doctype = 'html', ...parts } = {}) => ({
  root: page(parts).documentElement,
  doctype,
});

const PLAIN = state({ body: [element('p', { class: 'a' }, 'one')] });

test('what can be exchanged in place', () => {
  /** @type {any[][]} */
  const rows = [
    ['text', { body: ['two'] }],
    [
      'an attribute that only begins as an event handler does',
      { body: [element('p', { one: '1' })] },
    ],
    ['a text that names a scheme', { body: [element('p', { title: 'the javascript: scheme' })] }],
    ['a link to a part of the page', { body: [element('a', { href: '#javascript:x' })] }],
    ['a data block', { body: [element('script', { type: 'application/json' }, '{}')] }],
  ];
  for (const [what, parts] of rows) {
    assert.equal(findObstacle(PLAIN, state(parts)), undefined, what);
  }
});

test('what cannot, in either direction', () => {
  /** @type {any[][]} */
  const rows = [
    ['scripts', { body: [element('script', {}, 'f()')] }],
    ['event handlers', { body: [element('p', { onclick: 'f()' })] }],
    ['event handlers', { body: [element('a', { href: ' Java\nscript:f()' })] }],
    ['noscript', { body: [element('noscript')] }],
    ['a declared shadow root', { body: [element('template', { shadowrootmode: 'open' })] }],
    ['whether it is the list of a folder', { root: { 'data-liveserve-listing': '' } }],
    ['the wish to be reloaded', { root: { 'data-liveserve': 'reload' } }],
    ['what a browser reads only when it loads', { head: [element('base', { href: '/x/' })] }],
    [
      'what a browser reads only when it loads',
      { head: [element('meta', { 'http-equiv': 'Content-Security-Policy' })] },
    ],
    [
      'the sets of style sheets among which the browser chooses',
      { head: [element('style', { title: 'dark' })] },
    ],
    ['the doctype, which decides how the page is laid out', { doctype: '' }],
  ];
  for (const [what, parts] of rows) {
    assert.equal(findObstacle(PLAIN, state(parts)), what);
    assert.equal(findObstacle(state(parts), PLAIN), what);
  }
});
