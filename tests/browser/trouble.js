/**
 * trouble: what goes wrong in a page. The author sees it in the terminal and in the page's corner. The page
 * itself sees nothing of it.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';

import { portOf, startServer, until } from '../support/server.js';
import { startProxy } from './proxy.js';
import { css, GREEN, link, page, RED } from './site.js';

/** @typedef {import('./site.js').TestSite} TestSite */
/** @typedef {import('./site.js').BrowserName} BrowserName */

const html = (body, head = '') =>
  `<!doctype html>\n<html><head>${head}</head>\n<body>\n${body}\n</body></html>\n`;

/**
 * The lines about pages so far, without time, page and browser.
 *
 * @param {import('../support/server.js').Server} server
 */
const said = (server) =>
  server.lines
    .map((line) => /^[\d:]{8} {2}(\w+) on (\S+) \((\w+)\): (.*)$/.exec(line))
    .filter(Boolean)
    .map(([, level, , , text]) => `${level} ${text}`);

const talk = html(
  '<script>for (const level of ["error", "warn", "info", "log", "debug"]) console[level](level);' +
    'setTimeout(() => { throw new Error("uncaught") })</script>',
);

/**
 * A tab in which the test can read the notes. A page cannot.
 *
 * @param {import('./site.js').Given['open']} open
 * @param {string} [address]
 */
async function openNoted(open, address) {
  const remember = () => {
    const { attachShadow } = Element.prototype;
    Element.prototype.attachShadow = function (options) {
      const shadow = attachShadow.call(this, options);
      Object.defineProperty(document, 'notes', { value: shadow, configurable: true });
      return shadow;
    };
  };
  const tab = await open(address, { before: remember });
  const text = () => (document.notes?.host.isConnected ? document.notes.textContent : '');
  return Object.assign(tab, { showsNote: (expected) => tab.shows(expected, text) });
}

/**
 * @param {BrowserName} name
 * @param {TestSite} testSite
 */
function testConsole(name, testSite) {
  const browserName = name === 'chromium' ? 'Chrome' : 'Firefox';
  testSite(
    'errors of a page are lines in the terminal, from its first script on',
    {
      'page.html': html(
        '<script>missing1()</script>\n<script src="app.js"></script>\n<img src="none.png">' +
          '<script src="none.js"></script><script src="broken.js"></script>',
      ),
      'app.js':
        "'use strict';\n" +
        "Promise.reject(new RangeError('too far'));\n" +
        "function f() { console.error('%s: %o', 'said', { a: 1 }); console.warn('no'); }\n" +
        'f();\n' +
        "setTimeout(() => { throw 'a text'; });\n",
      'broken.js': '\nlet = = 1;\n',
    },
    async ({ open, server }) => {
      await open('page.html');
      const line = (text) =>
        server.waitForLine(
          new RegExp(`^[\\d:]{8} {2}error on /page\\.html \\(${browserName}\\): ${text}$`),
        );
      // The tag is in the second line, but adds no line of its own.
      await line('ReferenceError: missing1 is not defined  page\\.html:4:9');
      await line('unhandled rejection: RangeError: too far  app\\.js:2:\\d+');
      await line('said: {"a":1}  app\\.js:3:24');
      await line('(exception: )?a text  app\\.js:5:\\d+');
      await line('img did not load: /none\\.png');
      await line('script did not load: /none\\.js');
      await line('SyntaxError: .*  broken\\.js:2:\\d+');
      assert.ok(!server.lines.some((other) => /warn on/.test(other)));
    },
  );

  testSite(
    '--console prints everything that a page logs',
    { 'index.html': talk },
    async ({ open, server }) => {
      await open();
      await server.waitForLine(/Error: uncaught/);
      assert.deepEqual(
        said(server).map((line) => line.split('  ')[0]),
        [
          'error error',
          'warn warn',
          'info info',
          'log log',
          'debug debug',
          'error Error: uncaught',
        ],
      );
    },
    ['--console'],
  );

  testSite(
    '--no-console prints nothing, and leaves the console alone',
    { 'index.html': talk.replace('<script>', '<script>window.real = console.error;') + '<p>one' },
    async ({ open, server, site }) => {
      const tab = await open();
      site.edit('index.html', '<p>one', '<p>two');
      await tab.showsText('p', 'two');
      assert.deepEqual(said(server), []);
      const isPatched = () => {
        const frame = document.body.appendChild(document.createElement('iframe'));
        const other = /** @type {any} */ (frame.contentWindow);
        const { toString } = other.Function.prototype;
        return toString.call(console.error) !== toString.call(other.console.error);
      };
      assert.equal(await tab.ask(isPatched), false);
    },
    ['--no-console'],
  );

  testSite(
    'errors that the page handles are not told; of very many errors only the first are',
    {
      'index.html': html(
        '<script>addEventListener("error", (event) => event.message.includes("known") && event.preventDefault());' +
          'setTimeout(() => { throw new Error("known") });' +
          'setTimeout(() => { for (let i = 0; i < 500; i++) console.error("number", i); throw new Error("late") })</script>',
      ),
    },
    async ({ open, server }) => {
      await open();
      await server.waitForLine(/: … and 491 more$/);
      const lines = said(server);
      assert.equal(lines.length, 11);
      assert.ok(
        lines.slice(0, 10).every((line, i) => line.startsWith(`error number ${i}  index.html:`)),
        lines.join('\n'),
      );
    },
  );
}

