/**
 * wire: the page of `--wire` as a viewer sees it: its URL, its rows, its packets.
 */

import { spawnSync } from 'node:child_process';
import { inTime, makeSite, startServer } from './server.js';
import { get } from './http.js';
import { openSocket } from './websocket.js';

const LINE = /Wire +(http:\/\/localhost:(\d+)(\/[0-9a-f]{32}\/))(.*)/;

/** Whether packets can be captured here; if not, why not: to skip tests with. */
export async function captureSkip() {
  try {
    const server = await startServer({ root: makeSite().root, args: ['--wire'] });
    await server.stop();
    return false;
  } catch (error) {
    if (/may not see packets/.test(error.message)) return 'this user may not capture packets here';
    throw error;
  }
}

/** Why tshark cannot be asked; false if it can. */
export const tsharkSkip = () =>
  spawnSync('tshark', ['--version']).error ? 'tshark is not installed' : false;

/**
 * The page of a server, from the line that it has printed.
 *
 * @param {import('./server.js').Server} server
 */
export async function wirePage(server) {
  const [, url, port, path, rest] = await server.waitForLine(LINE);
  return new WirePage(url, Number(port), path, rest);
}

export class WirePage {
  /** @param {string} url @param {number} port @param {string} path with the secret @param {string} rest of the line */
  constructor(url, port, path, rest) {
    this.url = url;
    this.port = port;
    this.path = path;
    this.rest = rest;
  }

  /**
   * @param {string} name
   * @param {import('./http.js').Fields} [fields]
   */
  get(name, fields) {
    return get(this, this.path + name, fields);
  }

  /** @param {number} [from] the first row that is wanted */
  async watch(from = 1) {
    const socket = await openSocket(this, {
      path: `${this.path}live`,
      protocol: 'liveserve.wire.v1',
      fields: { Origin: `http://localhost:${this.port}` },
    });
    socket.send(JSON.stringify({ from }));
    return new Viewer(socket);
  }
}

/** What a viewer has been told so far. */
export class Viewer {
  /** @type {any[]} */
  rows = [];
  /** @type {any[]} */
  marks = [];
  /** @type {any} */
  state = {};
  clearings = 0;
  messages = 0;

  /** @param {import('./websocket.js').Socket} socket */
  constructor(socket) {
    this.socket = socket;
  }

  async next() {
    const message = await this.socket.message();
    this.messages++;
    if (message.cleared) {
      this.rows = [];
      this.marks = [];
      this.clearings++;
    }
    this.state = message.state ?? this.state;
    this.rows.push(...(message.rows ?? []));
    this.marks.push(...(message.marks ?? []));
    return message;
  }

  /**
   * Reads messages until the condition holds.
   *
   * @param {(viewer: Viewer) => unknown} isTrue
   */
  until(isTrue) {
    const read = async () => {
      while (!isTrue(this)) await this.next();
    };
    return inTime(
      read(),
      () => `${isTrue}\n${JSON.stringify(this.marks)}\n${this.infos().join('\n')}`,
    );
  }

  /** The words of the column Info. */
  infos() {
    return this.rows.map((row) => row.info);
  }

  close() {
    this.socket.destroy();
  }
}
