/**
 * `liveserve wait`, and the pages in `liveserve status --json`: what the server asks of pages, and what it makes of
 * their answers. Here the pages are sockets; tests/browser/waiting.js has real ones.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openBorn } from '../support/event_stream.js';
import { get } from '../support/http.js';
import { makeSite, run, runMeanwhile, until } from '../support/server.js';
import { openBornPage, openSocket } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const CHROME =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36';

const files = { 'index.html': '<p>index', 'js/app.js': 'one();\ntwo();\n', 'style.css': 'p {}' };

/** @param {(server: import('../support/server.js').Server, site: ReturnType<typeof makeSite>) => unknown} use */
function withOwn(use) {
  const site = makeSite(files);
  return withServer({ root: site.root }, (server) => use(server, site));
}

/** A page of liveserve.v1 that has said hello, and has its answer. */
async function open(server, page = '/') {
  const socket = await openBornPage(server, { page, fields: { 'User-Agent': CHROME } });
  return Object.assign(socket, {
    /** Waits for the next question. What comes before is passed over. */
    async question() {
      for (;;) {
        const { type, settle } = await socket.message();
        if (type === 'hello' && settle) return settle;
      }
    },
    say: (message) => socket.send(JSON.stringify(message)),
    settle: (round, { errors = [], failed = [] } = {}) =>
      socket.send(JSON.stringify({ type: 'settled', round, errors, failed })),
  });
}

const status = (site) => JSON.parse(run(['status', '--json', site.root]).stdout);
const wait = (site, ...more) => runMeanwhile(['wait', ...more, site.root]);
const result = async (site, ...more) => {
  const { code, stdout } = await wait(site, '--json', ...more);
  return { code, ...JSON.parse(stdout) };
};

describe('status --json', () => {
  test('names each page, its browser, what it knows, and its last error', () =>
    withOwn(async (server, site) => {
      const page = await open(server, '/about.html');
      page.say({ type: 'log', level: 'error', text: 'no', source: '/js/app.js:2:3' });
      await until('the error', () => !!status(site).open[0]?.error);
      const { newest, open: pages, pages: count } = status(site);
      assert.deepEqual({ newest, count }, { newest: 1, count: 1 });
      assert.deepEqual(pages, [
        {
          page: '/about.html',
          name: 'Android, Chrome 156',
          browser: 'Chrome',
          device: 'Android',
          local: true,
          protocol: 'liveserve',
          by: 'websocket',
          version: 1,
          state: 'up to date',
          error: { text: 'no', source: '/js/app.js:2:3', file: 'js/app.js', line: 2, column: 3 },
        },
      ]);
      page.destroy();
      await until('no page', () => status(site).open.length === 0);
    }));

  test('says of each page how it is connected, as status does', () =>
    withOwn(async (server, site) => {
      const line = () => /Pages +(.*)/.exec(run(['status', site.root]).stdout)[1];
      assert.equal(line(), '0 open');
      const stream = await openBorn(server, '/stream.html');
      assert.equal(line(), '1 open, by Server-Sent Events');
      assert.deepEqual(
        status(site).open.map(({ page, by }) => [page, by]),
        [['/stream.html', 'events']],
      );
      const page = await open(server, '/socket.html');
      assert.equal(line(), '2 open, 1 by WebSocket, 1 by Server-Sent Events');
      stream.close();
      await until('the end of the stream', () => line() === '1 open, by WebSocket');
      page.destroy();
    }));
});

