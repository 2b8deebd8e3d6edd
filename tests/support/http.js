/**
 * http: a client that sends bytes as they are given and reads answers as strictly as RFC 9112 allows.
 * Text is latin1 on the way out, so '\xff' is one byte.
 */

import assert from 'node:assert/strict';
import net from 'node:net';
import { inTime } from './server.js';
import { Waiters } from './waiters.js';

const HEAD_END = '\r\n\r\n';

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} reason
 * @property {Record<string, string>} fields the names are in lower case
 * @property {Buffer} body
 */

/** @typedef {Record<string, string | number | undefined>} Fields of a request; undefined: left out */

/** One TCP connection. Everything that arrives is kept until it is asked for. */
export class Connection {
  /** @type {net.Socket} */
  #socket;
  /** @type {Buffer[]} */
  #chunks = [];
  #length = 0;
  #waiters = new Waiters();

  /** @param {net.Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.unref(); // A wait has a deadline, and its timer keeps the test alive.
    socket.on('data', (bytes) => {
      this.#chunks.push(bytes);
      this.#length += bytes.length;
      this.#waiters.look();
    });
    // A reset is an end, too. What arrived before it counts.
    socket.on('error', () => {});
    for (const event of ['end', 'close']) {
      socket.on(event, () => this.#waiters.end());
    }
  }

  get hasEnded() {
    return this.#waiters.hasEnded;
  }

  /**
   * Resolves when the system has taken the bytes.
   *
   * @param {string | Uint8Array} bytes
   */
  send(bytes) {
    return new Promise((resolve) => this.#socket.write(toBytes(bytes), resolve));
  }

  /** Closes the sending side. */
  finish() {
    this.#socket.end();
  }

  destroy() {
    this.#socket.destroy();
  }

  /** Ends with a reset, as a crashed client does. */
  reset() {
    this.#socket.resetAndDestroy();
  }

  pause() {
    this.#socket.pause();
  }

  resume() {
    this.#socket.resume();
  }

  /**
   * Waits for the next count bytes and takes them.
   *
   * @param {number} count
   * @param {string} [what] names them in the error
   */
  async take(count, what = `${count} bytes`) {
    await this.#until(what, () => this.#length >= count);
    return this.#drop(count);
  }

  /**
   * Reads one answer.
   *
   * @param {string} [method] that of its request
   */
  async answer(method = 'GET') {
    await this.#until('the head of an answer', () => this.#gather().includes(HEAD_END));
    const length = this.#gather().indexOf(HEAD_END);
    const answer = parseHead(this.#drop(length + HEAD_END.length).toString('latin1', 0, length));
    if (hasBody(method, answer.status)) {
      const size = Number(answer.fields['content-length']);
      answer.body = await this.take(size, `the ${size} bytes of a ${answer.status}'s body`);
    }
    return answer;
  }

  /**
   * Waits until the other side ends the connection. Returns what came before that.
   *
   * @param {number} [deadlineMs]
   */
  async rest(deadlineMs) {
    await this.#until('the end of the connection', () => this.hasEnded, deadlineMs);
    return this.#drop(this.#length);
  }

  /**
   * @param {string} what
   * @param {() => boolean} isTrue
   * @param {number} [deadlineMs]
   */
  #until(what, isTrue, deadlineMs) {
    const happened = this.#waiters.until(
      isTrue,
      () => `the connection ended before ${what}; came so far: ${this.#shown()}`,
    );
    return inTime(happened, () => `${what}; came so far: ${this.#shown()}`, deadlineMs);
  }

  #gather() {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  /** @param {number} count */
  #drop(count) {
    const bytes = this.#gather();
    this.#chunks = [bytes.subarray(count)];
    this.#length -= count;
    return bytes.subarray(0, count);
  }

  #shown() {
    return JSON.stringify(this.#gather().toString('latin1', 0, 300));
  }
}

/**
 * @param {{port: number}} server
 * @param {string} [host]
 */
export async function connect(server, host = '127.0.0.1') {
  const socket = net.connect({ port: server.port, host, allowHalfOpen: true });
  const connection = new Connection(socket);
  await inTime(
    new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject)),
    () => `a connection to ${host}:${server.port}`,
  );
  return connection;
}

