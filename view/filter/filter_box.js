/**
 * filter_box: the box where the filter is written. It is green when the filter is right and red when it is not,
 * and then says in words what is wrong; it proposes the names of fields.
 */

import { compileFilter } from './filter.js';
import { Suggestions } from './suggestions.js';

/** While the user writes, a filter is applied after this time, so that half a name does not hide rows. */
const REST_MS = 250;

/**
 * @typedef {object} FilterBoxOptions
 * @property {Document} document
 * @property {HTMLInputElement} input
 * @property {HTMLElement} says the element for what is wrong
 * @property {HTMLElement} suggestions
 * @property {HTMLElement} clear the button that removes the filter
 * @property {(test: import('./comparison.js').Test) => void} apply is called for each filter that is right
 * @property {(act: () => void, ms: number) => void} later
 * @property {() => void} leave the user has done with the box
 */

/** @param {HTMLElement} says @param {string} text @param {string} kind */
function say(says, text, kind) {
  says.textContent = text;
  says.className = `filter-says ${kind}`;
  says.hidden = text === '';
}

/** @param {FilterBoxOptions} options */
export function createFilterBox({
  document,
  input,
  says,
  suggestions,
  clear,
  apply,
  later,
  leave,
}) {
  const names = new Suggestions({ document, input, list: suggestions, taken: () => read(true) });
  /** How often the filter was read. */
  let reads = 0;

  /** @param {boolean} [isWritten] whether the user may still be writing */
  function read(isWritten = false) {
    const text = input.value;
    const filter = compileFilter(text);
    const isWrong = 'error' in filter;
    input.dataset.state = text.trim() === '' ? 'empty' : isWrong ? 'wrong' : 'right';
    input.setAttribute('aria-invalid', String(isWrong));
    clear.hidden = text === '';
    reads++;
    if (isWrong) return say(says, filter.error, 'wrong');
    say(says, filter.hint, 'hint');
    const own = reads;
    if (isWritten) later(() => own === reads && apply(filter.test), REST_MS);
    else apply(filter.test);
  }

  /** @param {string} text */
  function set(text) {
    input.value = text;
    names.close();
    read();
  }

  input.addEventListener('input', () => {
    read(true);
    names.open();
  });
  input.addEventListener('blur', () => names.close());
  clear.addEventListener('click', () => {
    set('');
    input.focus();
  });
  input.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && names.isOpen) names.move(step);
    else if (event.key === 'Enter' || event.key === 'Tab') {
      const isTaken = names.take(event.key === 'Tab');
      if (!isTaken && event.key === 'Tab') return;
      if (!isTaken) {
        read();
        leave();
      }
    } else if (event.key === 'Escape') {
      if (names.isOpen) names.close();
      else leave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { set };
}
