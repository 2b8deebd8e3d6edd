/**
 * What scripts can do with a running server: SIGHUP, `liveserve reload` and `liveserve status`.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeSite, run, until } from '../support/server.js';
import { openPage, openSocket } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>index', 'css/style.css': 'p {}', 'a b.html': 'odd' });

/** A page of liveserve.v1 and one of live-server. */
async function openPages(server) {
  const page = await openPage(server);
  const number = (await page.message()).version;
  const old = await openSocket(server);
  assert.equal(await old.text(), 'connected');
  await until(
    'two pages',
    () => JSON.parse(run(['status', '--json', site.root]).stdout).pages === 2,
  );
  return { page, old, number };
}

function answer(args, options) {
  const { code, stdout, stderr } = run(args, options);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  return stdout;
}

describe('every page reloads', () => {
  /** @type {[string, (server: import('../support/server.js').Server) => unknown][]} */
  const orders = [
    ['SIGHUP', (server) => process.kill(server.pid, 'SIGHUP')],
    ['reload', () => assert.equal(answer(['reload'], { cwd: site.root }), 'told 2 of 2 pages\n')],
    ['reload in a folder', () => answer(['reload'], { cwd: site.path('css') })],
    ['reload ROOT', () => answer(['reload', site.root])],
  ];
  for (const [name, order] of orders) {
    test(name, () =>
      withServer({ root: site.root }, async (server) => {
        const { page, old, number } = await openPages(server);
        order(server);
        assert.deepEqual(await page.message(), { type: 'reload', version: number + 1 });
        assert.equal(await old.text(), 'reload');
        await server.waitForLine(/^\d\d:\d\d:\d\d {2}asked to reload, told 2 pages$/);
      }),
    );
  }
});

test('reload PATH does what a save of that file does', () =>
  withServer({ root: site.root }, async (server) => {
    const { page, old, number } = await openPages(server);
    assert.equal(answer(['reload', 'style.css'], { cwd: site.path('css') }), 'told 2 of 2 pages\n');
    assert.deepEqual(await page.message(), {
      type: 'change',
      version: number + 1,
      changes: [{ urls: ['/css/style.css'], kind: 'modified' }],
    });
    assert.equal(await old.text(), 'refreshcss');
    await server.waitForLine(/ {2}asked to reload css\/style\.css, told 2 pages$/);
    answer(['reload', site.path('a b.html')]);
    const { changes } = await page.message();
    assert.deepEqual(changes, [{ urls: ['/a%20b.html'], kind: 'modified' }]);
  }));

test('reload PATH without such a file reloads nothing', () =>
  withServer({ root: site.root }, async (server) => {
    for (const [name, sentence] of [
      ['none.html', 'There is no file none.html.\n'],
      ['css', 'css is not a file; without a path every page reloads.\n'],
    ]) {
      const { code, stdout, stderr } = run(['reload', name], { cwd: site.root });
      assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: '', stderr: sentence });
    }
    assert.ok(!server.lines.some((line) => /asked/.test(line)));
  }));

test('status as text and as JSON', () =>
  withServer({ root: site.root }, async (server) => {
    const status = () => JSON.parse(answer(['status', '--json'], { cwd: site.path('css') }));
    await until('the walk', () => !status().walking);
    assert.equal(
      answer(['status', site.path('css')]),
      `liveserve ${status().version}\n  Serving   ${site.root}\n  Open      ${server.url}\n` +
        `  Status    ${status().status}\n  Pages     0 open\n  Watching  2 folders, by inotify\n`,
    );
    assert.match(status().status, /^http:\/\/localhost:\d+\/[0-9a-f]{32}\/$/);
    await openPages(server);
    const { open, ...rest } = status();
    assert.deepEqual(open.map(({ protocol }) => protocol).sort(), ['live-server', 'liveserve']);
    assert.deepEqual(rest, {
      version: run(['--version']).stdout.trim().split(' ')[1],
      pid: server.pid,
      root: site.root,
      url: server.url,
      status: status().status,
      pages: 2,
      paused: false,
      mode: 'inotify',
      watches: 2,
      walking: false,
      newest: 1,
    });
  }));

describe('wrong lines', () => {
  /** @type {[string[], number, RegExp][]} */
  const rows = [
    [['reload', 'a', 'b'], 2, /"b" is one too many/],
    [['reload', '--json'], 2, /reload has no option --json/],
    [['status', '--jason'], 2, /status has no option --jason/],
    [['status'], 1, /no liveserve of yours serves/],
    [['reload', '--', '--odd'], 1, /"--odd"/],
  ];
  for (const [args, expected, sentence] of rows) {
    test(args.join(' '), () => {
      const { code, stdout, stderr } = run(args, { cwd: site.root });
      assert.deepEqual({ code, stdout }, { code: expected, stdout: '' });
      assert.match(stderr, /^liveserve: [^\n]+\n$/);
      assert.match(stderr, sentence);
    });
  }

  for (const command of ['reload', 'status']) {
    test(`${command} --help`, () => {
      assert.match(answer([command, '--help']), new RegExp(`^Usage: liveserve ${command} `));
    });
  }
});
