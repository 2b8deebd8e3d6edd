/**
 * `--proxy ROUTE=URL`: another server answers for a part of the site.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { after, describe, test } from 'node:test';
import { connect, get, request } from '../support/http.js';
import { load } from '../support/load.js';
import { inTime, makeSite, portOf, run, UNKNOWN_HOST, until } from '../support/server.js';
import { handshake, openSocket } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>index', 'api/file.txt': 'not seen', 'other/x.txt': 'x' });
const mounted = makeSite({ 'here.txt': 'mounted' });
const large = Buffer.alloc(20_000_000, 'a line of an answer that is long\n');

/** What the upstream does for each path. */
const acts = {
  '/v1/echo': (asked, answer) => {
    const chunks = [];
    asked.on('data', (chunk) => chunks.push(chunk));
    asked.on('end', () => {
      const { method, url, headers } = asked;
      answer.setHeader('X-Upstream', 'yes');
      answer.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
    });
  },
  '/v1/large': (asked, answer) => answer.end(large),
  '/v1/chunked': (asked, answer) => {
    answer.write('one,');
    setImmediate(() => answer.end('two'));
  },
  '/v1/count': (asked, answer) => {
    let length = 0;
    asked.on('data', (chunk) => (length += chunk.length));
    asked.on('end', () => answer.end(String(length)));
  },
  '/v1/not-modified': (asked, answer) => answer.writeHead(304, { ETag: '"x"' }).end(),
  '/v1/redirect': (asked, answer) => answer.writeHead(302, { Location: '/api/echo' }).end(),
  '/v1/own-redirect': ({ socket }, answer) =>
    answer.writeHead(302, { Location: `http://localhost:${socket.localPort}/v1/echo?x` }).end(),
  '/v1/cookies': (_, answer) => {
    answer.setHeader('Set-Cookie', ['a=b; Domain=127.0.0.1; Path=/', 'c=d; Domain=other.example']);
    answer.end();
  },
  '/v1/early': (asked, answer) => {
    answer.writeEarlyHints({ link: '</a.css>; rel=preload' });
    answer.end('late');
  },
  '/v1/events': (asked, answer) => {
    answer.writeHead(200, { 'Content-Type': 'text/event-stream' });
    answer.write('data: first\n\n');
    events.push(answer);
  },
  '/v1/breaks-off': (asked) => asked.socket.destroy(),
};
const events = [];
const upstream = http.createServer((asked, answer) => {
  const act = acts[asked.url.split('?')[0]];
  if (act) act(asked, answer);
  else answer.writeHead(404, { 'Content-Length': 26 }).end('upstream has no such thing');
});
upstream.on('upgrade', (asked, socket) => {
  socket.on('error', () => {});
  if (asked.url === '/v1/refuses') {
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  const { protocol = '' } = asked.headers;
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n${protocol}`,
  );
  socket.on('data', (bytes) => socket.write(`heard ${bytes}`));
  socket.on('end', () => socket.end());
});
await once(upstream.listen(0, '127.0.0.1'), 'listening');
after(() => {
  upstream.close();
  upstream.closeAllConnections();
});
const port = portOf(upstream);
const args = [`--proxy=/api=http://127.0.0.1:${port}/v1`];

/** Sends a request on a new connection, and says that it is the last one. The body is what comes until the end. */
async function ask(server, bytes) {
  const connection = await connect(server);
  connection.send(
    /\r\nConnection:/i.test(bytes) ? bytes : bytes.replace('\r\n', '\r\nConnection: close\r\n'),
  );
  const whole = (await connection.rest()).toString('latin1');
  connection.destroy();
  const [head, ...body] = whole.split('\r\n\r\n');
  const [line, ...lines] = head.split('\r\n');
  const fields = Object.fromEntries(
    lines.map((one) => [one.split(':')[0].toLowerCase(), one.replace(/^[^:]*: /, '')]),
  );
  return { status: Number(line.split(' ')[1]), line, fields, body: body.join('\r\n\r\n') };
}

describe('--proxy', () => {
  test('connections are used again on both sides, but for what must not be sent twice', () =>
    withServer({ root: site.root, args }, async (server) => {
      const ports = new Set();
      const note = (asked) => ports.add(asked.socket.remotePort);
      upstream.on('request', note);
      const connection = await connect(server);
      for (let i = 0; i < 5; i++) {
        connection.send(request(server, '/api/echo'));
        const answer = await connection.answer();
        assert.equal(answer.fields.connection, 'keep-alive');
        assert.equal(JSON.parse(answer.body.toString()).method, 'GET');
      }
      assert.equal(ports.size, 1);
      for (let i = 0; i < 2; i++) {
        connection.send(request(server, '/api/echo', { 'Content-Length': 3 }, 'POST') + 'abc');
        const answer = await connection.answer('POST');
        assert.equal(JSON.parse(answer.body.toString()).body, 'abc');
      }
      assert.equal(ports.size, 3);
      // Two at once, and one of liveserve's own in between: the answers come in that order.
      connection.send(
        request(server, '/api/count') + request(server, '/') + request(server, '/api/echo'),
      );
      assert.equal((await connection.answer()).body.toString(), '0');
      assert.match((await connection.answer()).body.toString(), /<p>index/);
      assert.match((await connection.answer()).body.toString(), /"GET"/);
      assert.equal(ports.size, 3);
      upstream.off('request', note);
      connection.destroy();
    }));

  test('a request is passed on, and its answer is passed back', () =>
    withServer({ root: site.root, args }, async (server) => {
      const sent = {
        Cookie: 'a=b',
        Connection: 'close, X-Hop',
        'X-Hop': '1',
        'X-Forwarded-For': '9.9.9.9',
      };
      const answer = await ask(server, request(server, '/api/echo?x=%20y', sent));
      assert.equal(answer.status, 200);
      assert.equal(answer.fields['x-upstream'], 'yes');
      assert.equal(answer.fields.via, '1.1 liveserve');
      assert.equal(answer.fields.connection, 'close');
      const { method, url, headers } = JSON.parse(answer.body);
      assert.equal(method, 'GET');
      assert.equal(url, '/v1/echo?x=%20y');
      assert.equal(headers.host, `localhost:${server.port}`);
      assert.equal(headers.cookie, 'a=b');
      assert.equal(headers['x-hop'], undefined);
      assert.equal(headers['x-forwarded-for'], '127.0.0.1');
      assert.equal(headers['x-forwarded-host'], `localhost:${server.port}`);
      assert.equal(headers['x-forwarded-proto'], 'http');
      assert.equal(headers.via, '1.1 liveserve');
    }));

  test('methods and bodies, also when they come in pieces', () =>
    withServer({ root: site.root, args }, async (server) => {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const connection = await connect(server);
        await connection.send(
          request(server, '/api/echo', { 'Content-Length': 10 }, method) + '01234',
        );
        connection.send('56789');
        const answer = await connection.answer();
        assert.deepEqual(
          { method, body: '0123456789' },
          pick(JSON.parse(String(answer.body)), ['method', 'body']),
        );
        connection.destroy();
      }
    }));

  test('a large body goes up and a large answer comes down', () =>
    withServer({ root: site.root, args }, async (server) => {
      const up = await connect(server);
      up.send(request(server, '/api/count', { 'Content-Length': large.length }, 'POST'));
      up.send(large);
      assert.equal((await up.answer()).body.toString(), String(large.length));
      const before = memory(server);
      const slow = await connect(server);
      slow.pause();
      slow.send(request(server, '/api/large'));
      const quick = await connect(server);
      quick.send(request(server, '/api/large'));
      assert.ok((await quick.answer()).body.equals(large));
      slow.resume();
      assert.ok((await slow.answer()).body.equals(large));
      assert.ok(memory(server) - before < 10_000, 'nothing of it is kept');
      for (const connection of [up, slow, quick]) connection.destroy();
    }));

  test('chunked answers, 304, redirects and interim answers pass as they are', () =>
    withServer({ root: site.root, args }, async (server) => {
      const chunked = await ask(server, request(server, '/api/chunked'));
      assert.equal(chunked.fields['transfer-encoding'], 'chunked');
      assert.equal(chunked.body, '4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\n');
      const same = await ask(server, request(server, '/api/not-modified'));
      assert.deepEqual([same.status, same.fields.etag, same.body], [304, '"x"', '']);
      assert.equal(
        (await ask(server, request(server, '/api/redirect'))).fields.location,
        '/api/echo',
      );
      const early = await ask(server, request(server, '/api/early'));
      assert.equal(early.status, 103);
      assert.match(early.body, /^HTTP\/1\.1 200 OK\r\n[^]*late$/);
      const head = await ask(server, request(server, '/api/large', {}, 'HEAD'));
      assert.deepEqual([head.status, head.body], [200, '']);
    }));

  test('events arrive at once, and the upstream learns when the client has gone', () =>
    withServer({ root: site.root, args }, async (server) => {
      const connection = await connect(server);
      connection.send(request(server, '/api/events'));
      const said = (text) =>
        until(text, async () => (heard += await connection.take(1)).includes(text));
      let heard = '';
      await said('data: first');
      const answer = events.at(-1);
      answer.write('data: second\n\n');
      await said('data: second');
      const gone = new Promise((resolve) => answer.once('close', resolve));
      connection.reset();
      await inTime(gone, () => 'the upstream to be hung up on');
    }));

  test("WebSockets are passed on, except liveserve's own", () =>
    withServer({ root: site.root, args }, async (server) => {
      const connection = await connect(server);
      connection.send(handshake(server, { path: '/api/ws' }));
      const answer = await connection.answer();
      assert.equal(answer.status, 101);
      assert.equal(answer.fields.upgrade, 'websocket');
      connection.send('frames');
      assert.equal((await connection.take(12)).toString(), 'heard frames');
      connection.finish();
      await connection.rest();
      const refused = await connect(server);
      refused.send(handshake(server, { path: '/api/refuses' }));
      assert.equal((await refused.answer()).status, 403);
      refused.destroy();
      const own = await openSocket(server);
      assert.equal(await own.text(), 'connected');
      own.destroy();
    }));

  test('when / is passed on, /__liveserve/ is not', () =>
    withServer(
      { root: site.root, args: [`--proxy=/=http://127.0.0.1:${port}`] },
      async (server) => {
        assert.equal((await ask(server, request(server, '/'))).body, 'upstream has no such thing');
        assert.equal((await get(server, '/__liveserve/client.js')).status, 200);
        const own = await openSocket(server, { path: '/ws' });
        assert.equal(await own.text(), 'connected');
        own.destroy();
      },
    ));

  test('the first lines name the other servers, and for what they answer', async () => {
    const url = `http://127.0.0.1:${port}`;
    const rows = [
      [[`--proxy=${url}`], `  Proxy     ${url}  (for the whole site)`],
      [[`--proxy=${url}`, '--proxy-after-files'], `  Proxy     ${url}  (for what is no file)`],
      [[`--proxy=/api=${url}/v1`], `  Proxy     ${url}  (for /api)`],
      [['--fastcgi=.php=127.0.0.1:9'], '  Proxy     127.0.0.1:9  (for *.php, by FastCGI)'],
    ];
    for (const [options, line] of rows)
      await withServer({ root: site.root, args: [options].flat() }, (server) => {
        assert.ok(server.lines.includes(String(line)), server.lines.join('\n'));
      });
  });

  test('a URL alone is for the whole site, and files come first only with --proxy-after-files', async () => {
    const own = makeSite({ 'style.css': 'p {}', 'index.php': '<?php secret', 'v1/x.txt': 'file' });
    const whole = `--proxy=http://127.0.0.1:${port}`;
    await withServer({ root: own.root, args: [whole] }, async (server) => {
      assert.equal((await ask(server, request(server, '/style.css'))).status, 404);
      assert.equal(
        JSON.parse((await ask(server, request(server, '/v1/echo'))).body).url,
        '/v1/echo',
      );
    });
    const more = [whole, '--proxy-after-files'];
    await withServer({ root: own.root, args: more }, async (server) => {
      assert.equal((await get(server, '/style.css')).body.toString(), 'p {}');
      assert.equal((await get(server, '/v1/x.txt')).body.toString(), 'file');
      for (const target of ['/index.php', '/', '/v1/', '/missing.css'])
        assert.equal(
          (await ask(server, request(server, target))).body,
          'upstream has no such thing',
          target,
        );
      const posted = await ask(server, request(server, '/style.css', {}, 'POST'));
      assert.equal(posted.body, 'upstream has no such thing');
    });
  });

  test('--proxy-host gives the server its own name', () =>
    withServer({ root: site.root, args: [...args, '--proxy-host'] }, async (server) => {
      const { headers } = JSON.parse((await ask(server, request(server, '/api/echo'))).body);
      assert.equal(headers.host, `127.0.0.1:${port}`);
      assert.equal(headers['x-forwarded-host'], `localhost:${server.port}`);
      assert.equal(headers.forwarded, `for=127.0.0.1;host="localhost:${server.port}";proto=http`);
    }));

  test('what names the server itself in a redirect or a cookie is rewritten', () =>
    withServer({ root: site.root, args }, async (server) => {
      const moved = await load(server, '/api/own-redirect');
      assert.equal(moved.fields.location, '../api/echo?x');
      const url = new URL(moved.fields.location, `${server.url}api/own-redirect`);
      assert.equal(String(url), `${server.url}api/echo?x`);
      const host = { Host: `localhost:${server.port}` };
      const { fields } = await load(server, '/api/cookies', host);
      assert.deepEqual(fields['set-cookie'], ['a=b; Path=/', 'c=d; Domain=other.example']);
    }));

  test('a request that runs in a circle is stopped', async () => {
    const listener = net.createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const free = portOf(listener);
    await new Promise((resolve) => listener.close(resolve));
    const circle = [`--port=${free}`, `--proxy=http://localhost:${free}`];
    await withServer({ root: site.root, args: circle }, async (server) => {
      if (server.port !== free) return; // somebody has taken the port in between
      const answer = await load(server, '/x');
      assert.equal(answer.status, 508);
      assert.match(answer.text, /again and again/);
    });
  });

  test('the longest route answers, mounts come first, anything else is a file', () => {
    const more = [
      `--proxy=/=http://127.0.0.1:9`,
      `--proxy=/api/echo:http://127.0.0.1:${port}/v1/echo`,
      `--mount=/api=${mounted.root}`,
    ];
    return withServer({ root: site.root, args: [...args, ...more] }, async (server) => {
      assert.equal(
        JSON.parse((await ask(server, request(server, '/api/echo'))).body).url,
        '/v1/echo',
      );
      assert.equal((await get(server, '/api/here.txt')).body.toString(), 'mounted');
      assert.equal(
        (await ask(server, request(server, '/api/file.txt'))).body,
        'upstream has no such thing',
      );
      assert.equal((await ask(server, request(server, '/other/x.txt'))).status, 502);
    });
  });

  test('Live Server’s own setting', async () => {
    const own = makeSite({ 'index.html': '<p>index' });
    const proxy = { enable: true, baseUri: '/api', proxyUri: `http://127.0.0.1:${port}/v1` };
    own.write('.vscode/settings.json', JSON.stringify({ 'liveServer.settings.proxy': proxy }));
    assert.equal(run(['allow', own.root]).code, 0);
    await withServer({ root: own.root }, async (server) => {
      assert.equal(
        JSON.parse((await ask(server, request(server, '/api/echo'))).body).url,
        '/v1/echo',
      );
      assert.equal((await get(server, '/')).status, 200);
    });
  });

  test('--header is in these answers, too', () =>
    withServer({ root: site.root, args: [...args, '--header=X-Upstream=ours'] }, async (server) => {
      assert.equal((await ask(server, request(server, '/api/echo'))).fields['x-upstream'], 'ours');
    }));

  test('pages of other sites can neither change anything nor open WebSockets', () =>
    withServer(
      { root: site.root, args, complaints: /refused|allow-origin|allowed-host/ },
      async (server) => {
        const fields = { Origin: 'http://evil.example', 'Content-Length': 1 };
        const post = await connect(server);
        post.send(request(server, '/api/echo', fields, 'POST') + 'x');
        assert.equal((await post.answer()).status, 403);
        const socket = await connect(server);
        socket.send(
          handshake(server, { path: '/api/ws', fields: { Origin: 'http://evil.example' } }),
        );
        assert.equal((await socket.answer()).status, 403);
        const rebound = await get(server, '/api/echo', { Host: 'evil.example' });
        assert.equal(rebound.status, 403);
        for (const connection of [post, socket]) connection.destroy();
      },
    ));

  test('bytes after a request are not passed on with it', () =>
    withServer({ root: site.root, args }, async (server) => {
      const one = request(server, '/api/echo', { 'Content-Length': 3 }, 'POST');
      const answer = await ask(server, `${one}abc${request(server, '/api/large')}`);
      assert.equal(JSON.parse(answer.body).body, 'abc');
      const chunked = request(server, '/api/echo', { 'Transfer-Encoding': 'chunked' }, 'POST');
      const body = '3\r\nabc\r\n0\r\n\r\n';
      const passed = await ask(server, chunked + body + request(server, '/api/large'));
      assert.equal(JSON.parse(passed.body).body, 'abc');
    }));

  test('an upstream that is not there, or does not speak HTTP, is named in the answer', async () => {
    const nonsense = net.createServer((socket) =>
      socket.on('error', () => {}).end('SSH-2.0-x\r\n\r\n'),
    );
    await once(nonsense.listen(0, '127.0.0.1'), 'listening');
    const closed = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const free = portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    /** @type {[string, string, number, string][]} */
    const rows = [
      ['/gone', `http://127.0.0.1:${free}`, 502, 'is not there'],
      ['/local', `http://localhost:${free}`, 502, 'is not there'],
      ['/unknown', `http://${UNKNOWN_HOST}:1`, 502, 'is not there'],
      ['/odd', `http://127.0.0.1:${portOf(nonsense)}`, 502, 'does not speak HTTP/1.1'],
      [
        '/api/breaks-off',
        `http://127.0.0.1:${port}/v1/breaks-off`,
        502,
        'closed the connection without an answer',
      ],
    ];
    const proxies = rows.map(([route, url]) => `--proxy=${route}=${url}`);
    await withServer({ root: site.root, args: proxies }, async (server) => {
      for (const [route, url, status, sentence] of rows) {
        const connection = await connect(server);
        connection.send(request(server, route));
        const answer = await connection.answer();
        assert.equal(answer.status, status, route);
        assert.equal(answer.fields['content-type'], 'text/html; charset=utf-8');
        const shown = new URL(url).origin;
        const text = answer.body.toString();
        assert.ok(text.includes(`${shown}, which answers for ${route} here, ${sentence}.`), text);
        connection.destroy();
        const head = await connect(server);
        head.send(request(server, route, {}, 'HEAD'));
        assert.equal((await head.answer('HEAD')).status, status);
        head.destroy();
      }
      assert.equal((await get(server, '/')).status, 200);
    });
    nonsense.close();
  });

  test('no connection to the upstream stays open', () =>
    withServer({ root: site.root, args }, async (server) => {
      const openFiles = () => fs.readdirSync(`/proc/${server.pid}/fd`).length;
      await get(server, '/'); // then it has all that it needs itself
      const before = openFiles();
      for (let i = 0; i < 30; i++) {
        const connection = await connect(server);
        connection.send(request(server, ['/api/large', '/api/echo', '/api/breaks-off'][i % 3]));
        if (i % 2) connection.reset();
        else await connection.take(1);
        connection.destroy();
      }
      await until('all descriptors to be given back', () => openFiles() <= before);
    }));

  /** @type {[string, RegExp][]} */
  const rows = [
    ['--proxy', /--proxy needs a value/],
    ['--proxy=', /"" is not ROUTE=URL/],
    ['--proxy=/api', /"\/api" is not ROUTE=URL/],
    ['--proxy=/api=localhost:3000', /is not ROUTE=URL/],
    ['--proxy=/api=unix:app.sock', /is not ROUTE=URL/],
    ['--proxy=ftp://localhost', /is not ROUTE=URL/],
  ];
  for (const [given, sentence] of rows) {
    test(`${given} is one sentence and exit code 2`, () => {
      const { code, stdout, stderr } = run(['--port=0', given], { cwd: site.root });
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, stderr);
      assert.match(stderr, /^liveserve: [^\n]+\n$/);
      assert.match(stderr, sentence);
    });
  }
});

function pick(object, keys) {
  return Object.fromEntries(keys.map((key) => [key, object[key]]));
}

/** The peak of the server's memory, in KiB. */
function memory(server) {
  return Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]);
}
