/**
 * own_pages: what liveserve answers where the site has nothing, for browsers that look for more than the site.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';

import { startServer, until } from '../support/server.js';
import { page } from './site.js';

/** The worker of another project: it answers for every page, and changes when it is asked for again. */
const WORKER = `
  self.addEventListener('install', () => self.skipWaiting());
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
  self.addEventListener('fetch', (event) => {
    if (event.request.mode === 'navigate')
      event.respondWith(new Response('<p>old', { headers: { 'Content-Type': 'text/html' } }));
  });
`;

/** Runs in the page. @param {string} script @param {string} [scope] */
async function register(script, scope) {
  await navigator.serviceWorker.register(script, { scope });
  await navigator.serviceWorker.ready;
}

/** Runs in the page. */
const countWorkers = async () => (await navigator.serviceWorker.getRegistrations()).length;

/**
 * A server of another project. A worker of /deep/ may be for all.
 *
 * @param {number} port
 */
async function startOldProject(port) {
  const server = http.createServer((request, response) => {
    const isScript = request.url.includes('worker.js');
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.setHeader('Service-Worker-Allowed', '/');
    response.end(isScript ? WORKER : '<p>old');
  });
  server.listen(port, 'localhost');
  await once(server, 'listening');
  return {
    stop() {
      server.close();
      server.closeAllConnections();
      return once(server, 'close');
    },
  };
}

/**
 * @param {import('./site.js').BrowserName} name
 * @param {import('./site.js').TestSite} testSite
 */
export function testOwnPages(name, testSite) {
  for (const script of ['/worker.js?v=1', '/deep/worker.js']) {
    testSite(
      `the service worker ${script} of an earlier project on this port is removed, and its page shows the site`,
      { 'index.html': page('<p>new</p>') },
      async (given) => {
        const { port } = given.server;
        await given.server.stop();
        const old = await startOldProject(port);
        const tab = await given.open();
        await tab.ask(register, script, '/');
        await tab.shows(true, () => Boolean(navigator.serviceWorker.controller));
        await old.stop();

        const args = [`--port=${port}`, '--strict-port'];
        given.server = await startServer({ root: given.site.root, args });
        await tab.page.reload();
        await tab.showsText('p', 'new');
        await tab.shows(0, countWorkers);
        const path = script.replace(/\?.*/, '');
        await until('a line', () => given.server.errors.length > 0);
        assert.deepEqual(given.server.errors, [
          `liveserve: a browser asked for the service worker ${path}, which is not here: if an earlier project ` +
            'on this port has left it, it is removed now',
        ]);
        await tab.page.reload();
        await tab.showsText('p', 'new');
      },
    );
  }

  testSite(
    'a service worker of the site itself stays, also when its page registers another one that is missing',
    { 'index.html': page('<p>new</p>'), 'own.js': '// does nothing' },
    async ({ open, server }) => {
      const tab = await open();
      await tab.ask(register, '/own.js');
      const tried = () =>
        navigator.serviceWorker.register('/missing.js', { scope: '/x/' }).then(
          () => 'registered',
          () => 'refused',
        );
      // Firefox does not say whether a page or an update asks. It gets a worker that removes itself.
      assert.equal(await tab.ask(tried), name === 'chromium' ? 'refused' : 'registered');
      await tab.shows(1, countWorkers);
      assert.equal(server.errors.length, name === 'chromium' ? 0 : 1);
      assert.ok(await tab.isSameDocument());
    },
  );

  testSite(
    '--open: a tab that comes back after a restart is used again',
    { 'index.html': page('<p>one</p>'), browser: '#!/bin/sh\necho "$@" >"$0.calls"\n' },
    async (given) => {
      fs.chmodSync(given.site.path('browser'), 0o755);
      const tab = await given.open('?tab');
      await tab.isGreeted(1);
      const { port } = given.server;
      const args = [`--port=${port}`, '--open', `--browser=${given.site.path('browser')}`];
      const isOpened = () => fs.existsSync(given.site.path('browser.calls'));
      const isUsed = () => given.server.lines.some((line) => /shows the site already/.test(line));
      // A machine that is busy may need more than the second.
      for (let tries = 0; tries < 10; tries++) {
        await given.server.stop();
        given.server = await startServer({ root: given.site.root, args });
        await until('a tab, new or old', () => isOpened() || isUsed());
        if (isUsed()) break;
        fs.unlinkSync(given.site.path('browser.calls'));
        await tab.isGreeted(1);
      }
      assert.ok(isUsed());
      assert.ok(!isOpened());
      given.site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.ok(!isOpened());
    },
  );
}
