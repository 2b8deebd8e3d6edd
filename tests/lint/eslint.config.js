/**
 * The rules for JavaScript. `./dev lint` runs this with prettier (layout) and tsc (types in JSDoc).
 *
 * ESLint and prettier rather than biome: their packages are JavaScript alone, so one lock serves every
 * platform, and editors support them well. ESLint stays at version 9, the last one that runs on Node 18,
 * which Debian 12 has.
 */

import js from '@eslint/js';
import globals from 'globals';
import { linesPerFunction } from './lines_per_function.js';

const LONGEST_FUNCTION = 60;

export default [
  { ignores: ['**/node_modules/', 'build/', 'example-site/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    plugins: { liveserve: { rules: { 'lines-per-function': linesPerFunction } } },
    rules: {
      eqeqeq: 'error',
      'liveserve/lines-per-function': ['error', LONGEST_FUNCTION],
      'prefer-const': 'error',
    },
  },
  {
    files: ['inject/**', 'view/**'],
    languageOptions: { globals: globals.browser },
  },
  {
    // VS Code loads CommonJS.
    files: ['editors/**'],
    languageOptions: { sourceType: 'commonjs', globals: globals.node },
  },
  {
    files: ['tests/**', 'bench/**', 'packaging/**'],
    languageOptions: { globals: globals.node },
    // The escape sequences of a terminal are part of what is tested.
    rules: { 'no-control-regex': 'off' },
  },
  {
    // Parts of these run in the browser: the functions that puppeteer sends there.
    files: [
      'tests/browser/**',
      'tests/view/**',
      'tests/vscode/**',
      'tests/real_editors/**',
      'bench/**',
    ],
    languageOptions: { globals: globals.browser },
  },
];
