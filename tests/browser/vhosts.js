/**
 * vhosts: two sites of one server in one browser. A save in one reaches its own pages only.
 */

import assert from 'node:assert/strict';
import path from 'node:path';

import { run } from '../support/server.js';
import { page } from './site.js';

/** Runs in a page: whether it can read a file of the other site. @param {string} url */
const canRead = (url) =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** @param {import('./site.js').TestSite} testSite */
export function testVhosts(testSite) {
  testSite(
    'a save in one site of --vhost reaches only its pages, though their paths are the same',
    {
      'index.html': page('<p>main</p>'),
      'shop/index.html': page('<p>shop</p><script></script>'),
      'blog/index.html': page('<p>blog</p><script></script>'),
    },
    async ({ open, site, server }) => {
      const urlOf = (/** @type {string} */ name) => `http://${name}.localhost:${server.port}/`;
      const main = await open();
      const shop = await open(urlOf('shop'));
      const blog = await open(urlOf('blog'));
      for (const [tab, text] of /** @type {[typeof main, string][]} */ ([
        [main, 'main'],
        [shop, 'shop'],
        [blog, 'blog'],
      ])) {
        await tab.showsText('p', text);
        await tab.isKnown();
      }
      site.edit('shop/index.html', 'shop', 'new shop');
      await shop.showsText('p', 'new shop');
      await shop.isLoaded(2);
      // Its next change is the first that the other page is told of.
      site.edit('blog/index.html', 'blog', 'new blog');
      await blog.showsText('p', 'new blog');
      await blog.isLoaded(2);
      assert.equal(await shop.loads(), 2);
      assert.equal(await main.loads(), 1);
      assert.ok(await main.isSameDocument());
      assert.equal(await shop.page.evaluate(canRead, urlOf('blog')), false);

      const told = run(['status', path.join(site.root, 'shop')]).stdout;
      assert.match(
        told,
        /Open +http:\/\/shop\.localhost:\d+\/\n(?:.*\n)? +Pages +1 open, by WebSocket\n/,
      );
    },
    ['--vhost=shop.localhost=ROOT/shop', '--vhost=blog.localhost=ROOT/blog'],
  );
}
