/**
 * server: the real liveserve as a test sees it from outside: a process, its lines and its URL. Also the
 * folders that it serves. What a test leaves behind (a process, a folder) is ended or removed when the test
 * process ends.
 */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { Waiters } from './waiters.js';

export const DEADLINE_MS = 10000;

/**
 * Adds a function that is called when the test process ends. The last one is called first.
 *
 * @param {() => void} cleanUp must not wait for anything
 */
export function atEnd(cleanUp) {
  cleanUps.push(cleanUp);
}

/** @type {(() => void)[]} */
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
 * How much longer things take now than on a machine that has nothing else to do: 1 or more. The load of the
 * last minute comes late, so the processes that can run at this moment count, too.
 */
export function slowness() {
  const [minute, , , processes] = fs.readFileSync('/proc/loadavg', 'utf8').split(' ');
  const busy = Math.max(Number(minute), parseInt(processes)) / os.cpus().length;
  return Math.max(1, 2 * busy);
}

/**
 * A time for a calm machine, as it is on this machine now. For each verdict about time.
 *
 * @param {number} ms
 */
export const atMost = (ms) => ms * slowness();

/**
 * Waits for promise, but no longer than the deadline; on a busy machine, longer.
 *
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {() => string} describe what was waited for, and how things stand
 * @param {number} [deadlineMs]
 * @returns {Promise<T>}
 */
export async function inTime(promise, describe, deadlineMs = DEADLINE_MS) {
  /** @type {NodeJS.Timeout} */
  let timer;
  const start = Date.now();
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    const look = () => {
      const waited = Date.now() - start;
      const rest = atMost(deadlineMs) - waited;
      if (rest > 0) timer = setTimeout(look, rest);
      else reject(new Error(`waited ${waited} ms for ${describe()}`));
    };
    timer = setTimeout(look, deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks again and again until the answer is true, up to the deadline; on a busy machine, longer.
 *
 * @param {string} what
 * @param {() => boolean | Promise<boolean>} isTrue
 * @param {number} [deadlineMs]
 */
export async function until(what, isTrue, deadlineMs = DEADLINE_MS) {
  const start = Date.now();
  while (!(await isTrue())) {
    const waited = Date.now() - start;
    if (waited > deadlineMs && waited > atMost(deadlineMs))
      throw new Error(`waited ${waited} ms for ${what}`);
    // Who asks all the time keeps from working what is waited for.
    await new Promise((resolve) => setTimeout(resolve, Math.min(50, 10 + waited / 10)));
  }
}

/** @param {string} [given] */
function findBinary(given) {
  const binary = given ?? process.env.LIVESERVE;
  if (!binary) throw new Error('LIVESERVE is not set: it names the liveserve binary to be tested');
  if (!fs.existsSync(binary))
    throw new Error(`${binary} (from LIVESERVE) is not there: build it first`);
  return binary;
}

// Tests start the program in other folders, so a relative path is made absolute.
if (process.env.LIVESERVE) process.env.LIVESERVE = path.resolve(process.env.LIVESERVE);

/** The folder where the servers of this test process have their sockets. No other process uses it. */
export function runtimeFolder() {
  runtime ??= makeSite().root;
  return runtime;
}

/** @type {string | undefined} */
let runtime;

/**
 * The environment of a server. Settings that the user of this machine has at home do not reach the test.
 *
 * @param {NodeJS.ProcessEnv} [env] on top of it
 */
export function environment(env) {
  const own = {
    HOME: runtimeFolder(),
    XDG_CONFIG_HOME: '',
    XDG_DATA_HOME: '',
    PORT: '',
    XDG_RUNTIME_DIR: runtimeFolder(),
    CODESPACES: '',
    VSCODE_PROXY_URI: '',
    GITPOD_WORKSPACE_URL: '',
  };
  return { ...process.env, ...own, ...env };
}

/**
 * Runs liveserve until it ends by itself.
 *
 * @param {string[]} args
 * @param {Omit<import('node:child_process').SpawnSyncOptions, 'encoding'>} [options]
 * @returns {{code: number | string, stdout: string, stderr: string}} code: the exit code, or the signal
 */
export function run(args, { env, ...options } = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(findBinary(), args, {
    env: environment(env),
    encoding: 'utf8',
    timeout: 10 * DEADLINE_MS, // It cannot be prolonged on a busy machine.
    killSignal: 'SIGKILL',
    ...options,
  });
  assert.ifError(error);
  return { code: status ?? signal, stdout, stderr };
}

/**
 * The same, while the test goes on.
 *
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{code: number | string, stdout: string, stderr: string}>}
 */
export function runMeanwhile(args, { env, ...options } = {}) {
  const child = spawn(findBinary(), args, {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  atEnd(() => child.kill('SIGKILL'));
  const texts = { stdout: '', stderr: '' };
  for (const name of /** @type {const} */ (['stdout', 'stderr']))
    child[name].setEncoding('utf8').on('data', (text) => (texts[name] += text));
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code ?? signal, ...texts }));
  return inTime(ended, () => `the end of ${args.join(' ')}: ${JSON.stringify(texts)}`, 60000);
}

const OPEN = /^ {2}Open +(https?:\/\/\S+)/;

/**
 * @typedef {object} ServerOptions
 * @property {string} [binary] else the one that the environment variable LIVESERVE names
 * @property {string} [root] the folder to serve; else the program decides
 * @property {string[]} [args] --port among them replaces the free port
 * @property {boolean} [anyPort] false: the settings name the port
 * @property {{uid: number, gid: number}} [user] who runs it
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] on top of this process's own
 * @property {RegExp} [open] the line with the URL (group 1), if not the usual one
 */

/**
 * Starts liveserve on any free port and waits until it prints its URL.
 *
 * @param {ServerOptions} [options]
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

/** @typedef {import('node:child_process').ChildProcessByStdio<null, Readable, Readable>} Child */
/** @typedef {import('node:stream').Readable} Readable */

/** A running liveserve. startServer() makes it. */
export class Server {
  /** Where it is open, with a slash at the end. */
  url = '';
  port = 0;
  /** What it has printed on stdout and stderr so far. */
  lines = /** @type {string[]} */ ([]);
  errors = /** @type {string[]} */ ([]);
  /** @type {Child} */
  #child;
  /** @type {Promise<any>} */
  #exited;
  #waiters = new Waiters();

  /** @param {Child} child */
  constructor(child) {
    this.#child = child;
    this.#exited = once(child, 'close');
    const end = () => this.#waiters.end();
    this.#exited.then(end, end);
    atEnd(() => child.kill('SIGKILL'));
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      this.lines.push(line);
      this.#waiters.look();
    });
    readline.createInterface({ input: child.stderr }).on('line', (line) => this.errors.push(line));
  }

  get pid() {
    return this.#child.pid;
  }

  /**
   * Waits for a line on stdout; one that was printed before counts, too.
   *
   * @param {RegExp} pattern
   * @param {number} [from] the first of this.lines that counts: this.lines.length for new lines only
   * @returns {Promise<RegExpExecArray>}
   */
  waitForLine(pattern, from = 0) {
    const printed = this.#waiters.until(
      () =>
        this.lines
          .slice(from)
          .reduce(
            (found, line) => found ?? pattern.exec(line),
            /** @type {RegExpExecArray} */ (null),
          ),
      () => `liveserve ended without saying ${pattern}\n${this.#story()}`,
    );
    return inTime(printed, () => `liveserve to print ${pattern}\n${this.#story()}`);
  }

  /**
   * Calls act while liveserve is stopped. So it sees all that act does at once, however slow the machine is.
   *
   * @template T
   * @param {() => T} act not asynchronous
   * @returns {T}
   */
  whileStopped(act) {
    process.kill(this.pid, 'SIGSTOP');
    // The signal needs a moment to arrive.
    while (!/\) T/.test(fs.readFileSync(`/proc/${this.pid}/stat`, 'utf8')));
    try {
      return act();
    } finally {
      process.kill(this.pid, 'SIGCONT');
    }
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

  #story() {
    return [`$ ${this.#child.spawnargs.join(' ')}`, ...this.lines, ...this.errors].join('\n');
  }
}

