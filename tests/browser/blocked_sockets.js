/**
 * blocked_sockets: pages behind a proxy that lets no WebSocket through, as some companies have it. They are followed by
 * Server-Sent Events.
 */

import assert from 'node:assert/strict';

import { run as runProgram, until } from '../support/server.js';
import { startProxy } from './proxy.js';
import { css, GREEN, link, page, RED } from './site.js';

/** By what a proxy does with a WebSocket. */
const BLOCKS = {
  'answers 400': (socket) => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
  'closes the connection': (socket) => socket.destroy(),
  'never answers': (socket) => socket.on('error', () => {}),
};

/** Whether the page has asked for the part that takes the place of WebSockets. */
const hasPart = () =>
  performance.getEntriesByType('resource').some(({ name }) => name.includes('__liveserve/events'));

/** How many pages the server counts. @param {import('../support/server.js').Site} site */
const pagesOf = ({ root }) => JSON.parse(runProgram(['status', '--json', root]).stdout).pages;

/**
 * @param {import('./site.js').TestSite} testSite
 * @returns {(what: string, files: Record<string, string>, run: (given: any) => Promise<void>) => void} one whose pages
 *   are opened through a proxy that does to WebSockets what its property block says
 */
const through = (testSite) => (what, files, run) =>
  testSite(what, files, async (given) => {
    const streams = new Set();
    const proxy = {
      /** @type {((socket: import('node:stream').Duplex) => void) | null} */
      block: BLOCKS['answers 400'],
      blocked: 0,
      isAway: false,
      cut: () => streams.forEach((response) => response.destroy()),
    };
    /** @type {(request: any, response: any) => void} */
    const meddle = (request, response) => {
      if (proxy.isAway) response.destroy();
      else if (request.url.endsWith('/events')) streams.add(response);
    };
    const { url, stop } = await startProxy(given.server.url, {}, meddle, '', (socket) => {
      if (!proxy.block) return false;
      proxy.blocked++;
      proxy.block(socket);
      return true;
    });
    await run({
      ...given,
      proxy,
      open: (address = '', options = {}) => given.open(new URL(address, url).href, options),
    });
    stop();
  });

const files = {
  'index.html': page(
    '<p>one</p><script src="a.js"></script><script src="bad.js"></script>',
    link('style.css'),
  ),
  'plain.html': page('<p>one</p><input>', link('style.css')),
  'style.css': css('p', RED),
  'a.js': 'window.a = 1;',
  'bad.js': '\nnothing.at.all;',
};

/** @param {import('./site.js').TestSite} testSite */
export function testBlockedSockets(testSite) {
  const testBehind = through(testSite);

  for (const [what, block] of Object.entries(BLOCKS)) {
    testBehind(
      `a proxy ${what} when asked for a WebSocket: pages are followed all the same`,
      files,
      async ({ open, site, server, proxy }) => {
        proxy.block = block;
        const tab = await open('plain.html');
        await tab.isKnown();
        assert.equal(proxy.blocked, 2);
        assert.equal(pagesOf(site), 1);

        site.write('style.css', css('p', GREEN));
        await tab.showsColour('p', GREEN);
        await server.waitForLine(/style\.css, told 1 page/);
        site.edit('plain.html', 'one', 'two');
        await tab.showsText('p', 'two');
        assert.ok(await tab.isSameDocument());
      },
    );
  }

  testBehind(
    'without WebSockets a script means a reload, and errors are told',
    files,
    async ({ open, site, server }) => {
      const tab = await open();
      await tab.isKnown();
      await server.waitForLine(/error on \/ .*nothing.*bad\.js:2:1/);
      site.edit('a.js', 'a = 1', 'a = 2');
      await tab.shows(2, (name) => window[name], 'a');
      await tab.isLoaded(2);
      await server.waitForLine(/a\.js, told 1 page/);
      await tab.isKnown();
      await until('the page before to leave', () => pagesOf(site) === 1);
    },
  );

  testBehind(
    'without WebSockets a page whose stream is cut off gets what it has missed',
    files,
    async ({ open, site, proxy }) => {
      const tab = await open('plain.html');
      await tab.isKnown();
      const other = await open('plain.html');
      await other.isKnown();
      assert.equal(pagesOf(site), 2);
      await other.close();
      await until('one page', () => pagesOf(site) === 1);

      proxy.isAway = true;
      proxy.cut();
      await until('no page', () => pagesOf(site) === 0);
      site.write('style.css', css('p', GREEN));
      proxy.isAway = false;
      await tab.isGreeted(2);
      await tab.showsColour('p', GREEN);
      assert.ok(await tab.isSameDocument());
    },
  );

  testBehind(
    'without WebSockets there may be more tabs than a browser has connections',
    files,
    async ({ open, site }) => {
      const tabs = [];
      for (let i = 0; i < 7; i++) {
        tabs.push(await open('plain.html'));
        await tabs[i].isKnown();
      }
      site.write('style.css', css('p', GREEN));
      await tabs[6].showsColour('p', GREEN);
      await tabs[0].page.bringToFront();
      await tabs[0].showsColour('p', GREEN);
      assert.ok(await tabs[0].isSameDocument());
    },
  );

  testBehind(
    'WebSockets are used where they work, and again from the next load on',
    files,
    async ({ open, site, proxy }) => {
      const tab = await open('plain.html');
      await tab.isKnown();
      assert.ok(await tab.ask(hasPart));
      proxy.block = null;
      await tab.page.reload();
      await tab.isKnown();
      site.write('style.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      site.edit('plain.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.equal(await tab.ask(hasPart), false);
    },
  );
}
