import assert from 'node:assert/strict';
import { test } from 'node:test';

import { rulesIn, rulesOf } from '../../../inject/styles/css_rules.js';

test('the rules of a sheet, as far as there are any', () => {
  const rules = ['a {}', 'b {}'];
  const foreign = {
    get cssRules() {
      throw new Error('SecurityError');
    },
  };
  /** @type {any[][]} */
  const rows = [
    ['a sheet', { cssRules: rules }, rules, rules],
    ['an empty sheet', { cssRules: [] }, [], []],
    ['no sheet', null, undefined, []],
    ['none yet', undefined, undefined, []],
    ['one of another server', foreign, undefined, []],
  ];
  for (const [what, sheet, list, array] of rows) {
    assert.deepEqual(rulesOf(/** @type {any} */ (sheet)), list, what);
    assert.deepEqual(rulesIn(/** @type {any} */ (sheet)), array, what);
  }
});
