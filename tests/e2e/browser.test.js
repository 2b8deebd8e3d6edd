/**
 * Opening the browser: which program is started with which arguments, and the message when none can be. The
 * programs are scripts that write down how they were called.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite, until } from '../support/server.js';
import { openTerminal } from '../support/terminal.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({ 'index.html': '<p>index', 'a b.html': 'odd' });

const NOWHERE = {
  DISPLAY: '',
  WAYLAND_DISPLAY: '',
  BROWSER: '',
  WSL_DISTRO_NAME: '',
};

/**
 * A folder of programs, the only ones there are.
 *
 * @param {Record<string, number>} codes their names, and the exit codes that they end with
 */
function makePrograms(codes) {
  const folder = makeSite({ calls: '' });
  for (const [name, code] of Object.entries(codes)) {
    // Each line is one write, because several programs may run at once.
    const script =
      `#!/bin/sh\nline=$(printf '[%s]' "${name}" "$@")\n` +
      `while read row; do case $row in NoNewPrivs*) echo "$row";; esac; done </proc/self/status ` +
      `>>"${folder.path('privileges')}"\n` +
      `echo "$line" >>"${folder.path('calls')}"\necho noise\nexit ${code}\n`;
    folder.write(name, script);
    fs.chmodSync(folder.path(name), 0o755);
  }
  return {
    env: (more = {}) => ({ ...NOWHERE, PATH: folder.root, ...more }),
    calls: () => folder.read('calls'),
    path: folder.path,
    read: folder.read,
  };
}

/**
 * Starts a server that opens a browser. Returns the calls of the programs.
 *
 * @param {ReturnType<typeof makePrograms>} programs
 * @param {import('../support/with_server.js').Options & {count?: number}} [options] count: how many calls
 */
async function called(
  programs,
  { args = ['--open'], env, complaints, root = site.root, count = 1 } = {},
) {
  let calls;
  await withServer({ root, args, env: programs.env(env), complaints }, async (server) => {
    await until('the calls', () => programs.calls().split('\n').length > count);
    await until('their end', () => childrenOf(server.pid).length === 0);
    calls = programs.calls().replaceAll(server.url, 'URL/');
    assert.equal((await get(server, '/')).status, 200);
    assert.ok(!server.lines.includes('noise'));
  });
  return calls;
}

// Zombies count, too: they are still children. The sandbox has a child of its own.
const childrenOf = (pid) =>
  fs
    .readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child && !['', 'liveserve-root\n'].includes(commandOf(child)));

/** "" when the process has ended and was waited for in the meantime. @param {string} pid */
function commandOf(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return '';
    throw error;
  }
}

describe('which program', () => {
  test('xdg-open where there is a display', async () => {
    assert.equal(
      await called(makePrograms({ 'xdg-open': 0 }), { env: { DISPLAY: ':0' } }),
      '[xdg-open][URL/]\n',
    );
  });

  test('$BROWSER comes before xdg-open', async () => {
    const programs = makePrograms({ 'xdg-open': 0, mine: 0 });
    const env = { DISPLAY: ':0', BROWSER: 'none:mine --new %s' };
    assert.equal(await called(programs, { env }), '[mine][--new][URL/]\n');
  });

  test('wslview in WSL', async () => {
    const programs = makePrograms({ wslview: 0 });
    assert.equal(
      await called(programs, { env: { WSL_DISTRO_NAME: 'Debian' } }),
      '[wslview][URL/]\n',
    );
  });

  test('the one that --browser names, with its arguments', async () => {
    const programs = makePrograms({ 'firefox-esr': 0 });
    const args = ['--open=/a b.html?$(x)"\'', '--browser=firefox:PrivateMode,-P,me'];
    assert.equal(
      await called(programs, { args }),
      '[firefox-esr][--private-window][-P][me][URL/a b.html?$(x)"\']\n',
    );
  });

  test('one that --browser-line gives', async () => {
    const programs = makePrograms({ chromium: 0 });
    const args = ['--open', `--browser-line=${programs.path('chromium')} --incognito --x y`];
    assert.equal(await called(programs, { args }), '[chromium][--incognito][--x y][URL/]\n');
  });

  test('one for a debugger', async () => {
    const programs = makePrograms({ chromium: 0 });
    const args = ['--open', '--browser=chrome', '--browser-debugging'];
    assert.match(
      await called(programs, { args, env: { HOME: '/h' } }),
      /^\[chromium\](\[--[\w-]+\])+\[--remote-debugging-port=9222\]\[--user-data-dir=\/h\/[^\]]+\]\[URL\/\]\n$/,
    );
  });

  test('the next one when one fails', async () => {
    const programs = makePrograms({ 'xdg-open': 3, gio: 0 });
    const calls = await called(programs, { env: { DISPLAY: ':0' }, count: 2 });
    assert.equal(calls, '[xdg-open][URL/]\n[gio][open][URL/]\n');
  });

  test('none with --no-browser', () => {
    const programs = makePrograms({ 'xdg-open': 0 });
    const args = ['--open', '--no-browser'];
    return withServer(
      { root: site.root, args, env: programs.env({ DISPLAY: ':0' }) },
      async (server) => {
        assert.equal((await get(server, '/')).status, 200);
        assert.equal(programs.calls(), '');
      },
    );
  });
});

