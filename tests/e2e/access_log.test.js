/**
 * --access-log: a line for each request, in the form of Apache httpd, wherever it goes.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { describe, test } from 'node:test';
import { apacheSkip, startApache } from '../support/apache_server.js';
import { makeCertificate } from '../support/certificate.js';
import { ask, connect, get, head, request } from '../support/http.js';
import { ask2, connectHttp2 } from '../support/http2.js';
import { makeSite, portOf, run, until } from '../support/server.js';
import { handshake, openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const LARGE = 30_000_000;
const site = makeSite({ 'a.txt': 'text of a', 'index.html': '<p>index' });
fs.writeFileSync(site.path('large.bin'), '');
fs.truncateSync(site.path('large.bin'), LARGE);

const hasGoaccess = spawnSync('goaccess', ['--version']).status === 0;

/** A folder for the log, beside the site. */
const elsewhere = () => makeSite();
/** The lines of a file, with the time as T. There must be no other place that looks like one. */
const linesOf = (file) =>
  fs.existsSync(file)
    ? fs
        .readFileSync(file, 'latin1')
        .replaceAll(/\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]/g, 'T')
        .split('\n')
        .slice(0, -1)
    : [];
const lines = async (file, count) => {
  await until(`${count} lines`, () => linesOf(file).length >= count);
  const found = linesOf(file);
  assert.equal(found.length, count, found.join('\n'));
  return found;
};

/** A server behind --proxy; what is asked for at /slow waits in slow. */
async function startBack() {
  const back = http.createServer((message, response) => {
    const { pathname } = new URL(message.url, 'http://x');
    if (pathname === '/chunks') {
      response.write('one');
      response.write('two');
      response.end('!');
    } else if (pathname === '/never') message.socket.destroy();
    else if (pathname === '/slow') slow.push(response);
    else response.writeHead(201, { 'Content-Length': 4 }).end('four');
  });
  /** @type {http.ServerResponse[]} */
  const slow = [];
  back.on('upgrade', (_, socket) =>
    socket.end(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ),
  );
  await once(back.listen(0, '127.0.0.1'), 'listening');
  return { back, slow };
}

