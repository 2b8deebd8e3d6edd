/**
 * sheet_text: gives a style sheet that is shown the rules of another text, in place.
 *
 * The sheet object, its element and the address in that stay, since scripts and selectors may know them.
 * All is done between two frames. Rules that are the same in both texts are not touched.
 */

import { cutRules, importsOf } from './css_pieces.js';
import { rulesIn } from './css_rules.js';
import { importsIn } from './used_sheets.js';

// With var() and its like, what is declared may not be seen in what the browser tells.
const MAY_HIDE = /(?<!url|format|local|tech|rgba?|hsla?)\(/i;

/** @param {CSSRule} rule */
const isImport = (rule) => 'styleSheet' in rule;

/**
 * @param {any} sheet
 * @returns {string} the rules as the browser tells them, without what page/asset_places.js does to the
 *   addresses of pictures
 */
const lookOf = (sheet) =>
  rulesIn(sheet)
    .filter((rule) => !isImport(rule))
    .map((rule) => rule.cssText)
    .join('\n')
    .replace(/[?&]liveserve=\w+/g, '')
    .replace(/url\(\s*("|')(.*?)\1\s*\)/gi, 'url($2)');

/** @param {string} text of an import @returns {string} the same for each way to write it */
const plainImport = (text) =>
  text
    .replace(/\/\*[^]*?\*\//g, ' ')
    .replace(/^@import\s*(?:url\(\s*)?["']?((?:[^"'\\)\s]|\\[^])*)["']?\s*\)?/i, '$1 ')
    .replace(/[\s;]/g, '');

/**
 * @typedef {object} Known
 * @property {string} text
 * @property {string} look
 * @property {string[]} imports
 * @property {string[]} rules their texts, one for each rule of the sheet that is no import
 * @property {boolean} [isGuess] the text may be another one that looks the same
 *
 * @typedef {object} SheetTexts
 * @property {(sheet: any) => string | undefined} textOf what was put into the sheet last
 * @property {(sheet: any, text: string, before?: string) => boolean} put gives sheet the rules of text;
 *   before is the text that it was loaded with, when that is known. Returns false when it cannot be
 *   proved that the sheet is now what a load would make of text
 */

/**
 * @param {typeof CSSStyleSheet} Sheet
 * @returns {SheetTexts}
 */
export function createSheetTexts(Sheet) {
  /** @type {WeakMap<CSSStyleSheet, Known>} */
  const known = new WeakMap();

  /** @param {string[]} rules */
  function parse(rules) {
    const sheet = new Sheet();
    sheet.replaceSync(rules.join('\n'));
    return lookOf(sheet);
  }

  /**
   * What the sheet was made of, when no script has changed it since.
   *
   * @type {(sheet: any, before: string) => Known | null}
   */
  function recall(sheet, before) {
    const pieces = cutRules(before);
    const imports = importsOf(pieces);
    const scratch = new Sheet();
    const rules = pieces.filter((piece) => !isImportText(piece) && append(scratch, piece));
    const look = lookOf(scratch);
    return look === lookOf(sheet) ? { text: before, look, imports, rules, isGuess: true } : null;
  }

  return {
    textOf: (sheet) => known.get(sheet)?.text,
    put(sheet, text, before) {
      const old = known.get(sheet) ?? (before === undefined ? undefined : recall(sheet, before));
      if (old === null || (old && old.look !== lookOf(sheet))) return false;
      const pieces = cutRules(text);
      const imports = importsOf(pieces);
      const shown = importsIn(sheet).map((rule) => rule.cssText);
      const olds = old?.imports ?? shown;
      if (`${olds.map(plainImport)}` !== `${imports.map(plainImport)}`) return false;
      if (imports.length !== shown.length) return false;
      const look = parse(pieces.filter((piece) => !isImportText(piece)));
      const rules = exchange(sheet, pieces, imports.length, old);
      known.set(sheet, { text, look, imports, rules });
      return lookOf(sheet) === look;
    },
  };
}

/** @param {string} piece */
const isImportText = (piece) => /^@import/i.test(piece);

/**
 * @param {CSSStyleSheet} sheet
 * @param {string} rule
 * @param {number} [at] else at the end
 * @returns {boolean} whether the browser has taken it
 */
function append(sheet, rule, at = sheet.cssRules.length) {
  try {
    sheet.insertRule(rule, at);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {CSSStyleSheet} sheet
 * @param {string[]} pieces of the new text
 * @param {number} imports how many of its first rules are imports, which stay
 * @param {Known} [old] what the sheet was made of, when that is known
 * @returns {string[]} the texts of the rules that it has now, without the imports
 */
function exchange(sheet, pieces, imports, old) {
  const olds = old?.rules ?? [];
  const news = pieces.filter((piece) => !isImportText(piece));
  const most = Math.min(olds.length, news.length);
  /** @type {(i: number) => boolean} */
  const stays = (i) =>
    olds.at(i) === news.at(i) &&
    !(old?.isGuess && MAY_HIDE.test(/** @type {string} */ (news.at(i))));
  let start = 0;
  while (start < most && stays(start)) start++;
  let end = 0;
  while (end < most - start && stays(-1 - end)) end++;

  // Layers may stand before imports. Such rules are few, and are all put in again.
  const isPlain = [...sheet.cssRules].slice(0, imports).every(isImport) && isImportsFirst(pieces);
  if (!isPlain) start = end = 0;
  const from = isPlain ? imports + start : 0;
  for (let i = sheet.cssRules.length - end - 1; i >= from; i--) {
    if (!isImport(sheet.cssRules[i])) sheet.deleteRule(i);
  }
  let at = from;
  const taken = news.slice(0, start);
  const rest = isPlain ? news.slice(start, news.length - end) : pieces;
  for (const piece of rest) {
    if (isImportText(piece)) {
      if (sheet.cssRules[at] && isImport(sheet.cssRules[at])) at++;
    } else if (append(sheet, piece, at)) {
      taken.push(piece);
      at++;
    }
  }
  return [...taken, ...news.slice(news.length - end)];
}

/** @param {string[]} pieces */
const isImportsFirst = (pieces) => pieces.slice(0, importsOf(pieces).length).every(isImportText);
