/**
 * http2: clients of HTTP/2: Node's own, and frames as they are.
 */

import fs from 'node:fs';
import http2 from 'node:http2';
import { inTime } from './server.js';
import { connectTls } from './tls.js';

export const { HTTP2_HEADER_STATUS } = http2.constants;

/** RFC 9113 6 */
export const DATA = 0;
export const HEADERS = 1;
export const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

/** RFC 9113 7 */
export const PROTOCOL_ERROR = 1;
export const STREAM_CLOSED = 5;
export const CANCEL = 8;
export const ENHANCE_YOUR_CALM = 11;

/**
 * Opens a connection that trusts only one certificate.
 *
 * @param {{port: number}} server
 * @param {string} cert the path of the certificate
 * @param {http2.SecureClientSessionOptions} [options]
 */
export async function connectHttp2(server, cert, options = {}) {
  const session = http2.connect(`https://127.0.0.1:${server.port}`, {
    ca: fs.readFileSync(cert),
    servername: 'localhost',
    ...options,
  });
  await inTime(
    new Promise((resolve, reject) => session.once('connect', resolve).once('error', reject)),
    () => 'a connection of HTTP/2',
  );
  return session;
}

/**
 * The answer to a request, for localhost unless fields say another authority.
 *
 * @param {http2.ClientHttp2Session} session
 * @param {{port: number}} server
 * @param {string} target
 * @param {http2.OutgoingHttpHeaders} [fields]
 * @param {string | Buffer} [body]
 * @returns {Promise<{status: number, fields: http2.IncomingHttpHeaders, body: Buffer}>}
 */
export function ask2(session, server, target, fields = {}, body = undefined) {
  const stream = session.request(
    { ':path': target, ':authority': `localhost:${server.port}`, ...fields },
    { endStream: body === undefined },
  );
  const answer = new Promise((resolve, reject) => {
    /** @type {Buffer[]} */
    const pieces = [];
    let head;
    stream.on('response', (received) => (head = received));
    stream.on('data', (piece) => pieces.push(piece));
    stream.on('error', reject);
    stream.on('close', () => {
      if (!head) reject(new Error(`no answer to ${target}`));
      else resolve({ status: head[':status'], fields: head, body: Buffer.concat(pieces) });
    });
  });
  if (body !== undefined) stream.end(body);
  return inTime(answer, () => `the answer to ${target}`);
}

/**
 * @param {number} type
 * @param {number} flags
 * @param {number} stream
 * @param {Buffer | number[]} [payload]
 */
export function frame(type, flags, stream, payload = []) {
  const bytes = Buffer.from(payload);
  const head = Buffer.alloc(9);
  head.writeUIntBE(bytes.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, bytes]);
}

/** The frames of what a server has sent. */
export function readFrames(bytes) {
  const frames = [];
  for (let at = 0; at + 9 <= bytes.length;) {
    const length = bytes.readUIntBE(at, 3);
    const payload = bytes.subarray(at + 9, at + 9 + length);
    frames.push({ type: bytes[at + 3], stream: bytes.readUInt32BE(at + 5), payload });
    at += 9 + length;
  }
  return frames;
}

/**
 * The next frame that the server sends.
 *
 * @param {import('./http.js').Connection} connection
 */
export async function takeFrame(connection) {
  const head = await connection.take(9, 'the head of a frame');
  const length = head.readUIntBE(0, 3);
  const payload = length ? await connection.take(length, 'the rest of a frame') : Buffer.alloc(0);
  return { type: head[3], flags: head[4], stream: head.readUInt32BE(5), payload };
}

/** The header block of a GET, without compression but for names of the static table (RFC 7541 A). */
export function getBlock(server, path) {
  const text = (value) => [value.length, ...Buffer.from(value)];
  return Buffer.from([0x82, 0x87, 0x04, ...text(path), 0x01, ...text(`localhost:${server.port}`)]);
}

/** An integer with a prefix of 7 bits (RFC 7541 5.1). */
function prefixed(value) {
  if (value < 127) return [value];
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest >>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
}

/** One field as it is, without compression (RFC 7541 6.2.2); a character is a byte. */
export function literal(name, value) {
  const text = (string) => [...prefixed(string.length), ...Buffer.from(string, 'latin1')];
  return Buffer.from([0, ...text(name), ...text(value)]);
}

/**
 * A header block of these fields, as they are.
 *
 * @param {[string, string][]} pairs
 */
export const encodeBlock = (pairs) =>
  Buffer.concat(pairs.map(([name, value]) => literal(name, value)));

/** A connection whose client has agreed on HTTP/2 and sent its preface. */
export async function connectFrames(server, cert) {
  const connection = await connectTls(server, cert, { ALPNProtocols: ['h2'] });
  connection.send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  connection.send(frame(SETTINGS, 0, 0));
  return connection;
}
