/**
 * Settings files: messages about them, which of them count, and what happens when they change.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite, privilegedPortSkip, run, until } from '../support/server.js';
import { openSocket } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const json = (value) => JSON.stringify(value);

/** --show-config as {name: [[value, from], ...]}. Here each value is one word. */
function shown(args, options) {
  const { code, stdout, stderr } = run(['--show-config', ...args], options);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  const settings = {};
  let last;
  for (const line of stdout.trimEnd().split('\n')) {
    const [, name, value, from] = /^(\S*) +(.*\S) {2,}(\S.*)$/.exec(line);
    last = name || last;
    (settings[last] ??= []).push([value, from]);
  }
  return settings;
}

describe('--show-config', () => {
  test('shows the value of every setting and where it comes from', () => {
    const home = makeSite({ '.config/liveserve.json': '{\n\n"gitignore": true}' });
    const site = makeSite({
      '.liveserve.json': '{"wait": 20,\n"ignore": ["a", "b"],\n"poll": true}',
      '.vscode/settings.json': '{\n// hello\n"liveServer.settings.port": 5501,}',
    });
    const env = { HOME: home.root };
    const settings = shown(['--ignore=c', '--strict-port'], { cwd: site.root, env });
    assert.deepEqual(settings.port, [['5501', '.vscode/settings.json:3']]);
    assert.deepEqual(settings['strict-port'], [['on', 'command line']]);
    assert.deepEqual(settings.wait, [['20', '.liveserve.json:1']]);
    assert.deepEqual(settings.poll, [['on', '.liveserve.json:3']]);
    assert.deepEqual(settings.gitignore, [['on', `${home.root}/.config/liveserve.json:3`]]);
    assert.deepEqual(settings.host, [['localhost', 'default']]);
    assert.deepEqual(settings.ignore, [
      ['a', '.liveserve.json:2'],
      ['b', '.liveserve.json:2'],
      ['c', 'command line'],
    ]);
    const { stdout } = run(['--help=all']);
    for (const name of Object.keys(settings)) assert.ok(stdout.includes(`--${name}`), name);
  });

  test('its columns are aligned', () => {
    const { stdout } = run(['--show-config', '--ignore=a', '-i', 'b'], { cwd: makeSite().root });
    const columns = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.search(/(default|command line)$/));
    assert.deepEqual(new Set(columns).size, 1, stdout);
  });

  test('the port of the environment', () => {
    const settings = shown([], { cwd: makeSite().root, env: { PORT: '8123' } });
    assert.deepEqual(settings.port, [['8123', 'PORT of the environment']]);
  });

  test('control characters in a value are escaped', () => {
    const site = makeSite({ '.liveserve.json': json({ ignore: '\x1b[31m' }) });
    assert.deepEqual(shown([], { cwd: site.root }).ignore[0][0], '\\x1b[31m');
  });

  test('secrets are not shown', () => {
    const site = makeSite({
      '.liveserve.json': json({
        passphrase: 'hunter2',
        proxy: { '/api': 'http://ada:hunter2@127.0.0.1:1' },
        header: { Authorization: 'Basic hunter2', 'X-A': 'b' },
      }),
      '.vscode/settings.json': json({
        'liveServer.settings.https': { enable: true, passphrase: 'hunter2' },
      }),
    });
    const { code, stdout, stderr } = run(['--show-config'], { cwd: site.root });
    assert.equal(code, 0);
    assert.doesNotMatch(stdout + stderr, /hunter2/);
    assert.match(stdout, /^passphrase +\*\*\* +\.vscode\/settings\.json:1$/m);
    const line = run(['--show-config', '--passphrase=hunter2'], { cwd: makeSite().root });
    assert.match(line.stdout, /^passphrase +\*\*\* +command line$/m);
    assert.doesNotMatch(line.stdout, /hunter2/);
  });

  test('a mistake in the command line is one here, too', () => {
    const { code, stdout } = run(['--show-config', '--port=x'], { cwd: makeSite().root });
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
  });
});

