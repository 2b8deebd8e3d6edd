import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allImports } from '../../../inject/styles/used_sheets.js';
import { FakeSheet } from '../fakes.js';

const ORIGIN = 'http://localhost:9000';

/** The sheet at a path, each a list of rules; files that are wanted again are the same sheet. */
function open(path, files) {
  const known = new Map();
  const fetch = (url) => {
    const { pathname } = new URL(url);
    if (!known.has(pathname)) {
      const sheet = new FakeSheet(url, [], fetch);
      known.set(pathname, sheet);
      files[pathname].forEach((text, index) => sheet.insertRule(text, index));
    }
    return known.get(pathname);
  };
  return fetch(ORIGIN + path);
}
const hrefs = (sheet) => allImports(sheet).map((rule) => rule.href);

test('the imports are found at any depth', () => {
  const sheet = open('/top.css', {
    '/top.css': ['@import url("css/b.css");', 'p {}'],
    '/css/b.css': ['@import url("c.css");', 'b {}'],
    '/css/c.css': ['c {}'],
  });
  assert.deepEqual(hrefs(sheet), ['css/b.css', 'c.css']);
  assert.deepEqual(hrefs(null), []);
});

test('imports in a circle come to an end', () => {
  const circle = { '/a.css': ['@import url("b.css");'], '/b.css': ['@import url("a.css");'] };
  assert.deepEqual(hrefs(open('/a.css', circle)), ['b.css']);
  assert.deepEqual(hrefs(open('/a.css', { '/a.css': ['@import url("a.css");'] })), []);
});
