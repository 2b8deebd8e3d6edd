/**
 * Sites as generators write them, at the addresses that hosts give them. What is expected is what GitHub Pages, Netlify and
 * Cloudflare Pages say of themselves, with two differences that the manual names: a redirect is temporary, and a folder
 * without an index is listed.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get } from '../support/http.js';
import { readHostedSite } from '../support/hosted_sites.js';
import { makeSite } from '../support/server.js';
import { withServer } from '../support/with_server.js';

const NAVIGATION = { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate' };
const HTML = 'text/html; charset=utf-8';

/**
 * @typedef {[path: string, status: number, says?: string, type?: string]} Row what the answer says: its heading, or its Location
 */

/** @type {{name: 'hugo' | 'jekyll' | 'eleventy', args?: string[], rows: Row[]}[]} */
const SITES = [
  {
    name: 'hugo',
    rows: [
      ['/', 200, 'The garden'],
      ['/index.html', 200, 'The garden'],
      ['/notes/', 200, 'Notes'],
      ['/notes', 302, 'notes/'],
      ['/notes/beans/', 200, 'Beans'],
      ['/notes/beans', 302, 'beans/'],
      ['/notes/beans/index.html', 200, 'Beans'],
      ['/about/', 200, 'About'],
      ['/about.html', 404, 'Nothing grows here'],
      ['/none', 404, 'Nothing grows here'],
      ['/notes/none/', 404, 'Nothing grows here'],
      ['/notes/beans/none/deeper.html', 404, 'Nothing grows here'],
      ['/Notes/', 404, 'Nothing grows here'],
      ['/404.html', 200, 'Nothing grows here'],
      ['/index.xml', 200, undefined, 'application/xml; charset=utf-8'],
      ['/sitemap.xml', 200, undefined, 'application/xml; charset=utf-8'],
    ],
  },
  {
    name: 'eleventy',
    rows: [
      ['/', 200, 'Kitchen'],
      ['/about/', 200, 'About'],
      ['/about', 302, 'about/'],
      ['/notes/soup/', 200, 'Soup'],
      ['/notes/soup/index.html', 200, 'Soup'],
      ['/notes/', 200, undefined],
      ['/notes/pie/', 404, 'No such dish'],
      ['/kitchen.css', 200, undefined, 'text/css; charset=utf-8'],
    ],
  },
  {
    // A project on GitHub Pages: its pages name each other by /workshop/.
    name: 'jekyll',
    args: ['--mount=/workshop=ROOT'],
    rows: [
      ['/workshop/', 200, 'Workshop'],
      ['/workshop', 302, 'workshop/'],
      ['/workshop/about', 200, 'About'],
      ['/workshop/about.html', 200, 'About'],
      ['/workshop/about/', 404, 'No such bench'],
      ['/workshop/2026/05/stool.html', 200, 'A stool'],
      ['/workshop/2026/05/stool', 200, 'A stool'],
      ['/workshop/2026/05/chair.html', 404, 'No such bench'],
      ['/workshop/none', 404, 'No such bench'],
      ['/workshop/assets/workshop.css', 200, undefined, 'text/css; charset=utf-8'],
    ],
  },
];

const headingOf = (html) => /<h1[^>]*>(.*?)<\/h1>/.exec(html)?.[1];

for (const { name, args = [], rows } of SITES)
  test(`each address of a site of ${name} shows what its host shows`, () => {
    const site = makeSite(readHostedSite(name));
    const own = args.map((arg) => arg.replace('ROOT', site.root));
    return withServer({ root: site.root, args: own }, async (server) => {
      for (const [path, status, says, type] of rows) {
        const answer = await get(server, path, NAVIGATION);
        assert.equal(answer.status, status, path);
        if (status === 302) assert.equal(answer.fields.location, says, path);
        else if (says) assert.equal(headingOf(answer.body.toString()), says, path);
        if (status !== 302) assert.equal(answer.fields['content-type'], type ?? HTML, path);
      }
    });
  });

test('with --clean-urls=redirect each page has one address, as on Cloudflare Pages', () => {
  const site = makeSite(readHostedSite('jekyll'));
  const args = ['--clean-urls=redirect', `--mount=/workshop=${site.root}`];
  return withServer({ root: site.root, args }, async (server) => {
    for (const [path, location] of [
      ['/workshop/about.html', 'about'],
      ['/workshop/about/', '../about'],
      ['/workshop/index.html', './'],
      ['/workshop/2026/05/stool.html', 'stool'],
    ]) {
      const answer = await get(server, path, NAVIGATION);
      assert.deepEqual([answer.status, answer.fields.location], [302, location], path);
    }
  });
});
