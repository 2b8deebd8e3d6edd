/**
 * patch: brings a document without scripts to a new state in place.
 *
 * The new state is compared with the snapshot. What differs between these two is changed in both the
 * snapshot and the document that is shown, and nothing else is. So what the user did to it (typed, opened,
 * scrolled, selected), and what an extension of the browser put into it, stays as it is.
 */

import { createSheetExchange } from '../styles/sheet_exchange.js';
import { diffChildren, NEVER_CHANGED, textOf } from './diff_children.js';
import { noteFields } from './fields.js';
import { commentsIn, doctypeOf, partOf } from './inert_page.js';
import { findObstacle } from './obstacles.js';
import { describeSource, pair, STATEFUL } from './snapshot.js';

const COMES_ANEW = 'video, audio, meta';

/** @param {any} node */
const isKept = (node) => node.getAttribute?.('data-liveserve') === 'keep';

/**
 * Whether the element that the address points to is the one that a load would find. The browser has looked for
 * it only once.
 *
 * @param {Document} document
 */
function isTargetRight(document) {
  const name = decodeURIComponent(document.location.hash.slice(1));
  if (!name) return true;
  const found = document.getElementById(name) ?? document.getElementsByName(name)[0] ?? null;
  return document.querySelector(':target') === found;
}

/** See inert_page.js. @param {Document} document */
const hasTies = (document) =>
  [...document.querySelectorAll('input, select, textarea, button, fieldset, output, object')].some(
    (one) => {
      const { form } = /** @type {any} */ (one);
      return form && !form.contains(one) && !one.hasAttribute('form');
    },
  );

/**
 * What the user has written there is not overwritten.
 *
 * @param {any} old
 * @param {any} live
 */
const isWritten = (old, live) =>
  !!old.hasAttribute?.('contenteditable') &&
  live.isContentEditable &&
  old.textContent !== live.textContent;

/**
 * @param {any[]} gone
 * @param {any[]} come
 * @returns {Map<any, any>} for nodes that come, the equal ones that go, each of them once. What loads again
 *   when it is moved is not among them
 */
function findMoved(gone, come) {
  const moved = new Map();
  const elements = gone.filter(
    (one) =>
      one.localName && !one.matches(NEVER_CHANGED) && one.querySelector(NEVER_CHANGED) === null,
  );
  if (elements.length === 0) return moved;
  const byText = new Map(elements.map((one) => [textOf(one), one]));
  for (const one of come) {
    const text = textOf(one);
    if (byText.has(text)) moved.set(one, byText.get(text));
    byText.delete(text);
  }
  return moved;
}

/**
 * Only when an option comes or goes does Chromium surely give a select the width of the texts that its options have
 * now.
 *
 * @param {any} select
 */
function measureAgain(select) {
  const { selectedIndex, options, multiple, ownerDocument } = select;
  // In MathML there is an element of that name, too.
  if (!options || multiple) return;
  const option = ownerDocument.createElement('option');
  select.append(option);
  option.remove();
  select.selectedIndex = selectedIndex;
}

/**
 * In Chromium a move with moveBefore takes the controls of a film away, and the colour scheme of a meta element.
 *
 * @param {Element} node
 */
const mustComeAnew = (node) => node.matches(COMES_ANEW) || node.querySelector(COMES_ANEW) !== null;

/**
 * @param {any} node
 * @param {any} last the sibling after which it comes; null when it becomes the first child of parent
 * @param {any} parent
 */
function moveAfter(node, last, parent) {
  const next = last ? last.nextSibling : parent.firstChild;
  if (next === node) return;
  // This one keeps what is scrolled and focused.
  if (parent.moveBefore && !mustComeAnew(node)) parent.moveBefore(node, next);
  else parent.insertBefore(node, next);
}

/**
 * @param {Element} old
 * @param {Element} next
 * @param {any} live the shown element for old
 */
function changeAttributes(old, next, live) {
  for (const { name } of [...old.attributes]) {
    if (!next.hasAttribute(name)) for (const one of [live, old]) one.removeAttribute(name);
  }
  for (const attribute of next.attributes) {
    if (old.getAttribute(attribute.name) === attribute.value) continue;
    // As a node it keeps its namespace, which xlink:href needs.
    for (const one of [live, old]) one.setAttributeNode(attribute.cloneNode());
  }
}

/**
 * @typedef {import('./inert_page.js').Page} Page
 *
 * @typedef {object} PatchOptions
 * @property {Document} document
 * @property {import('./snapshot.js').Snapshot} snapshot of the document; each patch brings it up to date
 * @property {() => void} changed called before what has come into the page is painted
 * @property {() => void} settled called when nothing more will change, before that is painted
 * @property {import('./world.js').Later} later
 * @property {WeakMap<Node, import('./snapshot.js').Source>} sources see snapshot.js; a patch brings them up to
 *   date, too
 */

