/**
 * options: what the server's options do to a page. It is the same in each browser.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';

import { makeCertificate } from '../support/certificate.js';
import { portOf, startServer } from '../support/server.js';
import { BLUE, css, GREEN, link, page, RED } from './site.js';

/** @param {import('./site.js').TestSite} testSite */
export function testOptions(testSite) {
  testSite(
    '--full-reload: the page is reloaded for every file that it uses, and for no other',
    {
      'index.html': page('<p>text</p>', link('style.css')),
      'style.css': css('p', RED),
      'other.css': '',
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      site.write('other.css', css('p', BLUE));
      site.write('style.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      await tab.isLoaded(2);
      assert.equal(
        await tab.ask(() => document.querySelector('link').getAttribute('href')),
        'style.css',
      );
      site.edit('index.html', 'text', 'new');
      await tab.showsText('p', 'new');
      await tab.isLoaded(3);
    },
    ['--full-reload'],
  );

  testSite(
    '--file: a missing address shows the file, follows it, and becomes the page that is created there',
    {
      'app.html': page('<p>one</p>'),
      '404.html': page(''),
    },
    async ({ open, site }) => {
      const tab = await open('users/5');
      await tab.showsText('p', 'one');
      site.edit('app.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.ok(await tab.isSameDocument(), 'it was patched in place');
      site.edit('app.html', '<p>two', '<script>window.answer = 1</script><p>three');
      await tab.showsText('p', 'three');
      await tab.shows(1, () => window.answer);
      site.write('users/5/index.html', page('<p>four</p>'));
      await tab.showsText('p', 'four');
    },
    ['--file=app.html'],
  );

  testSite(
    'a page at its clean URL follows its file, also when that goes and comes back',
    { 'index.html': page('<p>index</p>'), 'about.html': page('<p>one</p>') },
    async ({ open, site }) => {
      const tab = await open('about');
      await tab.showsText('p', 'one');
      site.edit('about.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.ok(await tab.isSameDocument(), 'it was patched in place');
      site.edit('about.html', '<p>two', '<script>window.answer = 1</script><p>three');
      await tab.showsText('p', 'three');
      await tab.shows(1, () => window.answer);
      const text = site.read('about.html');
      site.remove('about.html');
      site.write('about.html', text.replace('three', 'four'));
      await tab.showsText('p', 'four');
      assert.equal(await tab.ask(() => location.pathname), '/about');
    },
  );

  testSite(
    'a missing clean URL becomes the page whose file is created',
    { 'index.html': page('<p>index</p>') },
    async ({ open, site }) => {
      const tab = await open('later');
      await tab.showsText('h1', '404 Not Found');
      site.write('later.html', page('<p>here</p>'));
      await tab.showsText('p', 'here');
    },
  );

  testSite(
    '--clean-urls=redirect: a link to a file leads to its clean URL, and the page there is followed',
    {
      'index.html': page('<a href="docs/about.html">about</a>'),
      'docs/about.html': page('<p>one</p>', link('style.css')),
      'docs/style.css': css('p', RED),
    },
    async ({ open, site }) => {
      const tab = await open('index.html');
      assert.equal(await tab.ask(() => location.pathname), '/');
      await tab.ask(() => document.querySelector('a').click());
      await tab.showsText('p', 'one');
      assert.equal(await tab.ask(() => location.pathname), '/docs/about');
      await tab.showsColour('p', RED);
      site.write('docs/style.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      site.edit('docs/about.html', 'one', 'two');
      await tab.showsText('p', 'two');
    },
    ['--clean-urls=redirect'],
  );

  const { cert, key } = makeCertificate();
  testSite(
    '--https: pages are loaded and followed over TLS',
    { 'index.html': page('<p>one</p>', link('style.css')), 'style.css': css('p', RED) },
    async ({ open, site, server }) => {
      assert.match(server.url, /^https:/);
      const tab = await open();
      await tab.showsColour('p', RED);
      assert.ok(await tab.ask(() => window.isSecureContext));
      site.write('style.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.ok(await tab.isSameDocument());
      // A user who types the address without its scheme gets there, too.
      await tab.page.goto(server.url.replace('https', 'http'));
      await tab.showsText('p', 'two');
      assert.equal(await tab.ask(() => location.protocol), 'https:');
    },
    ['--https', `--cert=${cert}`, `--key=${key}`],
  );

  const modules = Array.from({ length: 30 }, (_, i) => `m${i}.js`);
  testSite(
    '--https: modules come by HTTP/2, and what another server answers comes, too',
    {
      ...Object.fromEntries(modules.map((name) => [name, `export default '${name}';`])),
      'main.js': `${modules.map((name, i) => `import m${i} from './${name}';`).join('')}
        document.querySelector('p').textContent = m29;`,
      'index.html': page('<p>none</p>', '<script type="module" src="main.js"></script>'),
    },
    async ({ open, site }) => {
      const upstream = http.createServer((request, response) => response.end(`of ${request.url}`));
      await once(upstream.listen(0, '127.0.0.1'), 'listening');
      const proxy = `--proxy=/api=http://127.0.0.1:${portOf(upstream)}`;
      const secure = ['--https', `--cert=${cert}`, `--key=${key}`];
      const server = await startServer({ root: site.root, args: [...secure, proxy] });
      try {
        const tab = await open(server.url);
        await tab.showsText('p', 'm29.js');
        const protocols = () =>
          [
            ...performance.getEntriesByType('navigation'),
            ...performance.getEntriesByType('resource'),
          ].map((entry) => /** @type {PerformanceResourceTiming} */ (entry).nextHopProtocol);
        assert.equal(await tab.ask(async () => (await fetch('/api/x')).text()), 'of /x');
        assert.deepEqual([...new Set(await tab.ask(protocols))], ['h2']);
        site.write('m29.js', `export default 'new';`);
        await tab.showsText('p', 'new');
      } finally {
        await server.stop();
        upstream.close().closeAllConnections();
      }
    },
  );

  testSite(
    "a site's own 404.html is followed like any page",
    { '404.html': page('<p>one</p>') },
    async ({ open, site }) => {
      const tab = await open('no/such');
      await tab.showsText('p', 'one');
      site.edit('404.html', 'one', 'two');
      await tab.showsText('p', 'two');
    },
  );
}
