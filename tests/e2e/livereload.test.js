/**
 * Old clients: LiveReload's protocol, its script and its port, and who may use them.
 */

import assert from 'node:assert/strict';
import net from 'node:net';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { ask, connect, get, head, request } from '../support/http.js';
import { findFreePort, makeSite, portOf, until } from '../support/server.js';
import { handshake, openSocket } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const PROTOCOL = 'http://livereload.com/protocols/official-7';
const HELLO = JSON.stringify({
  command: 'hello',
  protocols: [PROTOCOL],
  ver: '4.0.2',
  snipver: '1',
});

const site = makeSite({ 'index.html': '<p>index', 'a.css': 'p {}', 'b.css': 'p {}' });

async function openClient(server, fields) {
  const socket = await openSocket(server, { path: '/livereload', fields });
  socket.send(HELLO);
  assert.deepEqual(await socket.message(), {
    command: 'hello',
    protocols: [PROTOCOL],
    serverName: 'liveserve',
  });
  return socket;
}

const told = (path) => ({ command: 'reload', path, liveCSS: true, liveImg: true });

/** A server that has another port open for livereload.js. */
async function withPort(use, options = {}) {
  const port = await findFreePort();
  const args = [`--livereload-port=${port}`, ...(options.args ?? [])];
  await withServer({ root: site.root, ...options, args }, (server) => use(server, { port }));
}

describe('the protocol', () => {
  test('hello, then a command for each file, and nothing else', () =>
    withServer({ root: site.root, args: ['--wait=200'] }, async (server) => {
      for (const name of ['', 'a.css', 'b.css']) await get(server, `/${name}`);
      const socket = await openClient(server);
      socket.send(JSON.stringify({ command: 'info', plugins: {}, url: 'http://localhost/' }));
      socket.send(HELLO);
      site.write('a.css', `p { --x: ${Math.random()} }`);
      site.write('b.css', `p { --x: ${Math.random()} }`);
      const paths = [await socket.message(), await socket.message()].map(({ path }) => path);
      assert.deepEqual(paths.sort(), ['/a.css', '/b.css']);
      site.write('a.css', `p { --x: ${Math.random()} }`);
      site.write('index.html', String(Math.random()));
      assert.deepEqual(await socket.message(), told('/index.html'));
      process.kill(server.pid, 'SIGHUP');
      assert.deepEqual(await socket.message(), told('/'));
      socket.destroy();
    }));

  test('a browser extension that only checks the connection gets an answer, and no changes', () =>
    withServer({ root: site.root }, async (server) => {
      const check = 'http://livereload.com/protocols/connection-check-1';
      const socket = await openSocket(server, { path: '/livereload' });
      socket.send(JSON.stringify({ command: 'hello', protocols: [check] }));
      assert.deepEqual(await socket.message(), {
        command: 'hello',
        protocols: [PROTOCOL, check],
        serverName: 'liveserve',
      });
      const page = await openClient(server);
      site.write('index.html', String(Math.random()));
      assert.deepEqual(await page.message(), told('/index.html'));
      socket.send(JSON.stringify({ command: 'hello', protocols: [check] }));
      assert.equal((await socket.message()).command, 'hello');
      socket.destroy();
      page.destroy();
    }));

  test('a client that is refused is named in the terminal', () =>
    withServer({ root: site.root, complaints: /refused/ }, async (server) => {
      const socket = await openSocket(server, { path: '/livereload' });
      socket.send('{"command":"hello","protocols":["http://livereload.com/protocols/official-6"]}');
      assert.equal(await socket.closeCode(), 1008);
      await until('a line', () => server.errors.length > 0);
      assert.match(
        server.errors.join('\n'),
        /^[^\n]*refused a client of LiveReload [^\n]*protocol 7/,
      );
    }));

  test('nonsense ends the connection', () =>
    withServer(
      { root: site.root, complaints: /refused a client of LiveReload/ },
      async (server) => {
        for (const text of ['', 'hello', '{}', '{"command":"hello","protocols":[]}']) {
          const socket = await openSocket(server, { path: '/livereload' });
          socket.send(text);
          assert.equal(await socket.closeCode(), 1008, text);
        }
        const offer = handshake(server, { path: '/livereload', protocol: 'liveserve.v1' });
        assert.equal((await ask(server, offer)).status, 400);
      },
    ));
});

describe('the script', () => {
  test('is served, unless the site has a file of that name', () =>
    withServer({ root: site.root }, async (server) => {
      const answer = await get(server, '/livereload.js?snipver=1');
      assert.equal(answer.status, 200);
      assert.match(answer.fields['content-type'], /^text\/javascript/);
      assert.equal(answer.fields['cross-origin-resource-policy'], 'same-origin');
      assert.match(answer.body.toString(), /\/livereload/);
      assert.equal((await get(server, '/sub/livereload.js')).status, 404);
      site.write('livereload.js', 'mine');
      assert.equal((await get(server, '/livereload.js')).body.toString(), 'mine');
      site.remove('livereload.js');
      await until(
        'ours again',
        async () => (await get(server, '/livereload.js')).body.length > 100,
      );
    }));
});

