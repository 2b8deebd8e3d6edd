import assert from 'node:assert/strict';
import { test } from 'node:test';

import { findAll, rootsIn, select } from '../../../inject/page/shadow_roots.js';
import { element, page } from '../fake_dom.js';

function nested() {
  const inner = element('x-inner');
  inner.attachShadow({ mode: 'open' }).append(element('img', { id: 'deep' }));
  const outer = element('x-outer');
  outer.attachShadow({ mode: 'open' }).append(element('img', { id: 'shadow' }), inner);
  const closed = element('x-closed');
  closed.attachShadow({ mode: 'closed' }).append(element('img', { id: 'hidden' }));
  const document = page({ body: [element('img', { id: 'light' }), outer, closed] });
  return { document, outer, inner };
}

test('the open shadow roots are found at any depth, the closed ones are not', () => {
  const { document, outer, inner } = nested();
  assert.deepEqual(rootsIn(document), [document, outer.shadowRoot, inner.shadowRoot]);
  assert.deepEqual(rootsIn(page()).length, 1);
});

test('elements are found in all of them, or in one tree alone', () => {
  const { document, outer } = nested();
  const ids = (elements) => elements.map((one) => one.id);
  assert.deepEqual(ids(findAll(document, 'img')), ['light', 'shadow', 'deep']);
  assert.deepEqual(ids(findAll(outer.shadowRoot, 'img')), ['shadow', 'deep']);
  assert.deepEqual(ids(select(document, 'img')), ['light']);
  assert.ok(Array.isArray(select(document, 'img')));
});
