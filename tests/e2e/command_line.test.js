/**
 * The command line. A mistake in it gives one sentence on stderr and exit code 2.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { connect, get, request } from '../support/http.js';
import {
  atEnd,
  inTime,
  makeSite,
  portOf,
  privilegedPortSkip,
  run as runProgram,
  UNKNOWN_HOST,
} from '../support/server.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({
  'index.html': 'index',
  'style.css': '',
  'sub/index.html': 'sub',
  '-odd/index.html': 'odd',
});

const run = (args, options) => runProgram(args, { cwd: site.root, ...options });

function assertRefused({ code, stdout, stderr }, expectedCode, sentence) {
  assert.deepEqual({ code, stdout }, { code: expectedCode, stdout: '' }, stderr);
  assert.match(stderr, /^liveserve: [^\n]+\n$/, 'one line');
  assert.match(stderr, sentence);
}

async function body(server, target = '/') {
  const answer = await get(server, target, { 'Sec-Fetch-Dest': 'empty' });
  return answer.body.toString();
}

/** Listens on this port, or on any free one. */
async function occupy(host, port = 0) {
  const other = net.createServer();
  atEnd(() => other.close());
  await inTime(once(other.listen(port, host), 'listening'), () => `a port on ${host}`);
  return other;
}

async function hasIPv6() {
  try {
    (await occupy('::1')).close();
    return true;
  } catch {
    return false;
  }
}

const withoutIPv6 = (await hasIPv6()) ? false : 'this machine has no ::1';

describe('help and version', () => {
  for (const option of ['--version', '-v']) {
    test(`${option} prints the version`, () => {
      const { code, stdout, stderr } = run([option]);
      assert.match(stdout, /^liveserve \d+\.\d+\.\d+\n$/);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    });
  }

  for (const option of ['--help', '-h', '-help']) {
    test(`${option} shows the most used options on one screen`, () => {
      const { code, stdout, stderr } = run([option]);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      assert.match(stdout, /^Usage: liveserve \[OPTIONS\] \[ROOT\]\n/);
      assert.equal(stdout.match(/^ +(-\w, )?--\w/gm).length, 10);
      assert.equal(stdout.match(/^ +liveserve -/gm).length, 2, 'two examples');
      assertFits(stdout);
      assert.ok(stdout.split('\n').length <= 24, 'with the prompt, 24 lines');
    });
  }

  test('--help=all shows every option', () => {
    const { code, stdout, stderr } = run(['--help=all']);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(stdout, /^Usage: liveserve \[OPTIONS\] \[ROOT\]\n/);
    for (const name of ['port', 'strict-port', 'host', 'open', 'no-browser', 'wait', 'ignore']) {
      assert.match(stdout, new RegExp(`--${name}\\b`));
    }
    assertFits(stdout);
  });

  function assertFits(text) {
    const wide = text.split('\n').filter((line) => line.length > 79);
    assert.deepEqual(wide, [], 'at most 79 columns');
  }
});

const noNobody = process.getuid() !== 0 && 'needs root to become nobody';

