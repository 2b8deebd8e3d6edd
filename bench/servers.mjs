/**
 * servers: the servers that are measured, and how each is started, pinned and ended. A new peer is one entry in
 * SERVERS.
 */
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { lighttpdSettings, nginxSettings } from './settings.mjs';
import { makeFolder } from './sites.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const built = path.join(here, '..', 'build', 'bench');

/** The program under test; `./dev bench` says which. */
export const LIVESERVE = process.env.LIVESERVE ?? path.join(here, '../build/release/liveserve');

/** The helpers in tools/, made by buildTools(). */
export const [BARE, FIRST, SAVER, PAGES] = ['bare', 'first', 'saver', 'pages'].map((name) =>
  path.join(built, name),
);

/** The command line of a program of an npm package. @type {(script: string, ...rest: string[]) => string[]} */
const node = (script, ...rest) => [
  process.execPath,
  path.join(here, 'node_modules', script),
  ...rest,
];

const liveserveHello = JSON.stringify({ type: 'hello', page: '/', epoch: '', version: 0 });
const liveReloadHello = JSON.stringify({
  command: 'hello',
  protocols: ['http://livereload.com/protocols/official-7'],
});

/** Vite only talks to a page that knows the token in its client script. @param {number} port */
async function viteSocket(port) {
  const script = await (await fetch(`http://127.0.0.1:${port}/@vite/client`)).text();
  return [`/?token=${/wsToken = "([^"]+)"/.exec(script)[1]}`, 'vite-hmr'];
}

/** The shortest way to follow: a page that is told reloads or swaps at once. */
const bareTag = (/** @type {number} */ port) => `<script>
new WebSocket('ws://127.0.0.1:${port}/').onmessage = ({ data }) => {
  if (!data.endsWith('.css')) return location.reload();
  const old = document.querySelector('link');
  const fresh = old.cloneNode();
  fresh.href = data + '?' + Date.now();
  fresh.onload = () => old.remove();
  old.after(fresh);
};
</script>`;

/**
 * @typedef {object} Kind
 * @property {(root: string, port: number) => string[]} command the argument vector, to be started in root
 * @property {RegExp} [ready] a line on stdout that says that it watches; without one, listening is enough
 * @property {(port?: number) => string[] | Promise<string[]>} [socket] the WebSocket of an open page: its path,
 *   subprotocol and first messages
 * @property {{css: string, html: string}} [words] what is in the message after a save
 * @property {boolean} [injects] its script is in the pages
 * @property {boolean} [answers] false: it serves no files
 * @property {number} [cpu] the processor that it has; by default that of all servers
 * @property {(port: number) => string} [tag] what a page from another server needs to follow
 */

/**
 * A server that runs.
 *
 * @typedef {object} Server
 * @property {string} name a key of SERVERS
 * @property {string} root
 * @property {number} port
 * @property {number} pid
 * @property {() => string} said what it has printed so far
 * @property {() => Promise<void>} stop
 */

/** @type {(program: string) => Kind} */
const liveserve = (program) => ({
  command: (root, port) => [program, `--port=${port}`, '--no-browser', root],
  socket: () => ['/ws', 'liveserve.v1', liveserveHello],
  words: { css: 'style.css', html: 'index.html' },
  injects: true,
});

/** @type {Record<string, Kind>} */
export const SERVERS = {
  liveserve: liveserve(LIVESERVE),
  bare: {
    command: (root, port) => [BARE, `${port}`, root],
    socket: () => ['/', ''],
    words: { css: 'style.css', html: 'index.html' },
    answers: false,
    tag: bareTag,
  },
  nginx: {
    command: (root, port) => ['nginx', '-p', root, '-c', nginxSettings(makeFolder(), root, port)],
  },
  /** For pages that are loaded again and again: the browser has to ask each time, as with the other servers. */
  'nginx, no-cache': {
    command: (root, port) => [
      'nginx',
      '-p',
      root,
      '-c',
      nginxSettings(makeFolder(), root, port, 'add_header Cache-Control no-cache;'),
    ],
  },
  lighttpd: {
    command: (root, port) => ['lighttpd', '-D', '-f', lighttpdSettings(makeFolder(), root, port)],
  },
  'live-server': {
    command: (root, port) =>
      node(
        'live-server/live-server.js',
        `--port=${port}`,
        '--host=127.0.0.1',
        '--no-browser',
        root,
      ),
    ready: /Ready for changes/,
    injects: true,
    socket: () => ['/ws', ''],
    words: { css: 'refreshcss', html: 'reload' },
  },
  'http-server': {
    command: (root, port) =>
      node('http-server/bin/http-server', root, `-p${port}`, '-a127.0.0.1', '-s'),
  },
  'five-server': {
    command: (root, port) =>
      node(
        'five-server/lib/bin.js',
        `--port=${port}`,
        '--host=127.0.0.1',
        '--no-browser',
        `--root=${root}`,
      ),
    socket: () => ['/fsws', ''],
    words: { css: 'refreshcss', html: 'reload' },
  },
  livereload: {
    command: (root, port) =>
      node('livereload/bin/livereload.js', root, '-b', '127.0.0.1', '-p', `${port}`),
    socket: () => ['/livereload', '', liveReloadHello],
    words: { css: 'style.css', html: 'index.html' },
    answers: false,
    tag: (port) => `<script src="http://127.0.0.1:${port}/livereload.js" async></script>`,
  },
  'browser-sync': {
    command: (root, port) =>
      node(
        'browser-sync/dist/bin.js',
        'start',
        '--server',
        '--files=**/*',
        `--port=${port}`,
        '--listen=127.0.0.1',
        '--no-open',
        '--no-ui',
        '--no-notify',
        '--no-online',
      ),
    socket: () => ['/browser-sync/socket.io/?EIO=4&transport=websocket', '', '40/browser-sync,'],
    words: { css: 'file:reload', html: 'browser:reload' },
  },
  caddy: {
    command: (root, port) => [
      'caddy',
      'file-server',
      `--root=${root}`,
      `--listen=127.0.0.1:${port}`,
    ],
  },
  vite: {
    command: (root, port) =>
      node('vite/bin/vite.js', root, `--port=${port}`, '--strictPort', '--host=127.0.0.1'),
    socket: viteSocket,
    words: { css: 'css-update', html: 'full-reload' },
  },
};

