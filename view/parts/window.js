/**
 * window: which part of a long list is in view, and where to scroll for one of its rows. All sizes are in
 * pixels; `tops` are the upper edges of the rows, and of the end.
 */

/** Rows that are drawn above and below the view, so that a quick scroll does not show a gap. */
const SPARE_ROWS = 8;

/** What stays in view around a row that was put there. */
const MARGIN = 48;

/**
 * The edges of rows that all have the same height.
 *
 * @param {() => number} rowHeight
 * @param {() => number} count
 */
export const evenRows = (rowHeight, count) => ({
  count,
  top: (/** @type {number} */ index) => index * rowHeight(),
  at: (/** @type {number} */ y) => Math.floor(y / rowHeight()),
});

/**
 * The edges of rows of different heights.
 *
 * @param {() => number[]} tops of the rows, and of the end
 */
export const unevenRows = (tops) => ({
  count: () => tops().length - 1,
  top: (/** @type {number} */ index) => tops()[index],
  at(/** @type {number} */ y) {
    let low = 0;
    let high = tops().length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (tops()[middle] <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  },
});

/** @typedef {ReturnType<typeof evenRows>} Rows */

/**
 * The rows [first, end) that are drawn.
 *
 * @param {Rows} rows
 * @param {number} scrollTop
 * @param {number} height of the view
 */
export function visibleRows(rows, scrollTop, height) {
  const count = rows.count();
  const first = Math.max(0, rows.at(Math.max(0, scrollTop)) - SPARE_ROWS);
  const end = Math.min(count, rows.at(scrollTop + height) + 1 + SPARE_ROWS);
  return { first: Math.min(first, count), end: Math.max(end, 0) };
}

/**
 * Where to scroll so that a row is in view, and a little of what is around it: not at all if it is, else as
 * little as is needed.
 *
 * @param {Rows} rows
 * @param {number} index
 * @param {number} scrollTop
 * @param {number} height of the view
 */
export function scrollFor(rows, index, scrollTop, height) {
  const around = Math.min(MARGIN, height / 4);
  const top = rows.top(index) - around;
  const bottom = rows.top(index + 1) + around;
  if (top < scrollTop) return Math.max(0, top);
  if (bottom > scrollTop + height) return bottom - height;
  return scrollTop;
}

/**
 * Whether the end is in view, or nearly.
 *
 * @param {{scrollTop: number, clientHeight: number, scrollHeight: number}} element
 */
export const isAtEnd = ({ scrollTop, clientHeight, scrollHeight }) =>
  scrollHeight - clientHeight - scrollTop < 8;
