/**
 * A folder that somebody else wrote: its settings files start no program, show nothing outside of it and open
 * nothing, until the user has allowed them.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import { describe, test } from 'node:test';
import { ask, get } from '../support/http.js';
import { atEnd, makeSite, portOf, run, startServer, until } from '../support/server.js';
import { handshake } from '../support/websocket.js';

const json = JSON.stringify;
const EVIL = 'http://evil.example';
const NOT_USED =
  /^liveserve: (\S+):(\d+): "([\w-]+)" (.*) and is not used; "liveserve allow( \S+)?" lets this file say so$/;

/** A repository: files with contents, and links. What it must not read is in .secret, beside it. */
function clone(files = {}, links = {}) {
  const secret = makeSite({ id: 'private key', 'sub/id': 'private key' });
  const site = makeSite({
    'index.html': 'index',
    'lib/a.js': 'library',
    '.env': 'TOKEN=1',
    ...files,
  });
  fs.symlinkSync(secret.root, site.path('out'));
  fs.symlinkSync('.env', site.path('env.txt'));
  for (const [name, to] of Object.entries(links)) fs.symlinkSync(to, site.path(name));
  return { ...site, secret };
}

/** A home folder of its own, so that what one test allows no other test sees. */
const ownHome = () => makeSite().root;

/** Starts liveserve, and kills it after use: some of these say a lot on stderr. */
async function serving(options, use) {
  const home = options.env?.HOME ?? ownHome();
  const server = await startServer({ ...options, env: { ...options.env, HOME: home } });
  try {
    return await use(server);
  } catch (error) {
    error.message += `\n${[...server.lines, ...server.errors].join('\n')}`;
    throw error;
  } finally {
    await server.kill();
  }
}

/** Waits for the sentence about a setting. Returns what the setting would do. */
async function heldBack(server, file, name) {
  const find = () =>
    server.errors.map((line) => NOT_USED.exec(line)).find((m) => m?.[1] === file && m[3] === name);
  await until(`the line about "${name}" of ${file}; came: ${server.errors.join('\n')}`, () =>
    Boolean(find()),
  );
  return find()[4];
}

/** The local addresses of a listening port, as the kernel writes them. */
function addressesOf(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => fs.readFileSync(file, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === '0A' && local.endsWith(`:${hex}`))
    .map(([, local]) => local.split(':')[0]);
}
const LOOPBACK = ['0100007F', '00000000000000000000000001000000'];

describe('no program of the repository is started', () => {
  const script = '#!/bin/sh\n: >"$PWNED"\n';
  const own = (/** @type {object} */ settings) => ({
    '.liveserve.json': json({ open: true, ...settings }),
  });
  const ofVsCode = (/** @type {string} */ key) => ({
    ...own({}),
    '.vscode/settings.json': json({ [`liveServer.settings.${key}`]: './b.sh' }),
  });
  /** @type {[string, Record<string, string>, string, string][]} what, the files, where the line is from */
  const rows = [
    ['a script', own({ browser: './b.sh' }), '.liveserve.json', 'browser'],
    ['a shell', own({ browser: 'sh,-c,:>$PWNED' }), '.liveserve.json', 'browser'],
    ['words for a browser', own({ browser: 'chrome,./b.sh' }), '.liveserve.json', 'browser'],
    ['a line', own({ 'browser-line': './b.sh' }), '.liveserve.json', 'browser-line'],
    [
      '.live-server.json',
      { '.live-server.json': json({ open: true, browser: ['./b.sh'] }) },
      '.live-server.json',
      'browser',
    ],
    [
      'AdvanceCustomBrowserCmdLine',
      ofVsCode('AdvanceCustomBrowserCmdLine'),
      '.vscode/settings.json',
      'browser-line',
    ],
    ['CustomBrowser', ofVsCode('CustomBrowser'), '.vscode/settings.json', 'browser'],
    [
      'settings behind a link',
      { 'x.json': json({ open: true, browser: './b.sh' }) },
      '.liveserve.json',
      'browser',
    ],
  ];
  for (const [what, files, file, name] of rows) {
    test(what, async () => {
      const links = 'x.json' in files ? { '.liveserve.json': 'x.json' } : {};
      const site = clone({ ...files, 'b.sh': script }, links);
      const programs = makeSite({ 'xdg-open': '#!/bin/sh\n: >"$OPENED"\n' });
      fs.chmodSync(site.path('b.sh'), 0o755);
      fs.chmodSync(programs.path('xdg-open'), 0o755);
      const env = {
        PATH: `${programs.root}:${process.env.PATH}`,
        PWNED: programs.path('pwned'),
        OPENED: programs.path('opened'),
        DISPLAY: ':0',
        BROWSER: '',
      };
      await serving({ cwd: site.root, env }, async (server) => {
        assert.equal(await heldBack(server, file, name), 'starts a program');
        await until('the usual browser', () => fs.existsSync(programs.path('opened')));
        assert.equal(fs.existsSync(programs.path('pwned')), false);
      });
      await serving({ cwd: site.root, env, args: ['--allow-settings'] }, () =>
        what === 'words for a browser'
          ? undefined
          : until('the program', () => fs.existsSync(programs.path('pwned'))),
      );
    });
  }

  test('a workspace, and VS Code’s settings in a folder above', async () => {
    const settings = { 'liveServer.settings.CustomBrowser': './b.sh' };
    const site = clone({
      'a/index.html': '',
      '.vscode/settings.json': json(settings),
      'x.code-workspace': json({ folders: [{ path: 'a' }], settings }),
    });
    await serving({ cwd: site.path('a') }, (server) =>
      heldBack(server, `${site.root}/.vscode/settings.json`, 'browser'),
    );
    await serving({ cwd: site.root, args: ['--workspace=x.code-workspace'] }, (server) =>
      heldBack(server, 'x.code-workspace', 'browser'),
    );
  });

  test('a page that is opened has no characters that a script misreads', async () => {
    for (const page of ['a"b', '$(id)', 'a b', '`id`', 'a;b']) {
      const site = clone({ '.liveserve.json': json({ open: page }) });
      await serving({ cwd: site.root }, (server) => heldBack(server, '.liveserve.json', 'open'));
    }
  });
});

