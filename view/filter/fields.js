/**
 * fields: the fields that a filter may name. Their names and their meaning are those of Wireshark's display
 * filter.
 */

import { ACK, FIN, PSH, RST, SYN } from '../packets/row.js';

/** @typedef {import('../packets/row.js').Row} Row */

/**
 * What a field holds: a number, true or false, text, an address of IPv4 or IPv6; or it is a protocol, which is
 * there or not.
 *
 * @typedef {'number' | 'truth' | 'text' | 'ipv4' | 'ipv6' | 'protocol'} Kind
 */

/** @typedef {number | string | boolean} Value */

/**
 * @typedef {object} Field
 * @property {Kind} kind
 * @property {(row: Row) => Value[]} values of a packet; none: the packet does not have the field
 * @property {string} says for people
 */

/** @param {Row} row */
const isTcp = ({ v, sport }) => Boolean(v && sport);

/** @param {Kind} kind @param {string} says @param {(row: Row) => Value[]} values @returns {Field} */
const field = (kind, says, values) => ({ kind, says, values });

/** @param {string} says @param {(row: Row) => number | undefined} value */
const tcpNumber = (says, value) =>
  field('number', says, (row) => (isTcp(row) ? [value(row) ?? 0] : []));

/** @param {string} says @param {number} bit */
const flag = (says, bit) =>
  field('truth', says, (row) => (isTcp(row) ? [((row.flags ?? 0) & bit) !== 0] : []));

/** @param {string} says @param {(row: Row) => boolean | undefined} isThere */
const protocol = (says, isThere) => field('protocol', says, (row) => (isThere(row) ? [true] : []));

/** @param {4 | 6} version @param {string} says @param {(row: Row) => string[]} values */
const address = (version, says, values) =>
  field(version === 4 ? 'ipv4' : 'ipv6', says, (row) => (row.v === version ? values(row) : []));

/** @type {Record<string, Field>} */
export const FIELDS = {
  'frame.number': field('number', 'number of the packet', ({ n }) => [n]),
  'frame.len': field('number', 'bytes of the frame', ({ len }) => [len]),
  'frame.time_relative': field('number', 'seconds since the first packet', ({ t }) => [Number(t)]),
  ip: protocol('packets of IPv4', ({ v }) => v === 4),
  'ip.addr': address(4, 'source or destination', ({ src, dst }) => [src, dst]),
  'ip.src': address(4, 'source', ({ src }) => [src]),
  'ip.dst': address(4, 'destination', ({ dst }) => [dst]),
  ipv6: protocol('packets of IPv6', ({ v }) => v === 6),
  'ipv6.addr': address(6, 'source or destination', ({ src, dst }) => [src, dst]),
  'ipv6.src': address(6, 'source', ({ src }) => [src]),
  'ipv6.dst': address(6, 'destination', ({ dst }) => [dst]),
  tcp: protocol('packets of TCP', isTcp),
  'tcp.port': field('number', 'source or destination port', (row) =>
    isTcp(row) ? [row.sport ?? 0, row.dport ?? 0] : [],
  ),
  'tcp.srcport': tcpNumber('source port', ({ sport }) => sport),
  'tcp.dstport': tcpNumber('destination port', ({ dport }) => dport),
  'tcp.stream': tcpNumber('number of the connection', ({ stream }) => stream),
  'tcp.seq': tcpNumber('relative sequence number', ({ seq }) => seq),
  'tcp.ack': tcpNumber('relative acknowledgement number', ({ ack }) => ack),
  'tcp.len': tcpNumber('bytes of payload', ({ plen }) => plen),
  'tcp.window_size': tcpNumber('window, scaled', ({ win }) => win),
  'tcp.flags': tcpNumber('all flags as a number', ({ flags }) => flags),
  'tcp.flags.syn': flag('opens a connection', SYN),
  'tcp.flags.ack': flag('acknowledges', ACK),
  'tcp.flags.fin': flag('closes one direction', FIN),
  'tcp.flags.reset': flag('ends a connection at once', RST),
  'tcp.flags.push': flag('for the program at once', PSH),
  http: protocol('requests and responses', ({ http }) => http),
  'http.request': protocol('requests', ({ method }) => Boolean(method)),
  'http.request.method': field('text', 'as GET', ({ method }) => (method ? [method] : [])),
  'http.request.uri': field('text', 'as /index.html', ({ uri }) => (uri ? [uri] : [])),
  'http.response': protocol('responses', ({ code }) => Boolean(code)),
  'http.response.code': field('number', 'as 200', ({ code }) => (code ? [code] : [])),
  websocket: protocol('WebSocket frames', ({ ws }) => ws),
  tls: protocol('TLS records', ({ tls }) => tls),
};

/** How many letters must change to make b of a. @param {string} a @param {string} b */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(same, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The field whose name is the most like name, if one is. @param {string} name */
export function nearestField(name) {
  const small = name.toLowerCase();
  const byLikeness = Object.keys(FIELDS)
    .map((known) => ({ known, far: distance(small, known) }))
    .sort((a, b) => a.far - b.far);
  const [{ known, far }] = byLikeness;
  if (far <= Math.max(1, Math.floor(name.length / 4))) return known;
  return Object.keys(FIELDS).find((one) => small.length > 2 && one.endsWith(`.${small}`));
}
