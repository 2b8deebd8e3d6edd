/**
 * back_ends: pages of another server behind `--proxy`, which restarts in the middle of an edit.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

import { makeSite, portOf } from '../support/server.js';
import { css, GREEN, link, page, RED } from './site.js';

const templates = makeSite({ 'word.txt': 'one' });

const finder = net.createServer().listen(0, '127.0.0.1');
await once(finder, 'listening');
const port = portOf(finder);
await new Promise((resolve) => finder.close(resolve));

/** The other server; it counts the pages that browsers have loaded. */
const backEnd = {
  pages: 0,
  server: /** @type {http.Server | undefined} */ (undefined),
  async start() {
    this.pages = 0;
    this.server = http.createServer((asked, answer) => {
      const isPage = asked.headers['sec-fetch-dest'] === 'document';
      if (isPage) this.pages++;
      answer.writeHead(asked.url === '/' ? 200 : 404, { 'Content-Type': 'text/html' });
      answer.end(page(`<p>${templates.read('word.txt')}</p>`, link('style.css')));
    });
    await once(this.server.listen(port, '127.0.0.1'), 'listening');
  },
  async stop() {
    const { server } = this;
    const closed = new Promise((resolve) => server?.close(resolve));
    server?.closeAllConnections();
    await closed;
  },
};

const args = [
  `--proxy=http://127.0.0.1:${port}`,
  '--proxy-after-files',
  `--watch=${templates.root}`,
];

/** @param {import('./site.js').TestSite} testSite */
export function testBackEnds(testSite) {
  testSite(
    'a page of another server: sheets are exchanged in place, and a restart is one reload',
    { 'style.css': css('p', RED) },
    async ({ open, server, site }) => {
      templates.write('word.txt', 'one');
      await backEnd.start();
      const tab = await open();
      await tab.showsText('p', 'one');
      await tab.showsColour('p', RED);
      await tab.isStampedWith('/style.css');
      site.write('style.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      assert.equal(backEnd.pages, 1);

      await backEnd.stop();
      templates.write('word.txt', 'two');
      await server.waitForLine(/is not there, so pages wait for it/);
      await backEnd.start();
      await tab.showsText('p', 'two');
      await tab.isStampedWith('/style.css');
      site.write('style.css', css('p', RED));
      await tab.showsColour('p', RED);
      assert.equal(backEnd.pages, 1, 'the page was loaded once since the restart');
      await backEnd.stop();
    },
    [...args, '--proxy-wait=60'],
  );

  testSite(
    'the page that says what is waited for shows the answer by itself',
    {},
    async ({ open, server }) => {
      templates.write('word.txt', 'there');
      const tab = await open();
      await tab.shows('Bad Gateway', () => document.title.slice(4));
      await backEnd.start();
      await tab.showsText('p', 'there');
      await server.waitForLine(/is back, so pages reload/);
      await backEnd.stop();
    },
    [...args, '--proxy-wait=0'],
  );
}
