/**
 * own_pages: what liveserve answers where the site has nothing, for browsers that look for more than the site.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';

import { run, startServer, until } from '../support/server.js';
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

/** Runs in a page of the site: what it gets of the status page. */
async function attack() {
  const at = '/__liveserve/';
  /** @param {string} what @param {() => Promise<any>} act */
  const attempt = async (what, act) => [what, await act().catch((error) => String(error))];
  const read = async (options) => {
    const response = await fetch(at, options);
    return [
      response.type,
      response.url,
      [...response.headers].join(),
      await response.text(),
    ].join();
  };
  /** @param {() => any} look */
  const look = (look) => {
    try {
      return look();
    } catch (error) {
      return String(error);
    }
  };
  return [
    await attempt('fetch', () => read({})),
    await attempt('fetch of a redirect', () => read({ redirect: 'manual' })),
    await attempt('no-cors', () => read({ mode: 'no-cors' })),
    await attempt('frame', async () => {
      const frame = document.createElement('iframe');
      const loaded = new Promise((resolve) => (frame.onload = resolve));
      frame.src = at;
      document.body.append(frame);
      await loaded;
      return look(() => frame.contentDocument.body.innerText + frame.contentWindow.location.href);
    }),
    await attempt('window', async () => {
      const other = window.open(at);
      for (let i = 0; i < 100 && look(() => other.location.href) === 'about:blank'; i++)
        await new Promise((resolve) => setTimeout(resolve, 20));
      return look(() => other.document.body.innerText + other.location.href);
    }),
    await attempt('script', async () => {
      const script = document.createElement('script');
      const over = new Promise((resolve) => (script.onload = script.onerror = resolve));
      script.src = at;
      document.body.append(script);
      return (await over).type;
    }),
    [
      'what was loaded',
      performance
        .getEntries()
        .map((entry) => entry.name)
        .join(),
    ],
  ];
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

  testSite(
    'the status page follows what happens, in light and dark, wide and narrow',
    {
      'index.html': page('<p>one</p>', '<link rel="stylesheet" href="a.css">'),
      'a.css': 'p { color: red }',
    },
    async ({ open, site, server }) => {
      const tab = await open();
      await tab.isKnown();
      const status = await open('__liveserve/');
      const has = (text) =>
        status.shows(true, (wanted) => document.body.innerText.includes(wanted), text);
      assert.notEqual(new URL(status.page.url()).origin, new URL(server.url).origin);
      await has('Open pages');
      await has(name === 'chromium' ? 'Chrome ' : 'Firefox ');
      await has('Linux, this machine');
      await has('up to date');
      site.write('a.css', 'p { color: green }');
      await has('changed a.css, told 1 page');
      await has('Told: / (');
      for (const width of [360, 1400]) {
        await status.page.setViewport({ width, height: 900 });
        await status.shows(true, () => document.documentElement.scrollWidth <= innerWidth);
      }
      if (name === 'chromium') {
        const colours = new Set();
        for (const value of ['light', 'dark']) {
          await status.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
          colours.add(await status.ask(() => getComputedStyle(document.body).backgroundColor));
        }
        assert.equal(colours.size, 2);
      }
      await tab.close();
      await has('No page is open.');
      await server.stop();
      await has('The server does not answer');
    },
  );

  testSite(
    'a page of the site cannot read the status page, nor learn where it is',
    {
      'index.html': page('<p>one</p>'),
      'worker.js': `
        const seen = [];
        self.addEventListener('install', () => self.skipWaiting());
        self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
        self.addEventListener('message', ({ source }) => source.postMessage(seen));
        self.addEventListener('fetch', (event) => {
          if (!event.request.url.endsWith('/__liveserve/')) return;
          event.respondWith(
            fetch(event.request).then((response) => {
              seen.push([response.type, response.status, response.url, [...response.headers].join()]);
              return response;
            }),
          );
        });
      `,
    },
    async ({ open, site }) => {
      const secret = new URL(JSON.parse(run(['status', '--json', site.root]).stdout).status).href;
      const tab = await open();
      const tell = (text) => assert.ok(!JSON.stringify(text).includes(secret.slice(17, -1)), text);
      await tab.ask(register, '/worker.js', '/');
      await tab.shows(true, () => Boolean(navigator.serviceWorker.controller));
      const tries = await tab.ask(attack);
      assert.equal(tries.length, 7);
      tell(tries);
      for (const [what, got] of tries) assert.doesNotMatch(String(got), /Open pages/, what);
      // The worker stands between the browser and the server, but is told no address either.
      const status = await open('__liveserve/');
      await status.shows(true, () => document.readyState === 'complete');
      const seen = await tab.ask(
        () =>
          new Promise((resolve) => {
            navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
            navigator.serviceWorker.controller.postMessage('');
          }),
      );
      assert.ok(seen.length > 0);
      tell(seen);
    },
  );
}