describe('a file', () => {
  test('has a line for each request', async () => {
    const log = elsewhere().path('access.log');
    const options = { root: site.root, complaints: /evil\.example/ };
    await withServer({ ...options, args: [`--access-log=${log}`] }, async (server) => {
      await get(server, '/a.txt?x=%20', { Referer: 'http://x/"', 'User-Agent': 'one \\ \xff two' });
      await get(server, '/a.txt', { Range: 'bytes=0-2' });
      await get(server, '/none', { 'User-Agent': undefined });
      await ask(server, request(server, '/a.txt', {}, 'HEAD'));
      await ask(server, 'GET /a.txt HTTP/1.0\r\n\r\n');
      await ask(server, request(server, '/a.txt', { Host: 'evil.example' }));
      const [first, second, third, ...others] = await lines(log, 6);
      assert.equal(
        first,
        String.raw`127.0.0.1 - - T "GET /a.txt?x=%20 HTTP/1.1" 200 9 "http://x/\"" "one \\ \xff two"`,
      );
      assert.equal(second, '127.0.0.1 - - T "GET /a.txt HTTP/1.1" 206 3 "-" "-"');
      assert.match(third, /^127\.0\.0\.1 - - T "GET \/none HTTP\/1\.1" 404 [1-9]\d+ "-" "-"$/);
      assert.deepEqual(others.slice(0, 2), [
        '127.0.0.1 - - T "HEAD /a.txt HTTP/1.1" 200 - "-" "-"',
        '127.0.0.1 - - T "GET /a.txt HTTP/1.0" 200 9 "-" "-"',
      ]);
      assert.match(others[2], /403/);
    });
    assert.equal(fs.statSync(log).mode & 0o777, 0o600);
  });

  test('has the bytes that were sent when a client goes away', async () => {
    const log = elsewhere().path('access.log');
    await withServer({ root: site.root, args: [`--access-log=${log}`] }, async (server) => {
      const connection = await connect(server);
      await connection.send(request(server, '/large.bin'));
      await connection.take(1);
      connection.pause();
      connection.reset();
      const [line] = await lines(log, 1);
      const [, sent] = /" 200 (\d+) "/.exec(line);
      assert.ok(Number(sent) > 0 && Number(sent) < LARGE, line);
    });
  });

  test('has the address of each client, over IPv6 and HTTPS, too', async () => {
    const { cert, key } = makeCertificate();
    const log = elsewhere().path('access.log');
    const args = ['--https', `--cert=${cert}`, `--key=${key}`, `--access-log=${log}`];
    await withServer({ root: site.root, args }, async (server) => {
      const session = await connectHttp2(server, cert);
      await ask2(session, server, '/a.txt');
      await ask2(session, server, '/large.bin', { ':method': 'HEAD' });
      session.close();
      const found = await lines(log, 2);
      for (const [i, rest] of [
        '- - T "GET /a.txt HTTP/2.0" 200 9 "-" "-"',
        '- - T "HEAD /large.bin HTTP/2.0" 200 - "-" "-"',
      ].entries())
        assert.ok([`127.0.0.1 ${rest}`, `::1 ${rest}`].includes(found[i]), found[i]);
    });
    const other = elsewhere().path('access.log');
    await withServer({ root: site.root, args: [`--access-log=${other}`] }, async (server) => {
      const connection = await connect(server, '::1');
      await connection.send(request(server, '/a.txt'));
      assert.deepEqual(await lines(other, 1), ['::1 - - T "GET /a.txt HTTP/1.1" 200 9 "-" "-"']);
      connection.destroy();
    });
  });

  test('has WebSockets when they begin, and who has given the password', async () => {
    const folder = elsewhere();
    folder.write('users', 'ada:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n');
    const log = folder.path('access.log');
    const args = [`--access-log=${log}`, `--htpasswd=${folder.path('users')}`];
    const say = (text) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    await withServer({ root: site.root, args }, async (server) => {
      await get(server, '/a.txt', say('eve:guess'));
      await get(server, '/a.txt', say('ada:open sesame'));
      await openPage(server, { fields: say('ada:open sesame') });
      const [wrong, right, socket] = await lines(log, 3);
      assert.match(wrong, /^127\.0\.0\.1 - - T "GET \/a\.txt HTTP\/1\.1" 401 /);
      assert.equal(right, '127.0.0.1 - ada T "GET /a.txt HTTP/1.1" 200 9 "-" "-"');
      assert.equal(socket, '127.0.0.1 - ada T "GET /ws HTTP/1.1" 101 - "-" "-"');
    });
  });

  test('has what other servers answer, with their status and the bytes that were passed on', async () => {
    const { back, slow } = await startBack();
    const log = elsewhere().path('access.log');
    const { cert, key } = makeCertificate();
    const plain = [
      `--access-log=${log}`,
      `--proxy=/api=http://127.0.0.1:${portOf(back)}`,
      '--proxy=/gone=http://127.0.0.1:1',
      '--proxy-wait=0',
    ];
    await withServer({ root: site.root, args: plain }, async (server) => {
      await get(server, '/api/a?b', { Referer: 'r' });
      await head(server, '/api/a');
      await (await fetch(`http://127.0.0.1:${server.port}/api/chunks`)).text();
      await get(server, '/api/never');
      await get(server, '/gone');
      const waiting = await connect(server);
      await waiting.send(request(server, '/api/slow'));
      await until('the request', () => slow.length === 1);
      waiting.reset();
      await lines(log, 6);
      const socket = await connect(server);
      await socket.send(handshake(server, { path: '/api/socket' }));
      await socket.take(12);
      const found = (await lines(log, 7)).map((line) =>
        line.replace('127.0.0.1 - - T ', '').replace(/ "[^"]*" "[^"]*"$/, ''),
      );
      assert.match(found[3], /^"GET \/api\/never HTTP\/1\.1" 502 [1-9]\d+$/);
      assert.match(found[4], /^"GET \/gone HTTP\/1\.1" 502 [1-9]\d+$/);
      found.splice(3, 2);
      assert.deepEqual(found, [
        '"GET /api/a?b HTTP/1.1" 201 4',
        '"HEAD /api/a HTTP/1.1" 201 -',
        '"GET /api/chunks HTTP/1.1" 200 7',
        '"GET /api/slow HTTP/1.1" 499 -',
        '"GET /api/socket HTTP/1.1" 101 -',
      ]);
      socket.destroy();
    });
    fs.rmSync(log);
    const args = ['--https', `--cert=${cert}`, `--key=${key}`, ...plain];
    await withServer({ root: site.root, args }, async (server) => {
      const session = await connectHttp2(server, cert);
      await ask2(session, server, '/api/chunks');
      session.close();
      assert.match((await lines(log, 1))[0], /"GET \/api\/chunks HTTP\/2\.0" 200 7 "-" "-"$/);
    });
    back.closeAllConnections();
    back.close();
  });

  // logrotate(8) renames the file; nobody has to be told.
  for (const sandbox of ['--sandbox', '--no-sandbox']) {
    test(`is begun anew when it was renamed, with ${sandbox}`, async () => {
      const log = elsewhere().path('access.log');
      fs.writeFileSync(log, 'before\n');
      const args = [`--access-log=${log}`, sandbox];
      await withServer({ root: site.root, args }, async (server) => {
        await get(server, '/a.txt?1');
        await lines(log, 2);
        fs.renameSync(log, `${log}.1`);
        await get(server, '/a.txt?2');
        assert.match((await lines(log, 1))[0], /\?2 /);
        fs.rmSync(log);
        await get(server, '/a.txt?3');
        assert.match((await lines(log, 1))[0], /\?3 /);
        assert.equal((await lines(`${log}.1`, 2))[0], 'before');
      });
    });
  }

  test('is nowhere else: a link in its place is not followed', async () => {
    const folder = elsewhere();
    const log = folder.path('access.log');
    const options = { root: site.root, args: [`--access-log=${log}`] };
    folder.write('mine', 'mine');
    await withServer({ ...options, complaints: /it is a link/ }, async (server) => {
      fs.renameSync(log, folder.path('moved'));
      fs.symlinkSync('mine', log);
      await get(server, '/a.txt');
      await lines(folder.path('moved'), 1);
      assert.equal(fs.readFileSync(folder.path('mine'), 'utf8'), 'mine');
      await until('the error', () => server.errors.length === 1);
    });
  });

  test('must lie where nobody is served', () => {
    /** @type {[string, RegExp][]} */
    const rows = [
      [site.path('access.log'), /is served or watched.*give --access-log a file elsewhere/],
      ['/nonexistent/access.log', /its folder does not exist; give --access-log another file/],
      ['/dev/null', /it is no plain file/],
      [path.dirname(site.root), /it is a folder/],
    ];
    for (const [file, sentence] of rows) {
      const { code, stderr } = run([site.root, '--port=0', `--access-log=${file}`]);
      assert.equal(code, 2);
      assert.match(stderr, sentence);
      assert.equal(stderr.trim().split('\n').length, 1);
    }
    assert.ok(!fs.existsSync(site.path('access.log')));
  });

  test('can be read by goaccess', { skip: !hasGoaccess && 'it is not installed' }, async () => {
    const folder = elsewhere();
    const log = folder.path('access.log');
    await withServer({ root: site.root, args: [`--access-log=${log}`] }, async (server) => {
      for (let i = 0; i < 3; i++)
        await get(server, `/a.txt?${i}"`, { Referer: '"\\ [x]', 'User-Agent': '\xff"' });
      await lines(log, 3);
    });
    const out = folder.path('out.json');
    const args = [log, '--log-format=COMBINED', '--no-global-config', '-o', out];
    assert.equal(spawnSync('goaccess', args).status, 0);
    const { general } = JSON.parse(fs.readFileSync(out, 'utf8'));
    assert.deepEqual([general.valid_requests, general.failed_requests], [3, 0]);
  });
});