describe('--schema', () => {
  const { stdout, stderr } = run(['--schema']);
  const schema = JSON.parse(stdout);

  test('has every setting of --show-config, except those of the command line alone', () => {
    const names = Object.keys(shown([], { cwd: makeSite().root }));
    const ofLine = ['workspace', 'allow-settings', 'wire'];
    for (const name of names) assert.equal(name in schema.properties, !ofLine.includes(name), name);
    assert.equal(stderr, '');
  });

  test('has a type and a description for everything', () => {
    for (const [name, property] of Object.entries(schema.properties)) {
      assert.ok(property.type || property.anyOf.every((one) => one.type), name);
      if (name !== '$schema') assert.match(property.description, /\w/);
    }
    const { type, minimum, maximum } = schema.properties.port;
    assert.deepEqual({ type, minimum, maximum }, { type: 'integer', minimum: 0, maximum: 65535 });
    assert.deepEqual(schema.properties['log-level'].enum, ['quiet', 'normal', 'verbose']);
    assert.equal(schema.additionalProperties, false);
  });

  test('what the schema allows, the program accepts', () => {
    const examples = { string: 'x', integer: 20, boolean: true, array: ['x'], object: { x: 'x' } };
    for (const [name, property] of Object.entries(schema.properties)) {
      for (const { type, enum: words } of property.anyOf ?? [property]) {
        const site = makeSite({
          '.liveserve.json': json({ [name]: words?.[0] ?? examples[type] }),
        });
        const { code, stderr } = run(['--show-config'], { cwd: site.root });
        assert.equal(code, 0);
        // The value may be refused, but its form must be right.
        assert.doesNotMatch(stderr, /needs|no setting/, `${name} as ${type}`);
      }
    }
  });
});

describe('a bad settings file gives a message, and the server starts', () => {
  /** @type {[string, string, RegExp][]} */
  const rows = [
    ['.liveserve.json', '{"port": "x"}', /^liveserve: \.liveserve\.json:1: "port" needs a number$/],
    ['.liveserve.json', '{\n"prot": 1}', /:2: there is no setting "prot"; did you mean "port"\?$/],
    ['.liveserve.json', '{"port": 1', /\.liveserve\.json:1: this is not JSON from here on/],
    [
      '.liveserve.json',
      '{"watch": ["no"]}',
      /\.json:1: watch "no": No such file or directory; it is left out$/,
    ],
    [
      '.liveserve.json',
      '{"mount": {"/a": "no"}}',
      /:1: mount "\/a=no": No such file or directory; it is left out$/,
    ],
    ['.live-server.json', '{"middleware": ["x"]}', /:1: "middleware": no JavaScript/],
    [
      '.vscode/settings.json',
      '{"liveServer.settings.host": "203.0.113.1"}',
      /^liveserve: \.vscode\/settings\.json:1: host "203\.0\.113\.1" is no address of this machine; localhost is used$/,
    ],
    [
      '.vscode/settings.json',
      '{"liveServer.settings.root": "/no"}',
      /:1: root: there is no folder "no"; \. is/,
    ],
  ];
  for (const [file, text, sentence] of rows) {
    test(`${file}: ${text}`, () => {
      const site = makeSite({ 'index.html': 'index', [file]: text });
      const args = ['--allow-settings'];
      return withServer({ cwd: site.root, args, complaints: sentence }, async (server) => {
        assert.equal((await get(server, '/')).status, 200);
        await until('the complaint', () => server.errors.length === 1);
        assert.match(server.errors[0], sentence);
        assert.ok(server.url.startsWith('http://localhost:'), server.url);
      });
    });
  }

  test('a certificate that is not there', () => {
    const settings = '{"liveServer.settings.https": {"enable": true, "cert": "/no", "key": "/no"}}';
    const site = makeSite({ 'index.html': 'index', '.vscode/settings.json': settings });
    return withServer(
      {
        cwd: site.root,
        args: ['--allow-settings'],
        complaints: /certificate|"\/no"|https cannot be used/,
      },
      async (server) => {
        assert.ok(server.url.startsWith('http://'), server.url);
        await until('both complaints', () => server.errors.length === 2);
        assert.match(
          server.errors[1],
          /settings\.json:1: https cannot be used with this certificate and key; it is left out$/,
        );
      },
    );
  });

  const noNobody = process.getuid() !== 0 && 'needs root to become nobody';
  test('a port that needs root', { skip: noNobody || privilegedPortSkip() }, () => {
    const site = makeSite({ '.vscode/settings.json': '{"liveServer.settings.port": 81}' });
    fs.chmodSync(site.root, 0o755);
    const options = {
      cwd: site.root,
      anyPort: false,
      user: { uid: 65534, gid: 65534 },
      env: { HOME: site.root, XDG_RUNTIME_DIR: site.root },
      complaints: /:1: port "81" is only for root; 9000 is used$/,
    };
    return withServer(options, async (server) => {
      assert.ok(server.port >= 9000, server.url);
      await until('the complaint', () => server.errors.length > 0);
    });
  });
});