describe('nothing outside of the repository is shown', () => {
  const reaches = 'reaches outside of this folder';
  /** @type {[Record<string, any>, string, string, string][]} settings, name, words, a path that stays secret */
  const rows = [
    [{ mount: { '/x': '../' } }, 'mount', reaches, '/x/'],
    [{ mount: { '/x': 'out' } }, 'mount', reaches, '/x/id'],
    [{ mount: { '/x': 'out/id' } }, 'mount', reaches, '/x'],
    [{ mount: { '/x': 'lib/../out/sub' } }, 'mount', reaches, '/x/id'],
    [{ mount: [['/x', '/etc']] }, 'mount', reaches, '/x/passwd'],
    [{ mount: ['/x:/etc'] }, 'mount', reaches, '/x/passwd'],
    [{ mount: { '/x': '.env' } }, 'mount', 'shows hidden files', '/x'],
    [{ mount: { '/x': 'env.txt' } }, 'mount', 'shows hidden files', '/x'],
    [{ root: 'out' }, 'root', reaches, '/id'],
    [{ root: '/', dotfiles: true }, 'root', reaches, '/etc/passwd'],
    [{ root: '..' }, 'root', reaches, '/id'],
    [{ 'follow-symlinks': true }, 'follow-symlinks', 'follows links out of this folder', '/out/id'],
    [{ dotfiles: true }, 'dotfiles', 'shows hidden files', '/.env'],
    [{ file: '.env' }, 'file', 'shows a hidden file', '/nothing'],
    [{ watch: ['out'] }, 'watch', reaches, '/out/id'],
    [{ watch: '/' }, 'watch', reaches, '/out/id'],
  ];
  for (const [settings, name, words, path] of rows) {
    test(json(settings), async () => {
      const site = clone({ '.liveserve.json': json(settings) });
      await serving({ cwd: site.root }, async (server) => {
        assert.equal(await heldBack(server, '.liveserve.json', name), words);
        const { status } = await get(server, path, { 'Sec-Fetch-Dest': 'document' });
        assert.ok(status === 403 || status === 404, `${path}: ${status}`);
        assert.equal((await get(server, '/')).status, 200);
        assert.match((await get(server, '/')).body.toString(), /index/);
      });
    });
  }

  test('VS Code’s root and mount, through a link', async () => {
    const settings = {
      'liveServer.settings.root': '/out',
      'liveServer.settings.mount': [['/x', 'out']],
    };
    const site = clone({ '.vscode/settings.json': json(settings) });
    await serving({ cwd: site.root }, async (server) => {
      assert.equal(await heldBack(server, '.vscode/settings.json', 'root'), reaches);
      assert.equal(await heldBack(server, '.vscode/settings.json', 'mount'), reaches);
      assert.match((await get(server, '/')).body.toString(), /index/);
      assert.equal((await get(server, '/x/id')).status, 404);
      assert.equal((await get(server, '/id')).status, 404);
    });
  });

  test('the folder of a workspace', async () => {
    for (const path of ['out', '../', '/etc', '.vscode']) {
      const site = clone({
        '.vscode/x': '',
        'x.code-workspace': `{"settings": {},\n"folders": [{"path": ${json(path)}}]}`,
      });
      await serving({ cwd: site.root, args: ['--workspace=x.code-workspace'] }, async (server) => {
        await heldBack(server, 'x.code-workspace', 'workspace');
        assert.match((await get(server, '/')).body.toString(), /index/);
        assert.ok(server.errors[0].startsWith('liveserve: x.code-workspace:2: '));
      });
    }
  });

  test('a mounted folder becomes a link while the server runs', async () => {
    for (const args of [[], ['--no-sandbox']]) {
      const site = clone({ '.liveserve.json': json({ mount: { '/x': 'lib' } }) });
      await serving({ cwd: site.root, args }, async (server) => {
        assert.equal((await get(server, '/x/a.js')).body.toString(), 'library');
        for (const to of ['out', '.git']) {
          site.write('.git/id', 'token');
          fs.rmSync(site.path('lib'), { recursive: true });
          fs.symlinkSync(to, site.path('lib'));
          // The folder that was mounted is noticed to be gone at some moment; the other never shows.
          await until('the folder to be gone', async () => {
            const { status, body } = await get(server, '/x/id');
            assert.doesNotMatch(body.toString(), /private key|token/);
            return status === 404 && (await get(server, '/x/a.js')).status === 404;
          });
          fs.rmSync(site.path('lib'));
          site.write('lib/a.js', 'library');
          await until('the folder to be back', async () => {
            return (await get(server, '/x/a.js')).status === 200;
          });
        }
      });
    }
  });
});

