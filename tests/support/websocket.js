/**
 * websocket: a raw WebSocket client (RFC 6455) for tests. It sends any frame, also a wrong one, and reads
 * strictly what the server sends.
 */

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { connect, get, request } from './http.js';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/**
 * @typedef {object} FrameOptions
 * @property {number} [opcode]
 * @property {boolean} [isFinal]
 * @property {boolean} [isMasked] a client has to mask; a server has to refuse a frame that is not
 * @property {number} [reserved] the reserved bits, in place
 */

/**
 * @typedef {object} HandshakeOptions
 * @property {string} [path]
 * @property {string} [key]
 * @property {string} [protocol] a list of subprotocols
 * @property {import('./http.js').Fields} [fields] besides those of the handshake, or in their place
 */

/**
 * The bytes of a frame (5.2).
 *
 * @param {string | Uint8Array} payload
 * @param {FrameOptions} [options]
 */
export function frame(
  payload,
  { opcode = OPCODE.text, isFinal = true, isMasked = true, reserved = 0 } = {},
) {
  const bytes = Buffer.from(payload);
  const mask = isMasked ? randomBytes(4) : Buffer.alloc(0);
  const size = bytes.length < 126 ? 0 : bytes.length < 65536 ? 2 : 8;
  const head = Buffer.alloc(2 + size);
  head[0] = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (isMasked ? 0x80 : 0) | (size === 0 ? bytes.length : size === 2 ? 126 : 127);
  if (size === 2) head.writeUInt16BE(bytes.length, 2);
  if (size === 8) head.writeBigUInt64BE(BigInt(bytes.length), 2);
  const body = isMasked ? bytes.map((byte, i) => byte ^ mask[i % 4]) : bytes;
  return Buffer.concat([head, mask, body]);
}

/**
 * The bytes of a handshake (4.1).
 *
 * @param {{port: number}} server
 * @param {HandshakeOptions} [options]
 */
export function handshake(server, { path = '/ws', key = newKey(), protocol, fields = {} } = {}) {
  return request(server, path, {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': 13,
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Protocol': protocol,
    ...fields,
  });
}

export const newKey = () => randomBytes(16).toString('base64');

/**
 * Opens a WebSocket; the handshake has to succeed.
 *
 * @param {{port: number}} server
 * @param {HandshakeOptions & {first?: Buffer}} [options] first: sent in the same packet as the handshake
 */
export async function openSocket(
  server,
  { key = newKey(), first = Buffer.alloc(0), ...options } = {},
) {
  const connection = await connect(server);
  connection.send(
    Buffer.concat([Buffer.from(handshake(server, { key, ...options }), 'latin1'), first]),
  );
  const answer = await connection.answer();
  assert.equal(answer.status, 101);
  assert.match(answer.fields.upgrade, /^websocket$/i);
  assert.match(answer.fields.connection, /^upgrade$/i);
  const accept = createHash('sha1')
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  assert.equal(answer.fields['sec-websocket-accept'], accept);
  assert.equal(answer.fields['sec-websocket-protocol'], options.protocol);
  return new Socket(connection);
}

/**
 * The epoch and the number in a page that is loaded now.
 *
 * @param {{port: number}} server
 * @param {import('./http.js').Fields} [fields] of the request
 */
export async function birthOf(server, fields = {}) {
  const { body } = await get(server, '/', { 'Sec-Fetch-Dest': 'document', ...fields });
  const [, epoch, version] = /data-version="(\w+)\.(\d+)"/.exec(body.toString()) ?? [];
  assert.ok(epoch, 'the page at / has the tag');
  return { epoch, version: Number(version) };
}

/**
 * Opens a liveserve.v1 socket and says hello; by default as a page without a version.
 *
 * @param {{port: number}} server
 * @param {object} [options]
 * @param {string} [options.epoch]
 * @param {number} [options.version]
 * @param {string} [options.page]
 * @param {import('./http.js').Fields} [options.fields] of the handshake
 */
export async function openPage(server, { epoch = '', version = 0, page = '/', fields } = {}) {
  const socket = await openSocket(server, { protocol: 'liveserve.v1', fields });
  socket.send(JSON.stringify({ type: 'hello', page, epoch, version }));
  return socket;
}

/**
 * The socket of a page that was loaded now, has said hello and got its answer.
 *
 * @param {{port: number}} server
 * @param {object} [options]
 * @param {string} [options.page]
 * @param {string[]} [options.uses] what it then says that it uses
 * @param {import('./http.js').Fields} [options.fields] of the request for the page and of the handshake
 */
export async function openBornPage(server, { page, uses, fields } = {}) {
  const birth = await birthOf(server, fields);
  const socket = await openPage(server, { ...birth, page, fields });
  assert.deepEqual(await socket.message(), { type: 'hello', ...birth });
  if (uses) {
    socket.send(JSON.stringify({ type: 'uses', urls: uses }));
    assert.equal((await socket.message()).type, 'state');
  }
  return socket;
}

export class Socket {
  /** @param {import('./http.js').Connection} connection */
  constructor(connection) {
    this.connection = connection;
  }

  /**
   * @param {string | Uint8Array} payload
   * @param {FrameOptions} [options]
   */
  send(payload, options) {
    return this.connection.send(frame(payload, options));
  }

  destroy() {
    this.connection.destroy();
  }

  /** The next frame of any kind. A server never masks (5.1). */
  async frame() {
    const head = await this.connection.take(2, 'a frame');
    assert.equal(head[0] & 0x70, 0, 'no reserved bits');
    assert.equal(head[1] & 0x80, 0, 'not masked');
    let length = head[1] & 0x7f;
    if (length === 126) length = (await this.connection.take(2)).readUInt16BE();
    else if (length === 127) length = Number((await this.connection.take(8)).readBigUInt64BE());
    const payload = await this.connection.take(length, `the ${length} bytes of a frame`);
    return { opcode: head[0] & 15, isFinal: (head[0] & 0x80) !== 0, payload };
  }

  /** The text of the next frame, which must be a whole text message. */
  async text() {
    const { opcode, isFinal, payload } = await this.frame();
    assert.deepEqual({ opcode, isFinal }, { opcode: OPCODE.text, isFinal: true });
    return payload.toString('utf8');
  }

  /** The next message of liveserve.v1. */
  async message() {
    return JSON.parse(await this.text());
  }

  /**
   * Waits for a close frame, which must be the next frame, and answers it (5.5.1). Returns its code, or
   * undefined when the connection ends without a close frame.
   */
  async closeCode() {
    let close;
    try {
      close = await this.frame();
    } catch (error) {
      if (!this.connection.hasEnded) throw error;
      return undefined;
    }
    assert.equal(close.opcode, OPCODE.close);
    this.send(close.payload, { opcode: OPCODE.close });
    assert.equal((await this.connection.rest()).length, 0);
    return close.payload.length >= 2 ? close.payload.readUInt16BE() : 1005;
  }
}
