/**
 * servers: what is measured, and how each is started, pinned and ended. A new peer is one entry in SERVERS.
 */
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const built = path.join(here, '..', 'build', 'bench');

/** The program under test; `./dev bench` says which. */
export const LIVESERVE = process.env.LIVESERVE ?? path.join(here, '../build/release/liveserve');
const LIVE_SERVER = path.join(here, 'node_modules/live-server/live-server.js');

/** Helpers in C, made by buildHelpers(). */
export const BARE = path.join(built, 'bare');
export const FIRST = path.join(built, 'first');

/**
 * command: the argument vector for a folder and a port. ready: a line on stdout that says that it watches;
 * without one, listening is enough.
 */
export const SERVERS = {
  liveserve: {
    command: (root, port) => [LIVESERVE, `--port=${port}`, '--no-browser', root],
  },
  'live-server': {
    command: (root, port) => [
      process.execPath, LIVE_SERVER, `--port=${port}`, '--host=127.0.0.1', '--no-browser', root,
    ],
    ready: /Ready for changes/,
  },
  bare: {
    command: (root, port) => [BARE, `${port}`, root],
  },
};

/** The server has the first processor, the measuring the second; with one there is nothing to pin. */
const PINNED = os.cpus().length > 1;
export const SERVER_CPU = PINNED ? 0 : -1;

/** Keeps this process, all its threads and the helpers it starts away from the servers. */
export function pinMyself() {
  if (PINNED) execFileSync('taskset', ['-acp', '1', `${process.pid}`], { stdio: 'ignore' });
}

export function buildHelpers() {
  fs.mkdirSync(built, { recursive: true });
  for (const name of ['bare', 'first']) {
    const output = path.join(built, name);
    execFileSync('cc', ['-std=gnu17', '-O2', '-Wall', '-Wextra', '-o', output, path.join(here, `${name}.c`)]);
  }
}

/** What peers must not inherit: their settings from this user's home and environment. */
export function cleanEnvironment() {
  const { PORT, IP, ...rest } = process.env;
  return { ...rest, HOME: os.tmpdir() };
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until condition() is true; ends with an error after ten seconds. */
async function until(condition, what) {
  for (let waited = 0; !(await condition()); waited += 10) {
    if (waited > 10000) throw new Error(`waited too long until ${what}`);
    await sleep(10);
  }
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

const running = new Set();

/**
 * Starts the server called name on root and waits until it is ready.
 *
 * @returns {Promise<{name: string, root: string, port: number, pid: number, stop: () => Promise<void>}>}
 */
export async function startServer(name, root) {
  const port = await freePort();
  const command = SERVERS[name].command(root, port);
  if (PINNED) command.unshift('taskset', '-c', `${SERVER_CPU}`);
  const child = spawn(command[0], command.slice(1), {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  running.add(child);
  ended.then(() => running.delete(child));

  const { ready } = SERVERS[name];
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended:\n${said}`);
    return (!ready || ready.test(said)) && (await accepts(port));
  }, `${name} is ready; it said:\n${said}`);

  return {
    name,
    root,
    port,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      const killing = setTimeout(() => child.kill('SIGKILL'), 2000);
      await ended;
      clearTimeout(killing);
    },
  };
}

/** Ends what is still running, for exits that nobody planned. */
export function stopAll() {
  for (const child of running) child.kill('SIGKILL');
}
