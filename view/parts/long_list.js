/**
 * long_list: draws of a long list only the rows that are in view, in a box that scrolls.
 */

import { isAtEnd, scrollFor, visibleRows } from './window.js';

/**
 * @typedef {object} LongListOptions
 * @property {HTMLElement} box it scrolls
 * @property {HTMLElement} space its only child, as high as all rows; the rows are put there
 * @property {import('./window.js').Rows} rows
 * @property {() => HTMLElement} make an empty row
 * @property {(element: HTMLElement, index: number) => void} fill
 * @property {(isAtEnd: boolean) => void} [scrolled]
 * @property {(draw: () => void) => void} soon calls once, before the next frame
 */

/**
 * Keeps the elements of the rows that are drawn; those that are not needed any more show other rows next.
 *
 * @param {Pick<LongListOptions, 'space' | 'rows' | 'make' | 'fill'>} options
 */
function createDrawing({ space, rows, make, fill }) {
  /** @type {Map<number, HTMLElement>} */
  let drawn = new Map();

  /**
   * Draws the rows [first, end).
   *
   * @param {number} first
   * @param {number} end
   * @param {boolean} isStale whether the rows that are drawn already have changed
   */
  return function draw(first, end, isStale) {
    const spare = [...drawn].filter(([index]) => index < first || index >= end);
    /** @type {Map<number, HTMLElement>} */
    const next = new Map();
    for (let index = first; index < end; index++) {
      const kept = drawn.get(index);
      const element = kept ?? spare.pop()?.[1] ?? space.appendChild(make());
      next.set(index, element);
      if (kept && !isStale) continue;
      fill(element, index);
      element.style.transform = `translateY(${rows.top(index)}px)`;
    }
    for (const [, element] of spare) element.remove();
    drawn = next;
  };
}

/** @param {LongListOptions} options */
export function createLongList({ box, space, rows, make, fill, scrolled, soon }) {
  const drawRows = createDrawing({ space, rows, make, fill });
  let isWaiting = false;
  let isStale = false;
  /** The row to put into view, Infinity for the end, -1 for none. Scrolling costs a layout, so it waits. */
  let goal = -1;
  let shift = 0;

  function scroll() {
    const whole = rows.top(rows.count());
    space.style.height = `${whole}px`;
    const { scrollTop, clientHeight } = box;
    const isRow = goal >= 0 && goal < rows.count();
    let wanted = Math.max(0, scrollTop - shift);
    if (goal === Infinity) wanted = Math.max(0, whole - clientHeight);
    else if (isRow) wanted = scrollFor(rows, goal, wanted, clientHeight);
    if (wanted !== scrollTop) box.scrollTop = wanted;
    // The event comes a frame later; until then the size may change, or rows may come.
    if (isRow && wanted !== scrollTop) scrolled?.(isAtEnd(box));
    goal = -1;
    shift = 0;
  }

  function draw() {
    isWaiting = false;
    scroll();
    const { first, end } = visibleRows(rows, box.scrollTop, box.clientHeight);
    drawRows(first, end, isStale);
    isStale = false;
  }

  /** Draws before the next frame. @param {boolean} [isAll] false: the rows that are drawn are still right */
  function update(isAll = true) {
    isStale ||= isAll;
    if (isWaiting) return;
    isWaiting = true;
    soon(draw);
  }

  box.addEventListener('scroll', () => {
    // What the user does while rows wait to be drawn is done to the list as it was.
    if (goal < 0) scrolled?.(isAtEnd(box));
    update(false);
  });
  return {
    update,
    /** Puts the row of an index into view; -1: there is none. @param {number} index */
    reveal(index) {
      if (index >= 0) goal = index;
      update(false);
    },
    toEnd() {
      goal = Infinity;
      update(false);
    },
    /** The same, unless a row waits to be put into view. */
    stayAtEnd() {
      if (goal < 0) goal = Infinity;
      update(false);
    },
    /** Moves the view with its rows when rows have gone at the front. @param {number} pixels */
    shift(pixels) {
      shift += pixels;
      update();
    },
    /** How many whole rows fit into the view. */
    page: () => Math.max(1, rows.at(box.clientHeight) - 1),
  };
}

/** @typedef {ReturnType<typeof createLongList>} LongList */