describe('a settings file that others can have written is not used', () => {
  const settings = '{"wait": 77}';
  const noRoot = process.getuid() !== 0 && 'needs root to make files of other users';
  /** @type {[string, RegExp, (site: any) => void, (string | boolean)?][]} */
  const rows = [
    [
      'in a folder that all may write to',
      /\.liveserve\.json is not used: other users may write to its folder; .*chmod go-w '\.'$/,
      (site) => fs.chmodSync(site.root, 0o1777),
    ],
    [
      'that all may write to',
      /\.liveserve\.json is not used: other users may write to it; .*chmod go-w '\.liveserve\.json'$/,
      (site) => fs.chmodSync(site.path('.liveserve.json'), 0o666),
    ],
    [
      'of another user',
      /\.liveserve\.json is not used: it belongs to another user; .*chown \d+ '\.liveserve\.json'$/,
      (site) => fs.chownSync(site.path('.liveserve.json'), 12345, 12345),
      noRoot,
    ],
    [
      'in a folder of another user',
      /\.liveserve\.json is not used: its folder belongs to another user; .*chown \d+ '\.'$/,
      (site) => fs.chownSync(site.root, 12345, 12345),
      noRoot,
    ],
    [
      'behind a link that leads out',
      /\.liveserve\.json is not used: a link leads to it out of the served folder; /,
      (site) => {
        site.remove('.liveserve.json');
        fs.symlinkSync(makeSite({ x: settings }).path('x'), site.path('.liveserve.json'));
      },
    ],
    [
      'that is a FIFO',
      /\.liveserve\.json is not used: it is not a plain file; /,
      (site) => {
        site.remove('.liveserve.json');
        execFileSync('mkfifo', [site.path('.liveserve.json')]);
      },
    ],
  ];
  for (const [name, sentence, spoil, skip = false] of rows) {
    test(name, { skip }, () => {
      const site = makeSite({ 'index.html': 'index', '.liveserve.json': settings });
      assert.deepEqual(shown([], { cwd: site.root }).wait[0][0], '77');
      spoil(site);
      const { code, stdout, stderr } = run(['--show-config'], { cwd: site.root });
      assert.equal(code, 0);
      assert.doesNotMatch(stdout, /77/);
      assert.match(stderr, /^liveserve: [^\n]*\n$/);
      assert.match(stderr.trimEnd(), sentence);
      return withServer({ cwd: site.root, complaints: sentence }, async (server) => {
        assert.equal((await get(server, '/')).status, 200);
        assert.equal(server.errors.length, 1);
      });
    });
  }

  test('above the served folder', { skip: noRoot }, () => {
    const outer = makeSite({
      'sub/index.html': 'index',
      '.vscode/settings.json': '{"liveServer.settings.wait": 77}',
    });
    const cwd = outer.path('sub');
    assert.deepEqual(shown([], { cwd }).wait[0][0], '77');
    fs.chownSync(outer.path('.vscode/settings.json'), 12345, 12345);
    const { stdout, stderr } = run(['--show-config'], { cwd });
    assert.doesNotMatch(stdout, /77/);
    assert.match(
      stderr,
      /^liveserve: .*\.vscode\/settings\.json is not used: it belongs to[^\n]*\n$/,
    );
  });

  // In the sandbox, another process opens the file.
  test('and is no longer used when others may write to it', () =>
    follow({ '.liveserve.json': '{"wait": 20}' }, [], async ({ site, server, says }) => {
      await says(() => {
        fs.chmodSync(site.path('.liveserve.json'), 0o666);
        site.write('.liveserve.json', '{"wait": 30}');
      }, 'wait as short as is safe');
      await until('the complaint', () => server.errors.length > 0);
      assert.match(server.errors[0], /\.liveserve\.json is not used: other users may write to it/);
      await says(() => site.write('.live-server.json', '{"wait": 5}'), 'wait 5');
      await says(() => {
        fs.chmodSync(site.path('.liveserve.json'), 0o600);
        site.write('.liveserve.json', '{"wait": 40}');
      }, 'wait 40');
      assert.equal(server.errors.length, 1);
    }));

  test('60,000 members take no time, and only the first mistakes have a line', () => {
    const members = Array.from({ length: 60000 }, (_, i) => [`a${i}`, i]);
    const text = json({ ...Object.fromEntries(members), wait: 77 });
    const site = makeSite({ '.liveserve.json': text });
    const { code, stdout, stderr } = run(['--show-config'], { cwd: site.root });
    assert.equal(code, 0);
    assert.match(stdout, /^wait +77/m);
    assert.equal(stderr.match(/\n/g).length, 21);
    assert.match(stderr, /\.liveserve\.json: and 59980 more mistakes/);
  });
});

