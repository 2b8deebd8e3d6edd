/**
 * packet_requests: requests one packet: its sentence, its tree, its bytes. Only the newest request counts.
 */

/**
 * @typedef {object} Packet
 * @property {number} n
 * @property {string} sentence
 * @property {Line[]} tree
 * @property {Uint8Array} bytes
 * @property {Uint8Array | null} plain what the encrypted bytes say
 */

/**
 * A line of the tree: what the bytes [from, to) of the frame mean.
 *
 * @typedef {{text: string, from: number, to: number, children: Line[]}} Line
 */

/** @param {string} text base64 */
export const decodeBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** @param {any} line @returns {Line} */
const readLine = ({ text, from = 0, to = 0, children = [] }) => ({
  text: String(text),
  from,
  to,
  children: children.map(readLine),
});

/** @param {any} answer @returns {Packet} */
export const readPacket = ({ n, sentence = '', tree = [], bytes = '', plain = '' }) => ({
  n,
  sentence,
  tree: tree.map(readLine),
  bytes: decodeBytes(bytes),
  plain: plain ? decodeBytes(plain) : null,
});

/**
 * @param {object} options
 * @param {typeof fetch} options.fetch
 * @param {(packet: Packet) => void} options.show
 * @param {(n: number, sentence: string) => void} options.fail
 */
export function createPacketRequests({ fetch, show, fail }) {
  /** @type {AbortController | null} */
  let pending = null;

  /** @param {number} n */
  return async function request(n) {
    pending?.abort();
    const own = (pending = new AbortController());
    try {
      const response = await fetch(`packet/${n}`, { signal: own.signal });
      if (response.status === 404) {
        return fail(n, `Packet ${n} is gone: only the newest packets are kept.`);
      }
      if (!response.ok) throw new Error(String(response.status));
      const packet = readPacket(await response.json());
      if (pending === own) show(packet);
    } catch {
      if (!own.signal.aborted) {
        fail(n, `Packet ${n} could not be fetched. Check that liveserve is still running.`);
      }
    }
  };
}
