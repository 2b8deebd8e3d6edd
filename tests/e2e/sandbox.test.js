/**
 * The sandbox: everything works inside of it, and what stays outside.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite, run, runtimeFolder, startServer, until } from '../support/server.js';
import { openBornPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const statusOf = (pid, name) =>
  new RegExp(`^${name}:\\t(.*)$`, 'm').exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1];
const helpersOf = (pid) =>
  fs
    .readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .filter((child) => statusOf(child, 'Name') === 'liveserve-root');

const textOf = async (server, target) =>
  (await get(server, target)).body.toString().replace(/<script.*<\/script>/, '');

/** A folder around the served folder, so that a test can exchange the served folder. */
function makeAround() {
  const around = makeSite({
    'site/index.html': 'old',
    'site/list/a.txt': 'old',
    'next/index.html': 'next',
    'secret.txt': 'SECRET',
  });
  return { ...around, root: around.path('site'), around: around.root };
}

/** Whatever else it is told before. */
async function isToldOfIndex(page) {
  let message;
  do message = await page.message();
  while (!message.changes?.some(({ urls }) => urls.includes('/')));
}

/**
 * A program that starts liveserve where no folder for the control socket is private. It makes a mount namespace of
 * its own; not every machine allows that.
 */
function withoutControlSocket() {
  const folder = makeSite({
    liveserve: `#!/bin/sh
exec unshare -rm sh -c 'mkdir -p /tmp/liveserve-0 && mount -t tmpfs -o mode=777 none /tmp/liveserve-0 &&
  unset XDG_RUNTIME_DIR && exec "$@"' sh ${process.env.LIVESERVE} "$@"
`,
  });
  fs.chmodSync(folder.path('liveserve'), 0o755);
  return folder.path('liveserve');
}

const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

const canCompile = spawnSync('cc', ['--version']).status === 0;