describe('--livereload-port', () => {
  test('serves the WebSocket and the script, and nothing else', () =>
    withPort(async (server, other) => {
      const script = await get(other, '/livereload.js');
      assert.equal(script.status, 200);
      assert.equal(script.fields['cross-origin-resource-policy'], 'cross-origin');
      assert.equal((await head(other, '/livereload.js')).status, 200);
      for (const path of ['/', '/index.html', '/ws', '/livereload', '/__liveserve/client.js']) {
        const answer = await get(other, path);
        assert.equal(answer.status, 404, path);
        assert.equal(answer.fields['cross-origin-resource-policy'], 'same-origin');
      }
      assert.equal((await ask(other, handshake(other, { path: '/ws' }))).status, 404);
      const socket = await openClient(other);
      site.write('index.html', String(Math.random()));
      assert.deepEqual(await socket.message(), told('/index.html'));
      socket.destroy();
      for (const host of ['::1', '127.0.0.1']) (await connect(other, host)).destroy();
    }));

  test('that is taken gives a message, and the site is served', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = portOf(taken);
    const args = [`--livereload-port=${port}`];
    await withServer({ root: site.root, args, complaints: /cannot open port/ }, async (server) => {
      await until('the sentence', () => server.errors.length === 1);
      assert.match(
        server.errors[0],
        new RegExp(
          `cannot open port ${port} for livereload\\.js \\(Address already in use\\); ` +
            `stop node \\(process ${process.pid}\\), or choose another --livereload-port`,
        ),
      );
      assert.equal((await get(server, '/')).status, 200);
    });
    taken.close();
  });

  test('is not open by default', () =>
    withServer({ root: site.root }, () => assert.rejects(connect({ port: 35729 }))));
});

describe('who may listen', () => {
  const status = async (server, path, fields) =>
    (await connectAndAnswer(server, handshake(server, { path, fields }))).status;

  async function connectAndAnswer(server, bytes) {
    const connection = await connect(server);
    connection.send(bytes);
    const answer = await connection.answer();
    connection.destroy();
    return answer;
  }

  test('pages of both ports, by every name of this machine', () =>
    withPort(async (server, other) => {
      for (const name of ['localhost', '127.0.0.1', '[::1]']) {
        for (const { port } of [server, other]) {
          const fields = { Origin: `http://${name}:${port}` };
          assert.equal(await status(other, '/livereload', fields), 101);
        }
      }
    }));

  test('no page of another site, or of another server of this machine', () =>
    withPort(
      async (server, other) => {
        for (const origin of [
          'http://evil.example',
          'http://localhost:8000',
          'http://localhost',
          'null',
          `http://evil.example:${server.port}`,
          'chrome-extension://abc',
        ]) {
          assert.equal(await status(other, '/livereload', { Origin: origin }), 403, origin);
          assert.equal(await status(server, '/livereload', { Origin: origin }), 403, origin);
          assert.equal(await status(server, '/ws', { Origin: origin }), 403, origin);
        }
        assert.equal(await status(other, '/livereload', { Host: 'evil.example' }), 403);
        assert.equal(
          (await ask(other, request(other, '/livereload.js', { Host: 'evil.example' }))).status,
          403,
        );
      },
      { complaints: /refused/ },
    ));

  test('every installation of an extension, with a pattern', () =>
    withPort(
      async (server, other) => {
        for (const Origin of [
          'moz-extension://6e8f1f0e-8a32-4a4c-9a0b-1f2e3d4c5b6a',
          'moz-extension://x',
        ])
          (await openClient(other, { Origin })).destroy();
        assert.equal(await status(server, '/ws', { Origin: 'moz-extension://x' }), 101);
        assert.equal(await status(server, '/ws', { Origin: 'chrome-extension://x' }), 403);
        await until('a line', () => server.errors.length > 0);
        assert.match(server.errors[0], / --allow-origin=chrome-extension:\/\/x$/);
        assert.equal(await status(server, '/ws', { Origin: 'http://$(reboot)' }), 403);
        await until('another line', () => server.errors.length > 1);
        assert.match(server.errors[1], / --allow-origin=ORIGIN$/, 'nothing that a shell would run');
      },
      { args: ['--allow-origin=moz-extension://*'], complaints: /refused/ },
    ));

  // The Live Server Web Extension: from its page, or from the page of another server, at that page's path.
  test('those that --allow-origin names: an extension, another server', () => {
    const origins = [
      'chrome-extension://fiegdmejfepffgpnejdinekhfieaogmj',
      'moz-extension://a-b',
      'http://localhost:8080',
    ];
    return withPort(
      async (server, other) => {
        for (const Origin of origins) {
          for (const path of ['/ws', '//ws', '/index.php/ws']) {
            const socket = await openSocket(server, { path, fields: { Origin } });
            assert.equal(await socket.text(), 'connected');
            site.write('index.html', String(Math.random()));
            assert.equal(await socket.text(), 'reload');
            socket.destroy();
          }
          (await openClient(other, { Origin })).destroy();
        }
      },
      { args: origins.map((origin) => `--allow-origin=${origin}`) },
    );
  });
});
