/**
 * server: the real liveserve as a test sees it, from outside: a process, its lines and its URL; and
 * folders for it to serve. Whatever a test forgets, or cannot do because it failed, is ended and removed when
 * the test process ends.
 */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

export const DEADLINE_MS = 10000;

/** Called when the test process ends, the last one first. Must not wait for anything. */
export function atEnd(cleanUp) {
  cleanUps.push(cleanUp);
}

const cleanUps = [];
process.on('exit', () => {
  while (cleanUps.length > 0) {
    try {
      cleanUps.pop()();
    } catch (error) {
      console.error(error);
    }
  }
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

/**
 * Waits for promise, but no longer than the deadline.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {() => string} describe what was waited for, and how things stand
 * @param {number} [deadlineMs]
 * @returns {Promise<T>}
 */
export async function inTime(promise, describe, deadlineMs = DEADLINE_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`waited ${deadlineMs} ms for ${describe()}`)),
      deadlineMs,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks again and again until the answer is true.
 *
 * @param {string} what
 * @param {() => boolean | Promise<boolean>} isTrue
 * @param {number} [deadlineMs]
 */
export async function until(what, isTrue, deadlineMs = DEADLINE_MS) {
  const end = Date.now() + deadlineMs;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function findBinary(given) {
  const binary = given ?? process.env.LIVESERVE;
  if (!binary) throw new Error('LIVESERVE is not set: it names the liveserve binary to be tested');
  if (!fs.existsSync(binary))
    throw new Error(`${binary} (from LIVESERVE) is not there: build it first`);
  return binary;
}

/** Where the servers of this process have their sockets, apart from those of anybody else. */
export function runtimeFolder() {
  runtime ??= makeSite().root;
  return runtime;
}

let runtime;

/** No settings but those of the test: this machine's user may have some at home. */
function environment(env) {
  const own = {
    HOME: runtimeFolder(),
    XDG_CONFIG_HOME: '',
    PORT: '',
    XDG_RUNTIME_DIR: runtimeFolder(),
  };
  return { ...process.env, ...own, ...env };
}

/**
 * Runs liveserve to its end, which it is expected to find by itself.
 *
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
export function run(args, { env, ...options } = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(findBinary(), args, {
    env: environment(env),
    encoding: 'utf8',
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
    ...options,
  });
  assert.ifError(error);
  return { code: status ?? signal, stdout, stderr };
}

const OPEN = /^ {2}Open +(https?:\/\/\S+)/;

/**
 * Starts liveserve on any free port and waits until it says where it is open.
 *
 * @param {object} options
 * @param {string} [options.binary] else what the environment variable LIVESERVE names
 * @param {string} [options.root] the folder to serve; else the program decides
 * @param {string[]} [options.args] --port among them replaces the free one
 * @param {boolean} [options.anyPort] false: the settings say which one
 * @param {{uid: number, gid: number}} [options.user] who runs it
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env] on top of this process's own
 * @param {RegExp} [options.open] the line that says where, when it is another than usual
 */
export async function startServer(options = {}) {
  const { binary, root, args = [], anyPort = true, user, cwd, env, open = OPEN } = options;
  const hasPort = !anyPort || args.some((arg) => arg.startsWith('--port'));
  const all = [...(hasPort ? [] : ['--port=0']), ...args, ...(root === undefined ? [] : [root])];
  const child = spawn(findBinary(binary), all, {
    ...user,
    cwd,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const server = new Server(child);
  try {
    server.url = (await server.waitForLine(open))[1];
    server.port = Number(new URL(server.url).port);
  } catch (error) {
    server.kill();
    throw error;
  }
  return server;
}

class Server {
  /** Where it is open, with a slash at the end. */
  url = '';
  port = 0;
  /** What it has said on stdout and stderr so far. */
  lines = [];
  errors = [];
  #child;
  #exited;
  #hasEnded = false;
  #waiters = new Set();

  constructor(child) {
    this.#child = child;
    this.#exited = once(child, 'close');
    const end = () => {
      this.#hasEnded = true;
      this.#look();
    };
    this.#exited.then(end, end);
    atEnd(() => child.kill('SIGKILL'));
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      this.lines.push(line);
      this.#look();
    });
    readline.createInterface({ input: child.stderr }).on('line', (line) => this.errors.push(line));
  }

  get pid() {
    return this.#child.pid;
  }

  /**
   * Waits for a line on stdout; one that was said before counts as well.
   *
   * @param {RegExp} pattern
   * @param {number} [from] the first of this.lines that counts: this.lines.length for news only
   * @returns {Promise<RegExpExecArray>}
   */
  waitForLine(pattern, from = 0) {
    const said = new Promise((resolve, reject) => {
      const look = () => {
        const match = this.lines
          .slice(from)
          .reduce((found, line) => found ?? pattern.exec(line), null);
        if (!match && !this.#hasEnded) return;
        this.#waiters.delete(look);
        if (match) resolve(match);
        else reject(new Error(`liveserve ended without saying ${pattern}\n${this.#story()}`));
      };
      this.#waiters.add(look);
      look();
    });
    return inTime(said, () => `liveserve to say ${pattern}\n${this.#story()}`);
  }

  /** Closes the pipe behind its standard output, as a reader does that has seen enough. */
  closeOutput() {
    this.#child.stdout.destroy();
  }

  /** Ends it as a user does, and checks that it ends well. */
  async stop() {
    this.#child.kill('SIGTERM');
    const [code, signal] = await this.exit();
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, this.#story());
  }

  /** Ends it as a crash does. */
  async kill() {
    this.#child.kill('SIGKILL');
    await this.exit();
  }

  /** @returns {Promise<[number | null, string | null]>} its exit code and the signal that ended it */
  exit() {
    return inTime(this.#exited, () => `liveserve to end\n${this.#story()}`);
  }

  #look() {
    for (const look of [...this.#waiters]) look();
  }

  #story() {
    return [`$ ${this.#child.spawnargs.join(' ')}`, ...this.lines, ...this.errors].join('\n');
  }
}

/** A port of 127.0.0.1 that nobody has, for now. */
export async function findFreePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/**
 * A folder of its own under the system's folder for temporary files.
 *
 * @param {Record<string, string | Buffer>} [files] names, with slashes for folders, and contents
 */
export function makeSite(files = {}) {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'liveserve-site-')));
  atEnd(() => fs.rmSync(root, { recursive: true, force: true }));

  const site = {
    root,
    path: (name) => path.join(root, name),
    read: (name) => fs.readFileSync(site.path(name), 'utf8'),
    write(name, content) {
      fs.mkdirSync(path.dirname(site.path(name)), { recursive: true });
      fs.writeFileSync(site.path(name), content);
    },
    /** Replaces the first of before, which must be there. */
    edit(name, before, after) {
      const text = site.read(name);
      const edited = text.replace(before, after);
      assert.notEqual(edited, text, `${name} holds no ${before}`);
      site.write(name, edited);
    },
    remove: (name) => fs.rmSync(site.path(name), { recursive: true }),
    rename: (from, to) => fs.renameSync(site.path(from), site.path(to)),
  };
  for (const [name, content] of Object.entries(files)) site.write(name, content);
  return site;
}

/** Why port 81 cannot show that some ports are only for root; false when it can. */
export function privilegedPortSkip() {
  const first = Number(fs.readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  return first <= 81 && 'this machine gives port 81 to anybody';
}
