/**
 * The WebSocket: who may open it (RFC 6455 4.2), the messages of both protocols, and what closes it.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { ask, connect, get, request } from '../support/http.js';
import { atMost, makeSite, startServer, until } from '../support/server.js';
import {
  OPCODE,
  birthOf,
  frame,
  handshake,
  openBornPage,
  openPage,
  openSocket,
} from '../support/websocket.js';
import { serverForFile, withServer } from '../support/with_server.js';

/** @typedef {Awaited<ReturnType<typeof birthOf>>} Birth */

const files = {
  'index.html': '<p>index',
  'style.css': 'p{}',
  ws: 'a file',
  'folder/ws': 'another',
  'about.html': '<p>about',
  'sub/index.html': '<p>sub',
};
const site = makeSite(files);
const server = await serverForFile({
  root: site.root,
  complaints: /refused a request from a page of/,
});

/** A server and a site for a test that counts changes. */
async function withOwn(use, { args = [], more = {} } = {}) {
  const own = makeSite({ ...files, ...more });
  await withServer({ root: own.root, args }, (ownServer) => use(ownServer, own));
}

let count = 0;
const change = (name, where = site) => where.write(name, `<p>content ${count++}`);

/** A socket of the live-server protocol that has got "connected". */
async function openListener(options) {
  const socket = await openSocket(server, options);
  assert.equal(await socket.text(), 'connected');
  return socket;
}

describe('live-server text (no subprotocol)', () => {
  test('--no-css-inject: "reload" for a style sheet, too', () =>
    withOwn(
      async (blunt, own) => {
        const socket = await openSocket(blunt);
        assert.equal(await socket.text(), 'connected');
        own.write('style.css', 'b{}');
        assert.equal(await socket.text(), 'reload');
        socket.destroy();
      },
      { args: ['--no-css-inject'] },
    ));

  test('"connected" at once, then "reload" for a page and "refreshcss" for a style sheet', async () => {
    const socket = await openListener();
    change('index.html');
    assert.equal(await socket.text(), 'reload');
    change('style.css');
    assert.equal(await socket.text(), 'refreshcss');
    change('new.txt');
    assert.equal(await socket.text(), 'reload');
    socket.destroy();
  });

  test('a style sheet and a page at once are one "reload", in either order', () =>
    withOwn(
      async (slow, own) => {
        const socket = await openSocket(slow);
        assert.equal(await socket.text(), 'connected');
        for (const names of [
          ['index.html', 'style.css'],
          ['style.css', 'index.html'],
        ]) {
          for (const name of names) change(name, own);
          assert.equal(await socket.text(), 'reload');
        }
        change('style.css', own);
        assert.equal(await socket.text(), 'refreshcss', 'and nothing was in between');
        socket.destroy();
      },
      { args: ['--wait=200'] },
    ));

  test('every page is told', async () => {
    const sockets = await Promise.all(Array.from({ length: 30 }, () => openListener()));
    change('index.html');
    for (const socket of sockets) assert.equal(await socket.text(), 'reload');
    for (const socket of sockets) socket.destroy();
  });

  test('messages from a page are ignored', async () => {
    const socket = await openListener();
    for (const text of ['', 'hello', '{', '\u0000', '中文']) socket.send(text);
    change('index.html');
    assert.equal(await socket.text(), 'reload');
    socket.destroy();
  });
});

