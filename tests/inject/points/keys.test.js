import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createAreHeld } from '../../../inject/points/keys.js';

/** @param {string} names */
const event = (names) =>
  Object.fromEntries(
    ['alt', 'ctrl', 'meta', 'shift'].map((name) => [`${name}Key`, names.split(' ').includes(name)]),
  );

test('these keys, and no others', () => {
  /** @type {[string, string, boolean][]} */
  const rows = [
    ['alt+shift', 'alt shift', true],
    ['shift+alt', 'alt shift', true],
    ['alt+shift', 'alt', false],
    ['alt+shift', 'alt shift ctrl', false],
    ['alt+shift', '', false],
    ['alt', 'alt', true],
    ['meta', 'meta', true],
    ['ctrl+alt', 'ctrl alt', true],
    ['ctrl+alt', 'ctrl shift', false],
  ];
  for (const [keys, held, expected] of rows)
    assert.equal(createAreHeld(keys)(event(held)), expected, `${keys}: ${held}`);
});
