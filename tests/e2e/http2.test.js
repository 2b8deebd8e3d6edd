/**
 * HTTP/2 with `--https`: the same answers as by HTTP/1.1, the same rules of access, and limits for clients that
 * mean harm.
 */

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { makeCertificate } from '../support/certificate.js';
import { get, request } from '../support/http.js';
import {
  ask2,
  CANCEL,
  connectFrames,
  connectHttp2,
  CONTINUATION,
  DATA,
  ENHANCE_YOUR_CALM,
  frame,
  getBlock,
  GOAWAY,
  HEADERS,
  PING,
  PRIORITY,
  PROTOCOL_ERROR,
  readFrames,
  RST_STREAM,
  SETTINGS,
  STREAM_CLOSED,
  takeFrame,
  WINDOW_UPDATE,
} from '../support/http2.js';
import { inTime, makeSite, portOf, until } from '../support/server.js';
import { connectTls } from '../support/tls.js';
import { withServer } from '../support/with_server.js';

const { cert, key, folder } = makeCertificate();
const large = Buffer.alloc(5_000_000, 'some text that is long enough\n');
const modules = Object.fromEntries(
  Array.from({ length: 200 }, (_, i) => [`m${i}.js`, `export default ${i};\n`]),
);
const site = makeSite({
  'index.html': '<p>index',
  'style.css': 'p {}',
  'large.bin': large,
  ...modules,
});
folder.write('users', 'ada:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n');
const args = ['--https', `--cert=${cert}`, `--key=${key}`];

const open = (server, options) => connectHttp2(server, cert, options);

/** What the descriptors of a server stand for. */
function openLinks({ pid }) {
  const folder = `/proc/${pid}/fd`;
  return fs.readdirSync(folder).map((name) => {
    try {
      return fs.readlinkSync(`${folder}/${name}`);
    } catch {
      return ''; // closed meanwhile
    }
  });
}

