/**
 * layout: what the ladder shows, from top to bottom: arrows, times in which nothing was sent, and marks.
 */

import { isMark } from '../packets/row.js';
import { arrowLabel, stepLabel } from './labels.js';

/** @typedef {import('../packets/row.js').Row} Row */
/** @typedef {import('../packets/row.js').Mark} Mark */

/**
 * @typedef {{kind: 'arrow' | 'small arrow', row: Row, label: string}} Arrow
 * @typedef {{kind: 'silence', seconds: number}} Silence
 * @typedef {{kind: 'mark', mark: Mark}} LadderMark
 * @typedef {Arrow | Silence | LadderMark} Rung
 */

/** As in view.css. */
const HEIGHTS = { arrow: 34, 'small arrow': 18, silence: 36, mark: 26 };

/** A shorter time without a packet is not drawn. */
export const SILENCE_S = 0.5;

/** More packets than this are too many for one picture. */
export const PACKETS_MAX = 5000;

/**
 * The packets that the ladder shows: all, or those of one connection.
 *
 * @param {(Row | Mark)[]} items
 * @param {number} rows how many of them are packets
 * @param {number | undefined} stream the connection of the chosen packet
 * @param {boolean} isOne whether the user wants only that
 */
export function ladderItems(items, rows, stream, isOne) {
  if (rows <= PACKETS_MAX && (!isOne || stream === undefined)) return items;
  if (stream === undefined) return [];
  return items.filter((item) => isMark(item) || item.stream === stream);
}

export function createLayout() {
  /** @type {Rung[]} */
  let rungs = [];
  let tops = [0];
  /** Where the arrow of a packet is. @type {Map<number, number>} */
  let places = new Map();
  let time = NaN;

  /** @param {Rung} rung */
  function push(rung) {
    rungs.push(rung);
    tops.push(tops[tops.length - 1] + HEIGHTS[rung.kind]);
  }

  /** Time has passed since the last arrow or mark. @param {number} now */
  function pass(now) {
    if (now - time >= SILENCE_S) push({ kind: 'silence', seconds: now - time });
    time = now;
  }

  /** @param {Mark} mark */
  function pushMark(mark) {
    // Of a mark from before the last arrow the time says nothing.
    if (Number(mark.t) > time) pass(Number(mark.t));
    push({ kind: 'mark', mark });
  }

  /** @param {Row} row */
  function pushRow(row) {
    if (row.side === -1) return;
    pass(Number(row.t));
    const label = arrowLabel(row);
    places.set(row.n, rungs.length);
    push({
      kind: label || stepLabel(row.step) ? 'arrow' : 'small arrow',
      row,
      label: label || 'ACK',
    });
  }

  return {
    rungs: () => rungs,
    tops: () => tops,
    /** The index of the arrow of a packet, or undefined. @param {number} n */
    find: (n) => places.get(n),
    clear() {
      rungs = [];
      tops = [0];
      places = new Map();
      time = NaN;
    },
    /** @param {(Row | Mark)[]} items */
    append(items) {
      for (const item of items) {
        if (isMark(item)) pushMark(item);
        else pushRow(item);
      }
    },
  };
}