describe('liveserve.v1', () => {
  const changed = (version, ...urls) => ({
    type: 'change',
    version,
    changes: urls.map((one) => ({ urls: one, kind: 'modified' })),
  });

  test('hello is answered with the epoch and the number of the page', () =>
    withOwn(async (own) => {
      assert.equal((await birthOf(own)).version, 1);
      (await openBornPage(own)).destroy();
    }));

  test('two runs have two epochs', async () => {
    const epochs = new Set();
    for (let i = 0; i < 3; i++)
      await withOwn(async (own) => epochs.add((await birthOf(own)).epoch));
    assert.equal(epochs.size, 3);
  });

  test('a page that has not said hello is told nothing', () =>
    withOwn(async (own, ownSite) => {
      const silent = await openSocket(own, { protocol: 'liveserve.v1' });
      const witness = await openBornPage(own);
      change('about.html', ownSite);
      assert.equal((await witness.message()).version, 2);
      const birth = await birthOf(own);
      silent.send(JSON.stringify({ type: 'hello', page: '/', ...birth }));
      assert.deepEqual(await silent.message(), { type: 'hello', ...birth });
      silent.destroy();
      witness.destroy();
    }));

  const rows = [
    ['index.html', ['/', '/index.html']],
    ['about.html', ['/about.html']],
    ['sub/index.html', ['/sub/', '/sub/index.html']],
    ['style.css', ['/style.css']],
    ['a b#c?d%中.txt', ['/a%20b%23c%3Fd%25%E4%B8%AD.txt']],
    ['new/index.htm', ['/new/', '/new/index.htm']],
  ];
  test('changes come with their addresses and numbers that count up by one', () =>
    withOwn(
      async (own, ownSite) => {
        const page = await openBornPage(own);
        let version = 1;
        // A file is watched as soon as it is in use. The rest of the tree is watched a little later.
        for (const [, [url]] of rows) assert.equal((await get(own, url)).status, 200);
        for (const [name, urls] of rows) {
          change(name, ownSite);
          const message = await page.message();
          for (const one of message.changes ?? []) one.urls.sort();
          assert.deepEqual(message, changed(++version, urls));
        }
        page.destroy();
      },
      { more: Object.fromEntries(rows.map(([name]) => [name, 'before'])) },
    ));

  test('missed changes come in one message, each file once', () =>
    withOwn(async (own, ownSite) => {
      const birth = await birthOf(own);
      const live = await openBornPage(own);
      for (const [i, name] of ['index.html', 'about.html', 'index.html'].entries()) {
        change(name, ownSite);
        assert.equal((await live.message()).version, 2 + i);
      }
      const late = await openPage(own, birth);
      assert.deepEqual(await late.message(), { type: 'hello', ...birth });
      const missed = await late.message();
      for (const one of missed.changes) one.urls.sort();
      missed.changes.sort((a, b) => (a.urls[0] < b.urls[0] ? -1 : 1));
      assert.deepEqual(missed, changed(4, ['/', '/index.html'], ['/about.html']));

      const middle = await openPage(own, { ...birth, version: 3 });
      assert.deepEqual(await middle.message(), { type: 'hello', ...birth, version: 3 });
      const last = await middle.message();
      for (const one of last.changes) one.urls.sort();
      assert.deepEqual(last, changed(4, ['/', '/index.html']));
      for (const page of [live, late, middle]) page.destroy();
    }));

  test('a page is told where it must ask for its document before it loads again', async () => {
    /** @type {[string[], string, boolean][]} */
    const rows = [
      [[], '<p>new', false],
      [[], '', true],
      [['--header=Cache-Control=max-age=60'], '<p>new', true],
      [['--proxy=/api=http://127.0.0.1:9'], '<p>new', true],
    ];
    for (const [args, text, unsure] of rows)
      await withOwn(
        async (own, ownSite) => {
          const page = await openBornPage(own);
          ownSite.write('index.html', text);
          const [one] = (await page.message()).changes;
          assert.equal(one.unsure ?? false, unsure, `${args} ${text}`);
          page.destroy();
        },
        { args },
      );
  });

  /** The changes of one path that are announced, until one of this kind is. */
  async function untilKind(page, path, kind) {
    for (;;) {
      const { changes } = await page.message();
      const one = changes.find(({ urls }) => urls.includes(path));
      if (one?.kind === kind) return;
    }
  }

  test('a file that comes, is served, and goes at once, is announced as deleted', () =>
    withOwn(
      async (own, ownSite) => {
        const page = await openBornPage(own);
        assert.equal((await get(own, '/about.html')).status, 200);
        fs.unlinkSync(ownSite.path('about.html'));
        await untilKind(page, '/about.html', 'deleted');
        // Until the wait is over, its creation is not announced; but who asks for it gets it.
        ownSite.write('about.html', '<p>early');
        assert.match(String((await get(own, '/about.html')).body), /early/);
        fs.unlinkSync(ownSite.path('about.html'));
        await untilKind(page, '/about.html', 'deleted');
        page.destroy();
      },
      { args: ['--wait=1000'] },
    ));

  test('a page that is served after a change has the new number', () =>
    withOwn(async (own, ownSite) => {
      const page = await openBornPage(own);
      change('about.html', ownSite);
      await page.message();
      assert.equal((await birthOf(own)).version, 2);
      page.destroy();
    }));

  test('a second hello starts from its own number', () =>
    withOwn(async (own, ownSite) => {
      const birth = await birthOf(own);
      const page = await openBornPage(own);
      change('about.html', ownSite);
      assert.equal((await page.message()).version, 2);
      page.send(JSON.stringify({ type: 'hello', page: '/', ...birth }));
      assert.equal((await page.message()).type, 'hello');
      assert.equal((await page.message()).version, 2);
      page.destroy();
    }));

  test('a page whose number was forgotten, 300 changes later, is told to reload', () =>
    withOwn(async (own, ownSite) => {
      const birth = await birthOf(own);
      const page = await openBornPage(own);
      for (let i = 0; i < 300; i++) {
        change('style.css', ownSite);
        assert.equal((await page.message()).version, 2 + i);
      }
      const late = await openPage(own, birth);
      let message = await late.message();
      if (message.type === 'hello') message = await late.message();
      assert.deepEqual(message, { type: 'reload', version: 301 });
      page.destroy();
      late.destroy();
    }));

  /** @type {[string, (birth: Birth) => Birth][]} */
  const unknown = [
    ['of another epoch', () => ({ epoch: 'zzzzzz', version: 1 })],
    ['without an epoch', () => ({ epoch: '', version: 0 })],
    ['with a number of the future', ({ epoch, version }) => ({ epoch, version: version + 1000 })],
    ['with number 0', ({ epoch }) => ({ epoch, version: 0 })],
  ];
  for (const [name, make] of unknown) {
    test(`a page ${name} is told to reload`, async () => {
      const page = await openPage(server, make(await birthOf(server)));
      let message = await page.message();
      if (message.type === 'hello') message = await page.message();
      assert.equal(message.type, 'reload');
      assert.ok(message.version >= 1);
      page.destroy();
    });
  }

  /** The stamp that a page gets for these addresses. */
  async function stampOf(page, urls) {
    page.send(JSON.stringify({ type: 'uses', urls }));
    const { type, stamp } = await page.message();
    assert.equal(type, 'state');
    assert.match(stamp, /^[0-9a-f]{16}$/);
    return stamp;
  }

  test('in another run a page goes on if nothing that it uses has changed; else it reloads', async () => {
    const own = makeSite(files);
    const urls = ['/', '/style.css', '/missing.js', '/sub/'];
    /** @type {Birth} */
    let birth;
    let stamp;
    await withServer({ root: own.root }, async (first) => {
      const page = await openBornPage(first);
      stamp = await stampOf(page, urls);
      assert.equal(await stampOf(page, urls), stamp);
      assert.notEqual(await stampOf(page, urls.slice(1)), stamp);
      birth = await birthOf(first);
      page.destroy();
    });
    const returning = { type: 'hello', page: '/', ...birth, urls, stamp };
    const answer = async (to, hello) => {
      const socket = await openSocket(to, { protocol: 'liveserve.v1' });
      socket.send(JSON.stringify(hello));
      const message = await socket.message();
      socket.destroy();
      return message;
    };
    await withServer({ root: own.root }, async (second) => {
      change('about.html', own);
      const current = await birthOf(second);
      assert.notEqual(current.epoch, birth.epoch);
      assert.equal((await answer(second, returning)).type, 'hello');
      for (const less of [
        { stamp: undefined },
        { urls: undefined },
        { urls: [] },
        { stamp: '0'.repeat(16) },
      ]) {
        assert.equal(
          (await answer(second, { ...returning, ...less })).type,
          'reload',
          JSON.stringify(less),
        );
      }

      const socket = await openSocket(second, { protocol: 'liveserve.v1' });
      socket.send(JSON.stringify(returning));
      const { type, epoch } = await socket.message();
      assert.deepEqual({ type, epoch }, { type: 'hello', epoch: current.epoch });
      change('style.css', own);
      let message = await socket.message();
      if (message.changes[0].urls[0] === '/about.html') message = await socket.message();
      assert.deepEqual(message.changes, [{ urls: ['/style.css'], kind: 'modified' }]);
      socket.destroy();
      assert.equal((await answer(second, returning)).type, 'reload');
    });
  });

  test('a page whose number was forgotten goes on when nothing of it has changed', () =>
    withOwn(async (own, ownSite) => {
      const birth = await birthOf(own);
      const page = await openBornPage(own);
      const urls = ['/', '/index.html'];
      const stamp = await stampOf(page, urls);
      for (let i = 0; i < 300; i++) {
        change('style.css', ownSite);
        assert.equal((await page.message()).version, 2 + i);
      }
      for (const [expected, act] of [
        [{ type: 'hello', epoch: birth.epoch, version: 301 }],
        [{ type: 'reload', version: 302 }, true],
      ]) {
        if (act) {
          change('index.html', ownSite);
          await page.message();
        }
        const late = await openSocket(own, { protocol: 'liveserve.v1' });
        late.send(JSON.stringify({ type: 'hello', page: '/', ...birth, urls, stamp }));
        assert.deepEqual(await late.message(), expected);
        late.destroy();
      }
      page.destroy();
    }));

  test('some thousand addresses in one message', async () => {
    const page = await openBornPage(server);
    const urls = Array.from({ length: 4096 }, (_, i) => `/${i}`.padEnd(60, 'x'));
    const before = await stampOf(page, urls);
    assert.notEqual(await stampOf(page, ['/', ...urls.slice(1)]), before);
    page.send(JSON.stringify({ type: 'uses', urls: ['/', ...urls] }));
    assert.equal(await page.closeCode(), 1008);
    page.destroy();
  });

  test('the printed line counts the pages that use the file', () =>
    withOwn(async (own, ownSite) => {
      const page = await openBornPage(own);
      await stampOf(page, ['/', '/style.css']);
      change('about.html', ownSite);
      assert.equal((await page.message()).type, 'change');
      await own.waitForLine(/changed about\.html, no page uses it$/);
      change('style.css', ownSite);
      await own.waitForLine(/changed style\.css, told 1 page$/);
      page.destroy();
    }));

  const nonsense = [
    '',
    'hello',
    '{',
    '[]',
    'null',
    '{}',
    '{"type":"hello"}',
    '{"type":"reload"}',
    '{"type":"hello","epoch":1,"version":1}',
    '{"type":"hello","epoch":"a","version":"1"}',
    '{"type":"hello","epoch":"a","version":-1}',
    '{"type":"hello","epoch":"a","version":1.5}',
    '{"type":"hello","epoch":"toolongepoch","version":1}',
    '{"type":"hello","epoch":"a","version":1} x',
    '{"type":"uses","urls":"/"}',
    '{"type":"uses","urls":[1]}',
    '{"type":"uses","urls":["x"]}',
    '{"type":"hello","epoch":"a","version":1,"urls":["/"],"stamp":"x"}',
    '['.repeat(5000),
  ];
  for (const text of nonsense) {
    test(`RFC 6455 7.4.1: nonsense (${text.slice(0, 50)}) is closed with 1008`, async () => {
      const socket = await openSocket(server, { protocol: 'liveserve.v1' });
      socket.send(text);
      assert.equal(await socket.closeCode(), 1008);
    });
  }
});

