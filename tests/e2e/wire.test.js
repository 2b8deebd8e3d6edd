/**
 * --wire: the packets of the server's port, by each of the three kinds of capture, and what it may not do.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { blocksOf, packetsOf, SECTION, STATISTICS } from '../support/pcapng.js';
import { makeSite, portOf, run, startServer, until } from '../support/server.js';
import { wirePage } from '../support/wire.js';
import { withServer } from '../support/with_server.js';

const HELPER = path.join(path.dirname(process.env.LIVESERVE ?? ''), 'liveserve-capture');
const NOBODY = { uid: 65534, gid: 65534 };
const isRoot = process.getuid() === 0;
const plainUser = isRoot ? NOBODY : undefined;

const isThere = (program) => spawnSync(program, ['--version']).error === undefined;
const hasNamespaces =
  spawnSync('unshare', ['--user', '--net', 'true'], { ...plainUser }).status === 0;

/** A folder that a plain user may write to, and whose folders and programs it may use. */
function makeFolder(files = {}) {
  const folder = makeSite(files);
  fs.chmodSync(folder.root, 0o755);
  if (isRoot) fs.chownSync(folder.root, NOBODY.uid, NOBODY.gid);
  return folder;
}

/** The program alone, without liveserve-capture beside it. */
function aloneIn(folder) {
  fs.copyFileSync(process.env.LIVESERVE, folder.path('liveserve'));
  fs.chmodSync(folder.path('liveserve'), 0o755);
  return folder.path('liveserve');
}

/** liveserve-capture as its user is told to set it up. */
function addCapable(folder) {
  const helper = folder.path('liveserve-capture');
  fs.copyFileSync(HELPER, helper);
  fs.chmodSync(helper, 0o755);
  assert.equal(spawnSync('setcap', ['cap_net_raw+ep', helper]).status, 0);
}

/** The environment of a plain user: a folder of its own for the control socket, and no dumpcap. */
function plainEnvironment(folder) {
  fs.mkdirSync(folder.path('run'), { mode: 0o700 });
  if (isRoot) fs.chownSync(folder.path('run'), NOBODY.uid, NOBODY.gid);
  return { XDG_RUNTIME_DIR: folder.path('run'), PATH: '/nonexistent' };
}

/**
 * @typedef {object} Kind
 * @property {string} name
 * @property {RegExp} says in the greeting
 * @property {string | false} skip
 * @property {(folder: import('../support/server.js').Site) => object} options of startServer
 */
/** @type {Kind[]} */
const kinds = [
  {
    name: 'liveserve-capture',
    says: /captured by liveserve-capture/,
    skip: !isRoot && 'only root may capture without a capability',
    options: () => ({}),
  },
  {
    name: 'liveserve-capture with its capability',
    says: /captured by liveserve-capture/,
    skip: (!isRoot && 'this is not root') || (!isThere('setcap') && 'there is no setcap'),
    options: (folder) => {
      addCapable(folder);
      return { binary: aloneIn(folder), user: NOBODY, env: plainEnvironment(folder) };
    },
  },
  {
    name: 'dumpcap',
    says: /captured by dumpcap/,
    skip: (!isRoot && 'this is not root') || (!isThere('dumpcap') && 'there is no dumpcap'),
    options: (folder) => ({ binary: aloneIn(folder) }),
  },
  {
    name: 'a network of its own',
    says: /captured in a network of liveserve's own/,
    skip: !hasNamespaces && 'this system gives users no namespaces',
    options: (folder) => ({
      binary: aloneIn(folder),
      user: plainUser,
      env: plainEnvironment(folder),
    }),
  },
];

const childrenOf = (pid) =>
  fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
const descendantsOf = (pid) =>
  childrenOf(pid).flatMap((/** @type {string} */ child) => [child, ...descendantsOf(child)]);
/** A process that has ended, but that nobody has waited for, does nothing any more. */
const runs = (pid) => {
  try {
    return !/\) Z/.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};
