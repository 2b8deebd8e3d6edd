/**
 * pattern: the regular expression behind `matches`. It means the same to Wireshark and to JavaScript, so only what
 * both have is known here; and it is refused when a browser could try for ever.
 */

import { FilterError } from './tokens.js';

/** @typedef {import('./tokens.js').Token} Token */

const PATTERN_MAX = 200;

/** A class, an escape, the begin or the end of a group, a quantifier, or a letter. */
const PIECE = /\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|\((?:\?.)?|\)|(?:[*+?]|\{\d+(?:,\d*)?\})[+?]?|[^]/g;

/** What is not known: classes by name, and escapes that only one side has. */
const UNKNOWN = /^\[.*\[[:.=]|^\[\^?\]|^\\[0-9ACE-RTUVX-Zaceg-mo-quvxyz]|^\(\?[^:=!]|[*+?}]\+$/;

/**
 * Whether a group is repeated that can itself take its text in several ways: then the tries grow beyond measure.
 *
 * @param {string[]} pieces
 */
function isSlow(pieces) {
  const groups = [{ isOpen: false }];
  let last = { isOpen: false };
  for (const piece of pieces) {
    const group = groups[groups.length - 1];
    if (piece.startsWith('(')) groups.push({ isOpen: false });
    else if (piece === ')' && groups.length > 1) {
      last = /** @type {{isOpen: boolean}} */ (groups.pop());
      groups[groups.length - 1].isOpen ||= last.isOpen;
      continue;
    } else if (/^[*+{]/.test(piece) && last.isOpen) return true;
    if (/^[*+?{|]/.test(piece)) group.isOpen = true;
    last = { isOpen: false };
  }
  return false;
}

/**
 * Compiles what stands behind `matches`. Letters are alike, large or small.
 *
 * @param {Token} token
 */
export function compilePattern({ type, value, at }) {
  if (type !== 'text')
    throw new FilterError(`matches needs a pattern in quotation marks, as "${value}".`, at);
  if (value.length > PATTERN_MAX)
    throw new FilterError(`The pattern is too long: at most ${PATTERN_MAX} letters.`, at);
  const pieces = value.match(PIECE) ?? [];
  const unknown = pieces.find((piece) => UNKNOWN.test(piece));
  if (unknown) throw new FilterError(`${unknown} is not known in a pattern here.`, at);
  if (isSlow(pieces))
    throw new FilterError(
      'The pattern repeats a group that has a * + ? or | in it, which can take for ever.',
      at,
    );
  try {
    return new RegExp(value, 'i');
  } catch {
    throw new FilterError('The pattern is not a regular expression.', at);
  }
}
