/**
 * live: the WebSocket that brings the rows. It is opened again whenever it is lost, and then asks only for the
 * rows that are missing.
 *
 * Before each new try it requests the page over HTTP, because Firefox holds back a WebSocket to a place where
 * earlier ones failed for up to a minute; it never holds back a plain request.
 */

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4000;

/** The subprotocol. */
export const PROTOCOL = 'liveserve.wire.v1';

/**
 * @typedef {object} Message
 * @property {State} [state]
 * @property {import('./row.js').Row[]} [rows]
 * @property {import('./row.js').Mark[]} [marks]
 * @property {boolean} [cleared]
 */

/**
 * @typedef {object} State
 * @property {string} site
 * @property {number} port
 * @property {string} by what captures
 * @property {string} how a sentence about how it is captured, or ""
 * @property {number} lost packets that were not captured
 * @property {number} gone packets that are not kept any more
 * @property {number} first number of the first row that is kept
 * @property {number} last
 * @property {boolean} ended
 */

/**
 * @typedef {object} LiveOptions
 * @property {() => WebSocket} connect
 * @property {() => Promise<any>} probe rejects when the server is not there
 * @property {() => number} from the number of the first row that is wanted
 * @property {(message: Message) => void} receive
 * @property {(isConnected: boolean) => void} connected
 * @property {(act: () => void, ms: number) => void} later
 */

/** @param {string} address of the page @returns {string} of the socket */
export function socketAddress(address) {
  const url = new URL('live', address);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/**
 * Connects at once, and stays so.
 *
 * @param {LiveOptions} options
 * @returns {{again: () => void}} again: connects anew, for rows from another number on
 */
export function createLive({ connect, probe, from, receive, connected, later }) {
  let wait = FIRST_WAIT_MS;
  /** @type {WebSocket | null} */
  let socket = null;

  function open() {
    const opened = (socket = connect());
    const isNewest = () => opened === socket;
    opened.addEventListener(
      'open',
      () => isNewest() && opened.send(JSON.stringify({ from: from() })),
    );
    opened.addEventListener('message', ({ data }) => {
      if (!isNewest()) return;
      wait = FIRST_WAIT_MS;
      connected(true);
      receive(JSON.parse(data));
    });
    opened.addEventListener('close', () => {
      if (!isNewest()) return;
      connected(false);
      tryLater();
    });
  }

  function tryLater() {
    later(() => probe().then(open, tryLater), wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  open();
  return {
    again() {
      const old = socket;
      open();
      old?.close();
    },
  };
}
