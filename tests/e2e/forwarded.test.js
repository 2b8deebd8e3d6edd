/**
 * The names of this server: those that an option allows, and those under which an editor in the cloud, or a tunnel,
 * shows it to the browser.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { connect, get } from '../support/http.js';
import { findFreePort, makeSite, until } from '../support/server.js';
import { handshake } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>index' });

const statusFor = async (server, Host) => (await get(server, '/', { Host })).status;

/** The status of a WebSocket's handshake. @param {import('../support/http.js').Fields} fields */
async function socketStatus(server, fields) {
  const connection = await connect(server);
  connection.send(handshake(server, { fields }));
  const { status } = await connection.answer();
  connection.destroy();
  return status;
}

describe('--allowed-host=.NAME', () => {
  test('is NAME and every name below it, and nothing else', () =>
    withServer(
      { root: site.root, args: ['--allowed-host=.dev.test'], complaints: /refused a request for/ },
      async (server) => {
        for (const host of ['dev.test', 'a.dev.test', 'a.b.DEV.test:8443'])
          assert.equal(await statusFor(server, host), 200, host);
        for (const host of ['xdev.test', '.dev.test', 'dev.test.evil.example', 'test'])
          assert.equal(await statusFor(server, host), 403, host);
        const own = { Host: 'a.dev.test', Origin: 'http://a.dev.test' };
        assert.equal(await socketStatus(server, own), 101);
      },
    ));

  test('in a settings file it can be changed while the server runs', async () => {
    const own = makeSite({ 'index.html': 'x', '.liveserve.json': '{"allowed-host": [".a.test"]}' });
    const args = ['--allow-settings'];
    await withServer({ root: own.root, args, complaints: /refused a request/ }, async (server) => {
      assert.equal(await statusFor(server, 'x.a.test'), 200);
      fs.writeFileSync(own.path('.liveserve.json'), '{"allowed-host": [".b.test"]}');
      await until('the new name', async () => (await statusFor(server, 'x.b.test')) === 200);
      assert.equal(await statusFor(server, 'x.a.test'), 403);
    });
  });
});

describe('ports that are forwarded', () => {
  const codespace = {
    CODESPACES: 'true',
    CODESPACE_NAME: 'me-1',
    GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: 'app.example',
  };
  const complaints = /refused a request/;

  /** @type {[string, Record<string, string>, (port: number) => string][]} */
  const kinds = [
    ['a codespace', codespace, (port) => `https://me-1-${port}.app.example`],
    [
      'a tunnel of VS Code',
      { VSCODE_PROXY_URI: 'https://me-{{port}}.euw.tunnels.example/' },
      (port) => `https://me-${port}.euw.tunnels.example`,
    ],
    [
      'a path of code-server',
      { VSCODE_PROXY_URI: 'https://code.example/proxy/{{port}}/' },
      () => 'https://code.example',
    ],
    [
      'Gitpod',
      { GITPOD_WORKSPACE_URL: 'https://me.ws.example' },
      (port) => `https://${port}-me.ws.example`,
    ],
  ];

  for (const [name, env, originOf] of kinds) {
    test(`${name}: whichever of Host and Origin it passes on`, () =>
      withServer({ root: site.root, env, complaints }, async (server) => {
        const Origin = originOf(server.port);
        const Host = new URL(Origin).host;
        const local = `localhost:${server.port}`;
        assert.equal(await statusFor(server, Host), 200);
        for (const fields of [
          { Host, Origin },
          { Host: local, Origin },
          { Host, Origin: `http://${local}` },
          { Host: local, Origin: `http://${local}` },
        ])
          assert.equal(await socketStatus(server, fields), 101, JSON.stringify(fields));
        for (const fields of [
          { Host: local, Origin: Origin.replace('https', 'http') },
          { Host: local, Origin: `${Origin}.evil.example` },
          { Host, Origin: 'https://evil.example' },
          { Host, Origin: 'http://localhost:1' },
          { Host: `x.${Host}`, Origin: `https://x.${Host}` },
        ])
          assert.equal(await socketStatus(server, fields), 403, JSON.stringify(fields));
      }));
  }

  test('neighbours in the same cloud, and other ports, are strangers', () =>
    withServer({ root: site.root, env: codespace, complaints }, async (server) => {
      const { port } = server;
      for (const name of [`you-2-${port}`, `me-1-${port + 1}`, `x-me-1-${port}`, 'me-1', 'x']) {
        const Origin = `https://${name}.app.example`;
        assert.equal(await statusFor(server, `${name}.app.example`), 403, name);
        assert.equal(await socketStatus(server, { Origin }), 403, name);
      }
    }));

  test('the environment has to say so, and to be in order', async () => {
    const { CODESPACES, ...incomplete } = codespace;
    assert.ok(CODESPACES);
    for (const env of [
      {},
      incomplete,
      { ...codespace, CODESPACE_NAME: 'me/1' },
      { VSCODE_PROXY_URI: './proxy/{{port}}' },
      { VSCODE_PROXY_URI: 'https://*-{{port}}.app.example' },
    ])
      await withServer({ root: site.root, env, complaints }, async (server) => {
        assert.equal(await statusFor(server, `me-1-${server.port}.app.example`), 403);
      });
  });

  test('--verbose names a variable that is not used', () => {
    const env = { VSCODE_PROXY_URI: './proxy/{{port}}' };
    const args = ['--verbose'];
    return withServer({ root: site.root, args, env, complaints: /./ }, (server) =>
      until('a word about it', () =>
        server.errors.includes(
          'liveserve: VSCODE_PROXY_URI is not used: it does not say at which host this port is',
        ),
      ),
    );
  });

  test('changed settings do not take the names away', async () => {
    const own = makeSite({ 'index.html': 'x', '.liveserve.json': '{}' });
    await withServer({ root: own.root, env: codespace, complaints }, async (server) => {
      const host = `me-1-${server.port}.app.example`;
      assert.equal(await statusFor(server, host), 200);
      fs.writeFileSync(own.path('.liveserve.json'), '{"header": ["X-New=1"]}');
      await until('the new settings', async () => (await get(server, '/')).fields['x-new'] === '1');
      assert.equal(await statusFor(server, host), 200);
    });
  });

  test('the port of livereload.js is forwarded, too', async () => {
    const port = await findFreePort();
    const args = [`--livereload-port=${port}`];
    await withServer({ root: site.root, args, env: codespace, complaints }, async (server) => {
      const Host = `me-1-${port}.app.example`;
      const Origin = `https://me-1-${server.port}.app.example`;
      const { status } = await get({ ...server, port }, '/livereload.js', { Host, Origin });
      assert.equal(status, 200);
    });
  });
});