describe('HTTP/2', () => {
  test('pages, ranges, conditions and errors are as over HTTP/1.1', () =>
    withServer({ root: site.root, args }, async (server) => {
      const session = await open(server);
      assert.equal(session.alpnProtocol, 'h2');
      const ask = (target, fields) => ask2(session, server, target, fields);

      const page = await ask('/');
      assert.equal(page.status, 200);
      assert.match(page.body.toString(), /^<script src="[^"]*client\.js" .*<\/script><p>index$/);
      assert.equal(page.fields['content-length'], String(page.body.length));
      assert.equal(page.fields.server, 'liveserve');
      assert.ok(page.fields.date);
      assert.equal(page.fields.connection, undefined);
      assert.equal(page.fields['keep-alive'], undefined);

      const part = await ask('/large.bin', { range: 'bytes=1000000-3999999' });
      assert.equal(part.status, 206);
      assert.ok(part.body.equals(large.subarray(1000000, 4000000)));

      const style = await ask('/style.css');
      const same = await ask('/style.css', { 'if-none-match': style.fields.etag });
      assert.equal(same.status, 304);
      assert.equal(same.body.length, 0);

      const head = await ask('/style.css', { ':method': 'HEAD' });
      assert.equal(head.status, 200);
      assert.equal(head.fields['content-length'], '4');
      assert.equal(head.body.length, 0);

      assert.equal((await ask('/missing')).status, 404);
      assert.equal((await ask('/large.bin', { range: 'bytes=9999999-' })).status, 416);
      assert.equal((await ask('/', { ':method': 'DELETE' })).status, 405);
      assert.equal((await ask('/', { ':method': 'OPTIONS' })).status, 204);
      session.destroy();
    }));

  test('two hundred modules come over one connection', () =>
    withServer({ root: site.root, args }, async (server) => {
      const session = await open(server);
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, i) => ask2(session, server, `/m${i}.js`)),
      );
      answers.forEach(({ status, body }, i) => {
        assert.equal(status, 200);
        assert.equal(body.toString(), `export default ${i};\n`);
      });
      session.destroy();
    }));

  test('a file that is read late arrives, and holds up nothing else', () =>
    withServer({ root: site.root, args }, async (server) => {
      const session = await open(server);
      const slow = session.request({
        ':path': '/large.bin',
        ':authority': `localhost:${server.port}`,
      });
      await inTime(new Promise((resolve) => slow.once('response', resolve)), () => 'its head');
      for (let i = 0; i < 20; i++)
        assert.equal((await ask2(session, server, `/m${i}.js`)).status, 200);
      const pieces = [];
      slow.on('data', (piece) => pieces.push(piece));
      await inTime(new Promise((resolve) => slow.once('end', resolve)), () => 'the file');
      assert.ok(Buffer.concat(pieces).equals(large));
      session.destroy();
    }));

  test('a request with a body is answered without reading it', () =>
    withServer({ root: site.root, args }, async (server) => {
      const session = await open(server);
      // More than a window in all, but each in one frame: a client that is slowed down in a frame is cut off.
      for (let i = 0; i < 20; i++)
        assert.equal(
          (await ask2(session, server, '/', { ':method': 'POST' }, Buffer.alloc(12000))).status,
          405,
        );
      assert.equal((await ask2(session, server, '/style.css')).status, 200);
      session.destroy();
    }));

  test('who may ask is decided as for HTTP/1.1', () =>
    withServer({ root: site.root, args, complaints: /refused a request/ }, async (server) => {
      const session = await open(server);
      const status = async (fields) => (await ask2(session, server, '/', fields)).status;
      assert.equal(await status({ ':authority': 'evil.example' }), 403);
      assert.equal(await status({ ':authority': 'LOCALHOST' }), 200);
      // RFC 9113 8.3.1 forbids a user in the authority. A malformed request is a stream error, and a server may
      // answer it before (8.1.1): nghttp2 1.64 (Debian 13) resets the stream, and with 1.52 the answer is ours.
      const refusal = await status({ ':authority': 'localhost@evil.example' }).catch(
        ({ message }) => message.split('\n')[0],
      );
      assert.ok(
        [400, 'Stream closed with error code NGHTTP2_PROTOCOL_ERROR'].includes(refusal),
        `${refusal}`,
      );
      assert.equal(await status({ origin: 'https://evil.example' }), 200);
      const { fields } = await ask2(session, server, '/', { origin: 'https://evil.example' });
      assert.equal(fields['access-control-allow-origin'], undefined);
      session.destroy();
    }));

  test('a password is asked for', () =>
    withServer(
      {
        root: site.root,
        args: [...args, `--htpasswd=${folder.path('users')}`],
      },
      async (server) => {
        const session = await open(server);
        const ask = (fields) => ask2(session, server, '/style.css', fields);
        assert.equal((await ask({})).status, 401);
        const authorization = `Basic ${Buffer.from('ada:open sesame').toString('base64')}`;
        assert.equal((await ask({ authorization })).status, 200);
        session.destroy();
      },
    ));

  test('a client is told of the end of the program', async () => {
    let goaway;
    await withServer({ root: site.root, args }, async (server) => {
      const session = await open(server);
      await ask2(session, server, '/');
      goaway = new Promise((resolve) => session.once('goaway', resolve));
    });
    assert.equal(await inTime(goaway, () => 'GOAWAY'), 0);
  });

  test('nothing stays open', () =>
    withServer({ root: site.root, args }, async (server) => {
      // Small files that were asked for lately stay open for a while.
      const openFiles = () => openLinks(server).filter((link) => /^socket|large/.test(link)).length;
      await get(server, '/'); // then it has all that it needs itself
      const before = openFiles();
      for (let i = 0; i < 20; i++) {
        const session = await open(server);
        for (let n = 0; n < 10; n++) {
          const stream = session.request({
            ':path': '/large.bin',
            ':authority': `localhost:${server.port}`,
          });
          stream.on('error', () => {});
        }
        await ask2(session, server, '/style.css');
        session.destroy();
      }
      await until('all descriptors to be given back', () => openFiles() <= before);
    }));

  test('curl speaks it', (t) => {
    const { stdout } = spawnSync('curl', ['--version'], { encoding: 'utf8' });
    if (!/\bHTTP2\b/.test(stdout)) return t.skip('this curl cannot');
    return withServer({ root: site.root, args }, async (server) => {
      const curl = ['--silent', '--http2', '--cacert', cert, '--write-out', '%{http_version}'];
      const url = `https://localhost:${server.port}/style.css`;
      const done = spawnSync('curl', [...curl, url], { encoding: 'utf8' });
      assert.equal(done.stdout, 'p {}2');
      const own = spawnSync('curl', [...curl, '--http1.1', url], { encoding: 'utf8' });
      assert.equal(own.stdout, 'p {}1.1');
    });
  });
});