describe('nothing is opened', () => {
  /** Names of settings, for all of which there must be a line. */
  async function closed(settings, use, file = '.liveserve.json') {
    const site = clone({ [file]: json(settings) });
    await serving({ cwd: site.root }, async (server) => {
      await use(server);
      const known = { 'liveServer.settings.useLocalIp': 'lan' };
      for (const key of Object.keys(settings))
        await heldBack(server, file, known[key] ?? key.replace('liveServer.settings.', ''));
    });
  }

  const isLocal = async (server) => {
    const addresses = addressesOf(server.port);
    assert.ok(addresses.length > 0);
    for (const address of addresses) assert.ok(LOOPBACK.includes(address), address);
  };
  for (const host of ['0.0.0.0', '::', '*', '0'])
    test(`the port: host ${host}`, () => closed({ host }, isLocal));
  test('the port: lan', () => closed({ lan: true }, isLocal));
  test('the port: .live-server.json', () =>
    closed({ host: '0.0.0.0' }, isLocal, '.live-server.json'));
  test('the port: VS Code', () =>
    closed(
      { 'liveServer.settings.useLocalIp': true, 'liveServer.settings.host': '0.0.0.0' },
      isLocal,
      '.vscode/settings.json',
    ));

  test('to other origins and names', () =>
    closed({ cors: true, 'allow-origin': EVIL, 'allowed-host': 'evil.example' }, async (server) => {
      const { fields } = await get(server, '/', { Origin: EVIL });
      assert.equal(fields['access-control-allow-origin'], undefined);
      assert.equal((await get(server, '/', { Host: 'evil.example' })).status, 403);
      const socket = await ask(server, handshake(server, { fields: { Origin: EVIL } }));
      assert.equal(socket.status, 403);
    }));

  test('headers that loosen something', () =>
    closed({ header: { 'Set-Cookie': 'a=b' } }, async (server) => {
      assert.equal((await get(server, '/')).fields['set-cookie'], undefined);
    }));

  test('the sandbox', async () => {
    const privileges = (server) =>
      /NoNewPrivs:\s+(\d)/.exec(fs.readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1];
    const usual = clone();
    const expected = await serving({ cwd: usual.root }, async (server) => {
      await get(server, '/');
      return privileges(server);
    });
    await closed({ sandbox: false }, async (server) => {
      await get(server, '/');
      assert.equal(privileges(server), expected);
    });
  });

  test('a proxy to other servers', async () => {
    let asked = 0;
    const upstream = http.createServer((_, answer) => answer.end(`${++asked}`));
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    atEnd(() => upstream.close());
    const url = `http://127.0.0.1:${portOf(upstream)}`;
    const ofVsCode = {
      'liveServer.settings.proxy': { enable: true, baseUri: '/x', proxyUri: url },
    };
    /** @type {[string, object][]} */
    const rows = [
      ['.liveserve.json', { proxy: { '/x': url } }],
      ['.live-server.json', { proxy: [['/x', url]] }],
      ['.vscode/settings.json', ofVsCode],
    ];
    for (const [file, settings] of rows) {
      await closed(settings, async (s) => assert.equal((await get(s, '/x')).status, 404), file);
    }
    upstream.close();
    assert.equal(asked, 0);
  });

  test('certificates and passwords', () =>
    closed(
      { https: true, cert: '/dev/zero', key: '/dev/zero', htpasswd: '/dev/zero' },
      async (server) => assert.equal((await get(server, '/')).status, 200),
    ));
});

