/**
 * events: takes the place of the WebSocket where something between the page and the server lets none through;
 * client loads it then. Messages of the server are Server-Sent Events, those of the page are POST requests.
 *
 * In HTTP/1.1 a browser has six connections to a server, for all its tabs together, and each stream of events
 * keeps one of them. When the server says that there are many, a tab that is not looked at ends its stream. When it
 * is seen again, connection.js opens another one, and the server tells what the page has missed.
 */

import { listen } from './page/world.js';

/**
 * A server gives pages of another one no right to read its events. They go on with WebSockets.
 *
 * @param {Pick<import('./server/connection.js').ConnectionOptions, 'window' | 'document' | 'origin' | 'url'>} options
 * @returns {WebSocket} as much of one as connection.js uses
 */
export function connect({ window, document, origin, url: socketUrl }) {
  if (new URL(origin).origin !== window.origin)
    return new window.WebSocket(socketUrl, 'liveserve.v1');
  const url = `${origin}/__liveserve/events`;
  /** @type {{[type: string]: (event: any) => void}} */
  const acts = {};
  const stream = new window.EventSource(url);
  let key = '';
  let areMany = false;
  // One after the other, as the server wants them.
  let sent = Promise.resolve();

  const socket = {
    readyState: /* CONNECTING */ 0,
    /** @type {(type: string, act: (event: any) => void) => void} */
    addEventListener(type, act) {
      acts[type] = act;
    },
    /** @param {string} body */
    send(body) {
      sent = sent.then(() => post(body)).catch(end);
    },
    close() {
      socket.readyState = /* CLOSED */ 3;
      stream.close();
      document.removeEventListener('visibilitychange', leave);
    },
  };

  /** @param {string} body */
  async function post(body) {
    if (socket.readyState !== /* OPEN */ 1) return;
    const headers = { 'Liveserve-Stream-Key': key };
    const { ok } = await window.fetch(url, { method: 'POST', cache: 'no-store', headers, body });
    if (!ok) end();
  }

  function end() {
    if (socket.readyState === /* CLOSED */ 3) return;
    socket.close();
    acts.close({});
  }

  const leave = () => areMany && document.hidden && end();

  listen(stream, 'key', ({ data }) => {
    key = data;
    socket.readyState = /* OPEN */ 1;
    acts.open({});
  });
  listen(stream, 'message', (event) => acts.message(event));
  listen(stream, 'many', () => {
    areMany = true;
    leave();
  });
  // It would open another one by itself, as the same page.
  listen(stream, 'error', end);
  listen(document, 'visibilitychange', leave);
  return /** @type {any} */ (socket);
}
