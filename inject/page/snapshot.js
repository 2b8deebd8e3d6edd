/**
 * snapshot: a copy of the document as it was read, kept beside the one that is shown. There is one only
 * when the document has no scripts.
 *
 * A document without scripts changes only when the user, or an extension of the browser, changes it. So
 * the difference between the snapshot and a newer state of the file is all that must be done to it.
 */

import { findScriptTag } from './script_tag.js';
import { rootsIn, select } from './shadow_roots.js';
import { listen } from './world.js';

// A script element of another type than these is a data block (HTML Standard 4.12.1).
const DATA_TYPE = /^(?!.*script)[^/]+\/[^/]+$/i;
const HANDLERS = 'boolean(//@*[starts-with(name(),"on") or contains(.,"javascript:")])';

/**
 * @typedef {object} Snapshot
 * @property {Document} page the copy, without liveserve's script tag
 * @property {WeakMap<Node, Node>} shown from each node of the copy to the one in the document
 */

/**
 * @param {Document} page
 * @returns {boolean} whether anything in it runs
 */
export function hasScripts(page) {
  return (
    select(page, 'script').some(
      (one) => !DATA_TYPE.test(/** @type {string} */ (one.getAttribute('type'))),
    ) || page.evaluate(HANDLERS, page, null, /* BOOLEAN_TYPE */ 3).booleanValue
  );
}

/**
 * Notes for node, and for each node below it, which one stands for it in the document.
 *
 * @param {Node} node
 * @param {Node} live a node of the same shape
 * @param {WeakMap<Node, Node>} shown
 */
export function pair(node, live, shown) {
  shown.set(node, live);
  const lives = live.childNodes;
  node.childNodes.forEach((child, i) => pair(child, lives[i], shown));
}

/**
 * @param {Document} document that has been read to its end
 * @returns {Snapshot | null} null when this document cannot be patched
 */
export function takeSnapshot(document) {
  // Of larger documents no copy is kept.
  const MOST_ELEMENTS = 20000;
  const isLarge = document.getElementsByTagName('*').length > MOST_ELEMENTS;
  if (document.contentType !== 'text/html' || isLarge || rootsIn(document).length > 1) return null;
  const page = /** @type {Document} */ (document.cloneNode(true));
  const shown = new WeakMap();
  pair(page, document, shown);
  findScriptTag(page)?.remove();
  return hasScripts(page) ? null : { page, shown };
}

/**
 * Takes the snapshot as soon as the document has been read to its end.
 *
 * @param {object} options
 * @param {EventTarget} options.window
 * @param {Document} options.document
 * @returns {() => Snapshot | null | undefined} undefined as long as there is none yet
 */
export function createSnapshot({ window, document }) {
  /** @type {Snapshot | null | undefined} */
  let snapshot;
  const take = () => (snapshot = takeSnapshot(document));
  if (document.readyState === 'loading') listen(window, 'DOMContentLoaded', take);
  else take();
  return () => snapshot;
}
