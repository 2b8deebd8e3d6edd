/**
 * used_sheets: which style sheets the page uses: those of its elements, and what they import.
 */

import { findAll } from '../page/shadow_roots.js';
import { canonicalUrl } from '../page/url.js';
import { rulesOf } from './css_rules.js';

/**
 * @param {CSSStyleSheet | null | undefined} sheet
 * @param {(string | null | undefined)[]} [above] the URLs of the sheets that import this one
 * @returns {CSSImportRule[]} the imports of sheet and, at any depth, of what it imports; without those of
 *   a sheet above, which browsers leave empty
 */
export function allImports(sheet, above = []) {
  const way = [...above, sheet?.href];
  const found = [];
  for (const rule of /** @type {Iterable<any>} */ (rulesOf(sheet) ?? [])) {
    // No import comes after such a rule. There may be thousands of them.
    if (rule.style) break;
    const { href, styleSheet } = rule;
    if (href && !way.includes(styleSheet?.href)) found.push(rule, ...allImports(styleSheet, way));
  }
  return found;
}

/**
 * @typedef {object} UsedSheets
 * @property {() => any[]} elements links and style elements, in the order of the document
 * @property {() => any[]} sheets those that have loaded and have a URL, also the imported ones
 * @property {(one: any) => string | null} urlOf the canonical URL of a link or an import rule
 * @property {() => Set<string | null>} urls those of all sheets, also of the imported ones
 * @property {() => any[]} kept what style elements import, at any depth, in a browser that
 *   may show it as it was at an earlier load: Firefox keeps a style element with all that it imports, and
 *   shows that for the same text again
 */

/**
 * @param {object} options
 * @param {object} options.window
 * @param {Document} options.document
 * @param {string} options.origin
 * @returns {UsedSheets}
 */
export function createUsedSheets({ window, document, origin }) {
  /** @returns {any[]} */
  const elements = () => findAll(document, 'link[rel~=stylesheet i][href],style');

  /** @param {any} one */
  const urlOf = (one) =>
    canonicalUrl(one.href, origin, one.parentStyleSheet?.href ?? document.baseURI);

  /** Its own sheet has none when it is inline. @param {any} element */
  const urlsOf = (element) =>
    [element, ...allImports(element.sheet)].filter((one) => one.href).map(urlOf);

  /** @param {any} element @returns {any[]} */
  const importedBy = ({ sheet }) => allImports(sheet).map((rule) => rule.styleSheet);
  /** @param {any[]} some */
  const loaded = (some) => some.filter((sheet) => sheet?.href && rulesOf(sheet));

  return {
    elements,
    sheets: () => loaded(elements().flatMap((one) => [one.sheet, ...importedBy(one)])),
    urlOf,
    urls: () => new Set(elements().flatMap(urlsOf)),
    kept: () =>
      'mozInnerScreenX' in window
        ? loaded(elements().flatMap((one) => (one.href ? [] : importedBy(one))))
        : [],
  };
}
