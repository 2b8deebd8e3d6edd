/**
 * tls: a client that sends bytes over TLS.
 */

import fs from 'node:fs';
import tls from 'node:tls';
import { Connection } from './http.js';
import { inTime } from './server.js';

/**
 * A connection that has done the handshake and trusts only one certificate.
 *
 * @param {{port: number}} server
 * @param {string} cert the path of the certificate
 * @param {tls.ConnectionOptions} [options]
 */
export async function connectTls(server, cert, options = {}) {
  const socket = tls.connect({
    port: server.port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: fs.readFileSync(cert),
    ...options,
  });
  await inTime(
    new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject)),
    () => 'a TLS handshake',
  );
  return Object.assign(new Connection(socket), { socket });
}
