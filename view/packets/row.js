/**
 * row: what the server says about one packet, and what the page calls it.
 */

/**
 * A row of the list. What is 0, "" or false may be missing.
 *
 * @typedef {object} Row
 * @property {number} n its number
 * @property {string} t seconds since the first packet
 * @property {string} src
 * @property {string} dst
 * @property {string} proto
 * @property {number} len bytes of the frame
 * @property {string} info
 * @property {number} [stream] the number of the connection
 * @property {number} [side] 0: from the browser, 1: from liveserve, -1: not of the port that is served
 * @property {number} [v] version of IP
 * @property {number} [sport]
 * @property {number} [dport]
 * @property {number} [flags]
 * @property {number} [seq] relative
 * @property {number} [ack] relative
 * @property {number} [win] scaled
 * @property {number} [plen] bytes of payload
 * @property {string} [step] "handshake 1" to "handshake 3", "teardown 1" to "teardown 4"
 * @property {string} [note] "bad" or "reset"
 * @property {boolean} [http]
 * @property {string} [method]
 * @property {string} [uri]
 * @property {number} [code] status of a response
 * @property {boolean} [ws]
 * @property {boolean} [tls]
 * @property {number} [msg] which message the packet belongs to
 * @property {number} [of] how many packets that message has so far
 * @property {number} [piece] which of them this one is
 */

/**
 * What happened at the server, shown below the row of this number.
 *
 * @typedef {{after: number, t: string, text: string}} Mark
 */

/** Bits of the TCP flags (RFC 9293, 3.1). */
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;

/**
 * Whether item is a mark.
 *
 * @param {Row | Mark} item
 * @returns {item is Mark}
 */
export const isMark = (item) => 'after' in item;

/** How many colours the connections have. They are in view.css as .stream-0, .stream-1 and so on. */
const STREAM_COLOURS = 8;

/** The class that gives an element the colour of its connection. @param {Row} row */
export const streamClass = ({ stream = 0 }) => `stream-${stream % STREAM_COLOURS}`;

/**
 * The class that gives a row its colour, by the rules of Wireshark, the first one that fits.
 *
 * @param {Row} row
 */
export function rowClass({ note, flags = 0, http, ws, tls, side = 0 }) {
  if (note === 'bad') return 'bad';
  if (note === 'reset' || flags & RST) return 'reset';
  if (http) return 'http';
  if (ws) return 'ws';
  if (flags & (SYN | FIN)) return 'edge';
  if (tls) return 'tls';
  return side < 0 ? 'other' : 'tcp';
}

/**
 * The port of the browser: it tells the connections apart.
 *
 * @param {Row} row
 */
export const clientPort = ({ side, sport = 0, dport = 0 }) => (side === 1 ? dport : sport);