describe('the sandbox', () => {
  test('has a filter of system calls, and so has the process that opens roots', async () => {
    const site = makeSite({ 'index.html': 'x' });
    await withServer({ root: site.root }, async (server) => {
      assert.equal(await textOf(server, '/'), 'x');
      for (const pid of [server.pid, ...helpersOf(server.pid)])
        assert.equal(statusOf(pid, 'Seccomp'), '2');
    });
    await withServer({ root: site.root, args: ['--no-sandbox'] }, async (server) => {
      assert.equal(await textOf(server, '/'), 'x');
      assert.equal(statusOf(server.pid, 'Seccomp'), '0');
    });
  });

  test('a proxied request, a WebSocket and a clean end go on in it', async () => {
    const site = makeSite({ 'index.html': 'x' });
    const upstream = makeSite({ 'a.txt': 'from behind' });
    await withServer({ root: upstream.root }, async (behind) => {
      const args = [`--proxy=/api=http://localhost:${behind.port}`];
      await withServer({ root: site.root, args }, async (server) => {
        assert.equal(await textOf(server, '/api/a.txt'), 'from behind');
        const page = await openBornPage(server);
        site.write('index.html', 'y');
        await isToldOfIndex(page);
        assert.equal(statusOf(server.pid, 'Seccomp'), '2');
      });
    });
  });

  // From 4.2 on, libwebsockets looks for plugins in the current folder when it is asked for an event library.
  test('no plugin of the current folder is loaded', { skip: !canCompile }, async () => {
    const site = makeSite({ 'index.html': 'x', 'plugin.c': '' });
    site.write(
      'plugin.c',
      `#include <fcntl.h>
__attribute__((constructor)) static void loaded(void) { creat("${site.path('loaded')}", 0600); }\n`,
    );
    const names = ['uv', 'ev', 'event', 'glib', 'sd', 'uloop'].map(
      (name) => `libwebsockets-evlib_${name}.so`,
    );
    for (const name of [...names, 'libprotocol_x.so']) {
      const options = ['-shared', '-fPIC', '-o', site.path(name), site.path('plugin.c')];
      assert.equal(spawnSync('cc', options).status, 0);
    }
    const options = { root: '.', cwd: site.root, args: ['--no-sandbox'] };
    await withServer(options, async (server) => {
      await openBornPage(server);
      const maps = fs.readFileSync(`/proc/${server.pid}/maps`, 'utf8');
      assert.ok(!maps.includes(site.root), maps);
      assert.ok(!fs.existsSync(site.path('loaded')));
    });
  });

  test('is entered without a control socket, too', { skip: !canMount }, async () => {
    const site = makeSite({ 'index.html': 'x' });
    const complaints = /no private folder for a socket/;
    const options = { root: site.root, binary: withoutControlSocket(), complaints };
    await withServer(options, async (server) => {
      assert.equal(await textOf(server, '/'), 'x');
      assert.equal(server.errors.length, 1);
      assert.match(server.errors[0], complaints);
    });
  });

  test('is entered, unless --no-sandbox', async (t) => {
    const site = makeSite({ 'index.html': 'x' });
    for (const [arg, expected] of [
      ['--sandbox', '1'],
      ['--no-sandbox', '0'],
    ]) {
      await withServer(
        { root: site.root, args: [arg, '--verbose'], complaints: /./ },
        async (server) => {
          await get(server, '/');
          await until('a word of the request', () =>
            server.errors.some((line) => line.includes('GET /: 200')),
          );
          if (server.errors.some((line) => line.includes('no Landlock'))) {
            t.skip('this kernel has no Landlock');
            return;
          }
          assert.equal(statusOf(server.pid, 'NoNewPrivs'), expected);
          // It gives itself this name when it has begun.
          await until('the helper', () => helpersOf(server.pid).length === Number(expected));
          const helpers = helpersOf(server.pid);
          for (const helper of helpers) assert.equal(statusOf(helper, 'NoNewPrivs'), '1');
        },
      );
    }
  });

  for (const args of [[], ['--no-sandbox']]) {
    test(`a folder that is deleted and made again is followed ${args}`, async () => {
      const site = makeAround();
      await withServer({ root: site.root, args, complaints: /refused out/ }, async (server) => {
        const page = await openBornPage(server);
        for (let i = 0; i < 3; i++) {
          site.remove('site');
          site.write('site/index.html', `new ${i}`);
          site.write('site/list/b.txt', `new ${i}`);
          await isToldOfIndex(page);
          await until(
            'the new folder',
            async () => (await textOf(server, '/list/b.txt')) === `new ${i}`,
          );
          assert.equal(await textOf(server, '/'), `new ${i}`);
          assert.match(await textOf(server, '/list/'), />b.txt</);
          assert.equal((await get(server, '/list/a.txt')).status, 404);
          fs.symlinkSync('../secret.txt', site.path('site/out'));
          assert.notEqual((await get(server, '/out')).status, 200);
          fs.rmSync(site.path('site/out'));
        }
        site.write('site/index.html', 'and on');
        await isToldOfIndex(page);
        assert.equal(await textOf(server, '/'), 'and on');
      });
    });
  }

  test('a link to the folder that is changed to another folder, and back, is followed', async () => {
    const site = makeAround();
    const link = site.path('current');
    const lead = (to) => {
      fs.symlinkSync(to, `${link}.new`);
      fs.renameSync(`${link}.new`, link);
    };
    lead('site');
    await withServer({ root: link }, async (server) => {
      assert.equal(await textOf(server, '/'), 'old');
      for (const [to, text] of [
        ['next', 'next'],
        ['site', 'old'],
        ['next', 'next'],
      ]) {
        lead(to);
        await until(to, async () => (await textOf(server, '/')) === text);
      }
    });
  });

  test('what --watch names may be deleted and made again, too', async () => {
    const site = makeSite({ 'site/index.html': 'x', 'templates/a.txt': 'old' });
    const watch = site.path('templates');
    await withServer({ root: site.path('site'), args: [`--watch=${watch}`] }, async (server) => {
      // What is written before the folder is watched is no change.
      const isFollowed = async (name) => {
        const from = server.lines.length;
        await until(`a word of ${name}`, () => {
          site.write(`templates/${name}`, `${Math.random()}`);
          return server.lines.slice(from).some((line) => line.includes(`${watch}/${name}`));
        });
      };
      await isFollowed('a.txt');
      for (const name of ['b.txt', 'sub/c.txt', 'd.txt']) {
        site.remove('templates');
        await isFollowed(name);
      }
    });
  });

  test('settings at home are followed, also when they are saved by a rename', async () => {
    const site = makeSite({ 'index.html': 'x' });
    const home = makeSite({ '.config/liveserve.json': '{}' });
    await withServer(
      { cwd: site.root, env: { HOME: home.root, XDG_CONFIG_HOME: '' } },
      async (server) => {
        for (const wait of [20, 30]) {
          home.write('.config/new~', `{"wait": ${wait}}`);
          home.rename('.config/new~', '.config/liveserve.json');
          await server.waitForLine(new RegExp(`settings changed: wait ${wait}$`));
        }
      },
    );
  });

  test('the browser starts outside of the sandbox', async () => {
    const site = makeSite({
      'index.html': 'x',
      'bin/xdg-open':
        '#!/bin/sh\necho "$1" $(grep NoNewPrivs /proc/self/status) >"$OUT.new"\nmv "$OUT.new" "$OUT"\n',
    });
    fs.chmodSync(site.path('bin/xdg-open'), 0o755);
    const out = site.path('out');
    const env = {
      PATH: `${site.path('bin')}:${process.env.PATH}`,
      OUT: out,
      DISPLAY: ':0',
      BROWSER: '',
    };
    await withServer({ root: site.root, args: ['--open=a.html'], env }, async (server) => {
      await until('the browser', () => fs.existsSync(out));
      assert.equal(fs.readFileSync(out, 'utf8'), `${server.url}a.html NoNewPrivs: 0\n`);
    });
  });

  test('leaves nothing behind at the end: no socket, no process', async () => {
    const site = makeSite({ 'index.html': 'x' });
    const sockets = () => fs.readdirSync(`${runtimeFolder()}/liveserve`);
    const server = await startServer({ root: site.root });
    await get(server, '/');
    const before = sockets().length;
    const helpers = helpersOf(server.pid);
    assert.ok(before > 0);
    await server.stop();
    assert.equal(sockets().length, before - 1);
    await until('the helper to end', () => helpers.every((pid) => !fs.existsSync(`/proc/${pid}`)));
  });

  test('after a crash the same port is free at once, and no process is left', async () => {
    const site = makeSite({ 'index.html': 'x' });
    let port = 0;
    for (let i = 0; i < 5; i++) {
      const server = await startServer({
        root: site.root,
        args: [`--port=${port}`, '--strict-port'],
      });
      port = server.port;
      await get(server, '/');
      const helpers = helpersOf(server.pid);
      await server.kill();
      await until('the helper to end', () =>
        helpers.every((pid) => !fs.existsSync(`/proc/${pid}`)),
      );
    }
  });

  test('why is answered', async () => {
    const site = makeSite({ 'index.html': 'x' });
    await withServer({ root: site.root }, async (server) => {
      await get(server, '/');
      assert.equal(run(['why', 'index.html'], { cwd: site.root }).code, 0);
    });
  });
});
