/**
 * stylesheets: brings the style sheets of the page up to date without a flash.
 *
 * The new text of a file is put into every sheet that was made of it, however it got into the page: by a
 * link, by a style element that imports, or by another sheet. What comes into the page later under the
 * same address may be the old one, which Firefox has in its memory. So it gets the new text, too.
 */

import { freshHref } from '../page/url.js';
import { listen } from '../page/world.js';
import { createCssSource } from './css_source.js';
import { createCheck } from './remembered_imports.js';
import { createSheetTexts } from './sheet_text.js';
import { createUsedSheets } from './used_sheets.js';

/**
 * @typedef {object} StylesheetParts
 * @property {() => void} retry tries again what could not be had, when the server is back
 * @property {() => void} renew gives the newest text to what has come into the page
 *
 * @typedef {import('../page/changes.js').Updater & StylesheetParts} Stylesheets
 */

/**
 * @param {object} options
 * @param {import('../page/world.js').FullWindow} options.window
 * @param {Document} options.document
 * @param {string} options.origin
 * @param {() => string} options.stamp another one each time
 * @param {() => void} options.giveUp called when only a reload can help
 * @param {(sheet: CSSStyleSheet) => void} options.prepare called before a new sheet is shown
 * @returns {Stylesheets}
 */
export function createStylesheets(options) {
  const { window, stamp, giveUp, prepare } = options;
  const { elements, sheets, urlOf, urls, remembered } = createUsedSheets(options);
  const source = createCssSource(options);
  const sheetTexts = createSheetTexts(window.CSSStyleSheet);
  /**
   * By address, the newest text of every sheet that ever changed.
   *
   * @type {Map<string, string>}
   */
  const texts = new Map();
  /** By address, the last request for it. @type {Map<string, string>} */
  const asked = new Map();
  /** @type {Set<string | null>} */
  const failed = new Set();

  let isWatching = false;
  const check = createCheck(
    { ...options, source, sheetTexts, remembered },
    ({ href }) => !urlOf({ href }) || texts.has(href),
  );

  /** @param {(href: string) => string | undefined} [before] the text that a sheet was loaded with */
  function renew(before = () => undefined) {
    for (const sheet of sheets()) {
      const text = texts.get(sheet.href);
      if (text === undefined || sheetTexts.textOf(sheet) === text) continue;
      if (!sheetTexts.put(sheet, text, before(sheet.href))) return giveUp();
      prepare(sheet);
    }
    check().catch(() => {});
  }

  /** @type {(href: string, kind: string, integrity: string) => Promise<void>} */
  async function bring(href, kind, integrity) {
    const ticket = stamp();
    asked.set(href, ticket);
    const [text, before] = await Promise.all([
      source.fetch(freshHref(href, ticket), kind === 'deleted', integrity),
      sheets().some((sheet) => sheet.href === href && sheetTexts.textOf(sheet) === undefined)
        ? source.recall(href)
        : undefined,
    ]);
    if (asked.get(href) !== ticket) return;
    if (text === null) return void failed.add(urlOf({ href }));
    texts.set(href, text);
    renew(() => before);
    if (kind !== 'deleted')
      elements()
        .filter((one) => one.href === href)
        .forEach(loadMissing);
  }

  /** @param {Map<string | null, string>} kinds */
  function update(kinds) {
    if (!isWatching) watch(window, () => renew());
    isWatching = true;
    for (const url of kinds.keys()) failed.delete(url);
    /** @type {Map<string, string>} */
    const wanted = new Map();
    for (const { href, integrity = '' } of [...sheets(), ...elements()])
      wanted.set(href, integrity);
    for (const [href, integrity] of wanted) {
      const kind = href && kinds.get(urlOf({ href }));
      if (kind) bring(href, kind, integrity).catch(giveUp);
    }
  }

  return {
    urls,
    update,
    renew,
    retry: () => update(new Map([...failed].map((url) => [url, 'modified']))),
  };
}

/** A link whose file was missing may have no sheet. @param {HTMLLinkElement} link */
function loadMissing(link) {
  if (!link.sheet && !link.disabled) link.parentNode?.insertBefore(link, link.nextSibling);
}

/**
 * From the first change on, what a script brings in or points elsewhere is looked at.
 *
 * @param {import('../page/world.js').FullWindow} window
 * @param {() => void} renew
 */
function watch(window, renew) {
  const { document } = window;
  const isSheet = (/** @type {Node} */ node) => /^(link|style)$/i.test(node.nodeName);
  listen(document, 'load', ({ target }) => isSheet(target) && renew(), true);
  new window.MutationObserver((records) => {
    if (records.some((one) => [one.target, ...one.addedNodes].some(isSheet))) renew();
  }).observe(document, {
    subtree: true,
    childList: true,
    attributeFilter: ['href', 'rel', 'disabled'],
  });
}