describe('what the user is told', () => {
  const settings = '{\n"port": 0,\n"mount": {"/x": "out", "/y": "../"}, "log-level": "quiet"}';

  test('one line for each setting, also if the file wants silence', async () => {
    const site = clone({ '.liveserve.json': settings });
    await serving({ cwd: site.root }, async (server) => {
      await heldBack(server, '.liveserve.json', 'mount');
      await get(server, '/');
      assert.deepEqual(server.errors, [
        'liveserve: .liveserve.json:3: "mount" reaches outside of this folder and is not used; ' +
          '"liveserve allow" lets this file say so',
      ]);
    });
  });

  test('the folder to allow is named', async () => {
    const site = clone({ '.liveserve.json': settings });
    await serving({ root: site.root }, async (server) => {
      await heldBack(server, `${site.root}/.liveserve.json`, 'mount');
      assert.ok(server.errors[0].includes(`"liveserve allow ${site.root}"`));
    });
  });

  test('--log-format=json', async () => {
    const site = clone({ '.liveserve.json': settings });
    const args = ['--log-format=json'];
    const open = /"url": ?"([^"]+)"/;
    await serving({ cwd: site.root, args, open }, async (server) => {
      await until('the line', () => server.errors.length > 0);
      assert.match(json(JSON.parse(server.errors[0])), /\.liveserve\.json:3: .*is not used/);
    });
  });

  test('--show-config', () => {
    const site = clone({ '.liveserve.json': settings });
    const { stdout } = run(['--show-config'], { cwd: site.root, env: { HOME: ownHome() } });
    assert.match(stdout, /^mount +none +default\n +\/x=out +\.liveserve\.json:3, held back$/m);
    assert.match(stdout, /^port +0 +\.liveserve\.json:2$/m);
  });

  test('nothing, if the settings only name a port, a host of this machine or a browser', async () => {
    const site = clone({
      '.liveserve.json': json({
        wait: 9,
        header: { 'Cache-Control': 'no-store' },
        mount: { '/x': 'lib' },
      }),
      '.vscode/settings.json': json({
        'liveServer.settings.port': 0,
        'liveServer.settings.host': '127.0.0.1',
        'liveServer.settings.CustomBrowser': 'chrome:PrivateMode',
        'liveServer.settings.root': '/',
        'liveServer.settings.NoBrowser': true,
        'liveServer.settings.useLocalIp': false,
        'liveServer.settings.cors': false,
        'liveServer.settings.https': { enable: false, cert: '', key: '', passphrase: '' },
        'liveServer.settings.proxy': { enable: false, baseUri: '/', proxyUri: '' },
      }),
    });
    await serving({ cwd: site.root }, async (server) => {
      assert.equal((await get(server, '/x/a.js')).status, 200);
      assert.deepEqual(server.errors, []);
      assert.ok(server.url.startsWith('http://127.0.0.1:'));
    });
  });
});

