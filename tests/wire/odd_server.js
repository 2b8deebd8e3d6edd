/**
 * odd_server: answers that liveserve does not give: chunked bodies, 1xx, bodies that end with the
 * connection, heads in pieces. The path of a request chooses one.
 */

import net from 'node:net';
import { once } from 'node:events';
import { portOf } from '../support/server.js';

const CRLF = '\r\n';
const head = (/** @type {string[]} */ ...lines) => lines.join(CRLF) + CRLF + CRLF;
const big = (/** @type {number} */ size) => 'x'.repeat(size);
const chunk = (/** @type {string} */ text) => text.length.toString(16) + CRLF + text + CRLF;

/** Each answer is a list of pieces; each piece is a packet or more. */
const ANSWERS = {
  '/chunked': [
    head('HTTP/1.1 200 OK', 'Content-Type: text/html', 'Transfer-Encoding: chunked'),
    chunk('one'),
    chunk('two and more') + chunk(big(300)),
    `0${CRLF}${CRLF}`,
  ],
  '/chunked-at-once': [
    head('HTTP/1.1 200 OK', 'Content-Type: text/css', 'Transfer-Encoding: chunked') +
      chunk('one') +
      `0${CRLF}${CRLF}`,
  ],
  '/chunked-cut': [
    head('HTTP/1.1 200 OK', 'Content-Type: application/json', 'Transfer-Encoding: chunked') + '5',
    CRLF + 'ab',
    'cde' + '\r',
    '\n0' + CRLF,
    CRLF,
  ],
  '/chunked-trailer': [
    head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Trailer: X-Sum'),
    `3;name=value${CRLF}abc${CRLF}`,
    `0${CRLF}X-Sum: 1${CRLF}${CRLF}`,
  ],
  '/chunked-big': [
    head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', 'Content-Type: text/plain'),
    chunk(big(40000)),
    chunk(big(30000)) + `0${CRLF}${CRLF}`,
  ],
  '/continue': [head('HTTP/1.1 100 Continue'), head('HTTP/1.1 200 OK', 'Content-Length: 2') + 'ok'],
  '/continue-at-once': [
    head('HTTP/1.1 100 Continue') + head('HTTP/1.1 200 OK', 'Content-Length: 2') + 'ok',
  ],
  '/early': [
    head('HTTP/1.1 103 Early Hints', 'Link: </a.css>; rel=preload'),
    head('HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Type: text/html; charset=utf-8'),
    'hello',
  ],
  '/no-content': [head('HTTP/1.1 204 No Content')],
  '/reset-content': [head('HTTP/1.1 205 Reset Content', 'Content-Length: 0')],
  '/not-modified': [head('HTTP/1.1 304 Not Modified', 'ETag: "a"', 'Content-Length: 40')],
  '/empty': [head('HTTP/1.1 200 OK', 'Content-Length: 0')],
  '/head-in-pieces': [
    'HTTP/1.1 200',
    ' OK\r\nContent-',
    'Length: 3\r\nContent-Type: text/plain\r\n\r',
    '\nabc',
  ],
  '/body-in-pieces': [
    head('HTTP/1.1 200 OK', 'Content-Type: image/png', 'Content-Length: 30'),
    big(10),
    big(10),
    big(10),
  ],
  '/head-and-part': [
    head('HTTP/1.1 200 OK', 'Content-Type: application/javascript', 'Content-Length: 30') + big(10),
    big(20),
  ],
  '/redirect': [
    head('HTTP/1.1 301 Moved Permanently', 'Location: /', 'Content-Length: 4') + 'gone',
  ],
  '/no-reason': [head('HTTP/1.1 200 ', 'Content-Length: 2') + 'ab'],
  '/long-reason': [head(`HTTP/1.1 500 ${big(200)}`, 'Content-Length: 2') + 'ab'],
  '/other-version': [head('HTTP/1.0 200 OK', 'Content-Length: 2') + 'ab'],
  '/post': [
    head('HTTP/1.1 201 Created', 'Content-Type: application/json', 'Content-Length: 2') + '{}',
  ],
  '/until-close': [head('HTTP/1.1 200 OK', 'Content-Type: text/html') + 'to the ', 'end', null],
  '/until-close-plain': [head('HTTP/1.0 200 OK', 'Content-Type: text/plain'), 'a', 'b', null],
  '/close': [head('HTTP/1.1 200 OK', 'Content-Length: 2', 'Connection: close') + 'ok', null],
  '/cut': [head('HTTP/1.1 200 OK', 'Content-Length: 100') + 'only this', null],
  '/reset': [head('HTTP/1.1 200 OK', 'Content-Length: 100') + 'only this', 'reset'],
  '/two-lengths': [head('HTTP/1.1 200 OK', 'content-length: 3', 'content-type: text/xml') + 'abc'],
  '/lf-only': ['HTTP/1.1 200 OK\nContent-Length: 3\n\nabc'],
};

export const ODD_PATHS = Object.keys(ANSWERS);

/**
 * Starts the server at any port of 127.0.0.1 and ::1.
 *
 * @param {string} [host]
 */
export async function startOddServer(host = '127.0.0.1') {
  const server = net.createServer({ allowHalfOpen: true }, serve).listen(0, host);
  await once(server, 'listening');
  return { port: portOf(server), close: () => server.close() };
}

/** @param {net.Socket} socket */
function serve(socket) {
  let received = '';
  let work = Promise.resolve();
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('end', () => {
    work.then(() => socket.end());
  });
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1');
    for (;;) {
      const match = /^([A-Z]+) (\S+) [^]*?\r\n\r\n/.exec(received);
      if (!match) break;
      const size = Number(/content-length: *(\d+)/i.exec(match[0])?.[1] ?? 0);
      if (received.length < match[0].length + size) break;
      received = received.slice(match[0].length + size);
      work = work.then(() => answer(socket, match[1], match[2]));
    }
  });
}

async function answer(socket, method, path) {
  const pieces = ANSWERS[path] ?? [head('HTTP/1.1 404 Not Found', 'Content-Length: 0')];
  // The head of each of these is one piece.
  for (const piece of method === 'HEAD' ? pieces.slice(0, 1) : pieces) {
    if (piece === null) socket.end();
    else if (piece === 'reset') socket.resetAndDestroy();
    else await write(socket, method === 'HEAD' ? piece.replace(/\r\n\r\n[^]*/, '\r\n\r\n') : piece);
  }
}

/** Writes, and waits until the other side has it, so that it is a packet of its own. */
function write(socket, text) {
  return new Promise((resolve) => {
    socket.write(Buffer.from(text, 'latin1'), () => setImmediate(resolve));
  });
}