/**
 * @param {PatchOptions} options
 * @returns {(next: Page) => Promise<boolean>} false when only a reload can show next. Rejects when the
 *   document is not what it was. Takes nodes of next
 */
export function createPatch(options) {
  const { document, snapshot, sources, settled } = options;
  const { root, shown } = snapshot;
  const sheets = createSheetExchange(options);
  const change = createChange(options, sheets);

  /** From now on what is else in these elements is of the user. */
  function noteSources() {
    for (const one of root.querySelectorAll(STATEFUL)) {
      const live = shown.get(one);
      if (live) sources.set(live, describeSource(one));
    }
  }

  /** @type {(next: Page, comments: Comment[], settleFields: () => void) => Promise<boolean>} */
  async function bringTo(next, comments, settleFields) {
    changeAttributes(root, next.root, document.documentElement);
    comments.forEach((one, i) => {
      if (one.data !== next.comments[i].data) one.data = next.comments[i].data;
    });
    for (const name of ['head', 'body']) {
      const [old, wanted] = [root, next.root].map(
        (one) => /** @type {Element} */ (partOf(one, name)),
      );
      if (old.isEqualNode(wanted)) continue;
      change(old, wanted);
      if (!(await sheets.finish())) return false;
    }
    settleFields();
    settled();
    return isTargetRight(document);
  }

  return async (next) => {
    const settleFields = noteFields(snapshot, next.root);
    const around = commentsIn(document);
    const before = {
      root,
      doctype: doctypeOf(document),
      hasTies: hasTies(document),
      ...around,
    };
    if (!settleFields || findObstacle(before, next)) return false;
    return bringTo(next, around.comments, settleFields).finally(noteSources);
  };
}

/**
 * @param {PatchOptions} options
 * @param {import('../styles/sheet_exchange.js').SheetExchange} sheets
 * @returns {(old: any, next: any) => void} makes a node of the snapshot, and the shown one for it, what
 *   next is
 */
function createChange({ document, snapshot: { shown } }, sheets) {
  /** @param {Node} node */
  function shownFor(node) {
    const live = /** @type {any} */ (shown.get(node));
    if (!live.isConnected) throw live;
    return live;
  }

  /** @type {(old: any, next: any) => void} */
  function change(old, next) {
    const live = shownFor(old);
    if (isKept(next) || isWritten(old, live)) {
      shown.set(next, live);
      return old.replaceWith(next);
    }
    if (next.data !== old.data) live.data = old.data = next.data;
    if (next.attributes) changeAttributes(old, next, live);
    changeChildren(old, next, live);
    if (live.localName === 'select') measureAgain(live);
  }

  /** @type {(old: any, next: Node, live: any) => void} */
  function changeChildren(old, next, live) {
    const { olds, news, ...found } = diffChildren([...old.childNodes], [...next.childNodes]);
    // The page may have made anything of a kept element. So when it is no longer kept, a new one comes.
    const partners = found.partners.map((partner, i) =>
      partner && isKept(partner) && !isKept(news[i]) ? null : partner,
    );
    const stay = new Set(partners);
    const gone = olds.filter((child) => !stay.has(child));
    const moved = findMoved(
      gone,
      news.filter((_, i) => !partners[i]),
    );
    const moving = new Set(moved.values());
    for (const child of /** @type {any[]} */ (gone)) {
      if (moving.has(child)) continue;
      sheets.remove(shownFor(child));
      child.remove();
    }
    /** @type {any} */
    let { last } = found;
    news.forEach((child, i) => {
      const partner = /** @type {any} */ (partners[i] ?? moved.get(child));
      if (!partner) insert(child, last, old, live);
      else if (!partners[i]) {
        moveAfter(shownFor(partner), last && shownFor(last), live);
        moveAfter(partner, last, old);
      } else if (!found.equal.has(partner) && !partner.isEqualNode(child)) change(partner, child);
      last = partner?.parentNode ? partner : child;
    });
  }

  /**
   * Puts child into the snapshot, and a copy of it into the document, after last or as the first one.
   *
   * @type {(child: any, last: any, old: any, live: any) => void}
   */
  function insert(child, last, old, live) {
    const added = document.importNode(child, true);
    pair(child, added, shown);
    sheets.add(added);
    if (last) {
      shownFor(last).after(added);
      last.after(child);
    } else {
      live.prepend(added);
      old.prepend(child);
    }
  }

  return change;
}