describe('bad input is one sentence and exit code 2', () => {
  const rows = [
    [['--bogus'], /no option --bogus; see/],
    [['--prot=1'], /no option --prot=1; did you mean --port\?/],
    [['--middleware=spa'], /--middleware: no JavaScript runs in liveserve/],
    [['-x'], /no option -x/],
    [['-open'], /-open: a long option has two dashes; write --open$/m],
    [['-port=8080'], /-port=8080: a long option has two dashes; write --port=8080$/m],
    [['-no-open'], /write --no-open$/m],
    [['-p=80'], /write -p80 or --port=80$/m],
    [['-qx'], /no option -x/],
    [['--port=70000'], /port "70000"/],
    [['--port=65536'], /port "65536"/],
    [['--port=x'], /port "x"/],
    [['--port=-1'], /port "-1"/],
    [['--port='], /port ""/],
    [['--port=80x'], /port "80x"/],
    [['--port= 80'], /port " 80"/],
    [['--port=18446744073709551617'], /port "18446744073709551617"/],
    [['-p', 'x'], /port "x"/],
    [['--port'], /--port needs a value/],
    [['-p'], /-p needs a value/],
    [['--host'], /--host needs a value/],
    [['--host='], /--host needs a name/],
    [['--strict-port=yes'], /--strict-port=yes: this option takes no value/],
    [['--wait=x'], /wait "x": give a number from 0 to 60000/],
    [['--wait=60001'], /wait "60001": give a number/],
    [['--ignore='], /--ignore needs a pattern/],
    [['no-such-folder'], /there is no folder "no-such-folder"/],
    [[''], /there is no folder ""/],
    [[site.path('style.css')], /is a file/],
    [['no-such-page.html'], /there is no folder "no-such-page.html"/],
    [['index.html/'], /is a file/],
    [['sub', './-odd'], /one folder is enough: "\.\/-odd"/],
    [['--host=203.0.113.1', '--port=0'], /"203\.0\.113\.1" is no address of this machine/],
    [['--host=2001:db8::1', '--port=0'], /"2001:db8::1" is no address of this machine/],
    [[`--host=${UNKNOWN_HOST}`, '--port=0'], /"x{64}\.invalid" is no address of this machine/],
  ];
  for (const [args, sentence] of rows) {
    test(JSON.stringify(args), () => assertRefused(run(args), 2, sentence));
  }

  for (const args of [
    ['--\x1b[31mred'],
    ['--port=\x1b[31m'],
    ['\x1b[31mfolder'],
    ['a', '\x1b[31m'],
  ]) {
    test(`no control character of ${JSON.stringify(args)} reaches the terminal`, () => {
      const result = run(args);
      assertRefused(result, 2, /\\x1b\[31m/);
      assert.ok(!result.stderr.includes('\x1b'));
    });
  }

  test('a folder that may not be read', { skip: noNobody }, () => {
    const locked = makeSite({ 'index.html': '' });
    fs.chmodSync(locked.root, 0o700);
    assertRefused(run([locked.root], { uid: 65534, gid: 65534 }), 2, /cannot open the folder/);
  });

  test('a port that needs root', { skip: noNobody || privilegedPortSkip() }, () => {
    fs.chmodSync(site.root, 0o755);
    const result = run(['--port=81', site.root], { uid: 65534, gid: 65534 });
    assertRefused(result, 2, /port 81 is only for root/);
  });
});

describe('options are understood', () => {
  /** @type {[string[], string?][]} */
  const rows = [
    [['--port', '0']],
    [['--port=0']],
    [['-p', '0', '--port=0']],
    [['-p0', '--port=0']],
    [['--host', '127.0.0.1'], 'http://127.0.0.1:'],
    [['--host=127.0.0.1'], 'http://127.0.0.1:'],
    [['-H', '127.0.0.1'], 'http://127.0.0.1:'],
    [['-H127.0.0.1'], 'http://127.0.0.1:'],
    [['--host=0.0.0.0'], 'http://localhost:'],
    [['--wait', '10', '--ignore', '*.log', '-i', 'a/**', '-w10', '--no-browser', '--strict-port']],
  ];
  for (const [args, start = 'http://localhost:'] of rows) {
    test(args.join(' '), () =>
      withServer({ cwd: site.root, args }, async (server) => {
        assert.ok(server.url.startsWith(start), server.url);
        assert.equal(await body(server), 'index');
      }),
    );
  }

  test('--host=::1', { skip: withoutIPv6 }, () =>
    withServer({ cwd: site.root, args: ['--host=::1'] }, async (server) => {
      assert.match(server.url, /^http:\/\/\[::1\]:\d+\/$/);
    }),
  );

  test('the last one counts', () =>
    withServer(
      { cwd: site.root, args: ['--host=203.0.113.1', '--host=localhost'] },
      async (server) => {
        assert.equal(await body(server), 'index');
      },
    ));

  test('options may follow the folder', () =>
    withServer({ cwd: site.root, args: ['sub', '--host=localhost'] }, async (server) => {
      assert.equal(await body(server), 'sub');
    }));

  test('after -- nothing is an option', () =>
    withServer({ cwd: site.root, args: ['--', '-odd'] }, async (server) => {
      assert.equal(await body(server), 'odd');
    }));

  test('a folder by a link and a trailing slash', () => {
    fs.symlinkSync('sub', site.path('link'));
    return withServer({ cwd: site.root, args: ['link/'] }, async (server) => {
      assert.equal(await body(server), 'sub');
      assert.ok(server.lines.includes(`  Serving   ${site.path('sub')}`), server.lines.join('\n'));
    });
  });
});

describe('addresses and ports', () => {
  test('localhost is 127.0.0.1', () =>
    withServer({ cwd: site.root }, async (server) =>
      assert.equal((await get(server, '/')).status, 200),
    ));

  test('localhost is ::1 too', { skip: withoutIPv6 }, () =>
    withServer({ cwd: site.root }, async ({ port }) => {
      const answer = await inTime(fetch(`http://[::1]:${port}/`), () => 'an answer from ::1');
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), /index$/);
    }),
  );

  for (const host of ['127.0.0.1', '::1']) {
    const skip = host === '::1' && withoutIPv6;

    test(`a port taken on ${host}: the next one is used and named`, { skip }, async () => {
      const other = await occupy(host);
      const taken = portOf(other);
      await withServer({ cwd: site.root, args: [`--port=${taken}`] }, async (server) => {
        assert.ok(server.port > taken && server.port <= taken + 100, server.url);
        const line = `  Open      http://localhost:${server.port}/  (port ${taken} is taken)`;
        assert.ok(server.lines.includes(line), server.lines.join('\n'));
        assert.equal(await body(server), 'index');
      });
      other.close();
    });

    test(`a port taken on ${host}: --strict-port makes it an error`, { skip }, async () => {
      const other = await occupy(host);
      const port = portOf(other);
      assertRefused(
        run([`--port=${port}`, '--strict-port']),
        1,
        new RegExp(`port ${port} is taken`),
      );
      other.close();
    });
  }

  test('port 65535 is taken: there is no next one', async (t) => {
    const other = await occupy('127.0.0.1', 65535).catch(() => null);
    if (!other) t.skip('another program has it');
    assertRefused(run(['--port=65535']), 1, /port 65535 is taken/);
    other?.close();
  });

  test('a port is free again at once after a stop with a connection open', async () => {
    let port;
    await withServer({ cwd: site.root }, async (server) => {
      const connection = await connect(server);
      connection.send(request(server, '/'));
      await connection.answer();
      port = server.port;
    });
    await withServer(
      { cwd: site.root, args: [`--port=${port}`, '--strict-port'] },
      async (server) => {
        assert.equal(server.port, port);
      },
    );
  });
});

