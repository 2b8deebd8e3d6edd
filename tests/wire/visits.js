/**
 * visits: traffic of all kinds. Each visit is a function that talks to a server; its name is that of the
 * capture.
 */

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { connect } from '../support/http.js';
import { inTime, until } from '../support/server.js';
import { OPCODE, frame, openSocket } from '../support/websocket.js';
import { ODD_PATHS } from './odd_server.js';

/** @typedef {{port: number, host?: string}} Target */

/** @param {string[]} args */
function curl(...args) {
  const { status, stderr, error } = spawnSync('curl', ['-sS', '-o', '/dev/null', ...args], {
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`curl ${args.join(' ')}: ${stderr}`);
}

const urls = (
  /** @type {Target} */ { port, host = '127.0.0.1' },
  /** @type {string[]} */ ...paths
) => paths.map((path) => `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`);

const outputs = (/** @type {number} */ count) =>
  Array(count - 1)
    .fill(['-o', '/dev/null'])
    .flat();

/** @param {net.Socket} socket */
async function settle(socket) {
  socket.on('error', () => {});
  socket.resume();
  if (!socket.destroyed) await inTime(once(socket, 'close'), () => 'the end of a connection');
}

/** Sends pieces, each in a packet of its own, and waits until the server has answered that often. */
async function talk(/** @type {Target} */ { port, host = '127.0.0.1' }, pieces, answers) {
  const socket = net.connect({ port, host, allowHalfOpen: true });
  let received = '';
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('data', (bytes) => (received += bytes.toString('latin1')));
  await once(socket, 'connect');
  for (const piece of pieces) {
    await new Promise((resolve) => socket.write(Buffer.from(piece, 'latin1'), resolve));
    await new Promise(setImmediate);
  }
  await until(
    'the answers',
    () => socket.destroyed || (received.match(/HTTP\/1\.\d \d/g) ?? []).length >= answers,
  );
  return socket;
}

const ask = (path, ...fields) =>
  [`GET ${path} HTTP/1.1`, 'Host: localhost', ...fields].join('\r\n') + '\r\n\r\n';

/** Visits of liveserve. @type {Record<string, (target: Target) => Promise<void> | void>} */
export const VISITS = {
  curl_files(target) {
    const list = urls(
      target,
      '/',
      '/a.css',
      '/a.js',
      '/a.json',
      '/a.txt',
      '/a.svg',
      '/a.png',
      '/a.gif',
    );
    curl(...outputs(list.length), ...list);
    const [missing, page] = urls(target, '/missing', '/a.txt');
    curl(missing, '-o', '/dev/null', page);
    curl('-I', ...list.slice(0, 3));
    curl('-r', '1-2', ...urls(target, '/a.css'));
    curl('-H', 'If-Modified-Since: Tue, 01 Jan 2999 00:00:00 GMT', ...urls(target, '/a.css'));
    curl('-X', 'POST', '-d', 'a=b', ...urls(target, '/a.css'));
    curl('-X', 'OPTIONS', ...urls(target, '/a.css'));
    curl(...urls(target, '/a.css?with=query&and=more'));
  },
  curl_picture(target) {
    curl(...urls(target, '/logo.jpg'), '-o', '/dev/null', ...urls(target, '/logo.jpg'));
  },
  async page(target) {
    const first = await talk(
      target,
      [ask('/', 'Accept: text/html', 'Sec-Fetch-Dest: document')],
      1,
    );
    const second = await talk(target, [ask('/logo.jpg')], 1);
    const socket = await openSocket(target, { protocol: 'liveserve.v1' });
    socket.send(JSON.stringify({ type: 'hello', page: '/', epoch: '', version: 0 }));
    await socket.frame();
    // The server ends idle connections after 5 s.
    await Promise.all(
      [first, second].map((one) => inTime(once(one, 'end'), () => 'an idle close', 20000)),
    );
    first.end();
    second.end();
    await Promise.all([settle(first), settle(second)]);
    socket.destroy();
  },
  async websocket(target) {
    const socket = await openSocket(target, { protocol: 'liveserve.v1' });
    await socket.send(JSON.stringify({ type: 'hello', page: '/', epoch: '', version: 0 }));
    await socket.frame();
    await socket.send('ping me', { opcode: OPCODE.ping });
    await socket.frame();
    await socket.send(Buffer.from([0x03, 0xe8]), { opcode: OPCODE.close });
    await socket.frame();
    await socket.connection.rest();
  },
  async websocket_frames(target) {
    const socket = await openSocket(target);
    const hello = JSON.stringify({
      type: 'hello',
      page: '/',
      epoch: '',
      version: 0,
      more: 'x'.repeat(200),
    });
    await socket.send(hello);
    await socket.send('{"type":', { isFinal: false });
    await socket.send('"nothing",', { opcode: OPCODE.continuation, isFinal: false });
    await socket.send('"x":1}', { opcode: OPCODE.continuation });
    await socket.connection.send(
      Buffer.concat([frame('{"type":"a"}'), frame('p', { opcode: OPCODE.ping })]),
    );
    await socket.connection.send(
      Buffer.concat([
        frame('one', { opcode: OPCODE.pong }),
        frame('{"type":"b"}'),
        frame('x').subarray(0, 3),
      ]),
    );
    await socket.connection.send(Buffer.alloc(4, 1));
    socket.connection.finish();
    await socket.connection.rest();
  },
  async websocket_big(target) {
    const socket = await openSocket(target);
    const bytes = frame('y'.repeat(70000), { opcode: OPCODE.binary });
    await socket.connection.send(bytes.subarray(0, 1));
    await socket.connection.send(bytes.subarray(1, 6));
    await socket.connection.send(bytes.subarray(6, 40000));
    await socket.connection.send(bytes.subarray(40000));
    await socket.connection.rest();
  },
  async pipelined(target) {
    const three = ask('/a.css') + ask('/missing') + ask('/a.txt');
    const socket = await talk(target, [three], 3);
    socket.destroy();
    const other = await talk(
      target,
      [
        ask('/a.css') + 'GET /a.js HT',
        'TP/1.1\r\nHost: x\r\n\r\n' + ask('/logo.jpg') + ask('/a.txt'),
      ],
      4,
    );
    other.end();
    await settle(other);
  },
  async request_in_pieces(target) {
    const socket = await talk(
      target,
      ['GE', 'T /a.css HTTP/1.1\r\nHo', 'st: localhost\r\n', '\r', '\n'],
      1,
    );
    socket.end();
    await settle(socket);
  },
  async garbage(target) {
    for (const bytes of [
      'garbage\r\n\r\n',
      '\x16\x03\x01\x00\x05hello',
      'GET / HTTP/9.9\r\n\r\n',
      'GET  / HTTP/1.1\r\n\r\n',
      '\x00\x01\x02\x03\r\n\r\n',
      'FOO /a.css HTTP/1.1\r\nHost: localhost\r\n\r\n',
      'GET /a.css HTTP/1.1\r\n\r\n',
      'GET /a.css HTTP/1.0\r\n\r\n',
      'GET /a.css\r\n',
      '\r\n\r\nGET /a.css HTTP/1.1\r\nHost: localhost\r\n\r\n',
    ]) {
      const socket = await talk(target, [bytes], 0);
      socket.end();
      await settle(socket);
    }
  },
  async resets(target) {
    const first = await connect(target);
    await first.send(ask('/logo.jpg'));
    await first.take(1000);
    first.reset();
    const second = await connect(target);
    second.reset();
    const third = await talk(target, [ask('/a.css')], 1);
    third.resetAndDestroy();
    await refused(target);
  },
  async half_closed(target) {
    const socket = await talk(target, [ask('/a.css')], 1);
    socket.end();
    await settle(socket);
    const early = net.connect({
      port: target.port,
      host: target.host ?? '127.0.0.1',
      allowHalfOpen: true,
    });
    await once(early, 'connect');
    early.end(ask('/logo.jpg'));
    await settle(early);
    const silent = net.connect({ port: target.port, host: target.host ?? '127.0.0.1' });
    await once(silent, 'connect');
    silent.end();
    await settle(silent);
  },
};

/** A second address of the loopback, where nobody listens at the port. */
async function refused(target) {
  const socket = net.connect({ port: target.port, host: '127.0.0.9' });
  await new Promise((resolve) => socket.once('error', resolve).once('connect', resolve));
  socket.destroy();
}

/** A reader that stops: the window of its side becomes zero, and opens again. */
export async function stopReading(target) {
  const socket = net.connect({
    port: target.port,
    host: target.host ?? '127.0.0.1',
    onread: undefined,
  });
  await once(socket, 'connect');
  socket.pause();
  socket.write(ask('/huge.bin'));
  await new Promise((resolve) => setTimeout(resolve, 2500));
  socket.resume();
  let count = 0;
  socket.on('data', (bytes) => (count += bytes.length));
  await until('all bytes', () => count > 20_000_000, 60000);
  socket.destroy();
}

/** Visits of the odd server. @type {Record<string, (target: Target) => Promise<void> | void>} */
export const ODD_VISITS = {
  async odd_answers(target) {
    for (const path of ODD_PATHS) {
      const socket = await talk(target, [ask(path)], 1);
      socket.end();
      await settle(socket);
    }
  },
  async odd_kept(target) {
    const kept = ODD_PATHS.filter((path) => !/close|cut$|^\/reset|lf-only/.test(path));
    const socket = await talk(target, [], 0);
    for (const path of kept) {
      const answered = once(socket, 'data');
      socket.write(ask(path));
      await answered;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    socket.end();
    await settle(socket);
  },
  async odd_heads(target) {
    const socket = await talk(
      target,
      ODD_PATHS.slice(0, 3).map((path) => ask(path).replace('GET', 'HEAD')),
      3,
    );
    socket.end();
    await settle(socket);
  },
  async odd_posts(target) {
    const body = 'name=value&x='.padEnd(1000, 'y');
    const post = (type, length, rest) =>
      `POST /post HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n${length}\r\n\r\n${rest}`;
    const form = 'application/x-www-form-urlencoded';
    const socket = await talk(
      target,
      [post(form, `Content-Length: ${body.length}`, ''), body.slice(0, 300), body.slice(300)],
      1,
    );
    socket.write(post('application/json', 'Content-Length: 7', '{"a":1}'));
    await once(socket, 'data');
    socket.write(post('text/plain', 'Content-Length: 7\r\nExpect: 100-continue', ''));
    await new Promise(setImmediate);
    socket.write('abcdefg');
    await once(socket, 'data');
    socket.end();
    await settle(socket);
  },
  async odd_pipelined(target) {
    const socket = await talk(
      target,
      [ask('/chunked') + ask('/early') + ask('/empty') + ask('/body-in-pieces')],
      5,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.end();
    await settle(socket);
  },
};
