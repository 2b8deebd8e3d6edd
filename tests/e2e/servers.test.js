/**
 * The servers that run: `liveserve list` and `liveserve stop`, who has a port, and the words that stand for
 * options. Each test file has a runtime folder of its own. Another one can only have servers in /tmp/liveserve-UID,
 * so what is asked here is whether the list names the servers of this file.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite, run, runtimeFolder, until } from '../support/server.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': 'site', 'sub/index.html': 'sub' });
const other = makeSite({ 'index.html': 'other' });

const sockets = () => fs.readdirSync(path.join(runtimeFolder(), 'liveserve'));
const isOurs = (/** @type {string} */ line) =>
  line.includes(site.root) || line.includes(other.root);
const listed = () =>
  run(['list', '--json'])
    .stdout.split('\n')
    .filter(isOurs)
    .map((line) => JSON.parse(line));

/** The state in proc(5). A process that has ended is a zombie (Z) until node has time for it. */
const stateOf = (pid) => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1][0];

/** @param {number} pid */
const untilSuspended = (pid) => until(`${pid} to be suspended`, () => stateOf(pid) === 'T');

/** @type {RegExp} what a server says that was stopped by the command */
const complaints = /stopped by: liveserve stop/;

function assertError({ code, stdout, stderr }, expected, sentence) {
  assert.deepEqual({ code, stdout }, { code: expected, stdout: '' }, stderr);
  assert.match(stderr, /^liveserve: [^\n]+\n$/, 'one line');
  assert.match(stderr, sentence);
}

