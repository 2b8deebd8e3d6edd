/**
 * tls_visits: traffic over HTTPS. Each visit gets the address of a server, its certificate and the file to
 * which the keys go.
 */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { once } from 'node:events';
import { Connection, request } from '../support/http.js';
import { inTime } from '../support/server.js';
import { OPCODE, Socket, handshake } from '../support/websocket.js';

/** @typedef {{port: number, cert: string, keys: string}} TlsTarget */

/** @param {TlsTarget} target @param {string[]} args */
function curl(target, ...args) {
  const { status, stderr, error } = spawnSync(
    'curl',
    ['-sS', '--cacert', target.cert, '--http1.1', '-o', '/dev/null', ...args],
    { encoding: 'utf8', env: { ...process.env, SSLKEYLOGFILE: target.keys } },
  );
  if (error) throw error;
  if (status !== 0) throw new Error(`curl ${args.join(' ')}: ${stderr}`);
}

const url = ({ port }, path) => `https://localhost:${port}${path}`;

/** @type {Record<string, (target: TlsTarget) => Promise<void> | void>} */
export const TLS_VISITS = {
  tls_curl(target) {
    curl(
      target,
      url(target, '/'),
      '-o',
      '/dev/null',
      url(target, '/a.css'),
      '-o',
      '/dev/null',
      url(target, '/a.json'),
    );
    curl(target, '-I', url(target, '/a.css'));
    curl(target, url(target, '/missing'));
    curl(
      target,
      '--ciphers',
      'DEFAULT',
      '--tls13-ciphers',
      'TLS_CHACHA20_POLY1305_SHA256',
      url(target, '/a.js'),
    );
    curl(target, '--tls13-ciphers', 'TLS_AES_128_GCM_SHA256', url(target, '/a.js'));
  },
  tls_picture(target) {
    curl(target, url(target, '/logo.jpg'), '-o', '/dev/null', url(target, '/a.txt'));
  },
  async tls_websocket(target) {
    const connection = await logged(target);
    connection.send(handshake(target, { protocol: 'liveserve.v1' }));
    await connection.answer();
    const socket = new Socket(connection);
    await socket.send(JSON.stringify({ type: 'hello', page: '/', epoch: '', version: 0 }));
    await socket.frame();
    await socket.send('ping me', { opcode: OPCODE.ping });
    await socket.frame();
    await socket.send(JSON.stringify({ type: 'nothing', text: 'x'.repeat(20000) }));
    await socket.send(Buffer.from([0x03, 0xe8]), { opcode: OPCODE.close });
    await socket.frame();
    await connection.rest();
  },
  async tls_pieces(target) {
    const connection = await logged(target);
    await connection.send('GET /a.css HTTP/1.1\r\nHo');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await connection.send('st: localhost\r\n\r\nGET /a.js HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await connection.answer();
    await connection.answer();
    connection.send(
      request(target, '/a.json') + request(target, '/logo.jpg') + request(target, '/a.txt'),
    );
    for (let i = 0; i < 3; i++) await connection.answer();
    connection.finish();
    await connection.rest();
  },
  async tls_refused(target) {
    spawnSync('curl', ['-sS', '-o', '/dev/null', '--http1.1', url(target, '/')], {
      env: { ...process.env, SSLKEYLOGFILE: target.keys },
    });
    for (const bytes of [
      'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
      '\x16\x03\x01\x00\x05hello',
      'garbage\r\n',
    ]) {
      const socket = net.connect({ port: target.port, host: '127.0.0.1' });
      socket.on('error', () => {});
      socket.resume();
      await once(socket, 'connect');
      socket.end(Buffer.from(bytes, 'latin1'));
      await inTime(once(socket, 'close'), () => 'an end');
    }
  },
  tls_1_2(target) {
    curl(target, '--tls-max', '1.2', url(target, '/a.css'));
  },
};

/** A connection of Node's whose keys are kept, those of the handshake as well. */
async function logged(target) {
  const socket = tls.connect({
    port: target.port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: fs.readFileSync(target.cert),
  });
  socket.on('keylog', (line) => fs.appendFileSync(target.keys, line));
  await inTime(
    new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject)),
    () => 'a TLS handshake',
  );
  return new Connection(socket);
}
