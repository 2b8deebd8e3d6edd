/**
 * server: speaks the protocol of the wire's page, for tests of the page: the page's files as they are in the
 * program, rows by WebSocket, packets by GET. What it sends is recorded (record.mjs) or made by the test.
 */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { atEnd, until } from '../support/server.js';
import { frame } from '../support/websocket.js';

/** @typedef {import('../../view/packets/row.js').Row} Row */
/** @typedef {import('../../view/packets/row.js').Mark} Mark */

/** @type {{rows: Row[], filters: [string, number[] | null][], packets: any[]}} */
export const visit = JSON.parse(fs.readFileSync(new URL('visit.json', import.meta.url), 'utf8'));

const SECRET = '0123456789abcdef0123456789abcdef';
const ROWS_AT_ONCE = 500;
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** A file of the page, from beside the program. @param {string} name */
function pageFile(name) {
  if (!process.env.LIVESERVE)
    throw new Error('LIVESERVE is not set: the page is beside the program');
  return path.join(path.dirname(process.env.LIVESERVE), 'bundled', 'view', name || 'index.html');
}

/** The recorded packet of a number. @param {number} n */
export function recordedPacket(n) {
  const packet = visit.packets.find((one) => one.n === n);
  const row = visit.rows.find((one) => one.n === n);
  if (!packet || !row) return undefined;
  // Of long packets only the beginning was recorded.
  const bytes = Buffer.alloc(row.len, '.');
  Buffer.from(packet.bytes, 'base64').copy(bytes);
  return { tree: [], ...packet, bytes: bytes.toString('base64') };
}

/** The first text message in these bytes of a client: short and masked (RFC 6455, 5.2). @param {Buffer} bytes */
function firstMessage(bytes) {
  const length = bytes[1] & 0x7f;
  if (bytes.length < 6 + length || length > 125) return undefined;
  const mask = bytes.subarray(2, 6);
  return Buffer.from(bytes.subarray(6, 6 + length).map((byte, i) => byte ^ mask[i % 4])).toString();
}

class ViewServer {
  /** @param {{rows?: Row[], marks?: Mark[], packet?: (n: number) => any, state?: object}} options */
  constructor({ rows = [], marks = [], packet = recordedPacket, state = {} }) {
    this.rows = rows;
    this.marks = marks;
    this.packet = packet;
    this.facts = state;
    /** What the page has asked for: methods and targets. @type {string[]} */
    this.asked = [];
    /** What the page has wanted by WebSocket. @type {number[]} */
    this.wanted = [];
    /** @type {Set<import('node:stream').Duplex>} */
    this.sockets = new Set();
    this.isOpen = true;
    this.http = http.createServer((request, response) => this.answer(request, response));
    this.http.on('upgrade', (request, socket) => this.upgrade(request, socket));
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  answer({ method, url = '' }, response) {
    this.asked.push(`${method} ${url}`);
    const { pathname } = new URL(url, 'http://localhost');
    const name = pathname.startsWith(`/${SECRET}/`) ? pathname.slice(SECRET.length + 2) : null;
    if (name === null || !this.isOpen) return response.writeHead(404).end();
    if (method === 'POST' && name === 'clear') {
      this.clear();
      return response.writeHead(204).end();
    }
    if (name.startsWith('packet/')) return this.sendPacket(Number(name.slice(7)), response);
    if (name.startsWith('capture.pcapng') || name.startsWith('report.'))
      return response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(name);
    const file = pageFile(name);
    if (!fs.existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, {
      'Content-Type': `${TYPES[path.extname(file)]}; charset=utf-8`,
      'Content-Security-Policy': POLICY,
      'Referrer-Policy': 'no-referrer',
    });
    response.end(fs.readFileSync(file));
  }

  /** @param {number} n @param {http.ServerResponse} response */
  sendPacket(n, response) {
    const packet = this.packet(n);
    if (!packet) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(packet));
  }

  /** @param {http.IncomingMessage} request @param {import('node:stream').Duplex} socket */
  upgrade({ url, headers }, socket) {
    socket.on('error', () => {});
    if (url !== `/${SECRET}/live` || !this.isOpen) return socket.destroy();
    const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    socket.write(
      [
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Accept: ${createHash('sha1').update(key).digest('base64')}`,
        `Sec-WebSocket-Protocol: ${headers['sec-websocket-protocol']}`,
        '\r\n',
      ].join('\r\n'),
    );
    socket.once('data', (bytes) => {
      const { from } = JSON.parse(firstMessage(bytes));
      this.wanted.push(from);
      this.sockets.add(socket);
      this.send({ state: this.state() }, [socket]);
      this.sendRows(
        this.rows.filter(({ n }) => n >= from),
        [socket],
      );
      if (this.marks.length > 0) this.send({ marks: this.marks }, [socket]);
    });
    socket.on('close', () => this.sockets.delete(socket));
  }

  state() {
    return {
      site: 'example-site',
      port: 9000,
      by: 'liveserve-capture',
      how: '',
      lost: 0,
      gone: 0,
      first: this.rows[0]?.n ?? 1,
      last: this.rows.at(-1)?.n ?? 0,
      ended: false,
      ...this.facts,
    };
  }

  /** @param {object} message @param {Iterable<import('node:stream').Duplex>} [sockets] */
  send(message, sockets = this.sockets) {
    const bytes = frame(JSON.stringify(message), { isMasked: false });
    for (const socket of sockets) socket.write(bytes);
  }

  /** @param {Row[]} rows @param {Iterable<import('node:stream').Duplex>} [sockets] */
  sendRows(rows, sockets = this.sockets) {
    for (let i = 0; i < rows.length; i += ROWS_AT_ONCE)
      this.send({ rows: rows.slice(i, i + ROWS_AT_ONCE) }, sockets);
  }

  /** New packets. @param {Row[]} rows */
  add(rows) {
    this.rows.push(...rows);
    this.send({ state: this.state() });
    this.sendRows(rows);
  }

  /** @param {Mark} mark */
  mark(mark) {
    this.marks.push(mark);
    this.send({ marks: [mark] });
  }

  clear() {
    this.rows = [];
    this.marks = [];
    this.send({ cleared: true });
  }

  /** Changes what the server says about itself. @param {object} facts */
  say(facts) {
    Object.assign(this.facts, facts);
    this.send({ state: this.state() });
  }

  /** Ends all connections, and refuses new ones until they are wanted again. @param {boolean} isOpen */
  setOpen(isOpen) {
    this.isOpen = isOpen;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Waits until a page listens. @param {number} [count] so often since the beginning */
  heard(count = 1) {
    return until('the page to connect', () => this.wanted.length >= count && this.sockets.size > 0);
  }

  async start() {
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    atEnd(() => this.stop());
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.http.address());
    this.url = `http://127.0.0.1:${port}/${SECRET}/`;
    return this;
  }

  stop() {
    for (const socket of this.sockets) socket.destroy();
    this.http.closeAllConnections();
    this.http.close();
  }
}

/** @param {ConstructorParameters<typeof ViewServer>[0]} [options] */
export const startViewServer = (options = {}) => new ViewServer(options).start();