/** What nghttp, the client of nghttp2, prints; it does not know our certificate. */
async function nghttp(...args) {
  const all = ['--no-verify-peer', '--timeout=60', ...args];
  return (await promisify(execFile)('nghttp', all, { maxBuffer: 2 * large.length })).stdout;
}
const nghttpSkip = spawnSync('nghttp', ['--version']).error && 'nghttp is not installed';

describe('nghttp', { skip: nghttpSkip }, () => {
  test('loads files, in many streams, with padding and CONTINUATION frames', () =>
    withServer({ root: site.root, args }, async (server) => {
      const url = (path) => `https://localhost:${server.port}${path}`;
      assert.equal(await nghttp(url('/style.css')), 'p {}');
      for (const option of ['--padding=200', '--continuation', '--no-dep', '--no-rfc7540-pri'])
        assert.equal(await nghttp(option, url('/style.css')), 'p {}', option);
      assert.equal(await nghttp('--header-table-size=0', url('/style.css')), 'p {}');
      assert.equal(await nghttp('--multiply=200', url('/style.css')), 'p {}'.repeat(200));
      const small = ['--window-bits=10', '--connection-window-bits=16'];
      assert.equal(await nghttp(...small, url('/large.bin')), large.toString());
      const both = await nghttp(url('/m1.js'), url('/m2.js'));
      assert.deepEqual(both.match(/\d/g).sort(), ['1', '2']);
    }));

  test('uploads', async () => {
    const upstream = http.createServer((message, answer) => message.pipe(answer));
    await new Promise((resolve) => upstream.listen(0, '127.0.0.1', () => resolve(undefined)));
    const proxy = `--proxy=/api=http://127.0.0.1:${portOf(upstream)}`;
    const file = folder.path('upload');
    folder.write('upload', 'abc'.repeat(100_000));
    await withServer({ root: site.root, args: [...args, proxy] }, async (server) => {
      const url = `https://localhost:${server.port}/api/echo`;
      for (const options of [
        [],
        ['--no-content-length'],
        ['--trailer=x: y'],
        ['--expect-continue'],
        ['--padding=100'],
      ]) {
        const answer = await nghttp(...options, `--data=${file}`, url);
        assert.ok(answer === 'abc'.repeat(100_000), `${options}: ${answer.length} bytes`);
      }
    });
    upstream.close().closeAllConnections();
  });
});

describe('which version', () => {
  test('--no-http2: only HTTP/1.1 is offered, and the preface is no request', () =>
    withServer(
      { root: site.root, args: [...args, '--no-http2'], complaints: /malformed/ },
      async (server) => {
        const both = { ALPNProtocols: ['h2', 'http/1.1'] };
        const connection = await connectTls(server, cert, both);
        assert.equal(connection.socket.alpnProtocol, 'http/1.1');
        connection.send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
        assert.equal((await connection.answer()).status, 505);
        connection.destroy();
      },
    ));

  /** @type {[string[] | undefined, string | false][]} */
  const rows = [
    [['h2', 'http/1.1'], 'h2'],
    [['http/1.1', 'h2'], 'h2'],
    [['http/1.1'], 'http/1.1'],
    [['spdy/3'], false],
    [undefined, false],
  ];
  for (const [offered, chosen] of rows)
    test(`ALPN of ${offered} is ${chosen}`, () =>
      withServer({ root: site.root, args }, async (server) => {
        const connection = await connectTls(server, cert, { ALPNProtocols: offered });
        assert.equal(connection.socket.alpnProtocol, chosen);
        if (chosen !== 'h2') {
          connection.send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
          assert.equal((await connection.answer()).status, 505);
        }
        connection.destroy();
      }));

  test('who has agreed on HTTP/2 and speaks HTTP/1.1 is closed', () =>
    withServer({ root: site.root, args }, async (server) => {
      const connection = await connectTls(server, cert, { ALPNProtocols: ['h2'] });
      connection.send(request(server, '/'));
      const frames = readFrames(await connection.rest());
      assert.ok(frames.every(({ type }) => type === SETTINGS || type === GOAWAY));
      connection.destroy();
    }));
});

