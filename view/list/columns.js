/**
 * columns: the columns of the list, which are Wireshark's, and the handles by which they are made wider and narrower.
 */

import { make } from '../parts/element.js';
import { draggable } from '../parts/draggable.js';

/** @typedef {import('../packets/row.js').Row} Row */

/** @typedef {{name: string, title: string, text: (row: Row) => string}} Column */

/** @type {Column[]} */
export const COLUMNS = [
  { name: 'number', title: 'No.', text: ({ n }) => String(n) },
  { name: 'time', title: 'Time', text: ({ t }) => shortTime(t) },
  { name: 'source', title: 'Source', text: ({ src }) => src },
  { name: 'destination', title: 'Destination', text: ({ dst }) => dst },
  { name: 'protocol', title: 'Protocol', text: ({ proto }) => proto },
  { name: 'length', title: 'Length', text: ({ len }) => String(len) },
  { name: 'info', title: 'Info', text: ({ info }) => info },
];

/** Seconds with six digits, as in Wireshark; the server says nine. @param {string} time */
export const shortTime = (time) => time.replace(/(\.\d{6})\d+$/, '$1');

const NARROWEST = 28;
const WIDEST = 480;

/** @param {number} width */
const allowed = (width) => Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));

/**
 * Makes the handle between a column and the next one. It is dragged, or moved by the arrow keys; a double click
 * or Enter makes the column as wide as what is in view of it, as in Wireshark.
 *
 * @param {Document} document
 * @param {HTMLElement} list
 * @param {import('../parts/sizes.js').Sizes} sizes
 * @param {Column} column
 */
function makeGrip(document, list, sizes, { name, title }) {
  const grip = make(document, 'span', {
    class: 'grip',
    role: 'separator',
    'aria-orientation': 'vertical',
    'aria-label': `Width of ${title}`,
    'aria-valuemin': NARROWEST,
    'aria-valuemax': WIDEST,
    tabindex: 0,
    title: 'Drag to change the width; double-click to fit what is in view',
  });
  const width = () => grip.parentElement?.getBoundingClientRect().width ?? 0;
  const tell = () => grip.setAttribute('aria-valuenow', String(allowed(width())));

  /** @param {number} wanted */
  function apply(wanted) {
    list.style.setProperty(`--${name}`, `${allowed(wanted)}px`);
    tell();
  }
  /** @param {number} wanted */
  function set(wanted) {
    apply(wanted);
    sizes.set(name, allowed(wanted));
  }
  function fit() {
    // A cell that is wide enough does not say how much it needs.
    apply(NARROWEST);
    const cells = [...list.querySelectorAll(`.row:not(.mark) .${name}, .list-head .${name}`)];
    set(Math.max(...cells.map((cell) => cell.scrollWidth)) + 1);
  }

  draggable(grip, () => {
    const before = width();
    return (x) => set(before + x);
  });
  grip.addEventListener('dblclick', fit);
  grip.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    fit();
  });
  grip.addEventListener('focus', tell);
  const kept = sizes.get(name);
  if (kept !== undefined) apply(kept);
  return grip;
}

/**
 * Makes the head of the list. The widths are custom properties of the list.
 *
 * @param {Document} document
 * @param {HTMLElement} list
 * @param {HTMLElement} head
 * @param {import('../parts/sizes.js').Sizes} sizes
 */
export function makeHead(document, list, head, sizes) {
  COLUMNS.forEach((column, i) => {
    const { name, title } = column;
    const cell = make(document, 'div', { role: 'columnheader', class: `cell ${name}` }, title);
    head.append(cell);
    if (i < COLUMNS.length - 1) cell.append(makeGrip(document, list, sizes, column));
  });
}

/**
 * Makes the columns of the addresses wide enough for the addresses of IPv6, once.
 *
 * @param {HTMLElement} list
 */
export function createAddressWidth(list) {
  let letters = 15;
  return (/** @type {Row[]} */ rows) => {
    const longest = rows.reduce((most, { src, dst }) => Math.max(most, src.length, dst.length), 0);
    if (longest <= letters) return;
    letters = Math.min(longest, 39);
    list.style.setProperty('--address', `${letters + 2}ch`);
  };
}