describe('logs of pages', () => {
  const error = (text, source) => JSON.stringify({ type: 'log', level: 'error', text, source });
  const firefox = {
    'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  };

  /**
   * A page of a server of its own says hello and then words. Returns the server's lines, without the time.
   *
   * @param {string[]} words
   * @param {{args?: string[], fields?: import('../support/http.js').Fields}} [options]
   */
  async function linesAfter(words, { args = [], fields } = {}) {
    const lines = [];
    await withOwn(
      async (own) => {
        const page = await openPage(own, { page: '/sub/', fields });
        await page.message();
        for (const word of words) page.send(word);
        page.send(error('the end'));
        if (!args.includes('--no-console')) await own.waitForLine(/: the end$/);
        page.destroy();
        lines.push(
          ...own.lines.filter((line) => / on \//.test(line)).map((line) => line.slice(10)),
        );
      },
      { args },
    );
    return lines.filter((line) => !line.endsWith('the end'));
  }

  test('an error is a line with page, browser and place', async () => {
    assert.deepEqual(
      await linesAfter([error('x is not defined', '/app.js:12:3'), error('y')], {
        fields: firefox,
      }),
      ['error on /sub/ (Firefox): x is not defined  app.js:12:3', 'error on /sub/ (Firefox): y'],
    );
    assert.deepEqual(await linesAfter([error('y')]), ['error on /sub/: y']);
  });

  test('control characters are escaped, and a long text is cut', async () => {
    const [first, second] = await linesAfter([
      error('\u001b[2J\u009b\n\u202e', '\u001b'),
      error(`${'x'.repeat(999)}ä${'y'.repeat(100000)}`),
    ]);
    assert.equal(first, 'error on /sub/: \\x1b[2J\\xc2\\x9b\\x0a\\u202e  \\x1b');
    assert.equal(second, `error on /sub/: ${'x'.repeat(999)}…`);
  });

  test('only errors by default; everything with --console; nothing with --no-console', async () => {
    const words = ['warn', 'info', 'log', 'debug'].map((level) =>
      JSON.stringify({ type: 'log', level, text: 'x' }),
    );
    words.push(error('y'));
    assert.deepEqual(await linesAfter(words), ['error on /sub/: y']);
    assert.deepEqual(
      await linesAfter(words, { args: ['--console'] }),
      ['warn', 'info', 'log', 'debug']
        .map((level) => `${level} on /sub/: x`)
        .concat('error on /sub/: y'),
    );
    assert.deepEqual(await linesAfter(words, { args: ['--no-console'] }), []);
  });

  test('of very many lines the first are printed, and the number of the others', () =>
    withOwn(async (own) => {
      const page = await openPage(own);
      await page.message();
      for (let i = 0; i < 1000; i++) page.send(error(`number ${i}`));
      page.destroy();
      const told = () => own.lines.filter((line) => /: number \d+$/.test(line)).length;
      // The number of omitted lines is printed before the next line that is allowed.
      const more = () =>
        own.lines.reduce(
          (sum, line) => sum + Number(/: … and (\d+) more$/.exec(line)?.[1] ?? 0),
          0,
        );
      await until('a thousand', () => told() + more() === 1000);
      assert.ok(told() < 100, String(told()));
    }));

  test('a message that no page sends closes the connection', async () => {
    for (const word of ['{"type":"log"}', error(1), error('x', 1)]) {
      const page = await openPage(server);
      await page.message();
      page.send(word);
      assert.equal(await page.closeCode(), 1008);
    }
  });
});

describe('RFC 6455 4.2: the handshake', () => {
  test('the path of a page and /ws, as the old clients use', async () => {
    for (const path of [
      '/ws',
      '//ws',
      '/about.html/ws',
      '/sub//ws',
      '/no/such/page/ws',
      '/ws?x=y',
    ]) {
      (await openListener({ path })).destroy();
    }
  });

  test('its own origin, in every spelling of a field', async () => {
    const own = `http://localhost:${server.port}`;
    for (const origin of [own, own.toUpperCase().replace('HTTP', 'http')])
      (await openListener({ fields: { Origin: origin } })).destroy();
    (await openListener({ fields: { Host: '127.0.0.1', Origin: 'http://127.0.0.1' } })).destroy();
    (
      await openListener({ fields: { Connection: 'keep-alive, UPGRADE', Upgrade: 'WebSocket' } })
    ).destroy();
    (await openListener({ fields: { Upgrade: 'h2c, websocket' } })).destroy();
  });

  test('the subprotocol in a list with others', async () => {
    const socket = await connect(server);
    socket.send(handshake(server, { protocol: 'x, liveserve.v1 , y' }));
    const { status, fields } = await socket.answer();
    assert.deepEqual([status, fields['sec-websocket-protocol']], [101, 'liveserve.v1']);
    socket.destroy();
  });

  test('frames in the same packet as the handshake', async () => {
    const { epoch, version } = await birthOf(server);
    const hello = frame(JSON.stringify({ type: 'hello', page: '/', epoch, version }));
    const page = await openSocket(server, {
      protocol: 'liveserve.v1',
      first: Buffer.concat([hello, frame('ping', { opcode: OPCODE.ping })]),
    });
    const answers = [await page.frame(), await page.frame()];
    assert.deepEqual(
      answers.map(({ opcode }) => opcode).sort((a, b) => a - b),
      [OPCODE.text, OPCODE.pong],
    );
    page.destroy();
  });

  test('half a frame in the same packet as the handshake, the rest later', async () => {
    const { epoch, version } = await birthOf(server);
    const hello = frame(JSON.stringify({ type: 'hello', page: '/', epoch, version }));
    for (const cut of [1, 2, 5, 7, hello.length - 1]) {
      const page = await openSocket(server, {
        protocol: 'liveserve.v1',
        first: hello.subarray(0, cut),
      });
      page.connection.send(hello.subarray(cut));
      assert.deepEqual(await page.message(), { type: 'hello', epoch, version });
      page.destroy();
    }
  });

  test('after other requests on the same connection', async () => {
    const connection = await connect(server);
    connection.send(request(server, '/ws') + handshake(server));
    assert.equal((await connection.answer()).body.toString(), 'a file');
    assert.equal((await connection.answer()).status, 101);
    connection.destroy();
  });

  test('byte by byte', async () => {
    const connection = await connect(server);
    for (const byte of handshake(server)) await connection.send(byte);
    assert.equal((await connection.answer()).status, 101);
    connection.destroy();
  });

  const own = `localhost:${server.port}`;
  const foreign = [
    'http://evil.example',
    `http://evil.example:${server.port}`,
    'null',
    '',
    `http://localhost`,
    `http://localhost:${server.port + 1}`,
    `http://${own}.evil.example`,
    `http://evil.${own}`,
    `http://${own}@evil.example`,
    `http://evil.example#${own}`,
    `ftp://${own}`,
    own,
    `//${own}`,
    `http://${own}/`,
    `http://${own} http://evil.example`,
    'http://93.184.216.34',
    'http://[',
    'file://',
    'chrome-extension://abc',
  ];
  for (const origin of foreign) {
    test(`10.2: Origin ${JSON.stringify(origin)} is 403`, async () => {
      assert.equal(
        (await ask(server, handshake(server, { fields: { Origin: origin } }))).status,
        403,
      );
    });
  }

  for (const version of ['8', '12', '14', '13, 8', '013', 'x', '', undefined]) {
    test(`4.4: version ${version} is 426 with the version that is supported`, async () => {
      const answer = await ask(
        server,
        handshake(server, { fields: { 'Sec-WebSocket-Version': version } }),
      );
      assert.equal(answer.status, 426);
      assert.equal(answer.fields['sec-websocket-version'], '13');
      assert.match(
        answer.fields.upgrade ?? '',
        /^websocket$/i,
        'RFC 9110 15.5.22: a 426 says to what',
      );
    });
  }

  for (const key of [
    '',
    'x',
    'dGhlIHNhbXBsZSBub25jZQ',
    'dGhlIHNhbXBsZSBub25jZQ=',
    'dGhlIHNhbXBsZSBub25jZQ==x',
    'dGhlIHNhbXBsZSBub25jZ!==',
    'dGhlIHNhbXBsZSBub25jZSBpcyBsb25nZXI=',
  ]) {
    test(`4.2.1: key ${JSON.stringify(key)} is 400`, async () => {
      assert.equal((await ask(server, handshake(server, { key }))).status, 400);
    });
  }

  test('4.2.1: no key is 400', async () => {
    assert.equal(
      (await ask(server, handshake(server, { fields: { 'Sec-WebSocket-Key': undefined } }))).status,
      400,
    );
  });

  for (const protocol of ['unknown', 'liveserve', 'liveserve.v2', 'LIVESERVE.V1x', '']) {
    test(`4.2.2: subprotocol ${JSON.stringify(protocol)} is 400`, async () => {
      assert.equal((await ask(server, handshake(server, { protocol }))).status, 400);
    });
  }

  for (const path of [
    '/',
    '/index.html',
    '/wss',
    '/ws/',
    '/xws',
    '/ws/x',
    '/%77s',
    '/__liveserve/client.js',
  ]) {
    test(`${path} is 404`, async () =>
      assert.equal((await ask(server, handshake(server, { path }))).status, 404));
  }

  test('a request without an upgrade to a WebSocket is a plain request', async () => {
    const h2c = {
      Connection: 'Upgrade, HTTP2-Settings',
      Upgrade: 'h2c',
      'HTTP2-Settings': 'AAMAAABkAAQAoAAAAAIAAAAA',
    };
    const rows = [
      h2c,
      { Upgrade: 'websocket' },
      { Connection: 'Upgrade' },
      { Connection: 'Upgrade', Upgrade: 'x' },
      { Connection: 'Upgrade', Upgrade: '' },
      { Connection: 'Upgrade', Upgrade: 'websocket2' },
    ];
    for (const fields of rows) {
      const { status, body } = await get(server, '/about.html', {
        ...fields,
        'Sec-Fetch-Dest': 'empty',
      });
      assert.equal(status, 200, JSON.stringify(fields));
      assert.equal(body.toString(), site.read('about.html'));
    }
  });

  test('a file may be called ws', async () => {
    assert.equal((await get(server, '/ws')).body.toString(), 'a file');
    assert.equal((await get(server, '/folder/ws')).body.toString(), 'another');
  });

  test('4.1: only GET on HTTP/1.1 opens one', async () => {
    const bytes = handshake(server);
    assert.equal((await ask(server, bytes.replace('GET', 'POST'), 'POST')).status, 405);
    assert.equal((await ask(server, bytes.replace('GET', 'HEAD'), 'HEAD')).status, 200);
    assert.equal((await ask(server, bytes.replace('HTTP/1.1', 'HTTP/1.0'))).status, 200);
  });
});

describe('RFC 6455 5: frames', () => {
  test('5.5.2: a ping is answered with its own bytes', async () => {
    const socket = await openListener();
    for (const payload of ['', 'x', 'p'.repeat(125)]) {
      socket.send(payload, { opcode: OPCODE.ping });
      const { opcode, payload: answer } = await socket.frame();
      assert.deepEqual([opcode, answer.toString()], [OPCODE.pong, payload]);
    }
    socket.destroy();
  });

  test('5.5.3: an unsolicited pong is ignored', async () => {
    const socket = await openListener();
    socket.send('x', { opcode: OPCODE.pong });
    socket.send('y', { opcode: OPCODE.ping });
    assert.equal((await socket.frame()).opcode, OPCODE.pong);
    socket.destroy();
  });

  test('5.4: a message in pieces, with a ping between', async () => {
    const { epoch, version } = await birthOf(server);
    const text = JSON.stringify({ type: 'hello', page: '/', epoch, version });
    const page = await openSocket(server, { protocol: 'liveserve.v1' });
    page.send(text.slice(0, 10), { isFinal: false });
    page.send('', { opcode: OPCODE.ping });
    page.send(text.slice(10, 20), { opcode: OPCODE.continuation, isFinal: false });
    page.send(text.slice(20), { opcode: OPCODE.continuation });
    assert.equal((await page.frame()).opcode, OPCODE.pong);
    assert.deepEqual(await page.message(), { type: 'hello', epoch, version });
    page.destroy();
  });

  test('5.5.1: a close is answered with a close', async () => {
    const socket = await openListener();
    socket.send(Buffer.from([0x03, 0xe8]), { opcode: OPCODE.close });
    assert.equal(await socket.closeCode(), 1000);
  });

  test('a message of 256 KiB is read', async () => {
    const { epoch, version } = await birthOf(server);
    const page = await openSocket(server, { protocol: 'liveserve.v1' });
    const message = { type: 'hello', epoch, version, page: '' };
    message.page = 'x'.repeat(262144 - JSON.stringify(message).length);
    page.send(JSON.stringify(message));
    assert.deepEqual(await page.message(), { type: 'hello', epoch, version });
    page.destroy();
  });

  // The code that RFC 6455 7.4.1 has for it. undefined: libwebsockets ends the connection without a close
  // frame, which 7.1.7 allows.
  /** @type {[string, Buffer[], number | undefined][]} */
  const wrong = [
    ['a message over 256 KiB', [frame('x'.repeat(262145))], 1009],
    ['one of 1 MB', [frame('x'.repeat(1000000))], 1009],
    [
      'one in pieces',
      [
        frame('x'.repeat(200000), { isFinal: false }),
        frame('x'.repeat(200000), { opcode: OPCODE.continuation }),
      ],
      1009,
    ],
    [
      'one that says it has 2^63 - 1 bytes',
      [Buffer.from('81ff7fffffffffffffff00000000', 'hex'), Buffer.alloc(270000, 'x')],
      1009,
    ],
    [
      '5.2: one of a negative length',
      [Buffer.from('81ffffffffffffffffff00000000', 'hex'), Buffer.alloc(70000, 'x')],
      undefined,
    ],
    ['5.2: a reserved bit', [frame('x', { reserved: 4 })], 1002],
    ['another reserved bit', [frame('x', { reserved: 1 })], 1002],
    ['an unknown opcode', [frame('x', { opcode: 3 })], 1002],
    ['an unknown control opcode', [frame('x', { opcode: 11 })], 1002],
    ['5.5: a ping in pieces', [frame('x', { opcode: OPCODE.ping, isFinal: false })], 1002],
    ['a ping over 125 bytes', [frame('x'.repeat(126), { opcode: OPCODE.ping })], undefined],
    ['5.4: a continuation of nothing', [frame('x', { opcode: OPCODE.continuation })], 1002],
    ['a message inside of another', [frame('x', { isFinal: false }), frame('y')], 1002],
    ['8.1: text that is not UTF-8', [frame(Buffer.from('c328', 'hex'))], 1007],
    ['text that ends inside a character', [frame(Buffer.from('c3', 'hex'))], 1007],
    ['a binary message', [frame('x', { opcode: OPCODE.binary })], 1003],
  ];
  for (const [name, frames, code] of wrong) {
    for (const protocol of [undefined, 'liveserve.v1']) {
      test(`${name} closes ${protocol ?? 'live-server'} with ${code}`, async () => {
        const socket = protocol ? await openSocket(server, { protocol }) : await openListener();
        for (const bytes of frames) socket.connection.send(bytes);
        assert.equal(await socket.closeCode(), code);
        socket.destroy();
      });
    }
  }

  test('a page of live-server, which has nothing to send, may send 16 KiB', async () => {
    const socket = await openListener();
    socket.send('x'.repeat(16384));
    change('index.html');
    assert.equal(await socket.text(), 'reload');
    socket.send('x'.repeat(16385));
    assert.equal(await socket.closeCode(), 1009);
    socket.destroy();
  });

  test('15,000 messages at once are accepted, many more close the connection', async () => {
    const many = (count) => Buffer.concat(Array(count).fill(frame('x')));
    const socket = await openListener();
    await socket.connection.send(many(15000));
    change('index.html');
    assert.equal(await socket.text(), 'reload');
    // The limit grows by 2,000 messages a second, so many more have to be sent.
    for (let i = 0; i < 20 && !socket.connection.hasEnded; i++)
      await socket.connection.send(many(5000));
    // The 1008 may be lost, because the server has not read all that was sent.
    await socket.connection.rest();
    socket.destroy();
  });

  test('5.1: a frame that is not masked closes', async () => {
    const socket = await openListener();
    socket.send('x', { opcode: OPCODE.ping, isMasked: false });
    assert.equal(await socket.closeCode(), 1002);
    socket.destroy();
  });

  for (const [name, first] of /** @type {[string, Buffer][]} */ ([
    ['the second frame', frame('x', { opcode: OPCODE.pong })],
    ['a frame in a message', frame('x', { isFinal: false })],
  ]))
    test(`5.1: ${name} that is not masked closes, also byte by byte`, async () => {
      const socket = await openListener();
      const bytes = Buffer.concat([first, frame('y', { opcode: OPCODE.ping, isMasked: false })]);
      for (const byte of bytes) {
        if (socket.connection.hasEnded) break;
        await socket.connection.send(Buffer.from([byte]));
      }
      assert.equal(await socket.closeCode(), 1002);
      socket.destroy();
    });

  for (let early = 1; early <= 3; early++)
    test(`5.1: ${early} bytes of such a frame with the request`, async () => {
      const connection = await connect(server);
      const bytes = frame('y', { isMasked: false });
      connection.send(Buffer.concat([Buffer.from(handshake(server)), bytes.subarray(0, early)]));
      assert.equal((await connection.answer()).status, 101);
      connection.send(bytes.subarray(early));
      connection.finish();
      const rest = await connection.rest();
      assert.ok(rest.includes(Buffer.from('880203ea', 'hex')), rest.toString('hex'));
      connection.destroy();
    });

  test('noise leaves the server alive', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const noise = Buffer.from(
        Array.from(
          { length: seed * 7 },
          (_, i) => (Math.imul(i * 31 + seed, 2654435761) >>> 13) & 255,
        ),
      );
      const socket = await openSocket(server, { protocol: seed % 2 ? 'liveserve.v1' : undefined });
      socket.connection.send(noise);
      socket.connection.finish();
      await socket.connection.rest();
      socket.destroy();
    }
    assert.equal((await get(server, '/ws')).status, 200);
  });
});

