/**
 * labels: what the ladder writes on an arrow, and at its margin.
 */

import { ACK, FIN, PSH, RST, SYN } from '../packets/row.js';

/** @typedef {import('../packets/row.js').Row} Row */

/** @type {[number, string][]} */
const FLAGS = [
  [SYN, 'SYN'],
  [FIN, 'FIN'],
  [RST, 'RST'],
  [PSH, 'PSH'],
  [ACK, 'ACK'],
];

/** The names of the flags that are set. @param {number} flags */
export const flagNames = (flags) =>
  FLAGS.filter(([bit]) => flags & bit)
    .map(([, name]) => name)
    .join(', ');

/** What stands in brackets before a note of Wireshark's, as [TCP Retransmission]. @param {string} info */
const noteOf = (info) => info.match(/^\[([^\]]+)\]/)?.[1];

/** @param {Row} row */
function messageLabel({ http, ws, tls, method, uri, code, info }) {
  if (http && method) return `${method} ${uri ?? ''}`.trim();
  if (http && code)
    return info
      .replace(/^HTTP\/\S+\s+/, '')
      .replace(/\s+/g, ' ')
      .trim();
  if (ws) return `${info.replace(/^WebSocket /, '').replace(/\s*\[[^\]]*\]/g, '')} frame`;
  if (tls) return info;
  return '';
}

/**
 * What the arrow of a packet says; "" for a packet that only acknowledges.
 *
 * @param {Row} row
 */
export function arrowLabel(row) {
  const { note, flags = 0, plen = 0, of = 0, piece = 0, info } = row;
  const problem = note ? noteOf(info) : undefined;
  if (problem) return problem;
  const message = messageLabel(row);
  if (message) return of > 1 && row.code ? `${message} · last of ${of}` : message;
  if (flags & (SYN | FIN | RST)) return flagNames(flags & ~PSH);
  if (plen > 0) return of > 1 ? `${plen} bytes · ${piece} of ${of}` : `${plen} bytes`;
  return '';
}

/** "handshake 1/3" for the step "handshake 1". @param {string} [step] */
export function stepLabel(step) {
  const [what, number] = (step ?? '').split(' ');
  if (!number) return '';
  return `${what} ${number}/${what === 'handshake' ? 3 : 4}`;
}

/** A time without a packet, as "3.0 s". @param {number} seconds */
export const silenceLabel = (seconds) =>
  seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