describe('what Live Server serves, liveserve serves', () => {
  test('a folder below the folder that is open in VS Code', () => {
    const site = makeSite({
      'index.html': 'outer',
      'dist/index.html': 'inner',
      '.vscode/settings.json': '{"liveServer.settings.root": "/dist"}',
    });
    return withServer({ cwd: site.root }, async (server) => {
      assert.match((await get(server, '/')).body.toString(), /inner$/);
    });
  });

  test('the folder of a workspace', () => {
    const site = makeSite({
      'a/index.html': 'a',
      'b/index.html': 'b',
      'x.code-workspace': `{"folders": [{"path": "a"}, {"path": "b"}], // and
        "settings": {"liveServer.settings.multiRootWorkspaceName": "b"},}`,
    });
    return withServer(
      { args: [`--workspace=${site.path('x.code-workspace')}`] },
      async (server) => {
        assert.match((await get(server, '/')).body.toString(), /b$/);
      },
    );
  });

  test('with a browser that opens the named page', () => {
    const site = makeSite({ 'sub/page.html': 'page' });
    return withServer(
      { cwd: site.root, args: ['--no-browser', 'sub/page.html'] },
      async (server) => {
        assert.match((await get(server, '/page.html')).body.toString(), /page$/);
      },
    );
  });
});

/** A site whose settings are then changed. Waits for every line about them. */
function follow(files, args, use) {
  const site = makeSite({ 'index.html': 'index', ...files });
  return withServer(
    { cwd: site.root, args, complaints: /needs|not JSON|refused a request|is not used/ },
    async (server) => {
      const says = async (act, text) => {
        const from = server.lines.length;
        act();
        const [line] = await server.waitForLine(/settings changed.*/, from);
        assert.equal(line, `settings changed: ${text}`);
      };
      await use({ site, server, says });
    },
  );
}

