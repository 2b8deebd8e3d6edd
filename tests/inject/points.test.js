import assert from 'node:assert/strict';
import { test } from 'node:test';

import { wishesOf } from '../../inject/points.js';

test('what is wanted in a page', () => {
  /** @type {[string | undefined, object, string, boolean][]} */
  const rows = [
    [undefined, { there: true }, '', false],
    [undefined, { there: true, keys: 'alt', follow: false }, 'alt', false],
    [undefined, { there: true, keys: 'alt', follow: true }, 'alt', true],
    [undefined, { there: false, keys: 'alt', follow: true }, '', false],
    ['click', { there: true }, 'alt+shift', false],
    ['click', { there: true, keys: 'meta' }, 'meta', false],
    ['follow', { there: true }, '', true],
    [' click  follow ', { there: true }, 'alt+shift', true],
    ['click', { there: false }, '', false],
    ['off', { there: true, keys: 'alt', follow: true }, '', false],
    ['other', { there: true }, '', false],
  ];
  for (const [data, message, keys, follows] of rows)
    assert.deepEqual(
      wishesOf(data, /** @type {any} */ (message)),
      { keys, follows },
      JSON.stringify([data, message]),
    );
});
