/**
 * trouble: what goes wrong in a page, as its author sees it in the terminal and in the page's corner;
 * and that the page itself sees nothing of it.
 */

import assert from 'node:assert/strict';

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
}