describe('settings are followed', () => {
  test('in every file of the folder, also in new ones', () =>
    follow({}, [], async ({ site, says }) => {
      await says(() => site.write('.liveserve.json', '{"wait": 20}'), 'wait 20');
      await says(() => site.write('.live-server.json', '{"wait": 5, "ignore": "x"}'), 'ignore x');
      await says(
        () => site.write('.vscode/settings.json', '{"liveServer.settings.wait": 30}'),
        'wait 30',
      );
      await says(
        () => site.write('.vscode/settings.json', '{"liveServer.settings.wait": 40}'),
        'wait 40',
      );
      await says(() => site.remove('.vscode'), 'wait 20');
      await says(() => site.remove('.liveserve.json'), 'wait 5');
      await says(() => site.remove('.live-server.json'), 'wait as short as is safe, ignore none');
    }));

  test('by a rename, as editors save', () =>
    follow({ '.liveserve.json': '{"wait": 20}' }, [], async ({ site, says }) => {
      site.write('new~', '{"wait": 25}');
      await says(() => site.rename('new~', '.liveserve.json'), 'wait 25');
    }));

  test('in a folder above, at home and in a workspace', async () => {
    const outer = makeSite({ 'sub/index.html': '', '.vscode/settings.json': '{}' });
    const home = makeSite({ '.config/liveserve.json': '{}' });
    const options = { cwd: outer.path('sub'), env: { HOME: home.root } };
    await withServer(options, async (server) => {
      outer.write('.vscode/settings.json', '{"liveServer.settings.wait": 30}');
      await server.waitForLine(/settings changed: wait 30$/);
      home.write('.config/liveserve.json', '{"gitignore": true}');
      await server.waitForLine(/settings changed: gitignore on$/);
    });
    const site = makeSite({
      'a/index.html': '',
      'x.code-workspace': '{"folders": [{"path": "a"}]}',
    });
    await withServer({ cwd: site.root, args: ['--workspace=x.code-workspace'] }, async (server) => {
      site.write(
        'x.code-workspace',
        '{"folders": [{"path": "a"}], "settings": {"liveServer.settings.wait": 1}}',
      );
      await server.waitForLine(/settings changed: wait 1$/);
    });
  });

  test('a setting that needs a restart gives one message', () =>
    follow({}, [], async ({ site, says }) => {
      await says(
        () => site.write('.liveserve.json', '{"host": "127.0.0.1", "wait": 9}'),
        'wait 9; restart to use host 127.0.0.1',
      );
      await says(
        () => site.write('.liveserve.json', '{"host": "127.0.0.1"}'),
        'wait as short as is safe',
      );
      await says(() => site.write('.liveserve.json', '{"wait": 8}'), 'wait 8');
    }));

  test('a value from a stronger place stays', () =>
    follow({}, ['--wait=7'], async ({ site, says }) => {
      await says(
        () => site.write('.liveserve.json', '{"wait": 8, "gitignore": true}'),
        'gitignore on',
      );
    }));

  test('a broken file changes nothing until it is fixed', () =>
    follow({ '.liveserve.json': '{"wait": 20}' }, [], async ({ site, server, says }) => {
      site.write('.liveserve.json', '{"wait": 30');
      await until('the complaint', () => server.errors.some((line) => /not JSON/.test(line)));
      site.write('.liveserve.json', '{"wait": "x"}');
      await says(() => {}, 'wait as short as is safe');
      await says(() => site.write('.liveserve.json', '{"wait": 20}'), 'wait 20');
      await says(() => site.write('.liveserve.json', '{"wait": 40}'), 'wait 40');
    }));

  test('a settings file is no change: no page is told, and there is no line', () =>
    follow({}, [], async ({ site, server, says }) => {
      const socket = await openSocket(server);
      assert.equal(await socket.text(), 'connected');
      await says(() => site.write('.liveserve.json', '{"wait": 20}'), 'wait 20');
      site.write('index.html', 'changed');
      assert.equal(await socket.text(), 'reload');
      await server.waitForLine(/changed index\.html/);
      assert.ok(
        !server.lines.some((line) => line.includes('liveserve.json')),
        server.lines.join('\n'),
      );
    }));

  test('settings of answers take effect', () =>
    follow({ '.env': 'secret' }, ['--allow-settings'], async ({ site, server, says }) => {
      const status = async (target, fields) => (await get(server, target, fields)).status;
      const header = async (name) => (await get(server, '/')).fields[name];
      const host = { Host: 'site.test' };
      const page = { 'Sec-Fetch-Dest': 'document' };

      assert.deepEqual(
        [await status('/.env'), await status('/', host), await status('/no', page)],
        [404, 403, 404],
      );
      await says(
        () =>
          site.write(
            '.liveserve.json',
            json({
              dotfiles: true,
              'allowed-host': 'site.test',
              header: { 'X-A': 'b' },
              file: 'index.html',
            }),
          ),
        'allowed-host site.test, file index.html, header X-A=b, dotfiles on',
      );
      assert.deepEqual(
        [await status('/.env'), await status('/', host), await status('/no', page)],
        [200, 200, 200],
      );
      assert.equal(await header('x-a'), 'b');
      site.write('.liveserve.json', '{ }'); // and one that says nothing new
      await server.waitForLine(/settings changed: .*header none/);
      site.write('.liveserve.json', '{  }');
      await says(() => site.write('.liveserve.json', '{"wait": 3}'), 'wait 3');
      assert.deepEqual(
        [await status('/.env'), await status('/', host), await status('/no', page)],
        [404, 403, 404],
      );
      assert.equal(await header('x-a'), undefined);
    }));

  test('patterns take effect from then on, in folders, too', () =>
    follow({ 'out/a.txt': '1', 'a.txt': '1' }, ['--ignore=out'], async ({ site, server, says }) => {
      await says(() => site.write('.liveserve.json', '{"ignore": ["*.txt"]}'), 'ignore *.txt, out');
      site.write('a.txt', '2');
      site.write('b.html', '2');
      await server.waitForLine(/created b\.html/);
      assert.ok(!server.lines.some((line) => /changed a\.txt/.test(line)));
      await says(() => site.write('.liveserve.json', '{}'), 'ignore out');
      site.write('a.txt', '3');
      await server.waitForLine(/changed a\.txt/);
    }));

  test('a folder that is no longer ignored is watched', () =>
    follow({ 'out/deep/a.txt': '1', '.liveserve.json': '{"ignore": "out"}' }, [], async (here) => {
      const { site, server, says } = here;
      await says(() => site.remove('.liveserve.json'), 'ignore none');
      await until('the folder to be watched', async () => {
        fs.writeFileSync(site.path('out/deep/a.txt'), `${Math.random()}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return server.lines.some((line) => line.includes('changed out/deep/a.txt'));
      });
    }));
});
