/**
 * hosted: sites that generators have written for hosts, and a single-page application of one, in a browser: their links
 * lead somewhere, their styles count, and a save is shown.
 */

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { readHostedSite } from '../support/hosted_sites.js';
import { createTester, GREEN, listenForFailedRequests } from './site.js';

/** @typedef {import('./site.js').TestSite} TestSite */
/** @typedef {import('./site.js').Given} Given */

/** Runs in the page: follows the first link whose text is that. @param {string} text */
function follow(text) {
  const links = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll('a')]);
  links.find((link) => link.textContent === text).click();
}

/**
 * @typedef {object} Walk
 * @property {'hugo' | 'jekyll' | 'eleventy'} name
 * @property {string} home the address of the first page
 * @property {[link: string, heading: string, path: string][]} links each is followed from the page before
 * @property {string} file that the last page is made of
 * @property {string} missing what the page of an error says
 * @property {string[]} [args] of the server
 */

/** @type {Walk[]} */
const WALKS = [
  {
    name: 'hugo',
    home: '',
    links: [
      ['Notes', 'Notes', '/notes/'],
      ['Beans', 'Beans', '/notes/beans/'],
    ],
    file: 'notes/beans/index.html',
    missing: 'Nothing grows here',
  },
  {
    name: 'eleventy',
    home: '',
    links: [
      ['Soup', 'Soup', '/notes/soup/'],
      ['About', 'About', '/about/'],
    ],
    file: 'about/index.html',
    missing: 'No such dish',
  },
  {
    name: 'jekyll',
    home: 'workshop/',
    links: [
      ['A stool', 'A stool', '/workshop/2026/05/stool.html'],
      ['About', 'About', '/workshop/about'],
    ],
    file: 'about.html',
    missing: 'No such bench',
    args: ['--mount=/workshop=ROOT'],
  },
];

/** @param {TestSite} testSite @param {Walk} walk */
function testWalk(testSite, { name, home, links, file, missing, args }) {
  testSite(
    `a site of ${name}: links, styles, a save, and its own page for what is missing`,
    readHostedSite(name),
    async ({ open, site }) => {
      const tab = await open(home);
      const failedRequests = listenForFailedRequests(tab);
      for (const [link, heading, path] of links) {
        await tab.ask(follow, link);
        await tab.showsText('h1', heading);
        await tab.shows(path, () => location.pathname);
        await tab.showsColour('h1', GREEN);
      }
      await tab.isKnown();
      site.edit(file, /<h1([^>]*)>.*<\/h1>/, '<h1$1>Saved</h1>');
      await tab.showsText('h1', 'Saved');

      const gone = await open(`${home}none/at/all`);
      await gone.showsText('h1', missing);
      await gone.showsColour('h1', GREEN);
      assert.deepEqual(await failedRequests(), []);
    },
    args,
  );
}

/** @param {TestSite} testSite */
export function testHosted(testSite) {
  describe('with reports of requests', () => {
    const reporting = createTester('chromium', { reportsRequests: true });
    for (const walk of WALKS) testWalk(reporting, walk);
  });

  testSite(
    'a single-page application of _redirects: each address is its page, which follows its file',
    {
      'index.html': `<!doctype html><title>t</title><script src="/app.js"></script><p>first</p>`,
      'app.js': `addEventListener('DOMContentLoaded', () => {
        document.querySelector('p').append(', ' + location.pathname);
      });`,
      'real.html': '<!doctype html><title>t</title><p>real</p>',
      _redirects: '/api/*  /down.html  404\n/*  /index.html  200\n',
      'down.html': '<!doctype html><title>t</title><p>down</p>',
    },
    async ({ open, site, server }) => {
      const deep = await open('users/5/settings');
      await deep.showsText('p', 'first, /users/5/settings');
      const real = await open('real.html');
      await real.showsText('p', 'real');
      await deep.isKnown();
      await real.isKnown();

      site.edit('index.html', 'first', 'second');
      await deep.showsText('p', 'second, /users/5/settings');
      await deep.isLoaded(2);
      site.edit('app.js', "', '", "' at '");
      await deep.showsText('p', 'second at /users/5/settings');
      await deep.isKnown();
      site.edit('real.html', 'real', 'really');
      await real.showsText('p', 'really');
      assert.equal(await real.loads(), 1, 'it was not told of the other page');

      // A change of the rules reloads every page.
      site.write('_redirects', '/users/*  /real.html  200\n');
      await deep.showsText('p', 'really');
      assert.equal((await fetch(new URL('/other', server.url))).status, 404);
    },
  );
}
