/**
 * tree_lines: which lines of the detail tree are shown. A line that was opened stays open for the next packet,
 * so it is known by its first words, not by its figures.
 */

/** @typedef {import('../packets/packet_requests.js').Line} Line */

/**
 * A line that is shown.
 *
 * @typedef {object} Shown
 * @property {Line} line
 * @property {number} level from 1
 * @property {string} key
 * @property {boolean} isOpen
 * @property {number} parent index of the line above, or -1
 */

/** The part of a line that is the same in other packets. @param {string} text */
export const lineName = (text) =>
  text
    .replace(/^[.01 ]+ = |^\[\d+ /, '')
    .split(/[,:(\d]/)[0]
    .trim();

/** What is open at first. */
export const OPEN_AT_FIRST = ['Hypertext Transfer Protocol', 'WebSocket'];

/**
 * @param {Line[]} tree
 * @param {Set<string>} open the keys of the open lines
 * @returns {Shown[]}
 */
export function shownLines(tree, open) {
  /** @type {Shown[]} */
  const shown = [];
  /** @param {Line[]} lines @param {number} level @param {string} path @param {number} parent */
  const walk = (lines, level, path, parent) => {
    for (const line of lines) {
      const key = `${path}${lineName(line.text)}`;
      const isOpen = line.children.length > 0 && open.has(key);
      const index = shown.push({ line, level, key, isOpen, parent }) - 1;
      if (isOpen) walk(line.children, level + 1, `${key}/`, index);
    }
  };
  walk(tree, 1, '', -1);
  return shown;
}

/**
 * The lines from the outermost to the innermost one that are about a byte.
 *
 * @param {Line[]} tree
 * @param {number} at
 * @returns {Line[]}
 */
export function linesAbout(tree, at) {
  const fitting = tree.filter(({ from, to }) => from <= at && at < to);
  // The first line, about the frame, is about all of its bytes.
  const line = fitting.find(({ text }) => !text.startsWith('Frame ')) ?? fitting[0];
  return line ? [line, ...linesAbout(line.children, at)] : [];
}

/**
 * The key of a line, by the lines around it.
 *
 * @param {Line[]} lines from the outermost on
 */
export const keyOf = (lines) => lines.map(({ text }) => lineName(text)).join('/');
