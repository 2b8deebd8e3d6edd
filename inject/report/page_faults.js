/**
 * page_faults: what has gone wrong in this document so far: errors that nobody caught, what it said on its console as
 * errors, and elements that did not get their files. Whoever asks whether the page is in order is told of these.
 */

import { canonicalUrl, sourceOf } from '../page/url.js';

// Of more, the first say enough.
const MOST = 20;
const MOST_LETTERS = 1000;

/**
 * @typedef {{text: string, source?: string}} PageError source: the URL of a file of the site, its line and column
 *
 * @typedef {object} Faults
 * @property {(text: string, source?: string) => void} noteError
 * @property {(captured: import('./capture.js').Captured) => void} noteFailure an element did not get what it asked for
 * @property {(begin: (end: (ignored?: any) => void) => void) => void} await begin calls end when one more event was noted
 * @property {() => Promise<unknown>} noted resolves when the events that have happened are noted
 * @property {() => PageError[]} errors
 * @property {(origin: string) => string[]} missing what elements lack that still want it
 */

/** @type {WeakMap<object, Faults>} */
const all = new WeakMap();

/**
 * @param {object} window
 * @returns {Faults} those of the document that is in it
 */
export function faultsOf(window) {
  const faults = all.get(window) ?? createFaults();
  all.set(window, faults);
  return faults;
}

/** It may have got another file since then, or the same one at a later try. @param {any} element */
const hasIt = ({ localName, naturalWidth, sheet }) =>
  localName === 'img' ? naturalWidth > 0 : localName === 'link' && !!sheet;

/** @returns {Faults} */
function createFaults() {
  /** @type {PageError[]} */
  const errors = [];
  /** @type {{element: any, url: string}[]} */
  const failures = [];
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return {
    noteError(text, source) {
      const line = text.slice(0, MOST_LETTERS).replace(/\s+/g, ' ');
      if (errors.length < MOST && line) errors.push({ text: line, source });
    },
    noteFailure({ event, url = '' }) {
      if (failures.length < MOST) failures.push({ element: event.target, url });
    },
    await(begin) {
      last = Promise.all([last, new Promise(begin)]);
    },
    noted: () => last,
    errors: () => errors,
    missing: (origin) =>
      failures
        .filter(({ element }) => element.isConnected && !hasIt(element))
        .filter(({ element, url }) => sourceOf(element) === url)
        .map(({ url }) => canonicalUrl(url, origin) ?? url),
  };
}