/** No name server is asked for it, because a part of a name has at most 63 characters (RFC 1035 2.3.4). */
export const UNKNOWN_HOST = `${'x'.repeat(64)}.invalid`;

/**
 * The port that a server of Node's listens at.
 *
 * @param {net.Server} server
 */
export function portOf(server) {
  return /** @type {net.AddressInfo} */ (server.address()).port;
}

// Below the ones that a kernel gives to programs that ask for any port (ip_local_port_range).
const [LOWEST_PORT, HIGHEST_PORT] = [12000, 32000];

/**
 * A port of 127.0.0.1 that no program uses at this moment. The kernel gives it to none, so a program may end and come
 * back there.
 */
export async function findFreePort() {
  for (;;) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    const probe = net.createServer();
    const isFree = once(probe.listen(port, '127.0.0.1'), 'listening').then(
      () => true,
      () => false,
    );
    if (!(await isFree)) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

/**
 * A new folder under the system's folder for temporary files.
 *
 * @param {Record<string, string | Buffer>} [files] names, with slashes for folders, and contents
 */
export function makeSite(files = {}) {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'liveserve-site-')));
  atEnd(() => fs.rmSync(root, { recursive: true, force: true }));

  const site = {
    root,
    path: (/** @type {string} */ name) => path.join(root, name),
    read: (/** @type {string} */ name) => fs.readFileSync(site.path(name), 'utf8'),
    /**
     * @param {string} name
     * @param {string | Uint8Array} content
     */
    write(name, content) {
      fs.mkdirSync(path.dirname(site.path(name)), { recursive: true });
      fs.writeFileSync(site.path(name), content);
    },
    /**
     * Replaces the first occurrence of before, which must be there. The file is never empty meanwhile: on a busy
     * machine that would be a state of its own.
     *
     * @param {string} name
     * @param {string | RegExp} before
     * @param {any} after
     */
    edit(name, before, after) {
      const text = site.read(name);
      const edited = text.replace(before, after);
      assert.notEqual(edited, text, `${name} holds no ${before}`);
      const file = fs.openSync(site.path(name), 'r+');
      const length = fs.writeSync(file, edited);
      if (length < Buffer.byteLength(text)) fs.ftruncateSync(file, length);
      fs.closeSync(file);
    },
    remove: (/** @type {string} */ name) => fs.rmSync(site.path(name), { recursive: true }),
    rename: (/** @type {string} */ from, /** @type {string} */ to) =>
      fs.renameSync(site.path(from), site.path(to)),
  };
  for (const [name, content] of Object.entries(files)) site.write(name, content);
  return site;
}

/** @typedef {ReturnType<typeof makeSite>} Site */

/** False if only root may use port 81. Otherwise the reason to skip a test of that. */
export function privilegedPortSkip() {
  const first = Number(fs.readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  return first <= 81 && 'this machine gives port 81 to anybody';
}
