/**
 * server: one liveserve that serves one folder. It writes each event as a line of JSON (--log-format=json).
 */
'use strict';

const readline = require('node:readline');

const STOP_MS = 3000;

/**
 * @typedef {object} Served
 * @property {string} url with a slash at its end
 * @property {string} root
 *
 * @typedef {object} ServerOptions
 * @property {string} program
 * @property {string[]} args
 * @property {string} folder
 * @property {typeof import('node:child_process').spawn} spawn
 * @property {(event: any) => void} onEvent called for each event
 * @property {(reason: string | null) => void} onEnd called once: null when it was stopped, else what it said last
 */

/**
 * @param {ServerOptions} options
 * @returns {{started: Promise<Served>, stop: () => Promise<void>, reload: () => void}} started rejects with one
 *   sentence; stop resolves when the process has ended
 */
function startServer({ program, args, folder, spawn, onEvent, onEnd }) {
  const child = spawn(program, ['--log-format=json', '--no-browser', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let lastError = '';
  let isStopping = false;
  /** @type {(served: Served) => void} */
  let succeed;
  /** @type {(error: Error) => void} */
  let fail;
  const started = new Promise((resolve, reject) => {
    succeed = resolve;
    fail = reject;
  });
  // Who has not asked for it does not want to know.
  started.catch(() => {});

  /** @param {string} line */
  function take(line) {
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      return;
    }
    if (event.event === 'error') lastError = String(event.text);
    onEvent(event);
    if (event.event === 'start') succeed({ url: String(event.url), root: String(event.root) });
  }

  readline.createInterface({ input: child.stdout }).on('line', take);
  readline.createInterface({ input: child.stderr }).on('line', (line) => {
    lastError = line.replace(/^liveserve: /, '') || lastError;
  });
  const ended = new Promise((resolve) => {
    child.on('error', (error) => {
      lastError = `${program} cannot be run: ${error.message}`;
      resolve(null);
    });
    child.on('close', resolve);
  });
  ended.then(() => {
    const reason = isStopping ? null : lastError || 'liveserve has ended';
    fail(new Error(reason ?? 'stopped'));
    onEnd(reason);
  });
  return {
    started,
    async stop() {
      isStopping = true;
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(force);
    },
    // As the key r in a terminal.
    reload: () => void child.kill('SIGHUP'),
  };
}

module.exports = { startServer };