describe('liveserve allow', () => {
  const settings = '{"mount": {"/x": "out"},\n"dotfiles": true, "cors": true}';
  const told = [
    '.liveserve.json:1: "mount" reaches outside of this folder: /x=out',
    '.liveserve.json:2: "dotfiles" shows hidden files',
    '.liveserve.json:2: "cors" lets pages of other sites read answers',
  ];
  const isOpen = async (server) => (await get(server, '/x/id')).status === 200;

  /** A repository, and the commands with a home of their own. */
  function prepared(text = settings) {
    const site = clone({ '.liveserve.json': text });
    const options = { cwd: site.root, env: { HOME: ownHome() } };
    const command = (...args) => run(args, options);
    const opens = () => serving(options, isOpen);
    return { site, options, command, opens };
  }

  test('lets the file say what it says, until it is denied', async () => {
    const { command, opens, options, site } = prepared();
    assert.equal(await opens(), false);
    const { code, stdout, stderr } = command('allow');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.deepEqual(stdout.split('\n').slice(0, 3), told);
    await serving(options, async (server) => {
      assert.equal(await isOpen(server), true);
      assert.equal((await get(server, '/.env')).status, 200);
      assert.deepEqual(server.errors, []);
    });
    assert.match(
      command('deny', '--', site.root).stdout,
      /\.liveserve\.json is not allowed any more/,
    );
    assert.equal(await opens(), false);
    assert.match(command('deny').stdout, /nothing to deny/);
  });

  test('a file with other bytes asks again', async () => {
    const { command, opens, site } = prepared();
    command('allow');
    site.write('.liveserve.json', `${settings} `);
    assert.equal(await opens(), false);
    site.write('.liveserve.json', settings);
    assert.equal(await opens(), true);
  });

  test('a copy of the folder asks again', async () => {
    const { command, options, site } = prepared();
    command('allow');
    const copy = clone({ '.liveserve.json': settings });
    assert.equal(await serving({ ...options, cwd: copy.root }, isOpen), false);
    fs.rmSync(copy.path('.liveserve.json'));
    fs.symlinkSync(site.path('.liveserve.json'), copy.path('.liveserve.json'));
    assert.equal(await serving({ ...options, cwd: copy.root }, isOpen), false);
  });

  test('a link that leads elsewhere afterwards asks again', async () => {
    const { command, opens, site } = prepared('{"mount": {"/x": "lib"}, "cors": true}');
    assert.equal(command('allow').code, 0);
    site.remove('lib');
    fs.symlinkSync('out', site.path('lib'));
    assert.equal(await opens(), false);
    assert.match(command('allow').stdout, /"mount" reaches outside/);
    assert.equal(await opens(), true);
    const other = makeSite({ id: 'another' });
    fs.rmSync(site.path('lib'));
    fs.symlinkSync(other.root, site.path('lib'));
    assert.equal(await opens(), false);
  });

  test('VS Code’s settings in a folder above, and a workspace', async () => {
    const { command, site, options } = prepared('{}');
    site.write('.vscode/settings.json', json({ 'liveServer.settings.cors': true }));
    site.write('lib/index.html', 'x');
    const hasCors = async (server) =>
      Boolean((await get(server, '/', { Origin: EVIL })).fields['access-control-allow-origin']);
    const above = { ...options, cwd: site.path('lib') };
    assert.equal(await serving(above, hasCors), false);
    assert.equal(command('allow', 'lib').code, 0);
    assert.equal(await serving(above, hasCors), true);

    site.write('x.code-workspace', json({ folders: [{ path: site.secret.root }] }));
    const args = ['--workspace=x.code-workspace'];
    const shown = async (server) => (await get(server, '/id')).status;
    assert.equal(await serving({ ...options, args }, shown), 404);
    assert.equal(command('allow', 'x.code-workspace').code, 0);
    assert.equal(await serving({ ...options, args }, shown), 200);
  });

  test('--allow-settings counts for one run, and only on the command line', async () => {
    const { opens, options, site } = prepared();
    assert.equal(await serving({ ...options, args: ['--allow-settings'] }, isOpen), true);
    assert.equal(await opens(), false);
    site.write('.liveserve.json', '{"allow-settings": true, "mount": {"/x": "out"}}');
    assert.equal(await opens(), false);
    assert.match(run(['--show-config'], options).stderr, /there is no setting "allow-settings"/);
  });

  test('there may be nothing to allow', () => {
    const { command, options } = prepared('{"port": 1}');
    const { code, stdout } = command('allow');
    assert.equal(code, 0);
    assert.match(stdout, /^There is nothing to allow/);
    assert.equal(fs.existsSync(`${options.env.HOME}/.local`), false);
  });

  test('what is printed has no control characters and no passphrase', () => {
    const { command } = prepared(json({ passphrase: 'secret', browser: '\x1b[2J\u009b' }));
    const { stdout } = command('allow');
    assert.match(stdout, /"browser" starts a program: \\x1b\[2J/);
    assert.doesNotMatch(stdout, /secret|\x1b|\u009b/);
  });

  test('is for its user alone', () => {
    const { command, options } = prepared();
    command('allow');
    const store = `${options.env.HOME}/.local/share/liveserve/allow`;
    const [record, ...others] = fs.readdirSync(store);
    assert.deepEqual(others, []);
    assert.match(record, /^[0-9a-f]{64}$/);
    assert.equal(fs.statSync(store).mode & 0o777, 0o700);
    assert.equal(fs.statSync(`${store}/${record}`).mode & 0o777, 0o600);
  });

  test('a store that others may write to does not count', async () => {
    const { command, options, opens } = prepared();
    command('allow');
    fs.chmodSync(`${options.env.HOME}/.local/share/liveserve/allow`, 0o777);
    assert.equal(await opens(), false);
    const { code, stderr } = command('allow');
    assert.equal(code, 1);
    assert.match(stderr, /^liveserve: .* must belong to you.*\n$/);
  });

  test('bad cases have one sentence', () => {
    const { command, site } = prepared();
    /** @type {[string[], number, RegExp][]} */
    const rows = [
      [['allow', 'nowhere'], 2, /cannot use "nowhere": No such file/],
      [['deny', 'nowhere'], 2, /cannot use "nowhere": No such file/],
      [['allow', 'index.html'], 2, /"index\.html" is a file/],
      [['allow', 'a', 'b'], 2, /one folder is enough: "b" is one too many/],
      [['deny', '-x'], 2, /deny has no option -x/],
    ];
    for (const [args, code, sentence] of rows) {
      const result = command(...args);
      assert.equal(result.code, code, args.join(' '));
      assert.match(result.stderr, sentence);
      assert.equal(result.stderr.trimEnd().split('\n').length, 1);
    }
    const homeless = run(['allow'], { cwd: site.root, env: { HOME: '' } });
    assert.equal(homeless.code, 1);
    assert.match(homeless.stderr, /^liveserve: there is no home folder .*\n$/);
    const locked = makeSite({ '.local': 'a file' });
    const refused = run(['allow'], { cwd: site.root, env: { HOME: locked.root } });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^liveserve: cannot make the folder .*\n$/);
    assert.match(command('allow', '--help').stdout, /^Usage: liveserve allow/);
  });
});

