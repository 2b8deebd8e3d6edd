/**
 * form_state: takes along over a reload how far the user has scrolled and what the user has entered.
 *
 * Browsers do a part of that by themselves, each a different part. What is taken along: how far the
 * window and the elements are scrolled, and the fields that differ from what the document says; never a
 * password. The next page finds it in the storage of the session.
 */

import { quietly } from './quietly.js';

// A page may go on growing for that long after it has loaded.
const LONGEST_GROWTH_MS = 3000;
// What users do to scroll by themselves.
const USER_EVENTS = ['wheel', 'touchmove', 'keydown', 'mousedown'];
const FIELDS = 'input:not([type=password], [type=file], [type=hidden]), textarea, select';

/**
 * @typedef {[path: string, left: number, top: number]} Place
 * @typedef {[path: string, type: string, entered: any]} Entry
 * @typedef {{places: Place[], entries: Entry[]}} FormState
 */

/**
 * @param {Element} element
 * @returns {string} a selector that matches this element alone, as long as nothing before it changes
 */
export function pathTo(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const parent = element.parentElement;
  if (!parent) return ':root';
  return `${pathTo(parent)}>:nth-child(${1 + [...parent.children].indexOf(element)})`;
}

/**
 * @param {any} field
 * @returns {number[] | boolean | string | undefined} what the user has entered; undefined when the field
 *   is as the document says
 */
function enteredIn(field) {
  if (field.options) {
    /** @type {HTMLOptionElement[]} */
    const options = [...field.options];
    const chosen = options.flatMap((option, i) => (option.selected ? i : []));
    const given = options.flatMap((option, i) => (option.defaultSelected ? i : []));
    const isGiven = `${chosen}` === `${given}` || (!given[0] && `${chosen}` === '0');
    return isGiven ? undefined : chosen;
  }
  if (field.checked !== field.defaultChecked) return field.checked;
  return field.value === field.defaultValue ? undefined : field.value;
}

/**
 * @param {Document} document
 * @returns {FormState | null} for restoreFormState in the next document, as it is or through JSON; null
 *   when there is nothing to take along
 */
export function saveFormState(document) {
  const all = [...document.querySelectorAll('*')];
  const scrolled = all.filter((one) => one.scrollTop || one.scrollLeft);
  /** @type {Place[]} */
  const places = scrolled.map((one) => [pathTo(one), one.scrollLeft, one.scrollTop]);
  /** @type {any[]} */
  const fields = [...document.querySelectorAll(FIELDS)];
  /** @type {Entry[]} */
  const entries = fields.flatMap((field) => {
    const entered = enteredIn(field);
    return entered === undefined ? [] : [[pathTo(field), field.type, entered]];
  });
  return places.length + entries.length > 0 ? { places, entries } : null;
}

/**
 * @param {any} field
 * @param {any} entered
 */
function enter(field, entered) {
  if (Array.isArray(entered)) {
    /** @type {HTMLOptionElement[]} */
    const options = [...(field.options ?? [])];
    options.forEach((option, i) => (option.selected = entered.includes(i)));
  } else if (typeof entered === 'boolean') field.checked = entered;
  else field.value = entered;
}

/**
 * Sets fields as soon as they are there. Scrolls as soon as the page is large enough, unless the user
 * scrolls first.
 *
 * @param {FormState} saved
 * @param {Document} document
 * @param {Window} window
 */
export function restoreFormState({ places, entries }, document, window) {
  let end = Infinity;
  let isTaken = false;
  const take = () => (isTaken = true);
  for (const type of USER_EVENTS) {
    window.addEventListener(type, take, { once: true, capture: true });
  }

  /** @param {Place} place */
  const isPending = ([path, left, top]) => {
    const element = document.querySelector(path);
    element?.scrollTo({ left, top, behavior: 'instant' });
    if (!element) return true;
    return Math.abs(element.scrollTop - top) > 1 || Math.abs(element.scrollLeft - left) > 1;
  };
  /** @param {Entry} entry */
  const isMissing = ([path, type, entered]) => {
    /** @type {HTMLInputElement | null} */
    const field = document.querySelector(path);
    if (field?.type === type) enter(field, entered);
    return !field;
  };

  function look() {
    if (document.readyState !== 'loading') entries = entries.filter(isMissing);
    if (!isTaken) places = places.filter(isPending);
    const now = window.performance.now();
    if (document.readyState === 'complete') end = Math.min(end, now + LONGEST_GROWTH_MS);
    const isLate = now > end;
    const isIncomplete = entries.length > 0 || (places.length > 0 && !isTaken);
    if (!isLate && isIncomplete) window.requestAnimationFrame(look);
  }
  look();
}

/**
 * Restores what the page before has stored, and forgets it.
 *
 * @param {() => Storage} storage may throw, as sessionStorage does in a sandbox
 * @param {string} key
 * @param {() => Promise<{save: () => FormState | null, restore: (saved: FormState) => void}>} findUpdate
 *   gives the functions above, which are not in the first script of a page
 * @returns {() => Promise<void>} stores what the next page is to restore
 */
export function createFormStorage(storage, key, findUpdate) {
  quietly(async () => {
    const notes = storage();
    const saved = notes[key];
    delete notes[key];
    if (saved) (await findUpdate()).restore(JSON.parse(saved));
  });
  return () =>
    quietly(async () => {
      const saved = (await findUpdate()).save();
      if (saved) storage()[key] = JSON.stringify(saved);
    });
}
