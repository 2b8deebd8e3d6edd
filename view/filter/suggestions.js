/**
 * suggestions: the names of fields that continue the word that the user writes, in a list below the box.
 */

import { make } from '../parts/element.js';
import { FIELDS } from './fields.js';
import { suggestFields } from './filter.js';

const SUGGESTIONS_MAX = 12;

/**
 * @typedef {object} SuggestionsOptions
 * @property {Document} document
 * @property {HTMLInputElement} input
 * @property {HTMLElement} list
 * @property {() => void} taken is called after a name was put into the box
 */

export class Suggestions {
  /** Where the word begins that is continued. */
  #from = 0;
  #current = -1;

  /** @param {SuggestionsOptions} options */
  constructor({ document, input, list, taken }) {
    this.document = document;
    this.input = input;
    this.list = list;
    this.taken = taken;
    // The box must not lose the focus.
    list.addEventListener('pointerdown', (event) => event.preventDefault());
    list.addEventListener('click', ({ target }) => {
      const item = /** @type {Element} */ (target).closest('[role="option"]');
      if (item) this.#put([...list.children].indexOf(item));
    });
  }

  get isOpen() {
    return !this.list.hidden;
  }

  #mark() {
    const items = [...this.list.children];
    items.forEach((item, i) => item.setAttribute('aria-selected', String(i === this.#current)));
    const item = items[this.#current];
    item?.scrollIntoView({ block: 'nearest' });
    if (item) this.input.setAttribute('aria-activedescendant', item.id);
    else this.input.removeAttribute('aria-activedescendant');
  }

  /** Puts a name into the box. @param {number} index */
  #put(index) {
    const { input } = this;
    const name = this.list.children[index]?.getAttribute('data-name') ?? '';
    const caret = input.selectionStart ?? input.value.length;
    input.setRangeText(name, this.#from, caret, 'end');
    this.close();
    this.taken();
  }

  /** @param {string} name @param {number} index */
  #makeItem(name, index) {
    return make(
      this.document,
      'div',
      { role: 'option', id: `suggestion-${index}`, 'data-name': name, 'aria-selected': 'false' },
      make(this.document, 'b', {}, name),
      make(this.document, 'span', {}, FIELDS[name].says),
    );
  }

  /** Shows what there is for the place of the caret, if anything. */
  open() {
    const { from, names } = suggestFields(this.input.value, this.input.selectionStart ?? 0);
    this.#from = from;
    this.#current = -1;
    const few = names.slice(0, SUGGESTIONS_MAX);
    this.list.replaceChildren(...few.map((name, i) => this.#makeItem(name, i)));
    this.list.hidden = few.length === 0;
    this.input.setAttribute('aria-expanded', String(this.isOpen));
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.#current = -1;
    this.#mark();
  }

  /** @param {number} step */
  move(step) {
    const { length } = this.list.children;
    const first = step > 0 ? 0 : length - 1;
    this.#current = this.#current < 0 ? first : (this.#current + step + length) % length;
    this.#mark();
  }

  /** Takes the chosen name, or for the key Tab the first one; false: none is chosen. @param {boolean} isTab */
  take(isTab) {
    if (!this.isOpen || (this.#current < 0 && !isTab)) return false;
    this.#put(Math.max(0, this.#current));
    return true;
  }
}
