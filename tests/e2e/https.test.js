/**
 * `--https` with a certificate: everything works as over HTTP, and nothing is sent in the clear.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { describe, test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import { connect, get, request } from '../support/http.js';
import { inTime, makeSite, run, until } from '../support/server.js';
import { connectTls } from '../support/tls.js';
import { handshake, newKey, Socket } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const { cert, key, locked, other, folder } = makeCertificate();
const large = Buffer.alloc(5_000_000, 'some text that is long enough\n');
const site = makeSite({ 'index.html': '<p>index', 'style.css': 'p {}', 'large.bin': large });
const args = ['--https', `--cert=${cert}`, `--key=${key}`];

const connectSealed = (server, options) => connectTls(server, cert, options);

async function openSocket(server, fields = {}) {
  const connection = await connectSealed(server);
  connection.send(handshake(server, { key: newKey(), fields }));
  const answer = await connection.answer();
  return { answer, socket: new Socket(connection) };
}

describe('--https', () => {
  test('pages, ranges and kept connections are as over HTTP', () =>
    withServer({ root: site.root, args }, async (server) => {
      assert.match(server.url, /^https:\/\/localhost:\d+\/$/);
      const connection = await connectSealed(server);
      for (let i = 0; i < 3; i++) {
        connection.send(request(server, '/'));
        const { status, body } = await connection.answer();
        assert.equal(status, 200);
        assert.match(
          body.toString(),
          /^<script src="(?:\.\.\/)*__liveserve\/client\.js" .*<\/script><p>index$/,
        );
      }
      connection.send(request(server, '/large.bin', { Range: 'bytes=1000000-3999999' }));
      const part = await connection.answer();
      assert.equal(part.status, 206);
      assert.ok(part.body.equals(large.subarray(1000000, 4000000)));
      connection.send(request(server, '/missing', {}, 'HEAD'));
      assert.equal((await connection.answer('HEAD')).status, 404);
      connection.destroy();
    }));

  test('requests in one packet are answered in order', () =>
    withServer({ root: site.root, args }, async (server) => {
      const connection = await connectSealed(server);
      connection.send(
        request(server, '/style.css') + request(server, '/missing') + request(server, '/large.bin'),
      );
      assert.equal((await connection.answer()).body.toString(), 'p {}');
      assert.equal((await connection.answer()).status, 404);
      assert.ok((await connection.answer()).body.equals(large));
      connection.destroy();
    }));

  test('a client that reads late gets every byte and a proper end of TLS', () =>
    withServer({ root: site.root, args }, async (server) => {
      const connection = await connectSealed(server);
      connection.pause();
      connection.send(request(server, '/large.bin', { Connection: 'close' }));
      // Meanwhile other clients are served.
      for (let i = 0; i < 20; i++) {
        const another = await connectSealed(server);
        another.send(request(server, '/'));
        assert.equal((await another.answer()).status, 200);
        another.destroy();
      }
      connection.resume();
      assert.ok((await connection.answer()).body.equals(large));
      assert.equal((await connection.rest()).length, 0);
    }));

  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    test(`${version} with ALPN`, () =>
      withServer({ root: site.root, args }, async (server) => {
        const options = {
          minVersion: version,
          maxVersion: version,
          ALPNProtocols: ['http/1.1'],
        };
        const connection = await connectSealed(server, options);
        assert.equal(connection.socket.getProtocol(), version);
        assert.equal(connection.socket.alpnProtocol, 'http/1.1');
        connection.send(request(server, '/'));
        assert.equal((await connection.answer()).status, 200);
        connection.destroy();
      }));
  }

  test('a WebSocket tells of changes and is closed with 1001', async () => {
    /** @type {import('../support/websocket.js').Socket} */
    let socket;
    await withServer({ root: site.root, args }, async (server) => {
      ({ socket } = await openSocket(server, { Origin: `https://localhost:${server.port}` }));
      assert.equal(await socket.text(), 'connected');
      site.write('style.css', `p { top: ${Math.random()}px }`);
      assert.equal(await socket.text(), 'refreshcss');
    });
    const close = await socket.frame();
    assert.equal(close.payload.readUInt16BE(), 1001);
  });

  test('pages of plain HTTP may not open a WebSocket', () =>
    withServer({ root: site.root, args, complaints: /allow-origin/ }, async (server) => {
      for (const origin of [`http://localhost:${server.port}`, 'https://evil.example', 'null']) {
        const { answer, socket } = await openSocket(server, { Origin: origin });
        assert.equal(answer.status, 403, origin);
        socket.destroy();
      }
    }));

  test('a plain HTTP request is redirected to HTTPS and gets nothing else', () =>
    withServer({ root: site.root, args, complaints: /refused a request/ }, async (server) => {
      for (const target of ['/', '/style.css?a=b', '/__liveserve/client.js', '/caf\xe9']) {
        const { status, fields } = await get(server, target);
        assert.equal(status, 308);
        assert.equal(fields['cache-control'], 'no-store');
        const location = target.replace('\xe9', '%E9');
        assert.equal(fields.location, `https://localhost:${server.port}${location}`);
      }
      const upgrade = await connect(server);
      upgrade.send(handshake(server));
      assert.equal((await upgrade.answer()).status, 308);
      upgrade.destroy();
      assert.equal((await get(server, '/', { Host: 'evil.example' })).status, 403);
      const old = await connect(server);
      old.send('GET / HTTP/1.0\r\n\r\n');
      assert.equal((await old.answer()).status, 400);
      old.destroy();
    }));

  test('after nonsense and broken handshakes nothing stays open', () =>
    withServer({ root: site.root, args }, async (server) => {
      const openFiles = () => fs.readdirSync(`/proc/${server.pid}/fd`).length;
      await get(server, '/'); // then it has all that it needs itself
      const before = openFiles();
      for (const bytes of [
        '\x16',
        '\x16\x03\x01\x00\x05hello',
        '\x16'.repeat(40000),
        '\x16\x03\x01\x40\x00',
      ]) {
        const connection = await connect(server);
        await connection.send(Buffer.from(bytes, 'latin1'));
        connection.finish();
        await connection.rest();
        connection.destroy();
      }
      // A client that does not trust the certificate breaks off.
      const socket = tls.connect({ port: server.port, host: '127.0.0.1', ca: [] });
      await inTime(new Promise((resolve) => socket.once('error', resolve)), () => 'the refusal');
      for (let i = 0; i < 30; i++) {
        const connection = await connectSealed(server);
        connection.send(request(server, '/large.bin'));
        if (i % 2 === 0) await connection.answer();
        connection.destroy();
        const raw = await connect(server);
        await raw.send(Buffer.from([22, 3, 1]));
        raw.reset();
      }
      await until('all descriptors to be given back', () => openFiles() <= before);
    }));

  test('a client that sends nothing is disconnected', () =>
    withServer({ root: site.root, args }, async (server) => {
      const silent = net.connect(server.port, '127.0.0.1');
      const halfway = net.connect(server.port, '127.0.0.1', () =>
        halfway.write(Buffer.from([22, 3, 1])),
      );
      const ends = [silent, halfway].map(
        (socket) => new Promise((resolve) => socket.resume().once('close', resolve)),
      );
      await inTime(Promise.all(ends), () => 'the end of both');
    }));

  test('a locked key opens with its passphrase', () =>
    withServer(
      {
        root: site.root,
        args: ['--https', `--cert=${cert}`, `--key=${locked}`, '--passphrase=open'],
      },
      async (server) => {
        const connection = await connectSealed(server);
        connection.send(request(server, '/style.css'));
        assert.equal((await connection.answer()).status, 200);
        connection.destroy();
      },
    ));

  test('Live Server’s own setting', async () => {
    const settings = (https) => JSON.stringify({ 'liveServer.settings.https': https });
    const own = makeSite({ 'index.html': '<p>index' });
    own.write(
      '.vscode/settings.json',
      settings({ enable: true, cert, key: locked, passphrase: 'open' }),
    );
    assert.equal(run(['allow', own.root]).code, 0);
    await withServer({ root: own.root }, async (server) => {
      const connection = await connectSealed(server);
      connection.send(request(server, '/'));
      assert.equal((await connection.answer()).status, 200);
      connection.destroy();
    });
    own.write(
      '.vscode/settings.json',
      settings({ enable: false, cert: '', key: '', passphrase: '' }),
    );
    await withServer({ root: own.root }, async (server) => {
      assert.equal((await get(server, '/')).status, 200);
    });
    own.write('.vscode/settings.json', settings(true));
    await withServer({ root: own.root, complaints: /https/ }, async (server) => {
      assert.equal((await get(server, '/')).status, 200);
    });
  });

  describe('files that change', () => {
    const second = makeCertificate();

    /** A pair of its own, which is the first one at the start. */
    function makePair() {
      const place = makeSite();
      const pair = { cert: place.path('cert.pem'), key: place.path('key.pem') };
      fs.copyFileSync(cert, pair.cert);
      fs.copyFileSync(key, pair.key);
      return { ...pair, args: ['--https', `--cert=${pair.cert}`, `--key=${pair.key}`] };
    }

    /** Fails unless the server has exactly this certificate, which is its own root. */
    async function assertUses(server, expected) {
      const connection = await connectTls(server, expected);
      connection.send(request(server, '/style.css'));
      assert.equal((await connection.answer()).status, 200);
      connection.destroy();
    }

    const said =
      /^liveserve: --https uses --cert and --key as they are now, for they have changed$/;

    for (const sandbox of [[], ['--no-sandbox']]) {
      test(`are used without a restart ${sandbox}`, () => {
        const pair = makePair();
        const options = { root: site.root, args: [...pair.args, ...sandbox], complaints: said };
        return withServer(options, async (server) => {
          await assertUses(server, cert);
          const old = await connectTls(server, cert);
          // Once written to, once replaced, as mkcert and certbot do.
          fs.copyFileSync(second.cert, pair.cert);
          fs.copyFileSync(second.key, pair.key);
          await assertUses(server, second.cert);
          await assertUses(server, second.cert);
          await until('a line', () => server.errors.length === 1);
          for (const [from, to] of [
            [cert, pair.cert],
            [key, pair.key],
          ]) {
            fs.copyFileSync(from, `${to}.new`);
            fs.renameSync(`${to}.new`, to);
          }
          await assertUses(server, cert);
          await until('another line', () => server.errors.length === 2);
          // What else a handshake settles stays as it was.
          const newer = await connectTls(server, cert, { ALPNProtocols: ['h2', 'http/1.1'] });
          assert.equal(newer.socket.alpnProtocol, 'h2');
          newer.destroy();
          // What was open stays open.
          old.send(request(server, '/style.css'));
          assert.equal((await old.answer()).status, 200);
          old.destroy();
        });
      });
    }

    test('half of a pair is said once, and the former pair stays until the other half is there', () => {
      const pair = makePair();
      const complaints =
        /^liveserve: --https (goes on with the former certificate: |uses --cert and --key as)/;
      return withServer({ root: site.root, args: pair.args, complaints }, async (server) => {
        const steps = /** @type {[() => void, RegExp][]} */ ([
          [
            () => fs.copyFileSync(second.cert, pair.cert),
            /former certificate: the key ".*key\.pem" is not that of the certificate ".*cert\.pem"; give/,
          ],
          [
            () => fs.truncateSync(pair.key, 40),
            /former certificate: ".*key\.pem" holds no private key/,
          ],
          [() => fs.rmSync(pair.key), /former certificate: cannot read the key ".*": No such file/],
        ]);
        let count = 0;
        for (const [change, sentence] of steps) {
          change();
          for (let i = 0; i < 3; i++) await assertUses(server, cert);
          await until('a line', () => server.errors.length > count);
          assert.equal(server.errors.length, ++count);
          assert.match(server.errors.at(-1), sentence);
        }
        fs.copyFileSync(second.key, pair.key);
        await assertUses(server, second.cert);
        await until('a line', () => server.errors.length > count);
        assert.match(server.errors.at(-1), said);
      });
    });
  });

  folder.write('empty.pem', '');
  const empty = folder.path('empty.pem');
  const fifo = folder.path('fifo');
  execFileSync('mkfifo', [fifo]);
  const huge = folder.path('huge.pem');
  fs.closeSync(fs.openSync(huge, 'w'));
  fs.truncateSync(huge, 1e12);
  /** @type {[string[], RegExp][]} */
  const rows = [
    [[`--cert=${cert}`], /--cert needs --key as well; without both, --https makes its own cert/],
    [[`--key=${key}`], /--key needs --cert as well; without both, --https makes its own cert/],
    [['--cert=', `--key=${key}`], /--cert needs a file/],
    [
      ['--cert=no-such.pem', `--key=${key}`],
      /cannot read the certificate "no-such\.pem": No such file; see if the path is right/,
    ],
    [[`--cert=${cert}`, '--key=no-such.pem'], /cannot read the key "no-such\.pem": No such file/],
    [['--cert=/dev/zero', `--key=${key}`], /cannot read the certificate .* not a plain file$/m],
    [[`--cert=${cert}`, '--key=/dev/zero'], /cannot read the key .* it is not a plain file$/m],
    [[`--cert=${fifo}`, `--key=${key}`], /cannot read the certificate .* not a plain file$/m],
    [[`--cert=${cert}`, `--key=${fifo}`], /cannot read the key .* it is not a plain file$/m],
    [[`--cert=${cert}`, `--key=${huge}`], /cannot read the key .*huge\.pem": it is too large$/m],
    [[`--cert=${empty}`, `--key=${key}`], /empty\.pem" holds no certificate in PEM form/],
    [[`--cert=${key}`, `--key=${key}`], /key\.pem" holds no certificate in PEM form/],
    [[`--cert=${cert}`, `--key=${cert}`], /cert\.pem" holds no private key in PEM form/],
    [
      [`--cert=${cert}`, `--key=${other}`],
      /the key ".*other\.pem" is not that of the certificate ".*cert\.pem"; give /,
    ],
    [[`--cert=${cert}`, `--key=${locked}`], /locked\.pem" is locked; give its --passphrase/],
    [
      [`--cert=${cert}`, `--key=${locked}`, '--passphrase=shut'],
      /locked, and not with this --passphrase/,
    ],
  ];
  for (const [more, sentence] of rows) {
    test(`${more.map((one) => one.replace(/\/.*\//, '')).join(' ')} is one sentence and exit code 2`, () => {
      const { code, stdout, stderr } = run(['--port=0', '--https', ...more, site.root]);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, stderr);
      assert.match(stderr, /^liveserve: [^\n]+\n$/);
      assert.match(stderr, sentence);
    });
  }
});
