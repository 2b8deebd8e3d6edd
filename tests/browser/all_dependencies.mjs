/**
 * all_dependencies: the tests of dependencies.js in both browsers, which take too long for every run of the tests.
 */

import { testDependencies } from './dependencies.js';
import { createTester } from './site.js';

for (const browser of /** @type {const} */ (['chromium', 'firefox'])) {
  testDependencies(browser, createTester(browser));
}
