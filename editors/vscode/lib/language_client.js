/**
 * language_client: the editor's side of "liveserve lsp", which tells the running server what is not saved yet, and the
 * editor what is wrong in files and pages. It knows nothing of VS Code: what to do is handed in.
 *
 * The protocol is LSP 3.17. What liveserve offers are notifications and a few requests, so this needs no library.
 */
'use strict';

const { createReader, frame } = require('./framing');

const STOP_MS = 2000;
const METHOD_NOT_FOUND = -32601;

/**
 * @typedef {object} LanguageClientOptions
 * @property {string} program
 * @property {{uri: string, name: string, path: string}} folder
 * @property {string} editor its name
 * @property {string} version
 * @property {boolean} unsaved whether pages show what is not saved
 * @property {typeof import('node:child_process').spawn} spawn
 * @property {Record<string, (params: any) => unknown>} handlers by method, what is done with a notification, or answers
 *   a request
 * @property {(sentence: string) => void} log
 */

/**
 * @param {LanguageClientOptions} options
 * @returns {{ready: Promise<void>, notify: (method: string, params: object) => void, stop: () => Promise<void>}}
 *   ready rejects when there is no language server. Notifications that come earlier wait for it
 */
function startLanguageClient(options) {
  const { program, folder, spawn, handlers, log } = options;
  const child = spawn(program, ['lsp'], { cwd: folder.path, stdio: ['pipe', 'pipe', 'pipe'] });
  /** @type {Map<number, {resolve: (result: any) => void, reject: (error: Error) => void}>} */
  const asked = new Map();
  let count = 0;
  let hasEnded = false;
  const send = (/** @type {object} */ message) => {
    if (!hasEnded) child.stdin.write(frame(message));
  };

  /** @type {(method: string, params?: object) => Promise<any>} */
  const request = (method, params) =>
    new Promise((resolve, reject) => {
      if (hasEnded) return reject(new Error('liveserve lsp has ended'));
      asked.set(++count, { resolve, reject });
      send({ id: count, method, params });
    });

  /** @param {{id: any, method: string, params: any}} message */
  async function answer({ id, method, params }) {
    const handle = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
    if (id === undefined) return handle?.(params);
    if (!handle) return send({ id, error: { code: METHOD_NOT_FOUND, message: method } });
    send({ id, result: (await handle(params)) ?? null });
  }

  /** @param {any} message */
  function take(message) {
    if (message.method) return answer(message);
    const waiting = asked.get(message.id);
    asked.delete(message.id);
    if (message.error) waiting?.reject(new Error(String(message.error.message)));
    else waiting?.resolve(message.result);
  }

  /** @param {string} sentence */
  function end(sentence) {
    hasEnded = true;
    for (const { reject } of asked.values()) reject(new Error(sentence));
    asked.clear();
  }

  const closed = listen(child, { take, end, log });
  const ready = initialize(options, request).then(() =>
    send({ method: 'initialized', params: {} }),
  );
  ready.catch(() => {});
  return {
    ready,
    notify: (method, params) => void ready.then(() => send({ method, params })).catch(() => {}),
    async stop() {
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await request('shutdown').catch(() => {});
      send({ method: 'exit' });
      await closed;
      clearTimeout(force);
    },
  };
}

/**
 * @param {import('node:child_process').ChildProcessWithoutNullStreams} child
 * @param {{take: (message: any) => void, end: (sentence: string) => void, log: (sentence: string) => void}} options
 * @returns {Promise<void>} resolves when the process has ended
 */
function listen(child, { take, end, log }) {
  child.stdout.on(
    'data',
    createReader(take, (error) => log(error.message)),
  );
  child.stderr.on('data', (bytes) => log(String(bytes).trim()));
  child.stdin.on('error', () => end('liveserve lsp has ended'));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      end(error.message);
      resolve();
    });
    child.on('close', () => {
      end('liveserve lsp has ended');
      resolve();
    });
  });
}

/**
 * @param {LanguageClientOptions} options
 * @param {(method: string, params: object) => Promise<any>} request
 */
function initialize({ folder, editor, version, unsaved }, request) {
  return request('initialize', {
    processId: process.pid,
    clientInfo: { name: editor, version },
    rootUri: folder.uri,
    workspaceFolders: [{ uri: folder.uri, name: folder.name }],
    initializationOptions: { unsaved, start: false },
    capabilities: {
      general: { positionEncodings: ['utf-16'] },
      textDocument: {
        synchronization: { didSave: true },
        publishDiagnostics: { versionSupport: true },
      },
      window: { showDocument: { support: true } },
      workspace: { workspaceFolders: true },
    },
  });
}

module.exports = { startLanguageClient };
