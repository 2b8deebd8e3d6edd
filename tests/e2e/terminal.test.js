/**
 * At a terminal: keys, the status line, and that the terminal has its old mode again, however the server ends.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite, run, until } from '../support/server.js';
import { CTRL_BACKSLASH, CTRL_C, CTRL_Z, openTerminal } from '../support/terminal.js';
import { openPage, openSocket } from '../support/websocket.js';

const site = makeSite({ 'index.html': '<p>index', 'style.css': 'p {}' });
const command = (args = '') => `"$LIVESERVE" --port=0 ${args} ${site.root}`;

/** Opens a terminal, calls use and ends the shell. */
async function withTerminal(use, env) {
  const terminal = await openTerminal(env);
  try {
    await use(terminal);
    await terminal.end();
  } finally {
    terminal.close();
  }
}

/** Starts a server in the terminal, in the foreground, and waits for its status line. */
async function serve(terminal, args) {
  terminal.type(`${command(args)}\n`);
  const [, port] = await terminal.shows(/Open.*http:\/\/localhost:(\d+)\//);
  await terminal.shows('0 pages open  (h: help)');
  return { port: Number(port) };
}

/** Whether --lan has an address to show. */
function hasNetwork() {
  const all = Object.values(os.networkInterfaces()).flat();
  return all.some(({ family, internal }) => family === 'IPv4' && !internal);
}

const status = () => JSON.parse(run(['status', '--json', site.root]).stdout || 'null');

describe('keys', () => {
  test('r reloads every page', () =>
    withTerminal(async (terminal) => {
      const server = await serve(terminal);
      const page = await openPage(server);
      await page.message();
      await terminal.shows('1 page open');
      terminal.type('r');
      assert.equal((await page.message()).type, 'reload');
      await terminal.shows('asked to reload, told 1 page\r\n');
      terminal.type('q');
      await terminal.prompt();
    }));

  test('p pauses: what is saved meanwhile comes as one message', () =>
    withTerminal(async (terminal) => {
      const server = await serve(terminal);
      const page = await openPage(server);
      await page.message();
      const old = await openSocket(server);
      assert.equal(await old.text(), 'connected');
      await terminal.shows('2 pages open');
      terminal.type('p');
      await terminal.shows('paused: pages are told nothing\r\n');
      await terminal.shows('2 pages open, paused');
      site.write('index.html', 'one');
      await terminal.shows(/changed \S*index\.html\S*, 2 pages will be told after the pause/);
      site.write('style.css', 'two');
      await terminal.shows(/changed \S*style\.css\S*, 2 pages will be told after the pause/);
      assert.equal(status().paused, true);
      terminal.type('p');
      await terminal.shows('resumed: pages are told what they missed\r\n');
      const { changes } = await page.message();
      assert.deepEqual(changes.map(({ urls }) => urls[0]).sort(), ['/index.html', '/style.css']);
      assert.equal(await old.text(), 'reload');
      terminal.type('q');
      await terminal.prompt();
    }));

  test('h prints help, u the address, c clears, other keys do nothing', () =>
    withTerminal(async (terminal) => {
      const { port } = await serve(terminal);
      terminal.type('h');
      for (const key of 'orpcuqh') await terminal.shows(`m${key}   `);
      terminal.type('\x1b[A\x1bOc\x1bOq\x1b[1;5q\x1bq xQ\n');
      terminal.type('u');
      await terminal.shows(`http://localhost:${port}/`);
      assert.ok(!terminal.shown.includes('\x1b[2J'), 'Ctrl and an arrow is no c');
      terminal.type('c');
      await terminal.shows('\x1b[H\x1b[2J\x1b[3J');
      await terminal.shows('(h: help)');
      terminal.type('q');
      await terminal.prompt();
      assert.match(await terminal.run('echo code $?'), /code 0\n/);
    }));
});

describe('the terminal has its old mode again', () => {
  /** @type {[string, (terminal: any) => void][]} */
  const ends = [
    ['q', (terminal) => terminal.type('q')],
    ['Ctrl-C', (terminal) => terminal.type(CTRL_C)],
    ['Ctrl-\\', (terminal) => terminal.type(CTRL_BACKSLASH)],
    ['SIGTERM', () => process.kill(status().pid, 'SIGTERM')],
    ['a crash', () => process.kill(status().pid, 'SIGABRT')],
  ];
  for (const [name, end] of ends) {
    test(`at ${name}`, () =>
      withTerminal(async (terminal) => {
        // A script, because a shell with job control would restore the mode by itself.
        const script = `stty -g; trap : INT QUIT; ulimit -c 0; ${command()}; stty -g`;
        const tty = /\/dev\/\S+/.exec(await terminal.run('tty'))[0];
        const mode = () => execFileSync('stty', ['-F', tty, '-a'], { encoding: 'utf8' });
        assert.match(mode(), / icanon .* echo /s);
        terminal.type(`sh -c '${script}'\n`);
        const [before] = await terminal.shows(/^[\da-f:]+\r$/m);
        await terminal.shows('(h: help)');
        assert.match(mode(), /\bisig -icanon .* -echo /s);
        end(terminal);
        const [after] = await terminal.shows(/^(?:.*\x1b\[K)?[\da-f:]{20,}\r$/m);
        assert.ok(after.endsWith(before), after);
        await terminal.prompt();
        // The status line is gone.
        if (name !== 'a crash') assert.match(terminal.shown, /\(h: help\)[^()]*\r\x1b\[K[^()]*$/);
      }));
  }

  test('after Ctrl-Z; fg sets the mode of the program again', () =>
    withTerminal(async (terminal) => {
      await serve(terminal);
      for (let times = 0; times < 2; times++) {
        terminal.type(CTRL_Z);
        await terminal.shows(/\r\x1b\[K\r?\n?.*Stopped/);
        await terminal.prompt();
        terminal.type('fg\n');
        await terminal.shows('(h: help)');
        terminal.type('h');
        await terminal.shows('this help');
      }
      terminal.type('q');
      await terminal.prompt();
    }));

  test('the server ends when the window is closed', async () => {
    const terminal = await openTerminal();
    await serve(terminal);
    const { pid } = status();
    terminal.close();
    await until('the end', () => !isRunning(pid));
  });

  test('with nohup the server goes on', async () => {
    const terminal = await openTerminal();
    terminal.type(`nohup ${command()} >/dev/null 2>&1\n`);
    await until('the server', status);
    const { pid } = status();
    terminal.close();
    await until('the hangup', () => run(['reload', site.root]).code === 0);
    assert.ok(isRunning(pid));
    process.kill(pid, 'SIGTERM');
    await until('the end', () => !isRunning(pid));
  });
});

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('in the background', () => {
  test('the terminal is not changed until fg', () =>
    withTerminal(async (terminal) => {
      const before = await terminal.run('stty -g');
      terminal.type(`${command()} &\n`);
      await terminal.shows(/Stop.*Ctrl-C/);
      site.write('index.html', String(Math.random()));
      await terminal.shows(/changed \S*index\.html\S*, no page is open\r\n/);
      assert.ok(!terminal.shown.includes('pages open'));
      assert.equal(await terminal.run('stty -g'), before);
      terminal.type('fg\n');
      // First it is still the shell's mode, then it is the program's.
      await until('the keys', async () => {
        terminal.type('\n');
        return terminal.shown.includes('(h: help)');
      });
      terminal.type('h');
      await terminal.shows('this help');
      terminal.type('q');
      await terminal.prompt();
    }));

  test('after bg the terminal belongs to the shell', () =>
    withTerminal(async (terminal) => {
      await serve(terminal);
      terminal.type(CTRL_Z);
      await terminal.prompt();
      const before = await terminal.run('stty -g');
      await terminal.run('bg');
      site.write('index.html', String(Math.random()));
      await terminal.shows(/changed \S*index\.html\S*, no page is open\r\n/);
      assert.equal(await terminal.run('stty -g'), before);
      await terminal.run('kill %1; wait');
    }));
});

describe('what is shown', () => {
  test('without colours when NO_COLOR is set, but with the status line', () =>
    withTerminal(
      async (terminal) => {
        await serve(terminal);
        assert.ok(!/\x1b\[\d*m/.test(terminal.shown));
        terminal.type('q');
        await terminal.prompt();
      },
      { NO_COLOR: '1' },
    ));

  test('nothing but lines on a dumb terminal, in a pipe and when quiet', () =>
    withTerminal(async (terminal) => {
      for (const line of [`TERM=dumb ${command()}`, `${command()} | cat`, command('--quiet')]) {
        terminal.type(`${line}\n`);
        await terminal.shows(/Open.*http:/);
        await until('the server', status);
        process.kill(status().pid, 'SIGTERM');
        await terminal.prompt();
      }
      assert.ok(!/\x1b\[K|pages? open/.test(terminal.shown));
    }));

  test('the status line is one line, however narrow the terminal is', () =>
    withTerminal(async (terminal) => {
      await terminal.run('stty cols 12');
      terminal.type(`${command()}\n`);
      await terminal.shows(/\r\n\S* {2}0 pages o\x1b/);
      terminal.type('q');
      await terminal.prompt();
    }));

  test('the status line follows the width of the terminal', () =>
    withTerminal(async (terminal) => {
      const tty = /\/dev\/\S+/.exec(await terminal.run('tty'))[0];
      const resize = (/** @type {string} */ columns) =>
        execFileSync('stty', ['-F', tty, 'cols', columns]);
      await terminal.run('stty cols 80');
      await serve(terminal);
      resize('12');
      await terminal.shows(/\r\x1b\[K\S* {2}0 pages o\x1b/);
      resize('80');
      await terminal.shows(/\r\x1b\[K\S* {2}0 pages open {2}\(h: help\)/);
      terminal.type('q');
      await terminal.prompt();
    }));

  test('Enter prints an empty line', () =>
    withTerminal(async (terminal) => {
      await serve(terminal);
      terminal.type('\n\n');
      await terminal.shows(/\r\x1b\[K\r\n\S* {2}0 pages open.*\r\x1b\[K\r\n\S* {2}0 pages open/);
      terminal.type('q');
      await terminal.prompt();
    }));

  test('no line of the start is wider than the terminal', { skip: !hasNetwork() }, () =>
    withTerminal(async (terminal) => {
      for (const columns of [79, 60, 50]) {
        await terminal.run(`stty cols ${columns}`);
        const from = terminal.shown.length;
        terminal.type(`${command('--lan')}\n`);
        await terminal.shows('(h: help)');
        const start = terminal.shown.slice(from).replace(/\x1b\[[\d;]*m/g, '');
        const about = start.slice(start.indexOf('Open'), start.indexOf('Watching'));
        for (const line of about.split('\r\n').filter((text) => !text.includes('\u2580')))
          assert.ok(line.length < columns + 1, `${columns}: ${line}`);
        assert.match(about, /network can read/);
        terminal.type('q');
        await terminal.prompt();
      }
    }),
  );

  const noRoot = process.getuid() !== 0 && 'only root can be named';
  test('root is named, but not in a pipe', { skip: noRoot }, () =>
    withTerminal(async (terminal) => {
      terminal.type(`${command()}\n`);
      await terminal.shows(/User\s.*root, which is not needed/);
      await terminal.shows('(h: help)');
      terminal.type('q');
      await terminal.prompt();
      const before = terminal.shown.length;
      terminal.type(`${command()} | cat\n`);
      await terminal.shows(/Stop.*Ctrl-C/);
      assert.ok(!/User/.test(terminal.shown.slice(before)));
      await until('the server', status);
      process.kill(status().pid, 'SIGTERM');
      await terminal.prompt();
    }),
  );

  test('a message is printed above the status line', () =>
    withTerminal(async (terminal) => {
      const server = await serve(terminal);
      assert.equal((await get(server, '/', { Host: 'evil.example' })).status, 403);
      await terminal.shows(
        /\r\x1b\[Kliveserve: refused a request for http:\/\/evil\.example\/[^\n]*\n/,
      );
      await terminal.shows('(h: help)');
      terminal.type('q');
      await terminal.prompt();
    }));
});
