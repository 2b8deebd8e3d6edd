/**
 * `--proxy` to servers that speak TLS, and to Unix sockets.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { after, describe, test } from 'node:test';
import tls from 'node:tls';
import { connect } from '../support/http.js';
import { FETCH, load, TAG } from '../support/load.js';
import { makeSite, portOf } from '../support/server.js';
import { handshake } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>not seen' });
const PAGE = '<!doctype html><head><title>page</title></head>';
const large = Buffer.alloc(20_000_000, 'a line of an answer that is long\n');

/** A certificate that is its own authority. */
function certify(names) {
  const folder = makeSite();
  const [cert, key] = [folder.path('cert.pem'), folder.path('key.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const { status, stderr } = spawnSync(
    'openssl',
    ['req', '-x509', ...curve, '-nodes', '-keyout', key, '-out', cert, '-days', '2'].concat([
      ...['-subj', '/CN=test', '-addext', `subjectAltName=${names}`],
    ]),
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  return { file: cert, cert: fs.readFileSync(cert), key: fs.readFileSync(key) };
}

/**
 * What each back end does.
 *
 * @param {http.IncomingMessage} asked
 * @param {http.ServerResponse} response
 */
function answer({ url, headers }, response) {
  if (url === '/page') {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
  } else if (url === '/large') {
    response.end(large);
  } else if (url === '/half') {
    response.writeHead(200, { 'Content-Length': 9 });
    response.write('half', () => response.socket.destroy());
  } else if (url === '/login') {
    const Location = `https://${headers['x-own']}/page`;
    response.writeHead(302, { Location, 'Set-Cookie': 'a=b; Secure; HttpOnly' }).end();
  } else {
    response.end(JSON.stringify(headers));
  }
}

function upgrade(asked, socket) {
  socket.on('error', () => {});
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  );
  socket.on('data', (bytes) => socket.write(`heard ${bytes}`));
  socket.on('end', () => socket.end());
}

async function listen(server, ...where) {
  server.on('upgrade', upgrade);
  await once(server.listen(...where), 'listening');
  after(() => {
    server.close();
    server.closeAllConnections?.();
  });
  return server;
}

/** Everything passes as it does over plain HTTP. */
async function checkAll(server) {
  const page = await load(server, '/page');
  assert.deepEqual([page.status, page.text.replace(TAG, '')], [200, PAGE]);
  assert.match(page.text, TAG);
  assert.ok((await load(server, '/large', FETCH)).bytes.equals(large));
  assert.ok((await load(server, '/half', FETCH)).hasBroken, 'what breaks off is not complete');
  const connection = await connect(server);
  connection.send(handshake(server, { path: '/socket' }));
  assert.equal((await connection.answer()).status, 101);
  connection.send('frames');
  assert.equal((await connection.take(12)).toString(), 'heard frames');
  connection.destroy();
}

describe('servers that speak TLS', () => {
  test('one on this machine needs no authority, and is told its name', async () => {
    const certificate = certify('DNS:other.example');
    const names = [];
    const options = {
      ...certificate,
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    };
    const backEnd = await listen(https.createServer(options, answer), 0, '127.0.0.1');
    const url = `https://localhost:${portOf(backEnd)}`;
    await withServer({ root: site.root, args: [`--proxy=${url}`] }, async (server) => {
      await checkAll(server);
      assert.ok(names.length > 0);
      assert.ok(names.every((name) => name === 'localhost'));
      const headers = { ...FETCH, 'X-Own': `localhost:${portOf(backEnd)}` };
      const { fields } = await load(server, '/login', headers);
      assert.equal(fields.location, './page');
      assert.deepEqual(fields['set-cookie'], ['a=b; HttpOnly']);
    });
  });

  test('another one has to have a certificate of an authority, for its own name', async () => {
    const right = certify('IP:0.0.0.0');
    const wrong = certify('DNS:other.example');
    for (const [certificate, trusted, args, status] of /** @type {any[]} */ ([
      [right, right.file, [], 200],
      [right, wrong.file, [], 502],
      [wrong, wrong.file, [], 502],
      [wrong, right.file, ['--proxy-insecure'], 200],
    ])) {
      const backEnd = await listen(https.createServer(certificate, answer), 0, '127.0.0.1');
      const proxy = `--proxy=https://0.0.0.0:${portOf(backEnd)}`;
      const env = { SSL_CERT_FILE: trusted };
      await withServer({ root: site.root, args: [proxy, ...args], env }, async (server) => {
        const page = await load(server, '/page');
        assert.equal(page.status, status);
        if (status === 200) assert.match(page.text, TAG);
        else
          assert.match(
            page.text,
            /has a certificate that cannot be trusted \(.+\); --proxy-insecure uses/,
          );
        assert.ok(!server.lines.some((line) => /so pages/.test(line)), 'it is not away');
      });
    }
  });

  test('an answer that only the connection ends is complete with close_notify only', async () => {
    const { cert, key } = certify('DNS:localhost');
    const HEAD = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\n';
    const answers = {
      '/to-the-end': `${HEAD}\r\nall`,
      '/length': `${HEAD}Content-Length: 3\r\n\r\nall`,
      '/chunks': `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nall\r\n0\r\n\r\n`,
    };
    const backEnd = net.createServer((raw) => {
      const socket = new tls.TLSSocket(raw, { isServer: true, cert, key });
      raw.on('error', () => {});
      socket.on('error', () => {});
      socket.once('data', (bytes) => {
        const [, path, how] = /^GET (\S+)\?(\S+) /.exec(bytes.toString());
        socket.write(answers[path], () => {
          if (how === 'properly') socket.end();
          else if (how === 'silently') raw.end();
          else raw.resetAndDestroy();
        });
      });
    });
    await listen(backEnd, 0, '127.0.0.1');
    const args = [`--proxy=https://localhost:${portOf(backEnd)}`];
    await withServer({ root: site.root, args, complaints: /localhost/ }, async (server) => {
      const outcome = async (target) => {
        const { status, text, hasBroken } = await load(server, target, FETCH);
        return hasBroken || status !== 200 ? 'incomplete' : text;
      };
      for (const path of ['/length', '/chunks'])
        for (const how of ['properly', 'silently'])
          assert.equal(await outcome(`${path}?${how}`), 'all', `${path}, ended ${how}`);
      assert.equal(await outcome('/to-the-end?properly'), 'all');
      assert.equal(await outcome('/to-the-end?silently'), 'incomplete');
      assert.equal(await outcome('/to-the-end?reset'), 'incomplete');
      assert.equal(await outcome('/to-the-end?properly'), 'all');
    });
  });

  test('one that does not speak TLS, or is not there, is named in the answer', async () => {
    const plain = await listen(http.createServer(answer), 0, '127.0.0.1');
    const closed = net.createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const free = portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    const args = [
      `--proxy=/plain=https://127.0.0.1:${portOf(plain)}`,
      `--proxy=/gone=https://127.0.0.1:${free}`,
    ];
    await withServer({ root: site.root, args }, async (server) => {
      const page = await load(server, '/plain/x');
      assert.equal(page.status, 502);
      assert.match(page.text, /does not speak TLS \(/);
      const gone = await load(server, '/gone/x', FETCH);
      assert.equal(gone.status, 502);
      assert.match(gone.text, /is not there/);
    });
  });
});

describe('a Unix socket', () => {
  test('passes everything, and is waited for while it is away', async () => {
    const folder = makeSite();
    const socket = folder.path('app.sock');
    const args = [`--proxy=unix:${socket}`, '--proxy-wait=60'];
    await withServer({ root: site.root, args }, async (server) => {
      const page = load(server, '/page');
      await server.waitForLine(/unix:\S+ is not there, so pages wait for it/);
      const fetched = await load(server, '/x', FETCH);
      assert.equal(fetched.status, 502);
      const backEnd = await listen(http.createServer(answer), socket);
      assert.equal((await page).status, 200);
      await checkAll(server);
      const headers = JSON.parse((await load(server, '/x', FETCH)).text);
      assert.equal(headers.host, `127.0.0.1:${server.port}`);
      await new Promise((resolve) => {
        backEnd.close(resolve);
        backEnd.closeAllConnections();
      });
    });
  });

  test('gets a name of its own with --proxy-host', async () => {
    const socket = makeSite().path('app.sock');
    await listen(http.createServer(answer), socket);
    const args = [`--proxy=/app=unix:${socket}`, '--proxy-host'];
    await withServer({ root: site.root, args }, async (server) => {
      const headers = JSON.parse((await load(server, '/app/x', FETCH)).text);
      assert.equal(headers.host, 'localhost');
    });
  });
});