describe('requests that another server answers', () => {
  /** What the other server does, by the path. */
  const upstream = http.createServer((message, answer) => {
    const { pathname } = new URL(message.url, 'http://localhost');
    if (pathname === '/echo') {
      answer.writeHead(201, { 'X-Coding': message.headers['transfer-encoding'] ?? 'none' });
      message.pipe(answer);
    } else if (pathname === '/events') {
      answer.writeHead(200, { 'Content-Type': 'text/event-stream' });
      answer.write('data: first\n\n');
      message.on('close', () => upstream.emit('gone'));
    } else if (pathname === '/hints') {
      answer.writeEarlyHints({ link: '</style.css>; rel=preload' });
      answer.end('hinted');
    } else if (pathname === '/cut') {
      answer.writeHead(200, { 'Content-Length': 1000 });
      answer.write('begun', () => message.socket.destroy());
    } else {
      const { host, 'x-forwarded-proto': proto } = message.headers;
      answer.end(JSON.stringify({ method: message.method, url: message.url, host, proto }));
    }
  });
  /** @param {(server: import('../support/server.js').Server) => unknown} use */
  const withUpstream = async (use, complaints) => {
    if (!upstream.listening)
      await new Promise((resolve) => upstream.listen(0, '127.0.0.1', () => resolve(undefined)));
    const proxy = `--proxy=/api=http://127.0.0.1:${portOf(upstream)}`;
    await withServer({ root: site.root, args: [...args, proxy], complaints }, use);
  };
  after(() => upstream.close().closeAllConnections());

  test('come like the others', () =>
    withUpstream(async (server) => {
      const session = await open(server);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => ask2(session, server, `/api/${i}?q`)),
      );
      answers.forEach(({ status, fields, body }, i) => {
        assert.equal(status, 200);
        assert.equal(fields.connection, undefined);
        assert.equal(JSON.parse(body.toString()).url, `/${i}?q`);
      });
      const head = await ask2(session, server, '/api/x', { ':method': 'HEAD' });
      assert.equal(head.body.length, 0);
      assert.equal((await ask2(session, server, '/style.css')).status, 200);
      const hinted = session.request({
        ':path': '/api/hints',
        ':authority': `localhost:${server.port}`,
      });
      const hint = new Promise((resolve) => hinted.once('headers', resolve));
      assert.equal((await inTime(hint, () => 'a hint'))[':status'], 103);
      session.destroy();
    }));

  test('take bodies of any length', () =>
    withUpstream(async (server) => {
      const session = await open(server);
      const post = (body, fields = {}) =>
        ask2(session, server, '/api/echo', { ':method': 'POST', ...fields }, body);
      const unknown = await post(large);
      assert.equal(unknown.status, 201);
      assert.equal(unknown.fields['x-coding'], 'chunked');
      assert.ok(unknown.body.equals(large));
      const known = await post('abc', { 'content-length': '3' });
      assert.equal(known.fields['x-coding'], 'none');
      assert.equal(known.body.toString(), 'abc');
      session.destroy();
    }));

  test('are sent as they come, and end with their client', () =>
    withUpstream(async (server) => {
      const session = await open(server);
      const events = session.request({
        ':path': '/api/events',
        ':authority': `localhost:${server.port}`,
      });
      events.on('error', () => {});
      const first = new Promise((resolve) => events.once('data', resolve));
      assert.equal(String(await inTime(first, () => 'the first event')), 'data: first\n\n');
      const gone = new Promise((resolve) => upstream.once('gone', resolve));
      events.close(CANCEL);
      await inTime(gone, () => 'the end of the request');
      session.destroy();
    }));

  test('fail alone', () =>
    withUpstream(async (server) => {
      const session = await open(server);
      await assert.rejects(ask2(session, server, '/api/cut'), /INTERNAL_ERROR/);
      assert.equal((await ask2(session, server, '/style.css')).status, 200);
      session.destroy();
    }, /127\.0\.0\.1/));

  test('curl uploads and downloads', (t) => {
    const { stdout } = spawnSync('curl', ['--version'], { encoding: 'utf8' });
    if (!/\bHTTP2\b/.test(stdout)) return t.skip('this curl cannot');
    return withUpstream(async (server) => {
      const url = `https://localhost:${server.port}/api/echo`;
      // The other server is in this process, which must not wait.
      const curl = ['--silent', '--max-time', '60', '--cacert', cert, '--http2', '--data', 'abc'];
      const { stdout: answer } = await promisify(execFile)('curl', [
        ...curl,
        '--write-out',
        '%{http_version}',
        url,
      ]);
      assert.equal(answer, 'abc2');
    });
  });
});