const EMPTY =
  'the folder is empty; a page appears as soon as index.html does. To make one, run in it: liveserve init --page';

describe('the banner', () => {
  const quietSite = makeSite({ 'index.html': 'quiet' });

  test('in a pipe it is five plain lines', () =>
    withServer(
      { cwd: site.root, root: quietSite.root, env: { TERM: 'xterm-256color', NO_COLOR: '' } },
      async (server) => {
        await server.waitForLine(/Stop/);
        const { stdout } = run(['--version']);
        assert.deepEqual(server.lines, [
          stdout.trim(),
          `  Serving   ${quietSite.root}`,
          `  Open      http://localhost:${server.port}/`,
          '  Watching  every folder in it',
          '  Stop      Ctrl-C',
        ]);
      },
    ));

  for (const [name, files, note] of /** @type {[string, Record<string, string>, string][]} */ ([
    ['an empty folder', {}, EMPTY],
    [
      'a folder without an index',
      { 'a.html': '' },
      'no index.html in this folder; / lists its files',
    ],
    [
      'an index in languages only',
      { 'index.html.zh': '', 'index.html.en': '' },
      'the index of this folder has a language in its name; --languages shows it at /, which lists the files now',
    ],
  ])) {
    test(`${name} is said`, () =>
      withServer({ root: makeSite(files).root }, async (server) => {
        await server.waitForLine(/Stop/);
        assert.ok(server.lines.includes(`  Note      ${note}`), server.lines.join('\n'));
      }));

    test(`${name} is no matter when something else answers`, () =>
      withServer({ root: makeSite(files).root, args: ['--spa'] }, async (server) => {
        await server.waitForLine(/Stop/);
        assert.ok(!server.lines.some((line) => /Note/.test(line)));
      }));
  }

  test('a folder without an index is not said where rules of hosts may show something', async () => {
    for (const name of ['.htaccess', '_redirects'])
      for (const [args, isSaid] of /** @type {[string[], boolean][]} */ ([
        [[], false],
        [['--no-host-rules'], true],
      ])) {
        const { root } = makeSite({ 'a.html': '', [name]: '' });
        await withServer({ root, args }, async (server) => {
          await server.waitForLine(/Stop/);
          assert.equal(
            server.lines.some((line) => /Note/.test(line)),
            isSaid,
            name,
          );
        });
      }
  });

  for (const args of [[], ['--poll'], ['--poll=50']])
    test(`a folder that is deleted, and made again, is said: ${args}`, () => {
      const folder = makeSite({ 'index.html': '' });
      return withServer({ root: folder.root, args }, async (server) => {
        await server.waitForLine(/Stop/);
        fs.rmSync(folder.root, { recursive: true });
        await server.waitForLine(/ {2}the folder \S+ is gone; it is served again when it is back$/);
        fs.mkdirSync(folder.root);
        await server.waitForLine(/ {2}the folder \S+ is back$/);
      });
    });

  test('a folder in it that cannot be read is said', { skip: noNobody }, () => {
    const folder = makeSite({
      'index.html': '',
      'locked/x.html': '',
      nobody:
        '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups "$LIVESERVE" "$@"\n',
    });
    fs.chmodSync(folder.root, 0o755);
    fs.chmodSync(folder.path('nobody'), 0o755);
    fs.chmodSync(folder.path('locked'), 0o700);
    return withServer({ root: folder.root, binary: folder.path('nobody') }, async (server) => {
      await server.waitForLine(/ {2}the folder \S+\/locked cannot be read, .*; chmod u\+rx gives/);
    });
  });

  for (const option of ['--quiet', '-q']) {
    test(`${option} leaves the address`, () =>
      withServer({ cwd: site.root, root: quietSite.root, args: [option] }, async (server) => {
        await get(server, '/');
        assert.equal(server.lines.length, 2);
        assert.match(server.lines[0], /^liveserve \d/);
        assert.equal(server.lines[1], `  Open      http://localhost:${server.port}/`);
      }));
  }

  test('control characters in the name of the folder are escaped', () => {
    const name = path.join(quietSite.root, 'a\x1b[31m\nb');
    fs.mkdirSync(name);
    return withServer({ cwd: site.root, root: name }, async (server) => {
      assert.equal(server.lines[1], `  Serving   ${quietSite.root}/a\\x1b[31m\\x0ab`);
    });
  });

  const script = fs.existsSync('/usr/bin/script') ? false : 'no script(1) to make a terminal with';
  test(
    'at a terminal it is coloured, unless NO_COLOR is set, and Ctrl-C stops it',
    { skip: script },
    async () => {
      assert.match(await seenAtTerminal({ NO_COLOR: '' }), /\x1b\[36mhttp:/);
      assert.doesNotMatch(await seenAtTerminal({ NO_COLOR: '1' }), /\x1b\[\d*m/);
    },
  );

  async function seenAtTerminal(env) {
    const command = `exec "$LIVESERVE" --port=0 "${quietSite.root}"`;
    const child = spawn(
      '/usr/bin/script',
      ['--quiet', '--return', '--command', command, '/dev/null'],
      {
        env: { ...process.env, TERM: 'xterm', ...env },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    atEnd(() => child.kill());
    let seen = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      seen += text;
      if (seen.includes('Ctrl-C') && !child.stdin.writableEnded) child.stdin.end('\x03');
    });
    const [code] = await inTime(once(child, 'close'), () => `Ctrl-C to stop it; it said ${seen}`);
    assert.equal(code, 0, seen);
    return seen;
  }
});
