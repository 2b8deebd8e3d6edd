/**
 * old_clients: the scripts of live-server and LiveReload, in pages of another server, which have no script of
 * ours. In pages of ours they do no harm.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

import { findFreePort, portOf, run, until } from '../support/server.js';
import { BLUE, GREEN, RED, css, link, page } from './site.js';

const STOCK = new URL('node_modules/livereload-js/dist/livereload.js', import.meta.url);
const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/** Starts another server, which serves the files of its root as they are. */
async function serveElsewhere() {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    const name = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
    const file = name === '/stock/livereload.js' ? STOCK : path.join(elsewhere.root, name);
    fs.readFile(file, (error, content) => {
      const type = TYPES[path.extname(name)] ?? 'text/plain';
      response.writeHead(error ? 404 : 200, { 'Content-Type': type, 'Cache-Control': 'no-cache' });
      response.end(content);
    });
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const elsewhere = { root: '', url: `http://127.0.0.1:${portOf(server)}/` };
  return elsewhere;
}

const elsewhere = await serveElsewhere();
const livereloadPort = await findFreePort();
const args = [
  `--allow-origin=${elsewhere.url.slice(0, -1)}`,
  `--livereload-port=${livereloadPort}`,
];

/** Does what live-server's script does, as far as a server or a user can see. @param {number} port */
function followAsLiveServer(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${location.pathname}/ws`);
  socket.onmessage = ({ data }) => {
    if (data === 'reload') location.reload();
    if (data !== 'refreshcss') return;
    for (const old of document.querySelectorAll('link[rel=stylesheet]')) {
      old.remove();
      old.href = `${old.href.split('?')[0]}?_cacheOverride=${Date.now()}`;
      document.head.append(old);
    }
  };
}

const isConnected = (/** @type {import('../support/server.js').Site} */ site) =>
  until('the socket', () => JSON.parse(run(['status', '--json', site.root]).stdout).pages === 1);

/** @param {import('./site.js').TestSite} testSite */
export function testOldClients(testSite) {
  /** @type {[string, (port: number) => string][]} */
  const clients = [
    [
      'livereload.js 4 of LiveReload',
      (port) => `<script src="/stock/livereload.js?host=127.0.0.1&port=${port}"></script>`,
    ],
    [
      'our livereload.js',
      () => `<script src="http://127.0.0.1:${livereloadPort}/livereload.js"></script>`,
    ],
    ["live-server's script", (port) => `<script>(${followAsLiveServer})(${port})</script>`],
  ];
  for (const [name, script] of clients) {
    testSite(
      `${name}, in a page of another server, swaps style sheets and reloads`,
      { 'a.css': css('p', RED), 'b.css': css('b', RED) },
      async ({ site, server, open }) => {
        elsewhere.root = site.root;
        const head = link('a.css') + link('b.css') + script(server.port);
        site.write('index.html', page('<p>one</p><b>bold</b>', head));
        const tab = await open(elsewhere.url);
        await tab.showsColour('p', RED);
        await isConnected(site);
        site.write('a.css', css('p', GREEN));
        await tab.showsColour('p', GREEN);
        await tab.showsColour('b', RED);
        site.write('b.css', css('b', BLUE));
        await tab.showsColour('b', BLUE);
        assert.ok(await tab.isSameDocument());
        site.edit('index.html', 'one', 'two');
        await tab.showsText('p', 'two');
      },
      args,
    );
  }

  testSite(
    'our livereload.js does nothing in a page that has our script',
    {
      'index.html': page('<p>one</p>', link('a.css') + '<script src="/livereload.js"></script>'),
      'a.css': css('p', RED),
    },
    async ({ site, open }) => {
      const tab = await open();
      await isConnected(site);
      site.write('a.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      assert.equal(JSON.parse(run(['status', '--json', site.root]).stdout).pages, 1);
    },
  );
}
