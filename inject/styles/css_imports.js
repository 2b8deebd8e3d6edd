/**
 * css_imports: brings the style sheets that a style sheet imports up to date.
 *
 * Loading the importing sheet again is not enough: Firefox, and Chromium until the page has loaded, take
 * what it imports from memory. So each import of a file that ever changed is replaced by one with a new
 * URL.
 */

import { freshHref } from '../page/url.js';
import { rulesIn, rulesOf } from './css_rules.js';
import { importsIn } from './used_sheets.js';

/**
 * @typedef {(sheet: any, hide: () => void) => Promise<void>} FreshenImports replaces
 *   the imports of files that ever changed, at any depth; calls hide before the first one
 */

/**
 * @param {(rule: CSSImportRule) => string | null} urlOf its canonical URL
 * @param {Map<string | null, string>} stamps of every file that ever changed, its last stamp
 * @param {Set<string | null>} failed gets the files that could not be had
 * @param {import('../page/world.js').Later} later
 * @returns {FreshenImports}
 */
export function createFreshenImports(urlOf, stamps, failed, later) {
  /**
   * A rule has no load event, so its sheet is looked for again and again.
   *
   * @param {CSSImportRule} rule
   */
  async function hasLoaded(rule) {
    const LOOK_AGAIN_MS = 20;
    const MOST_LOOKS = 250;
    for (let looks = 0; looks < MOST_LOOKS && !rulesOf(rule.styleSheet); looks++) {
      await new Promise((resolve) => later(resolve, LOOK_AGAIN_MS));
    }
    return rulesOf(rule.styleSheet);
  }

  return async function freshenImports(sheet, hide) {
    /** @type {(rule: any) => Promise<void>} */
    const freshen = async (rule) => {
      const canonical = urlOf(rule);
      const stamp = stamps.get(canonical);
      if (!stamp) return freshenImports(rule.styleSheet, hide);
      hide();
      const url = `url(${JSON.stringify(freshHref(rule.href, stamp))})`;
      const text = rule.cssText.replace(/url\("(?:[^"\\]|\\.)*"\)/, () => url);
      const fresh = sheet.cssRules[sheet.insertRule(text, rulesIn(sheet).indexOf(rule) + 1)];
      const loaded = await hasLoaded(fresh);
      sheet.deleteRule(rulesIn(sheet).indexOf(loaded ? rule : fresh));
      // An imported sheet that could not be had looks like an empty one.
      if (rulesIn(fresh.styleSheet).length === 0) failed.add(canonical);
      return freshenImports(fresh.styleSheet, hide);
    };
    await Promise.all(importsIn(sheet).map(freshen));
  };
}