describe('clients that mean harm', () => {
  /** What the server says last, when it has got these bytes; meanwhile and afterwards others are served. */
  async function endOf(server, ...pieces) {
    const connection = await connectFrames(server, cert);
    for (const piece of pieces) connection.send(piece);
    const frames = readFrames(await connection.rest());
    connection.destroy();
    const session = await open(server);
    assert.equal((await ask2(session, server, '/style.css')).status, 200);
    session.destroy();
    const goaway = frames.filter(({ type }) => type === GOAWAY);
    assert.equal(goaway.length, 1, `${frames.length} frames without GOAWAY`);
    return goaway[0].payload.readUInt32BE(4);
  }

  const repeat = (count, make) => Buffer.concat(Array.from({ length: count }, (_, i) => make(i)));
  const cancel = [0, 0, 0, CANCEL];

  test('floods end their connection', () =>
    withServer({ root: site.root, args }, async (server) => {
      const get = (id) => frame(HEADERS, 5, id, getBlock(server, '/large.bin'));
      /** @type {[string, Buffer][]} */
      const rows = [
        ['PING', repeat(600, () => frame(PING, 0, 0, Buffer.alloc(8)))],
        ['SETTINGS', repeat(40, () => frame(SETTINGS, 0, 0))],
        ['PRIORITY', repeat(1200, () => frame(PRIORITY, 0, 3, [0, 0, 0, 0, 1]))],
        ['an unknown frame', repeat(1200, () => frame(0xee, 0, 0))],
        [
          'CONTINUATION',
          Buffer.concat([
            frame(HEADERS, 1, 1, getBlock(server, '/')),
            repeat(20, () => frame(CONTINUATION, 0, 1)),
          ]),
        ],
        [
          'rapid reset',
          repeat(1100, (i) =>
            Buffer.concat([get(2 * i + 1), frame(RST_STREAM, 0, 2 * i + 1, cancel)]),
          ),
        ],
        ['WINDOW_UPDATE', repeat(4000, () => frame(WINDOW_UPDATE, 0, 0, [0, 0, 0, 1]))],
        [
          'headers that unfold',
          frame(HEADERS, 5, 1, [
            ...[0x40, 1, 0x78, 0x7f, 0x81, 0x1e],
            ...Buffer.alloc(4000, 'v'),
            ...Buffer.alloc(12000, 0xbe),
          ]),
        ],
      ];
      for (const [name, bytes] of rows)
        assert.equal(await endOf(server, bytes), ENHANCE_YOUR_CALM, name);
    }));

  test('frames in the wrong place end their connection', () =>
    withServer({ root: site.root, args }, async (server) => {
      assert.equal(await endOf(server, frame(DATA, 0, 0, [1])), PROTOCOL_ERROR);
      assert.equal(
        await endOf(server, frame(HEADERS, 5, 2, getBlock(server, '/'))),
        PROTOCOL_ERROR,
      );
    }));

  test('frames for a stream that the client has ended or passed over end their connection', () =>
    withServer({ root: site.root, args }, async (server) => {
      const ask = (id, flags = 5) => frame(HEADERS, flags, id, getBlock(server, '/style.css'));
      const reset = frame(RST_STREAM, 0, 1, cancel);
      assert.equal(await endOf(server, ask(1), frame(DATA, 0, 1, [1])), STREAM_CLOSED);
      assert.equal(await endOf(server, ask(1), ask(3), ask(1)), STREAM_CLOSED);
      assert.equal(await endOf(server, ask(1, 4), reset, frame(DATA, 0, 1, [1])), STREAM_CLOSED);
      assert.equal(await endOf(server, ask(5), ask(3)), PROTOCOL_ERROR);
      assert.equal(await endOf(server, frame(PRIORITY, 0, 0, [0, 0, 0, 1, 1])), PROTOCOL_ERROR);
    }));

  test('requests that HTTP/1.1 could not carry are reset, and the rest goes on', () =>
    withServer({ root: site.root, args }, async (server) => {
      const field = (name, value) => [
        0x00,
        name.length,
        ...Buffer.from(name, 'latin1'),
        value.length,
        ...Buffer.from(value, 'latin1'),
      ];
      const good = [...getBlock(server, '/style.css')];
      const rows = [
        [...good, ...field('X-Upper', 'a')],
        [...good, ...field('connection', 'close')],
        [...good, ...field('transfer-encoding', 'chunked')],
        [...good, ...field('host', 'evil.example')],
        [...good, ...field(':path', '/')],
        [...good, ...field('x', 'a\r\nhost: evil.example')],
        [...good, ...field('a\nb', 'c')],
        good.slice(1),
      ];
      const connection = await connectFrames(server, cert);
      rows.forEach((block, i) => connection.send(frame(HEADERS, 5, 2 * i + 1, block)));
      connection.send(frame(HEADERS, 5, 101, good));
      const seen = [];
      do seen.push(await takeFrame(connection));
      while (seen.at(-1).type !== DATA);
      connection.destroy();
      const reset = seen.filter(({ type }) => type === RST_STREAM);
      assert.deepEqual(
        reset.map(({ stream, payload }) => [stream, payload.readUInt32BE(0)]),
        rows.map((_, i) => [2 * i + 1, PROTOCOL_ERROR]),
      );
    }));

  test('too many requests at once are refused, not kept', () =>
    withServer({ root: site.root, args }, async (server) => {
      const connection = await connectFrames(server, cert);
      connection.send(
        repeat(300, (i) => frame(HEADERS, 5, 2 * i + 1, getBlock(server, '/large.bin'))),
      );
      connection.send(frame(PING, 0, 0, Buffer.from('12345678')));
      const openFiles = () => openLinks(server).filter((link) => link.endsWith('large.bin')).length;
      await until('the requests to be read', () => openFiles() >= 128);
      let answer;
      do answer = await takeFrame(connection);
      while (answer.type !== PING);
      assert.equal(answer.payload.toString(), '12345678');
      assert.ok(openFiles() <= 129, `${openFiles()} open files`); // one may be kept
      connection.destroy();
    }));

  test('a preface that is never completed is not waited for', () =>
    withServer({ root: site.root, args }, async (server) => {
      const connection = await connectTls(server, cert, { ALPNProtocols: ['h2'] });
      connection.send('PRI * HT');
      await inTime(connection.rest(20000), () => 'the end', 20000);
      connection.destroy();
    }));

  test('a client that reads nothing does not make the server grow', () =>
    withServer({ root: site.root, args }, async (server) => {
      const memory = () =>
        Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]);
      const before = memory();
      const connection = await connectFrames(server, cert);
      connection.pause();
      connection.send(frame(SETTINGS, 0, 0, [0, 4, 0x7f, 0xff, 0xff, 0xff]));
      connection.send(frame(WINDOW_UPDATE, 0, 0, [0x7f, 0, 0, 0]));
      connection.send(
        repeat(100, (i) => frame(HEADERS, 5, 2 * i + 1, getBlock(server, '/large.bin'))),
      );
      const session = await open(server);
      for (let i = 0; i < 50; i++)
        assert.equal((await ask2(session, server, '/style.css')).status, 200);
      session.destroy();
      // 100 files of 5 MB, of which nothing is kept in memory. The sanitizers need some of their own.
      assert.ok(memory() - before < 64 * 1024, `${before} kB have become ${memory()} kB`);
      connection.destroy();
    }));

  test('resets that were asked for are an error of the client only', () =>
    withServer({ root: site.root, args }, async (server) => {
      const session = await open(server);
      for (let i = 0; i < 100; i++) {
        const stream = session.request({
          ':path': '/large.bin',
          ':authority': `localhost:${server.port}`,
        });
        stream.on('error', () => {});
        stream.close(CANCEL);
      }
      assert.equal((await ask2(session, server, '/style.css')).status, 200);
      session.destroy();
    }));
});
