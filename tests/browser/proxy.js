/**
 * proxy: a reverse proxy in front of a server. It adds fields to the answers, as a user's own proxy may do,
 * and fails where a test wants it to. Or it shows the server below a path of its own.
 */

import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

import { atEnd, portOf } from '../support/server.js';

/**
 * @param {string} target URL of the server
 * @param {Record<string, string>} headers
 * @param {(request: http.IncomingMessage, response: http.ServerResponse) => unknown} [meddle] is called for
 *   each request; what it answers or ends itself is not passed on
 * @param {string} [prefix] path that is taken off, such as '/proxy/9000'; what is not below it is a 404
 * @param {(socket: import('node:stream').Duplex) => boolean} [block] is called for each WebSocket; whether it is not to
 *   be passed on
 */
export async function startProxy(target, headers, meddle, prefix = '', block = () => false) {
  const { host, hostname, port, origin } = new URL(target);
  const asked = (request) => ({
    ...request.headers,
    host,
    ...(request.headers.origin && { origin }),
  });

  /** @param {string | undefined} url */
  const isBelow = (url) => !!url?.startsWith(`${prefix}/`);
  /** @param {string | undefined} url */
  const below = (url) => url?.slice(prefix.length);

  const proxy = http.createServer(async (request, response) => {
    if (!isBelow(request.url)) response.writeHead(404).end();
    await meddle?.(request, response);
    if (response.headersSent || response.destroyed || request.destroyed) return;
    const { method, url } = request;
    const forward = {
      hostname,
      port,
      method,
      path: below(url),
      headers: asked(request),
      agent: false,
    };
    const upstream = http.request(forward, (answer) => {
      response.writeHead(answer.statusCode, { ...answer.headers, ...headers });
      answer.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  });
  proxy.on('upgrade', (request, socket, head) => {
    if (!isBelow(request.url)) return socket.destroy();
    if (block(socket)) return;
    const upstream = net.connect(Number(port), hostname, () => {
      const lines = Object.entries(asked(request)).map(([name, value]) => `${name}: ${value}`);
      upstream.write([`GET ${below(request.url)} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  // One that a failed test has left does not keep the process.
  proxy.unref();
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const stop = () => {
    proxy.close();
    proxy.closeAllConnections();
  };
  atEnd(stop);
  return { url: `http://localhost:${portOf(proxy)}${prefix}/`, stop };
}