describe('RFC 6455 7.4.1: the end of the server', () => {
  test('closes every page with 1001', async () => {
    const own = await startServer({ root: site.root });
    const pages = [await openSocket(own), await openSocket(own, { protocol: 'liveserve.v1' })];
    assert.equal(await pages[0].text(), 'connected');
    const codes = pages.map((page) => page.closeCode());
    await own.stop();
    assert.deepEqual(await Promise.all(codes), [1001, 1001]);
  });
});

describe('DNS rebinding', () => {
  test('a foreign host name gets 403 and nothing else, and one line is printed', () =>
    withServer(
      { root: site.root, complaints: /refused a request for http:..evil.example/ },
      async (own) => {
        for (const target of ['/', '/ws', '/__liveserve/client.js']) {
          const { status, fields } = await get(own, target, { Host: `evil.example:${own.port}` });
          assert.equal(status, 403);
          assert.equal('access-control-allow-origin' in fields, false);
        }
        const name = `evil.example:${own.port}`;
        const socket = await connect(own);
        socket.send(handshake(own, { fields: { Host: name, Origin: `http://${name}` } }));
        assert.equal((await socket.answer()).status, 403);
        socket.destroy();
        assert.equal(own.errors.filter((line) => line.includes('refused')).length, 1);
      },
    ));

  test('--allowed-host lets a name in', () =>
    withServer(
      { root: site.root, args: ['--allowed-host=my-site.test'], complaints: /refused/ },
      async (own) => {
        assert.equal((await get(own, '/', { Host: 'my-site.test' })).status, 200);
        assert.equal((await get(own, '/', { Host: 'other.test' })).status, 403);
      },
    ));
});