describe('liveserve list', () => {
  test('names nothing when nothing runs', () => {
    const { code, stdout, stderr } = run(['list']);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    if (fs.existsSync(`/tmp/liveserve-${process.getuid()}`)) assert.ok(!isOurs(stdout));
    else {
      assert.equal(stdout, 'no liveserve of yours is running; start one with: liveserve FOLDER\n');
      assert.equal(run(['list', '--json']).stdout, '');
    }
  });

  test('names every server with its URL, its folder and its pages', () =>
    withServer({ root: site.root }, (one) =>
      withServer({ root: other.root }, (two) => {
        const { code, stdout } = run(['list']);
        assert.equal(code, 0);
        const lines = stdout
          .trimEnd()
          .split('\n')
          .filter(isOurs)
          .map((line) => line.replace(/ {3,}/, '  '))
          .sort();
        assert.deepEqual(
          lines,
          [
            `${one.url}  ${site.root}  0 pages open`,
            `${two.url}  ${other.root}  0 pages open`,
          ].sort(),
        );
        const found = listed().find(({ pid }) => pid === one.pid);
        assert.deepEqual(found, {
          pid: one.pid,
          port: one.port,
          suspended: false,
          root: site.root,
          url: one.url,
          pages: 0,
        });
      }),
    ));

  test('names both servers of one folder, and the older one also when the newer has ended', () =>
    withServer({ root: site.root }, async (one) => {
      await withServer({ root: site.root }, (two) => {
        assert.deepEqual(new Set(listed().map(({ pid }) => pid)), new Set([one.pid, two.pid]));
      });
      assert.deepEqual(
        listed().map(({ pid }) => pid),
        [one.pid],
      );
    }));

  test('names a server that is suspended, without waiting for it', () =>
    withServer({ root: site.root }, async (server) => {
      process.kill(server.pid, 'SIGSTOP');
      await untilSuspended(server.pid);
      const { stdout } = run(['list']);
      process.kill(server.pid, 'SIGCONT');
      const line = `port ${server.port}: suspended, process ${server.pid}, serves ${site.root}; fg in its terminal continues it`;
      assert.ok(stdout.split('\n').includes(line), stdout);
    }));

  test('names the folder of a suspended server also when it was deleted', async () => {
    const gone = path.join(other.root, 'gone');
    fs.mkdirSync(gone);
    await withServer({ root: gone, complaints: /./ }, async (server) => {
      process.kill(server.pid, 'SIGSTOP');
      await untilSuspended(server.pid);
      fs.rmdirSync(gone);
      const found = listed().find(({ pid }) => pid === server.pid);
      process.kill(server.pid, 'SIGCONT');
      assert.deepEqual(found, {
        pid: server.pid,
        port: server.port,
        suspended: true,
        root: gone,
      });
    });
  });

  test('status, why and reload say that the server is suspended, and do not wait', () =>
    withServer({ root: site.root }, async (server) => {
      process.kill(server.pid, 'SIGSTOP');
      await untilSuspended(server.pid);
      const commands = [['status'], ['why', 'index.html'], ['reload']];
      const results = commands.map((command) => run(command, { cwd: site.root }));
      process.kill(server.pid, 'SIGCONT');
      for (const result of results)
        assertError(
          result,
          1,
          new RegExp(`is suspended, process ${server.pid}; continue it with fg`),
        );
    }));

  test('forgets a server that was killed', async () => {
    await withServer({ root: site.root }, (server) => server.kill()).catch(() => {});
    assert.equal(sockets().length, 1);
    assert.deepEqual(listed(), []);
    assert.deepEqual(sockets(), []);
  });

  test('control characters in the name of a folder are escaped', () => {
    const name = path.join(other.root, 'a\x1b[31m\nb');
    fs.mkdirSync(name);
    return withServer({ root: name }, () => {
      assert.match(run(['list']).stdout, /^\S+ +\S+\/a\\x1b\[31m\\x0ab {2}0 pages open$/m);
    });
  });
});

describe('liveserve stop', () => {
  /** Starts a server that is to be stopped by the test. */
  const withStopped = (options, use) =>
    withServer({ ...options, complaints }, async (server) => {
      await use(server);
      assert.deepEqual(await server.exit(), [0, null]);
    });

  /** @type {[string, string[], string][]} */
  const rows = [
    ['of the current folder', [], site.root],
    ['of a folder', [site.root], '/'],
    ['of a folder above', [site.path('sub')], '/'],
    ['of the folder of a page', ['index.html'], site.root],
    ['behind --', ['--', '.'], site.root],
  ];
  for (const [name, args, cwd] of rows) {
    test(`ends the server ${name}`, () =>
      withStopped({ root: site.root }, async (server) => {
        const { code, stdout, stderr } = run(['stop', ...args], { cwd });
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
        assert.equal(stdout, `stopped ${server.url}, which served ${site.root}\n`);
        assert.equal(stateOf(server.pid), 'Z', 'it has ended when the command has');
        assert.deepEqual(sockets(), []);
      }));
  }

  test('leaves the servers of other folders alone', () =>
    withServer({ root: other.root }, async (stays) => {
      await withStopped({ root: site.root }, () => {
        assert.equal(run(['stop', site.root]).code, 0);
      });
      assert.equal((await get(stays, '/')).status, 200);
    }));

  test('ends both servers of one folder', () =>
    withStopped({ root: site.root }, () =>
      withStopped({ root: site.root }, () => {
        const { code, stdout } = run(['stop', site.root]);
        assert.equal(code, 0);
        assert.equal(stdout.match(/^stopped /gm).length, 2);
      }),
    ));

  test('ends a server that is suspended', () =>
    withStopped({ root: site.root }, async (server) => {
      process.kill(server.pid, 'SIGSTOP');
      await untilSuspended(server.pid);
      assert.equal(run(['stop', site.root]).stdout, `stopped the liveserve for ${site.root}\n`);
    }));

  test('ends a server whose folder was deleted', async () => {
    const gone = makeSite({ 'index.html': '' });
    await withStopped({ root: gone.root, complaints: /./ }, () => {
      fs.rmSync(gone.root, { recursive: true });
      assert.equal(run(['stop', gone.root]).code, 0);
    });
  });

  test('without a server is an error', () => {
    assertError(
      run(['stop'], { cwd: site.root }),
      1,
      /contains "\."; (none is running|see those that run with: liveserve list)$/m,
    );
    return withServer({ root: other.root }, () =>
      assertError(run(['stop', site.root]), 1, /see those that run with: liveserve list$/m),
    );
  });

  test('nobody else can stop it: there is no such request over TCP', () =>
    withServer({ root: site.root }, async (server) => {
      const response = await fetch(`${server.url}__liveserve/stop`, { method: 'POST' });
      assert.notEqual(response.status, 200);
      assert.equal((await get(server, '/')).status, 200);
    }));

  test('a socket that another program listens on is not believed to be a process of ours', async () => {
    // The name is that of a server's socket. Who listens there never ends when it is asked to.
    let name = '';
    await withServer({ root: site.root }, () => {
      [name] = sockets();
    });
    const liar = net.createServer((socket) => socket.end()).unref();
    after(() => liar.close());
    await new Promise((resolve) =>
      liar.listen(path.join(runtimeFolder(), 'liveserve', name), () => resolve(null)),
    );
    // This process is blocked while the command runs, so it does not even accept the connection.
    assert.match(run(['list']).stdout, /does not answer, process \d+$/m);
    liar.close();
  });
});

describe('a port that is taken', () => {
  test('by a liveserve: the line says which folder', () =>
    withServer({ root: other.root }, (first) =>
      withServer({ root: site.root, args: [`--port=${first.port}`] }, (server) => {
        const holder = `the liveserve that serves ${other.root}`;
        const line = `  Open      ${server.url}  (port ${first.port} is taken by ${holder})`;
        assert.ok(server.lines.includes(line), server.lines.join('\n'));
      }),
    ));

  test('by a liveserve, with --strict-port: the error says how to stop it', () =>
    withServer({ root: other.root }, (first) => {
      const result = run([`--port=${first.port}`, '--strict-port', site.root]);
      assertError(
        result,
        1,
        new RegExp(`port ${first.port} is taken by the liveserve that serves`),
      );
      assert.ok(result.stderr.includes(`liveserve stop '${other.root}'`), result.stderr);
    }));

  test('by a liveserve that is suspended', () =>
    withServer({ root: other.root }, async (first) => {
      process.kill(first.pid, 'SIGSTOP');
      await untilSuspended(first.pid);
      const result = run([`--port=${first.port}`, '--strict-port', site.root]);
      process.kill(first.pid, 'SIGCONT');
      const holder = `the liveserve that serves ${other.root} and is suspended`;
      assertError(
        result,
        1,
        new RegExp(
          `port ${first.port} is taken by ${holder}; stop it with: liveserve stop '${other.root}'`,
        ),
      );
    }));

  test('by another program: the error names it', async () => {
    const holder = net.createServer();
    await new Promise((resolve) => holder.listen(0, '127.0.0.1', () => resolve(null)));
    const { port } = /** @type {net.AddressInfo} */ (holder.address());
    const result = run([`--port=${port}`, '--strict-port', site.root]);
    assertError(
      result,
      1,
      new RegExp(`port ${port} is taken by \\S+ \\(process ${process.pid}\\)`),
    );
    holder.close();
  });
});

describe('words', () => {
  const folders = makeSite({
    'serve/index.html': 'x',
    'list/index.html': 'in list',
    'index.html': '',
  });

  test('version and help', () => {
    assert.equal(run(['version']).stdout, run(['--version']).stdout);
    assert.equal(run(['help']).stdout, run(['--help']).stdout);
    assert.equal(run(['help', 'all']).stdout, run(['--help=all']).stdout);
    assert.match(run(['help', 'port']).stdout, /^ {2}-p, --port=N /);
    for (const word of ['list', 'stop', 'status', 'reload', 'why', 'init', 'allow'])
      assert.match(run(['help', word]).stdout, new RegExp(`^Usage: liveserve ${word}\\b`), word);
    assertError(
      run(['help', 'nothing']),
      2,
      /there is no option nothing; see liveserve --help=all/,
    );
  });

  test('serve is left out', () =>
    withServer({ args: ['serve', '--port=0'], root: site.root }, async (server) => {
      assert.match((await get(server, '/')).body.toString(), /site/);
    }));

  test('a command wins over the folder of that name, and says so', () => {
    for (const word of ['list', 'version']) {
      fs.mkdirSync(folders.path(word), { recursive: true });
      const { code, stderr } = run([word], { cwd: folders.root });
      assert.equal(code, 0);
      assert.equal(
        stderr,
        `liveserve: "${word}" is a command; to serve the folder of that name: liveserve ./${word}\n`,
      );
    }
  });

  test('with ./ it is always the folder', () =>
    withServer({ cwd: folders.root, root: './list' }, async (server) => {
      assert.match((await get(server, '/')).body.toString(), /in list/);
    }));

  test('a command behind options, or with a typing error, is named', () => {
    assertError(run(['--quiet', 'stop'], { cwd: site.root }), 2, /liveserve stop/);
    assertError(run(['stpo'], { cwd: site.root }), 2, /did you mean: liveserve stop/);
    assertError(run(['\u2013port=80']), 2, /begins with a typographic dash/);
  });

  test('options and words that a command does not have', () => {
    assertError(run(['stop', '--port=1']), 2, /stop has no option --port=1/);
    assertError(run(['list', 'x']), 2, /"x" is one too many/);
    assertError(run(['stop', 'a', 'b']), 2, /"b" is one too many/);
  });
});
