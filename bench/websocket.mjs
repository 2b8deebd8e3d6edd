/**
 * websocket: a WebSocket client that can do what measuring needs: it reads text frames and sends short ones.
 * Node has no client of its own before version 22.
 */
import crypto from 'node:crypto';
import net from 'node:net';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/**
 * The first frame in bytes, or null when it is not complete. Servers do not mask.
 *
 * @param {Buffer} bytes
 */
function readFrame(bytes) {
  if (bytes.length < 2) return null;
  let length = bytes[1] & 0x7f;
  let start = 2;
  if (length === 126) {
    if (bytes.length < 4) return null;
    length = bytes.readUInt16BE(2);
    start = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return null;
    length = Number(bytes.readBigUInt64BE(2));
    start = 10;
  }
  if (bytes.length < start + length) return null;
  return {
    opcode: bytes[0] & 0x0f,
    payload: bytes.subarray(start, start + length),
    end: start + length,
  };
}

/**
 * A masked frame.
 *
 * @param {number} opcode
 * @param {Buffer} payload of less than 126 bytes
 */
function writeFrame(opcode, payload) {
  const mask = crypto.randomBytes(4);
  const masked = payload.map((byte, i) => byte ^ mask[i % 4]);
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, masked]);
}

/**
 * Sends a text message.
 *
 * @param {net.Socket} socket
 * @param {string} text of less than 126 bytes
 */
export const say = (socket, text) => socket.write(writeFrame(TEXT, Buffer.from(text)));

/**
 * Connects to ws://127.0.0.1:port/ws.
 *
 * @param {number} port
 * @param {string} subprotocol
 * @param {(text: string) => void} onText called for each message
 * @returns {Promise<net.Socket>} once the server has agreed
 */
export function connectWebSocket(port, subprotocol, onText) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let bytes = Buffer.alloc(0);
    let agreed = false;

    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the WebSocket was closed')));
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: localhost:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Origin: http://localhost:${port}\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Protocol: ${subprotocol}\r\n` +
        `Sec-WebSocket-Key: ${crypto.randomBytes(16).toString('base64')}\r\n\r\n`,
    );

    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (!agreed) {
        const end = bytes.indexOf('\r\n\r\n');
        if (end < 0) return;
        const status = bytes.toString('latin1', 0, 12);
        if (status !== 'HTTP/1.1 101') return reject(new Error(`no WebSocket: ${status}`));
        bytes = bytes.subarray(end + 4);
        agreed = true;
        resolve(socket);
      }
      for (let frame; (frame = readFrame(bytes)); bytes = bytes.subarray(frame.end)) {
        if (frame.opcode === TEXT) onText(frame.payload.toString());
        if (frame.opcode === PING) socket.write(writeFrame(PONG, frame.payload));
        if (frame.opcode === CLOSE) socket.end();
      }
    });
  });
}