describe('pages that use thousands of files', () => {
  const COUNT = 60;
  const common = Array.from({ length: 4095 }, (_, i) => `/assets/file-of-a-long-name-${i}.js`);

  test('delay nobody, and get their stamps and every change', () =>
    withServer({ root: makeSite({ 'index.html': '<p>', 'a.txt': 'a' }).root }, async (own) => {
      const birth = await birthOf(own);
      const pages = [];
      for (let i = 0; i < COUNT; i++) {
        pages.push(await openPage(own, birth));
        assert.equal((await pages[i].message()).type, 'hello');
      }
      const uses = pages.map((_, i) =>
        frame(JSON.stringify({ type: 'uses', urls: [`/${i}.js`, ...common] })),
      );
      let isDone = false;
      const waits = [];
      const others = (async () => {
        while (!isDone) {
          const begin = performance.now();
          assert.equal((await get(own, '/a.txt')).status, 200);
          waits.push(performance.now() - begin);
        }
      })();
      for (const [i, page] of pages.entries()) page.connection.send(uses[i]);
      const stamps = new Set();
      for (const page of pages) {
        const { type, stamp } = await page.message();
        assert.equal(type, 'state');
        stamps.add(stamp);
      }
      isDone = true;
      await others;
      assert.equal(stamps.size, COUNT);
      // In one piece it was seconds.
      assert.ok(Math.max(...waits) < atMost(900), `${Math.max(...waits)} ms`);
      for (const page of pages) page.destroy();
    }));
});
