/**
 * snapshot: a copy of the document as it was read, kept beside the one that is shown. There is one only
 * when the document has no scripts.
 *
 * A document without scripts changes only when the user, or an extension of the browser, changes it. So
 * the difference between the snapshot and a newer state of the file is all that must be done to it.
 */

import { rootsIn, select } from './shadow_roots.js';
import { whenRead } from './world.js';

/**
 * @typedef {object} Snapshot
 * @property {Element} root the copy of the root element. It is in no document: a style element in one,
 *   even in one that is never shown, makes Firefox show the page's own style elements without what they
 *   import
 * @property {WeakMap<Node, Node>} shown from each node of the copy to the one in the document
 * @property {(string | boolean)[]} [states] what its fields say at first, when a patch has found out
 */

/**
 * @typedef {[open: boolean, css: string | undefined, innerHTML: string, value: string, checked: boolean]} Source
 *   what the document and its scripts say of an element that the user opens, writes or resizes; css is that of
 *   its attribute style
 */

/**
 * @param {Element} root
 * @returns {boolean} whether there is a script element that runs
 */
export const hasScripts = (root) =>
  select(root, 'script').some(
    // One of such a type is a data block, which does not run (HTML Standard 4.12.1).
    (one) => !/^(?!.*script)[^/]+\/[^/]+$/i.test(/** @type {string} */ (one.getAttribute('type'))),
  );

/**
 * Notes for node, and for each node below it, which one stands for it in the document.
 *
 * @param {Node} node
 * @param {Node} live a node of the same shape
 * @param {WeakMap<Node, Node>} shown
 */
export function pair(node, live, shown) {
  shown.set(node, live);
  // In lists of children this would take ten times as long.
  let other = /** @type {any} */ (live.firstChild);
  for (let child = node.firstChild; child; child = child.nextSibling) {
    pair(child, other, shown);
    other = other.nextSibling;
  }
}

/**
 * @param {Document} document that has been read to its end
 * @param {number} [mostElements] of larger documents no copy is kept, since that would hold up their load
 * @returns {Snapshot | boolean} false when this document cannot be patched; true when a copy can be taken later,
 *   as of a listing: nobody opens or writes anything in it
 */
export function takeSnapshot(document, mostElements = 20000) {
  const { contentType, documentElement, implementation } = document;
  if (contentType !== 'text/html') return false;
  if (hasScripts(documentElement) || rootsIn(document).length > 1) return false;
  if (select(document, '*').length > mostElements)
    return 'liveserveListing' in documentElement.dataset;
  const root = implementation.createHTMLDocument('').importNode(documentElement, true);
  const shown = new WeakMap();
  pair(root, documentElement, shown);
  return { root, shown };
}

/** Elements that the user opens, writes and resizes. */
export const STATEFUL = 'details,dialog,textarea,input,select,[contenteditable]';

/** @param {any} element @returns {Source} */
export const describeSource = (element) => [
  element.open,
  element.style?.cssText,
  element.innerHTML,
  element.value,
  element.checked,
];

/**
 * Takes the snapshot as soon as the document has been read to its end. Notes at the same time what the
 * document says of elements that the user opens and writes.
 *
 * @param {object} options
 * @param {Document} options.document
 * @param {WeakMap<Node, Source>} options.sources gets what it says of each such element
 * @returns {() => ReturnType<typeof takeSnapshot> | undefined} see takeSnapshot; undefined as long as there is none yet
 */
export function createSnapshot({ document, sources }) {
  /** @type {ReturnType<typeof takeSnapshot> | undefined} */
  let snapshot;
  whenRead(document, () => {
    snapshot = takeSnapshot(document);
    for (const one of select(document, STATEFUL)) sources.set(one, describeSource(one));
  });
  return () => snapshot;
}
