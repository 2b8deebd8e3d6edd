/**
 * tree: the detail tree of the chosen packet. The chosen line shows its bytes.
 */

import { make } from '../parts/element.js';
import { OPEN_AT_FIRST, keyOf, linesAbout, shownLines } from './tree_lines.js';

/** @typedef {import('../packets/packet_requests.js').Line} Line */
/** @typedef {import('./tree_lines.js').Shown} Shown */

/** @param {Document} document @param {Shown} shown @param {number} index */
function makeLine(document, { line, level, isOpen }, index) {
  const element = make(document, 'div', {
    role: 'treeitem',
    class: level === 1 ? 'line protocol' : 'line',
    id: `line-${index}`,
    'aria-level': level,
    'aria-selected': false,
  });
  if (line.children.length > 0) {
    element.setAttribute('aria-expanded', String(isOpen));
    element.append(make(document, 'span', { class: 'arrow', 'aria-hidden': true }));
  }
  element.append(line.text);
  element.style.setProperty('--level', String(level));
  return element;
}

export class Tree {
  /** @type {Line[]} */
  #lines = [];
  /** @type {Shown[]} */
  #shown = [];
  #open = new Set(OPEN_AT_FIRST);
  /** The index of the chosen line, or -1. */
  #current = -1;

  /**
   * @param {object} options
   * @param {Document} options.document
   * @param {HTMLElement} options.box
   * @param {(line: Line | null) => void} options.chosen
   */
  constructor({ document, box, chosen }) {
    this.document = document;
    this.box = box;
    this.chosen = chosen;
    box.addEventListener('keydown', (event) => this.#press(event));
    box.addEventListener('click', ({ target }) => this.#click(/** @type {Element} */ (target)));
  }

  #mark() {
    for (const element of this.box.querySelectorAll('[aria-selected="true"]'))
      element.setAttribute('aria-selected', 'false');
    const element = this.box.children[this.#current];
    element?.setAttribute('aria-selected', 'true');
    if (element) this.box.setAttribute('aria-activedescendant', element.id);
    else this.box.removeAttribute('aria-activedescendant');
  }

  /** @param {number} index */
  #choose(index) {
    this.#current = Math.max(-1, Math.min(index, this.#shown.length - 1));
    this.#mark();
    this.box.children[this.#current]?.scrollIntoView({ block: 'nearest' });
    this.chosen(this.#shown[this.#current]?.line ?? null);
  }

  #draw() {
    this.#shown = shownLines(this.#lines, this.#open);
    this.box.replaceChildren(...this.#shown.map((one, i) => makeLine(this.document, one, i)));
    this.#mark();
  }

  /** @param {number} index @param {boolean} isOpen */
  #toggle(index, isOpen) {
    const { key, line } = this.#shown[index];
    if (line.children.length === 0) return;
    if (isOpen) this.#open.add(key);
    else this.#open.delete(key);
    this.#current = index;
    this.#draw();
  }

  /** What the right arrow does, and the left one. @param {boolean} isRight */
  #step(isRight) {
    const { isOpen, parent } = this.#shown[this.#current];
    if (isRight && isOpen) this.#choose(this.#current + 1);
    else if (isRight || isOpen) this.#toggle(this.#current, isRight);
    else if (parent >= 0) this.#choose(parent);
  }

  /** @type {Record<string, () => void>} */
  #keys = {
    ArrowDown: () => this.#choose(this.#current + 1),
    ArrowUp: () => this.#choose(Math.max(0, this.#current - 1)),
    ArrowRight: () => this.#step(true),
    ArrowLeft: () => this.#step(false),
    Home: () => this.#choose(0),
    End: () => this.#choose(this.#shown.length - 1),
    Enter: () => this.#toggle(this.#current, !this.#shown[this.#current].isOpen),
  };

  /** @param {KeyboardEvent} event */
  #press(event) {
    const act = this.#keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || this.#shown.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.#current < 0) this.#choose(0);
    else act();
  }

  /** @param {Element} target */
  #click(target) {
    const element = target.closest('.line');
    const index = element ? [...this.box.children].indexOf(element) : -1;
    if (index < 0) return;
    const isArrow = target.classList.contains('arrow');
    if (!isArrow) this.#choose(index);
    if (isArrow || this.#shown[index].level === 1) this.#toggle(index, !this.#shown[index].isOpen);
  }

  /** Shows another packet. @param {Line[]} lines */
  show(lines) {
    const before = this.#shown[this.#current]?.key;
    this.#lines = lines;
    this.#shown = shownLines(lines, this.#open);
    this.#current = this.#shown.findIndex(({ key }) => key === before);
    this.#draw();
    this.chosen(this.#shown[this.#current]?.line ?? null);
  }

  /** Opens and chooses the innermost line that is about a byte. @param {number} at */
  chooseByte(at) {
    const lines = linesAbout(this.#lines, at);
    if (lines.length === 0) return;
    for (let i = 1; i < lines.length; i++) this.#open.add(keyOf(lines.slice(0, i)));
    this.#draw();
    this.#choose(this.#shown.findIndex(({ line }) => line === lines[lines.length - 1]));
  }
}
