/**
 * positions: which place in a file an element of the page comes from, and which element is at a place.
 *
 * Nothing is noted in the page. Each time that somebody is about to ask, the server is asked whether the source is
 * another one, and the elements are compared anew: scripts may have changed them, and a patch in place.
 */

import { matchTrees } from './match_trees.js';
import { parseMarked } from './source_marks.js';
import { filePlaceOf, PLACES_FIELD, PLACES_TYPE, readSource, textPlacesOf } from './source_text.js';

/**
 * @typedef {import('./source_text.js').FilePlace} FilePlace
 * @typedef {import('../page/world.js').FullWindow} FullWindow
 *
 * @typedef {object} Found
 * @property {FilePlace} place
 * @property {Element} element the one that is there in the source
 * @property {boolean} isOwn false: the element that was asked for was made by a script, and this one is around it
 *
 * @typedef {object} Positions
 * @property {(isAgain: boolean) => Promise<boolean>} prepare to be called before the others. isAgain: the server is
 *   asked for a newer source. Returns false when there is no source
 * @property {(ms: number) => boolean} compare compares the elements anew, unless that was done in so many milliseconds;
 *   returns whether it did
 * @property {(element: Element) => Found | null} find
 * @property {(url: string, offset: number) => Element | null} elementAt what is at a byte of the text of a file
 */

/** @param {any} node @returns {Element | null} the element around it, beyond shadow roots */
const around = (node) => node.parentElement ?? node.getRootNode().host ?? null;

/**
 * @param {FullWindow} window
 * @param {string | null} tag of the source that is known
 * @returns {Promise<{tag: string | null, source: import('./source_text.js').SourceText | null} | null>} null when it is
 *   still that one
 */
async function fetchSource({ fetch, document, location }, tag) {
  const answer = await fetch(location.href, {
    headers: { Accept: PLACES_TYPE, ...(tag && { 'If-None-Match': tag }) },
    cache: 'no-store',
  });
  if (answer.status === 304) return null;
  const field = answer.headers.get(PLACES_FIELD);
  const source = field && readSource(field, await answer.arrayBuffer(), document.characterSet);
  return { tag: source && answer.headers.get('etag'), source: source || null };
}

/**
 * @param {FullWindow} window whose document is asked about
 * @returns {Positions}
 */
export function createPositions(window) {
  const { document, performance } = window;
  /** @type {import('./source_text.js').SourceText | null} */
  let source = null;
  /** @type {import('./source_marks.js').MarkedTree | null} */
  let tree = null;
  /** @type {string | null} */
  let tag = null;
  /** @type {Map<Element, Element>} */
  let partners = new Map();
  let comparedAt = 0;
  /** @type {Promise<boolean> | null} */
  let preparing = null;

  function compare() {
    if (tree) partners = matchTrees(tree, { root: document.documentElement });
    comparedAt = performance.now();
  }

  async function prepare() {
    const next = await fetchSource(window, tag);
    if (next) {
      ({ source, tag } = next);
      tree = source && parseMarked(source.text, document, window.DOMParser);
    }
    compare();
    return !!tree;
  }

  return {
    prepare(isAgain) {
      if (!isAgain && tree && !preparing) return Promise.resolve(true);
      return (preparing ??= prepare().finally(() => (preparing = null)));
    },
    compare(ms) {
      if (performance.now() < comparedAt + ms) return false;
      compare();
      return true;
    },
    find(asked) {
      for (let one = /** @type {Element | null} */ (asked); one; one = around(one)) {
        const original = partners.get(one);
        const mark = original && tree?.places.get(original);
        const place = source && mark && filePlaceOf(source, mark.at);
        if (place) return { place, element: one, isOwn: one === asked };
      }
      return null;
    },
    elementAt(url, offset) {
      const [at] = source ? textPlacesOf(source, url, offset) : [];
      const found = tree && at !== undefined && innermost(tree, at);
      if (!found) return null;
      for (const [live, original] of partners) if (original === found) return live;
      return null;
    },
  };
}

/**
 * An element without an end tag goes on until the next one beside it, or the end of what is around it.
 *
 * @param {import('./source_marks.js').MarkedTree} tree
 * @param {number} at
 * @returns {Element | null} the innermost element that at is in
 */
function innermost({ root, places }, at) {
  /** @param {any} element @returns {Element[]} */
  const childrenOf = (element) => [...(element.content ?? element).children];
  let found = null;
  for (let list = [root]; list.length;) {
    /** @type {Element | undefined} */
    let next;
    let begin = -1;
    for (const one of list) {
      const place = places.get(one) ?? placeOfFirst(one, places);
      // What the parser has moved to the front of others begins after them.
      if (!place || place.at > at || place.at < begin) continue;
      begin = place.at;
      next = place.end !== undefined && place.end <= at ? undefined : one;
    }
    if (next && places.has(next)) found = next;
    list = next ? childrenOf(next) : [];
  }
  return found;
}

/**
 * The parser makes some elements that are not in the source: html, head, body, tbody.
 *
 * @param {Element} element
 * @param {Map<Element, import('./source_marks.js').Place>} places
 * @returns {import('./source_marks.js').Place | undefined} the beginning of the first element in it that is
 */
function placeOfFirst(element, places) {
  for (const one of element.querySelectorAll('*')) {
    const place = places.get(one);
    if (place) return { at: place.at };
  }
}
