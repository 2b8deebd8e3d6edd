/**
 * `--proxy` between a client and an upstream that send what they should not: nothing is passed on that was
 * not understood, nobody waits without end, and what breaks off does not look complete.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { after, describe, test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import { connect, get, request } from '../support/http.js';
import { inTime, makeSite, portOf, until } from '../support/server.js';
import { handshake } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>index', 'api/file.txt': 'a file' });
const HEAD_END = '\r\n\r\n';
// Each request of these tests has a connection of its own.
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok';

/** An upstream of plain sockets: act is called with the socket and what it has sent, at each of its pieces. */
async function listen(act, host = '127.0.0.1') {
  const upstream = { heard: [], ends: [] };
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    const index = upstream.heard.push('') - 1;
    upstream.ends.push(new Promise((resolve) => socket.once('close', () => resolve(true))));
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('data', (bytes) => {
      upstream.heard[index] += bytes.toString('latin1');
      act(socket, upstream.heard[index]);
    });
  });
  await once(server.listen(0, host), 'listening');
  after(() => server.close());
  return Object.assign(upstream, { port: portOf(server), server });
}

/** @type {(socket: any) => unknown} */
const ignore = () => undefined;

/** Answers each head once. */
const says = (answer, then = ignore) =>
  function act(socket, heard) {
    if (!heard.endsWith(HEAD_END) || socket.hasAnswered) return;
    socket.hasAnswered = true;
    socket.write(answer, 'latin1', () => then(socket));
  };

/** Whether an answer of liveserve's own is complete. Its connection may stay open. */
function isComplete(text) {
  const [head, ...body] = text.split(HEAD_END);
  const [, length] = /\r\nContent-Length: (\d+)[^]*\r\nConnection: keep-alive/.exec(head) ?? [];
  return length !== undefined && body.join(HEAD_END).length >= Number(length);
}

/** All that comes for these bytes until the end, and whether that was a reset. */
async function ask(server, bytes, port = server.port) {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const outcome = { text: '', error: undefined };
  socket.on('error', (error) => (outcome.error = /** @type {any} */ (error).code));
  const ended = new Promise((resolve) => {
    socket.once('end', resolve).once('close', resolve);
    socket.on('data', (piece) => {
      outcome.text += piece.toString('latin1');
      if (isComplete(outcome.text)) resolve(undefined);
    });
  });
  socket.write(Buffer.from(bytes, 'latin1'));
  await inTime(ended, () => `the end of an answer; came so far: ${JSON.stringify(outcome.text)}`);
  socket.destroy();
  return { ...outcome, status: Number(outcome.text.split(' ')[1]) };
}

const proxyTo = (upstream, route = '/api', base = '/v1') => [
  `--proxy=${route}=http://127.0.0.1:${upstream.port}${base}`,
];