/**
 * @param {BrowserName} name
 * @param {TestSite} testSite
 */
function testNotes(name, testSite) {
  testSite(
    'an uncaught error is shown in a corner until it is fixed or clicked',
    {
      'index.html': html(
        '<p>one</p><script src="app.js"></script>',
        '<style>div { display: none }</style>',
      ),
      'app.js': 'console.error("not this");\nmissing();\n',
    },
    async ({ open, site }) => {
      const tab = await openNoted(open);
      await tab.showsNote('liveserve: ReferenceError: missing is not defined\n/app.js:2:1');
      const seen = await tab.ask(() => {
        const { host, firstChild } = document.notes;
        const { right, bottom, width, height } = firstChild.getBoundingClientRect();
        const under = document.elementFromPoint(right - 3, bottom - 3);
        return {
          isSmall: width < innerWidth / 2 && height < innerHeight / 4,
          isInCorner: innerWidth - right < 30 && innerHeight - bottom < 30,
          isOnTop: under === host,
          isClosed: host.shadowRoot === null,
          isInBody: document.body.contains(host),
          hasFocus: document.activeElement === host,
          role: firstChild.getAttribute('role'),
          colour: getComputedStyle(firstChild).color,
          attributes: host.getAttributeNames().join(),
        };
      });
      assert.deepEqual(seen, {
        isSmall: true,
        isInCorner: true,
        isOnTop: true,
        isClosed: true,
        isInBody: false,
        hasFocus: false,
        role: 'status',
        colour: 'rgb(255, 255, 255)',
        attributes: '',
      });
      await tab.page.emulateMediaType?.('print').catch(() => {});
      if (name === 'chromium') {
        assert.equal(
          await tab.ask(() => getComputedStyle(document.notes.firstChild).display),
          'none',
        );
      }
      await tab.page.emulateMediaType?.(null).catch(() => {});
      await tab.ask(() => document.notes.firstChild.click());
      await tab.showsNote('');

      site.edit('app.js', 'missing', 'missing2');
      await tab.showsNote('liveserve: ReferenceError: missing2 is not defined\n/app.js:2:1');
      site.write('app.js', 'window.answer = 1');
      await tab.shows(1, () => window.answer);
      await tab.showsNote('');
      assert.equal(await tab.ask(() => document.documentElement.lastChild === document.body), true);
    },
  );

  testSite(
    'a broken style sheet is shown in the pages that use it, until it is fixed',
    {
      'index.html': page('<p>text</p>', link('style.css')),
      'other.html': page('<p>other</p>'),
      'style.css': css('p', RED),
    },
    async ({ open, site, server }) => {
      const tab = await openNoted(open);
      await tab.showsColour('p', RED);
      site.write('style.css', `${css('p', GREEN)}\nb {\n`);
      await tab.showsNote('liveserve: style.css:3: a { is never closed');
      await tab.showsColour('p', GREEN);
      await server.waitForLine(/^[\d:]{8} {2}style\.css:3 {2}a \{ is never closed$/);
      site.write('style.css', css('p', RED));
      await tab.showsColour('p', RED);
      await tab.showsNote('');
      assert.ok(await tab.isSameDocument());
    },
  );

  testSite(
    'a note takes no room in the page, whatever the rules of the page are',
    {
      'index.html': page('<p>text</p>', link('style.css')),
      'style.css':
        'div, :empty::before, html > ::after { content: "x" !important; display: block !important; height: 50px !important; border: 9px solid !important }',
    },
    async ({ open, site }) => {
      const tab = await openNoted(open);
      await tab.isKnown();
      const height = () => document.documentElement.getBoundingClientRect().height;
      const before = await tab.ask(height);
      site.edit('style.css', '}', '} b {');
      await tab.showsNote('liveserve: style.css:1: a { is never closed');
      assert.equal(await tab.ask(height), before);
    },
  );

  testSite(
    'a lost connection is shown after a second, until it is back',
    { 'index.html': page('<p>one</p>', '<link rel="icon" href="data:,">') },
    async (given) => {
      const tab = await openNoted(given.open);
      await tab.isKnown();
      await tab.ask(() => {
        document.changes = 0;
        new MutationObserver((all) => (document.changes += all.length)).observe(
          document.documentElement,
          {
            childList: true,
          },
        );
      });
      const { port } = given.server;
      await given.server.kill();
      const lost = Date.now();
      await tab.showsNote('liveserve: connecting …');
      assert.ok(Date.now() - lost > 900);
      given.server = await startServer({ root: given.site.root, args: [`--port=${port}`] });
      await tab.showsNote('');
      // A MutationObserver of the page sees it come and go.
      assert.equal(await tab.ask(() => document.changes), 2);
      assert.ok(await tab.isSameDocument());
    },
  );
}

/** @param {TestSite} testSite */
function testPolicies(testSite) {
  const work = 'window.answer = 1; addEventListener("fail", () => { throw new Error("late") })';
  testSite(
    'a page whose policy allows scripts by a nonce is followed, and so are the files that it loads later',
    {
      'meta.html': html(
        `<p>one</p><script nonce="r4nd0m">${work}</script>`,
        `<meta http-equiv="Content-Security-Policy" content="script-src 'nonce-r4nd0m'">${link('style.css')}`,
      ),
      'header.html': html(
        '<p>one</p><script>window.answer = 2</script>',
        `<script nonce="r4nd0m">${work}</script>${link('style.css')}`,
      ),
      'plain.html': html('<p>one</p><script src="answer.js"></script>', link('style.css')),
      'answer.js': work,
      'style.css': css('p', RED),
    },
    async ({ open, site, server }) => {
      const policies = [
        ['meta.html', null],
        ['header.html', "script-src 'nonce-r4nd0m'"],
        [
          'header.html',
          "default-src 'none'; style-src 'self'; connect-src 'self'; script-src 'nonce-r4nd0m'",
        ],
        [
          'header.html',
          "script-src 'nonce-r4nd0m' 'strict-dynamic'; require-trusted-types-for 'script'",
        ],
        ['plain.html', "script-src 'self'; connect-src 'self'"],
      ];
      for (const [file, policy] of policies) {
        const proxy =
          policy && (await startProxy(server.url, { 'content-security-policy': policy }));
        const tab = await openNoted(open, new URL(file, proxy?.url ?? server.url).href);
        await tab.shows(1, () => window.answer);
        site.write('style.css', `${css('p', GREEN)}b {`);
        await tab.showsColour('p', GREEN);
        await tab.showsNote('liveserve: style.css:2: a { is never closed');
        site.write('style.css', css('p', RED));
        await tab.showsColour('p', RED);
        const from = server.lines.length;
        await tab.ask(() => void dispatchEvent(new Event('fail')));
        await server.waitForLine(/: Error: late {2}/, from);
        site.edit(file, '<p>one', '<p>two');
        await tab.showsText('p', 'two');
        site.edit(file, '<p>two', '<p>one');
        await tab.showsText('p', 'one');
        proxy?.stop();
      }
    },
  );

  testSite(
    'a page that forbids the connection is left alone',
    { 'index.html': html('<p>one</p><script>window.answer = 1</script>') },
    async ({ open, server }) => {
      for (const policy of ["connect-src 'none'", 'connect-src https:']) {
        const proxy = await startProxy(server.url, { 'content-security-policy': policy });
        const noise = [];
        const tab = await openNoted(open, 'about:blank');
        tab.page.on('console', (message) => noise.push([message.type(), message.text()]));
        await tab.page.goto(proxy.url);
        await tab.shows(1, () => window.answer);
        const ours = () => noise.filter(([type]) => type === 'debug');
        await tab.shows(true, () => document.visibilityState === 'visible');
        for (let i = 0; i < 3; i++) {
          await tab.ask(() => {
            dispatchEvent(new Event('online'));
            document.dispatchEvent(new Event('visibilitychange'));
            return new Promise((resolve) => setTimeout(resolve, 500));
          });
        }
        await tab.showsNote('');
        assert.deepEqual(ours(), [['debug', 'liveserve: connect-src forbids it']]);
        // Of the browser itself, which says it once.
        const said = noise.filter(([, text]) => /Content.Security/i.test(text));
        assert.ok(said.length <= 1, JSON.stringify(noise));
        proxy.stop();
      }
    },
  );
}

/** @param {TestSite} testSite */
function testTraces(testSite) {
  testSite(
    'a page finds nothing in its window that it would not find with another server',
    {
      'index.html': html('<p>one</p><script>window.answer = 1</script>', link('style.css')),
      'style.css': '',
    },
    async ({ open, server, site }) => {
      const plain = http.createServer((request, response) => {
        const isCss = request.url.endsWith('.css');
        response.writeHead(200, { 'content-type': isCss ? 'text/css' : 'text/html' });
        response.end(isCss ? '' : site.read('index.html'));
      });
      await once(plain.listen(0, '127.0.0.1'), 'listening');
      const look = () => ({
        window: Object.getOwnPropertyNames(window).sort().join(),
        document: Object.getOwnPropertyNames(document).sort().join(),
        elements: [...document.querySelectorAll('*')].map((one) => one.localName).join(),
        console: Object.getOwnPropertyNames(console).sort().join(),
        error: JSON.stringify(Object.getOwnPropertyDescriptor(console, 'error')),
        text: `${console.error.name} ${console.error.length} ${console.error}`.replace(/\s+/g, ' '),
        storage: Object.keys(localStorage).concat(document.cookie).join(),
      });
      const ours = await open();
      await ours.isKnown();
      site.write('style.css', css('p', GREEN));
      await ours.showsColour('p', GREEN);
      const theirs = await open(`http://127.0.0.1:${portOf(plain)}/`);
      const [found, expected] = [await ours.ask(look), await theirs.ask(look)];
      // What the test itself listens with.
      expected.document = found.document;
      // A proxy of a function has no name in its text.
      expected.text = expected.text.replace('function error()', 'function ()');
      assert.deepEqual(found, expected);
      assert.ok(server.lines.length > 0);
      plain.close();
      plain.closeAllConnections();
    },
  );

  testSite(
    'a load makes one request for the script, which the browser has in its cache',
    { 'index.html': html('<p>one</p><script>window.answer = 1</script>') },
    async ({ open, server }) => {
      const tab = await open();
      const asked = () =>
        server.errors
          .map((line) => /GET (\/__liveserve\/\S+): (\d+)/.exec(line))
          .filter(Boolean)
          .map(([, path, status]) => `${path} ${status}`);
      await tab.isKnown();
      await until('the first request', () => asked().length > 0);
      // 304 when the browser has met another server at this port before.
      assert.match(asked().join(), /^\/__liveserve\/client\.js (200|304)$/);
      await tab.page.reload();
      await tab.isKnown();
      await until('the second request', () => asked().length > 1);
      assert.deepEqual(asked().slice(1), ['/__liveserve/client.js 304']);
    },
    ['--verbose'],
  );

  testSite(
    'a frame without its own address is left alone, and the page around it is followed',
    {
      'index.html': html(
        '<p>one</p><iframe srcdoc="<p>inner</p><script>throw new Error(42)</script>"></iframe>' +
          '<iframe src="about:blank"></iframe>',
      ),
    },
    async ({ open, site, server }) => {
      const tab = await open();
      await tab.isKnown();
      assert.equal(await tab.ask(() => frames[0].document.querySelectorAll('script').length), 1);
      site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      await server.waitForLine(/changed index\.html, told 1 page$/);
    },
  );
}

const worker = (strategy) => `
  addEventListener('install', () => skipWaiting());
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  const old = caches.open('old');
  addEventListener('fetch', (event) => event.respondWith((async () => {
    const kept = ${strategy === 'cache first'} && (await (await old).match(event.request));
    if (kept) return kept;
    const answer = await fetch(event.request);
    if (event.request.method === 'GET' && event.request.mode === 'navigate') await (await old).put(event.request, answer.clone());
    return answer;
  })()));`;

const registers = html(
  '<p>one</p><script>navigator.serviceWorker.register("sw.js").then(() => navigator.serviceWorker.ready)' +
    '.then(() => (document.isReady = true))</script>',
);

/** @param {TestSite} testSite */
function testServiceWorkers(testSite) {
  testSite(
    'a page behind a service worker that asks the server is followed',
    { 'index.html': registers, 'sw.js': worker('network first') },
    async ({ open, site }) => {
      const tab = await open();
      await tab.shows(true, () => document.isReady && !!navigator.serviceWorker.controller);
      for (const [before, after] of [
        ['one', 'two'],
        ['two', 'three'],
      ]) {
        site.edit('index.html', `<p>${before}`, `<p>${after}`);
        await tab.showsText('p', after);
      }
    },
  );

  testSite(
    'a page that comes from the cache of its service worker is not reloaded for ever',
    { 'index.html': registers, 'sw.js': worker('cache first') },
    async ({ open, site }) => {
      const tab = await open();
      await tab.shows(true, () => document.isReady && !!navigator.serviceWorker.controller);
      await tab.page.reload();
      await tab.isKnown();
      const noise = [];
      tab.page.on('console', (message) => noise.push(`${message.type()} ${message.text()}`));
      site.edit('index.html', '<p>one', '<p>two');
      await until('the page to give up', () => noise.some((line) => /an old copy/.test(line)));
      assert.deepEqual(noise, ['debug liveserve: this is an old copy']);
      const loads = await tab.loads();
      assert.ok(loads <= 6, String(loads));
      await tab.showsText('p', 'one');
      await tab.ask(() =>
        navigator.serviceWorker.getRegistration().then((one) => one.unregister()),
      );
    },
  );
}

/**
 * For a page that was prerendered: puppeteer may go on asking the page that was left for it.
 *
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} path of the page
 * @param {string} expression
 */
async function askPage(browser, path, expression) {
  const target = browser.targets().find((one) => one.type() === 'page' && one.url().endsWith(path));
  const session = await target.createCDPSession();
  try {
    return (await session.send('Runtime.evaluate', { expression })).result.value;
  } finally {
    await session.detach();
  }
}

/** @param {TestSite} testSite */
function testPrerendering(testSite) {
  testSite(
    'a prerendered page is no open page until it is shown, and then it is followed',
    {
      'index.html': html(
        '<a href="next.html">next</a><script type="speculationrules">' +
          '{"prerender": [{"urls": ["next.html"], "eagerness": "immediate"}]}</script>',
      ),
      'next.html': html(
        '<p>one</p><script>document.onprerenderingchange = () => sessionStorage.setItem("was ahead", "yes"); fetch("ran")</script>',
      ),
    },
    async ({ open, site, server }) => {
      const tab = await open();
      await tab.isKnown();
      await until('the page ahead to be asked for', () =>
        server.errors.some((line) => /GET \/next\.html: 200/.test(line)),
      );
      await until(
        'its scripts',
        () =>
          server.errors.filter((line) => /client\.js: \d+/.test(line)).length === 2 &&
          server.errors.some((line) => /GET \/ran: 404/.test(line)),
      );
      const from = server.lines.length;
      site.edit('next.html', 'one', 'two');
      await server.waitForLine(/changed next\.html, no page uses it$/, from);
      await tab.page.click('a');
      /** @type {(expected: string, expression: string) => Promise<void>} */
      const shows = (expected, expression) =>
        until(`${expression} to be "${expected}"`, async () => {
          const answer = await askPage(tab.page.browser(), '/next.html', expression).catch(
            () => {},
          );
          return answer === expected;
        });
      await shows('yes', 'sessionStorage.getItem("was ahead")');
      for (const [before, after] of [
        ['two', 'three'],
        ['three', 'four'],
      ]) {
        await shows(before, 'document.querySelector("p").textContent');
        site.edit('next.html', before, after);
      }
      await shows('four', 'document.querySelector("p").textContent');
    },
    ['--verbose'],
  );
}

/**
 * @param {BrowserName} name
 * @param {TestSite} testSite
 */
export function testTrouble(name, testSite) {
  testConsole(name, testSite);
  testNotes(name, testSite);
  testPolicies(testSite);
  testTraces(testSite);
  testServiceWorkers(testSite);
  if (name === 'chromium') testPrerendering(testSite);
}
