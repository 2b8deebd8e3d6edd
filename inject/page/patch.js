/**
 * patch: brings a document without scripts to a new state in place.
 *
 * The new state is compared with the snapshot. Only what differs between these two is changed in the
 * document that is shown. So what the user did to it (typed, opened, scrolled, selected), and what an
 * extension of the browser put into it, stays as it is.
 */

import { createSheetExchange } from '../styles/sheet_exchange.js';
import { diffChildren } from './diff_children.js';
import { hasScripts, pair } from './snapshot.js';

// What a browser reads once, when it loads a document.
const SETTINGS = 'base, meta[http-equiv], meta[charset]';
// What reads differently in a document that is not shown, and what the page has forbidden.
const OBSTACLES = 'head noscript, template[shadowrootmode], :root[data-liveserve=reload]';

/** @param {Document} page */
const settingsOf = (page) =>
  [...page.querySelectorAll(SETTINGS)].map((one) => one.outerHTML).join();

/** @type {(before: Document, next: Document) => boolean} */
const areComparable = (before, next) =>
  !hasScripts(next) &&
  next.characterSet === before.characterSet &&
  next.compatMode === before.compatMode &&
  settingsOf(next) === settingsOf(before) &&
  ![before, next].some((page) => page.querySelector(OBSTACLES));

/** @param {any} node */
const isKept = (node) => node.getAttribute?.('data-liveserve') === 'keep';

/**
 * A browser that runs scripts reads the content of noscript as text; in a document that is not shown,
 * scripts do not run and the content is elements. It is never shown.
 *
 * @param {Node} node
 */
const childrenOf = (node) => (node.nodeName === 'NOSCRIPT' ? [] : [...node.childNodes]);

/**
 * @param {Element} old
 * @param {Element} next
 * @param {any} live the shown element for old
 */
function changeAttributes(old, next, live) {
  for (const { name, value } of next.attributes) {
    if (old.getAttribute(name) !== value) live.setAttribute(name, value);
  }
  for (const { name } of old.attributes) {
    if (!next.hasAttribute(name)) live.removeAttribute(name);
  }
  // Media elements look at their sources only once.
  if (live.nodeName === 'SOURCE' && !old.isEqualNode(next)) live.parentNode.load?.();
}

/**
 * Inside an element that is kept nothing is changed. Only the new nodes get their shown ones, for the
 * next patch.
 *
 * @param {Node} old
 * @param {Node} next
 * @param {WeakMap<Node, Node>} shown
 */
function pairAlike(old, next, shown) {
  diffChildren(childrenOf(old), childrenOf(next)).forEach((partner, i) => {
    if (!partner) return;
    shown.set(next.childNodes[i], /** @type {Node} */ (shown.get(partner)));
    pairAlike(partner, next.childNodes[i], shown);
  });
}

/**
 * @typedef {object} PatchOptions
 * @property {Document} document
 * @property {import('./snapshot.js').Snapshot} snapshot of the document; each patch brings it up to date
 * @property {WeakMap<Node, Node>} successors from elements that were exchanged since, to the new ones
 * @property {(sheet: HTMLLinkElement) => void} freshen called before a style sheet comes into the page
 * @property {() => void} changed called before what has come into the page is painted
 * @property {import('./world.js').Later} later
 */

/**
 * @param {PatchOptions} options
 * @returns {(next: Document) => Promise<boolean>} false when only a reload can show next; nothing is done
 *   then. Rejects when the document is not what it was
 */
export function createPatch(options) {
  const { document, snapshot, successors } = options;
  const { shown } = snapshot;
  const sheets = createSheetExchange(options);

  /** @param {Node} node */
  function shownFor(node) {
    let live = /** @type {any} */ (shown.get(node));
    while (successors.has(live)) live = successors.get(live);
    if (!live.isConnected) throw live;
    return live;
  }

  /** @type {(old: any, next: any) => void} */
  function change(old, next) {
    const live = shownFor(old);
    shown.set(next, live);
    if (isKept(next)) return pairAlike(old, next, shown);
    if (next.data !== old.data) live.data = next.data;
    if (next.attributes) changeAttributes(old, next, live);
    changeChildren(old, next, live);
  }

  /** @type {(old: Node, next: Node, live: any) => void} */
  function changeChildren(old, next, live) {
    const olds = childrenOf(old);
    const news = childrenOf(next);
    // The page may have made anything of a kept element. So when it is no longer kept, a new one comes.
    const partners = diffChildren(olds, news).map((partner, i) =>
      partner && isKept(partner) && !isKept(news[i]) ? null : partner,
    );
    const stay = new Set(partners);
    for (const child of olds) if (!stay.has(child)) sheets.remove(shownFor(child));
    /** @type {any} */
    let last = null;
    news.forEach((child, i) => {
      if (partners[i]) {
        change(partners[i], child);
        last = shownFor(child);
      } else {
        const added = insert(child);
        if (last) last.after(added);
        else live.prepend(added);
        last = added;
      }
    });
  }

  /** @param {Node} child */
  function insert(child) {
    const added = document.importNode(child, true);
    pair(child, added, shown);
    sheets.add(added);
    return added;
  }

  return async (next) => {
    const before = snapshot.page;
    if (!areComparable(before, next)) return false;
    const [old, root] = [before.documentElement, next.documentElement];
    shown.set(root, shownFor(old));
    changeAttributes(old, root, shownFor(old));
    for (const part of /** @type {const} */ (['head', 'body'])) {
      change(before[part], next[part]);
      await sheets.finish();
    }
    snapshot.page = next;
    return true;
  };
}
