import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createFreshenImports } from '../../../inject/styles/css_imports.js';
import { FakeClock, FakeSheet, settle } from '../fakes.js';

const ORIGIN = 'http://localhost:9000';

/** Sheets by path, each a list of rules; stamps and failed are given to the module. */
function make(files, stamps) {
  const page = { clock: new FakeClock(), failed: new Set(), fetched: [], hidden: 0, isSlow: false };
  page.fetch = (url) => {
    const { pathname, search } = new URL(url);
    page.fetched.push(pathname + search);
    return page.isSlow ? null : page.sheet(pathname);
  };
  page.sheet = (path) => new FakeSheet(ORIGIN + path, files[path] ?? [], page.fetch);
  const urlOf = (rule) => new URL(rule.href, rule.parentStyleSheet.href).pathname;
  const { later } = page.clock;
  const freshen = createFreshenImports(urlOf, new Map(stamps), page.failed, later);
  page.top = page.sheet('/top.css');
  page.fetched.length = 0;
  page.run = () => freshen(page.top, () => page.hidden++);
  return page;
}

const FILES = {
  '/top.css': ['@layer a;', '@import url("css/b.css") print;', 'p {}'],
  '/css/b.css': ['@import url("c.css");', 'b {}'],
  '/css/c.css': ['c {}'],
};

test('nothing is fetched, and nothing hidden, when no import ever changed', async () => {
  const page = make(FILES, [['/other.css', '1']]);
  await page.run();
  assert.deepEqual([page.fetched, page.hidden], [[], 0]);
});

test('an import that changed is replaced in its place, with its conditions', async () => {
  const page = make(FILES, [['/css/b.css', '7']]);
  await page.run();
  assert.deepEqual(page.top.texts, [
    '@layer a;',
    '@import url("css/b.css?liveserve=7") print;',
    'p {}',
  ]);
  assert.deepEqual(page.fetched, ['/css/b.css?liveserve=7', '/css/c.css']);
  assert.equal(page.hidden, 1);
  assert.equal(page.failed.size, 0);
});

test('an import of an import is replaced in the sheet that names it', async () => {
  const page = make(FILES, [['/css/c.css', '7']]);
  await page.run();
  const [, rule] = page.top.cssRules;
  assert.deepEqual(page.top.texts[1], '@import url("css/b.css") print;');
  assert.deepEqual(rule.styleSheet.texts[0], '@import url("c.css?liveserve=7");');
});

test('an empty import counts as one that could not be had', async () => {
  const page = make({ '/top.css': ['@import url("gone.css");'] }, [['/gone.css', '1']]);
  await page.run();
  assert.deepEqual([...page.failed], ['/gone.css']);
});

test('an import that never loads leaves the old one, after five seconds', async () => {
  const page = make(FILES, [['/css/b.css', '7']]);
  page.isSlow = true;
  let isDone = false;
  page.run().then(() => (isDone = true));
  await page.clock.pass(4900);
  assert.equal(isDone, false);
  await page.clock.pass(200);
  await settle();
  assert.equal(isDone, true);
  assert.equal(page.top.texts[1], '@import url("css/b.css") print;');
  assert.equal(page.top.cssRules.length, 3);
});
