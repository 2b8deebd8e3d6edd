/**
 * screen: what a program has written on a terminal, as the lines that a person sees there. Only as much of a terminal as
 * liveserve uses: lines, a line that is erased and written again, and a few colours.
 */

/**
 * @typedef {object} Piece text in one style
 * @property {string} text
 * @property {string[]} styles names of it: 'bold', 'dim', 'red', ...
 *
 * @typedef {Piece[]} Line
 */

/** @type {Record<string, string>} */
const STYLES = { 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow', 36: 'cyan' };

/**
 * @param {string} text a line, with escape sequences
 * @returns {Line}
 */
function piecesOf(text) {
  /** @type {Line} */
  const pieces = [];
  let styles = /** @type {string[]} */ ([]);
  for (const [, code, words] of text.matchAll(/(?:\x1b\[([\d;?]*[a-zA-Z]))?([^\x1b]*)/g)) {
    if (code?.endsWith('m')) {
      for (const one of code.slice(0, -1).split(';')) {
        if (Number(one) === 0) styles = [];
        else if (STYLES[one]) styles = [...styles, STYLES[one]];
        else throw new Error(`the picture does not know the colour ${one}`);
      }
    }
    if (words) pieces.push({ text: words, styles });
  }
  return pieces;
}

/**
 * A line in as many as a terminal needs for it.
 *
 * @param {Line} line
 * @param {number} columns
 * @returns {Line[]}
 */
function wrap(line, columns) {
  /** @type {Line[]} */
  const rows = [[]];
  let room = columns;
  for (const { text, styles } of line) {
    for (let rest = text; rest;) {
      if (room === 0) {
        rows.push([]);
        room = columns;
      }
      const part = rest.slice(0, room);
      rows.at(-1).push({ text: part, styles });
      rest = rest.slice(part.length);
      room -= part.length;
    }
  }
  return rows;
}

/**
 * @param {string} output all that was written so far
 * @param {number} columns of the terminal
 * @returns {Line[]} the lines, the one that is being written among them
 */
export function linesOf(output, columns) {
  const lines = output.replaceAll('\r\n', '\n').split('\n');
  // What stands behind the last return to the first column has erased what was there.
  return lines.flatMap((line) => wrap(piecesOf(line.slice(line.lastIndexOf('\r') + 1)), columns));
}

/** @param {Line} line @returns {string} */
export const textOf = (line) => line.map(({ text }) => text).join('');
