/**
 * packet_list: the list of the packets, with the marks between them. It follows the newest packet until the
 * user scrolls up.
 */

import { isMark, rowClass, streamClass } from '../packets/row.js';
import { onPacketClick } from '../parts/clicks.js';
import { make, setText } from '../parts/element.js';
import { createLongList } from '../parts/long_list.js';
import { evenRows } from '../parts/window.js';
import { COLUMNS, createAddressWidth, makeHead, shortTime } from './columns.js';

/** @typedef {import('../packets/row.js').Row} Row */
/** @typedef {import('../packets/row.js').Mark} Mark */

/**
 * @typedef {object} PacketListOptions
 * @property {Document} document
 * @property {HTMLElement} list
 * @property {import('../packets/packet_rows.js').PacketRows} packets
 * @property {(n: number) => void} choose
 * @property {(isFollowing: boolean) => void} following
 * @property {(draw: () => void) => void} soon
 * @property {import('../parts/sizes.js').Sizes} sizes
 */

/** @param {Document} document */
function makeRow(document) {
  const cells = COLUMNS.map(({ name }) =>
    make(document, 'div', { role: 'gridcell', class: `cell ${name}` }),
  );
  return make(document, 'div', { role: 'row' }, ...cells);
}

/** @param {HTMLElement} element @param {Mark} mark */
function fillMark(element, { t, text }) {
  element.className = 'row mark';
  element.removeAttribute('id');
  element.removeAttribute('aria-selected');
  const texts = ['', shortTime(t), text];
  [...element.children].forEach((cell, i) => {
    setText(cell, texts[i] ?? '');
  });
}

/**
 * @param {HTMLElement} element
 * @param {Row} row
 * @param {Row | undefined} chosen
 */
function fillRow(element, row, chosen) {
  const isChosen = row === chosen;
  const classes = ['row', rowClass(row), streamClass(row)];
  if (isChosen) classes.push('chosen');
  if (chosen && row.stream === chosen.stream && chosen.side !== -1) classes.push('same-stream');
  if (chosen?.msg && row.msg === chosen.msg) classes.push('same-message');
  element.className = classes.join(' ');
  element.id = `row-${row.n}`;
  element.setAttribute('aria-selected', String(isChosen));
  [...element.children].forEach((cell, i) => {
    setText(cell, COLUMNS[i].text(row));
  });
}

/**
 * Puts the head and the box for the rows into the list.
 *
 * @param {Document} document
 * @param {HTMLElement} list
 * @param {import('../parts/sizes.js').Sizes} sizes
 */
function makeFrame(document, list, sizes) {
  const head = make(document, 'div', { role: 'row', class: 'list-head' });
  const space = make(document, 'div', { role: 'rowgroup', class: 'space' });
  const box = make(document, 'div', { class: 'list-box', role: 'presentation' }, space);
  list.append(make(document, 'div', { role: 'rowgroup', class: 'list-heads' }, head), box);
  makeHead(document, list, head, sizes);
  return { box, space };
}

/** The height of a row in pixels, which the style says. @param {HTMLElement} list */
const readRowHeight = (list) =>
  parseFloat(getComputedStyle(list).getPropertyValue('--row-height')) || 20;

/** @param {PacketListOptions} options */
export function createPacketList({ document, list, packets, choose, following, soon, sizes }) {
  const { box, space } = makeFrame(document, list, sizes);
  const widen = createAddressWidth(list);
  let isFollowing = true;
  /** @type {Row | undefined} */
  let chosen;

  let rowHeight = readRowHeight(list);
  const rows = evenRows(
    () => rowHeight,
    () => packets.shown.length,
  );
  const lines = createLongList({
    box,
    space,
    rows,
    make: () => makeRow(document),
    fill(element, index) {
      const item = packets.shown[index];
      element.setAttribute('aria-rowindex', String(index + 2));
      if (isMark(item)) fillMark(element, item);
      else fillRow(element, item, chosen);
    },
    scrolled: (isAtEnd) => follow(isAtEnd),
    soon,
  });

  const place = () => (chosen ? packets.indexOf(chosen.n) : -1);

  /** @param {boolean} isOn */
  function follow(isOn) {
    if (isOn === isFollowing) return;
    isFollowing = isOn;
    following(isOn);
  }

  onPacketClick(space, 'row-', choose);
  return {
    widen,
    /** @param {import('../packets/packet_rows.js').Change} change */
    changed({ isNew, gone }) {
      list.setAttribute('aria-rowcount', String(packets.shown.length + 1));
      if (isFollowing) lines.stayAtEnd();
      else if (gone > 0) lines.shift(gone * rowHeight);
      else if (isNew) lines.reveal(place());
      lines.update(isNew || gone > 0);
    },
    /** @param {Row | undefined} row */
    choose(row) {
      chosen = row;
      if (row && place() >= 0) list.setAttribute('aria-activedescendant', `row-${row.n}`);
      else list.removeAttribute('aria-activedescendant');
      lines.reveal(place());
      lines.update();
    },
    toEnd() {
      follow(true);
      lines.toEnd();
    },
    /** The size has changed, or the list has come into view. */
    redraw() {
      rowHeight = readRowHeight(list);
      if (isFollowing) lines.stayAtEnd();
      lines.update();
    },
    reveal: () => lines.reveal(place()),
    page: lines.page,
  };
}