/**
 * The bytes of a request with a Host.
 *
 * @param {{port: number}} server
 * @param {string} target
 * @param {Fields} [fields]
 * @param {string} [method]
 */
export function request(server, target, fields = {}, method = 'GET') {
  const lines = Object.entries({ Host: `localhost:${server.port}`, ...fields })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/**
 * Sends bytes on a new connection. There must be exactly one answer, and nothing behind it.
 *
 * @param {{port: number}} server
 * @param {string | Uint8Array} bytes
 * @param {string} [method] else the first word of the bytes
 */
export async function ask(server, bytes, method) {
  const connection = await connect(server);
  try {
    connection.send(bytes);
    connection.finish();
    const answer = await connection.answer(method ?? String(bytes).split(' ', 1)[0]);
    const rest = await connection.rest();
    assert.equal(rest.toString('latin1'), '', 'nothing follows the answer');
    return answer;
  } finally {
    connection.destroy();
  }
}

/**
 * @param {{port: number}} server
 * @param {string} target
 * @param {Fields} [fields]
 */
export function get(server, target, fields) {
  return ask(server, request(server, target, fields));
}

/**
 * @param {{port: number}} server
 * @param {string} target
 * @param {Fields} [fields]
 */
export function head(server, target, fields) {
  return ask(server, request(server, target, fields, 'HEAD'));
}

/**
 * The answers to GET and HEAD, with no change announced in between: a change puts a new number into the tag.
 *
 * @param {{port: number}} server
 * @param {string} target
 * @param {Fields} [fields]
 */
export async function getAndHead(server, target, fields) {
  for (let tries = 1; ; tries++) {
    const got = await get(server, target, fields);
    const headed = await head(server, target, fields);
    const after = await get(server, target, fields);
    const isSame = after.body.equals(got.body) && after.fields.etag === got.fields.etag;
    if (isSame || tries === 10) return { got, headed };
  }
}

/**
 * The fields of an answer without Date, which differs from second to second.
 *
 * @param {Answer} answer
 */
export function lastingFields({ fields }) {
  const { date, ...lasting } = fields;
  assert.ok(date, 'every answer has a Date');
  return lasting;
}

/**
 * A name in which every byte but the unreserved ones is %XX.
 *
 * @param {string | Buffer} name
 */
export function encode(name) {
  return [...Buffer.from(name)]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return /[\w.~-]/.test(letter)
        ? letter
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** @param {string | Uint8Array} bytes */
function toBytes(bytes) {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
}

/**
 * @param {string} method
 * @param {number} status
 */
function hasBody(method, status) {
  return method !== 'HEAD' && status >= 200 && status !== 204 && status !== 304;
}

/**
 * RFC 9112 4 and 5: CRLF everywhere, each field once except Connection, a Content-Length wherever there is a
 * body.
 *
 * @param {string} text
 * @returns {Answer}
 */
function parseHead(text) {
  const [statusLine, ...lines] = text.split('\r\n');
  const [, version, status, reason] =
    /^(HTTP\/1\.1) ([1-5]\d\d) ([A-Z][\w -]+)$/i.exec(statusLine) ?? [];
  assert.ok(version, `a status line: ${JSON.stringify(statusLine)}`);
  /** @type {Record<string, string>} */
  const fields = {};
  for (const line of lines) {
    const [, name, value] = /^([\w-]+): ([\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    assert.ok(name, `a field line: ${JSON.stringify(line)}`);
    const key = name.toLowerCase();
    assert.ok(key === 'connection' || !(key in fields), `${name} is there once`);
    fields[key] = key in fields ? `${fields[key]}, ${value}` : value;
  }
  const hasLength = !(status === '204' || status === '304' || Number(status) < 200);
  assert.equal('content-length' in fields, hasLength, `Content-Length of a ${status}`);
  if (hasLength) assert.match(fields['content-length'], /^\d+$/);
  assert.ok(!('transfer-encoding' in fields));
  return { status: Number(status), reason, fields, body: Buffer.alloc(0) };
}
