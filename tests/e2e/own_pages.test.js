/**
 * What liveserve answers where the site has nothing: the file for developer tools, and the end of a service worker that
 * another project has left. The rest of it is in the tests with browsers.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import { describe, test } from 'node:test';
import { connect, get, request } from '../support/http.js';
import { makeSite, startServer } from '../support/server.js';
import { serverForFile, withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>index', 'here.js': '// the site' });
const server = await serverForFile({ root: site.root, complaints: /asked for the service worker/ });

const UPDATE = { 'Sec-Fetch-Dest': 'serviceworker', 'Sec-Fetch-Site': 'same-origin' };
const WORKSPACE = '/.well-known/appspecific/com.chrome.devtools.json';

/** Addresses at which other machines reach this one. */
const outer = Object.values(os.networkInterfaces())
  .flat()
  .filter(({ internal, family }) => !internal && family === 'IPv4')
  .map(({ address }) => address);

describe('the file for developer tools', () => {
  test('names the folder, with a number that stays the same', async () => {
    const { status, fields, body } = await get(server, WORKSPACE);
    assert.deepEqual([status, fields['content-type']], [200, 'application/json']);
    assert.equal(fields['cross-origin-resource-policy'], 'same-origin');
    const { workspace } = JSON.parse(body.toString());
    assert.equal(workspace.root, fs.realpathSync(site.root));
    assert.match(
      workspace.uuid,
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    await withServer({ root: site.root }, async (again) => {
      assert.equal((await get(again, WORKSPACE)).body.toString(), body.toString());
    });
    await withServer({ root: makeSite().root }, async (other) => {
      const { workspace: another } = JSON.parse((await get(other, WORKSPACE)).body.toString());
      assert.notEqual(another.uuid, workspace.uuid);
    });
  });

  test('the one of the site comes first', async () => {
    const own = makeSite({ [WORKSPACE.slice(1)]: '{"own": true}' });
    await withServer({ root: own.root }, async (other) => {
      assert.equal((await get(other, WORKSPACE)).body.toString(), '{"own": true}');
    });
  });

  test('is for this machine, and for pages of this server', async () => {
    for (const fields of [
      { Origin: 'http://evil.example' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
    ])
      assert.equal((await get(server, WORKSPACE, fields)).status, 404);
    const args = ['--allowed-host=site.test', '--cors'];
    await withServer({ root: site.root, args }, async (other) => {
      assert.equal((await get(other, WORKSPACE, { Host: 'site.test' })).status, 404);
      const { fields } = await get(other, WORKSPACE);
      assert.equal(fields['access-control-allow-origin'], undefined);
    });
  });

  test(
    'is for no other machine',
    { skip: outer.length ? false : 'this machine is in no network' },
    () =>
      withServer({ root: site.root, args: ['--lan'] }, async (lan) => {
        for (const host of outer) {
          const connection = await connect(lan, host);
          for (const Host of [`${host}:${lan.port}`, `localhost:${lan.port}`]) {
            connection.send(request(lan, WORKSPACE, { Host }));
            assert.equal((await connection.answer()).status, 404, Host);
          }
          connection.destroy();
        }
        assert.equal((await get(lan, WORKSPACE)).status, 200);
      }),
  );

  test('needs the password', async () => {
    const own = makeSite({ users: 'me:$5$abc$J/qHvRBl2bjhLDXjd2rUcVbjPIxMZy6D6UPhWMIO6C2\n' });
    fs.chmodSync(own.path('users'), 0o600);
    const args = [`--htpasswd=${own.path('users')}`];
    await withServer({ root: site.root, args }, async (other) => {
      assert.equal((await get(other, WORKSPACE)).status, 401);
    });
  });
});

describe('the service worker of another project', () => {
  test('gets one that removes itself, and the terminal says so once', async () => {
    const own = await startServer({ root: site.root });
    for (const path of ['/sw.js', '/sw.js', '/sw.js?v=2']) {
      const { status, fields, body } = await get(own, path, UPDATE);
      assert.deepEqual([status, fields['content-type']], [200, 'text/javascript; charset=utf-8']);
      assert.equal(fields['service-worker-allowed'], '/');
      assert.equal(fields['cache-control'], 'no-store');
      assert.match(body.toString(), /registration\.unregister\(\)/);
    }
    await own.stop();
    assert.deepEqual(own.errors, [
      'liveserve: a browser asked for the service worker /sw.js, which is not here: if an earlier project on this ' +
        'port has left it, it is removed now',
    ]);
  });

  test('the site’s own worker comes first, and pages that ask get what is there', async () => {
    assert.equal((await get(server, '/here.js', UPDATE)).body.toString(), '// the site');
    for (const fields of [
      {},
      { 'Sec-Fetch-Dest': 'script', 'Sec-Fetch-Site': 'same-origin' },
      { ...UPDATE, 'Sec-Fetch-Site': 'cross-site' },
      { ...UPDATE, Referer: `${server.url}index.html` },
    ])
      assert.equal((await get(server, '/sw.js', fields)).status, 404, JSON.stringify(fields));
    assert.equal((await get(server, '/%', UPDATE)).status, 400);
  });

  test('many names do not flood the terminal', async () => {
    const own = await startServer({ root: site.root });
    for (let i = 0; i < 200; i++) await get(own, `/${i}.js`, UPDATE);
    await own.stop();
    assert.ok(own.errors.length < 60, `${own.errors.length} lines`);
    assert.match(own.errors.at(-1), /more/);
  });
});
