import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSnapshot, hasScripts, pair, takeSnapshot } from '../../../inject/page/snapshot.js';
import { element, page } from '../fake_dom.js';

test('what runs in a document', () => {
  /** @type {any[][]} */
  const rows = [
    ['nothing', [element('p', { title: 'x' }, 'text')], false],
    ['a script', [element('script', {}, 'f()')], true],
    ['a module', [element('script', { type: 'module' })], true],
    [
      'a script of a type that browsers run',
      [element('script', { type: 'text/javascript' })],
      true,
    ],
    ['an import map', [element('script', { type: 'importmap' })], true],
    ['a script with an empty type', [element('script', { type: '' })], true],
    ['a data block', [element('script', { type: 'application/json' }, '{}')], false],
    ['a template', [element('script', { type: 'text/x-template' })], false],
  ];
  for (const [what, body, expected] of rows)
    assert.equal(hasScripts(page({ body }).documentElement), expected, what);
});

test('each node has the one that stands for it', () => {
  const [one, other] = [element('p', {}, 'a', element('b')), element('p', {}, 'x', element('i'))];
  const shown = new WeakMap();
  pair(one, other, shown);
  assert.equal(shown.get(one), other);
  one.childNodes.forEach((node, i) => assert.equal(shown.get(node), other.childNodes[i]));
});

test('a snapshot is a copy, and knows what its nodes stand for', () => {
  const text = element('p', {}, 'text');
  const document = page({ head: [element('title')], body: [text] });
  /** @type {any} */
  const snapshot = takeSnapshot(document);
  assert.equal(snapshot.root.children[0].outerHTML, '<head><title></title></head>');
  assert.equal(snapshot.shown.get(snapshot.root.children[1].childNodes[0]), text);
  text.setAttribute('class', 'changed');
  assert.equal(snapshot.root.children[1].outerHTML, '<body><p>text</p></body>');
  assert.equal(document.head.children.length, 1, 'the document is left as it is');
});

test('there is no snapshot of a document that cannot be patched', () => {
  const host = element('x-host');
  host.attachShadow({ mode: 'open' });
  const many = Array.from({ length: 20000 }, () => element('i'));
  /** @type {any[][]} */
  const rows = [
    ['one with scripts', page({ body: [element('script', {}, 'f()')] })],
    ['one with shadow roots', page({ body: [host] })],
    ['a large one', page({ body: many })],
    ['a drawing', Object.assign(page(), { contentType: 'image/svg+xml' })],
  ];
  for (const [what, document] of rows) assert.equal(takeSnapshot(document), false, what);
  // With html, head and body.
  assert.ok(takeSnapshot(page({ body: many.slice(0, 19997) })), 'as large as it may be');
  const listing = page({ body: many });
  listing.documentElement.setAttribute('data-liveserve-listing', '');
  assert.equal(takeSnapshot(listing), true, 'a large listing is copied when it changes');
  assert.equal(typeof takeSnapshot(listing, Infinity), 'object');
});

test('the snapshot is taken when the document has been read', () => {
  const events = new EventTarget();
  const document = Object.assign(page(), {
    readyState: 'loading',
    addEventListener: events.addEventListener.bind(events),
  });
  const snapshot = createSnapshot({ document, sources: new WeakMap() });
  assert.equal(snapshot(), undefined);
  document.body.append(element('p'));
  events.dispatchEvent(new Event('DOMContentLoaded'));
  assert.equal(/** @type {any} */ (snapshot()).root.children[1].outerHTML, '<body><p></p></body>');
  assert.ok(
    createSnapshot({ document: page(), sources: new WeakMap() })(),
    'at once when it was read before',
  );
});
