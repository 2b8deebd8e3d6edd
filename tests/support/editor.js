/**
 * editor: the connection of an editor's program over the control socket, as a test sees it.
 */

import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import { inTime, runtimeFolder } from './server.js';
import { Waiters } from './waiters.js';

/**
 * The control sockets of the servers that run; a test with one server has one.
 */
export function controlSockets() {
  const folder = path.join(runtimeFolder(), 'liveserve');
  return fs.readdirSync(folder).map((name) => path.join(folder, name));
}

/**
 * The head of the request for the connection.
 *
 * @param {string} [upgrade]
 */
export const upgradeRequest = (upgrade = 'liveserve-editor.v1') =>
  `GET /__liveserve/editor HTTP/1.1\r\nHost: liveserve\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n\r\n`;

/** An editor's program that is connected. */
export class Editor {
  /** @type {any[]} all messages so far */
  messages = [];
  /** The head of the server's answer. */
  head = '';
  /** @type {net.Socket} */
  socket;
  #waiters = new Waiters();

  /** @param {net.Socket} socket */
  constructor(socket) {
    this.socket = socket;
    const end = () => this.#waiters.end();
    socket.on('close', end).on('end', end).on('error', end);
    const lines = readline.createInterface({ input: socket, crlfDelay: Infinity });
    lines.on('error', end);
    lines.on('line', (line) => {
      if (line.startsWith('{')) this.messages.push(JSON.parse(line));
      else this.head += `${line}\n`;
      this.#waiters.look();
    });
  }

  get hasEnded() {
    return this.#waiters.hasEnded;
  }

  /** @param {any} message an object, or the text of a line */
  send(message) {
    this.socket.write(typeof message === 'string' ? message : `${JSON.stringify(message)}\n`);
  }

  /**
   * Waits until find is true of the messages from that one on.
   *
   * @template T
   * @param {string} what
   * @param {(messages: any[]) => T} find
   * @param {number} [from]
   * @returns {Promise<T>}
   */
  #wait(what, find, from = 0) {
    const found = this.#waiters.until(
      () => find(this.messages.slice(from)),
      () => `the connection has ended without ${what}: ${this.#story()}`,
    );
    return inTime(found, () => `${what}: ${this.#story()}`);
  }

  /**
   * The first message that has all members of pattern.
   *
   * @param {Record<string, any>} pattern
   * @param {number} [from] the first of this.messages that counts
   * @returns {Promise<any>}
   */
  message(pattern, from = 0) {
    const members = Object.entries(pattern);
    return this.#wait(
      `a message ${JSON.stringify(pattern)}`,
      (messages) =>
        messages.find((message) => members.every(([name, value]) => message[name] === value)),
      from,
    );
  }

  /** Waits until the server has ended the connection. */
  async ended() {
    if (!this.hasEnded) await inTime(once(this.socket, 'close'), () => `an end: ${this.#story()}`);
  }

  close() {
    this.socket.destroy();
  }

  #story() {
    return JSON.stringify(this.messages.slice(-10));
  }
}

/** The address of the socket of the only server that runs. */
export async function serverSocket() {
  const socket = await connectToServer();
  const address = addresses.get(socket);
  socket.destroy();
  return address;
}

/** @type {WeakMap<net.Socket, string>} */
const addresses = new WeakMap();

/** A server that was killed has left its socket, to which nobody listens. */
async function connectToServer() {
  for (const address of controlSockets()) {
    const socket = net.connect(address);
    addresses.set(socket, address);
    const isOpen = once(socket, 'connect').then(
      () => true,
      () => false,
    );
    if (await inTime(isOpen, () => `the control socket ${address}`)) return socket;
  }
  throw new Error('no server runs');
}

/**
 * Connects to the only server that runs.
 *
 * @param {object} [options]
 * @param {string} [options.editor] its name; NULL: it says no hello
 * @param {boolean} [options.unsaved]
 * @param {string} [options.upgrade]
 */
export async function connectEditor({ editor = 'Test 1.0', unsaved = true, upgrade } = {}) {
  const connection = new Editor(await connectToServer());
  connection.send(upgradeRequest(upgrade));
  if (editor === null) return connection;
  connection.send({ type: 'hello', editor, unsaved });
  await connection.message({ type: 'hello' });
  return connection;
}
