/**
 * packet_rows: the packets that the page knows, in order, and of these the ones that are shown: those that the
 * filter lets through, with the marks between them, up to the moment of a pause.
 */

import { isMark } from './row.js';

/** @typedef {import('./row.js').Row} Row */
/** @typedef {import('./row.js').Mark} Mark */

/**
 * What has happened to the list of what is shown.
 *
 * @typedef {object} Change
 * @property {boolean} isNew it was made anew; else it has only become longer, or shorter at the front
 * @property {number} gone how many items have gone at the front
 */

/** Items at most, whatever the server keeps. */
const ITEMS_MAX = 100000;

/** The place of a mark or a row in the order of all. @param {Row | Mark} item */
const place = (item) => (isMark(item) ? item.after + 0.5 : item.n);

/**
 * The index of the first item that is not before a place.
 *
 * @param {(Row | Mark)[]} items
 * @param {number} wanted
 */
export function indexFrom(items, wanted) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (place(items[middle]) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the items are packets. @param {(Row | Mark)[]} items */
const countRows = (items) => items.reduce((count, item) => count + (isMark(item) ? 0 : 1), 0);

export class PacketRows {
  /** @type {(Row | Mark)[]} */
  #items = [];
  /** @type {(row: Row) => boolean} */
  #passes = () => true;
  #changed;
  #known = 0;
  #shownRows = 0;
  /** The number of the last row before the pause. */
  #pausedAt = Infinity;

  /** @param {(change: Change) => void} changed is called after each change of what is shown */
  constructor(changed) {
    this.#changed = changed;
    /** What is shown, in order. @type {(Row | Mark)[]} */
    this.shown = [];
    /** The number of the last row that has come. */
    this.last = 0;
  }

  get isPaused() {
    return this.#pausedAt < Infinity;
  }

  counts() {
    const waiting = Math.max(0, this.last - Math.min(this.last, this.#pausedAt));
    return { known: this.#known, shown: this.#shownRows, waiting };
  }

  /** @param {Row | Mark} item */
  #isShown(item) {
    return place(item) < this.#pausedAt + 1 && (isMark(item) || this.#passes(item));
  }

  #showAnew() {
    this.shown = this.#items.filter((item) => this.#isShown(item));
    this.#shownRows = countRows(this.shown);
    this.#changed({ isNew: true, gone: 0 });
  }

  /** Whether an item comes after all that are there. @param {Row | Mark} item */
  #isNewest(item) {
    const newest = this.#items.at(-1);
    return !newest || place(newest) <= place(item);
  }

  /** Adds what comes after all that is there. @param {Row | Mark} item */
  #append(item) {
    const row = isMark(item) ? 0 : 1;
    this.#items.push(item);
    this.#known += row;
    if (!this.#isShown(item)) return;
    this.shown.push(item);
    this.#shownRows += row;
  }

  /** Adds items, also between those that are there. @param {(Row | Mark)[]} items */
  #insert(items) {
    if (items.length === 0) return;
    if (this.#isNewest(items[0])) {
      for (const item of items) this.#append(item);
      this.#changed({ isNew: false, gone: 0 });
      return;
    }
    this.#items.push(...items);
    this.#items.sort((a, b) => place(a) - place(b));
    this.#known += countRows(items);
    this.#showAnew();
  }

  /** Adds rows; those that are known already are left out. @param {Row[]} rows */
  add(rows) {
    const fresh = rows.filter(({ n }) => n > this.last);
    if (fresh.length === 0) return;
    this.last = fresh[fresh.length - 1].n;
    this.#insert(fresh);
    const excess = this.#items.length - ITEMS_MAX;
    if (excess > 0) this.forget(Math.ceil(place(this.#items[excess])));
  }

  /** Adds marks; after a lost connection the server says them again. @param {Mark[]} marks */
  addMarks(marks) {
    const isKnown = (/** @type {Mark} */ mark) =>
      this.#items.some((item) => isMark(item) && item.t === mark.t && item.text === mark.text);
    const fresh = marks.filter((mark) => !isKnown(mark));
    this.#insert(fresh.sort((a, b) => a.after - b.after));
  }

  /** Drops what is too old. @param {number} first the number of the first row that stays */
  forget(first) {
    this.#known -= countRows(this.#items.splice(0, indexFrom(this.#items, first)));
    const hidden = this.shown.splice(0, indexFrom(this.shown, first));
    this.#shownRows -= countRows(hidden);
    if (hidden.length > 0) this.#changed({ isNew: false, gone: hidden.length });
  }

  clear() {
    this.#items = [];
    this.#known = 0;
    if (this.isPaused) this.#pausedAt = this.last;
    this.#showAnew();
  }

  /** Also the numbers may begin again. */
  reset() {
    this.last = 0;
    this.clear();
  }

  /** @param {(row: Row) => boolean} test */
  filter(test) {
    this.#passes = test;
    this.#showAnew();
  }

  /** @param {boolean} isPaused */
  pause(isPaused) {
    this.#pausedAt = isPaused ? this.last : Infinity;
    this.#showAnew();
  }

  /** The row of a number, also one that is not shown. @param {number} n @returns {Row | undefined} */
  find(n) {
    const item = this.#items[indexFrom(this.#items, n)];
    return item && !isMark(item) && item.n === n ? item : undefined;
  }

  /** The place in `shown` of the row of a number, or -1. @param {number} n */
  indexOf(n) {
    const index = indexFrom(this.shown, n);
    const item = this.shown[index];
    return item && !isMark(item) && item.n === n ? index : -1;
  }
}