/** Malformed requests, and the status; each is 400 with httpd, too. */
const MALFORMED = [
  'GET / HTTP/1.1\r\n\r\n',
  'garbage\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n',
  'GET /a.txt?b="c"\\d HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n',
  'G\xe4T / HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: z\r\n\r\n',
  '\r\nGET /folded HTTP/1.1\r\nHost: x\r\n x\r\n\r\n',
];

describe('malformed requests', () => {
  const bytes = (/** @type {string} */ text) => Buffer.from(text, 'latin1');

  test('have the same lines as in the log of Apache httpd', { skip: apacheSkip }, async () => {
    const log = elsewhere().path('access.log');
    const theirs = elsewhere();
    const apache = await startApache({
      root: makeSite({ 'index.html': 'x' }).root,
      config: `LogFormat "%r|%>s" short\nCustomLog ${theirs.path('log')} short`,
    });
    const shown = (line) => /"(.*)" (\d+) \S+ "-" "-"$/.exec(line).slice(1).join('|');
    await withServer({ root: site.root, args: [`--access-log=${log}`] }, async (server) => {
      for (const text of MALFORMED) {
        assert.equal((await ask(server, bytes(text))).status, 400, text);
        assert.equal((await ask(apache, bytes(text))).status, 400, text);
      }
      const own = (await lines(log, MALFORMED.length)).map(shown);
      await apache.stop();
      // Its first line is that of the request by which the test has waited for it.
      assert.deepEqual(own, linesOf(theirs.path('log')).slice(-MALFORMED.length));
    });
  });

  test('with a first line that has no end, and over HTTP/2', async () => {
    const { cert, key } = makeCertificate();
    const log = elsewhere().path('access.log');
    const args = [`--access-log=${log}`, '--https', `--cert=${cert}`, `--key=${key}`];
    await withServer({ root: site.root, args: args.slice(0, 1) }, async (server) => {
      assert.equal((await ask(server, `GET /${'a'.repeat(9000)}`)).status, 414);
      const [line] = await lines(log, 1);
      assert.match(line, /^127\.0\.0\.1 - - T "GET \/a{8187}" 414 [1-9]\d+ "-" "-"$/);
    });
    await withServer({ root: site.root, args }, async (server) => {
      const session = await connectHttp2(server, cert);
      assert.equal((await ask2(session, server, `/${'a'.repeat(9000)}`)).status, 414);
      session.close();
      const [, line] = await lines(log, 2);
      assert.match(line, /^127\.0\.0\.1 - - T "GET \/a{8187} HTTP\/2\.0" 414 [1-9]\d+ "-" "-"$/);
    });
  });

  test('are events with --log-format=json', async () => {
    const args = ['--access-log', '--log-format=json', site.root];
    await withServer({ args, open: /"url":"(http:[^"]+)"/ }, async (server) => {
      await ask(server, bytes(MALFORMED[4]));
      const requests = () =>
        server.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'request');
      await until('the event', () => requests().length === 1);
      const [{ time, bytes: sent, ...object }] = requests();
      assert.ok(time && sent > 0);
      assert.deepEqual(object, {
        event: 'request',
        address: '127.0.0.1',
        malformed: 'G\ufffdT / HTTP/1.1',
        status: 400,
      });
    });
  });
});

