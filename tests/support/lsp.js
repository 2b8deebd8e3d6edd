/**
 * lsp: an editor that speaks the Language Server Protocol 3.17 with `liveserve lsp`, over its standard input and
 * output, as a test writes it down.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { atEnd, environment, inTime } from './server.js';
import { Waiters } from './waiters.js';

/** @param {string} file */
export const uriOf = (file) => pathToFileURL(file).href;

/** @typedef {{jsonrpc: string, id?: any, method?: string, params?: any, result?: any, error?: any}} Message */

/** A running `liveserve lsp` and what it has sent. */
export class Editor {
  /** @type {Message[]} */
  messages = [];
  errors = '';
  #input = Buffer.alloc(0);
  #number = 0;
  #waiters = new Waiters();

  /**
   * @param {string[]} [args]
   * @param {{cwd?: string, env?: NodeJS.ProcessEnv}} [options]
   */
  constructor(args = [], { cwd, env } = {}) {
    this.child = spawn(process.env.LIVESERVE, ['lsp', ...args], { cwd, env: environment(env) });
    atEnd(() => this.child.kill('SIGKILL'));
    // A wait has a deadline, and its timer keeps the test alive. After a failure nothing does.
    this.child.unref();
    for (const pipe of this.child.stdio) /** @type {any} */ (pipe).unref();
    this.child.stdin.on('error', () => {}); // It may have ended.
    this.child.stderr.on('data', (text) => (this.errors += text));
    this.child.stdout.on('data', (bytes) => this.#read(bytes));
    /** @type {Promise<[number | null, string | null]>} */
    this.exited = /** @type {any} */ (once(this.child, 'close'));
    const end = () => this.#waiters.end();
    this.exited.then(end, end);
  }

  /** @param {Buffer} bytes */
  #read(bytes) {
    this.#input = Buffer.concat([this.#input, bytes]);
    for (;;) {
      const head = /^Content-Length: (\d+)\r\n\r\n/.exec(this.#input.subarray(0, 64).toString());
      const end = head && head[0].length + Number(head[1]);
      if (!head || this.#input.length < end) break;
      this.messages.push(JSON.parse(this.#input.subarray(head[0].length, end).toString()));
      this.#input = this.#input.subarray(end);
    }
    this.#waiters.look();
  }

  /** @param {string | Buffer} bytes */
  write(bytes) {
    this.child.stdin.write(bytes);
  }

  /** @param {object | string} message JSON, or what is made JSON of */
  send(message) {
    const content = typeof message === 'string' ? message : JSON.stringify(message);
    this.write(`Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`);
  }

  /**
   * @param {string} method
   * @param {any} [params]
   */
  notify(method, params) {
    this.send({ jsonrpc: '2.0', method, params });
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param {string} method
   * @param {any} [params]
   * @returns {Promise<any>} the result, or {error}
   */
  async ask(method, params) {
    const id = ++this.#number;
    this.send({ jsonrpc: '2.0', id, method, params });
    const answer = await this.until((message) => message.id === id && !message.method, method);
    return answer.error ? { error: answer.error } : answer.result;
  }

  /**
   * Waits for a message; one that has come before counts, too.
   *
   * @param {(message: Message) => boolean} isIt
   * @param {string} what
   * @param {number} [from] the first of this.messages that counts
   * @returns {Promise<Message>}
   */
  until(isIt, what, from = 0) {
    const found = this.#waiters.until(
      () => this.messages.slice(from).find(isIt),
      () => `liveserve lsp ended before ${what}\n${this.errors}`,
    );
    return inTime(
      found,
      () => `${what}\n${this.messages.map((message) => JSON.stringify(message)).join('\n')}`,
    );
  }

  /**
   * @param {string} method
   * @param {(params: any) => boolean} [isIt]
   * @param {number} [from]
   */
  async notified(method, isIt = () => true, from = 0) {
    const isRight = (/** @type {Message} */ message) =>
      message.method === method && isIt(message.params);
    return (await this.until(isRight, method, from)).params;
  }

  /**
   * @param {string | null} root
   * @param {object} [params] further ones
   */
  async initialize(root, params = {}) {
    const result = await this.ask('initialize', {
      processId: process.pid,
      clientInfo: { name: 'test', version: '1' },
      rootUri: root && uriOf(root),
      capabilities: {},
      ...params,
    });
    this.notify('initialized', {});
    return result;
  }

  /**
   * @param {string} file
   * @param {string} text
   */
  open(file, text) {
    const languageId = path.extname(file).slice(1);
    const textDocument = { uri: uriOf(file), languageId, version: 1, text };
    this.notify('textDocument/didOpen', { textDocument });
  }

  /**
   * @param {string} file
   * @param {...object} contentChanges
   */
  change(file, ...contentChanges) {
    this.version = (this.version ?? 1) + 1;
    const textDocument = { uri: uriOf(file), version: this.version };
    this.notify('textDocument/didChange', { textDocument, contentChanges });
  }

  /**
   * @param {string} file
   * @param {string} [text]
   */
  save(file, text) {
    this.notify('textDocument/didSave', { textDocument: { uri: uriOf(file) }, text });
  }

  /** @param {string} file */
  close(file) {
    this.notify('textDocument/didClose', { textDocument: { uri: uriOf(file) } });
  }

  /** Ends as an editor does that closes. */
  async leave() {
    await this.ask('shutdown');
    this.notify('exit');
    return this.exit();
  }

  exit() {
    return inTime(this.exited, () => `liveserve lsp to end\n${this.errors}`);
  }
}

/**
 * @param {number} line
 * @param {number} from
 * @param {number} to
 * @param {string} text what stands there then
 */
export function edit(line, from, to, text) {
  const range = { start: { line, character: from }, end: { line, character: to } };
  return { range, text };
}
