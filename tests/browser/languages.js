/**
 * languages: a page in the language of the browser, which follows the file that it is made of.
 */

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { createTester, page } from './site.js';

export const testLanguages = () => describe('with headers of its own', testLanguage);

function testLanguage() {
  // Puppeteer sends headers of its own only where it reports requests.
  createTester('chromium', { reportsRequests: true })(
    'with --languages a page follows its file in the language of the browser, and a better one that comes',
    {
      'index.html.zh': page('<p>zh</p>', '<link rel="stylesheet" href="style.css">'),
      'index.html.en': page('<p>en</p>'),
      'style.css.zh': 'p { color: rgb(200, 0, 0) }',
      'style.css.en': 'p { color: rgb(0, 0, 200) }',
      'about.de.html': page('<p>de</p>'),
    },
    async ({ open, site, server }) => {
      const tab = await open('about:blank');
      await tab.page.setExtraHTTPHeaders({ 'Accept-Language': 'de,zh;q=0.9,en;q=0.5' });
      await tab.page.goto(server.url);
      await tab.showsText('p', 'zh');
      await tab.showsColour('p', [200, 0, 0]);
      await tab.isKnown();

      // The other form is for other browsers: the next change is the first that this page shows.
      site.edit('index.html.en', 'en', 'new en');
      site.edit('index.html.zh', 'zh', 'new zh');
      await tab.showsText('p', 'new zh');
      assert.equal(await tab.loads(), 1, 'it was changed in place');

      site.write('index.html.de', page('<p>de</p>'));
      await tab.showsText('p', 'de');
      site.edit('index.html.de', '<p>de', '<p>new de');
      await tab.showsText('p', 'new de');

      await tab.page.goto(`${server.url}about`);
      await tab.showsText('p', 'de');
      await tab.isKnown();
      site.edit('about.de.html', '<p>de', '<p>about');
      await tab.showsText('p', 'about');
      site.write('about', 'exact');
      await tab.shows('exact', () => document.body.textContent.trim());
    },
    ['--languages'],
  );
}
