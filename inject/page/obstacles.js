/**
 * obstacles: the conditions under which a document can be brought to another state in place. Where one of
 * them does not hold, only a load shows what a load would show.
 */

import { changeUrls } from './asset_places.js';
import { UNSURE } from './fields.js';
import { partOf } from './inert_page.js';
import { hasRightToLeft } from './layout.js';
import { hasScripts } from './snapshot.js';

/** @typedef {import('./inert_page.js').Page} Page */

/** @type {(page: Page, selector: string) => string} */
const htmlOf = ({ root }, selector) =>
  [...root.querySelectorAll(selector)].map((one) => one.outerHTML).join();

/** The same without what is in the elements. @type {(page: Page, selector: string) => string} */
const tagsOf = ({ root }, selector) =>
  [...root.querySelectorAll(selector)]
    .map((one) => /** @type {Element} */ (one.cloneNode()).outerHTML)
    .join();

// What loads something, or may: a base in front of it is the one that counts.
const LOADS = 'base, [href], [src], [srcset], [data], [poster], [style], style';

const URL_ATTRIBUTE = /(^|:)(href|src|data|(form)?action|to|from|values)$/;
const SVG_HANDLER = /^on(begin|end|repeat)$/;
const MAYBE_RUNS = './/@*[starts-with(name(), "on") or contains(., ":")]';

/** @param {any} attribute */
function runs({ name, value, ownerElement }) {
  const isHandler = /^on/.test(name) && (name in ownerElement || SVG_HANDLER.test(name));
  // As a browser reads a URL: without its white space and control characters.
  const url = value.replace(/[\0- ]/g, '');
  return isHandler || (URL_ATTRIBUTE.test(name) && /^javascript:/i.test(url));
}

/** @param {Page} page */
function hasHandlers({ root }) {
  const found = root.ownerDocument.evaluate(MAYBE_RUNS, root, null, /* UNORDERED_ITERATOR */ 4);
  for (let one; (one = found.iterateNext());) if (runs(one)) return true;
  return false;
}

/** @param {Page} page */
function hasSharedList({ root }) {
  const lists = [...root.querySelectorAll('input[list]')].map((one) => one.getAttribute('list'));
  const ids = lists.length ? [...root.querySelectorAll('[id]')].map(({ id }) => id) : [];
  return lists.some((id) => ids.filter((one) => one === id).length > 1);
}

/**
 * Whether a picture of a set may be in the browser's memory because something else shows it. Then it depends on which
 * comes first what Chromium takes of the set.
 *
 * @param {Page} page
 */
function hasSharedSet(page) {
  const sets = [...page.root.querySelectorAll('[srcset]')];
  const others = ':is([src], [poster], [style]):not([srcset], picture > *)';
  const text = sets.length ? tagsOf(page, others) + htmlOf(page, 'style') : '';
  return sets.some((set) => {
    let isShared = false;
    changeUrls('srcset', `${set.getAttribute('srcset')}`, (url) => {
      isShared ||= text.includes(url);
      return url;
    });
    return isShared;
  });
}

/** Also in the root element itself. @type {(page: Page, selector: string) => boolean} */
const has = ({ root }, selector) => root.matches(selector) || !!root.querySelector(selector);

/**
 * What must be the same in both states.
 *
 * @type {Record<string, (page: Page) => unknown>}
 */
const SAME = {
  'the doctype, which decides how the page is laid out': ({ doctype }) => doctype,
  'that there is a body, and no frameset': ({ root }) => !partOf(root, 'body'),
  'what a browser reads only when it loads': (page) =>
    htmlOf(page, 'base, meta[http-equiv], meta[charset], template:not([shadowrootmode])'),
  // Its policy keeps away the style sheets of others, and only a load brings another policy.
  'whether it is the list of a folder': ({ root }) => root.hasAttribute('data-liveserve-listing'),
  'what has the focus at first': (page) => tagsOf(page, '[autofocus]'),
  'the details of which one is open at a time': (page) => tagsOf(page, 'details[name]'),
  'how many comments and white spaces are around head and body': ({ places }) => places,
  'the sets of style sheets among which the browser chooses': (page) =>
    htmlOf(page, 'link[rel~="stylesheet" i][title], style[title]'),
  // Chromium takes one that it has in its memory.
  'the sets of pictures among which the browser chooses': (page) => tagsOf(page, '[srcset]'),
  'the colours of links in body': ({ root }) =>
    ['link', 'alink', 'vlink'].map((name) => partOf(root, 'body')?.getAttribute(name)),
  'the language': ({ root }) =>
    [root, partOf(root, 'body')].flatMap((one) =>
      ['lang', 'dir'].map((name) => one?.getAttribute(name)),
    ),
  // A document in which there once was some is laid out in another way.
  'whether there is text from right to left': ({ root }) => hasRightToLeft(root),
};

/**
 * What neither state may have.
 *
 * @type {Record<string, (page: Page) => boolean>}
 */
const NEITHER = {
  scripts: ({ root }) => hasScripts(root),
  'event handlers': hasHandlers,
  // In a page that runs scripts its content is text. Here it is elements.
  noscript: (page) => has(page, 'noscript'),
  'a declared shadow root': (page) => has(page, 'template[shadowrootmode]'),
  'a copy that the browser makes': (page) => has(page, 'selectedcontent'),
  'a base behind what it is for': ({ root }) =>
    !!root.querySelector('base') && root.querySelector(LOADS)?.localName !== 'base',
  'a form that is not around its fields': ({ hasTies }) => hasTies,
  'fields whose first state cannot be said': (page) => has(page, UNSURE),
  // A tab of Chromium may end when moveBefore moves any of these elements.
  'a list with the id of another element': hasSharedList,
  'a set with a picture that is shown elsewhere, too': hasSharedSet,
  'the wish to be reloaded': ({ root }) => root.getAttribute('data-liveserve') === 'reload',
};

/**
 * @param {Page} before
 * @param {Page} next
 * @returns {string | undefined} why next cannot be made of before; undefined when it can
 */
export function findObstacle(before, next) {
  const differs = (/** @type {string} */ what) => `${SAME[what](before)}` !== `${SAME[what](next)}`;
  return (
    Object.keys(SAME).find(differs) ??
    Object.keys(NEITHER).find((what) => NEITHER[what](before) || NEITHER[what](next))
  );
}
