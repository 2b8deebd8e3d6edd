import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSizes } from '../../../view/parts/sizes.js';

/** A storage in memory. @param {Record<string, string>} [items] */
const memory = (items = {}) => ({
  items,
  getItem: (/** @type {string} */ key) => items[key] ?? null,
  setItem: (/** @type {string} */ key, /** @type {string} */ value) => void (items[key] = value),
});
const KEY = 'liveserve.wire.sizes';
const fail = () => {
  throw new Error('forbidden');
};

test('sizes are there the next time', () => {
  const storage = memory();
  const sizes = createSizes(() => storage);
  assert.equal(sizes.get('source'), undefined);
  sizes.set('source', 90);
  sizes.set('time', 120);
  sizes.set('source', 91);
  assert.equal(sizes.get('source'), 91);
  const next = createSizes(() => storage);
  assert.deepEqual([next.get('source'), next.get('time'), next.get('info')], [91, 120, undefined]);
  // Others may read it: it has nothing else in it.
  assert.deepEqual(storage.items, { [KEY]: '{"source":91,"time":120}' });
});

test('what another program has written there does not matter', () => {
  for (const text of ['', '{', 'null', '7', '"x"', '[]', '{"source":"90px"}', '{"source":null}']) {
    const storage = memory({ [KEY]: text });
    const sizes = createSizes(() => storage);
    assert.equal(sizes.get('source'), undefined, text);
    sizes.set('source', 50);
    assert.equal(createSizes(() => storage).get('source'), 50, text);
  }
});

test('without a storage they are kept as long as the page is', () => {
  for (const storage of [fail, () => ({ getItem: fail, setItem: fail })]) {
    const sizes = createSizes(storage);
    sizes.set('source', 50);
    assert.equal(sizes.get('source'), 50);
  }
});
