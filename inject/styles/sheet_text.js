/**
 * sheet_text: gives a style sheet that is shown the rules of another text, in place.
 *
 * The sheet object, its element and the address in that stay, since scripts and selectors may know them.
 * All is done between two frames. The two texts are compared, and only the rules that differ are
 * exchanged. That these rules are still what the old text says is checked first, as a script may have
 * changed them.
 */

import { cutRules, importedUrl } from './css_pieces.js';

/**
 * @typedef {object} SheetText a text, cut into its rules
 * @property {string} text
 * @property {string[]} head the statements before all other rules: imports and the like
 * @property {string[]} body
 *
 * @typedef {object} Hunk
 * @property {number} from
 * @property {number} to
 * @property {string[]} pieces that come in the place of these pieces of the old text
 * @property {number} [at] where the old rules are in the sheet
 * @property {number} [size] how many they are
 */

const HEAD = /^@(?:import|layer|namespace)\b[^]*[^}]$/i;

/**
 * @param {string} text
 * @returns {SheetText}
 */
export function readSheet(text) {
  const pieces = cutRules(text);
  const first = pieces.findIndex((piece) => !HEAD.test(piece));
  const size = first < 0 ? pieces.length : first;
  return { text, head: pieces.slice(0, size), body: pieces.slice(size) };
}

/** @param {string} piece */
const isNamespace = (piece) => /^@namespace/i.test(piece);

/** @type {(a: string[], b: string[]) => boolean} */
const isSame = (a, b) => a.length === b.length && a.every((piece, i) => piece === b[i]);

/** @param {SheetText} sheet @returns {(string | undefined)[]} undefined stands for a URL with escapes */
export const importsOf = ({ head }) =>
  head.filter((piece) => /^@import/i.test(piece)).map(importedUrl);

/**
 * @param {SheetText | undefined} old
 * @param {SheetText} next
 * @returns {(string | undefined)[]} the URLs of all imports in next when those in old may be others
 */
export const comingImports = (old, next) =>
  old && !isSame(old.head, next.head) ? importsOf(next) : [];

/**
 * @param {CSSRule} rule
 * @returns {string} the rule as the browser tells it, without what page/asset_places.js does to the
 *   addresses of pictures
 */