describe('what a client sends through --proxy', () => {
  test('bytes behind an Upgrade that is no WebSocket are not passed on', async () => {
    const upstream = await listen(says(OK));
    await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
      const smuggled = 'GET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n';
      for (const protocol of ['x', 'h2c', 'websocket2']) {
        const fields = { Connection: 'Upgrade', Upgrade: protocol };
        const answer = await ask(server, request(server, '/api/x', fields) + smuggled);
        assert.equal(answer.status, 200);
      }
      assert.equal(upstream.heard.length, 3);
      for (const heard of upstream.heard) {
        assert.doesNotMatch(heard, /admin|upgrade/i);
        assert.doesNotMatch(heard, /\r\nConnection:/i);
      }
    });
  });

  test('bytes behind a WebSocket handshake wait for the 101, and are dropped without one', async () => {
    const upstream = await listen((socket, heard) => {
      if (!heard.endsWith(HEAD_END)) return;
      if (heard.startsWith('GET /v1/no')) socket.end(OK);
      else
        socket.agree = () =>
          socket.write('HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\nhello');
      waiting.push(socket);
    });
    const waiting = [];
    await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
      const smuggled = 'GET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n';
      const refused = await ask(server, handshake(server, { path: '/api/no' }) + smuggled);
      assert.equal(refused.status, 200);
      await inTime(upstream.ends[0], () => 'the end of the refused one');
      assert.ok(!upstream.heard[0].includes('admin'));
      const connection = await connect(server);
      connection.send(`${handshake(server, { path: '/api/yes' })}early`);
      await until('the handshake', () => waiting.length === 2);
      connection.send(' bytes');
      // Another exchange shows that the bytes had the time to arrive.
      await ask(server, handshake(server, { path: '/api/no' }));
      assert.ok(upstream.heard[1].endsWith(HEAD_END), upstream.heard[1]);
      waiting[1].agree();
      await until('the bytes', () => upstream.heard[1].endsWith(`${HEAD_END}early bytes`));
      const answer = await connection.answer();
      assert.equal(answer.status, 101);
      assert.equal((await connection.take(5)).toString(), 'hello');
      connection.destroy();
    });
  });

  test('an Upgrade of another origin is refused in any form', async () => {
    const upstream = await listen(says(OK));
    const options = { root: site.root, args: proxyTo(upstream), complaints: /allow-origin/ };
    await withServer(options, async (server) => {
      const fields = { Origin: 'http://evil.example' };
      const good = handshake(server, { path: '/api/ws', fields });
      for (const bytes of [
        good,
        good.replace('HTTP/1.1', 'HTTP/1.0'),
        good.replace(HEAD_END, '\r\nContent-Length: 1\r\n\r\nx'),
        good.replace(HEAD_END, '\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
        good.replace('GET', 'POST'),
      ])
        assert.equal((await ask(server, bytes)).status, 403, bytes);
      assert.equal(upstream.heard.length, 0);
    });
  });

  test('HTTP/1.0 or a body with Upgrade is a request like any other', async () => {
    const upstream = await listen((socket, heard) => {
      if (heard.includes(HEAD_END)) says(OK)(socket, HEAD_END);
    });
    await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
      const good = handshake(server, { path: '/api/ws' });
      await ask(server, good.replace('HTTP/1.1', 'HTTP/1.0'));
      await ask(server, good.replace(HEAD_END, '\r\nContent-Length: 1\r\n\r\nx'));
      for (const heard of upstream.heard) assert.doesNotMatch(heard, /\r\nUpgrade/);
    });
  });

  test('the upstream gets the one Host that was judged, and no Forwarded of a client', async () => {
    const upstream = await listen(says(OK));
    const options = { root: site.root, args: proxyTo(upstream), complaints: /allowed-host/ };
    await withServer(options, async (server) => {
      const host = `localhost:${server.port}`;
      const fields = {
        Host: 'evil.example',
        Forwarded: 'for=9.9.9.9',
        'X-Real-IP': '9.9.9.9',
        'X-Forwarded-Port': 9,
        X_Forwarded_For: '9.9.9.9',
      };
      const answer = await ask(server, request(server, `http://${host}/api/x`, fields));
      assert.equal(answer.status, 200);
      assert.deepEqual(upstream.heard[0].match(/^Host: .*$/gim), [`Host: ${host}`]);
      assert.doesNotMatch(upstream.heard[0], /evil|9\.9\.9\.9|Port/);
      const wrong = request(server, 'http://evil.example/api/x', { Host: host });
      assert.equal((await ask(server, wrong)).status, 403);
    });
  });

  test('no path leads out of the route, and others pass byte for byte', async () => {
    const upstream = await listen(says(OK));
    await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
      for (const path of [
        '/api/../admin',
        '/api/..',
        '/api/%2e%2e/admin',
        '/api/%2E./admin',
        '/api/.%2e/admin',
        '/api/..;/admin',
        '/api/..%3bx/admin',
        '/api/..%2fadmin',
        '/api/..\\admin',
        '/api/..%5cadmin',
        '/api/%252e%252e/admin',
        '/api/..%25252fadmin',
        '/api/..%3fx',
        '/api/x/../../admin',
        '/api/x//../../admin',
        '/api//../admin',
        '/api/x%2fy/../../../admin',
        '/api/x%2f../../admin',
        '/api/./../admin',
        '/api/x/..%2f..%2fadmin',
        '//api/x',
        '/x/../api/y',
        '/%2fapi/x',
      ])
        assert.equal((await ask(server, request(server, path))).status, 400, path);
      assert.equal(upstream.heard.length, 0);
      for (const [path, target] of [
        ['/api', '/v1'],
        ['/api/', '/v1/'],
        ['/api/a/../b', '/v1/a/../b'],
        ['/api/100%25/%252f', '/v1/100%25/%252f'],
        ['/api/a%2fb?c=/../..', '/v1/a%2fb?c=/../..'],
        ['/api/%zz/..x/x../.well', '/v1/%zz/..x/x../.well'],
        ['/%61pi/x', '/v1/x'],
        ['/api/a;b=c/@d%20', '/v1/a;b=c/@d%20'],
      ]) {
        assert.equal((await ask(server, request(server, path))).status, 200, path);
        assert.equal(upstream.heard.at(-1).split(' ')[1], target);
      }
    });
  });

  test('chunked bodies pass, without extensions and trailers', async () => {
    const upstream = await listen((socket, heard) => {
      if (heard.endsWith('0\r\n\r\n')) socket.end(OK);
    });
    await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
      const connection = await connect(server);
      const fields = { 'Transfer-Encoding': 'chunked', Trailer: 'X-Late' };
      await connection.send(`${request(server, '/api/x', fields, 'POST')}5;a=b\r\nhel`);
      await connection.send('lo\r\n6\r\n world\r');
      connection.send('\n0\r\nX-Late: 1\r\n\r\nGET /admin HTTP/1.1\r\n\r\n');
      assert.equal((await connection.answer()).body.toString(), 'ok');
      connection.destroy();
      const [head, ...body] = upstream.heard[0].split(HEAD_END);
      assert.match(head, /\r\nTransfer-Encoding: chunked\r\n/);
      assert.doesNotMatch(head, /Content-Length/i);
      const data = body.join(HEAD_END).replace(/[0-9a-f]+\r\n([^\r]*)\r\n/g, '$1');
      assert.equal(data.replace('\r\n', ''), 'hello world');
    });
  });

  test('a body that can be read in two ways is refused, and the upstream is told', async () => {
    const upstream = await listen(() => {});
    await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
      const head = 'POST /api/x HTTP/1.1\r\nHost: localhost\r\n';
      for (const fields of [
        'Transfer-Encoding: chunked\r\nContent-Length: 5',
        'Content-Length: 5\r\nTransfer-Encoding: chunked',
        'Content-Length: 5\r\nContent-Length: 5',
        'Content-Length: +5',
        'Content-Length: 99999999999999999999',
        'Transfer-Encoding: chunked, chunked',
        'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
        'Transfer-Encoding: gzip',
        'Transfer-Encoding:\r\n chunked',
        'Transfer-Encoding: \x0bchunked',
      ]) {
        const { status } = await ask(server, `${head}${fields}${HEAD_END}0\r\n\r\n`);
        assert.ok(status === 400 || status === 501, `${fields}: ${status}`);
      }
      assert.equal(upstream.heard.length, 0);
      const chunked = `${head}Transfer-Encoding: chunked${HEAD_END}`;
      for (const body of ['x\r\n', '5\nhello', '5\r\nhelloXX', 'fffffffffffffffff\r\n', '-1\r\n'])
        assert.equal((await ask(server, chunked + body)).status, 400, body);
      const count = upstream.heard.length;
      const late = await connect(server);
      late.send(`${chunked}5\r\nhello\r\n`);
      await until('the first chunk', () => upstream.heard[count]?.includes('hello'));
      late.send('5\r\nhelloXX');
      assert.equal((await late.answer()).status, 400);
      await inTime(upstream.ends[count], () => 'the end at the upstream');
      assert.ok(!upstream.heard[count].endsWith('0\r\n\r\n'));
      late.destroy();
    });
  });

  test('a body goes up while the answer comes down', async () => {
    const upstream = await listen((socket, heard) => {
      if (!socket.hasAnswered) socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.hasAnswered = true;
      socket.write(heard.slice(-1));
      if (heard.endsWith('.')) socket.end();
    });
    await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
      const connection = await connect(server);
      await connection.send(request(server, '/api/x', { 'Content-Length': 3 }, 'POST'));
      let text = '';
      for (const letter of 'ab.') {
        connection.send(letter);
        await until(letter, async () => (text += await connection.take(1)).endsWith(letter));
      }
      connection.destroy();
    });
  });

  test('Expect: 100-continue is answered by the upstream', async () => {
    const upstream = await listen((socket, heard) => {
      if (heard.endsWith(HEAD_END)) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      if (heard.endsWith('body')) socket.end(OK);
    });
    await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
      const connection = await connect(server);
      const fields = { 'Content-Length': 4, Expect: '100-continue' };
      connection.send(request(server, '/api/x', fields, 'PUT'));
      assert.equal((await connection.answer()).status, 100);
      connection.send('body');
      assert.equal((await connection.answer()).status, 200);
      connection.destroy();
    });
  });

  test('a client that has gone takes its upstream with it', async () => {
    const upstream = await listen(() => {});
    await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
      const openFiles = () => fs.readdirSync(`/proc/${server.pid}/fd`).length;
      await get(server, '/'); // then it has all that it needs itself
      const before = openFiles();
      const all = await Promise.all(Array.from({ length: 30 }, () => connect(server)));
      for (const connection of all) connection.send(request(server, '/api/thinks'));
      await until('all requests', () => upstream.heard.length === 30);
      all.forEach((connection, i) => (i % 2 ? connection.reset() : connection.destroy()));
      await until('all descriptors to be given back', () => openFiles() <= before);
    });
  });
});

