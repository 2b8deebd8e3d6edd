/**
 * trouble: what goes wrong in a page, as its author sees it in the terminal and in the page's corner;
 * and that the page itself sees nothing of it.
 */

import assert from 'node:assert/strict';

import { startServer } from '../support/server.js';
import { startProxy } from './proxy.js';
import { css, GREEN, link, page, RED } from './site.js';

/**
 * @param {'chromium' | 'firefox'} name
 * @param {ReturnType<import('./site.js').createTester>} testSite
 */
export function testTrouble(name, testSite) {
  const browserName = name === 'chromium' ? 'Chrome' : 'Firefox';
  const html = (body, head = '') => `<!doctype html>\n<html><head>${head}</head>\n<body>\n${body}\n</body></html>\n`;

  /** The lines about pages so far, without time, page and browser. */
  const said = (server) =>
    server.lines
      .map((line) => /^[\d:]{8}  (\w+) on (\S+) \((\w+)\): (.*)$/.exec(line))
      .filter(Boolean)
      .map(([, level, , , text]) => `${level} ${text}`);

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
      const line = (text) => server.waitForLine(new RegExp(`^[\\d:]{8}  error on /page\\.html \\(${browserName}\\): ${text}$`));
      // The tag is in the second line, but adds no line of its own.
      await line('ReferenceError: missing1 is not defined  /page\\.html:4:9');
      await line('unhandled rejection: RangeError: too far  /app\\.js:2:\\d+');
      await line('said: {"a":1}  /app\\.js:3:24');
      await line('(exception: )?a text  /app\\.js:5:\\d+');
      await line('img did not load: /none\\.png');
      await line('script did not load: /none\\.js');
      await line('SyntaxError: .*  /broken\\.js:2:\\d+');
      assert.ok(!server.lines.some((other) => /warn on/.test(other)));
    },
  );

  const talk = html(
    '<script>for (const level of ["error", "warn", "info", "log", "debug"]) console[level](level);' +
      'setTimeout(() => { throw new Error("uncaught") })</script>',
  );
  testSite(
    '--console prints all that a page says',
    { 'index.html': talk },
    async ({ open, server }) => {
      await open();
      await server.waitForLine(/Error: uncaught/);
      assert.deepEqual(
        said(server).map((line) => line.split('  ')[0]),
        ['error error', 'warn warn', 'info info', 'log log', 'debug debug', 'error Error: uncaught'],
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
        const { toString } = frame.contentWindow.Function.prototype;
        return toString.call(console.error) !== toString.call(frame.contentWindow.console.error);
      };
      assert.equal(await tab.ask(isPatched), false);
    },
    ['--no-console'],
  );

  testSite(
    'errors that the page deals with are not told; a flood is cut short',
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
      assert.ok(lines.slice(0, 10).every((line, i) => line.startsWith(`error number ${i}  /:`)), lines.join('\n'));
    },
  );

  /** A tab whose notes can be read, though no page could read them: notes(). */
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

  testSite(
    'an uncaught error is noted in a corner until it is fixed, or clicked at',
    {
      'index.html': html('<p>one</p><script src="app.js"></script>', '<style>div { display: none }</style>'),
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
        assert.equal(await tab.ask(() => getComputedStyle(document.notes.firstChild).display), 'none');
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
    'a style sheet that is broken is noted where it is used, until it is saved whole',
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
      await server.waitForLine(/^[\d:]{8}  style\.css:3  a \{ is never closed$/);
      site.write('style.css', css('p', RED));
      await tab.showsColour('p', RED);
      await tab.showsNote('');
      assert.ok(await tab.isSameDocument());
    },
  );

  testSite(
    'a lost connection is noted after a second, and no longer when it is back',
    { 'index.html': page('<p>one</p>') },
    async (given) => {
      const tab = await openNoted(given.open);
      await tab.hears('hello state');
      await tab.ask(() => {
        document.changes = 0;
        new MutationObserver((all) => (document.changes += all.length)).observe(document.documentElement, {
          childList: true,
        });
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

  const work = 'window.answer = 1; addEventListener("fail", () => { throw new Error("late") })';
  testSite(
    'a page whose policy lets scripts run by a nonce is live, and so is what it loads later',
    {
      'meta.html': html(
        `<p>one</p><script nonce="r4nd0m">${work}</script>`,
        `<meta http-equiv="Content-Security-Policy" content="script-src 'nonce-r4nd0m'">${link('style.css')}`,
      ),
      'header.html': html('<p>one</p><script>window.answer = 2</script>', `<script nonce="r4nd0m">${work}</script>${link('style.css')}`),
      'plain.html': html('<p>one</p><script src="answer.js"></script>', link('style.css')),
      'answer.js': work,
      'style.css': css('p', RED),
    },
    async ({ open, site, server }) => {
      const policies = [
        ['meta.html', null],
        ['header.html', "script-src 'nonce-r4nd0m'"],
        ['header.html', "default-src 'none'; style-src 'self'; connect-src 'self'; script-src 'nonce-r4nd0m'"],
        ['header.html', "script-src 'nonce-r4nd0m' 'strict-dynamic'; require-trusted-types-for 'script'"],
        ['plain.html', "script-src 'self'; connect-src 'self'"],
      ];
      for (const [file, policy] of policies) {
        const proxy = policy && (await startProxy(server.url, { 'content-security-policy': policy }));
        const tab = await openNoted(open, new URL(file, proxy?.url ?? server.url).href);
        await tab.shows(1, () => window.answer);
        site.write('style.css', `${css('p', GREEN)}b {`);
        await tab.showsColour('p', GREEN);
        await tab.showsNote('liveserve: style.css:2: a { is never closed');
        site.write('style.css', css('p', RED));
        await tab.showsColour('p', RED);
        const from = server.lines.length;
        await tab.ask(() => void dispatchEvent(new Event('fail')));
        await server.waitForLine(/: Error: late  /, from);
        site.edit(file, '<p>one', '<p>two');
        await tab.showsText('p', 'two');
        site.edit(file, '<p>two', '<p>one');
        await tab.showsText('p', 'one');
        proxy?.stop();
      }
    },
  );

  testSite(
    'a page that forbids the connection is left in peace',
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
        assert.deepEqual(ours(), [['debug', 'liveserve: forbidden by connect-src']]);
        // Of the browser itself, which says it once.
        const said = noise.filter(([, text]) => /Content.Security/i.test(text));
        assert.ok(said.length <= 1, JSON.stringify(noise));
        proxy.stop();
      }
    },
  );
}