function lookOf({ cssText }) {
  if (!/url\(/i.test(cssText)) return cssText;
  return cssText
    .replace(/[?&]liveserve=\w+/g, '')
    .replace(/url\(\s*("|')(.*?)\1\s*\)/gi, 'url($2)');
}

/** An import, a layer or a namespace, which can stand before all other rules. @param {CSSRule} rule */
const isStatement = ({ cssText }) => HEAD.test(cssText);

/** @param {CSSStyleSheet} sheet @returns {number} how many rules are before the body */
function headSize({ cssRules }) {
  let size = 0;
  while (size < cssRules.length && isStatement(cssRules[size])) size++;
  return size;
}

/**
 * @param {string[]} olds
 * @param {string[]} news
 * @returns {Hunk[]}
 */
function findHunks(olds, news) {
  const most = Math.min(olds.length, news.length);
  let start = 0;
  while (start < most && olds[start] === news[start]) start++;
  let end = 0;
  while (end < most - start && olds.at(-1 - end) === news.at(-1 - end)) end++;
  const to = olds.length - end;
  if (olds.length !== news.length) {
    return [{ from: start, to, pieces: news.slice(start, news.length - end) }];
  }
  /** @type {Hunk[]} */
  const hunks = [];
  for (let i = start; i < to; i++) {
    if (olds[i] === news[i]) continue;
    if (hunks.at(-1)?.to !== i) hunks.push({ from: i, to: i, pieces: [] });
    const last = /** @type {Hunk} */ (hunks.at(-1));
    last.to = i + 1;
    last.pieces.push(news[i]);
  }
  return hunks;
}

/** @type {(sheet: CSSStyleSheet, at: number | undefined, size: number | undefined, pieces: string[]) => void} */
function exchange(sheet, at = 0, size = 0, pieces) {
  for (let i = at + size - 1; i >= at; i--) sheet.deleteRule(i);
  // From the last one on: no import can be put behind a layer.
  for (const piece of [...pieces].reverse()) {
    try {
      sheet.insertRule(piece, at);
    } catch {
      // The browser does not know such a rule.
    }
  }
}

/** @type {(sheet: CSSStyleSheet, at: number, looks: string[]) => boolean} */
const isAt = ({ cssRules }, at, looks) =>
  at + looks.length <= cssRules.length &&
  looks.every((look, i) => lookOf(cssRules[at + i]) === look);

/**
 * @typedef {(head: string[], pieces: string[]) => string[]} LooksOf what the browser tells of the rules in
 *   these pieces, with the namespaces in head
 */

/**
 * Finds the rules of a hunk. The browser has left out some of the rules that it does not know, so a rule
 * may stand further to the front. The rules around it are looked at, too, as far as it needs to be sure.
 *
 * @type {(sheet: CSSStyleSheet, old: SheetText, hunk: Hunk, looksOf: LooksOf) => boolean}
 */
function find(sheet, { head, body }, hunk, looksOf) {
  const { from, to } = hunk;
  const first = headSize(sheet);
  const reach = Math.abs(sheet.cssRules.length - first - body.length);
  const middle = looksOf(head, body.slice(from, to));
  for (let near = 1; ; near *= 8) {
    const start = Math.max(0, from - near);
    const before = looksOf(head, body.slice(start, from));
    const looks = [...before, ...middle, ...looksOf(head, body.slice(to, to + near))];
    const places = [];
    for (let at = Math.max(0, start - reach); at <= start + reach; at++) {
      if (isAt(sheet, first + at, looks)) places.push(first + at + before.length);
    }
    [hunk.at, hunk.size] = [places[0], middle.length];
    const isAll = !start && to + near >= body.length;
    if (places.length < 2 || isAll) return places.length === 1;
  }
}

/** @type {(sheet: CSSStyleSheet, olds: string[], news: string[]) => boolean} */
function changeHead(sheet, olds, news) {
  if (isSame(olds, news)) return true;
  const size = headSize(sheet);
  if (size !== olds.length) return false;
  exchange(sheet, 0, size, news);
  return headSize(sheet) === news.length;
}

/**
 * @typedef {object} SheetTexts
 * @property {(sheet: any) => SheetText | undefined} of what was put into the sheet last
 * @property {(sheet: any, next: SheetText, old: SheetText) => boolean} change makes of a sheet with the
 *   rules of old one with those of next. Returns false when it cannot be proved that they are those of old
 * @property {(sheet: any, next: SheetText) => boolean} fill does so with a sheet of which it does not
 *   matter what rules it has. Returns false when the sheet does not take all of next
 * @property {(sheet: any, next: SheetText) => boolean} isRight whether the sheet has the rules of next, and
 *   no other ones
 */

/**
 * @param {typeof CSSStyleSheet} Sheet
 * @returns {SheetTexts}
 */
export function createSheetTexts(Sheet) {
  /** @type {WeakMap<CSSStyleSheet, SheetText>} */
  const known = new WeakMap();

  /** @type {LooksOf} */
  function looksOf(head, pieces) {
    const sheet = new Sheet();
    sheet.replaceSync([...head.filter(isNamespace), ...pieces].join('\n'));
    return [...sheet.cssRules].filter((rule) => !('namespaceURI' in rule)).map(lookOf);
  }

  /** @type {SheetTexts['isRight']} */
  function isRight(sheet, next) {
    const looks = looksOf(next.head, next.body);
    const size = next.head.length;
    const isWhole = sheet.cssRules.length === size + looks.length;
    return isWhole && hasHead(sheet, next) && isAt(sheet, size, looks);
  }

  return {
    of: (sheet) => known.get(sheet),
    isRight,
    change(sheet, next, old) {
      // A namespace can only come where there are no other rules, and changes what they mean.
      const isAnew = !isSame(old.head.filter(isNamespace), next.head.filter(isNamespace));
      const hunks = isAnew
        ? [{ from: 0, to: old.body.length, pieces: next.body }]
        : findHunks(old.body, next.body);
      if (!hunks.every((hunk) => find(sheet, old, hunk, looksOf))) return false;
      if (isAnew) {
        const [hunk] = hunks;
        exchange(sheet, hunk.at, hunk.size, []);
        hunk.size = 0;
      }
      if (!changeHead(sheet, old.head, next.head)) return false;
      known.set(sheet, next);
      const shift = next.head.length - old.head.length;
      return hunks.reverse().every(({ at = 0, size, pieces }) => {
        exchange(sheet, at + shift, size, pieces);
        return isAt(sheet, at + shift, looksOf(next.head, pieces));
      });
    },
    fill(sheet, next) {
      known.set(sheet, next);
      if (isRight(sheet, next)) return true;
      const { head, body } = next;
      // An import that is put into the sheet has to load.
      const kept = hasHead(sheet, next) ? head.length : 0;
      const coming = [...head.slice(kept), ...body];
      exchange(sheet, kept, sheet.cssRules.length - kept, coming);
      return isRight(sheet, next);
    },
  };
}

/** @type {(sheet: CSSStyleSheet, text: SheetText) => boolean} */
function hasHead(sheet, { head }) {
  const rules = [...sheet.cssRules].slice(0, headSize(sheet));
  return isSame(
    rules.map((rule) => plain(rule.cssText)),
    head.map(plain),
  );
}

/** @param {string} text of a statement @returns {string} the same for each way to write it */
const plain = (text) =>
  text
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/^@\w+/, (name) => name.toLowerCase())
    .replace(/url\(|["'\s;()]/gi, '');