describe('wait', () => {
  test('without a page it ends at once, with 2', () =>
    withOwn(async (_, site) => {
      const { code, stdout, stderr } = run(['wait', site.root]);
      assert.deepEqual(
        { code, stdout, stderr },
        { code: 2, stdout: 'no page is open\n', stderr: '' },
      );
      assert.equal((await result(site)).result, 'none');
    }));

  test('a page of another protocol cannot be asked, and does not count', () =>
    withOwn(async (server, site) => {
      const socket = await openSocket(server);
      assert.equal(await socket.text(), 'connected');
      const { code, pages } = await result(site);
      assert.equal(code, 2);
      assert.equal(pages[0].protocol, 'live-server');
      assert.equal('settled' in pages[0], false);
      socket.destroy();
    }));

  test('every page is asked, and the last answer ends it', () =>
    withOwn(async (server, site) => {
      const pages = [await open(server), await open(server, '/two.html')];
      const waited = wait(site);
      const rounds = await Promise.all(pages.map((page) => page.question()));
      pages[0].settle(rounds[0]);
      // The answer to another question does not count.
      pages[1].settle(rounds[1] + 1);
      assert.equal(run(['wait', '--timeout=0', site.root]).code, 4);
      for (const page of pages) page.settle(await page.question());
      assert.deepEqual(await waited, {
        code: 0,
        stdout: '2 pages show the newest files\n',
        stderr: '',
      });
      for (const page of pages) page.destroy();
    }));

  test('a save is waited for that has just been made', () =>
    withOwn(async (server, site) => {
      const page = await open(server);
      site.write('index.html', '<p>two');
      const waited = result(site);
      const messages = [];
      for (;;) {
        const message = await page.message();
        messages.push(message.type);
        if (message.type === 'hello' && message.version === 2) {
          page.settle(message.settle);
          break;
        }
        // What the page answers for the state before does not count.
        if (message.type === 'hello') page.settle(message.settle);
      }
      assert.ok(messages.includes('change'));
      const { code, version } = await waited;
      assert.deepEqual({ code, version }, { code: 0, version: 2 });
      page.destroy();
    }));

  test('--since waits for a newer state, and says so when the time is over', () =>
    withOwn(async (server, site) => {
      const page = await open(server);
      const first = wait(site, '--since=1', '--timeout=1');
      page.settle(await page.question());
      const { code, stdout } = await first;
      assert.equal(code, 4);
      assert.match(stdout, /^waiting for a change: 1 is still the newest state$/m);
      const second = result(site, '--since=1');
      page.settle(await page.question());
      site.write('style.css', 'b {}');
      page.settle(await page.question());
      assert.equal((await second).code, 0);
      page.destroy();
    }));

  test('errors have their places, and 1 is the code', () =>
    withOwn(async (server, site) => {
      const page = await open(server);
      const errors = [
        { text: 'x is not defined', source: '/js/app.js:2:1' },
        { text: 'of\u001b[31m another\u202e place', source: 'https://cdn.example/l.js:1:1' },
        { text: 'of no place' },
      ];
      const lines = wait(site);
      page.settle(await page.question(), { errors, failed: ['/none.png'] });
      const { code, stdout } = await lines;
      assert.equal(code, 1);
      assert.deepEqual(stdout.split('\n'), [
        'js/app.js:2:1: x is not defined  / (Android, Chrome 156)',
        'https://cdn.example/l.js:1:1: of\\x1b[31m another\\u202e place  / (Android, Chrome 156)',
        'of no place  / (Android, Chrome 156)',
        '/none.png did not load  / (Android, Chrome 156)',
        '1 of 1 page in trouble',
        '',
      ]);
      const json = result(site);
      page.settle(await page.question(), { errors, failed: ['/none.png'] });
      const { code: sameCode, result: word, pages } = await json;
      assert.deepEqual([sameCode, word], [1, 'trouble']);
      assert.equal(pages[0].settled, true);
      assert.deepEqual(pages[0].failed, ['/none.png']);
      assert.deepEqual(pages[0].errors[0], {
        ...errors[0],
        file: 'js/app.js',
        line: 2,
        column: 1,
      });
      page.destroy();
    }));

  test('a broken style sheet that a page uses is trouble', () =>
    withOwn(async (server, site) => {
      const page = await open(server);
      page.say({ type: 'uses', urls: ['/', '/style.css'] });
      site.write('style.css', 'p {\n');
      const waited = wait(site, '--since=1');
      page.settle(await page.question());
      const answer = await untilAnswered(page, waited);
      assert.equal(answer.code, 1);
      assert.match(answer.stdout, /^style\.css:1: a \{ is never closed$/m);
      page.destroy();
    }));

  test('a page that was closed is not waited for', () =>
    withOwn(async (server, site) => {
      const page = await open(server);
      const waited = wait(site);
      await page.question();
      page.destroy();
      assert.equal((await waited).code, 2);
    }));

  test('a page that loads again is waited for, until it is back', () =>
    withOwn(async (server, site) => {
      const page = await open(server);
      const waited = wait(site);
      await page.question();
      page.say({ type: 'leaving' });
      await until('it leaves', () =>
        /load again/.test(run(['wait', '--timeout=0', site.root]).stdout),
      );
      page.destroy();
      await until('it has left', () =>
        /loads again, and is not back yet/.test(run(['wait', '--timeout=0', site.root]).stdout),
      );
      const next = await open(server);
      next.settle(await next.question());
      const answer = await untilAnswered(next, waited);
      assert.deepEqual([answer.code, answer.stdout], [0, '1 page shows the newest files\n']);
      next.destroy();
    }));

  test('a page that does not answer is named when the time is over', () =>
    withOwn(async (server, site) => {
      const page = await open(server);
      const { code, stdout } = await wait(site, '--timeout=1');
      assert.equal(code, 4);
      assert.match(
        stdout,
        /^waiting for \/ \(Android, Chrome 156\): it has not said yet that it shows the newest files/,
      );
      const { code: sameCode, result: word, awaited } = await result(site, '--timeout=0');
      assert.deepEqual([sameCode, word, awaited.length], [4, 'waiting', 1]);
      page.destroy();
    }));

  test('without a server, or when it ends, the code is 3', () => {
    const site = makeSite(files);
    const { code, stdout, stderr } = run(['wait', site.root]);
    assert.deepEqual({ code, stdout }, { code: 3, stdout: '' });
    assert.match(
      stderr,
      /^liveserve: no liveserve of yours serves a folder that contains [^\n]+\n$/,
    );
    return withServer({ root: site.root }, async (server) => {
      const page = await open(server);
      const waited = wait(site);
      await page.question();
      await server.stop();
      const ended = await waited;
      assert.equal(ended.code, 3);
      assert.match(ended.stderr, /^liveserve: [^\n]+\n$/);
      page.destroy();
    });
  });

  test('a wrong command line is one sentence, and 5', () => {
    for (const [args, sentence] of /** @type {[string[], RegExp][]} */ ([
      [['--since'], /--since needs a whole number/],
      [['--since=x'], /--since needs a whole number/],
      [['--timeout=-1'], /--timeout needs a whole number up to 86400/],
      [['--timeout=86401'], /--timeout needs a whole number/],
      [['--jsn'], /wait has no option --jsn; did you mean --json\?/],
      [['a', 'b'], /one folder is enough: "b" is one too many/],
    ])) {
      const { code, stdout, stderr } = run(['wait', ...args]);
      assert.deepEqual({ code, stdout }, { code: 5, stdout: '' }, args.join(' '));
      assert.match(stderr, sentence);
      assert.match(stderr, /^liveserve: [^\n]+\n$/);
    }
    const { code, stdout } = run(['wait', '--help']);
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: liveserve wait /);
  });

  test('only the owner can ask, and what is malformed is refused', () =>
    withOwn(async (server) => {
      for (const path of ['ask', '1/1', '1/1/now.json'])
        assert.equal((await get(server, `/__liveserve/wait/${path}`)).status, 404);
      const page = await open(server);
      page.say({ type: 'settled', round: 1, errors: 'no', failed: [] });
      assert.equal(await page.closeCode(), 1008);
    }));
});

/**
 * The page answers every question until the command has ended.
 *
 * @param {Awaited<ReturnType<typeof open>>} page
 * @param {ReturnType<typeof wait>} waited
 */
function untilAnswered(page, waited) {
  (async () => {
    for (;;) page.settle(await page.question());
  })().catch(() => {});
  return waited;
}
