/**
 * world: what the modules are given of the browser. They touch nothing of it that is not handed in.
 */

/**
 * @typedef {(callback: (ignored?: any) => void, ms: number) => void} Later calls back once, after so
 *   many milliseconds
 *
 * @typedef {Window & typeof globalThis} FullWindow
 *
 * @typedef {object} World
 * @property {FullWindow} window
 * @property {Document} document
 * @property {Console} console
 * @property {Later} later
 * @property {Set<string>} changed the canonical URL of each file that has changed since the page was loaded
 * @property {WeakMap<Node, import('./snapshot.js').Source>} sources see snapshot.js
 * @property {() => string} stamp another one each time, for URLs that no cache knows
 */

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {(event: any) => void} act
 * @param {boolean} [isCapture] before the listeners of the elements below
 */
export const listen = (target, type, act, isCapture) =>
  target.addEventListener(type, act, isCapture);

/** @param {Document} document */
export const isComplete = (document) => document.readyState === 'complete';

/** Whether it is still being read. @param {Document} document */
export const isLoading = (document) => document.readyState === 'loading';

/** @type {(window: FullWindow) => any} how the document was loaded */
export const navigationOf = ({ performance }) => performance.getEntriesByType('navigation')[0];

/** @type {(window: FullWindow) => boolean} whether its document is complete without having loaded */
export const wasStopped = (window) =>
  isComplete(window.document) && navigationOf(window)?.loadEventStart === 0;

/** @type {(window: object) => boolean} */
export const isFirefox = (window) => 'mozInnerScreenX' in window;

/**
 * @param {Document} document
 * @param {(ignored?: any) => void} act called when the document has been read to its end
 */
export function whenRead(document, act) {
  if (isLoading(document)) listen(document, 'DOMContentLoaded', act);
  else act();
}

/**
 * @param {FullWindow} window
 * @returns {World}
 */
export function createWorld(window) {
  let stamps = Date.now();
  return {
    window,
    document: window.document,
    console: window.console,
    later: (callback, ms) => window.setTimeout(callback, ms),
    changed: new Set(),
    sources: new WeakMap(),
    stamp: () => (stamps++).toString(36),
  };
}
