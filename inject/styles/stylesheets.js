/**
 * stylesheets: brings the style sheets of the page up to date without a flash.
 *
 * A <link>, or a <style> that imports, gets a clone beside it, and is removed when the clone has loaded.
 * The imports in the clone are brought up to date before the clone is shown. (If that were done in a
 * sheet that is shown, Chromium would take away all of it until the import has loaded.)
 */

import { refreshUrl } from '../page/url.js';
import { listen } from '../page/world.js';
import { createFreshenImports } from './css_imports.js';
import { rulesIn } from './css_rules.js';
import { createUsedSheets } from './used_sheets.js';

/**
 * @typedef {object} StylesheetParts
 * @property {() => void} retry tries again what could not be had, when the server is back
 * @property {(link: HTMLLinkElement) => void} freshen for a link that is about to come into the page and
 *   may name an old URL
 *
 * @typedef {import('../page/changes.js').Updater & StylesheetParts} Stylesheets
 */

/**
 * @param {object} options
 * @param {Document} options.document
 * @param {string} options.origin
 * @param {() => string} options.stamp another one each time
 * @param {import('../page/world.js').Later} options.later
 * @param {() => void} options.giveUp called when only a reload can help
 * @param {(sheet: CSSStyleSheet) => void} options.prepare called before a new sheet is shown
 * @param {(element: Element, by: Element) => void} options.replaced
 * @returns {Stylesheets}
 */
export function createStylesheets(options) {
  const { stamp, later, giveUp, prepare, replaced } = options;
  /**
   * Of every sheet that ever changed, its last stamp.
   *
   * @type {Map<string | null, string>}
   */
  const stamps = new Map();
  /**
   * From an element to its clone that is still loading.
   *
   * @type {Map<Element, Element>}
   */
  const waiting = new Map();
  /** @type {Set<string | null>} */
  const failed = new Set();

  const { elements, urlOf, urlsOf, urls } = createUsedSheets(options);
  const freshenImports = createFreshenImports(urlOf, stamps, failed, later);

  /** @type {(element: any, isGone: boolean) => Promise<void>} */
  async function swap(element, isGone) {
    const { href } = element;
    const clone = element.cloneNode(true);
    // The sheet of a disabled link is not loaded before it is enabled.
    if (href) refreshUrl(element.disabled ? element : clone, 'href', stamp());
    if (href && element.disabled) return;
    waiting.get(element)?.remove();
    waiting.set(element, clone);
    const usable = await putIn(clone, element, isGone);
    const { sheet } = clone;
    if (usable) {
      await freshenImports(sheet, () => (sheet.disabled = true));
      prepare(sheet);
    }
    if (waiting.get(element) !== clone) return;

    waiting.delete(element);
    if (!usable) failed.add(urlOf(element));
    if (sheet) sheet.disabled = !!element.sheet?.disabled;
    const isBetter = usable && element.isConnected && element.href === href;
    if (isBetter) replaced(element, clone);
    (isBetter ? element : clone).remove();
  }

  /**
   * A deleted sheet applies no longer. Any other sheet that cannot be had stays as it was.
   *
   * @param {Map<string | null, string>} kinds
   */
  function update(kinds) {
    for (const url of kinds.keys()) {
      stamps.set(url, stamp());
      failed.delete(url);
    }
    const clones = [...waiting.values()];
    for (const element of elements()) {
      if (clones.includes(element)) continue;
      if (urlsOf(element).some((url) => kinds.has(url))) {
        swap(element, kinds.get(urlOf(element)) === 'deleted').catch(giveUp);
      }
    }
  }

  return {
    freshen(link) {
      const newest = link.href && stamps.get(urlOf(link));
      if (newest) refreshUrl(link, 'href', newest);
    },
    urls,
    update,
    retry: () => update(new Map([...failed].map((url) => [url, 'modified']))),
  };
}

/**
 * @param {any} clone
 * @param {Element} element after which it is put
 * @param {boolean} isGone the file was deleted
 * @returns {Promise<unknown>} when it has loaded or failed: whether it is to be shown
 */
function putIn(clone, element, isGone) {
  return new Promise((resolve) => {
    listen(clone, 'load', resolve);
    // An error may mean no more than that a sheet it imports is missing.
    listen(clone, 'error', () => resolve(isGone || rulesIn(clone.sheet).length));
    element.after(clone);
  });
}