/** The server has the first processor, the measuring the second. With one processor nothing is pinned. */
const PINNED = os.cpus().length > 1;
export const SERVER_CPU = PINNED ? 0 : -1;
const MEASURING_CPU = 1;

/** A server behind those that are measured: it does not share their processor. @type {Kind} */
export const BACK_END = { ...SERVERS.nginx, cpu: MEASURING_CPU };

/**
 * The same servers in front of another one. nginx keeps its connections to it, too.
 *
 * @param {number} port of the other server
 * @returns {Record<string, Kind>}
 */
export function proxies(port) {
  const url = `http://127.0.0.1:${port}`;
  return {
    liveserve: {
      ...SERVERS.liveserve,
      command: (root, own) => [...SERVERS.liveserve.command(root, own), `--proxy=${url}`],
    },
    nginx: {
      command: (root, own) => [
        'nginx',
        '-p',
        root,
        '-c',
        nginxSettings(
          makeFolder(),
          root,
          own,
          `upstream other { server 127.0.0.1:${port}; keepalive 64; keepalive_requests 1000000000; }`,
          'location / { proxy_pass http://other; proxy_http_version 1.1; proxy_set_header Connection ""; }',
        ),
      ],
    },
  };
}

/**
 * Another build of liveserve takes part, as the server "before".
 *
 * @param {string} program its path
 */
export function addBefore(program) {
  fs.accessSync(program, fs.constants.X_OK);
  SERVERS.before = liveserve(path.resolve(program));
}

const runOn = (/** @type {string} */ cpus) =>
  execFileSync('taskset', ['-acp', cpus, `${process.pid}`], { stdio: 'ignore' });

/** Keeps this process, all its threads and the helpers it starts away from the servers. */
export function pinMyself() {
  if (PINNED) runOn(`${MEASURING_CPU}`);
}

/** Undoes that. A browser has many processes and is never pinned. */
export function unpinMyself() {
  if (PINNED) runOn(`0-${os.cpus().length - 1}`);
}

export function buildTools() {
  const source = (/** @type {string} */ name) => path.join(here, 'tools', `${name}.c`);
  fs.mkdirSync(built, { recursive: true });
  for (const tool of [BARE, FIRST, SAVER, PAGES]) {
    const files = [source(path.basename(tool)), source('client')];
    const options = ['-std=gnu17', '-O2', '-Wall', '-Wextra', '-o', tool];
    execFileSync('cc', [...options, ...files, '-lcrypto'], { stdio: 'inherit' });
  }
}

/** Peers must not take settings from the user's home and environment. Some of them are in /usr/sbin. */
export function cleanEnvironment() {
  /** @type {NodeJS.ProcessEnv} */
  const environment = {
    ...process.env,
    HOME: os.tmpdir(),
    PATH: `${process.env.PATH}:/usr/sbin`,
  };
  delete environment.PORT;
  delete environment.IP;
  return environment;
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

export const sleep = (/** @type {number} */ ms) =>
  new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Waits until condition() is true. Fails after a minute.
 *
 * @param {() => boolean | Promise<boolean>} condition
 * @param {() => string} what
 */
async function until(condition, what) {
  const giveUp = Date.now() + 60000;
  while (!(await condition())) {
    if (Date.now() > giveUp) throw new Error(`waited too long until ${what()}`);
    await sleep(10);
  }
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
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
 * @param {string} name a key of SERVERS
 * @param {string} root
 * @param {Kind} [kind] how, if it is not the way of SERVERS
 * @returns {Promise<Server>}
 */
export async function startServer(name, root, kind = SERVERS[name]) {
  const port = await freePort();
  const command = kind.command(root, port);
  if (PINNED) command.unshift('taskset', '-c', `${kind.cpu ?? SERVER_CPU}`);
  const child = spawn(command[0], command.slice(1), {
    cwd: root,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  running.add(child);
  ended.then(() => running.delete(child));

  const { ready } = kind;
  await until(
    async () => {
      if (child.exitCode !== null) throw new Error(`${name} ended:\n${said}`);
      return (!ready || ready.test(said)) && (await accepts(port));
    },
    () => `${name} is ready; it said:\n${said}`,
  );

  return {
    name,
    root,
    port,
    pid: child.pid,
    said: () => said,
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