describe('while the server runs', () => {
  const opened = json({ 'allowed-host': 'evil.example', dotfiles: true, wait: 7 });
  const statuses = async (server) => [
    (await get(server, '/', { Host: 'evil.example' })).status,
    (await get(server, '/.env')).status,
  ];

  test('a file that comes or changes opens nothing', async () => {
    const site = clone();
    await serving({ cwd: site.root }, async (server) => {
      site.write('.liveserve.json', opened);
      await server.waitForLine(/settings changed: wait 7$/);
      assert.deepEqual(await statuses(server), [403, 404]);
      assert.equal(await heldBack(server, '.liveserve.json', 'dotfiles'), 'shows hidden files');
      await heldBack(server, '.liveserve.json', 'allowed-host');
      const said = server.errors.length;
      site.write('.liveserve.json', opened.replace('7', '8'));
      await server.waitForLine(/settings changed: wait 8$/);
      const again = server.errors.slice(said).filter((line) => NOT_USED.test(line));
      assert.deepEqual(again, []);
    });
  });

  for (const args of [[], ['--no-sandbox']]) {
    test(`an allowed file that changes loses its power ${args}`, async () => {
      const site = clone({ '.liveserve.json': opened });
      const options = { cwd: site.root, env: { HOME: ownHome() }, args };
      run(['allow'], options);
      await serving(options, async (server) => {
        assert.deepEqual(await statuses(server), [200, 200]);
        assert.deepEqual(server.errors, []);
        site.write('.liveserve.json', `${opened} `);
        await server.waitForLine(/settings changed: allowed-host none, dotfiles off$/);
        await heldBack(server, '.liveserve.json', 'dotfiles');
        assert.deepEqual(await statuses(server), [403, 404]);

        run(['allow'], options);
        await server.waitForLine(/settings changed: allowed-host evil\.example, dotfiles on$/);
        assert.deepEqual(await statuses(server), [200, 200]);
        const from = server.lines.length;
        run(['deny'], options);
        await server.waitForLine(/settings changed: allowed-host none, dotfiles off$/, from);
        assert.deepEqual(await statuses(server), [403, 404]);
      });
    });
  }
});
