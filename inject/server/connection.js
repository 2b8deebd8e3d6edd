/**
 * connection: one socket to the server, opened again whenever it is lost. When two WebSockets in a row have failed
 * although the server answers requests, something in between lets none through; then another kind of socket is
 * used until the page is loaded again.
 *
 * Before each new try it requests a small thing from the server over HTTP. Firefox holds back a WebSocket
 * to a place where earlier ones failed for up to a minute; it never holds back a plain request. Where the
 * page's own content security policy forbids the socket there is none, and no second try.
 */

import { listen } from '../page/world.js';

// Each wait is up to a quarter shorter or longer, so that not all pages try at the same time.
const FIRST_WAIT_MS = 100;

/**
 * @typedef {object} ConnectionOptions
 * @property {string} url of the socket
 * @property {string} origin the absolute URL of the server's root
 * @property {Connect} connect opens a WebSocket
 * @property {(isBlocked: boolean) => Promise<{connect: Connect}>} probe rejects when the server is not there; gives what
 *   opens the next socket: if isBlocked, one of another kind
 * @property {() => object} hello the first message, made anew for each socket
 * @property {(text: string) => void} receive
 * @property {() => void} [lost] called when the connection is lost, or could not be made
 * @property {(isOffline: boolean) => void} offline called whenever it is clear whether a page that is
 *   looked at has no connection
 * @property {import('../page/world.js').Later} later
 * @property {() => number} [now] in milliseconds
 * @property {import('../page/world.js').FullWindow} window
 * @property {Document} document
 * @property {{debug: (text: string) => unknown}} console
 * @property {Set<string>} barred the URLs of what the page's own policy forbids
 *
 * @typedef {(options: ConnectionOptions) => WebSocket} Connect
 */

/**
 * Connects at once and stays so until the page is left.
 *
 * @param {ConnectionOptions} options
 * @returns {(message?: object) => boolean} sends it as JSON, when there is a connection; returns whether there is one
 */
export function createConnection(options) {
  const { offline, later, document } = options;
  let { connect } = options;
  /** @type {WebSocket | null} */
  let socket = null;
  let wait = FIRST_WAIT_MS;
  // Only the newest try counts. A new number calls off a waiting or unanswered one.
  let newest = 0;
  // Sockets in a row that have ended without a message. From two on it stays so.
  let failures = 0;
  /** @type {boolean | undefined} set when the console has been told why there is no connection */
  let isTold;

  function open() {
    const opened = (socket = connect(options));
    // Some proxies let a request for a WebSocket wait without end.
    later(() => opened.readyState || opened.close(), /* ms */ 4000);
    /** @type {(type: string, act: (event: any) => void) => void} */
    const on = (type, act) => listen(opened, type, (event) => opened === socket && act(event));
    on('open', () => send(opened, options.hello()));
    on('message', ({ data }) => {
      wait = FIRST_WAIT_MS;
      if (failures < 2) failures = -1;
      offline(false);
      options.receive(data);
    });
    on('close', () => {
      socket = null;
      failures++;
      options.lost?.();
      tryLater();
    });
  }

  function close() {
    newest++;
    wait = FIRST_WAIT_MS;
    socket?.close();
    socket = null;
  }

  function tryLater() {
    const number = ++newest;
    later(() => number === newest && tryNow(), wait * (0.75 + Math.random() / 2));
    // With the quarter it is below the second that --open waits for a page that comes back.
    wait = Math.min(wait * 2, /* ms */ 700);
  }

  async function tryNow() {
    const isForbidden = options.barred.has(options.url);
    const isUseful = !document.hidden && !isForbidden;
    offline(isUseful);
    if (isForbidden) isTold ??= !options.console.debug('liveserve: connect-src forbids it');
    if (!isUseful) return;
    const number = ++newest;
    try {
      ({ connect } = await options.probe(failures > 1));
      if (number === newest) open();
    } catch {
      failures = 0;
      if (number === newest) tryLater();
    }
  }

  watchPage(options, () => socket, close, tryNow);
  try {
    // A page that is rendered ahead becomes visible, or is never seen.
    if (!(/** @type {any} */ (document).prerendering)) open();
  } catch {
    tryLater();
  }
  return (message) => send(socket, message);
}

/** @param {WebSocket | null} socket @param {object} [message] */
function send(socket, message) {
  const isOpen = socket?.readyState === /* OPEN */ 1;
  if (isOpen && message) socket.send(JSON.stringify(message));
  return isOpen;
}

/**
 * Ends the connection, and opens another one, when something happens to the page that calls for it.
 *
 * @param {ConnectionOptions} options
 * @param {() => WebSocket | null} socket
 * @param {() => void} close
 * @param {() => void} tryNow
 */
function watchPage({ window, document, now = Date.now }, socket, close, tryNow) {
  const LONG_HIDDEN_MS = 60000;
  const renew = () => {
    close();
    tryNow();
  };
  let hiddenSince = 0;
  listen(document, 'visibilitychange', () => {
    if (document.hidden) hiddenSince = now();
    // The machine may have slept: an old socket may be dead without knowing.
    else if (!socket() || now() > hiddenSince + LONG_HIDDEN_MS) renew();
  });
  listen(window, 'online', renew);
  // An open socket would keep the page out of the back/forward cache.
  listen(window, 'pagehide', close);
  listen(window, 'pageshow', ({ persisted }) => persisted && renew());
}