describe('what an upstream answers through --proxy', () => {
  const head = (fields) => `HTTP/1.1 200 OK\r\n${fields}\r\n\r\n`;
  /** @type {[string, string, RegExp][]} */
  const malformed = [
    ['Content-Length +5', head('Content-Length: +5'), /Content-Length/],
    ['Content-Length -1', head('Content-Length: -1'), /Content-Length/],
    ['Content-Length 5,6', head('Content-Length: 5,6'), /Content-Length/],
    ['two lengths', head('Content-Length: 5\r\nContent-Length: 6'), /Content-Length/],
    ['a huge length', head('Content-Length: 99999999999999999999'), /Content-Length/],
    ['both framings', head('Content-Length: 5\r\nTransfer-Encoding: chunked'), /both/],
    ['an unknown coding', head('Transfer-Encoding: gzip'), /transfer coding/],
    ['two codings', head('Transfer-Encoding: chunked, chunked'), /transfer coding/],
    ['a folded line', head('A: b\r\n c: d'), /malformed header/],
    ['a bare LF', head('A: b\nC: d'), /malformed header/],
    ['only LF', 'HTTP/1.1 200 OK\nA: b\n\nbody', /malformed header/],
    ['a bare CR', head('A: b\rC: d'), /malformed header/],
    ['a NUL', head('A: \0'), /malformed header/],
    ['a space before the colon', head('A : b'), /malformed header/],
    ['a bad name', head('A(): b'), /malformed header/],
    ['HTTP/2.0', 'HTTP/2.0 200 OK\r\n\r\n', /does not speak/],
    ['a bad status', 'HTTP/1.1 2x0 OK\r\n\r\n', /does not speak/],
    ['another protocol, without an end', 'SSH-2.0-x', /does not speak/],
    ['a head without an end', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(70_000)}`, /too long/],
    ['too many fields', head(Array(300).fill('a: b').join('\r\n')), /too many headers/],
    ['interim answers', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100), /interim/],
    ['101 unasked', 'HTTP/1.1 101 S\r\nUpgrade: websocket\r\n\r\n', /nobody has asked/],
  ];
  for (const [name, bytes, sentence] of malformed) {
    test(`${name}: 502`, async () => {
      const upstream = await listen(says(bytes));
      await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
        const answer = await ask(server, request(server, '/api/x'));
        const text = answer.text.replace(/^(HTTP\/1\.1 1\d\d [^]*?\r\n\r\n)+/, '');
        assert.match(text, /^HTTP\/1\.1 502 Bad Gateway\r\n/);
        assert.match(text, sentence);
        await inTime(upstream.ends[0], () => 'the end of the connection to the upstream');
      });
    });
  }

  test('a body where none can be is dropped, and one in answer to HEAD is a 502', async () => {
    const upstream = await listen((socket, heard) => {
      const status = /^\w+ \/v1\/(\d+)/.exec(heard)[1];
      const answer = `HTTP/1.1 ${status} X\r\nContent-Length: 4\r\n\r\nbody`;
      says(answer + OK)(socket, heard);
    });
    await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
      /** @type {[string, number][]} */
      const rows = [
        ['GET', 204],
        ['GET', 304],
      ];
      for (const [method, status] of rows) {
        const answer = await ask(server, request(server, `/api/${status}`, {}, method));
        assert.equal(answer.status, status);
        assert.ok(answer.text.endsWith(HEAD_END), answer.text);
      }
      const refused = await ask(server, request(server, '/api/200', {}, 'HEAD'));
      assert.equal(refused.status, 502);
      assert.ok(refused.text.endsWith(HEAD_END), refused.text);
      const exact = await ask(server, request(server, '/api/200'));
      assert.ok(exact.text.endsWith(`${HEAD_END}body`), exact.text);
      for (const end of upstream.ends) await inTime(end, () => 'the end of the upstream');
    });
  });

  test('a 100 that nobody has asked for is dropped', async () => {
    const upstream = await listen(says(`HTTP/1.1 100 Continue\r\n\r\n${OK}`));
    await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
      assert.equal((await ask(server, request(server, '/api/x'))).status, 200);
    });
  });

  test('a client of HTTP/1.0 gets neither chunks nor interim answers', async () => {
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';
    const upstream = await listen(says(`HTTP/1.1 103 Early\r\n\r\n${chunked}`));
    await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
      const asked = request(server, '/api/x').replace('HTTP/1.1', 'HTTP/1.0');
      const answer = await ask(server, asked);
      assert.equal(answer.status, 200);
      assert.doesNotMatch(answer.text, /Transfer-Encoding/);
      assert.ok(answer.text.endsWith(`${HEAD_END}abc`), answer.text);
    });
  });

  const resets = (socket) => setTimeout(() => socket.resetAndDestroy(), 50);
  const ends = (socket) => socket.end();
  /** @type {[string, string, (socket: any) => unknown][]} */
  const cut = [
    ['a body below its length', head('Content-Length: 100') + 'half', ends],
    ['a reset below the length', head('Content-Length: 100') + 'half', resets],
    ['a reset without a length', `${head('A: b')}half`, resets],
    ['chunks without an end', `${head('Transfer-Encoding: chunked')}4\r\nhalf\r\n`, ends],
    ['malformed chunks', `${head('Transfer-Encoding: chunked')}4\r\nhalf!!`, () => {}],
  ];
  for (const [name, bytes, then] of cut) {
    test(`${name}: the client gets a reset`, async () => {
      const upstream = await listen(says(bytes, then));
      await withServer({ root: site.root, args: proxyTo(upstream) }, async (server) => {
        const answer = await ask(server, request(server, '/api/x'));
        assert.equal(answer.error, 'ECONNRESET', answer.text);
        assert.ok(!answer.text.endsWith('0\r\n\r\n'));
      });
    });
  }

  test('over TLS there is no proper end, either', async () => {
    const upstream = await listen(says(`${head('A: b')}half`, resets));
    const { cert, key } = makeCertificate();
    const args = [...proxyTo(upstream), '--https', `--cert=${cert}`, `--key=${key}`];
    await withServer({ root: site.root, args }, async (server) => {
      const socket = tls.connect({
        port: server.port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
      });
      let [text, hasEnded] = ['', false];
      socket.on('data', (bytes) => (text += bytes));
      socket.on('end', () => (hasEnded = true));
      const error = once(socket, 'error');
      socket.write(request(server, '/api/x'));
      await inTime(error, () => `an error; came so far: ${text}`);
      assert.ok(text.endsWith(`${HEAD_END}4\r\nhalf\r\n`), text);
      assert.ok(!hasEnded);
    });
  });

  for (const host of ['127.0.0.1', '::1']) {
    test(`localhost is found when its server listens on ${host} only`, async () => {
      const upstream = await listen(says(OK), host);
      const args = [`--proxy=/api=http://localhost:${upstream.port}`];
      await withServer({ root: site.root, args }, async (server) => {
        for (let i = 0; i < 2; i++)
          assert.equal((await ask(server, request(server, '/api/x'))).status, 200);
      });
    });
  }

  test('an upstream that has failed is said once, until it works again', async () => {
    const upstream = await listen((socket, heard) => {
      if (heard.startsWith('GET /v1/bad')) socket.destroy();
      else says(OK)(socket, heard);
    });
    const options = { root: site.root, args: [...proxyTo(upstream), '--verbose'], complaints: /./ };
    await withServer(options, async (server) => {
      const said = () => server.errors.filter((line) => line.includes('without an answer')).length;
      for (let i = 0; i < 3; i++)
        assert.equal((await ask(server, request(server, '/api/bad'))).status, 502);
      await ask(server, request(server, '/api/good'));
      await ask(server, request(server, '/api/bad'));
      await until('the second sentence', () => said() >= 2);
      assert.equal(said(), 2);
    });
  });
});
