/**
 * bytes: the bytes of the chosen packet, those of the chosen line marked; and in a second tab what they say when
 * they are decrypted.
 */

import { make, setText } from '../parts/element.js';
import { createLongList } from '../parts/long_list.js';
import { evenRows } from '../parts/window.js';
import { bytesPerLine, hexText, letterText, offsetText } from './bytes_lines.js';

/** As in view.css. */
const LINE_HEIGHT = 18;

/**
 * @typedef {object} BytesOptions
 * @property {Document} document
 * @property {HTMLElement} box
 * @property {HTMLElement} tabs
 * @property {HTMLElement} ruler as wide as ten letters
 * @property {(at: number) => void} choose a byte of the frame
 * @property {(draw: () => void) => void} soon
 */

/** An empty line. @param {Document} document */
function makeByteLine(document) {
  const parts = ['offset', 'digits', 'letters'].map((name) =>
    make(document, 'span', { class: name }),
  );
  return make(document, 'div', { class: 'byte-line' }, ...parts);
}

export class Bytes {
  /** @type {{name: string, bytes: Uint8Array}[]} */
  #views = [];
  #current = 0;
  #marked = { from: 0, to: 0 };
  #perLine = 16;
  #lines;

  /** @param {BytesOptions} options */
  constructor({ document, box, tabs, ruler, choose, soon }) {
    this.document = document;
    this.box = box;
    this.tabs = tabs;
    this.ruler = ruler;
    const space = make(document, 'div', { class: 'space', role: 'presentation' });
    box.append(space);
    this.#lines = createLongList({
      box,
      space,
      rows: evenRows(
        () => LINE_HEIGHT,
        () => Math.ceil(this.#bytes.length / this.#perLine),
      ),
      make: () => makeByteLine(document),
      fill: (element, index) => this.#fill(element, index * this.#perLine),
      soon,
    });
    space.addEventListener('click', ({ target }) => {
      const { at } = /** @type {HTMLElement} */ (target).dataset;
      if (at !== undefined && this.#current === 0) choose(Number(at));
    });
    tabs.addEventListener('click', ({ target }) => {
      const index = [...tabs.children].indexOf(/** @type {Element} */ (target));
      if (index >= 0) this.#open(index);
    });
    tabs.addEventListener('keydown', (event) => this.#press(event));
  }

  get #bytes() {
    return this.#views[this.#current]?.bytes ?? new Uint8Array();
  }

  /**
   * Fills a line. The elements of the bytes stay: one that is replaced while the mouse is pressed on it gets no
   * click.
   *
   * @param {HTMLElement} element
   * @param {number} start the offset of its first byte
   */
  #fill(element, start) {
    const [offset, digits, letters] = element.children;
    const line = this.#bytes.subarray(start, start + this.#perLine);
    setText(offset, offsetText(start));
    for (const [part, textOf] of /** @type {const} */ ([
      [digits, hexText],
      [letters, letterText],
    ])) {
      while (part.childElementCount > line.length) part.lastElementChild?.remove();
      while (part.childElementCount < line.length) part.append(make(this.document, 'b'));
      line.forEach((byte, i) => this.#fillByte(part.children[i], start + i, textOf(byte)));
    }
  }

  /** @param {Element} element @param {number} at @param {string} text */
  #fillByte(element, at, text) {
    const isMarked = this.#current === 0 && at >= this.#marked.from && at < this.#marked.to;
    element.setAttribute('data-at', String(at));
    element.classList.toggle('marked', isMarked);
    setText(element, text);
  }

  #measure() {
    const letter = this.ruler.getBoundingClientRect().width / 10;
    if (letter > 0) this.#perLine = bytesPerLine(Math.floor((this.box.clientWidth - 24) / letter));
    this.box.dataset.perLine = String(this.#perLine);
  }

  /** Shows one of the tabs. @param {number} index */
  #open(index) {
    this.#current = index;
    [...this.tabs.children].forEach((tab, i) => {
      tab.setAttribute('aria-selected', String(i === index));
      tab.setAttribute('tabindex', i === index ? '0' : '-1');
    });
    this.box.setAttribute('aria-labelledby', `bytes-tab-${index}`);
    this.box.scrollTop = 0;
    this.redraw();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.#open((this.#current + step + this.#views.length) % this.#views.length);
    /** @type {HTMLElement} */ (this.tabs.children[this.#current]).focus();
  }

  /** @param {{name: string, bytes: Uint8Array}} view @param {number} index */
  #makeTab({ name, bytes: { length } }, index) {
    const attributes = { role: 'tab', id: `bytes-tab-${index}`, 'aria-controls': 'bytes' };
    const text = `${name} (${length} byte${length === 1 ? '' : 's'})`;
    return make(this.document, 'button', { type: 'button', ...attributes }, text);
  }

  /** Shows another packet. @param {{bytes: Uint8Array, plain: Uint8Array | null}} packet */
  show({ bytes, plain }) {
    this.#views = [{ name: 'Frame', bytes }];
    if (plain) this.#views.push({ name: 'Decrypted', bytes: plain });
    this.tabs.replaceChildren(...this.#views.map((view, i) => this.#makeTab(view, i)));
    this.tabs.hidden = bytes.length === 0;
    this.#open(0);
  }

  /** Marks the bytes [from, to) of the frame, and shows them. @param {{from: number, to: number} | null} range */
  mark(range) {
    const { from, to } = (this.#marked = range ?? { from: 0, to: 0 });
    if (this.#current === 0 && to > from && from < this.#bytes.length) {
      this.#lines.reveal(Math.floor(from / this.#perLine));
    }
    this.#lines.update();
  }

  redraw() {
    this.#measure();
    this.#lines.update();
  }
}