const nameOf = (pid) => fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim();

/** It prints its URL before it enters the sandbox. */
const sandboxed = (server) =>
  until('the sandbox', () => childrenOf(server.pid).map(nameOf).includes('liveserve-root'));

/** Another server on this machine, whose packets nobody may see. */
async function withStranger(use) {
  const stranger = http
    .createServer((_, response) => response.end('SECRET'))
    .listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  try {
    await use(portOf(stranger));
  } finally {
    stranger.close();
  }
}

async function withWire(kind, args, use) {
  const folder = makeFolder({ 'site/index.html': '<p>the page</p>' });
  const file = folder.path('wire.pcapng');
  const options = { root: folder.path('site'), args: [`--wire=${file}`, ...args] };
  await withServer({ ...options, ...kind.options(folder) }, (server) => use(server, file));
  return fs.existsSync(file) ? fs.readFileSync(file) : null;
}

for (const kind of kinds)
  describe(`by ${kind.name}`, { skip: kind.skip }, () => {
    test('a visit is in the file, each packet once, and nothing else', async () => {
      let port;
      const bytes = await withWire(kind, [], async (server, file) => {
        port = server.port;
        assert.match((await server.waitForLine(/^ {2}Wire/)).input, kind.says);
        assert.equal(fs.statSync(file).mode & 0o777, 0o600);
        await withStranger(async (other) => {
          assert.equal((await get({ ...server, port: other }, '/')).status, 200);
          assert.equal((await get(server, '/')).status, 200);
          await until('the page to be in the file', () =>
            fs.readFileSync(file).includes('the page'),
          );
        });
      });
      const blocks = blocksOf(bytes);
      assert.equal(blocks[0].type, SECTION);
      assert.equal(blocks.at(-1).type, STATISTICS);
      assert.ok(!bytes.includes('SECRET'));
      const packets = packetsOf(bytes);
      for (const { ports } of packets) assert.ok(ports.includes(port), ports.join());
      assert.deepEqual(
        packets.slice(0, 3).map(({ flags }) => flags),
        ['S', 'SA', 'A'],
      );
      assert.equal(packets.filter(({ flags }) => flags.includes('S')).length, 2);
      assert.equal(packets.filter(({ text }) => text.startsWith('GET / HTTP/1.1')).length, 1);
      assert.equal(packets.filter(({ text }) => text.startsWith('HTTP/1.1 200 OK')).length, 1);
      assert.equal(packets.filter(({ flags }) => flags.includes('F')).length, 2);
      const copy = makeSite({ 'wire.pcapng': bytes });
      const { code, stdout } = run(['wire', copy.path('wire.pcapng')]);
      assert.equal(code, 0);
      assert.equal(stdout.trim().split('\n').length, packets.length);
      assert.match(stdout, / HTTP .*GET \/ HTTP\/1\.1/);
    });

    test('its page shows the rows, and says how they are captured', () =>
      withWire(kind, [], async (server) => {
        const page = await wirePage(server);
        const viewer = await page.watch();
        assert.equal((await get(server, '/')).status, 200);
        await viewer.until(({ rows }) => rows.some((row) => row.step === 'teardown 4'));
        assert.equal(viewer.rows.filter((row) => row.method === 'GET').length, 1);
        assert.ok(viewer.rows.every((row) => row.side !== -1));
        if (viewer.state.by === 'liveserve-capture') assert.equal(viewer.state.how, '');
        else assert.match(viewer.state.how, kind.says);
        viewer.close();
      }));

    test('over IPv6 and on the port of --livereload-port, too', async () => {
      const probe = net.createServer().listen(0, '127.0.0.1');
      await once(probe, 'listening');
      const other = portOf(probe);
      probe.close();
      const bytes = await withWire(kind, [`--livereload-port=${other}`], async (server, file) => {
        const socket = net.connect(server.port, '::1');
        socket.end('GET /over-ipv6 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
        await once(socket.resume(), 'close');
        await get({ ...server, port: other }, '/livereload.js');
        await until('both to be in the file', () =>
          ['GET /over-ipv6', 'GET /livereload.js'].every((text) =>
            fs.readFileSync(file).includes(text),
          ),
        );
      });
      blocksOf(bytes);
    });

    test('ends with the server, also when that is killed', async () => {
      const folder = makeFolder({ 'site/index.html': 'x' });
      const options = { root: folder.path('site'), args: [`--wire=${folder.path('w.pcapng')}`] };
      const server = await startServer({ ...options, ...kind.options(folder) });
      let processes;
      try {
        await sandboxed(server);
        processes = descendantsOf(server.pid);
        assert.ok(processes.length >= 2, processes.map(nameOf).join());
      } finally {
        await server.kill();
      }
      await until('all processes to end', () => !processes.some(runs));
      const socket = net.connect(server.port, '127.0.0.1');
      const [error] = await once(socket, 'error');
      assert.equal(error.code, 'ECONNREFUSED');
    });

    test('may end before the server, which then says so and goes on', async () => {
      const folder = makeFolder({ 'site/index.html': 'x' });
      const options = { root: folder.path('site'), args: [`--wire=${folder.path('w.pcapng')}`] };
      const complaints = /packets are not captured any more/;
      await withServer({ ...options, complaints, ...kind.options(folder) }, async (server) => {
        await sandboxed(server);
        for (const pid of descendantsOf(server.pid))
          if (nameOf(pid) !== 'liveserve-root') process.kill(Number(pid), 'SIGKILL');
        await until('it to say so', () => server.errors.some((line) => complaints.test(line)));
        assert.equal((await get(server, '/')).status, 200);
      });
    });

    test('the same port can be had again at once', async () => {
      let port;
      await withWire(kind, [], async (server) => {
        port = server.port;
        await get(server, '/');
      });
      await withWire(kind, [`--port=${port}`, '--strict-port'], async (server) => {
        assert.equal(server.port, port);
      });
    });
  });

const own = Object.values(os.networkInterfaces())
  .flat()
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

for (const kind of kinds)
  test(
    `with --host=0.0.0.0 by ${kind.name}`,
    { skip: kind.skip || (!own && 'this machine is in no network') },
    async () => {
      const args = ['--host=0.0.0.0', `--allowed-host=${own}`];
      const bytes = await withWire(kind, args, async (server, file) => {
        const socket = net.connect(server.port, own);
        socket.end(`GET / HTTP/1.1\r\nHost: ${own}:${server.port}\r\nConnection: close\r\n\r\n`);
        await once(socket.resume(), 'close');
        await until('it to be in the file', () => fs.readFileSync(file).includes('GET / HTTP'));
      });
      assert.ok(packetsOf(bytes).every(({ source }) => source === own));
    },
  );

describe('the file', { skip: !isRoot && 'this is not root' }, () => {
  const refused = (args, pattern, cwd) => {
    const { code, stderr } = run(['--port=0', ...args], { cwd });
    assert.match(stderr, pattern);
    assert.equal(code, 2);
  };

  test('is not made where it would be served or watched', () => {
    const folder = makeSite({ 'site/a/x': '', 'lib/x': '', 'templates/x': '' });
    const root = folder.path('site');
    const served = /is served or watched/;
    refused([`--wire=${root}/w.pcapng`, root], served);
    refused([`--wire=${root}/a/../.w`, root], served);
    refused(['--wire=w.pcapng'], served, root);
    refused([`--mount=/lib=${folder.path('lib')}`, `--wire=${folder.path('lib/w')}`, root], served);
    refused(
      [`--watch=${folder.path('templates')}`, `--wire=${folder.path('templates/w')}`, root],
      served,
    );
    fs.symlinkSync(root, folder.path('link'));
    refused([`--wire=${folder.path('link/w')}`, root], served);
    assert.deepEqual(fs.readdirSync(root), ['a']);
  });

  test('is a plain file of the user', () => {
    const folder = makeSite({ 'site/x': '', theirs: 'theirs', mine: 'mine' });
    const root = folder.path('site');
    fs.chownSync(folder.path('theirs'), 1, 1);
    fs.symlinkSync('mine', folder.path('link'));
    for (const [file, why] of [
      [folder.path('theirs'), 'it belongs to another user'],
      [folder.path('link'), 'it is a link, or lies behind one'],
      [folder.root, 'it is a folder'],
      ['/dev/null', 'it is no plain file'],
      [folder.path('missing/w'), 'its folder does not exist'],
      [folder.path('mine/w'), 'its folder does not exist'],
      [`${folder.root}/..`, 'it names no file'],
    ]) {
      const words = `"${file}": ${why}; give --wire another file, such as /tmp/wire.pcapng`;
      refused(
        [`--wire=${file}`, root],
        new RegExp(`^liveserve: cannot write the packets to ${words}\n$`),
      );
    }
    assert.equal(folder.read('theirs'), 'theirs');
    assert.equal(folder.read('mine'), 'mine');
  });
});

const ownNetwork = kinds[3];
test(
  'the relay of a network of its own has a filter of system calls',
  {
    skip: ownNetwork.skip,
  },
  () =>
    withWire(ownNetwork, [], async (server) => {
      await sandboxed(server);
      const relay = descendantsOf(server.pid).find((pid) => nameOf(pid) === 'liveserve-relay');
      await until('the relay to give up its rights', () =>
        /^Seccomp:\t2$/m.test(fs.readFileSync(`/proc/${relay}/status`, 'utf8')),
      );
      assert.equal((await get(server, '/')).status, 200);
    }),
);

test('a settings file cannot switch it on', () => {
  const site = makeSite({ '.liveserve.json': '{"wire": true}', 'index.html': 'x' });
  const { stderr } = run(['--show-config'], { cwd: site.root });
  assert.match(stderr, /there is no setting "wire"/);
});

test('off means off: no process more, and no port but that of the status page', async () => {
  const site = makeSite({ 'index.html': 'x' });
  await withServer({ root: site.root }, async (server) => {
    await sandboxed(server);
    assert.deepEqual(childrenOf(server.pid).map(nameOf), ['liveserve-root']);
    const inodes = fs
      .readdirSync(`/proc/${server.pid}/fd`)
      .map((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(fs.readlinkSync(`/proc/${server.pid}/fd/${fd}`))?.[1];
        } catch {
          return undefined;
        }
      })
      .filter(Boolean);
    const listening = ['tcp', 'tcp6']
      .flatMap((table) => fs.readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && inodes.includes(fields[9]))
      .map((fields) => parseInt(fields[1].split(':')[1], 16));
    const { status } = JSON.parse(run(['status', '--json', site.root]).stdout);
    assert.deepEqual(new Set(listening), new Set([server.port, Number(new URL(status).port)]));
  });
});

test('where nothing works, a command is named', { skip: !hasNamespaces && 'no namespaces' }, () => {
  const folder = makeFolder({ 'site/index.html': 'x' });
  // In a user namespace that allows no further ones, this user has no right outside of it.
  const script = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"';
  const { status, stderr } = spawnSync(
    'unshare',
    [
      '-r',
      'sh',
      '-c',
      script,
      'sh',
      process.env.LIVESERVE,
      '--port=0',
      '--wire',
      folder.path('site'),
    ],
    { ...plainUser, encoding: 'utf8' },
  );
  assert.ok(stderr.includes(`allow it once by: sudo setcap cap_net_raw+ep '${HELPER}'`), stderr);
  assert.equal(stderr.trim().split('\n').length, 1, stderr);
  assert.equal(status, 1);
});