describe('standard output', () => {
  test('has the lines if no file is named, also with --quiet', async () => {
    for (const more of [[], ['--quiet']]) {
      await withServer({ root: site.root, args: ['--access-log', ...more] }, async (server) => {
        await get(server, '/a.txt');
        await until('the line', () =>
          server.lines.some((line) =>
            /^127\.0\.0\.1 - - \[.{26}\] "GET \/a\.txt HTTP\/1\.1" 200 9 "-" "-"$/.test(line),
          ),
        );
      });
    }
  });

  test('has events with --log-format=json, also if there is a file', async () => {
    const log = elsewhere().path('access.log');
    for (const option of ['--access-log', `--access-log=${log}`]) {
      const args = [option, '--log-format=json', site.root];
      await withServer({ args, open: /"url":"(http:[^"]+)"/ }, async (server) => {
        await get(server, '/a.txt?"', { 'User-Agent': '"\xff', Referer: 'r' });
        const requests = () =>
          server.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'request');
        await until('the event', () => requests().length === 1);
        const [{ time, ...object }] = requests();
        assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60000);
        assert.deepEqual(object, {
          event: 'request',
          address: '127.0.0.1',
          host: `localhost:${server.port}`,
          method: 'GET',
          url: '/a.txt?"',
          protocol: 'HTTP/1.1',
          status: 200,
          bytes: 9,
          referer: 'r',
          agent: '"\ufffd',
        });
      });
    }
    await lines(log, 1);
  });

  test('has nothing of it without the option', async () => {
    await withServer({ root: site.root }, async (server) => {
      const before = server.lines.length;
      await get(server, '/a.txt');
      assert.equal(server.lines.length, before);
    });
  });
});
