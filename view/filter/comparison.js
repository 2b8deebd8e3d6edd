/**
 * comparison: what `field operator value` means: a test of a packet.
 *
 * A field may have two values in a packet (ip.addr, tcp.port). Then a comparison is true if it is true for one of
 * them; only != is true if it is true for both, as in Wireshark.
 */

import { readIpv4, readIpv6, readNetwork } from './addresses.js';
import { compilePattern } from './pattern.js';
import { FilterError } from './tokens.js';

/** @typedef {import('./tokens.js').Token} Token */
/** @typedef {import('./fields.js').Field} Field */
/** @typedef {import('./fields.js').Value} Value */
/** @typedef {import('../packets/row.js').Row} Row */
/** @typedef {(row: Row) => boolean} Test */

/** The most that the fields of a packet's header hold. @type {Record<string, number>} */
const LARGEST = { 'tcp.port': 65535, 'tcp.srcport': 65535, 'tcp.dstport': 65535 };
const LARGEST_NUMBER = 0xffffffff;

/** @type {Record<string, (order: number) => boolean>} */
const ORDERS = {
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
};

/** @template T @param {T} a @param {T} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** @param {string} name @param {string} needed @param {Token} token @returns {never} */
function refuse(name, needed, { type, value, at }) {
  const given = type === 'text' ? `"${value}"` : value;
  throw new FilterError(`${name} is compared with ${needed}, not with ${given}.`, at);
}

/** @param {string} text */
function readNumber(text) {
  if (/^-?0x[0-9a-f]+$/i.test(text))
    return Number(text.replace('-', '')) * (text[0] === '-' ? -1 : 1);
  if (/^0[0-7]+$/.test(text)) return parseInt(text, 8);
  return /^[-+]?(0|[1-9]\d*)$/.test(text) ? Number(text) : NaN;
}

/** @typedef {(name: string, token: Token) => (value: any) => number} Reader reads a value to compare with */

/** @type {Record<Exclude<import('./fields.js').Kind, 'protocol'>, Reader>} */
const READERS = {
  number(name, token) {
    const isTime = name === 'frame.time_relative';
    const isDecimal = isTime && /^-?\d+(\.\d*)?$/.test(token.value);
    const wanted =
      token.type !== 'word' ? NaN : isDecimal ? Number(token.value) : readNumber(token.value);
    if (Number.isNaN(wanted)) refuse(name, isTime ? 'a number, as 0.5' : 'a whole number', token);
    const most = LARGEST[name] ?? LARGEST_NUMBER;
    if (wanted > most)
      throw new FilterError(`${token.value} is too large: ${name} is at most ${most}.`, token.at);
    return (value) => compare(value, wanted);
  },
  truth(name, token) {
    const word = { TRUE: 1, True: 1, FALSE: 0, False: 0 }[token.value];
    const wanted = token.type === 'word' ? (word ?? readNumber(token.value)) : NaN;
    if (Number.isNaN(wanted)) refuse(name, '1 or 0', token);
    return (value) => compare(Number(value), Number(wanted !== 0));
  },
  text(name, token) {
    if (token.type === 'word' && !/^[\w.:+-]+$/.test(token.value))
      refuse(name, `text in quotation marks, as "${token.value}"`, token);
    return (value) => compare(value, token.value);
  },
  ipv4(name, token) {
    const wanted = token.type === 'word' ? readNetwork(token.value, 'ipv4') : null;
    if (!wanted)
      return refuse(name, 'an address, as 127.0.0.1, or a network, as 127.0.0.0/8', token);
    const { value, shift } = wanted;
    return (address) => compare((readIpv4(address) ?? 0n) >> shift, value >> shift);
  },
  ipv6(name, token) {
    const wanted = token.type === 'word' ? readNetwork(token.value, 'ipv6') : null;
    if (!wanted) return refuse(name, 'an address, as ::1, or a network, as fe80::/10', token);
    const { value, shift } = wanted;
    return (address) => compare((readIpv6(address) ?? 0n) >> shift, value >> shift);
  },
};

/**
 * @param {string} name
 * @param {Field} field
 * @param {Token} operator
 * @returns {Exclude<import('./fields.js').Kind, 'protocol'>}
 */
function comparableKind(name, { kind }, operator) {
  if (kind === 'protocol')
    throw new FilterError(
      `${name} is a protocol: write it alone, without ${operator.value}.`,
      operator.at,
    );
  return kind;
}

/** @param {Token} token @param {string} before what stands before the value */
function needValue(token, before) {
  if (token.type !== 'word' && token.type !== 'text')
    throw new FilterError(`After ${before} a value is missing.`, token.at);
}

/** contains and matches. @param {string} name @param {Field} field @param {Token} operator @param {Token} token */
function compileSearch(name, { kind, values }, operator, token) {
  if (kind !== 'text')
    throw new FilterError(
      `${operator.value} needs a field of text, and ${name} is none.`,
      operator.at,
    );
  if (operator.value === 'matches') {
    const pattern = compilePattern(token);
    return (/** @type {Row} */ row) => values(row).some((value) => pattern.test(String(value)));
  }
  READERS.text(name, token);
  return (/** @type {Row} */ row) =>
    token.value !== '' && values(row).some((value) => String(value).includes(token.value));
}

/**
 * A member of a set: a value, or all from one to another.
 *
 * @typedef {{from: Token, to: Token | null}} Member
 */

/**
 * `field in {value, from..to}`.
 *
 * @param {string} name
 * @param {Field} field
 * @param {Token} operator
 * @param {Member[]} members
 * @returns {Test}
 */
export function compileSet(name, field, operator, members) {
  const read = READERS[comparableKind(name, field, operator)];
  const tests = members.map(({ from, to }) => {
    needValue(from, operator.value);
    const first = read(name, from);
    if (!to) return (/** @type {Value} */ value) => first(value) === 0;
    needValue(to, '..');
    const last = read(name, to);
    return (/** @type {Value} */ value) => first(value) >= 0 && last(value) <= 0;
  });
  return (row) => field.values(row).some((value) => tests.some((test) => test(value)));
}

/**
 * @param {string} name
 * @param {Field} field
 * @param {Token} operator
 * @param {Token} token the value to compare with
 * @returns {Test}
 */
export function compileComparison(name, field, operator, token) {
  const { values } = field;
  const kind = comparableKind(name, field, operator);
  needValue(token, operator.value);
  if (operator.value === 'contains' || operator.value === 'matches')
    return compileSearch(name, field, operator, token);
  const order = READERS[kind](name, token);
  const fits = ORDERS[operator.value];
  const test = (/** @type {Value} */ value) => fits(order(value));
  return operator.value === '!='
    ? (row) => {
        const all = values(row);
        return all.length > 0 && all.every(test);
      }
    : (row) => values(row).some(test);
}