describe('no browser can be opened', () => {
  const says = (programs, sentence, env, args = ['--open=/a']) =>
    withServer(
      { root: site.root, args, env: programs.env(env), complaints: sentence },
      async (server) => {
        await until('the sentence', () => server.errors.length > 0);
        assert.equal(server.errors.length, 1);
        assert.match(server.errors[0], sentence);
        assert.equal((await get(server, '/')).status, 200);
      },
    );

  test('no display', () =>
    says(
      makePrograms({ 'xdg-open': 0 }),
      /no display here .*; open http:\/\/localhost:\d+\/a yourself/,
    ));

  test('no program', () =>
    says(makePrograms({}), /\(x-www-browser: No such file.*\); open http.* yourself/, {
      DISPLAY: ':0',
    }));

  test('a program that fails', () =>
    says(makePrograms({ 'xdg-open': 0, mine: 7 }), /\(mine: exit code 7\); open http/, {
      BROWSER: 'mine',
    }));

  test('a file that is no program', () =>
    says(makePrograms({}), /\(\/dev\/null: Permission denied\); open/, {}, [
      '--open',
      '--browser=/dev/null',
    ]));

  test('in a codespace, which has another address', () =>
    says(makePrograms({}), /; open https:\/\/me-1-\d+\.app\.example\/a yourself/, {
      CODESPACES: 'true',
      CODESPACE_NAME: 'me-1',
      GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: 'app.example',
    }));
});

describe('a page as the argument', () => {
  const env = { DISPLAY: ':0' };

  test('is opened, and its folder served', async () => {
    const root = site.path('a b.html');
    const programs = makePrograms({ 'xdg-open': 0 });
    assert.equal(await called(programs, { args: [], env, root }), '[xdg-open][URL/a%20b.html]\n');
  });

  test('in the current folder', () => {
    const programs = makePrograms({ 'xdg-open': 0 });
    const options = { root: 'index.html', cwd: site.root, env: programs.env(env) };
    return withServer(options, async (server) => {
      assert.equal(server.lines[1], `  Serving   ${site.root}`);
      await until('the call', () => programs.calls() === `[xdg-open][${server.url}index.html]\n`);
    });
  });

  test('is not opened with --no-browser', () => {
    const programs = makePrograms({ 'xdg-open': 0 });
    const options = {
      root: site.path('index.html'),
      args: ['--no-browser'],
      env: programs.env(env),
    };
    return withServer(options, async (server) => {
      assert.equal((await get(server, '/')).status, 200);
      assert.equal(programs.calls(), '');
    });
  });
});

test('the key o opens it, as often as it is pressed, and the key s the status page', async () => {
  const programs = makePrograms({ 'xdg-open': 0 });
  const terminal = await openTerminal({
    DISPLAY: ':0',
    PATH: `${programs.path('')}:${process.env.PATH}`,
  });
  try {
    terminal.type(`BROWSER= "$LIVESERVE" --port=0 --open=/x ${site.root}\n`);
    await terminal.shows('(h: help)');
    for (let count = 2; count <= 3; count++) {
      terminal.type('o');
      await until(`${count} calls`, () => programs.calls().split('\n').length === count + 1);
    }
    terminal.type('s');
    await until('the status page', () => programs.calls().split('\n').length === 5);
    terminal.type('q');
    await terminal.prompt();
    assert.match(
      programs.calls(),
      /^(\[xdg-open\]\[http:\/\/localhost:\d+\/x\]\n){3}\[xdg-open\]\[http:\/\/localhost:\d+\/__liveserve\/\]\n$/,
    );
    // It runs outside of the sandbox, because a browser needs that.
    assert.equal(programs.read('privileges'), 'NoNewPrivs:\t0\n'.repeat(4));
    await terminal.end();
  } finally {
    terminal.close();
  }
});
