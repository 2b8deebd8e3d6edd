/**
 * includes: pages with server-side includes. A save of a part reaches the open pages that show it, and no others.
 */

import assert from 'node:assert/strict';

import { page } from './site.js';

/** @typedef {import('./site.js').TestSite} TestSite */

/** @param {string} head @param {string} text */
const document = (head, text) => `<!doctype html><title>t</title>${head}<p>${text}</p>`;

const FOOTER = '<!--#include virtual="/parts/footer.html" -->';

/** @param {TestSite} testSite */
export function testIncludes(testSite) {
  const files = {
    'index.html': page('<p>plain</p>'),
    'one.shtml': document('', 'one') + FOOTER,
    'two.shtml': document('', 'two') + '<!--#include file="parts/nested.shtml" -->',
    'other.shtml': document('', 'other') + '<!--#include file="parts/other.html" -->',
    'scripted.shtml': document('<script></script>', 'scripted') + FOOTER,
    'parts/footer.html': '<footer>first</footer>',
    'parts/nested.shtml': `<div>${FOOTER}</div>`,
    'parts/other.html': '<footer>other</footer>',
  };

  testSite(
    'a saved part updates the pages that show it, in place where that is possible',
    files,
    async ({ open, site }) => {
      const one = await open('one.shtml');
      const two = await open('two.shtml');
      const other = await open('other.shtml');
      const scripted = await open('scripted.shtml');
      await one.showsText('footer', 'first');
      await two.showsText('div > footer', 'first');

      site.write('parts/footer.html', '<footer>second</footer>');
      for (const tab of [one, two, scripted]) await tab.showsText('footer', 'second');
      for (const tab of [one, two]) assert.equal(await tab.loads(), 1, 'patched');
      assert.equal(await scripted.loads(), 2, 'a page with a script is loaded again');

      // The other page has shown nothing of that: its next change is its first.
      site.edit('parts/other.html', 'other', 'changed');
      await other.showsText('footer', 'changed');
      assert.equal(await other.loads(), 1);
      assert.equal(await one.loads(), 1);
    },
  );

  testSite(
    'a part that comes, and one that goes, are shown',
    { ...files, 'late.shtml': `${document('', 'late')}<i><!--#include file="late.html" --></i>` },
    async ({ open, site }) => {
      const tab = await open('late.shtml');
      const error = '[an error occurred while processing this directive]';
      await tab.showsText('i', error);
      site.write('late.html', 'here');
      await tab.showsText('i', 'here');
      site.remove('late.html');
      await tab.showsText('i', error);
      site.edit('late.shtml', 'file="late.html"', 'virtual="/parts/other.html"');
      await tab.showsText('i footer', 'other');
      site.edit('parts/other.html', 'other', 'followed');
      await tab.showsText('i footer', 'followed');
      assert.equal(await tab.loads(), 1);
    },
  );

  testSite(
    'with --ssi, pages in .html follow what they include, too',
    { 'index.html': document('', 'x') + FOOTER, 'parts/footer.html': '<footer>first</footer>' },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsText('footer', 'first');
      site.edit('parts/footer.html', 'first', 'second');
      await tab.showsText('footer', 'second');
      assert.equal(await tab.loads(), 1);
    },
    ['--ssi'],
  );
}
