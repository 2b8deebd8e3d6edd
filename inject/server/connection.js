/**
 * connection: one socket to the server, opened again whenever it is lost.
 *
 * Before each new try it requests a small thing from the server over HTTP. Firefox holds back a WebSocket
 * to a place where earlier ones failed for up to a minute; it never holds back a plain request. Where the
 * page's own content security policy forbids the socket there is none, and no second try.
 */

import { listen } from '../page/world.js';

// Each wait is up to a quarter shorter or longer, so that not all pages try at the same time.
const FIRST_WAIT_MS = 100;
// With the quarter it is below the second that --open waits for a page that comes back.
const LONGEST_WAIT_MS = 700;

/**
 * @typedef {object} ConnectionOptions
 * @property {string} url of the socket
 * @property {(url: string) => WebSocket} connect
 * @property {() => Promise<any>} probe rejects when the server is not there
 * @property {() => string} hello the first message, made anew for each socket
 * @property {(text: string) => void} receive
 * @property {() => void} [lost] called when the connection is lost, or could not be made
 * @property {(isOffline: boolean) => void} offline called whenever it is clear whether a page that is
 *   looked at has no connection
 * @property {import('../page/world.js').Later} later
 * @property {() => number} [random] from 0 to 1
 * @property {() => number} [now] in milliseconds
 * @property {Window} window
 * @property {Document} document
 * @property {Console} console
 */

/**
 * Connects at once and stays so until the page is left.
 *
 * @param {ConnectionOptions} options
 * @returns {(text?: string) => boolean} sends, when there is a connection; returns whether there is one
 */
export function createConnection(options) {
  const { offline, later, document, random = Math.random } = options;
  /** @type {WebSocket | null} */
  let socket = null;
  let wait = FIRST_WAIT_MS;
  // Only the newest try counts. A new number calls off a waiting or unanswered one.
  let newest = 0;
  const isForbidden = watchPolicy(options, tryNow);

  function open() {
    const opened = (socket = options.connect(options.url));
    /** @type {(type: string, act: (event: any) => void) => void} */
    const on = (type, act) => listen(opened, type, (event) => opened === socket && act(event));
    on('open', () => opened.send(options.hello()));
    on('message', ({ data }) => {
      wait = FIRST_WAIT_MS;
      offline(false);
      options.receive(data);
    });
    on('close', () => {
      socket = null;
      options.lost?.();
      tryLater();
    });
  }

  function close() {
    newest++;
    socket?.close();
    socket = null;
  }

  function tryLater() {
    const number = ++newest;
    later(() => number === newest && tryNow(), wait * (0.75 + random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  async function tryNow() {
    const isUseful = !document.hidden && !isForbidden();
    offline(isUseful);
    if (!isUseful) return;
    const number = ++newest;
    try {
      await options.probe();
      if (number === newest) open();
    } catch {
      if (number === newest) tryLater();
    }
  }

  function renew() {
    close();
    wait = FIRST_WAIT_MS;
    tryNow();
  }

  watchPage(options, () => socket, renew, close);
  try {
    // A page that is rendered ahead becomes visible, or is never seen.
    if (!(/** @type {any} */ (document).prerendering)) open();
  } catch {
    tryLater();
  }
  return (text) => {
    const isOpen = socket?.readyState === /* OPEN */ 1;
    if (isOpen && text) /** @type {WebSocket} */ (socket).send(text);
    return isOpen;
  };
}

/**
 * @param {ConnectionOptions} options
 * @param {() => void} forbidden
 * @returns {() => boolean} whether the page's content security policy forbids the socket
 */
function watchPolicy({ url, document, console }, forbidden) {
  let isForbidden = false;
  listen(document, 'securitypolicyviolation', ({ blockedURI, disposition }) => {
    if (blockedURI !== url || disposition !== 'enforce') return;
    isForbidden = true;
    forbidden();
    console.debug('liveserve: connect-src forbids it');
  });
  return () => isForbidden;
}

/**
 * Calls renew and close when something happens to the page that calls for it.
 *
 * @param {ConnectionOptions} options
 * @param {() => WebSocket | null} socket
 * @param {() => void} renew
 * @param {() => void} close
 */
function watchPage({ window, document, now = Date.now }, socket, renew, close) {
  const LONG_HIDDEN_MS = 60000;
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
