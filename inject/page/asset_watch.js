/**
 * asset_watch: what a script brings into the page after a file was exchanged may name the old URL, and the
 * browser would show the old file from its memory. So it gets the new URL before it is painted.
 */

import { findAll, rootsIn } from './shadow_roots.js';
import { listen } from './world.js';

const WATCHED = {
  subtree: true,
  childList: true,
  attributeFilter: ['src', 'srcset', 'poster', 'href', 'background', 'style'],
};
const SHEETS = 'style, link[rel~="stylesheet" i]';

const HTML = 'http://www.w3.org/1999/xhtml';

/** Whether it is an element of a script's making, which may have a closed shadow root. @param {Element} one */
const isSecretive = (one) =>
  one.localName.includes('-') &&
  !one.shadowRoot &&
  one.namespaceURI === HTML &&
  one.matches(':defined');

/**
 * Whether what is exchanged in a page with scripts is seen wherever a script shows it: what was drawn on a
 * canvas is drawn, and nobody sees into a closed shadow root.
 *
 * @param {Document} document
 */
export const canWatch = (document) =>
  !findAll(document, 'canvas').length && !findAll(document, '*').some(isSecretive);

/**
 * @param {object} options
 * @param {import('./world.js').FullWindow} options.window
 * @param {Document} options.document
 * @param {import('./asset_places.js').AssetPlaces} options.places
 * @param {(places: Iterable<import('./asset_places.js').Place>) => void} options.renew gives these places
 *   the new URLs
 * @returns {() => void} to be called when the first file is exchanged, and may be called again
 */
export function createAssetWatch({ window, document, places, renew }) {
  const watched = new WeakSet();
  /** @type {MutationObserver | undefined} */
  let observer;

  /** @param {any} element */
  function renewSheet(element) {
    if (element.sheet) renew(places.inSheet(element.sheet));
    else listen(element, 'load', () => renew(places.inSheet(element.sheet)));
  }

  /** @param {Node} node */
  function look(node) {
    if (!(node instanceof window.Element)) return;
    renew(places.within(node));
    for (const one of [node, ...node.querySelectorAll(SHEETS)]) {
      if (one.matches(SHEETS)) renewSheet(one);
    }
    for (const root of rootsIn(/** @type {any} */ (node)).slice(1)) watch(root);
    if (node.shadowRoot) watch(node.shadowRoot);
  }

  /** @param {MutationRecord[]} records */
  function note(records) {
    for (const { type, target, addedNodes } of records) {
      if (type === 'attributes') renew(places.ofElement(/** @type {Element} */ (target)));
      else if (target instanceof window.HTMLStyleElement) renewSheet(target);
      addedNodes.forEach(look);
    }
  }

  /** @param {Node} root */
  function watch(root) {
    if (watched.has(root)) return;
    watched.add(root);
    observer ??= new window.MutationObserver(note);
    observer.observe(root, WATCHED);
    if (root !== document) root.childNodes.forEach(look);
  }

  return () => rootsIn(document).forEach(watch);
}
